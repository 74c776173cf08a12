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
    variables={"footer-key-foreground": "#E69F00", "border": "#3D7EAA"},
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
    variables={"footer-key-foreground": "#8A5A00"},
)
HIGH_CONTRAST = Theme(
    name="playground-contrast",
    primary="#FFFFFF",
    secondary="#FFFFFF",
    accent="#56D4FF",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#1A1A1A",
    success="#3DFFB0",
    warning="#FFD000",
    error="#FF8A80",
    dark=True,
    variables={"footer-key-foreground": "#FFD000", "border": "#FFFFFF"},
)
