"""Who may import whom, read from the sources; and what the pure parts really load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import playground
from playground.tui.opening import prepare

PACKAGE = Path(playground.__file__).parent
ROOT = PACKAGE.parent

ALLOWED: dict[str, set[str]] = {
    # What every observed process, and every copied scenario, lives with: nothing of ours.
    "probe": {"probe"},
    "scenario": set(),
    "text": set(),
    "errors": set(),
    "kept": set(),
    "settings": {"kept", "text"},
    "catalogue.template": {"scenario"},
    "warden": {"warden", "probe.layout"},
    "terminal": {"terminal", "warden.client"},
    # Pure: from rows to what they mean.
    "open_files": set(),
    "collector": {"collector", "history.batch", "open_files", "probe.layout", "text"},
    "history": {"history", "probe.layout"},
    "findings": {"findings", "history", "probe.layout"},
    "summary": {"findings", "history", "probe.layout"},
    "recording": {"recording", "errors", "history", "kept", "text"},
    "listing": {"recording", "text"},
    "comparison.sequences": {"history", "probe.layout"},
    "comparison.compare": {"comparison.sequences"},
    "comparison.faces": {"comparison.compare", "face", "history", "recording", "replay", "summary"},
    "so_far": set(),
    "comparison.diff": {"comparison.compare", "errors", "export.opening", "page", "so_far", "summary", "text"},
    "face": {"debugger", "findings", "history"},
    # One run, live or replayed.
    "inspection.sampler": {"open_files"},
    "output": set(),
    "procfs": {"procfs", "probe.layout", "warden.kernel"},
    "inspection.frames": set(),
    "inspection.books": {"procfs"},
    "inspection.holders": {"collector", "history", "inspection.books", "probe.layout", "procfs"},
    "inspection.stacks": {"inspection.frames", "probe.layout"},
    "inspection.backtrace": {
        "inspection.frames",
        "probe.layout",
        "procfs",
        "inspection.sampler",
        "inspection.stacks",
        "text",
    },
    "inspection.standstill": {
        *("collector", "history", "inspection.frames", "inspection.holders", "inspection.stacks"),
        *("probe.entry", "probe.layout", "procfs", "warden.kernel"),
    },
    "inspection.inspector": {
        "collector",
        "history",
        "probe.layout",
        "procfs",
        "inspection.sampler",
        "inspection.standstill",
        "warden.kernel",
    },
    "inspection.memory_sampler": {"collector", "history", "probe.layout"},
    "catalogue.describing": {"scenario", "warden.kernel"},
    "catalogue.yours": {
        *("__init__", "catalogue.describing", "errors", "kept", "scenario", "scenarios", "settings", "text"),
        "warden.client",
    },
    "catalogue.discovery": {"errors", "scenario", "scenarios", "catalogue.yours"},
    "catalogue.progress": {"kept", "scenario", "text"},
    "catalogue.board": {"catalogue.progress", "scenario"},
    "catalogue.new": {"errors", "catalogue.template", "catalogue.yours"},
    "target": {"errors", "catalogue.discovery", "scenario", "text", "catalogue.yours"},
    "debugger": {"probe.entry", "text"},
    "scheduling": {"warden.kernel"},
    "own_files": {"history", "text"},
    "pace": set(),
    "giving_way": {"procfs"},
    "observed": {
        *(
            "collector",
            "debugger",
            "errors",
            "findings",
            "history",
            "inspection.inspector",
            "output",
            "own_files",
            "pace",
        ),
        *("probe.layout", "recording", "scheduling", "summary"),
    },
    "live": {
        *(
            "debugger",
            "errors",
            "history",
            "inspection.inspector",
            "inspection.memory_sampler",
            "observed",
            "output",
            "recording",
            "target",
        ),
        *(
            "catalogue.progress",
            "giving_way",
            "probe.entry",
            "probe.layout",
            "procfs",
            "inspection.standstill",
            "warden",
            "collector",
        ),
    },
    "attach": {
        "errors",
        "history",
        "inspection.inspector",
        "observed",
        "procfs",
        "inspection.standstill",
        "warden.kernel",
    },
    "marks": {"findings", "history"},
    "questions": {"errors", "findings", "history", "text"},
    "replay": {"findings", "history", "marks", "recording", "summary"},
    "together": {"history", "live", "replay", "target", "warden"},
    # Packages whose modules have rows of their own.
    "catalogue": set(),
    "comparison": set(),
    "inspection": set(),
    # The faces.
    "export": {
        *("__init__", "export", "errors", "excerpt", "findings", "history", "probe.layout", "recording", "replay"),
        *("comparison.compare", "so_far", "text", "tui"),
    },
    "excerpt": {"findings", "history"},
    "page": set(),
    "report": {"excerpt", "face", "findings", "history", "page", "scenario", "text"},
    "passing": {"output"},
    "headless": {"errors", "face", "observed", "output", "pace", "passing", "report", "text"},
    "doctor": {
        *(
            "doctor",
            "__init__",
            "errors",
            "live",
            "page",
            "procfs",
            "recording",
            "scenario",
            "inspection.stacks",
            "target",
            "text",
        ),
        *("warden.kernel", "warden.rundir"),
    },
    "tui": {
        *(
            "tui",
            "comparison.compare",
            "comparison.faces",
            "errors",
            "excerpt",
            "export",
            "face",
            "findings",
            "catalogue.discovery",
            "history",
            "listing",
            "live",
            "observed",
            "probe.layout",
            "recording",
        ),
        *(
            "inspection.backtrace",
            "debugger",
            "marks",
            "output",
            "pace",
            "questions",
            "replay",
            "scenario",
            "scheduling",
        ),
        *("settings", "summary", "catalogue.progress", "catalogue.board", "catalogue.yours"),
        *("target", "terminal", "text", "together", "warden"),
    },
    "cli": {
        *(
            "cli",
            "__init__",
            "attach",
            "comparison.diff",
            "doctor",
            "export",
            "errors",
            "catalogue.discovery",
            "headless",
            "listing",
            "live",
            "recording",
            "replay",
            "settings",
            "so_far",
            "target",
            "terminal",
            "text",
            "tui",
            "warden",
        ),
        *("catalogue.progress", "scenarios", "catalogue.board", "catalogue.new", "catalogue.yours"),
    },
    "__main__": {"cli"},
    "__init__": set(),
    "scenarios": {"scenarios", "scenario"},
}
"""Part to what it may import; a part is a module or package right below ``playground``, or the scenarios;
or a module of a package, where that has a row of its own."""

OUTSIDE: dict[str, set[str]] = {
    "export": {"rich", "textual"},
    "kept": {"platformdirs"},
    "settings": {"platformdirs"},
    "cli": {"click"},
    "page": {"rich"},
    "comparison.diff": {"rich"},
    "doctor": {"psutil", "rich"},
    "report": {"rich"},
    "tui": {"textual", "rich", "pygments"},
}
"""Part to the packages it may import beside the standard library and ``RECORDS``."""

RECORDS = "msgspec"
"""Makes the records of all parts but those that programs load: its ``Struct`` costs a start next to nothing."""
STANDARD_ONLY = {"probe", "scenario", "scenarios", "text", "warden"}
PURE = ("history", "findings", "summary", "scenario", "text")


class Import(NamedTuple):
    """One import: of what, where, and whether the module does it while it is itself imported."""

    module: str
    place: str
    late: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def part_of(module: str) -> str:
    """``history`` of ``playground.history.rows``; the scenarios are one part."""
    head, _, rest = module.partition(".")
    if head != "playground":
        return head
    part, _, inner = rest.partition(".")
    own = f"{part}.{inner}"
    return own if own in ALLOWED else part


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def imports(path: Path) -> list[Import]:
    """Every import statement of a file, wherever it stands."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node, late in _statements(tree, late=False):
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        match node:
            case ast.Import(names):
                yield from (Import(each.name, place, late) for each in names)
            case ast.ImportFrom(module, names, level):
                base = _absolute(path, module or "", level)
                yield from (Import(_submodule(base, each.name), place, late) for each in names)


