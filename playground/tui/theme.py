"""The themes of the playground; any other theme works too."""

from textual.theme import Theme

DARK = Theme(
    name="playground-dark",
    primary="#3D7EAA",
    secondary="#8E97A5",
    accent="#56B4E9",
    foreground="#E4E8EE",
    background="#0F141B",
    surface="#161D27",
    panel="#1C2531",
    success="#2FBF8F",
    warning="#E69F00",
    error="#FF6B5E",
    dark=True,
    variables={
        "footer-key-foreground": "#E69F00",
        "border": "#3D7EAA",
        "scrollbar-background": "#161D27",
        "scrollbar-background-hover": "#161D27",
        "scrollbar-background-active": "#161D27",
        "scrollbar": "#3B4452",
        "scrollbar-hover": "#56B4E9",
        "scrollbar-active": "#56B4E9",
    },
)
LIGHT = Theme(
    name="playground-light",
    primary="#0072B2",
    secondary="#57606A",
    accent="#0072B2",
    foreground="#1F2328",
    background="#FAFBFC",
    surface="#F0F2F5",
    panel="#E3E7EC",
    success="#006B4E",
    warning="#8A5A00",
    error="#B3261E",
    dark=False,
    variables={
        "footer-key-foreground": "#8A5A00",
        "scrollbar-background": "#F0F2F5",
        "scrollbar-background-hover": "#F0F2F5",
        "scrollbar-background-active": "#F0F2F5",
        "scrollbar": "#B9C0CA",
        "scrollbar-hover": "#0072B2",
        "scrollbar-active": "#0072B2",
    },
)
HIGH_CONTRAST = Theme(
    name="playground-contrast",
    primary="#7FD4FF",
    secondary="#FFFFFF",
    accent="#7FD4FF",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#1A1A1A",
    success="#5CFFC4",
    warning="#FFC233",
    error="#FF8A80",
    dark=True,
    variables={
        "footer-key-foreground": "#FFC233",
        "border": "#FFFFFF",
        "text-muted": "#E0E0E0",
        "scrollbar-background": "#1A1A1A",
        "scrollbar-background-hover": "#1A1A1A",
        "scrollbar-background-active": "#1A1A1A",
        "scrollbar": "#FFFFFF",
        "scrollbar-hover": "#7FD4FF",
        "scrollbar-active": "#7FD4FF",
    },
)
THEMES = (DARK, LIGHT, HIGH_CONTRAST)
"""The first is the usual one."""
TITLES = {DARK.name: "dark", LIGHT.name: "light", HIGH_CONTRAST.name: "high contrast"}
