"""Lets the program's session give way to us while it keeps us from the cores.

The kernel shares out cores by session. But a program whose processes wake each other thousands of times a second, as
in tight loops over a lock, interrupts us each time, and we may get a twentieth of a core where half of one is ours.
The weight of a session (``/proc/PID/autogroup``, Linux) settles that without touching anything that the program can
see: neither its nice values and policies nor how its processes share what they get. It has less weight against all
other sessions too; so where that does not help us, because it is others who keep us, it is taken back.
"""

from collections.abc import Callable

from playground.procfs.threads import read

PERIOD_NS = 250_000_000
"""It is looked so often."""
NICE = 15
"""Nice value of a session that gives way. 10 does not help, 19 not more."""
_LITTLE_NS = PERIOD_NS // 25
_CALM = 20
"""After so many looks the session has its weight again; and for as long after that."""
_VAIN = 2
"""After so many looks in a row at which we were kept all the same, it is somebody else."""


class GivingWay:
    """Watches how long our main thread waits for a core; ``spent`` gives how long it ran and waited so far, in ns."""

    def __init__(self, spent: Callable[[], tuple[int, int]] | None = None) -> None:
        self._spent = spent or of_main_thread
        self._ran, self._waited = self._spent()
        self._next = 0
        self._calm = 0
        self._vain = 0
        self._gives_way = False

    def look(self, now: int, pid: int, *, pressed: bool, busy: bool) -> None:
        """Weigh the session of a process if it is time.

        It gives way when it is ``busy``, we are ``pressed`` for time and wait for a core. It has its weight again when
        that was in vain, or when it is not busy: then it is somebody else who keeps us, and perhaps it too.
        """
        if now < self._next:
            return
        self._next = now + PERIOD_NS
        ran, waited = self._spent()
        kept = pressed and busy and waited - self._waited > max(ran - self._ran, _LITTLE_NS)
        self._ran, self._waited = ran, waited
        self._calm = 0 if pressed and busy else self._calm + 1
        self._vain = self._vain + 1 if kept else 0
        if not self._gives_way:
            if kept:
                self._gives_way, self._calm, self._vain = _weigh(pid, NICE), 0, 0
        elif self._calm > _CALM or self._vain >= _VAIN:
            self._gives_way = not _weigh(pid, 0)
            self._next = now + _CALM * PERIOD_NS


def of_main_thread() -> tuple[int, int]:
    """How long our main thread ran and waited for a core, in ns; zeros where the kernel does not tell."""
    try:
        ran, waited = map(int, read("/proc/self/schedstat").split()[:2])
    except (OSError, ValueError):
        return 0, 0
    return ran, waited


def _weigh(pid: int, nice: int) -> bool:
    """Set the nice value of a process's session; False when this kernel has none, or one was set a moment ago."""
    try:
        with open(f"/proc/{pid}/autogroup", "w", encoding="ascii") as file:
            file.write(str(nice))
    except OSError:
        return False
    return True
