"""The gallery: what there is, what it teaches, its knobs; and the way to the stage and back."""

import sys
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Select, Static

from playground.catalogue import progress, yours
from playground.catalogue.discovery import discover
from playground.tui.app import PlaygroundApp
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.signals import SignalsScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.along import Along
from playground.tui.widgets.catalogue import Catalogue
from playground.tui.widgets.keys import Keys
from playground.warden import kernel
from tests.ui.driving import Driven, driven

_MINE = '''"""# One of mine

A lesson.
"""
from playground.scenario import report, run, scenario

@scenario()
def main(n: int = 3) -> None:
    report(f"mine said {n}")

if __name__ == "__main__":
    run(main)
'''


async def test_topics_fold_and_the_first_scenario_is_where_to_start() -> None:
    async with driven() as app:
        await app.shows("Start here: press Enter", "▶ Hello from several processes", "Each process is an interpreter")
        await app.shows("nap_ms", f"0 of {len(discover())} run")
        assert app.app.screen.query_one(Catalogue).has_focus
        assert "Lost updates" not in app.text
        await app.press("asterisk")

        def all_listed() -> bool:
            titles = {str(option.prompt) for option in app.app.screen.query_one(Catalogue).options}
            return all(any(each.title in title for title in titles) for each in discover())

        await app.until(all_listed)
        await app.press("asterisk")
        await app.until(lambda: "▶" not in app.text)


async def test_a_topic_is_told_and_leads_to_its_scenarios() -> None:
    async with driven() as app:
        await app.press("left")
        await app.shows("First steps: what a process is", "▸ Basics")
        await app.press("end", "up", "end")
        await app.shows("Scenarios of your own", "mp-playground new")
        await app.press("home", "right")
        await app.shows("▾ Basics")
        app.app.screen.query_one(Along).focus()
        await app.press("enter")
        await app.shows("Each process is an interpreter")
        await app.until(lambda: app.app.screen.query_one(Catalogue).has_focus)


async def test_a_click_shows_a_lesson_and_does_not_run_it() -> None:
    async with driven() as app:
        await app.until(lambda: "Basics" in app.text)
        lines = app.text.splitlines()
        row = next(i for i, line in enumerate(lines) if "▸ Synchronisation" in line)
        await app.pilot.click(offset=(8, row))
        await app.shows("▾ Synchronisation", "Two locks, two orders")
        row = next(i for i, line in enumerate(app.text.splitlines()) if "· Two locks, two orders" in line[:44])
        await app.pilot.click(offset=(8, row))
        await app.shows("A takes first and then wants second", "hold_ms")
        assert isinstance(app.app.screen, GalleryScreen)


async def test_search_finds_titles_then_lessons_then_source_and_items_by_number() -> None:
    async with driven() as app:
        await app.shows("Hello from several")
        assert "S08" not in app.text  # numbers are shown to whoever asks for them
        await app.press("slash", *"S24")
        await app.shows("A takes first and then wants second", "Two locks, two orders  S24")
        assert app.app.screen.query_one(Catalogue).option_count == 2
        words = app.app.screen.query_one("#filter", Input)
        words.value = "S24 nothing has this"
        await app.press("enter")
        await app.shows("nothing has these words")
        assert not {"Run", "Variant", "Beside"} & {*app.text.splitlines()[-1].split()}
        await app.press("enter")
        assert isinstance(app.app.screen, GalleryScreen)
        for typed, *shown in (
            ("daemon", "LIFECYCLE", "Daemons and the end of main"),
            ("set_trace", "IN THE LESSON", "A debugger in a child process"),
            ("wants second random", "IN THE SOURCE", "Two locks, two orders"),
        ):
            words.value = typed
            await app.shows(*shown)
        await app.press("escape")
        await app.shows("▾ Basics", "▸ Pools")


