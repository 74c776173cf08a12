"""What a stretch of a process's records comes to, when there are too many to be looked at one by one.

What is left open at its end stays: holds that were not given back, waits that were not over, the last value that was
written. What is rare stays too. The others are counted, by resource: how often it was taken, waited for and written,
and by how much its depth has changed. So the present state and all that is counted are exact afterwards; when
things happened in between, and who gave way to whom, is not known.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from playground.probe import layout

Record = tuple[int, int, int]
"""Code, value, time."""

MOST_UNMATCHED = 64
"""So many holds of a resource that are given back elsewhere are kept: permits that are used as signals."""
_OPENING = frozenset({layout.WAITING, layout.JOINING, layout.JOINING_TIMED, layout.SLEEPING, layout.SENDING})
_CLOSING = frozenset(
    {layout.WOKE, layout.TIMED_OUT, layout.RECEIVED, layout.EOF, layout.SENT, layout.JOINED, layout.SLEPT}
)
_LAST = frozenset({layout.WROTE, layout.ITEM_WROTE, layout.SETTING, layout.CLEARING})
_DEPTH = {layout.PUTTING: 1, layout.GOT: -1, layout.PUT_FAILED: -1}
_HOLDING = {layout.ACQUIRED: 1, layout.RELEASING: -1, layout.RELEASE_FAILED: 1}
_COUNTED = {
    layout.ACQUIRED: layout.ACQUIRED,
    layout.WAITING: layout.WAITING,
    layout.WROTE: layout.WROTE,
    layout.ITEM_WROTE: layout.WROTE,
}
_NOTHING = frozenset({layout.READ, layout.ITEM_READ, layout.TRY_FAILED, layout.NOTIFYING})
_OFTEN = _OPENING | _CLOSING | _LAST | _NOTHING | _DEPTH.keys() | _HOLDING.keys()
_RESOURCE = layout.RESOURCE_MASK << layout.RESOURCE_SHIFT
_THREAD = layout.THREAD_MASK << layout.THREAD_SHIFT
_WHAT = layout.KIND_MASK | _RESOURCE


def thinned(records: Sequence[Record]) -> list[Record]:
    """What must be kept of records in their order: first DROPPED records with how many are not."""
    if not records:
        return []
    codes = Counter([record[0] for record in records])
    kept = [*_rare(records, codes), *_unmatched(records, codes), *_ends(records, codes)]
    kept.sort(key=lambda record: record[2])
    begin = records[0][2]
    left_out = codes - Counter(record[0] for record in kept)
    woken = [(layout.WOKE | thread, 0, begin) for thread in {code & _THREAD for code in codes}]
    total = (layout.DROPPED, left_out.total() << layout.DROPPED_COUNT, begin)
    return [total, *_counted(left_out, begin), *woken, *kept]


def _counted(left_out: Counter[int], begin: int) -> list[Record]:
    """How often each resource was taken, waited for and written, and its change of depth, by what is left out."""
    found: Counter[tuple[int, int]] = Counter()
    for code, count in left_out.items():
        kind, resource = code & layout.KIND_MASK, code & _RESOURCE
        if kind in _COUNTED:
            found[_COUNTED[kind], resource] += count
        elif kind in _DEPTH:
            found[layout.PUTTING, resource] += _DEPTH[kind] * count
    return [
        (layout.DROPPED | resource, count << layout.DROPPED_COUNT | kind, begin)
        for (kind, resource), count in found.items()
        if count
    ]


def _rare(records: Sequence[Record], codes: Counter[int]) -> list[Record]:
    rare = {code for code in codes if code & layout.KIND_MASK not in _OFTEN}
    return [record for record in records if record[0] in rare] if rare else []


def _unmatched(records: Sequence[Record], codes: Counter[int]) -> list[Record]:
    """Holds that go on, and releases of holds that had begun before."""
    net: Counter[int] = Counter()
    for code, count in codes.items():
        net[code & _RESOURCE] += _HOLDING.get(code & layout.KIND_MASK, 0) * count
    found: list[Record] = []
    used = {code & _RESOURCE for code in codes if code & layout.KIND_MASK in _HOLDING}
    for resource in used:
        one, other = layout.ACQUIRED | resource, layout.RELEASING | resource
        begins = next((record[0] & _WHAT for record in records if record[0] & _WHAT in (one, other)), 0)
        ends = next((record[0] & _WHAT for record in reversed(records) if record[0] & _WHAT in (one, other)), 0)
        anew = begins == other and ends == one  # held before and after, but not all the time
        found += _first(reversed(records), one, other, max(net[resource], 0) + anew)
        found += _first(records, other, one, max(-net[resource], 0) + anew)
    return found


def _first(records: Iterable[Record], one: int, two: int, count: int) -> list[Record]:
    """So many of the first records of one kind that are not made up for by one of the other kind before."""
    found: list[Record] = []
    balance, most = 0, min(count, MOST_UNMATCHED)
    for record in records if most else ():
        what = record[0] & _WHAT
        if what == two:
            balance += 1
        elif what == one and balance:
            balance -= 1
        elif what == one:
            found.append(record)
            if len(found) == most:
                break
    return found


def _ends(records: Sequence[Record], codes: Counter[int]) -> list[Record]:
    """The last value written to each thing, and for each thread the wait that goes on, if one does."""
    threads = {code & _THREAD for code in codes}
    things = {code & ~_THREAD for code in codes if code & layout.KIND_MASK in _LAST}
    things = {_thing(code) for code in things}
    found = []
    for record in reversed(records):
        code = record[0]
        kind, thread = code & layout.KIND_MASK, code & _THREAD
        if thread in threads:
            threads.discard(thread)
            if kind in _OPENING:
                found.append(record)
        if kind in _LAST and _thing(code) in things:
            things.discard(_thing(code))
            found.append(record)
        if not threads and not things:
            break
    return found


def _thing(code: int) -> int:
    """What is written or set: of an array the item, which stands in the place of the site."""
    return code & ~_THREAD if code & layout.KIND_MASK == layout.ITEM_WROTE else code & _WHAT
