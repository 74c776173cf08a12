"""The root of the errors a person is told about."""


class PlaygroundError(Exception):
    """Something the person has to know: one line saying what, why and what to do.

    Commands print the message to stderr and exit with ``exit_code``.
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
