"""Exceptions and exit codes: who learns that something went wrong."""

ORDER: tuple[str, ...] = ()
