"""Tracebacks as text."""

from playground.findings.traces import parse

CHAINED = '''multiprocessing.pool.RemoteTraceback:
"""
Traceback (most recent call last):
  File "/home/me/x.py", line 3, in work
    int("a")
ValueError: first
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/me/x.py", line 9, in <module>
    pool.map(work, [1])
  File "/usr/lib/python3.11/multiprocessing/pool.py", line 367, in map
    return self._map_async(func, iterable, mapstar, chunksize).get()
ValueError: last
'''


def test_the_place_is_the_programs_own_line_of_the_last_traceback() -> None:
    trace = parse(CHAINED)
    assert (trace.error, trace.place, trace.functions) == ("ValueError: last", "x.py:9", ("<module>", "map"))


def test_lines_of_libraries_stand_in_where_the_program_has_none() -> None:
    trace = parse(
        'Traceback (most recent call last):\n  File "/usr/lib/python3.11/bdb.py", line 5, in a\nbdb.BdbQuit\n'
    )
    assert (trace.error, trace.place) == ("bdb.BdbQuit", "bdb.py:5")


def test_text_that_is_no_traceback() -> None:
    assert parse("").error == "an exception"
    assert (parse("SystemError: no").error, parse("SystemError: no").place) == ("SystemError: no", "")


def test_a_syntax_error_has_no_frames() -> None:
    text = "Traceback (most recent call last):\nSyntaxError: invalid syntax (late.py, line 3)\n"
    assert parse(text).error == "SyntaxError: invalid syntax (late.py, line 3)"
