"""From a command to the screen."""

import gc
from typing import Any

from playground.cli.needs import tell_of_background


def show(start: Any) -> int:
    """Show a run, or with a warden or nothing the gallery; warden and guard start up while the screen is imported."""
    tell_of_background()
    gc.disable()  # until the first picture: nothing that is imported is garbage
    from playground.terminal.keeper import Keeper

    keeper = Keeper()
    from playground.tui.app import run

    return run(start, keeper)
