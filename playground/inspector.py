"""Looks at the run's processes from outside: who stands still, is suspended or has gone; figures twice a second."""

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds, Process
from playground.probe import layout
from playground.sampler import CpuShare, Look, look

LOOK_NS = 40_000_000
STILL_NS = 50_000_000
GONE_NS = 150_000_000
"""How long a parent has to say how its child ended before it counts as vanished."""
SAMPLE_NS = 400_000_000


class Inspector:
    """Gives rows of the observer's own kinds."""

    def __init__(self, collector: Collector, history: History) -> None:
        self._collector, self._history = collector, history
        self._next_look = self._next_sample = 0
        self._still: dict[int, Nanoseconds] = {}
        """Process to the time of its last event when it was told to be still."""
        self._suspended: set[int] = set()
        self._gone: dict[int, Nanoseconds] = {}
        self._alive = 0
        self._cpu = CpuShare()

    def look(self, now: Nanoseconds) -> list[Row]:
        """Rows about what is seen now; at most 25 looks a second."""
        if now < self._next_look:
            return []
        self._next_look = now + LOOK_NS
        sampling = now >= self._next_sample
        if sampling:
            self._next_sample = now + SAMPLE_NS
        rows: list[Row] = []
        living = [(i, p) for i, p in enumerate(self._history.processes) if p.ended is None]
        if len(living) < self._alive:
            self._still.clear()  # somebody ended: who waits for whom must be judged anew
        self._alive = len(living)
        for index, process in living:
            seen = look(process.definition.pid)
            if seen is None or seen.start != process.definition.start_ticks or seen.state in "ZX":
                rows += self._is_gone(index, process, now, zombie=seen is not None and seen.state == "Z")
                continue
            rows += self._judge(index, process, seen, now)
            if sampling:
                rows += self._sample(index, seen, now)
        return rows

    def _is_gone(self, index: int, process: Process, now: Nanoseconds, *, zombie: bool) -> list[Row]:
        definition = process.definition
        self._collector.died(definition.pid, definition.start_ticks)
        if zombie or now - self._gone.setdefault(index, now) < GONE_NS:
            return []
        return [self._row(now, index, layout.VANISHED, 0)]

    def _judge(self, index: int, process: Process, seen: Look, now: Nanoseconds) -> list[Row]:
        if seen.state in "Tt":
            if index in self._suspended:
                return []
            self._suspended.add(index)
            return [self._row(now, index, layout.SUSPENDED, 0)]
        rows = []
        if index in self._suspended:
            self._suspended.discard(index)
            rows.append(self._row(now, index, layout.RESUMED, 0))
        last = self._collector.last_event(process.definition.pid, process.definition.start_ticks)
        if (
            seen.state in "SD"
            and now - last > STILL_NS
            and self._still.get(index) != last
            and process.began is not None
        ):
            self._still[index] = last
            rows.append(self._row(now, index, layout.INSPECTED, ord(seen.state)))
        return rows

    def _sample(self, index: int, seen: Look, now: Nanoseconds) -> list[Row]:
        return [
            self._row(now, index, layout.SAMPLE_CPU, self._cpu.of(index, seen.cpu_ticks, now)),
            self._row(now, index, layout.SAMPLE_RSS, seen.rss),
            self._row(now, index, layout.SAMPLE_THREADS, seen.threads),
        ]

    @staticmethod
    def _row(now: Nanoseconds, index: int, kind: int, value: int) -> Row:
        return (now, index, layout.MAIN_THREAD, kind, 0, 0, value)
