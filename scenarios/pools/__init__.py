"""Workers that share out tasks."""

ORDER: tuple[str, ...] = (
    "pool_map",
    "leaving_the_with_block",
    "lost_task",
    "broken_executor",
    "waiting_for_its_own_pool",
)
