"""What Linux tells of processes that stand still: which call each thread sleeps in, for what, and who could end it.

Reads ``/proc`` and changes nothing; needs the right to trace for all but the states (the run's own processes,
or the same user where Yama allows it). Knows nothing of probes.
"""

from playground.procfs.scene import Scene, Standing
from playground.procfs.threads import Thread, threads

__all__ = ["Scene", "Standing", "Thread", "threads"]
