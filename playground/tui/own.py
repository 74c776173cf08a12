"""The user's own scenarios as a screen knows them: described beside it, since their files may be slow, or never end."""

from threading import Event

from playground.catalogue.yours import describe_all
from playground.scenario import Scenario
from playground.tui.work import Work


class OwnScenarios:
    """Those that are known so far; they are described anew when one looks again."""

    def __init__(self) -> None:
        self.known: list[Scenario] = []
        self._described: list[Scenario] = []
        self._work: Work[list[Scenario]] | None = None
        self._stop = Event()

    @property
    def looking(self) -> bool:
        """Whether more may come."""
        return self._work is not None

    def look(self) -> None:
        """Have them described anew; a look that goes on already is called off."""
        self._stop.set()
        stop, described = Event(), list[Scenario]()
        self._stop, self._described = stop, described
        self._work = Work(lambda: describe_all(stop, described.append))

    def take(self) -> bool:
        """Take over what is described by now; True when something is new. What is as it was stays the same object."""
        if self._work is None:
            return False
        over = self._work.done  # asked first: after that no more come
        own = {each.name: each for each in self.known}
        found = {each.name: each for each in self._described}
        for name, each in found.items():
            if name not in own or own[name].describe() != each.describe() or own[name].lesson != each.lesson:
                own[name] = each
        if over:
            own = {name: own[name] for name in found}
            self._work = None
        changed = [*own.values()] != self.known
        self.known = [*own.values()]
        return changed

    def leave(self) -> None:
        """Describe nothing any more."""
        self._stop.set()
        if self._work is not None:
            self._work.result()