def _statements(node: ast.AST, *, late: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child, late
        yield from _statements(child, late=late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def _absolute(path: Path, module: str, level: int) -> str:
    if not level:
        return module
    package = path.relative_to(ROOT).parent.parts
    return ".".join([*package[: len(package) - level + 1], *([module] if module else [])])


def _submodule(base: str, name: str) -> str:
    """``from base import name`` is of the module ``base.name`` where there is one, else of ``base``."""
    below = ROOT.joinpath(*base.split("."), name)
    if below.with_suffix(".py").exists() or (below / "__init__.py").exists():
        return f"{base}.{name}"
    return "playground.__init__" if base == "playground" else base


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in {"playground", "scenarios"}


def is_allowed(module: str, allowed: set[str]) -> bool:
    inner = module.removeprefix("playground.")
    return any(inner == each or inner.startswith(f"{each}.") for each in allowed)


def outside(part: str) -> set[str]:
    """The packages that a part may import beside the standard library."""
    return OUTSIDE.get(part, set()) | (set() if part.partition(".")[0] in STANDARD_ONLY else {RECORDS})


def test_every_part_has_its_place_in_the_table() -> None:
    parts = {part_of(module_name(path)) for path in sources("playground", "scenarios")}
    assert parts == ALLOWED.keys(), "write new parts into ALLOWED, and what they may import"


def test_a_part_imports_only_what_it_may() -> None:
    wrong = [
        f"{each.place} imports {each.module}"
        for path in sources("playground", "scenarios")
        for each in imports(path)
        if is_ours(each.module) and not is_allowed(each.module, ALLOWED[part_of(module_name(path))])
    ]
    assert wrong == []


def test_other_packages_are_used_only_where_they_belong() -> None:
    wrong = [
        f"{each.place} imports {each.module}"
        for path in sources("playground", "scenarios")
        for each in imports(path)
        if not is_ours(each.module)
        and (top := each.module.partition(".")[0]) not in sys.stdlib_module_names
        and top not in outside(part_of(module_name(path)))
    ]
    assert wrong == []


def test_the_screen_is_imported_late() -> None:
    of_screen = [
        (part_of(module_name(path)), each.late)
        for path in sources("playground")
        for each in imports(path)
        if is_allowed(each.module, {"tui"}) and part_of(module_name(path)) != "tui"
    ]
    assert {each for each in of_screen if each[0] != "export"} == {("cli", True)}
    ours, others = loaded("playground.export")
    assert "playground.export" in ours
    assert "textual" not in others


def test_imports_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "playground" / "probe"
    folder.mkdir(parents=True)
    (folder / "layout.py").touch()
    file = folder / "made.py"
    file.write_text(
        "import os.path\nfrom . import layout\nfrom .layout import NAMES\nfrom playground import mark\n"
        "class A:\n    import json\n    def f(self):\n        if self:\n            from .. import text as t\n"
    )
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    found = [(each.module, each.late) for each in imports(file)]
    layout = ("playground.probe.layout", False)
    assert found == [
        *[("os.path", False), layout, layout, ("playground.__init__", False)],
        *[("json", False), ("playground.__init__", True)],
    ]


def loaded(*modules: str) -> tuple[set[str], set[str]]:
    """What a fresh interpreter holds after importing these: modules of ours, and top-level names of the others."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = set(sys.modules)\n"
        f"for name in {modules!r}: __import__(name)\n"
        "print(*(set(sys.modules) - before), sep='\\n')"
    )
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = set(done.stdout.split()) - {"__mp_main__"}  # multiprocessing's second name for __main__
    ours = {each for each in found if is_ours(each)}
    return ours, {each.partition(".")[0] for each in found - ours}


@pytest.mark.parametrize("part", PURE)
def test_a_pure_part_loads_no_screen_and_no_other_package(part: str) -> None:
    ours, others = loaded(f"playground.{part}")
    assert f"playground.{part}" in ours
    assert {each for each in ours if is_allowed(each, {"tui", "live", "warden", "collector"})} == set()
    assert others - sys.stdlib_module_names - {"typing_extensions"} <= outside(part)  # msgspec takes it along


def test_the_probe_loads_nothing_but_itself_and_the_standard_library() -> None:
    names = {module_name(path) for path in sources("playground/probe") if path.name != "sitecustomize.py"}
    ours, others = loaded(*sorted(names))
    assert ours == {"playground", *names}
    assert others - sys.stdlib_module_names == set()


def test_the_first_picture_loads_nothing_of_runs_and_recordings() -> None:
    ours, others = loaded("playground.cli", "playground.tui.app", "playground.tui.screens.gallery")
    assert "playground.tui.widgets.catalogue" in ours
    later = {"export", "findings", "history", "live", "observed", "procfs", "recording", "replay", "summary"}
    assert {each for each in ours if is_allowed(each, later)} == set()
    screens = {each for each in ours if is_allowed(each, {"tui.screens"})}
    assert screens == {"playground.tui.screens" + each for each in ("", ".gallery", ".run_screen", ".too_small")}
    assert others & {"markdown_it", "psutil"} == set()


def test_what_is_imported_later_is_there() -> None:
    ours, _ = loaded("playground.tui.opening")
    assert "playground.live" not in ours
    assert {"playground.live", "playground.tui.screens.stage"} <= {*prepare()}
