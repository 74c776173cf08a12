"""One run, as its warden has it: who belongs to it, what is done to it, and how it ends."""

import os
import time
from collections.abc import Callable, Mapping, Sequence

from playground.warden import kernel, rundir
from playground.warden.budget import Budget
from playground.warden.channel import Message
from playground.warden.foster import Foster
from playground.warden.sweep import sweep

_HELPER_GRACE_S = 2.0
_BLIND_S = 2.0
"""How long it goes on without being able to look, for want of descriptors."""


class Run:
    """A run from its start on. ``tell`` takes what it has to say, a word and details."""

    def __init__(self, config: Message, streams: tuple[int, int], tell: Callable[[str, Message], None]) -> None:
        """Have the host started; the caller has one thread, and no child but what becomes of the run.

        Raises OSError when that cannot be.
        """
        self._tell = tell
        self._name, self._directory = config["run"], config["directory"]
        rundir.hold(self._name, self._directory)
        self._noted: set[tuple[int, int]] = set()
        self.foster = Foster(config, streams)
        self._host = 0
        self._host_ended_at = 0.0
        self._seen_at = time.monotonic()
        self._other: tuple[int, int] | None = None
        self._budget = Budget(config["limit"], self._members)
        self._ended = False

    def obey(self, message: Message) -> None:
        """Carry out one message."""
        if message["do"] == "signal":
            self._signal(message)
        elif message["do"] == "group":
            self._signal_group(message)
        elif message["do"] == "stop":
            self.stop()

    def stop(self) -> None:
        """End every process."""
        if not self._ended:
            self._end(sweep(self._remaining, self._reap))

    def look(self) -> None:
        """Pass on what the foster says, and if it is time, enforce the limit and notice the end of the run.

        Raises OSError when it could not look for too long.
        """
        heard = self.foster.heard()
        self._listen(heard)
        if self._ended:
            return
        if self.foster.channel.closed:
            self._orphaned()
        elif self._host:
            try:
                if heard or self._budget.due():
                    self._look_at(self._members())
                self._seen_at = time.monotonic()
            except OSError:
                if time.monotonic() - self._seen_at > _BLIND_S:
                    raise

    def leave(self) -> list[kernel.Process]:
        """End what is left and remove every name of the run; returns what could not be ended."""
        survivors = sweep(self._remaining, self._reap)
        self._end(survivors)
        rundir.remove(self._name, self._directory)
        return survivors

    def _orphaned(self) -> None:
        """The foster was killed: so was the host, by the kernel, if there was one, and nobody starts one any more."""
        if self._host:
            self._tell("orphaned", {})
            self.stop()
        else:
            self._listen([{"up": "refused", "reason": "what was to start it was killed; try again"}])

    def _signal(self, message: Message) -> None:
        try:
            if not kernel.send(message["pid"], message["start"], message["signum"]):
                self._tell("failed", {"pid": message["pid"], "reason": "it has ended"})
        except OSError as error:
            self._tell("failed", {"pid": message["pid"], "reason": error.strerror})

    def _signal_group(self, message: Message) -> None:
        """Signal the host's process group, as a terminal does for ctrl+c."""
        if self._host:
            try:
                group = [process for process in self._members() if process.group == self._host]
                kernel.send_all(group, message["signum"])
            except OSError as error:
                self._tell("failed", {"pid": self._host, "reason": error.strerror})

    def _look_at(self, processes: list[kernel.Process]) -> None:
        self._note(processes)
        if frozen := self._budget.spend(processes):
            self._tell("frozen", frozen)
        if self._host_ended_at:
            self._end_if_over(processes)

    def _members(self, known: Mapping[int, kernel.Process] = kernel.NOBODY) -> list[kernel.Process]:
        """Who belongs to the run: all below the foster, and whom it left to us when it was killed."""
        foster = {self.foster.pid} if self.foster.alive else set()
        return kernel.descendants({os.getpid(), *foster}, skip=foster, known=known)

    def _remaining(self, known: Mapping[int, kernel.Process]) -> list[kernel.Process]:
        """The same during a sweep; the playground hears that it goes on."""
        self._tell("sweeping", {})
        return self._members(known)

    def _note(self, processes: list[kernel.Process]) -> None:
        """Write down who belongs to the run, for a janitor."""
        fresh = {(process.pid, process.start) for process in processes} - self._noted
        self._noted |= fresh
        rundir.note_processes(self._directory, fresh)

    def _end_if_over(self, processes: list[kernel.Process]) -> None:
        if self._others(processes):
            self._host_ended_at = time.monotonic()
        elif not processes:
            self._end([], rundir.names(self._name, self._directory))
        elif time.monotonic() - self._host_ended_at > _HELPER_GRACE_S:
            self.stop()

    def _others(self, processes: list[kernel.Process]) -> bool:
        """Whether somebody is there who is no helper; asked of one only: who forks all the time answers slowly."""
        if self._other not in {(process.pid, process.start) for process in processes}:
            other = next((process for process in processes if not kernel.is_helper(process.pid)), None)
            self._other = (other.pid, other.start) if other else None
        return self._other is not None

    def _end(self, survivors: Sequence[kernel.Process], names: Sequence[str] = ()) -> None:
        """Say that the run is over; ``names`` are left in shared memory by processes that ended by themselves."""
        if self._ended:
            return
        self._ended = True
        self._listen(self.foster.dismiss())
        self._reap()
        self._tell("ended", {"survivors": [process.pid for process in survivors], "names": list(names)})

    def _reap(self) -> None:
        """Reap what the foster left to us, once it is gone."""
        for pid, start, status in kernel.reap():
            if pid == self.foster.pid:
                self.foster.alive = False
            else:
                self._listen([{"up": "exited", "pid": pid, "start": start, "status": status}])

    def _listen(self, messages: Sequence[Message]) -> None:
        """Pass on what the foster says: started, refused, exited."""
        for message in messages:
            what = message.pop("up")
            if what == "started":
                self._host = message["pid"]
            elif what == "exited":
                message["host"] = message["pid"] == self._host
                self._host_ended_at = self._host_ended_at or (time.monotonic() if message["host"] else 0.0)
            self._tell(what, message)
            if what == "refused":
                self._ended = True
                self.foster.dismiss()
