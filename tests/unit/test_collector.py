"""Who is new is found, however close together they begin."""

import os
from pathlib import Path

from playground.collector.collector import Collector


def test_a_journal_that_came_at_the_very_time_of_another_one_is_found(tmp_path: Path) -> None:
    collector = Collector([tmp_path], tmp_path, 0)
    instant = os.stat(tmp_path).st_mtime_ns
    for pid in (1, 2):
        (tmp_path / f"{pid}-7.t").touch()
        os.utime(tmp_path, ns=(instant, instant))
        collector.scan()
    assert set(collector.journals) == {(1, 7), (2, 7)}
