"""Sixty faults and bad inputs: what is expected of each, and where it is tried."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import faults
from tests.processes.thorough import THOROUGH

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Here:
    """Tried by this function; ``seldom`` only on demand."""

    expected: str
    fault: Callable[[Path], None]
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """Tried by other tests, ``file::test`` below ``tests``."""

    expected: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Not tried, and why."""

    expected: str
    reason: str


def there(expected: str, *tests: str) -> There:
    return There(expected, tests)


CASES: dict[str, Here | There | Nowhere] = {
    # Programs that cannot be run, or start too much.
    "01-script-missing": there("one line, 2", "processes/test_cli.py::test_bad_input_is_one_line_and_exit_code_2"),
    "02-script-unreadable": there(
        "one line, 2", "processes/test_bad_surroundings.py::test_an_unreadable_program_is_one_line"
    ),
    "03-script-is-a-directory": Here("one line, 2", faults.a_directory),
    "04-syntax-error": there(
        "Python's own traceback and exit code",
        "processes/test_bad_surroundings.py::test_a_programs_own_error_is_shown_as_python_shows_it",
    ),
    "05-no-main-guard": there(
        "Python's own error, and one finding with the cure",
        "processes/test_findings_lives.py::test_starting_processes_on_import_is_one_finding",
    ),
    "06-recursion-of-starts": Here("frozen at the limit, and said", faults.recursion),
    "07-fork-bomb": there("frozen at the limit, and said", "processes/test_warden.py::test_limit_freezes_the_run"),
    # Ends by a signal.
    "08-child-killed": there(
        "the signal is named, its lock is abandoned",
        "processes/test_hanging.py::test_a_hanging_program_is_explained",
        "ui/test_live.py::test_killing_the_holder_shows_who_is_now_stuck",
    ),
    "09-segmentation-fault": there(
        "the signal is named, an error", "processes/test_findings_lives.py::test_a_crash_is_an_error"
    ),
    "09-segmentation-fault-with-faulthandler": Here("its traceback passes through, 139", faults.crash),
    "10-out-of-memory": Here("SIGKILL from outside is named, and what may have sent it", faults.killed_from_outside),
    # Limits.
    "11-sigbus-on-full-shared-memory": Here("native, with a hint; none of ours", faults.full_shared_memory),
    "11-shared-memory-fills-up": Here("no SIGBUS of ours, nothing lost", faults.shared_memory_that_fills_up),
    "12-emfile": there(
        "the program's own error, or one line of ours",
        "processes/test_bad_surroundings.py::test_too_few_descriptors_are_said_by_the_program_or_in_one_line",
    ),
    "13-eagain-on-fork": Here("the program's own error", faults.no_more_processes),
    "13-eagain-on-our-own-fork": Here("one line, 2", faults.no_process_for_us),
    "14-no-shared-memory": there(
        "the program's own error; recorded",
        "processes/test_bad_surroundings.py::test_without_shared_memory_the_program_tells_and_the_run_is_recorded",
    ),
    "15-read-only-shared-memory": there(
        "the program's own error; recorded",
        "processes/test_bad_surroundings.py::test_without_shared_memory_the_program_tells_and_the_run_is_recorded",
    ),
    "16-noexec-run-directory": Here("no difference", faults.no_programs_in_the_run_directory),
    "16-no-runtime-directory": Here("the next place is taken", faults.no_runtime_directory),
    # Recordings.
    "17-disk-full-while-recording": there(
        "a notice; valid to the last checkpoint",
        "unit/test_recording.py::test_a_full_disk_ends_the_recording_at_its_last_checkpoint",
    ),
    "18-disk-full-at-the-start": there(
        "a notice; the run goes on", "unit/test_recording.py::test_a_disk_that_is_full_from_the_start"
    ),
    "19-recording-truncated": there(
        "valid prefix and a notice",
        "unit/test_recording_damage.py::test_a_cut_recording_opens_up_to_its_last_checkpoint",
    ),
    "20-recording-with-a-wrong-bit": there(
        "nothing that was not written",
        "unit/test_recording_damage.py::test_a_wrong_byte_shows_nothing_that_was_not_written",
    ),
    "21-no-recording": there("one line, 2", "processes/test_cli.py::test_what_is_no_recording_is_refused"),
    "22-newer-recording": there(
        "one line, 2", "unit/test_recording.py::test_another_major_version_is_refused_in_one_line"
    ),
    "23-recording-beyond-memory": Here("its valid part, or one line, 2", faults.a_recording_beyond_memory),
    "24-a-million-processes": Nowhere("constant memory", "history keeps every process of a run"),
    "25-name-of-1-MB": Here("cut", faults.names_that_are_no_text),
    "26-deep-json": there(
        "ends what is trusted",
        "unit/test_recording_damage.py::test_lines_too_deep_or_too_long_end_what_is_trusted",
    ),
    "27-ids-that-collide": there(
        "opened or refused",
        "unit/test_recording_damage.py::test_any_lines_that_a_checkpoint_confirms_are_opened_or_refused",
    ),
    "28-times-going-back": there("clamped", "unit/test_recording.py::test_times_never_go_backwards"),
    "29-pids-of-a-file": there("never signalled", "ui/test_replay.py::test_no_command_reaches_a_process_from_a_replay"),
    # Names.
    "30-32-hostile-arguments": Here("one short clean line, 2; no file", faults.hostile_arguments),
    "30-32-hostile-names-of-recordings": Here("shown clean, or a notice", faults.hostile_names_of_recordings),
    "32-slug": there(
        "stays in its directory",
        "unit/test_library.py::test_a_new_file_stays_in_the_directory_whatever_the_scenario_is_called",
    ),
    "33-hostile-process-names": there(
        "shown escaped", "ui/test_hostile.py::test_hostile_names_and_output_are_shown_as_they_are"
    ),
    "34-names-that-are-no-text": Here("shown as text", faults.names_that_are_no_text),
    # Floods, clocks, namespaces, rights.
    "35-flood-of-events": Here("all recorded, or drops counted", faults.a_flood_of_events),
    "36-flood-of-output": there(
        "all of it passes, the program waits for the reader",
        "processes/test_streams.py::test_a_slow_reader_gets_everything_and_the_program_waits_for_it",
    ),
    "37-wall-clock-jumps": Here("nothing is reckoned by it", faults.the_wall_clock_is_not_used),
    "38-suspend": Nowhere("as if no time had passed", "a test cannot suspend the machine; as 37, one clock is used"),
    "39-pid-reuse": there("never hit", "processes/test_warden.py::test_signals_exactly_one_process"),
    "40-pid-namespace": Here("no difference", faults.a_namespace_of_pids),
    "41-child-of-another-user": Here("said, and not 0", faults.a_child_of_another_user, seldom=True),
    "42-hidepid": Here("no difference to a run", faults.hidden_processes),
    "43-yama": there(
        "said by doctor and by attach",
        "unit/test_doctor.py::test_what_is_found_is_judged",
        "processes/test_attach.py::test_what_cannot_be_attached_to_is_said_in_one_line",
    ),
    # Terminals and keys.
    "44-dumb-terminal": there("one line, 2", "ui/test_terminal.py::test_a_dumb_terminal_is_refused"),
    "45-no-terminal": there("one line, 2", "processes/test_cli.py::test_bad_input_is_one_line_and_exit_code_2"),
    "46-latin-1-and-C": Here("plain signs, escapes", faults.a_stream_without_the_signs),
    "47-terminal-of-1-by-1": there(
        "says what it needs", "ui/test_sizes.py::test_too_small_says_so_and_goes_on_when_there_is_room"
    ),
    "48-resizing": there("goes on", "ui/test_sizes.py::test_too_small_says_so_and_goes_on_when_there_is_room"),
    "49-ctrl-c": there(
        "goes to the program, 130", "processes/test_cli.py::test_an_interrupt_reaches_the_program_and_ends_the_run"
    ),
    "50-ctrl-c-twice": Here("ends the run, 130", faults.a_second_interrupt),
    "51-stopped-and-continued": Here("nothing is lost", faults.stopped_and_continued),
    # Programs that change what they run in.
    "52-environment-cleared-descriptors-closed": there(
        "ended all the same", "processes/test_warden.py::test_leaving_ends_stubborn_processes"
    ),
    "53-other-directory-and-session": there(
        "no difference",
        "processes/test_transparency.py::test_an_awkward_program_does_what_it_does_without_the_playground",
    ),
    "54-unpicklable": there(
        "Python's own error and the cure", "processes/test_findings_lives.py::test_a_local_target_has_its_cure"
    ),
    "55-patched-standard-library": there(
        "left alone, said not to be observed",
        "processes/test_coverage_processes.py::test_a_module_that_is_another_one_is_left_alone_and_said_to_be_unobserved",
    ),
    "56-own-sitecustomize": there(
        "no difference",
        "processes/test_transparency.py::test_an_awkward_program_does_what_it_does_without_the_playground",
    ),
    "56-own-sitecustomize-that-fails": Here("Python's own error; observed", faults.a_customization_that_fails),
    # Two of us, and other interpreters.
    "57-two-at-once": Here("apart from each other", faults.two_at_once),
    "58-recording-opened-twice": Here("only read", faults.a_recording_opened_twice),
    "59-old-python-and-pypy": there(
        "one line, 2", "processes/test_bad_surroundings.py::test_an_interpreter_that_will_not_do_is_one_line"
    ),
    "59-isolated-python": Here("runs, and is said not to be observed", faults.isolated),
    "60-program-in-an-archive": Here("observed", faults.a_program_in_an_archive),
    "60-playground-in-an-archive": Here("one line, 2", faults.the_playground_in_an_archive),
}
"""Number and name of a fault to what is expected, and where that is tried."""

HERE = [
    pytest.param(case.fault, id=name, marks=(THOROUGH,) if case.seldom else ())
    for name, case in CASES.items()
    if isinstance(case, Here)
]
THERE = {test for case in CASES.values() if isinstance(case, There) for test in case.tests}


@pytest.mark.parametrize("fault", HERE)
def test_a_fault_has_the_expected_outcome(fault: Callable[[Path], Any], tmp_path: Path) -> None:
    fault(tmp_path)


@pytest.mark.parametrize("test", sorted(THERE))
def test_what_is_tried_elsewhere_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_fault_is_in_the_table() -> None:
    numbers: set[int] = set()
    for name in CASES:
        first, *rest = [int(each) for each in name.split("-")[:2] if each.isdecimal()]
        numbers |= set(range(first, (rest or [first])[0] + 1))
    assert numbers == set(range(1, 61))
