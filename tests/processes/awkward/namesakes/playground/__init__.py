"""The user's own package of that name."""

probe = "my own playground"
