"""Recordings of real runs."""

from pathlib import Path

DEADLOCK = Path(__file__).with_name("deadlock.mpr.jsonl")
"""Of half a second: A and B take ``first`` and ``second`` in two orders."""
