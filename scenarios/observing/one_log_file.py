"""# One log file, many writers

The handlers of `logging` are made for threads: their lock does not reach another process. With a plain file that mostly
goes well, since each line is appended in one write. With a `RotatingFileHandler` in each process it does not: each
watches over the size on its own, so when the file is full, **every** process moves it away, the nearly empty files of
the others included. Old files fall off the end long before their time, and lines with them.

**Watch** the records in the log: all were logged. The report counts those that are found in the files at the end.

**Often told wrong:** "logging is thread-safe", as if that said something of processes.

**The fix:** one process owns the file. The others hand it their records through a queue, with a `QueueHandler`; a
`QueueListener` in main writes them.
"""

import logging
import multiprocessing as mp
import tempfile
import time
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario

LINE_BYTES = 24
FILES = 4


def rotating(file: str, lines: int) -> RotatingFileHandler:
    """A handler whose files together have room for all lines and a quarter more."""
    return RotatingFileHandler(file, maxBytes=lines * LINE_BYTES * 5 // 4 // FILES, backupCount=FILES - 1)


def write(start: Barrier, handler: logging.Handler, lines: int, pause_ms: int) -> None:
    """Log the lines."""
    logger = logging.getLogger("jobs")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    start.wait()
    for number in range(1, lines + 1):
        logger.info(f"{mp.current_process().name}, line {number}".ljust(LINE_BYTES - 1))
        time.sleep(pause_ms / 1000)


def write_to_file(start: Barrier, file: str, total: int, lines: int, pause_ms: int) -> None:
    """Log into the file, with a handler of one's own."""
    write(start, rotating(file, total), lines, pause_ms)


def write_to_queue(start: Barrier, records: "mp.Queue[Any]", lines: int, pause_ms: int) -> None:
    """Hand the records over to whoever owns the file."""
    write(start, QueueHandler(records), lines, pause_ms)


@scenario(
    covers=["S33"],
    says={"broken": r"^found [1-9]\d* of 160 lines, [1-9]\d* lost", "fixed": "^found 160 of 160 lines, 0 lost"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "each rotates the file, or one process owns it"] = "broken",
    writers: Annotated[int, Range(1, 32), "how many log"] = 4,
    lines: Annotated[int, Range(1, 10_000), "lines of each"] = 40,
    pause_ms: Annotated[int, Range(0, 1000), "pause after each line"] = 80,
) -> None:
    """Let the writers log and count the lines in the files."""
    total = writers * lines
    start = mp.Barrier(writers)
    with tempfile.TemporaryDirectory() as directory:
        file = f"{directory}/jobs.log"
        way: tuple[Any, tuple[Any, ...]] = (write_to_file, (start, file, total, lines, pause_ms))
        if variant == "fixed":
            records: mp.Queue[Any] = mp.Queue()
            listener = QueueListener(records, rotating(file, total))
            listener.start()
            way = (write_to_queue, (start, records, lines, pause_ms))
        team = [mp.Process(target=way[0], args=way[1], name=f"writer-{i}") for i in range(1, writers + 1)]
        for writer in team:
            writer.start()
        for writer in team:
            writer.join()
        if variant == "fixed":
            listener.stop()
        found = sum(len(part.read_text().splitlines()) for part in Path(directory).iterdir())
    report(f"found {found} of {total} lines, {total - found} lost")


if __name__ == "__main__":
    run(main)
