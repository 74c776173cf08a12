"""The terminal that the screen is shown in: given back as it was, however the app ends. Standard library only."""
