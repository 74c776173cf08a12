"""# The logger that says nothing

`multiprocessing.get_logger()` gives the logger of multiprocessing **itself**. It has no handler, and it does not pass
records on to the root logger: what `basicConfig` sets up never sees them. What is logged there at level INFO is shown
nowhere, and no error tells of it.

**Watch** the records in the log: the playground sees them in the logger, before any handler. The file in which the
program shows its log stays empty all the same; the report counts it.

**Often told wrong:** that this is "the logger for multiprocessing programs". It is the one in which multiprocessing
tells of its own doings; `log_to_stderr()` shows those.

**The fix** is an ordinary logger, `logging.getLogger("jobs")`, with its handlers set up in **each** process: under
spawn and forkserver a child knows nothing of what main has set up.
"""

import logging
import multiprocessing as mp
import tempfile
import time
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(number: int, file: str, work_ms: int, own_logger: bool) -> None:
    """Set up logging, work, and log that it is done."""
    logging.basicConfig(filename=file, level=logging.INFO, format="%(processName)s: %(message)s")
    logger = logging.getLogger("jobs") if own_logger else mp.get_logger()
    time.sleep(work_ms / 1000 * number)
    logger.info("job %d is done", number)


@scenario(covers=["S27"], says={"broken": "^5 records logged, 0 shown", "fixed": "^5 records logged, 5 shown"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "get_logger() of multiprocessing, or one of our own"] = "broken",
    workers: Annotated[int, Range(1, 32), "how many log a record"] = 5,
    work_ms: Annotated[int, Range(1, 10_000), "time between the records"] = 500,
) -> None:
    """Let workers log a record each and count what is shown."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "jobs.log")
        team = [
            mp.Process(target=work, args=(number, str(file), work_ms, variant == "fixed"), name=f"worker-{number}")
            for number in range(1, workers + 1)
        ]
        for worker in team:
            worker.start()
        for worker in team:
            worker.join()
        shown = len(file.read_text().splitlines())
    report(f"{workers} records logged, {shown} shown")


if __name__ == "__main__":
    run(main)
