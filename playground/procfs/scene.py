"""One consistent look at processes that stand still: what each of their threads waits for, and who could end it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from playground.procfs.calls import OUTSIDE, Call, Caller, Thing, decode
from playground.procfs.owners import Mapping, Owners, mapping_at, shared_mappings
from playground.procfs.sockets import Sockets
from playground.procfs.threads import Thread, threads
from playground.warden import kernel

_OPEN = frozenset({"read", "write", "file", "socket"})
"""Kinds of things that a process has by a descriptor."""
SOMEBODY_OUTSIDE = 0
"""Stands, among pids, for a process that is none of those looked at."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A process all of whose threads sleep, and slept while the look was taken."""

    pid: int
    calls: dict[int, Call]
    """Thread id to its call, the main thread's id being the pid; empty when we may not know."""


@dataclass(slots=True)
class Scene:
    """A look at the pids ``everybody``.

    ``inherited`` are things that came from outside, a stdin for instance; ``bystanders`` are processes that do not
    belong to those looked at, and may have the same things.
    """

    everybody: Collection[int]
    inherited: Collection[Thing] = ()
    bystanders: Collection[int] = ()
    _mappings: dict[int, list[Mapping] | None] = field(default_factory=dict)
    _owners: Owners | None = None
    _everything_read: bool = True
    _descriptors: bool = True
    """Whether what processes have open is of interest: somebody waits for such a thing."""
    _sockets: Sockets = field(default_factory=Sockets)

    def standing(self, pids: Iterable[int]) -> list[Standing]:
        """Those of the pids that stood still, all of them at one and the same time."""
        before = {pid: found for pid in pids if (found := _asleep(pid)) is not None}
        calls = {pid: self._calls(pid, found) for pid, found in before.items()}
        things = {thing[0] for found in calls.values() for call in found.values() for thing in call.things}
        self._descriptors = not things.isdisjoint(_OPEN)
        self._own()
        # Whoever was not given a core between the two readings slept from the one to the other.
        return [Standing(pid, calls[pid]) for pid, found in before.items() if _asleep(pid) == found]

    def wakers(self, thing: Thing) -> set[int] | None:
        """Pids that could end a wait for a thing; None when that cannot be said. A superset of those who will."""
        if thing in self.inherited or thing == OUTSIDE:
            return {SOMEBODY_OUTSIDE}
        kind, one, _ = thing
        match kind:
            case "process":
                return {one if one in self.everybody else SOMEBODY_OUTSIDE}
            case "threads":
                return {one}
            case "children":
                return {pid for pid in kernel.children(one) if pid in self.everybody} or None
            case "mapped" | "read" | "write" | "file":
                # Somebody must have it, or the call would return: a descriptor may be on its way through a socket.
                owners = self._own()
                if not self._everything_read or not owners.of(thing):
                    return None
                return self._known(owners.of(thing)) | ({SOMEBODY_OUTSIDE} if owners.has_a_name(thing) else set())
            case "socket":
                return self._peers(one)
            case _:
                return None

    def _peers(self, inode: int) -> set[int] | None:
        peer = self._sockets.peer(inode)
        if peer is None or not self._everything_read:
            return None
        if peer == 0:
            return set(self.everybody) if self._sockets.is_private(inode) else {SOMEBODY_OUTSIDE}
        return self._known(self._own().of(("socket", peer, 0))) or {SOMEBODY_OUTSIDE}

    def _known(self, pids: set[int]) -> set[int]:
        """The same, with one stand-in for all that are not looked at."""
        return {pid if pid in self.everybody else SOMEBODY_OUTSIDE for pid in pids}

    def _calls(self, pid: int, found: list[Thread]) -> dict[int, Call]:
        if any(thread.call is None for thread in found):
            return {}
        caller = Caller(pid, lambda address: mapping_at(self._mapped(pid) or (), address))
        return {thread.tid: decode(caller, thread.call) for thread in found}

    def _mapped(self, pid: int) -> list[Mapping] | None:
        if pid not in self._mappings:
            try:
                self._mappings[pid] = shared_mappings(pid)
            except OSError:
                self._mappings[pid] = None
        return self._mappings[pid]

    def _own(self) -> Owners:
        if self._owners is not None:
            return self._owners
        owners = self._owners = Owners()
        for pid in self.everybody:
            self._everything_read &= self._read_what_it_has(pid, owners)
        for pid in self.bystanders:
            self._read_what_it_has(pid, owners)
        return owners

    def _read_what_it_has(self, pid: int, owners: Owners) -> bool:
        """Take note of what a process has; False when we may not know."""
        mappings = self._mapped(pid)
        owners.add_mappings(pid, mappings or ())
        try:
            if self._descriptors:
                owners.add_descriptors(pid)
        except FileNotFoundError:
            return True  # it has ended
        except OSError:
            return False
        return mappings is not None


def _asleep(pid: int) -> list[Thread] | None:
    """The process's threads, if all of them sleep."""
    found = threads(pid)
    return found if found and all(thread.state == "S" for thread in found) else None
