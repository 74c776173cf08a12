"""Logging, debugging and profiling in several processes."""

ORDER: tuple[str, ...] = ("debugging_a_child",)
