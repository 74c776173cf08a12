"""The problems that every text on concurrency tells, on real processes."""

ORDER: tuple[str, ...] = (
    "dining_philosophers",
    "readers_writers",
    "sleeping_barber",
    "cigarette_smokers",
    "convoy",
    "unfair_lock",
    "priority_inversion",
    "thundering_herd",
    "livelock",
    "false_sharing",
)