async def test_what_was_run_is_marked_and_the_next_one_is_proposed() -> None:
    first, second, *_ = discover()
    progress.note(first.name, "", "finished", "4 of 4 said hello")
    progress.note("synchronisation/two_locks_deadlock", "broken", "stuck", "deadlock of 2")
    async with driven() as app:
        await app.shows(f"2 of {len(discover())} run", f"▶ {second.title}")
        await app.press("B")
        await app.shows("scenarios run", "4 of 4 said hello")
        await app.until(lambda: app.app.screen.query_one("#board").has_focus)
        await app.press("enter")
        await app.shows("✓ seen  4 of 4 said hello", "next")
        app.app.screen.query_one("#filter", Input).value = "two locks"
        await app.shows("◐ Two locks, two orders", "✓ seen  broken  deadlock of 2")
        app.app.screen.query_one("#filter", Input).value = "basics/"
        await app.shows(f"✓ {first.title}")
        await app.press("n")
        await app.until(lambda: str(app.app.screen.query_one("#title", Static).render()) == second.title)


async def test_ones_own_appear_and_those_that_are_broken_harm_nothing(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    endless = f"import os\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\nwhile True: pass\n"
    for name, text in {"endless": endless, "mine": _MINE, "slip": "def main(:\n"}.items():
        path = yours.folder() / "pools" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    async with driven() as app:
        words = app.app.screen.query_one("#filter", Input)
        words.value = "pools"
        await app.shows("One of mine", "✗ slip")  # while the third one goes on
        await app.until(lambda: pid.exists() and pid.read_text())
        process = int(pid.read_text())
        words.value = "slip"
        await app.shows("SyntaxError: invalid syntax, line 1", "def main(:")
        await app.press("slash", "enter", "enter")
        await app.shows("pools/slip cannot be run")
        words.value = "mine"
        await app.shows("A lesson.")
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("mine said 3", "■")  # it has ended: leaving asks nothing
        changed = _MINE.replace("A lesson.", "Another lesson.").replace("n: int = 3", "often: int = 4, n: int = 3")
        (yours.folder() / "pools" / "mine.py").write_text(changed)
        await app.press("q")
        await app.shows("Another lesson.", "often")
    assert kernel.read(process) is None  # who leaves does not wait for it, nor leaves it behind


async def test_where_no_process_can_be_started_the_gallery_opens_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    (yours.folder()).mkdir(parents=True)
    (yours.folder() / "mine.py").write_text(_MINE)
    app = PlaygroundApp(None)
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        shown = Driven(app, pilot)
        await shown.shows("no run can be started at the moment: No such file", "Hello from several processes")
        await shown.press("enter")
        await shown.until(lambda: shown.text.count("No such file") > 1)
        await shown.press("end", "enter")
        await shown.shows("✗ mine")
        assert isinstance(app.screen, GalleryScreen)
        app.exit()


async def test_a_scenario_without_variants_says_so() -> None:
    async with driven() as app:
        await app.shows("Hello from several processes", "nap_ms")
        await app.press("v")
        await app.shows("has no variants")


async def test_a_value_out_of_range_is_named_and_cannot_be_run() -> None:
    async with driven() as app:
        await app.shows("how many greet")
        app.app.screen.query_one("#p-processes", Input).value = "99"
        await app.shows("processes=99: processes takes a", "whole number from 1 to 32")
        assert app.app.screen.query_one(Button).disabled
        await app.press("enter")
        await app.until(lambda: app.text.count("processes=99") == 2)  # beside the form and as a toast
        assert isinstance(app.app.screen, GalleryScreen)


async def test_keys_may_come_faster_than_the_form() -> None:
    async with driven() as app:
        await app.shows("how many greet")
        await app.press("slash", *"producer", "enter", "enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("channels/queue_pipeline", "producer")


async def test_the_form_offers_the_start_methods_that_the_scenario_takes() -> None:
    async with driven() as app:
        await app.shows("how many greet")
        await app.press("slash", *"zombies", "enter")
        await app.shows("lifecycle/zombies", "start method")
        offered = ["default", "fork", "spawn"]
        await app.until(lambda: [v for _, v in app.app.screen.query_one("#start_method", Select)._options] == offered)


async def test_the_hint_for_the_first_start_is_put_away_for_good() -> None:
    async with driven(size=(80, 24)) as app:
        await app.shows("h hides these lines")
        await app.press("h")
        await app.until(lambda: "hides these lines" not in app.text)
    async with driven(size=(80, 24)) as app:
        await app.shows("Hello from several")
        assert "hides these lines" not in app.text


async def test_who_has_run_something_is_not_told_where_to_start() -> None:
    progress.note("basics/hello", "", "finished", "4 of 4 said hello")
    async with driven(size=(80, 24)) as app:
        await app.shows("Hello from several", "1 of")
        assert "Start here" not in app.text


async def test_the_variant_key_goes_through_the_variants() -> None:
    async with driven() as app:
        await app.press("slash", *"deadlock", "enter")
        await app.shows("hold_ms")
        seen = []
        for _ in range(3):
            await app.press("v")
            seen.append(app.app.screen.query_one("#p-variant", Select).value)
        assert seen == ["fixed", "backoff", "broken"]


async def test_a_chosen_scenario_runs_with_the_values_of_the_form_and_is_listed_afterwards() -> None:
    async with driven() as app:
        await app.shows("how many greet")
        app.app.screen.query_one("#p-nap_ms", Input).value = "50"
        app.app.screen.query_one("#p-processes", Input).value = "2"
        app.app.screen.query_one("#start_method", Select).value = "spawn"
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("greeter-2", "✓ 2 of 2 said hello", "start_method spawn")
        await app.press("q")
        await app.until(lambda: isinstance(app.app.screen, GalleryScreen))
        await app.press("r")
        await app.shows("finished", "2 of 2 said hello")
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("REPLAY", "greeter-2")


async def test_a_stage_waits_for_the_run_and_is_built_anew_when_the_person_has_chosen_otherwise() -> None:
    async with driven() as app:
        gallery = app.app.screen
        assert isinstance(gallery, GalleryScreen)
        await app.until(lambda: gallery._stage._stage)
        waiting = gallery._stage._stage
        await app.until(lambda: app.app.screen is gallery)
        await app.press("enter")
        await app.shows("Timeline", "greeter-1")
        assert app.app.screen is waiting
        await app.press_at_once("q", "y")
        await app.until(lambda: gallery.is_current)
        await app.until(lambda: gallery._stage._stage)
        other = gallery._stage._stage
        assert other is not waiting
        app.app.theme = "playground-light"
        await app.until(lambda: gallery._kept.settings.theme == "playground-light")
        await app.press("enter")
        await app.shows("Timeline", "greeter-1")
        assert app.app.screen is not other
        await app.until(lambda: other is not None and not other.is_running)


async def test_keys_go_where_the_key_before_leads_however_quickly_they_are_typed() -> None:
    async with driven() as app:
        await app.press_at_once("slash", "d", "e", "a", "d", "l", "enter", "enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.press_at_once("f9", "h", "u", "p")
        await app.until(lambda: isinstance(app.app.screen, SignalsScreen))
        await app.until(lambda: app.app.screen.query_one(Input).value == "hup")


async def test_the_keys_at_the_bottom_are_clicked_and_say_more_under_the_mouse() -> None:
    async with driven() as app:
        await app.shows("Hello from several processes", "start method", "v Variant", "palette")
        line = app.app.screen.query_one(Keys)

        def place(word: str) -> tuple[int, int]:
            return str(line.render()).index(word), 0

        await app.hovers(line, lambda: place("Source"), lambda: line.tooltip == "Show the source")
        await app.pilot.click(line, offset=place("Source"))
        await app.shows("def main(")
        await app.hovers(line, lambda: place("palette"), lambda: "palette" in str(line.tooltip))
        await app.pilot.click(line, offset=place("Search"))
        await app.until(lambda: app.app.focused is not None and app.app.focused.id == "filter")
        await app.until(lambda: "To the list" in str(line.render()))
        await app.hovers(line, lambda: place("To the list"), lambda: line.tooltip == "Go to the scenarios found")
        await app.press("down")
        await app.until(lambda: line.tooltip not in (None, "Go to the scenarios found"))  # of the key that is there now
