"""The texts of a program's own files are kept with its run, and shown in a replay."""

import os
from pathlib import Path

from playground.excerpt import Sources
from playground.history import Definition, FileDefinition, SiteDefinition
from playground.own_files import LARGEST, OwnFiles
from playground.replay import Replay
from tests.unit.recordings import write
from tests.unit.rows import Run


def named(*files: object) -> list[Definition]:
    return [SiteDefinition(i, str(file), i, "f") for i, file in enumerate(files, 1)]


def test_each_file_is_kept_once_and_the_main_one_not(tmp_path: Path) -> None:
    main, other = tmp_path / "main.py", tmp_path / "other.py"
    for file in (main, other):
        file.write_text(f"# {file.name}\x1b[31m\n")
    files = OwnFiles(str(main))
    assert files.texts(named(main, other, other)) == [FileDefinition(str(other), "# other.py␛[31m\n")]
    assert files.texts(named(other)) == []


def test_what_is_no_file_of_the_program_is_not_read(tmp_path: Path) -> None:
    large, pipe, library = tmp_path / "large.py", tmp_path / "pipe.py", tmp_path / "site-packages" / "x.py"
    large.write_bytes(b"#" * (LARGEST + 1))
    os.mkfifo(pipe)
    library.parent.mkdir()
    library.write_text("import os\n")
    named_so = (large, pipe, library, tmp_path, "<string>", "", "\0", tmp_path / "no.py", os.__file__)
    assert OwnFiles("").texts(named(*named_so)) == []


def test_there_is_an_end_to_how_much_is_kept(tmp_path: Path) -> None:
    places = [tmp_path / f"{number}.py" for number in range(12)]
    for place in places:
        place.write_bytes(b"#" * LARGEST)
    assert len(OwnFiles("").texts(named(*places))) == 8


def test_a_replay_shows_them_without_reading_a_file(tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text("one\ntwo\n")
    run = Run()
    a = run.process("A")
    run.row(1, a, 30, site=run.site(str(other), 2, "f"))
    for each in OwnFiles("").texts(named(other)):
        run.define(each)
    write(tmp_path / "a.mpr.jsonl", [run.batch()])
    other.write_text("changed\n")
    replay = Replay(tmp_path / "a.mpr.jsonl")
    sources = Sources(replay.history, reads_files=replay.reads_files)
    assert list(sources.lines(str(other))) == ["one", "two"]
    assert list(sources.lines(str(tmp_path / "no.py"))) == []
