"""Processes that use one end of a pipe at the same time, so that pieces of their messages come mixed.

Of a message, its length and its bytes are read one after the other; more than ``_AT_ONCE`` bytes are also written in
pieces (pipe(7): PIPE_BUF, of which a message's length takes four). Of a pipe that goes both ways nothing is said: which
end a process uses is not recorded.
"""

from collections.abc import Iterable

from playground.findings.finding import Finding
from playground.findings.handlers import Handlers
from playground.history import Forgotten, History
from playground.probe import layout

_AT_ONCE = 4096 - 4
_ADVICE = (
    "Give each process a pipe of its own, or hold a lock over the whole of send() or recv(). A queue has these locks:"
    " any number may put and get."
)


class MixedMessages:
    """At most one finding for each pipe and direction. Looks at nothing before there is a pipe that goes one way."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._users: dict[tuple[int, str], dict[int, bool]] = {}
        """Pipe that goes one way, and what is done: who does it now, as far as is known, and whether in pieces."""
        self.handlers = Handlers({layout.CREATED: self._created})

    def forget(self, forgotten: Forgotten) -> None:
        """Forget pipes that nobody uses, and who is gone."""
        for pipe in forgotten.resources:
            self._users.pop((pipe, "send"), None)
            self._users.pop((pipe, "recv"), None)
        for users in self._users.values():
            for process in forgotten.processes:
                users.pop(process, None)

    def _created(self, row: int) -> Iterable[Finding]:
        h = self._history
        pipe, resource = h.resource[row], h.resources.get(h.resource[row])
        if resource is not None and resource.definition.kind == "pipe" and h.value[row] == layout.ONE_WAY:
            self._users[pipe, "send"], self._users[pipe, "recv"] = {}, {}
            self.handlers.follow(
                {
                    layout.SENDING: self._sends,
                    layout.SENT: self._sent,
                    layout.WAITING: self._waits,
                    layout.RECEIVED: self._received,
                }
            )
        return ()

    def _sends(self, row: int) -> Iterable[Finding]:
        return self._begins(row, "send", in_pieces=self._history.value[row] > _AT_ONCE)

    def _waits(self, row: int) -> Iterable[Finding]:
        if self._history.value[row] & 0xFF != layout.OP_RECV:
            return ()
        return self._begins(row, "recv", in_pieces=True)

    def _begins(self, row: int, verb: str, *, in_pieces: bool) -> Iterable[Finding]:
        h = self._history
        pipe, process = h.resource[row], h.process[row]
        users = self._users.get((pipe, verb))
        if users is None:
            return
        for other, others_in_pieces in list(users.items()):
            waits = h.waits_at(h.time[row], of=other)
            wait = next((each for each in waits if (each.resource, each.operation) == (pipe, verb)), None)
            if wait is None:  # it ended by an exception
                del users[other]
            elif other != process and (in_pieces or others_in_pieces):
                del self._users[pipe, verb]
                yield self._finding(pipe, verb, (other, process), (wait.site, h.site[row]), h.time[row])
                return
        users[process] = in_pieces

    def _sent(self, row: int) -> Iterable[Finding]:
        return self._ends(row, "send")

    def _received(self, row: int) -> Iterable[Finding]:
        return self._ends(row, "recv")

    def _ends(self, row: int, verb: str) -> Iterable[Finding]:
        h = self._history
        self._users.get((h.resource[row], verb), {}).pop(h.process[row], None)
        return ()

    def _finding(self, pipe: int, verb: str, processes: tuple[int, int], sites: tuple[int, int], at: int) -> Finding:
        h = self._history
        one, other = (f"{h.name(process)}{h.place_aside(site)}" for process, site in zip(processes, sites, strict=True))
        does = "sent into" if verb == "send" else "received from"
        come = (
            "large messages go in pieces, which come mixed"
            if verb == "send"
            else "each may get pieces of the other's messages"
        )
        text = f"{one} and {other} {does} `{h.resource_name(pipe)}` at the same time: {come}"
        return Finding("mixed_messages", "warning", processes, (pipe,), at, text, _ADVICE, False, key=(pipe, verb))
