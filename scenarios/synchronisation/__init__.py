"""Locks, semaphores and what goes wrong between them."""

ORDER: tuple[str, ...] = ("semaphore_throttle", "two_locks_deadlock")
