"""One consistent look at processes that stand still: what each of their threads waits for, and who could end it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct, field

from playground.procfs.booting import is_booting
from playground.procfs.calls import OUTSIDE, Call, Caller, Thing, decode
from playground.procfs.owners import Mapping, Owners, mapping_at, shared_mappings
from playground.procfs.sockets import Sockets
from playground.procfs.threads import Thread, threads
from playground.warden import kernel

_OPEN = frozenset({"read", "write", "file", "socket"})
"""Kinds of things that a process has by a descriptor."""
SOMEBODY_OUTSIDE = 0
"""Stands, among pids, for a process that is none of those looked at."""


class Standing(Struct, frozen=True):
    """A process all of whose threads sleep, and slept while the look was taken."""

    pid: int
    calls: dict[int, Call]
    """Thread id to its call, the main thread's id being the pid; empty when we may not know."""
    threads: Sequence[Thread] = ()
    """The same again as long as none of them has run."""


class Scene(Struct):
    """A look at the pids ``everybody``.

    ``inherited`` are things that came from outside, a stdin for instance; ``bystanders`` are processes that do not
    belong to those looked at, and may have the same things.
    """

    everybody: Collection[int]
    inherited: Collection[Thing] = ()
    bystanders: Collection[int] = ()
    _mappings: dict[int, list[Mapping] | None] = field(default_factory=dict)
    _owners: Owners = field(default_factory=Owners)
    _everything_read: bool = True
    _booting: set[int] = field(default_factory=set)
    """Who may yet open something in shared memory by its name."""
    _shared: bool = True
    """Whether somebody waits for something in shared memory."""
    _descriptors: bool = True
    """Whether what processes have open is of interest: somebody waits for such a thing."""
    hidden: bool = False
    """Whether a relative of those looked at, of which we may not know what it has, may have the same things."""
    _ours: tuple[set[tuple[int, str]], set[bytes]] | None = None
    """Parents and names of those looked at, and their command lines."""
    _sockets: Sockets = field(default_factory=Sockets)
    _before: dict[int, list[Thread]] = field(default_factory=dict)
    _found: dict[int, dict[int, Call]] = field(default_factory=dict)

    def standing(self, pids: Iterable[int]) -> list[Standing]:
        """Those of the pids that stood still, all of them at one and the same time."""
        for _ in self.steps(pids):
            pass
        return self.stood(self.everybody)

    def steps(self, pids: Iterable[int]) -> Iterator[None]:
        """Look at the pids, and at what everybody has, one process at a step; between steps time may pass."""
        for pid in pids:
            found = _asleep(pid)
            if found is not None:
                self._before[pid], self._found[pid] = found, self._calls(pid, found)
            yield
        kinds = {thing[0] for thing in self.things()}
        self._descriptors, self._shared = not _OPEN.isdisjoint(kinds), "mapped" in kinds
        if self._shared and self._found:
            self._owners.add_names(next(iter(self._found)))
        for pid in self.everybody:
            self._everything_read &= self._read_one_of_ours(pid)
            yield
        for pid in self.bystanders:
            self.hidden |= not self._read_what_it_has(pid) and self._is_relative(pid)
            yield

    def stood(self, everybody: Collection[int], most_again: int | None = None) -> list[Standing]:
        """Those that stood still since they were looked at, all of them until now; to be asked after all steps.

        ``everybody`` is there now. Who did not stand still may have got things since they were looked at: they are
        looked at again, unless they are more than ``most_again``; then nobody's wakers are known.
        """
        stood = self._still_asleep(self._before)
        self.everybody = frozenset(everybody)
        others = self.everybody.difference(stood)
        if most_again is not None and len(others) > most_again:
            self._everything_read = False
        elif others:
            for pid in others:
                self._mappings.pop(pid, None)
                self._everything_read &= self._read_one_of_ours(pid)
            stood = self._still_asleep(stood)  # somebody may have woken them and let go before we looked again
        return [Standing(pid, self._found[pid], self._before[pid]) for pid in stood]

    def _still_asleep(self, pids: Iterable[int]) -> list[int]:
        """Those who were not given a core since they were looked at: they slept from then until now."""
        return [pid for pid in pids if _asleep(pid) == self._before[pid]]

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
                owners = self._owners.of(thing)
                if not self._everything_read or not owners:
                    return None
                if self._owners.has_a_given_name(thing):
                    owners = owners | self._booting
                return self._known(owners) | ({SOMEBODY_OUTSIDE} if self._owners.has_a_name(thing) else set())
            case "socket":
                return self._peers(one)
            case _:
                return None

    def things(self) -> set[Thing]:
        """What those wait for who seemed to stand still."""
        return {thing for found in self._found.values() for call in found.values() for thing in call.things}

    def mapped(self) -> dict[int, dict[Thing, int]]:
        """What each process has in its memory that others may have too, bystanders among them, and where."""
        return {
            pid: {("mapped", device, inode): start for start, _, device, inode, _ in mappings}
            for pid in (*self.everybody, *self.bystanders)
            if (mappings := self._mapped(pid))
        }

    def _peers(self, inode: int) -> set[int] | None:
        peer = self._sockets.peer(inode)
        if peer is None or not self._everything_read:
            return None
        if peer == 0:
            return set(self.everybody) if self._sockets.is_private(inode) else {SOMEBODY_OUTSIDE}
        return self._known(self._owners.of(("socket", peer, 0))) or {SOMEBODY_OUTSIDE}

    def _known(self, pids: set[int]) -> set[int]:
        """The same, with one stand-in for all that are not looked at."""
        known = {pid if pid in self.everybody else SOMEBODY_OUTSIDE for pid in pids}
        return known | {SOMEBODY_OUTSIDE} if self.hidden else known

    def _is_relative(self, pid: int) -> bool:
        """Whether a process seems to run the same program: it is above one of ours and called the same, or began so."""
        if self._ours is None:
            ours = [process for each in self.everybody if (process := kernel.read(each)) is not None]
            self._ours = {(each.ppid, each.name) for each in ours}, {kernel.command_line(each.pid) for each in ours}
        parents, lines = self._ours
        this, line = kernel.read(pid), kernel.command_line(pid)
        return this is not None and ((pid, this.name) in parents or (bool(line) and line in lines))

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

    def _read_one_of_ours(self, pid: int) -> bool:
        if self._shared and is_booting(pid):  # to be asked first: what it opens from now on is not seen
            self._booting.add(pid)
        return self._read_what_it_has(pid)

    def _read_what_it_has(self, pid: int) -> bool:
        """Take note of what a process has; False when we may not know."""
        owners, mappings = self._owners, self._mapped(pid)
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
