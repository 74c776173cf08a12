"""``python -m tests.benchmarks [--python PATH] [--rounds N]``: measure, print a table, exit with 1 over budget."""

import argparse
import subprocess
import sys

from tests.benchmarks.probe_cost import start
from tests.benchmarks.probe_cost.measure import Figure, figures


def main() -> int:
    """Measure and print; 1 when a budget is missed."""
    options = _options()
    version = subprocess.check_output([options.python, "-V"], text=True).strip()
    print(f"What the probe costs, {version}; {options.rounds} rounds of bare and probed in turn")
    print(f"{'':28}{'bare':>9}{'probed':>11}{'events':>8}{'typical':>9}{'ratio':>8}{'budget':>8}")
    measured = figures(options.python, options.rounds)
    print(*map(_row, measured), sep="\n")
    bare, probed = start.milliseconds(options.python, options.rounds)
    print(f"{'start of a process':28}{bare:6.1f} ms{probed:8.1f} ms  (+{probed - bare:.1f} ms)")
    return 0 if all(figure.kept for figure in measured) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="what the probe costs a program")
    parser.add_argument("--python", default=sys.executable, help="interpreter to measure with")
    parser.add_argument("--rounds", type=int, default=60, help="measurements of each thing on each side")
    return parser.parse_args()


def _row(figure: Figure) -> str:
    most = figure.budget.most
    verdict = f"{most:7.2f}x  {'kept' if figure.kept else 'MISSED'}" if most else f"{'-':>8}"
    return (
        f"{figure.budget.title:28}{figure.bare_ns:6.0f} ns{figure.probed_ns:8.0f} ns{figure.records:8.2f}"
        f"{figure.typical:8.2f}x{figure.ratio:7.2f}x{verdict}"
    )


if __name__ == "__main__":
    sys.exit(main())
