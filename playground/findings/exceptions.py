"""Exceptions that nobody handled."""

import re
from collections.abc import Callable, Iterable

from playground.findings import traces
from playground.findings.finding import Finding, Severity
from playground.findings.missing_guard import is_missing_guard
from playground.history import History, Nanoseconds
from playground.probe import layout

_CURES = (
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
        r"Can't get attribute .* on <module '__main__'",
        "The workers were forked before this was defined: make the pool after all functions, below"
        ' `if __name__ == "__main__":`. With a Pool, who waits for the result waits for ever.',
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
        "Both ends need the same authkey; children inherit current_process().authkey, other programs must be given it.",
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
"""What an error line looks like, which is compiled when there is one, and what helps."""

_OF_PROCESS = "Read the traceback in the log; a parent learns of it only by the exit code, or through a pool's result."
_OF_THREAD = "Read the traceback in the log; the process goes on, and join() of the thread does not tell of it."
_OF_ITEM = "Put only what can be pickled: whoever waits for this item waits in vain."
_OF_HANDLER = (
    "The pool goes on without it: get() and join() wait for ever. What a callback, a generator of tasks or the"
    " pickling of a result raises ends it: catch it there."
)
_OF_RESULT = (
    "A result or an exception could not be unpickled, and get() and join() wait for ever. An exception class must hand"
    " all its arguments to super().__init__(), or have a __reduce__."
)
_OF_WORKER = (
    "What an initializer raises ends the worker, and a Pool replaces it for ever: catch it there, or use"
    " ProcessPoolExecutor, which breaks then."
)
_OF_CALLBACK = "A result whose callback raises never counts as come: get() and join() wait for ever. Catch it there."
_HANDLERS = {"_handle_results": "takes its results", "_handle_tasks": "hands out its tasks"}
"""Threads of a pool without which nothing goes on."""
_OF_QUIT = "You left its debugger with q; c lets the program go on."
_QUIT_NS = 5_000_000_000
"""The exception follows the command at once, unless the program has to clean up."""
_MOST_WAITS = 100
"""With more waits in that time it is not the debugger that was left."""


def cure_of(error: str) -> str:
    """What helps against an error that is known for its cause; "" for others."""
    return next((cure for pattern, cure in _CURES if re.search(pattern, error)), "")


class Exceptions:
    """One finding per process or thread that an exception ended, and per queue thread that could not send.

    Workers of a pool that one error ends one after the other are one finding: they are replaced again and again.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._workers: dict[tuple[str, int], list[int]] = {}
        """Error and pid of the pool's process to the first worker that it ended, when, and how many it were."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        process, text = h.process[row], h.texts.get(h.value[row], "")
        if is_missing_guard(text):
            return
        trace = traces.parse(text)
        thread = h.thread[row] or layout.MAIN_THREAD
        said, severity, cure = self._said(process, thread, trace)
        cure = cure or cure_of(trace.error)
        if trace.error.startswith("KeyboardInterrupt"):
            severity = "info"  # a person pressed ctrl+c
        if trace.error.startswith("bdb.BdbQuit") and self._was_debugged(process, thread, h.time[row]):
            severity, cure = "info", _OF_QUIT
        place = f" ({trace.place})" if trace.place and trace.own and not _is_fed(trace) else ""
        if severity == "error" and thread == layout.MAIN_THREAD and self._is_worker(process, trace):
            yield self._worker_ended(row, f"{trace.error}{place}", cure or _OF_WORKER)
            return
        of_thread = (process,) if thread == layout.MAIN_THREAD else (process, thread)
        key: tuple[object, ...] = (process, "queue") if _is_fed(trace) else of_thread
        cure = cure or (_OF_ITEM if _is_fed(trace) else _OF_THREAD if severity == "warning" else _OF_PROCESS)
        sentence = f"{said} {trace.error}{place}"
        yield Finding("unhandled_exception", severity, (process,), (), h.time[row], sentence, cure, key=key)

    def _is_worker(self, process: int, trace: traces.Trace) -> bool:
        """Whether an exception ended a worker of a pool outside of its tasks, whose errors are results."""
        return self._history.processes[process].definition.role == "worker" and "worker" in trace.functions

    def _worker_ended(self, row: int, error: str, cure: str) -> Finding:
        """A worker of a pool does not survive what its initializer raises, and what it cannot unpickle."""
        h = self._history
        process, pool = h.process[row], h.processes[h.process[row]].definition.ppid
        known = self._workers.setdefault((error, pool), [process, h.time[row], 0])
        known[2] += 1
        first = h.name(known[0])
        others = "" if known[2] == 1 else f" and {known[2] - 1} more that replaced it or stood beside it"
        text = f"{first}{others} ended by {error}"
        processes = tuple(dict.fromkeys((known[0], process)))
        key = ("workers", error, pool)
        return Finding("unhandled_exception", "error", processes, (), known[1], text, cure, key=key)

    def _was_debugged(self, process: int, thread: int, t: Nanoseconds) -> bool:
        """Whether a person has just sat at the debugger of a thread."""
        waits = self._history.processes[process].waits.get(thread)
        spans = waits.between(t - _QUIT_NS, t, _MOST_WAITS) if waits is not None else []
        return any(span.operation == layout.OP_DEBUG for span in spans)

    def _said(self, process: int, thread: int, trace: traces.Trace) -> tuple[str, Severity, str]:
        """Begin of the sentence, gravity, since a process goes on without a thread of its own, and what helps."""
        name, functions = self._history.name(process), trace.functions
        if _is_fed(trace):
            return f"{name} could not put an item into a queue, it is lost:", "error", ""
        if thread == layout.MAIN_THREAD:
            is_tried = self._history.processes[process].definition.role == "program"  # and its exit code looked at
            return f"{name} ended by", "info" if is_tried else "error", ""
        handler = next((what for of, what in _HANDLERS.items() if functions[2:3] == (of,)), "")
        if functions[:2] == ("_set", "_set") or (handler and "_set" in functions):
            return f"a callback of a pool of {name} raised", "error", _OF_CALLBACK
        if handler:
            cure = _OF_RESULT if "recv" in functions else _OF_HANDLER
            return f"the thread of a pool of {name} that {handler} ended by", "error", cure
        of_thread = self._history.processes[process].thread_names.get(thread, f"thread-{thread}")
        return f"thread {of_thread} of {name} ended by", "warning", ""


def _is_fed(trace: traces.Trace) -> bool:
    """Whether it is about an item that a queue's thread could not send."""
    return trace.functions[:1] == ("_feed",)
