"""The examination as a person, or a program, reads it."""

import json
import sys
from typing import Any

from msgspec import to_builtins
from rich.console import Console
from rich.text import Text

from playground.doctor.check import Check
from playground.doctor.facts import Facts, look
from playground.doctor.judgement import judge
from playground.errors import PlaygroundError
from playground.page import SIGNS, say, write_page
from playground.text import clean

FORMAT = 1
_NAMES_WIDTH = 15
_PROGRESS = "starting a program with each start method ..."


def examine(*, as_json: bool) -> int:
    """Look at everything and tell it on stdout; the exit code is 1 when something that is needed does not work.

    Raises PlaygroundError on systems where nothing can be run.
    """
    if sys.platform != "linux":
        raise PlaygroundError(f"this is {sys.platform}, and runs need Linux; recordings can be replayed here", 1)
    facts = _look()
    checks = judge(facts)
    works = all(check.level != "error" for check in checks)
    if as_json:
        print(json.dumps(_object(facts, checks, works=works)), flush=True)
    else:
        write_page(sys.stdout, lambda console: _draw(console, facts, checks))
    return 0 if works else 1


def _look() -> Facts:
    """The facts, with a word on the terminal while they are gathered."""
    if not sys.stderr.isatty():
        return look()
    sys.stderr.write(_PROGRESS)
    sys.stderr.flush()
    try:
        return look()
    finally:
        sys.stderr.write(f"\r{' ' * len(_PROGRESS)}\r")
        sys.stderr.flush()


def _object(facts: Facts, checks: list[Check], *, works: bool) -> dict[str, Any]:
    """``format``, ``works``, the checks, and every fact under the name it has in ``Facts``."""
    return {"format": FORMAT, "works": works, "checks": to_builtins(checks), **to_builtins(facts)}


def _draw(console: Console, facts: Facts, checks: list[Check]) -> None:
    console.print(Text(f"mp-playground {facts.python.playground}", "bold"))
    console.print()
    for check in checks:
        sign, style = SIGNS[check.level]
        line = Text.assemble((f"{sign} ", style), (check.name.ljust(_NAMES_WIDTH), "bold"), clean(check.text, 2000))
        say(console, " " * (_NAMES_WIDTH + 2), line)
        if check.advice:
            say(console, "→ ", Text(f"→ {clean(check.advice, 2000)}", "green"), indent=_NAMES_WIDTH + 2)
    console.print()
    _verdict(console, checks)


def _verdict(console: Console, checks: list[Check]) -> None:
    errors, warnings = (sum(check.level == level for check in checks) for level in ("error", "warning"))
    if errors:
        sign, style = SIGNS["error"]
        said = f"{errors} of the things that are needed {'does' if errors == 1 else 'do'} not work"
    else:
        sign, style = SIGNS["ok"]
        said = "everything that is needed works"
    more = f"; {warnings} of the others {'is' if warnings == 1 else 'are'} worth a look" if warnings else ""
    say(console, "  ", f"{sign} {said}{more}", style=style)
