"""Output that was written twice, since it was still in stdout's buffer when the program forked itself."""

from collections.abc import Iterable

from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import Forgotten, History
from playground.probe import layout

_ADVICE = (
    "Call `sys.stdout.flush()` right before `os.fork()`, as multiprocessing does before it starts a process; or let the"
    " child leave by `os._exit()`, which writes nothing more."
)


class DoubledOutput:
    """One finding for each line that forked, once the child and its parent have both ended in order."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._forked: dict[int, tuple[int, int]] = {}
        """Pid of a child to the process that forked it and the line."""
        self._doubled: dict[int, tuple[str, int]] = {}
        """Child to what it wrote again, and the row's time."""
        self._ended: set[int] = set()
        self._children: dict[tuple[int, int], list[int]] = {}
        self.handlers: dict[int, Handler] = {
            layout.FORKED: self._forks,
            layout.DOUBLED: self._writes,
            layout.EXITING: self._ends,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget who is gone."""
        for process in forgotten.processes:
            self._forked.pop(self._history.processes[process].definition.pid, None)
            self._doubled.pop(process, None)
            self._ended.discard(process)

    def _forks(self, row: int) -> Iterable[Finding]:
        h = self._history
        self._forked[h.value[row]] = (h.process[row], h.site[row])
        return ()

    def _writes(self, row: int) -> Iterable[Finding]:
        h = self._history
        self._doubled[h.process[row]] = (h.texts.get(h.value[row], ""), h.time[row])
        return self._judged(h.process[row])

    def _ends(self, row: int) -> Iterable[Finding]:
        parent = self._history.process[row]
        if self._forked:
            self._ended.add(parent)
            for child in list(self._doubled):
                yield from self._judged(child)

    def _judged(self, child: int) -> Iterable[Finding]:
        h = self._history
        parent, site = self._forked.get(h.processes[child].definition.pid, (-1, 0))
        if parent not in self._ended or child not in self._doubled:
            return
        told, at = self._doubled.pop(child)
        count, _, shown = told.partition(" ")
        children = self._children.setdefault((parent, site), [])
        children.append(child)
        text = (
            f"{count} bytes of output, `{shown.rstrip()}` first, were written by {h.name(parent)} and again by"
            f" {h.names(children)}: they were still in stdout's buffer at the fork{h.place_aside(site)}"
        )
        processes = (parent, *children[:50])
        yield Finding("doubled_output", "warning", processes, (), at, text, _ADVICE, key=(parent, site))
