"""Semaphores and shared memory that outlive the program, or that only the resource tracker removed."""

import re
from collections.abc import Callable, Iterable

from playground.findings import causes
from playground.findings.finding import Finding, Severity
from playground.history import Forgotten, History
from playground.probe import layout

_WARNING = re.compile(r"resource_tracker: There appear to be (\d+) leaked (\w+) objects to clean up at shutdown")
_BLOCKS = "shared_memory"
_KINDS = {"semaphore": "semaphore", _BLOCKS: "shared memory block"}
_ADVICE = {
    _BLOCKS: "Call unlink() once, in the process that created it, when nobody needs it any more; close() in all."
    " A child with a resource tracker of its own may also remove what it only opened: pass track=False (from 3.13).",
    "semaphore": "Let the process that made it end in good order, not by os._exit() or a signal: that unlinks it.",
}
_OWN_END = ("finished", "failed")
_SHOWN = 4


class Leaks:
    """Collects what is said of leftovers, and judges when the run has ended by itself."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._created: dict[int, int] = {}
        """Shared memory block to its bytes."""
        self._unlinked: set[int] = set()
        self._left: list[tuple[str, int]] = []
        self._warned: dict[str, int] = {}
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.CREATED: self._create,
            layout.UNLINKING: self._unlink,
            layout.STDERR: self._stderr,
            layout.LEFT_BEHIND: self._left_behind,
            layout.RUN_ENDED: self._run_ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget blocks that were removed in good order."""
        for block in self._unlinked.intersection(forgotten.resources):
            self._unlinked.discard(block)
            self._created.pop(block, None)

    # --- What is known -------------------------------------------------------------------------------

    def _create(self, row: int) -> Iterable[Finding]:
        h = self._history
        known = h.resources.get(h.resource[row])
        if known is not None and known.definition.kind == _BLOCKS:
            self._created[h.resource[row]] = h.value[row]
            self._unlinked.discard(h.resource[row])
        return ()

    def _unlink(self, row: int) -> Iterable[Finding]:
        self._unlinked.add(self._history.resource[row])
        return ()

    def _stderr(self, row: int) -> Iterable[Finding]:
        found = _WARNING.search(self._history.texts.get(self._history.value[row], ""))
        if found:
            self._warned[found[2]] = self._warned.get(found[2], 0) + int(found[1])
        return ()

    def _left_behind(self, row: int) -> Iterable[Finding]:
        h = self._history
        resource = h.resource[row]
        known = h.resources.get(resource)
        block = known is not None and known.definition.kind == _BLOCKS
        if not block or resource in self._created:  # what others made is theirs
            self._left.append((h.texts.get(h.value[row], ""), resource))
        return ()

    # --- The judgement -------------------------------------------------------------------------------

    def _run_ended(self, row: int) -> Iterable[Finding]:
        h, t, value = self._history, self._history.time[row], self._history.value[row]
        outcome = layout.OUTCOMES[value >> 32] if 0 <= value >> 32 < len(layout.OUTCOMES) else ""
        killed = [i for i, p in enumerate(h.processes) if p.ended_by(t) and (p.exitcode or 0) < 0]
        if outcome not in _OWN_END or causes.interrupted(h, t) or any(causes.by_person(h, i) for i in killed):
            return
        main = any(h.processes[i].definition.role == "main" for i in killed)
        severity: Severity = "info" if main else "warning"  # that main was killed is told by itself
        for kind, said in _KINDS.items():
            left = [each for each in self._left if self._kind(*each) == kind]
            resources = tuple(resource for _, resource in left if resource)
            if left:
                names = [self._described(name, resource) for name, resource in left]
                shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else "")
                plural = "was" if len(names) == 1 else "were"
                text = f"{said}{'s' if len(names) > 1 else ''} {shown} {plural} not unlinked and outlived the program"
            elif self._warned.get(kind):
                resources, text = self._removed(kind, said)
            else:
                continue
            yield Finding("leak", severity, (), resources, t, text, _ADVICE[kind], key=(kind,))

    def _removed(self, kind: str, said: str) -> tuple[tuple[int, ...], str]:
        """What only the resource tracker removed; with names where there is no doubt which."""
        count = self._warned[kind]
        open_ones = [block for block in self._created if block not in self._unlinked] if kind == _BLOCKS else []
        if len(open_ones) == count:
            shown = ", ".join(self._described("", block) for block in open_ones[:_SHOWN])
            shown += f" and {count - _SHOWN} more" if count > _SHOWN else ""
            verb = "was" if count == 1 else "were"
            text = f"{said}{'s' if count > 1 else ''} {shown} {verb} not unlinked; the resource tracker did it"
            return tuple(open_ones), text
        verb = "had" if count > 1 else "has"
        what = f"{count} {said}{'s' if count > 1 else ''}"
        return (), f"the resource tracker removed {what} that nobody {verb} unlinked"

    def _kind(self, name: str, resource: int) -> str:
        known = self._history.resources.get(resource)
        if known is not None:
            return _BLOCKS if known.definition.kind == _BLOCKS else "semaphore"
        return "semaphore" if name.startswith("sem.") else _BLOCKS

    def _described(self, name: str, resource: int) -> str:
        h = self._history
        known = h.resources.get(resource)
        if known is None:
            return f"`{name}`"
        size = self._created.get(resource, 0)
        place = h.place(known.definition.site)
        facts = [_bytes(size)] if size else []
        facts += [f"created at {place}"] if place else []
        return f"`{known.definition.name}`" + (f" ({', '.join(facts)})" if facts else "")


def _bytes(size: int) -> str:
    for unit, step in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size} bytes"
