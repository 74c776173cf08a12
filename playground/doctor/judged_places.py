"""What facts about shared memory and directories mean. Pure."""

from collections.abc import Iterator

from playground.doctor.check import Check, amount
from playground.doctor.places import SOCKET_LIMIT, Recordings, Runs, SharedMemory

_LITTLE_SHARED = 64 << 20
"""Bytes: what containers have unless more is asked for."""
_LITTLE_DISK = 100 << 20


def judge_shared_memory(found: SharedMemory) -> Check:
    """Whether there is enough of it, for programs and for journals."""
    if not found.there or not found.writable:
        what = "cannot be written" if found.there else "is missing"
        text = f"/dev/shm {what}: locks and queues of multiprocessing fail with an OSError; journals go to disk"
        return Check("shared memory", "error", text, "Mount a tmpfs there, mode 1777 (a container: --tmpfs /dev/shm).")
    text = f"/dev/shm has {amount(found.free)} free of {amount(found.size)}; journals take an eighth of that at most"
    if min(found.free, found.size) <= _LITTLE_SHARED:
        advice = "Give it more: docker run --shm-size=1g, or mount -o remount,size=1G /dev/shm."
        full = "a program's own SharedMemory that does not fit ends it by SIGBUS"
        return Check("shared memory", "warning", f"{text}; {full}", advice)
    return Check("shared memory", "ok", text)


def judge_runs(found: Runs) -> Check:
    """Whether a run can have a directory."""
    if found.problem:
        text = f"no place takes the directory of a run: {found.problem}"
        return Check("runs", "error", text, "Make $XDG_RUNTIME_DIR, /tmp or ~/.cache writable.")
    room = SOCKET_LIMIT - found.longest_socket
    text = f"in {found.base}, {amount(found.free)} free, addresses of sockets have {room} bytes to spare"
    if found.free < _LITTLE_DISK:
        return Check("runs", "warning", f"{text}: little for journals", "Make room there.")
    return Check("runs", "ok", text)


def judge_abandoned(found: Runs) -> Iterator[Check]:
    """A check only when something was left."""
    if found.abandoned:
        text = f"of killed runs something was left ({', '.join(found.abandoned)}); the runs tried here cleared it"
        yield Check("left over", "warning", text)


def judge_recordings(found: Recordings) -> Check:
    """Whether runs can be kept."""
    text = f"{found.count} in {found.directory}, {amount(found.size)}"
    if found.problem:
        advice = "Set MP_PLAYGROUND_DATA to a directory that can be written, or use --record FILE or --no-record."
        return Check("recordings", "warning", f"{text}; none can be added: {found.problem}", advice)
    if found.free < _LITTLE_DISK:
        return Check(
            "recordings", "warning", f"{text}, only {amount(found.free)} free", "mp-playground recordings --prune"
        )
    return Check("recordings", "ok", f"{text}, {amount(found.free)} free")
