"""``python -m tests.benchmarks [PART ...]``: measure, print tables; exits with 1 when a budget is missed."""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
import time
from pathlib import Path
from typing import Any

import tests.benchmarks
from tests.benchmarks.figure import Part, markdown, table


def main() -> int:
    """Measure the parts that were named, or all."""
    parts = _parts()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="measure against the budgets")
    parser.add_argument("part", nargs="*", help=f"of {', '.join(parts)}; all without any")
    parser.add_argument("--rounds", type=int, default=10, help="measurements of each thing on each side")
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--markdown", type=Path, help="write the tables there, as the docs have them")
    options = parser.parse_args()
    if unknown := set(options.part) - set(parts):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(parts)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is started is compiled once, as after an installation
    began, missed, lines = time.perf_counter(), 0, [f"{_machine()}.", ""]
    told: dict[str, Any] = {"machine": _machine(), "parts": {}}
    for name in options.part or parts:
        figures = list(parts[name].figures(options.rounds))
        print(*table(parts[name].title, figures), "", sep="\n", flush=True)
        lines += [*markdown(parts[name].title, figures), ""]
        told["parts"][name] = [figure.as_json() for figure in figures]
        missed += sum(not figure.kept for figure in figures)
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=1) + "\n")
    if options.markdown is not None:
        options.markdown.write_text("\n".join(lines))
    print(f"{_machine()}; {time.perf_counter() - began:.0f} s; {missed} budgets missed")
    return 1 if missed else 0


def _machine() -> str:
    python, cores = platform.python_version(), os.cpu_count()
    return f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {cores} cores, CPython {python}"


def _parts() -> dict[str, Part]:
    """Every module beside this one that has a PART."""
    found = (each.name for each in pkgutil.iter_modules(tests.benchmarks.__path__) if each.name != "__main__")
    modules = {name: importlib.import_module(f"tests.benchmarks.{name}") for name in found}
    return {name: module.PART for name, module in modules.items() if hasattr(module, "PART")}


if __name__ == "__main__":
    sys.exit(main())
