"""What the Trace Event Format asks of a file, and what Perfetto's importer does with it, as a check that is strict.

Events are sorted by time as the importer sorts them: those of one instant stay as they stand in the file. B and E
nest on the track of a thread; b and e on one of process, category and id; a flow leaves and arrives inside a slice.
"""

import json
import math
from collections import defaultdict
from typing import Any

Event = dict[str, Any]
_PHASES = {"B", "E", "b", "e", "C", "M", "s", "f", "i"}
_NAMED = _PHASES - {"E"}


def check(text: str) -> list[Event]:
    """The events, if everything is as it should be; raises AssertionError with what is not."""
    trace = json.loads(text, parse_constant=_no_constant)
    assert set(trace) <= {"traceEvents", "displayTimeUnit", "otherData"}, "unknown part"
    assert trace["displayTimeUnit"] in {"ms", "ns"}
    events: list[Event] = trace["traceEvents"]
    for event in events:
        _check_fields(event)
    timed = sorted((each for each in events if each["ph"] != "M"), key=lambda each: float(each["ts"]))
    _check_names(events)
    _check_slices(timed)
    _check_async(timed)
    _check_flows(timed)
    return events


def _no_constant(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


def _check_fields(event: Event) -> None:
    assert event["ph"] in _PHASES, f"phase of {event}"
    for key in ("pid", "tid"):
        assert type(event[key]) is int, f"{key} of {event}"
        assert 0 < event[key] < 1 << 32, f"{key} of {event}"
    if event["ph"] in _NAMED:
        assert isinstance(event["name"], str), f"name of {event}"
        assert event["name"], f"name of {event}"
    if event["ph"] != "M":
        assert isinstance(event["ts"], int | float), f"ts of {event}"
        assert math.isfinite(event["ts"]), f"ts of {event}"
        assert event["ts"] >= 0, f"ts of {event}"
    if event["ph"] == "C":
        assert event["args"]
        assert all(type(v) in (int, float) and math.isfinite(v) for v in event["args"].values())
    if event["ph"] == "i":
        assert event["s"] in {"g", "p", "t"}
    for text in (event.get("name", ""), event.get("cat", ""), *_texts(event.get("args", {}))):
        assert isinstance(text, str)
        assert not any(0xD800 <= ord(each) <= 0xDFFF for each in text), "half a character"
    assert not set(event.get("cat", "")) & {","}, "a comma divides categories"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in (str(key), *_texts(each))]
    assert isinstance(value, int | float), f"argument {value!r}"
    return []


def _check_names(events: list[Event]) -> None:
    """Every process and every thread that has slices is named, once."""
    names = [(e["name"], e["pid"], e["tid"]) for e in events if e["ph"] == "M" and e["name"].endswith("_name")]
    assert len(names) == len(set(names)), "named twice"
    processes = {pid for name, pid, _ in names if name == "process_name"}
    threads = {(pid, tid) for name, pid, tid in names if name == "thread_name"}
    for event in events:
        assert event["pid"] in processes, f"nobody is called {event['pid']}"
        if event["ph"] in {"B", "E", "s", "f"}:
            assert (event["pid"], event["tid"]) in threads, f"no thread is called {event['tid']}"
    assert len({tid for _, tid in threads}) == len(threads), "two threads with one number"


def _check_slices(timed: list[Event]) -> None:
    open_: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in timed:
        track = open_[event["pid"], event["tid"]]
        if event["ph"] == "B":
            assert not track, f"{event} begins inside {track[-1]}: tracks of states are flat"
            track.append(event)
        elif event["ph"] == "E":
            assert track, f"nothing is open for {event}"
            assert event["ts"] > track.pop()["ts"], f"no length: {event}"
    assert not any(open_.values()), "a slice has no end"


def _check_async(timed: list[Event]) -> None:
    open_: dict[tuple[int, str, str], list[Event]] = defaultdict(list)
    for event in timed:
        if event["ph"] not in {"b", "e"}:
            continue
        (local,) = event["id2"].values()
        assert int(local, 16) > 0
        track = open_[event["pid"], event["cat"], local]
        if event["ph"] == "b":
            assert not track, f"{event} begins inside {track[-1]}"
            track.append(event)
        else:
            begun = track.pop()
            assert begun["name"] == event["name"]
            assert event["ts"] > begun["ts"]
    assert not any(open_.values()), "an asynchronous event has no end"


def _check_flows(timed: list[Event]) -> None:
    """Each has two ends, and both lie in slices that are open when the importer comes to them."""
    open_: dict[tuple[int, int], int] = defaultdict(int)
    begun: dict[tuple[int, str, str], Event] = {}
    done: set[tuple[int, str, str]] = set()
    for event in timed:
        track = event["pid"], event["tid"]
        open_[track] += {"B": 1, "E": -1}.get(event["ph"], 0)
        if event["ph"] not in {"s", "f"}:
            continue
        flow = event["id"], event["cat"], event["name"]
        assert type(event["id"]) is int
        assert event["id"] > 0
        assert open_[track], f"{event} lies in no slice"
        if event["ph"] == "s":
            assert flow not in begun, "begun twice"
            begun[flow] = event
        else:
            assert event["bp"] == "e", "it would arrive in the slice after"
            assert flow in begun, "it arrives before it leaves"
            assert flow not in done, "arrived twice"
            assert (begun[flow]["pid"], begun[flow]["tid"]) != track, "to itself"
            done.add(flow)
    assert set(begun) == done, "one end only"
