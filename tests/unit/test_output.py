"""A run's two pipes: lines for the log, bytes for passing on, floods, and streams that nobody wants."""

import os
from collections.abc import Iterator

import pytest

from playground.output import MOST_LINES, Output


@pytest.fixture
def pipes() -> Iterator[tuple[Output, int, int]]:
    """An output with the writing ends of its pipes."""
    (out, to_out), (error, to_error) = os.pipe2(os.O_NONBLOCK), os.pipe2(os.O_NONBLOCK)
    yield Output(out, error), to_out, to_error
    for descriptor in (out, error, to_out, to_error):
        os.close(descriptor)


def test_lines_and_bytes_are_of_the_same_output(pipes: tuple[Output, int, int]) -> None:
    output, out, error = pipes
    output.passing_on = True
    os.write(out, b"one\r\ntwo\nhal")
    os.write(error, b"oops\n")
    assert output.read(0) == [("stdout", "one"), ("stdout", "two"), ("stderr", "oops")]
    assert output.take() == [("stdout", b"one\r\ntwo\nhal"), ("stderr", b"oops\n")]
    assert output.read(1, final=True) == [("stdout", "hal")]


def test_of_a_flood_the_log_keeps_beginning_and_end_and_passes_on_all(pipes: tuple[Output, int, int]) -> None:
    output, out, _ = pipes
    output.passing_on = True
    data = b"".join(b"%d\n" % n for n in range(5 * MOST_LINES))
    os.write(out, data)
    lines = [line for _, line in output.read(0)]
    assert (lines[0], lines[-1]) == ("0", str(5 * MOST_LINES - 1))
    assert len(lines) == MOST_LINES + 1
    assert f"({4 * MOST_LINES} more lines at once, not kept)" in lines
    assert output.take() == [("stdout", data)]


def test_while_paused_the_program_waits(pipes: tuple[Output, int, int]) -> None:
    output, out, _ = pipes
    output.paused = True
    os.write(out, b"later\n")
    assert output.read(0) == []
    output.paused = False
    assert output.read(1) == [("stdout", "later")]


def test_a_refused_stream_is_a_broken_pipe_for_its_writer(pipes: tuple[Output, int, int]) -> None:
    output, out, error = pipes
    output.refuse("stdout")
    with pytest.raises(BrokenPipeError):
        os.write(out, b"x")
    os.write(error, b"still read\n")
    assert output.read(0) == [("stderr", "still read")]
