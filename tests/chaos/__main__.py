"""``python -m tests.chaos [PART ...] [--count N] [--seed S]``: the long forms; exits with 1 if there was a problem."""

import argparse
import importlib
import pkgutil
import sys
import time

import tests.chaos
from tests.chaos.part import Part, Trial, hear_signals, table

_LONGEST = 400
"""Characters of a problem: a fork bomb leaves thousands of names."""


def main() -> int:
    """Run the parts that were named, or all, and print a table of each."""
    parts = _parts()
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="break things, and count what was left")
    parser.add_argument("part", nargs="*", help=f"of {', '.join(parts)}; all without any")
    parser.add_argument("--count", type=int, help="how much is broken, instead of the part's own number")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    if unknown := set(options.part) - set(parts):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(parts)}")
    hear_signals()
    problems = 0
    for name in options.part or parts:
        problems += _run(name, parts[name], options.count or parts[name].long, options.seed)
    return 1 if problems else 0


def _parts() -> dict[str, Part]:
    """Every module beside this one that has a PART."""
    modules = [
        importlib.import_module(f"tests.chaos.{found.name}")
        for found in pkgutil.iter_modules(tests.chaos.__path__)
        if found.name != "__main__"
    ]
    return {module.__name__.rpartition(".")[2]: module.PART for module in modules if hasattr(module, "PART")}


def _run(name: str, part: Part, count: int, seed: int) -> int:
    print(f"\n{name}: {part.promise}", flush=True)
    began = time.monotonic()
    trials: list[Trial] = []
    for trial in part.trials(count, seed):
        trials.append(trial)
        if trial.problem:
            print(f"  {trial.case}: {trial.problem[:_LONGEST]}", flush=True)
    print(*table(trials), sep="\n", flush=True)
    print(f"{time.monotonic() - began:.0f} s")
    return sum(bool(trial.problem) for trial in trials)


if __name__ == "__main__":
    sys.exit(main())
