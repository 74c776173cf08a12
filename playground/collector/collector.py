"""Drains all journals of a run on a tick and gives what happened as ordered columns."""

import os
import struct
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from playground.collector.journal import Journal, Records
from playground.collector.names import Names, Program
from playground.collector.thinning import thinned
from playground.history.batch import Batch, Nanoseconds, Pid, ProcessDefinition, ThreadDefinition
from playground.probe import layout
from playground.text import clean

MAX_SEGMENTS = 2048
"""Segments (128 MiB) that all processes together may be ahead of us; each may be two ahead at least."""
FAR_BEHIND = 48
"""Segments, or half of what a process may be ahead, if that is less."""
MOST_ROWS = 40_000
LATE: Nanoseconds = 1_000_000_000
"""What is older than this when it comes to be looked at is thinned, while somebody watches."""
_ALL = 1 << 60
_MOST_THINNED = 20_000
"""So many events are thinned at once while somebody watches, or a segment more of each process; the rest follows."""
_LATEST = 500
"""Of a journal that is thinned, so many of the latest events are kept one by one."""
MARGIN: Nanoseconds = 20_000_000
"""Rows younger than this are held back: a process may be about to commit an older one."""

_ONE_TIME_NS = 20_000_000
"""Changes that lie closer together may have one time in the file system: its clock goes in coarse steps."""

Row = tuple[int, int, int, int, int, int, int]

_LOOK_AT_ALL_EVERY = 8
"""So often the definitions of processes without new records are read too: names that became known, for instance."""
_FORGET_EVERY = 64
"""A multiple of the number above, so that all definitions have been read by then."""
_FIRST_OBSERVED_THREAD = layout.THREAD_MASK + 1
_ITEMS = frozenset({layout.ITEM_READ, layout.ITEM_WROTE})


_MEANING = struct.Struct("=5q")
"""Process, thread, kind, resource and site of a row, in bytes: thousands of rows are joined and taken apart at once."""


