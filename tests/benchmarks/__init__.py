"""What the playground costs, measured; ``python -m tests.benchmarks`` and no part of the ordinary suite."""
