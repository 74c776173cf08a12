"""The wait-for graph: circles as rings, in red, then who else waits, with the cause of it at the root of a tree."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from rich.style import Style
from textual.strip import Strip

from playground.history import State, Wait
from playground.history.told import exit_text
from playground.tui.graph import Bunch, Graph, Ring, graph_of
from playground.tui.moment import Moment
from playground.tui.render.line import Line, middle_out, narrow, remarks
from playground.tui.render.links import to_process, to_resource
from playground.tui.render.palette import Palette
from playground.tui.render.processes import MOST_NAMED
from playground.tui.render.times import span

_LEAST_NAME = 6
"""Names are not cut to fewer cells."""
_SHARES = (1, 2, 3, 4, 5, 8)
"""Parts of the width that a name may have, as long as the line does not fit."""
_NOBODY = "nobody waits: who waits for whom, and for what, is drawn here"
_FEW = 2
"""So many who wait for the same, and behind whom nobody waits, have a line each; more are told in one."""


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """Rings first, then trees; idle pool workers are left out."""
    graph = graph_of(moment)
    drawing = _Drawing(moment, width, palette)
    for ring in graph.rings:
        drawing.ring(ring)
    drawing.trees(graph)
    return [line.strip(width, palette.style()) for line in drawing.lines] or remarks(_NOBODY, width, palette)


class _Drawing:
    """The lines so far, and the colours of what comes next."""

    def __init__(self, moment: Moment, width: int, palette: Palette) -> None:
        self.lines: list[Line] = []
        self._moment, self._history, self._width, self._palette = moment, moment.history, width, palette
        self._stuck = moment.stuck
        self._longest = width
        """Cells that a name may take."""
        self._drawn: set[int] = set()
        """Processes behind which everybody who waits there is drawn."""
        self._muted = palette.style(palette.muted)

    # --- Rings ----------------------------------------------------------------------------------------

    def ring(self, ring: Ring) -> None:
        """The circle in a line with an arrow back to its begin; one below the other when it is too long for that."""
        colour = self._palette.bad if ring.found else self._palette.warning
        tone, strong = self._palette.style(colour), self._palette.style(colour, bold=True)
        inner = Line().add(" ╭─▶ ", tone)
        for i, wait in enumerate(ring.waits):
            self._name(inner, wait.process, strong).add(" ─ ", tone)
            self._what(inner, wait).add(" ─▶ " if i + 1 < len(ring.waits) else " ─╮", tone)
        if inner.width <= self._width:
            self.lines += [inner, Line().add(" ╰" + "─" * (inner.width - 3) + "╯", tone)]
            self.lines += [self._edge(wait, "   ", strong, tone) for wait in ring.waits]
            return
        for i, wait in enumerate(ring.waits):
            corner = "╭▶" if i == 0 else "╰─" if i + 1 == len(ring.waits) else "│ "
            self.lines.append(self._edge(wait, f" {corner} ", strong, tone, stacked=True))

    def _edge(self, wait: Wait, before: str, strong: Style, tone: Style, *, stacked: bool = False) -> Line:
        """``A ─ second ─▶ B  3.2 s  transfer.py:14``; when ``stacked`` the holder is the next line's, and may go."""

        def build(*, holder: bool = True) -> Line:
            line = self._name(Line().add(before, tone), wait.process, strong).add(" ─ ", tone)
            self._what(line, wait)
            return self._holders(line.add(" ─▶ ", tone), Bunch((wait,)).behind, strong) if holder else line

        whole = build()
        if whole.width > self._width:
            whole = self._fitted(partial(build, holder=not stacked))
        return self._tail(whole, wait)

    # --- Trees ----------------------------------------------------------------------------------------

    def trees(self, graph: Graph) -> None:
        """A tree for each process that lets others wait, then for what nobody or several hold."""
        for process in (*graph.roots, *graph.bunches):
            if process not in self._drawn:
                self._tree(graph, process, graph.bunches[process])
        for bunch in graph.loose:
            self._tree(graph, None, (bunch,))

    def _tree(self, graph: Graph, process: int | None, bunches: Sequence[Bunch]) -> None:
        """One tree: in a line or two when nobody waits behind those who wait."""
        waiting = [wait for bunch in bunches for wait in bunch.waits]
        if process is not None:
            self._drawn.add(process)
        if len(bunches) == 1 and not any(self._has_behind(graph, wait) for wait in waiting):
            self._compact(bunches[0])
            return
        if process is None:
            line = Line().add(" ", self._muted)
            self._what(line, waiting[0]).add("  ", self._muted)
            self.lines.append(self._holders(line, bunches[0].behind, self._strong(())))
        else:
            self.lines.append(self._root(process))
        self._branches(graph, bunches, " ")

    def _has_behind(self, graph: Graph, wait: Wait) -> bool:
        return wait.process in graph.bunches and wait.process not in self._drawn

    def _compact(self, bunch: Bunch) -> None:
        wait, several = bunch.first, len(bunch.waits) > 1
        stuck = self._strong(bunch.waits)

        def build() -> Line:
            line = Line().add(" ", self._muted)
            if several:
                line.add(f"{len(bunch.waits)} wait for ", stuck)
            else:
                self._name(line, wait.process, stuck).add(" ─ ", self._tone(bunch.waits))
            self._what(line, wait, after=several)
            if bunch.behind:
                line.add(" ─▶ ", self._tone(bunch.waits))
                self._holders(line, bunch.behind, stuck)
            return line

        line = self._fitted(build)
        if not several:
            self.lines.append(self._tail(line, wait))
            return
        self.lines.append(self._held(line, wait))
        self._names("   ", bunch.waits)

    def _root(self, process: int) -> Line:
        """Who lets others wait, and what it does meanwhile."""
        line = Line().add(" ", self._muted)
        self._holders(line, (process,), self._strong_process(process))
        known = self._history.processes[process]
        state = known.state_at(self._moment.at)
        if state is not None and not state.final:
            place = self._history.place(known.site_at(self._moment.at))
            doing = "waits" if state == State.WAITING else "runs" if state == State.RUNNING else state.name.lower()
            line.add(f"  {doing}{f', {place}' if place else ''}", self._muted)
        return line

    def _branches(self, graph: Graph, bunches: Iterable[Bunch], before: str) -> None:
        """Who waits behind a process, those first behind whom others wait themselves."""
        branches: list[tuple[Wait, ...]] = []
        leaves: list[tuple[Wait, ...]] = []
        for bunch in bunches:
            inner = {wait.process for wait in bunch.waits if self._has_behind(graph, wait)}
            branches += [(wait,) for wait in bunch.waits if wait.process in inner]
            outer = tuple(wait for wait in bunch.waits if wait.process not in inner)
            leaves += [outer] if len(outer) > _FEW else [(wait,) for wait in outer]
        together = branches + leaves
        for i, waits in enumerate(together):
            last = i + 1 == len(together)
            self._branch(waits, f"{before}{'╰─' if last else '├─'} ")
            after = f"{before}{'   ' if last else '│  '}"
            if len(waits) > 1:
                self._names(after, waits)
            elif self._has_behind(graph, waits[0]) and len(after) < self._width // 2:  # deeper ones get their own tree
                self._drawn.add(waits[0].process)
                self._branches(graph, graph.bunches[waits[0].process], after)

    def _branch(self, waits: tuple[Wait, ...], before: str) -> None:
        stuck, several = self._strong(waits), len(waits) > 1

        def build() -> Line:
            line = Line().add(before, self._tone(waits))
            if several:
                line.add(f"{len(waits)} wait for ", stuck)
            else:
                self._name(line, waits[0].process, stuck).add(" ─ ", self._tone(waits))
            return self._what(line, waits[0], after=several)

        line = self._fitted(build)
        self.lines.append(self._held(line, waits[0]) if several else self._tail(line, waits[0]))

    # --- Pieces of a line -----------------------------------------------------------------------------

    def _fitted(self, build: Callable[[], Line]) -> Line:
        """A line with its names whole, or, where there is no room for that, with as much of them as there is."""
        for share in _SHARES:
            self._longest = max(self._width // share, _LEAST_NAME)
            line = build()
            if line.width <= self._width:
                break
        self._longest = self._width
        return line

    def _short(self, name: str) -> str:
        return middle_out(narrow(name), self._longest)

    def _name(self, line: Line, process: int, style: Style) -> Line:
        return line.add(self._short(self._history.name(process)), to_process(style, process))

    def _what(self, line: Line, wait: Wait, *, after: bool = False) -> Line:
        """``second``, ``get items``, ``join``: what is done and with what; with ``after``, ``items (get)``."""
        if wait.on_process is not None:
            return line.add("join", self._muted)
        doing = wait.operation if wait.resource and wait.operation != "acquire" else ""
        line.add(f"{doing} " if doing and not after else "", self._muted)
        what = self._history.waited_for(wait.resource, wait.operation, None)
        style = self._palette.style(self._palette.warning, bold=True)
        line.add(self._short(what), to_resource(style, wait.resource))
        return line.add(f" ({doing})" if doing and after else "", self._muted)

    def _holders(self, line: Line, processes: Sequence[int], style: Style) -> Line:
        """The holders by name, or how many they are."""
        if len(processes) > MOST_NAMED:
            return line.add(f"{len(processes)} holders", style)
        for i, process in enumerate(processes):
            known = self._history.processes[process]
            dead = known.ended_by(self._moment.at)
            style = self._palette.style(self._palette.bad, bold=True) if dead else style
            self._name(line.add(", " if i else "", style), process, style)
            if dead:
                line.add(f" (dead: {exit_text(known.exitcode)})", style)
        return line

    def _tail(self, line: Line, wait: Wait) -> Line:
        """For how long and on which line of source, as far as there is room."""
        pieces = ["with a timeout"] if wait.timed else []
        place = self._history.place(wait.site)
        return self._fitting(line, [span(self._moment.at - wait.since), *pieces, place])

    def _held(self, line: Line, wait: Wait) -> Line:
        """Since when what is waited for is held, and from which line of source on."""
        holds = self._history.resources[wait.resource].owned_at(self._moment.at) if wait.resource else []
        if len(holds) != 1:
            return self._tail(line, wait)
        _, _, site, since = holds[0]
        return self._fitting(line, [f"held for {span(self._moment.at - since)}", self._history.place(site)])

    def _fitting(self, line: Line, pieces: Iterable[str]) -> Line:
        for piece in pieces:
            if piece and line.width + len(piece) + 2 <= self._width:
                line.add(f"  {piece}", self._muted)
        return line

    def _names(self, before: str, waits: Sequence[Wait]) -> None:
        """As many names as there is room for in one line, and how many there are besides."""
        line = Line().add(before, self._tone(waits))
        for i, wait in enumerate(waits):
            name, more = self._short(self._history.name(wait.process)), f" and {len(waits) - i} more"
            room = self._width - (len(more) if i + 1 < len(waits) else 0)
            if i and line.width + 2 + len(name) > room:
                line.add(more, self._muted)
                break
            line.add(", " if i else "", self._muted)
            self._name(line, wait.process, self._strong((wait,)))
        self.lines.append(line)

    def _is_stuck(self, waits: Iterable[Wait]) -> bool:
        return any(wait.process in self._stuck and not wait.timed for wait in waits)

    def _strong(self, waits: Iterable[Wait]) -> Style:
        stuck = self._is_stuck(waits)
        return self._palette.style(self._palette.bad if stuck else self._palette.text, bold=stuck)

    def _strong_process(self, process: int) -> Style:
        stuck = process in self._stuck
        return self._palette.style(self._palette.bad if stuck else self._palette.text, bold=True)

    def _tone(self, waits: Iterable[Wait]) -> Style:
        return self._palette.style(self._palette.bad) if self._is_stuck(waits) else self._muted
