"""Logging, debugging and profiling in several processes."""

ORDER: tuple[str, ...] = ("silent_logger", "one_log_file", "debugging_a_child", "profiling")
