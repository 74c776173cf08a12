"""How processes live and end."""

ORDER: tuple[str, ...] = (
    "process_states",
    "daemon_shutdown",
    "terminate_kill_ask",
    "zombies",
    "orphans",
    "lock_holder_killed",
    "lock_holder_suspended",
    "left_behind",
    "affinity_and_nice",
)
