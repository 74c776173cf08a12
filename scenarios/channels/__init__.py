"""Queues and pipes."""

ORDER: tuple[str, ...] = (
    "queue_pipeline",
    "ping_pong",
    "join_before_get",
    "changed_after_put",
    "empty_lies",
    "bounded_buffer",
    "end_of_file",
    "two_readers",
    "two_writers",
    "terminated_while_putting",
    "transports",
)
