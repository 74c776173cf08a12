"""Exceptions and exit codes: who learns that something went wrong."""

ORDER: tuple[str, ...] = ("exit_codes", "where_the_exception_goes", "swallowed_failure")
