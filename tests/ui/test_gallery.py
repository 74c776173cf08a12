"""The gallery: what there is, what it teaches, its knobs; and the way to the stage and back."""

from textual.widgets import Button, Input, OptionList, Select

from playground.gallery import discover
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from tests.ui.driving import driven


async def test_every_scenario_is_listed_and_the_first_one_explained() -> None:
    async with driven() as app:
        for scenario in discover():
            assert scenario.title in app.text
        await app.shows("Each process is an interpreter of its own", "nap_ms", "lesson S08")


async def test_filter_finds_by_words_and_by_lesson_number() -> None:
    async with driven() as app:
        await app.press("slash", *"S24")
        await app.shows("A takes first and then wants second")
        assert app.app.screen.query_one("#scenarios", OptionList).option_count == 2
        await app.press(*" nothing has this")
        await app.shows("nothing has these words")
        await app.press("escape")
        await app.shows("Pool.map")


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
        await app.press("down", "enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("channels/queue_pipeline", "producer")


async def test_the_hint_for_the_first_start_is_put_away_for_good() -> None:
    async with driven(size=(80, 24)) as app:
        await app.shows("h hides these lines")
        await app.press("h")
        await app.until(lambda: "hides these lines" not in app.text)
    async with driven(size=(80, 24)) as app:
        await app.shows("Hello from several")
        assert "hides these lines" not in app.text


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
