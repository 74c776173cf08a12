"""Which terminals take text for the clipboard, as far as they say what they are."""

from collections.abc import Mapping


def doubt(environment: Mapping[str, str]) -> str:
    """Why the terminal may not have taken a copied text; "" when nothing speaks against it."""
    if environment.get("TMUX"):
        return "tmux passes it on only with `set -g set-clipboard on`"
    if environment.get("STY"):
        return "screen does not pass it on"
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app does not take it"
    if environment.get("VTE_VERSION"):
        return "terminals of the GNOME family do not take it"
    if environment.get("TERM", "") in {"linux", "dumb"}:
        return "the console has no clipboard"
    return ""
