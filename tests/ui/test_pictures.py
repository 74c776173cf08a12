"""What each pane draws of runs written by hand, beside the pictures that are kept of it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual.color import Color
from textual.strip import Strip

from playground.excerpt import Sources, places
from playground.probe import layout
from playground.tui.moment import Moment
from playground.tui.render import (
    counters,
    details,
    findings,
    header,
    log,
    processes,
    resource,
    resources,
    source,
    waits,
)
from playground.tui.render import transport as bar
from playground.tui.render.axis import scale_of
from playground.tui.render.glyphs import PlainGlyphs
from playground.tui.render.palette import Palette, palette_of
from playground.tui.render.plan import plan
from playground.tui.render.timeline import Drawing, Pointer
from playground.tui.render.tokens import strip_of
from playground.tui.theme import LIGHT
from tests.ui.driving import driven
from tests.ui.histories import (
    SOURCE,
    behind_a_lock,
    busy,
    family,
    replay_of,
    replayed,
    seen,
    stock,
    transfer,
)
from tests.ui.picture import KEPT, compare, glyphs_of, told
from tests.unit.rows import MS, Run

DARK = Palette()
IN_LIGHT = palette_of({**LIGHT.to_color_system().generate(), **LIGHT.variables}, dark=False, plain=False)
PLAIN = Palette(plain=True)
ASCII = Palette(ascii=True)
GROUND = Color.parse(DARK.ground)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, by a function without arguments, in a palette."""

    draw: Callable[[], list[Strip]]
    palette: Palette = DARK


def timeline(
    moment: Moment, width: int, height: int, palette: Palette = DARK, pointer: Pointer | None = None
) -> list[Strip]:
    places = plan(moment, height, None, 0)
    scale = scale_of(moment, width - places.names)
    return [strip_of(row) for row in Drawing(palette).rows(moment, scale, places, pointer or Pointer())]


def plots(moment: Moment, width: int, height: int) -> list[Strip]:
    return counters.Drawing(DARK).strips(moment, width, height)


def told_findings(moment: Moment, width: int) -> list[Strip]:
    """The first of them is open."""
    sources = Sources(moment.history, reads_files=False)
    strips: list[Strip] = []
    for place, each in enumerate(findings.told(moment.history, moment.findings)):
        at = places(moment.history, each.finding) if place == 0 else ()
        strips += findings.draw(moment.history, each, at, sources, width, DARK, open_=place == 0)
    return strips


def text_of(moment: Moment, width: int) -> list[Strip]:
    file, bright = source.place_of_selected(moment)
    said = source.notes(moment, file, {each: places(moment.history, each) for each in moment.findings})
    return list(source.draw(SOURCE, said, bright, width, DARK))


def logged(moment: Moment, width: int, words: str = "") -> list[Strip]:
    """The last line is chosen; what comes after 710 ms is later than the instant shown."""
    lines = moment.history.lines
    return [
        strip
        for line in lines
        for strip in log.draw(
            line, moment.history, width, DARK, chosen=line is lines[-1], later=line.time > 710 * MS, words=words
        )
    ]


def heads(moment: Moment, width: int) -> list[Strip]:
    return header.header(moment, width, 1, DARK) + header.banner(moment, "", width, 3, DARK)


PICTURES = {
    "timeline-deadlock": Picture(lambda: timeline(seen(transfer()), 100, 17)),
    "timeline-low": Picture(lambda: timeline(seen(transfer(), selected=1), 60, 8)),
    "timeline-replay": Picture(
        lambda: timeline(
            replayed(transfer(), 160, links=True, cursor=300 * MS),
            80,
            13,
            pointer=Pointer(300 * MS, None, "what is read there"),
        )
    ),
    "timeline-zoomed-out": Picture(lambda: timeline(seen(busy()), 80, 14)),
    "timeline-family": Picture(lambda: timeline(seen(family(), order="tree"), 80, 18)),
    "timeline-light": Picture(lambda: timeline(seen(transfer()), 60, 12, IN_LIGHT), IN_LIGHT),
    "timeline-no-colour": Picture(lambda: timeline(seen(transfer()), 60, 17, PLAIN), PLAIN),
    "timeline-ascii": Picture(
        lambda: [strip.apply_filter(PlainGlyphs(), GROUND) for strip in timeline(seen(transfer()), 60, 12, ASCII)]
    ),
    "counters": Picture(lambda: plots(seen(stock()), 46, 18)),
    "counters-low": Picture(lambda: plots(seen(stock()), 30, 6)),
    "waits-circle": Picture(lambda: waits.draw(seen(transfer()), 60, 9, DARK)),
    "waits-tree": Picture(lambda: waits.draw(seen(behind_a_lock()), 56, 9, DARK)),
    "processes-tree": Picture(lambda: processes.draw(seen(family(), order="tree"), 90, 9, DARK)),
    "processes-narrow": Picture(lambda: processes.draw(seen(transfer(), picked=frozenset({2})), 44, 6, DARK)),
    "details-process": Picture(lambda: details.draw(seen(transfer(), selected=1), 80, DARK)),
    "details-ended": Picture(lambda: details.draw(seen(family(), selected=2), 80, DARK)),
    "details-lock": Picture(lambda: resource.draw(seen(transfer(), resource=1), 80, DARK)),
    "details-value": Picture(lambda: resource.draw(seen(stock(), resource=1), 80, DARK)),
    "resources": Picture(lambda: resources.draw(seen(stock()), 100, 8, DARK)),
    "source": Picture(lambda: text_of(seen(transfer(), selected=1), 90)),
    "log": Picture(lambda: logged(seen(stock()), 70, "full")),
    "findings": Picture(lambda: told_findings(seen(transfer()), 80)),
    "head": Picture(lambda: heads(seen(transfer()), 160)),
    "head-narrow": Picture(lambda: heads(seen(transfer()), 80)),
    "head-of-replay": Picture(lambda: heads(replayed(stock(), 900), 80)),
    "transport": Picture(lambda: bar.transport(replayed(transfer(), 300), 100, 2, DARK)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_pane_is_drawn_as_it_is_kept(name: str) -> None:
    picture = PICTURES[name]
    compare(name, told(picture.draw(), picture.palette))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_stage_is_laid_out_as_it_is_kept(size: tuple[int, int]) -> None:
    replay = replay_of(transfer(), 640)
    async with driven(replay, size) as app:
        replay.playing = False
        replay.seek(640 * MS)
        await app.shows("00:00.640", "deadlock of 2", "►")
        compare(f"stage-{size[0]}x{size[1]}", glyphs_of(app.app.screen._compositor.render_strips()))


def test_every_picture_that_is_kept_is_drawn() -> None:
    assert {path.stem for path in KEPT.glob("*.txt")} == {*PICTURES, "stage-80x24", "stage-160x45"}


@pytest.mark.parametrize(("verdict", "sign"), [("lost 9 of 40", "!"), ("not run: Dask is not installed", "▪")])
def test_a_run_that_could_show_nothing_is_neither_right_nor_wrong(verdict: str, sign: str) -> None:
    run = Run()
    main = run.process("main", role="main")
    run.row(50, main, layout.REPORT, value=run.text(verdict))
    run.row(60, main, layout.RUN_ENDED, value=layout.OUTCOMES.index("finished") << 32)
    (line,) = header.banner(replayed(run, 60), "", 60, 3, DARK)
    assert line.text.strip() == f"{sign} {verdict}"
