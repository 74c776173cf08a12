"""What is said when the app itself has failed, once its screen is gone."""

import sys
import traceback
from contextlib import suppress

from playground.text import clean_lines

_MOST = 20_000
"""Characters of the traceback; its end is what matters."""


def tell(error: BaseException) -> None:
    """Print where it happened, and what that means, to stderr."""
    where = clean_lines("".join(traceback.format_exception(error))[-_MOST:], _MOST)
    what = f"mp-playground: its screen has failed ({type(error).__name__}, see above); what ran in it has been ended. "
    with suppress(OSError):  # the terminal may be what is gone
        print(f"{where}{what}The fault is not your program's: --headless runs it without a screen", file=sys.stderr)
