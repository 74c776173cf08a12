"""The bar of a replay: exact cells at any size, marks by what is graver, and what is under the mouse."""

from pathlib import Path

import pytest

from playground.history import Mark
from playground.replay import Replay
from playground.tui.moment import moment_of
from playground.tui.render.palette import Palette
from playground.tui.render.transport import Button, button_at, instant, place, transport
from playground.tui.view import View
from tests.unit.clock import Clock
from tests.unit.made_runs import replayed_run
from tests.unit.recordings import write
from tests.unit.rows import MS


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """Of four seconds; reports at 200 ms, a death that is a finding too at 300, a lost lock at 500."""
    path = tmp_path / "a.mpr.jsonl"
    write(path, replayed_run().cut([3, 5]))
    return Replay(path, Clock())


def drawn(replay: Replay, width: int, height: int) -> list[str]:
    strips = transport(moment_of(replay, View()), width, height, Palette())
    assert [strip.cell_length for strip in strips] == [width] * len(strips)
    return [strip.text for strip in strips]


@pytest.mark.parametrize("height", [1, 2])
def test_it_is_as_wide_as_its_place(replay: Replay, height: int) -> None:
    for width in range(1, 200):
        assert len(drawn(replay, width, height)) == height


def test_it_tells_how_the_replay_is_played(replay: Replay) -> None:
    assert drawn(replay, 120, 2)[0].startswith("  ►    ◂  1x   ▸   → on")
    replay.toggle()
    replay.reverse()
    replay.set_speed(1 / 64)
    replay.turn_gaps()
    replay.turn_kind()
    upper, lower = drawn(replay, 120, 2)
    assert upper.startswith("  ‖    ◂ 1/64x ▸   ← back")
    assert lower.startswith(" [ ] findings  no gaps A")
    assert drawn(replay, 80, 1)[0].startswith("  ‖   ← 1/64x no")


def test_marks_stand_where_they_are_the_graver_first(replay: Replay) -> None:
    replay.put_bookmark(4_000 * MS, "end")
    upper, lower = drawn(replay, 141, 2)
    cells = 141 - 28 - 13
    signs = {x - 28: sign for x, sign in enumerate(upper[: 28 + cells]) if x >= 28 and sign != " "}
    at = {ms: place(ms * MS, 4_000 * MS, cells) for ms in (0, 200, 300, 500, 4_000)}
    assert signs == {at[0]: "▼", at[200]: "▪", at[300]: "!", at[500]: "✗", at[4_000]: "◆"}
    assert lower[28] == "●"
    assert "✗" in drawn(replay, 80, 1)[0]


def test_a_finding_has_the_sign_of_its_severity_and_the_gravest_on_a_cell_is_seen(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(0, "info"), (1_000, "warning"), (2_000, "warning"), (2_000, "error"), (2_000, "info")]
    marks = [Mark(at * MS, "findings", "", -1, severity) for at, severity in found]
    monkeypatch.setattr(Replay, "marks", marks)
    upper, _ = drawn(replay, 141, 2)
    assert upper[28:128].split() == ["i", "!", "✗"]


def test_a_section_is_between_its_ends(replay: Replay) -> None:
    replay.seek(1_000 * MS)
    replay.turn_section()
    replay.seek(2_000 * MS)
    assert "├━" in drawn(replay, 120, 2)[1]
    replay.turn_section()
    replay.seek(1_500 * MS)
    bar = drawn(replay, 120, 2)[1]
    assert bar.count("├") == bar.count("┤") == 1
    assert bar.index("├") < bar.index("●") < bar.index("═") < bar.index("┤")


def test_what_is_under_the_mouse() -> None:
    assert [button_at(x, 0, 2) for x in (2, 7, 16, 20)] == [Button.PLAY, Button.SLOWER, Button.FASTER, Button.TURN]
    assert [button_at(x, 1, 2) for x in (2, 16, 24)] == [Button.KIND, Button.GAPS, Button.SECTION]
    assert [button_at(x, 0, 1) for x in (2, 7)] == [Button.PLAY, None]
    for width, height, left in ((120, 2, 28), (80, 1, 18)):
        assert instant(left - 1, 4_000, width, height) is None
        assert instant(left, 4_000, width, height) == 0
        assert instant(width, 4_000, width, height) == 4_000
