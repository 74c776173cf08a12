"""What columns of one length have in common: they forget what lies before an instant."""

from array import array
from bisect import bisect_right
from typing import Any

from playground.history.batch import Nanoseconds

NOTHING = array("q")
"""Stands for every column that is empty and will mostly stay so; never changed."""


def forget(since: Nanoseconds, times: "array[int]", *others: "array[Any]") -> int:
    """Drop all entries but the last one at or before ``since`` and what comes after; returns how many went."""
    count = bisect_right(times, since) - 1
    if count <= 0:
        return 0
    for column in (times, *others):
        del column[:count]
    return count
