"""The full-screen interface."""

import os

_chosen = os.environ.get("TEXTUAL_FPS")
os.environ.setdefault("TEXTUAL_FPS", "240")  # so long Textual may wait after one paint with the next
import textual.constants  # noqa: E402, F401  # where it is read, once

if _chosen is None:
    del os.environ["TEXTUAL_FPS"]  # a program that is run here has its own way
