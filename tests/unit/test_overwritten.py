"""What a manager's server tells of overwritten updates, put together for each item."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


def told(*words: str, functions: tuple[str, str] = ("add", "add")) -> list[Finding]:
    """Of rows with these words, which begin with who wrote; A reads in the one function and writes in the other."""
    run = Run()
    server, a, b = run.process("server", role="manager"), run.process("A"), run.process("B")
    hits = run.resource("hits", "manager")
    sites = [run.site("my.py", 7 + i, function) for i, function in enumerate(functions)]
    for t, site in ((10, sites[0]), (20, sites[1])):
        run.waits(t, a, hits, layout.OP_CALL, site=site)
        if t == 20:
            for i, each in enumerate(words):
                pids = {"A": f"{100 + a} {100 + b}", "": "0 0"}[each.partition(" ")[0]]
                run.row(21 + i, server, layout.OVERWROTE, hits, value=run.text(f"{pids} {each.partition(' ')[2]}"))
        run.row(t + 5, a, layout.WOKE, hits)
    return run.findings()


AGE = 8 * MS


def test_the_figures_of_an_item_add_up() -> None:
    (found,) = told(f"A 1 4 {AGE} 0 ['page']=5", f"A 2 3 {AGE} 0 ['page']=6", " 0 2 0 0 ['page']=")
    assert (
        found.text
        == "lost 3 of 9 updates of `hits['page']`: A wrote 5 at my.py:8 after B had changed it since its read"
    )
    assert (found.severity, found.processes) == ("error", (1, 2))


def test_each_item_is_told_by_itself_and_what_may_be_a_flag_is_a_warning() -> None:
    flag, count = told(f"A 1 2 {AGE} 1 ['a=b']=1", f"A 1 2 {AGE} 0 .sum=1.5")
    assert flag.text.startswith("possibly lost 1 of 2 updates of `hits['a=b']`: A wrote 1 at ")
    assert (flag.severity, count.severity) == ("warning", "error")


@pytest.mark.parametrize("words", [f"A 1 2 {AGE} 0 [0]=7", " 0 2 0 0 [0]="])
def test_a_write_that_follows_a_read_of_another_function_is_no_update(words: str) -> None:
    assert told(words, functions=("show", "reset")) == []


@pytest.mark.parametrize("words", ["", "A", "A 1", f"A x 2 {AGE} 0 [0]=7"])
def test_of_words_that_are_none_of_the_playground_nothing_is_told(words: str) -> None:
    assert told(words) == []
