"""# Check, then use

"If the file is not there, create it." Between the question and the deed somebody else may do the same: **time of check,
time of use**. Both find nothing, both create it, and each believes that it is the only one. Files, directories,
ports, rows of a database: whatever processes share has this trap, without any shared memory.

**Watch** the log: each file is claimed by both. The lanes show both sleep between the check and the creation.

**Often told wrong:** that the gap is too small to matter. It is as long as the scheduler likes.

**The fix:** one call that does both, and let it fail: `open(path, "x")` raises `FileExistsError` in all but one.
"""

import multiprocessing as mp
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def check_then_create(path: Path, gap_ms: float) -> bool:
    """Create a file if there is none; whether we did."""
    if path.exists():
        return False
    time.sleep(gap_ms / 1000)
    path.write_text(mp.current_process().name)
    return True


def create_or_fail(path: Path, gap_ms: float) -> bool:
    """Create a file, in one step; whether we did."""
    time.sleep(gap_ms / 1000)
    try:
        with path.open("x") as file:
            file.write(mp.current_process().name)
    except FileExistsError:
        return False
    return True


def claim(place: str, start: Barrier, created: "mp.SimpleQueue[int]", rounds: int, gap_ms: float, fixed: bool) -> None:
    """Try to be the one who creates each file."""
    create = create_or_fail if fixed else check_then_create
    count = 0
    for number in range(rounds):
        start.wait()
        path = Path(place) / f"claim-{number}"
        if create(path, gap_ms):
            print(f"{mp.current_process().name}: {path.name} is mine", flush=True)
            count += 1
    created.put(count)


@scenario(
    covers=["C26"],
    says={"broken": r"^(\d+) files were created (?!\1 )\d+ times", "fixed": r"^(\d+) files were created \1 times"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "check and then create, or both in one call"] = "broken",
    claimants: Annotated[int, Range(2, 32), "how many want each file"] = 2,
    rounds: Annotated[int, Range(1, 1000), "how many files"] = 10,
    gap_ms: Annotated[float, Range(0, 10_000), "between the check and the creation"] = 250.0,
) -> None:
    """Let the claimants create files, count who believes to have created one."""
    created: mp.SimpleQueue[int] = mp.SimpleQueue()
    start = mp.Barrier(claimants)
    with tempfile.TemporaryDirectory() as place:
        arguments = (place, start, created, rounds, gap_ms, variant == "fixed")
        team = [mp.Process(target=claim, args=arguments, name=f"claimant-{i}") for i in range(1, claimants + 1)]
        for claimant in team:
            claimant.start()
        for claimant in team:
            claimant.join()
    times = sum(created.get() for _ in team)
    report(f"{rounds} files were created {times} times")


if __name__ == "__main__":
    run(main)
