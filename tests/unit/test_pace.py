"""As many events are taken in as fit into the time of a tick."""

from playground.pace import LEAST, MOST, TICK_NS, Pace


def after(*ticks: tuple[int, int]) -> int:
    pace = Pace()
    for rows, ns in ticks:
        pace.took(rows, ns)
    return pace.rows


def test_a_fast_machine_takes_the_most() -> None:
    assert after() == after(*[(MOST, TICK_NS // 4)] * 20) == MOST


def test_a_slow_one_takes_what_fits() -> None:
    fits = after(*[(500, TICK_NS)] * 40)
    assert abs(fits - 500) <= 1


def test_there_is_always_some_progress_and_it_recovers() -> None:
    slow = [(LEAST, 100 * TICK_NS)] * 20
    assert after(*slow) == LEAST
    assert after(*slow, *[(LEAST, TICK_NS // 100)] * 60) == MOST


def test_a_few_events_say_nothing() -> None:
    assert after((3, 10 * TICK_NS)) == MOST
