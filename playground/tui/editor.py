"""A line of a file in the person's own editor."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping

from textual.app import App, SuspendNotSupported

from playground.errors import PlaygroundError
from playground.text import clean
from playground.warden.client import is_no_run

_BEAT_S = 0.05
"""How often the run is looked after while the editor has the terminal."""
_AT = {"hx", "helix", "zed", "subl", "kak-lsp", "micro"}
"""Take ``FILE:LINE``."""
_GOTO = {"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"}
"""Take ``-g FILE:LINE``."""
_LINE = {"pycharm", "charm", "idea", "gedit", "kate", "mate"}
"""Take ``--line LINE FILE``."""


def command(file: str, line: int, environment: Mapping[str, str]) -> list[str]:
    """The editor's command line for a line of a file; raises PlaygroundError when there is no editor."""
    chosen = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = shlex.split(chosen)
    except ValueError:
        words = []
    if not words:
        said = f"{clean(chosen, 80)!r} is no command" if chosen else "no editor is known"
        raise PlaygroundError(f"{said}: set EDITOR or VISUAL, for instance EDITOR=vim")
    if shutil.which(words[0], path=environment.get("PATH")) is None:
        raise PlaygroundError(f"the editor {clean(words[0], 80)} is not found: set EDITOR or VISUAL to one that is")
    name = os.path.basename(words[0])
    file = os.path.abspath(file)  # no name that begins with a dash or a plus
    if name in _AT:
        return [*words, f"{file}:{line}"]
    if name in _GOTO:
        return [*words, "-g", f"{file}:{line}"]
    if name in _LINE:
        return [*words, "--line", str(line), file]
    return [*words, f"+{line}", file]


def edit(app: App[int], file: str, line: int, meanwhile: Callable[[], object]) -> None:
    """Give the terminal to the editor until it ends, and call ``meanwhile`` all the time; raises PlaygroundError."""
    if not os.path.isfile(file):
        raise PlaygroundError(f"{clean(file, 200)} is not a file here: it cannot be edited")
    words = command(file, line, os.environ)
    interrupted = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    try:
        with app.suspend():
            signal.signal(signal.SIGINT, lambda *_: None)  # ctrl+c is the editor's; ignored, it would be so there too
            editor = subprocess.Popen(words)
            is_no_run(editor.pid)
            while editor.poll() is None:
                meanwhile()
                time.sleep(_BEAT_S)
    except SuspendNotSupported:
        raise PlaygroundError("this terminal cannot be given to an editor") from None
    except OSError as error:
        raise PlaygroundError(f"{clean(words[0], 80)} cannot be started: {error.strerror}") from None
    finally:
        signal.signal(signal.SIGINT, interrupted)
        app.refresh()
