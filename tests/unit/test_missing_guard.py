"""Programs without the guard for their main part."""

from playground.probe import layout
from tests.unit.rows import MS, Run

TRACE = """Traceback (most recent call last):
  File "/usr/lib/python3.11/multiprocessing/spawn.py", line 132, in _main
    self = reduction.pickle.load(from_parent)
  File "/home/me/x.py", line 6, in <module>
    for p in ps: p.start()
  File "/usr/lib/python3.11/multiprocessing/spawn.py", line 140, in _check_not_importing_main
    raise RuntimeError(...
RuntimeError:
        An attempt has been made to start a new process before the
        current process has finished its bootstrapping phase.

        This probably means that you are not using fork to start your
        child processes
"""


def test_however_many_children_die_of_it_it_is_one_finding() -> None:
    run = Run()
    run.process("main", role="main")
    children = [run.process(name) for name in ("w1", "w2")]
    run.row(10, children[0], layout.RAISED, value=run.text(TRACE))
    text = "x.py starts processes when it is imported (x.py:6): "
    assert [each.text for each in run.findings()] == [text + "w1 died of it"]
    for t in (20, 30):
        run.row(t, children[1], layout.RAISED, value=run.text(TRACE))
    (finding,) = run.findings()
    assert (finding.kind, finding.severity, finding.text) == ("missing_guard", "error", text + "2 children died of it")
    assert (finding.at, finding.processes) == (10 * MS, tuple(children))
    assert 'if __name__ == "__main__":' in finding.advice


def test_other_runtime_errors_are_none() -> None:
    run = Run()
    run.row(10, run.process("w1"), layout.RAISED, value=run.text("Traceback\nRuntimeError: context has been set\n"))
    assert [each.kind for each in run.findings()] == ["unhandled_exception"]
