"""Run-wide numbers for what processes number on their own: resources, sites and texts."""

import struct

from msgspec import Struct, field

from playground.history.batch import Definition, ResourceDefinition, SiteDefinition, TextDefinition
from playground.text import clean, clean_lines


class Place(Struct, frozen=True):
    """Where a raw value or array is: an address in the process that made it."""

    pid: int
    start: int
    address: int
    format: str
    """One item, as for ``struct``."""
    count: int
    """Items to read; 0 for a value."""

    @property
    def size(self) -> int:
        """Bytes to read."""
        return struct.calcsize(self.format) * max(self.count, 1)


class Program(Struct, frozen=True):
    """Another program that a process of the run has started."""

    pid: int
    start: int
    ppid: int
    name: str


_FORMATS = "cbB?hHiIlLqQfd"
_MAX_ITEMS = 256


class Names(Struct):
    """Hands out indexes from 1 on and collects the definitions that the next batch must carry."""

    places: dict[int, Place] = field(default_factory=dict)
    """Resource index to where it can be read from outside."""
    programs: list[Program] = field(default_factory=list)
    """Programs that have been told of since the collector last took note."""
    fresh: list[Definition] = field(default_factory=list)
    _resources: dict[str, ResourceDefinition] = field(default_factory=dict)
    _same: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, int] = field(default_factory=dict)
    _sites: dict[tuple[str, int], int] = field(default_factory=dict)
    _texts: int = 0
    _count: int = 0

    def text(self, content: str, limit: int = 20_000) -> int:
        """Index of a new text."""
        self._texts += 1
        self.fresh.append(TextDefinition(self._texts, clean_lines(content, limit)))
        return self._texts

    def site(self, file: str, line: int, function: str) -> int:
        """Index of a source line."""
        key = (file, line)
        if key not in self._sites:
            self._sites[key] = len(self._sites) + 1
            self.fresh.append(SiteDefinition(self._sites[key], clean(file, 4096), line, clean(function)))
        return self._sites[key]

    def alias(self, identity: str, same_as: str) -> None:
        """Let two identities be one resource; what is known of the first moves to the second."""
        self._same[identity] = same_as
        known = self._resources.pop(identity, None)
        if known is not None:
            self._resources.setdefault(self._follow(same_as), known)

    def resource(self, identity: str, kind: str, name: str, creator: int, site: int, limit: int, typecode: str) -> int:
        """Index of a resource; a definition with a name is its creator's and wins over others."""
        identity = self._follow(identity)
        known = self._resources.get(identity)
        if known is None:
            self._count += 1
            index, shown = self._count, self._unique(clean(name, 80) or f"{kind}-{self._count}")
        elif name and not known.site:
            index, shown = known.index, self._unique(clean(name, 80))
        else:
            return known.index
        known = ResourceDefinition(index, clean(kind, 20), shown, creator, site, limit, clean(typecode, 4))
        self._resources[identity] = known
        self.fresh.append(known)
        return index

    def known(self, identity: str) -> int:
        """Index of a resource; 0 when it has none."""
        found = self._resources.get(self._follow(identity))
        return found.index if found is not None else 0

    def resource_of(self, name: str) -> int:
        """Index of the resource that has a name in shared memory; 0 when none is known to have it."""
        bare = name.removeprefix("sem.")
        for identity in {**self._resources, **self._same}:
            if _bare(identity) == bare:
                known = self._resources.get(self._follow(identity))
                return known.index if known is not None else 0
        return 0

    def shared_memory(self) -> list[str]:
        """Names of all shared memory blocks."""
        return [_bare(identity) for identity, each in self._resources.items() if each.kind == "shared_memory"]

    def place(self, index: int, pid: int, start: int, address: int, code: str, count: int) -> None:
        """Take note of where a raw value or array is; address 0 means nowhere any more."""
        if not address:
            self.places.pop(index, None)
        elif code in _FORMATS + "u" and len(code) == 1 and 0 <= count <= _MAX_ITEMS:
            self.places[index] = Place(pid, start, address, "I" if code == "u" else code, count)

    def take_fresh(self) -> list[Definition]:
        """Definitions since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def take_programs(self) -> list[Program]:
        """Programs since the last call."""
        programs, self.programs = self.programs, []
        return programs

    def _follow(self, identity: str) -> str:
        for _ in range(8):
            if identity not in self._same:
                break
            identity = self._same[identity]
        return identity

    def _unique(self, name: str) -> str:
        count = self._taken[name] = self._taken.get(name, 0) + 1
        return name if count == 1 else f"{name}~{count}"


def _bare(identity: str) -> str:
    """What an identity that holds a name in shared memory is called there."""
    return identity.rpartition("/")[2].rpartition(":")[2]
