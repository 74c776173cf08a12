"""Locks and permits that are given back more often than they were taken."""

from collections.abc import Iterable

from msgspec import Struct

from playground.findings.finding import Finding, Severity
from playground.findings.handlers import Handlers
from playground.findings.wakers import OWNED
from playground.history import Forgotten, History
from playground.probe import layout

_REFUSING = frozenset({"lock", "bounded_semaphore", *OWNED})


class Permits(Struct):
    """Of a semaphore: how many it began with, how many are out, and what was given that nobody had."""

    first: int
    held: int = 0
    extra: int = 0
    most: int = 0
    at: int = 0
    by: str = ""
    process: int = 0


class OverReleases:
    """Counts the permits of semaphores, and looks at every release that raised."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._permits: dict[int, Permits] = {}
        self._refused: dict[tuple[int, int], int] = {}
        self.handlers = Handlers({layout.CREATED: self._created, layout.RELEASE_FAILED: self._failed})

    def forget(self, forgotten: Forgotten) -> None:
        """Forget semaphores that nobody uses or holds."""
        for resource in forgotten.resources:
            permits = self._permits.get(resource)
            if permits is not None and not permits.held:
                del self._permits[resource]

    def _created(self, row: int) -> Iterable[Finding]:
        """Begin to count; a semaphore that begins with 0 is a signal, whose releases nobody has to have."""
        h = self._history
        defined = h.resources.get(h.resource[row])
        if defined is not None and defined.definition.kind == "semaphore" and h.value[row] > 0:
            if not self._permits:
                self.handlers.follow({layout.ACQUIRED: self._acquired, layout.RELEASING: self._releasing})
            self._permits.setdefault(h.resource[row], Permits(h.value[row]))
        return ()

    def _acquired(self, row: int) -> Iterable[Finding]:
        permits = self._permits.get(self._history.resource[row])
        if permits is None:
            return ()
        permits.held += 1
        if permits.held > max(permits.first, permits.most) and permits.extra:
            permits.most = permits.held
            return self._raised(self._history.resource[row], permits)
        return ()

    def _releasing(self, row: int) -> Iterable[Finding]:
        h = self._history
        resource = h.resource[row]
        permits = self._permits.get(resource)
        if permits is None:
            return ()
        if permits.held:
            permits.held -= 1
            return ()
        permits.extra += 1
        if permits.extra == 1:
            permits.at, permits.process, permits.by = h.time[row], h.process[row], self._who(row)
        return self._raised(resource, permits)

    def _raised(self, resource: int, permits: Permits) -> Iterable[Finding]:
        name = self._history.resource_name(resource)
        times = "once" if permits.extra == 1 else f"{permits.extra} times"
        severity: Severity = "warning" if permits.most else "info"
        text = (
            f"`{name}` was possibly released too often: {permits.by} gave back what nobody held, {times} in all, "
            f"and it lets in {permits.first + permits.extra} where it began with {permits.first}"
        )
        text += f"; {permits.most} were in at once" if permits.most else ""
        advice = f"Release `{name}` once for each acquire, by `with`; a BoundedSemaphore refuses what is too much."
        at, by = permits.at, (permits.process,)
        yield Finding("over_release", severity, by, (resource,), at, text, advice, False, key=(resource,))

    def _failed(self, row: int) -> Iterable[Finding]:
        """A release raised: nobody held the lock, or another whose it is; if not, something else raised."""
        h = self._history
        resource, process = h.resource[row], h.process[row]
        defined = h.resources.get(resource)
        if defined is None or defined.definition.kind not in _REFUSING:
            return
        holders = {holder for holder, *_ in defined.holders_at(h.time[row])}
        if process in holders or (holders and defined.definition.kind not in OWNED):
            return
        key = (resource, process)
        times = self._refused[key] = self._refused.get(key, 0) + 1
        name = h.resource_name(resource)
        what = f"what {' and '.join(sorted(map(h.name, holders)))} held" if holders else "what nobody held"
        often = "" if times == 1 else f", {times} times in all"
        text = f"`{name}` was released too often: {self._who(row)} gave back {what}, and was refused{often}"
        advice = f"Release `{name}` once for each acquire, by `with`."
        yield Finding("over_release", "info", (process,), (resource,), h.time[row], text, advice, key=key)

    def _who(self, row: int) -> str:
        h = self._history
        place = h.place(h.site[row] or self._line_before(row))
        return f"{h.name(h.process[row])} ({place})" if place else h.name(h.process[row])

    def _line_before(self, row: int) -> int:
        """The line of the RELEASING row that a RELEASE_FAILED row follows."""
        h = self._history
        for i in range(row - 1, max(-1, row - 100), -1):
            if h.process[i] == h.process[row] and h.kind[i] == layout.RELEASING and h.resource[i] == h.resource[row]:
                return h.site[i]
        return 0
