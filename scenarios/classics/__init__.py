"""The problems that every text on concurrency tells, on real processes."""

ORDER: tuple[str, ...] = ()
