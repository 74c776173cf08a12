"""One event of the probe beside other ways to tell that something has happened: all in one process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, Part, times
from tests.benchmarks.probe_cost import sides

_N = 4000
_PROGRAM = f"""
import multiprocessing, os, sys, threading, time
from itertools import repeat
emit = sys.modules["_mp_playground_probe.journal"].emit
N, reader, writer = {_N}, *os.pipe()

def drain():
    while os.read(reader, 1 << 16):
        pass

def nothing(_=0):
    pass

def per(call, *arguments, clock=time.perf_counter_ns):
    began = clock()
    for _ in repeat(None, N):
        call(*arguments)
    return (clock() - began) / N

def events():
    return per(emit, 1)

def pipe():
    return per(os.write, writer, bytes(24))

def queue():
    made = multiprocessing.get_context("fork").Queue()
    before = time.process_time_ns()
    for n in range(N):
        made.put((n, 1, 2))
    for n in range(N):
        made.get()
    return (time.process_time_ns() - before) / N

def traced():
    if tracer is None:
        return 0
    plain = per(nothing)
    tracer.start()
    took = per(nothing)
    tracer.stop()
    tracer.clear()
    return took - plain

try:
    from viztracer import VizTracer
    tracer = VizTracer(verbose=0, tracer_entries=4 * N)
except ImportError:
    tracer = None
threading.Thread(target=drain, daemon=True).start()
for side in (events, pipe, queue, traced):
    side()
for _ in range(int(sys.argv[1])):
    print(*(side() - (per(nothing) if side in (events, pipe) else 0) for side in (events, pipe, queue, traced)))
"""


def figures(rounds: int) -> Iterator[Figure]:
    """The event's cost, beside each."""
    with tempfile.TemporaryDirectory(prefix="mpp-bench-", dir="/dev/shm") as directory:
        environment = {**os.environ, **sides.probe_environment(Path(directory))}
        command = [sys.executable, "-c", _PROGRAM, str(max(rounds, 2))]
        said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    columns = zip(*(map(float, line.split()) for line in said.splitlines()), strict=True)
    event, pipe, queue, traced = (times(column) for column in columns)
    yield Figure("one event, beside a write to a pipe", event[0], "ns", 1 / 3, "os.write", pipe[0], event[1])
    yield Figure("one event, beside mp.Queue's CPU", event[0], "ns", 1 / 20, "put and get", queue[0], event[1])
    if traced.median:
        yield Figure("one event, beside a traced call", event[0], "ns", 2.0, "viztracer", traced[0], event[1])


PART = Part("One event", figures)