class _Meanings(dict[int, bytes]):
    """Code of a process's records to what it says; learned as they come."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __missing__(self, code: int) -> bytes:
        kind, thread = code & layout.KIND_MASK, code >> layout.THREAD_SHIFT & layout.THREAD_MASK
        resource = self._journal.resources.get(code >> layout.RESOURCE_SHIFT & layout.RESOURCE_MASK)
        number = code >> layout.SITE_SHIFT
        site = number if kind in _ITEMS else self._journal.sites.get(number)
        meaning = _MEANING.pack(self._journal.index, thread, kind, resource or 0, site or 0)
        if resource is not None and site is not None and kind not in _ITEMS:  # of items there are too many
            self[code] = meaning
        return meaning


def _thinned(found: Records, latest: int) -> Records:
    """The same, with only what must be kept of those before the ``latest``."""
    thin = Records()
    for record in thinned(list(zip(found.codes[:latest], found.values[:latest], found.times[:latest], strict=True))):
        thin.add(*record)
    thin.codes += found.codes[latest:]
    thin.values += found.values[latest:]
    thin.times += found.times[latest:]
    return thin


class Collector:
    """Reads the journals of one run; ``origin`` is the monotonic time of the run's start."""

    def __init__(self, directories: Sequence[Path], text: Path, origin: Nanoseconds) -> None:
        self.names = Names()
        self.journals: dict[tuple[Pid, int], Journal] = {}
        self.most_rows = MOST_ROWS
        """So many events are given at once, or a few more; what fills too many segments meanwhile is thinned."""
        self.far_behind = FAR_BEHIND
        """How many segments of a process may wait to be read before they are thinned."""
        self.in_time = False
        """Whether what has waited for long is thinned too: somebody watches."""
        self.behind = False
        """Whether more was there than could be given the last time."""
        self._directories, self._text, self._origin = tuple(directories), text, origin
        self._text_name = str(text)
        self._times: list[Nanoseconds] = []
        """Of the rows that are still held back, as their meanings and values are."""
        self._meant: list[bytes] = []
        self._values: list[int] = []
        self._meanings: dict[Journal, _Meanings] = {}
        self._scanned = self._settles = -1
        """Time of the directory when it was scanned; when the clock has surely gone on from there, 0 once it has."""
        self._last: Nanoseconds = 0
        self._turn = 0
        self._fresh: list[ProcessDefinition | ThreadDefinition] = []
        self._threads: dict[tuple[int, int], int] = {}
        self._by_pid: dict[Pid, int] = {}
        self._indexes: dict[tuple[Pid, int], int] = {}
        self._lag = 0
        self._thin_room = _ALL

    def process_index(self, pid: Pid) -> int | None:
        """Index of the latest process of that pid."""
        return self._by_pid.get(pid)

    def knows(self, pid: Pid, start: int) -> bool:
        """Whether that process has an index, from its journal or from the observer."""
        return (pid, start) in self._indexes

    def observe_process(
        self,
        pid: Pid,
        start: int,
        ppid: Pid,
        name: str,
        role: str,
        at: Nanoseconds | None = None,
        sighted: Nanoseconds | None = None,
    ) -> int:
        """Add a process from the observer's own knowledge; with ``at``, as one that began then.

        Should it turn out to have a probe, its journal goes on under the same index.
        """
        index = self._index_of(pid, start)
        self._fresh.append(ProcessDefinition(index, pid, start, ppid, clean(name, 80), "", False, role))
        if sighted is not None:
            self._hold((sighted, index, layout.MAIN_THREAD, layout.SIGHTED, 0, 0, 0))
        if at is not None:
            self._hold((at, index, layout.MAIN_THREAD, layout.BEGAN, 0, 0, ppid))
        return index

    def observe_thread(self, index: int, tid: int, name: str = "") -> int:
        """Number of a thread that the observer has met, beyond those that a probe gives; a name may come later."""
        key = (index, tid)
        if key not in self._threads or name:
            number = self._threads.setdefault(key, _FIRST_OBSERVED_THREAD + len(self._threads))
            self._fresh.append(ThreadDefinition(index, number, clean(name, 80), tid))
        return self._threads[key]

    def died(self, pid: Pid, start: int) -> None:
        """Let a process's last segment be taken as complete."""
        journal = self.journals.get((pid, start))
        if journal is not None:
            journal.dead = True

    def last_event(self, pid: Pid, start: int) -> Nanoseconds:
        """Run time of a process's latest record that was read; 0 when there is none."""
        journal = self.journals.get((pid, start))
        return journal.last_time if journal is not None else 0

    def drain(self, now: Nanoseconds, extra: Iterable[Row] = (), *, final: bool = False) -> Batch:
        """Everything committed up to a margin before ``now`` (run time), with the observer's own rows."""
        self.scan()
        self._limit_lag()
        records, until = self._read(now, final=final)
        batch = Batch(definitions=[])
        self._turn += 1
        everybody = final or self._turn % _LOOK_AT_ALL_EVERY == 0
        for journal, found in records:
            if found or everybody or journal.definition is None:
                batch.definitions += journal.read_definitions(self.names)
            journal.add_lost_at_the_end(found, self._origin, final=final)
        for program in self.names.take_programs():
            self._define_program(program)
        batch.definitions = [*self._fresh, *batch.definitions, *self.names.take_fresh()]
        self._fresh = []
        for journal, found in records:
            if found:
                self._translate(journal, found)
        for row in extra:
            self._hold(row)
        if self._turn % _FORGET_EVERY == 0:
            self._forget_the_dead()
        self._release(batch, until)
        return batch

    def _forget_the_dead(self) -> None:
        """Let go of the journals of those who are dead since the last time at least, and read to their ends."""
        for key, journal in list(self.journals.items()):
            if journal.dead and journal.done:
                journal.remove()
                self._meanings.pop(journal, None)
                del self.journals[key]
            journal.done = journal.dead and not journal.has_segments()

    def _read(self, now: Nanoseconds, *, final: bool) -> tuple[list[tuple[Journal, Records]], Nanoseconds]:
        """What is new in the journals, those first that are furthest behind; and up to when everything is known."""
        until = now if final else now - MARGIN
        room = _ALL if final else self.most_rows
        self._thin_room = _MOST_THINNED if self.in_time and not final else _ALL
        journals: Iterable[Journal] = self.journals.values()
        if self.behind:
            journals = sorted(journals, key=lambda journal: journal.last_time)
        records = []
        self.behind = False
        for journal in journals:
            found = self._read_one(journal, now, room, final=final)
            room -= len(found)
            records.append((journal, found))
            journal.behind_since = (journal.behind_since or now) if journal.behind else 0
            if journal.behind:
                self.behind = True
                until = min(until, journal.last_time)
        return records, until

    def _read_one(self, journal: Journal, now: Nanoseconds, room: int, *, final: bool) -> Records:
        """Read a journal; of one that is too far behind much at once, and only the latest of that one by one."""
        waited = now - max(journal.behind_since, journal.last_time)
        journal.late = self.in_time and journal.behind and (final or journal.late or waited > LATE)
        thin = journal.late or (room > 0 and journal.is_far_behind(min(self.far_behind, self._lag // 2)))
        most = self._thin_room if thin else room
        if most <= 0:
            journal.put_off()
            return Records()
        found = journal.read(now + self._origin, MARGIN, most)
        if found:
            journal.last_time = max(journal.last_time, found.times[-1] - self._origin)
        if not thin:
            return found
        self._thin_room -= len(found)
        latest = len(found) if journal.behind else max(len(found) - min(max(room, 0), _LATEST), 0)
        return _thinned(found, latest)

    def scan(self) -> None:
        """Open the journals of who is new."""
        try:
            changed = os.stat(self._text_name).st_mtime_ns
        except OSError:
            return
        now = time.monotonic_ns()
        if changed != self._scanned:
            self._scanned, self._settles = changed, now + _ONE_TIME_NS
        elif not self._settles:
            return
        elif now > self._settles:
            self._settles = 0  # this is the last time
        found = [path.stem.partition("-") for path in self._text.glob("*.t")]
        known = {(int(pid), int(start)) for pid, _, start in found if pid.isdigit() and start.isdigit()}
        for pid, start in sorted(known - self.journals.keys(), key=lambda each: (each[1], each[0])):
            self._open(pid, start)

    def _limit_lag(self) -> None:
        """Tell the processes, by what a link says, how many segments each may be ahead of us."""
        living = sum(not journal.dead for journal in self.journals.values())
        lag = max(2, MAX_SEGMENTS // max(living, 1))
        if lag == self._lag or not self._directories:
            return
        unfinished = self._directories[-1] / "lag.new"
        with suppress(OSError):  # they have a limit of their own
            unfinished.unlink(missing_ok=True)
            os.symlink(str(lag), unfinished)
            os.replace(unfinished, self._directories[-1] / "lag")
            self._lag = lag

    def _open(self, pid: Pid, start: int) -> None:
        known = self.knows(pid, start)
        index = self._index_of(pid, start)
        self.journals[pid, start] = Journal(index, pid, start, self._directories, self._text)
        if not known:
            self._fresh.append(ProcessDefinition(index, pid, start, 0, "", "", False, ""))

    def _define_program(self, program: Program) -> None:
        """Add a program by the word of the process that started it, or name one that was seen before."""
        pid, start, ppid, name = program.pid, program.start, program.ppid, program.name
        index = self._index_of(pid, start)
        self._fresh.append(ProcessDefinition(index, pid, start, ppid, name, "", False, "program"))

    def _index_of(self, pid: Pid, start: int) -> int:
        index = self._indexes.setdefault((pid, start), len(self._indexes))
        self._by_pid[pid] = index
        return index

    def _translate(self, journal: Journal, found: Records) -> None:
        meanings = self._meanings.get(journal)
        if meanings is None:
            meanings = self._meanings[journal] = _Meanings(journal)
        codes, values, texts = found.codes, found.values, journal.texts
        telling = {code for code in set(codes) if code & layout.KIND_MASK in layout.TEXT_KINDS}
        if telling:
            pairs = zip(codes, values, strict=True)
            values = [texts.get(value, 0) if code in telling else value for code, value in pairs]
        origin = self._origin
        self._times += [time - origin for time in found.times]
        self._meant += map(meanings.__getitem__, codes)
        self._values += values

    def _hold(self, row: Row) -> None:
        time, process, thread, kind, resource, site, value = row
        self._times.append(time)
        self._meant.append(_MEANING.pack(process, thread, kind, resource, site))
        self._values.append(value)

    def _release(self, batch: Batch, until: Nanoseconds) -> None:
        """Move what is old enough into the batch, in time order; late rows are moved behind the latest time."""
        order = sorted(range(len(self._times)), key=self._times.__getitem__)
        times = list(map(self._times.__getitem__, order))
        meant = list(map(self._meant.__getitem__, order))
        values = list(map(self._values.__getitem__, order))
        count = bisect_right(times, until)
        self._times, self._meant, self._values = times[count:], meant[count:], values[count:]
        if count:
            late = bisect_right(times, self._last, hi=count)
            times[:late] = [self._last + 1] * late
            batch.time.fromlist(times[:count])
            batch.value.fromlist(values[:count])
            told = array("q", b"".join(meant[:count]))
            batch.process, batch.thread, batch.kind, batch.resource, batch.site = (told[i::5] for i in range(5))
            self._last = batch.time[-1]
        self._last = max(self._last, until)
        batch.until = self._last
