"""Exceptions that nobody handled."""

import re
from collections.abc import Callable, Iterable

from playground.findings import traces
from playground.findings.finding import Finding, Severity
from playground.findings.missing_guard import is_missing_guard
from playground.history import History, Nanoseconds
from playground.probe import layout

_CURES = tuple(
    (re.compile(pattern), cure)
    for pattern, cure in (
        (
            r"Can't (pickle|get) local object|Can't pickle <function|PicklingError|cannot pickle|"
            r"only be shared between processes through inheritance",
            "What goes to another process is pickled: move functions and classes to the top level of a module, and"
            " hand locks, queues and arrays over as arguments of Process or by a pool's initializer.",
        ),
        (
            r"Can't get attribute .* on <module '__mp_main__'",
            "Children of spawn and forkserver import the program anew: define what they need at its top level,"
            ' outside `if __name__ == "__main__":`.',
        ),
        (
            r"daemonic processes are not allowed to have children",
            "Start it with daemon=False (workers of a Pool are daemons too), or use ProcessPoolExecutor.",
        ),
        (
            r"takes .* positional arguments? but \d+ (was|were) given",
            "Count what is handed over: `args` of a Process is a tuple, and one of a single item needs its comma,"
            " `args=(item,)`.",
        ),
        (r"cannot start a process twice", "Make a new Process for each start()."),
        (
            r"(can only join|can only test|can only start) ",
            "Only the process that made a Process object can start, join and test it.",
        ),
        (
            r"AuthenticationError",
            "Both ends need the same authkey; children inherit current_process().authkey, other programs must be given"
            " it.",
        ),
        (
            r"ConnectionRefusedError|ConnectionResetError",
            "The other end is not there any more: a manager ends with its `with` block, with shutdown() and with the"
            " process that started it; let it live longer than its users.",
        ),
        (
            r"BrokenPipeError",
            "Nobody can read it any more: the process at the other end has ended or closed its end (a manager's ends"
            " with the manager). Join the reader only after the last send.",
        ),
        (
            r"EOFError",
            "The other end was closed: its process ended or called close(). Catch EOFError as the end of the messages,"
            " or send a last one that says so.",
        ),
        (
            r"BdbQuit",
            "breakpoint() cannot ask anything in a child, whose stdin is /dev/null: run it again with the debugger"
            " (D here, or `run --debug`), or debug the function in the main process.",
        ),
        (
            r"^(_queue\.|queue\.)?Empty\b",
            "get_nowait() and get(timeout=...) raise Empty when nothing has come in time: catch it, or get() without a"
            " timeout and end with a last item that says so.",
        ),
        (
            r"^(queue\.)?Full\b",
            "put_nowait() and put(timeout=...) raise Full when the queue has no room in time: catch it, put() without"
            " a timeout, or let somebody get faster.",
        ),
        (
            r"BrokenProcessPool",
            "A worker ended abruptly: see how, make a new executor, and submit again what has no result.",
        ),
        (
            r"^multiprocessing\.context\.TimeoutError",
            "No result came in time: the task takes longer, or it is lost with its worker; catch TimeoutError.",
        ),
        (r"BrokenBarrierError", "Not all parties came in time, or one called abort(): count the parties."),
        (
            r"FileNotFoundError: \[Errno 2\] No such file or directory$",
            "If it was about a lock, a queue or a manager: what made it had ended before this process took it over."
            " Join the children before that; a manager ends with its `with` block.",
        ),
        (
            r"Error: \[Errno (13|28|30)\] [A-Za-z -]+$",  # of a file the path would follow
            "If it was about a lock, a queue or a value: they are made in /dev/shm, which cannot be written or is full."
            " See `mp-playground doctor`.",
        ),
    )
)
"""What an error line looks like, and what helps."""

_OF_PROCESS = "Read the traceback in the log; a parent learns of it only by the exit code, or through a pool's result."
_OF_THREAD = "Read the traceback in the log; the process goes on, and join() of the thread does not tell of it."
_OF_ITEM = "Put only what can be pickled: whoever waits for this item waits in vain."
_OF_QUIT = "You left its debugger with q; c lets the program go on."
_QUIT_NS = 5_000_000_000
"""The exception follows the command at once, unless the program has to clean up."""
_MOST_WAITS = 100
"""With more waits in that time it is not the debugger that was left."""


class Exceptions:
    """One finding per process or thread that an exception ended, and per queue thread that could not send."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        process, text = h.process[row], h.texts.get(h.value[row], "")
        if is_missing_guard(text):
            return
        trace = traces.parse(text)
        fed = trace.functions[:1] == ("_feed",)
        place = f" ({trace.place})" if trace.place and not fed else ""
        thread = h.thread[row] or layout.MAIN_THREAD
        said, severity = self._said(process, thread, fed=fed)
        if trace.error.startswith("KeyboardInterrupt"):
            severity = "info"  # a person pressed ctrl+c
        cure = next((cure for pattern, cure in _CURES if pattern.search(trace.error)), "")
        if trace.error.startswith("bdb.BdbQuit") and self._was_debugged(process, thread, h.time[row]):
            severity, cure = "info", _OF_QUIT
        cure = cure or (_OF_ITEM if fed else _OF_THREAD if severity == "warning" else _OF_PROCESS)
        key = (process, "queue") if fed else (process,) if thread == layout.MAIN_THREAD else (process, thread)
        sentence = f"{said} {trace.error}{place}"
        yield Finding("unhandled_exception", severity, (process,), (), h.time[row], sentence, cure, key=key)

    def _was_debugged(self, process: int, thread: int, t: Nanoseconds) -> bool:
        """Whether a person has just sat at the debugger of a thread."""
        waits = self._history.processes[process].waits.get(thread)
        spans = waits.between(t - _QUIT_NS, t, _MOST_WAITS) if waits is not None else []
        return any(span.operation == layout.OP_DEBUG for span in spans)

    def _said(self, process: int, thread: int, *, fed: bool) -> tuple[str, Severity]:
        """Begin of the sentence, and gravity: a process goes on without a thread of its own."""
        name = self._history.name(process)
        if fed:
            return f"{name} could not put an item into a queue, it is lost:", "error"
        if thread == layout.MAIN_THREAD:
            return f"{name} ended by", "error"
        of_thread = self._history.processes[process].thread_names.get(thread, f"thread-{thread}")
        return f"thread {of_thread} of {name} ended by", "warning"
