"""# Profile the right process

A profiler sees the process in which it was started, and no other. `cProfile` in main shows that main started processes
and waited; the function in which all the time goes is not in its table, for it ran elsewhere.

**Watch** the workers compute while main waits in `join`, and at the end the table in the log: not one call of `square`.

**Often told wrong:** "run your program under cProfile". For a program of several processes that measures the waiting.

**The fix** is a profile in each worker, written to a file of its own; `pstats` adds the files up. The table then tells
of the calls and seconds of all workers together: more seconds than have passed, when they ran side by side.
"""

import cProfile
import multiprocessing as mp
import pstats
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def square(number: int, effort: int) -> int:
    """Square a number, after much ado."""
    for _ in range(effort):
        pass
    return number * number


def work(numbers: range, effort: int, file: str) -> None:
    """Square the numbers; where a file is named, leave a profile of that in it."""
    with cProfile.Profile() if file else nullcontext() as profile:
        for number in numbers:
            square(number, effort)
    if profile is not None:
        profile.dump_stats(file)


def table(stats: pstats.Stats, rows: int = 6) -> list[str]:
    """The functions that took longest, with their calls, their own seconds and those with what they called."""
    known = sorted(stats.get_stats_profile().func_profiles.items(), key=lambda item: -item[1].cumtime)
    lines = [f"{'calls':>6} {'own s':>7} {'all s':>7}  function", "-" * 44]
    for name, function in known[:rows]:
        lines.append(f"{function.ncalls:>6} {function.tottime:7.3f} {function.cumtime:7.3f}  {name[:20]}")
    return lines


def calls(stats: pstats.Stats, name: str) -> int:
    """How often a function was called, as far as the profile knows."""
    function = stats.get_stats_profile().func_profiles.get(name)
    return int(function.ncalls.partition("/")[0]) if function else 0


@scenario(
    covers=["S35"],
    says={"broken": "^calls of square seen: 0 of 400", "fixed": "^calls of square seen: 400 of 400; profiles read: 4$"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "a profile of main, or one of each worker"] = "broken",
    workers: Annotated[int, Range(1, 32), "how many compute"] = 4,
    numbers: Annotated[int, Range(1, 10_000), "calls of square in each"] = 100,
    effort: Annotated[int, Range(0, 10_000_000), "turns of the loop in square"] = 800_000,
) -> None:
    """Profile a program whose work is done by others, and show the table."""
    with tempfile.TemporaryDirectory() as directory:
        files = [f"{directory}/worker-{i}.prof" if variant == "fixed" else "" for i in range(1, workers + 1)]
        with cProfile.Profile() if variant == "broken" else nullcontext() as profile:
            team = [
                mp.Process(target=work, args=(range(numbers), effort, file), name=f"worker-{i}")
                for i, file in enumerate(files, 1)
            ]
            for worker in team:
                worker.start()
            for worker in team:
                worker.join()
        profiles = [profile] if profile is not None else sorted(map(str, Path(directory).iterdir()))
        stats = pstats.Stats(*profiles)
    print("\n".join(table(stats)), flush=True)
    seen = calls(stats, "square")
    report(f"calls of square seen: {seen} of {workers * numbers}; profiles read: {len(profiles)}")


if __name__ == "__main__":
    run(main)
