"""Locks, semaphores and what goes wrong between them."""

ORDER: tuple[str, ...] = (
    "print_storm",
    "semaphore_throttle",
    "global_semaphore",
    "busy_wait",
    "barrier_event_condition",
    "barrier_missing_party",
    "lost_wakeup",
    "two_locks_deadlock",
)
