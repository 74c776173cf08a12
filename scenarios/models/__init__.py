"""One after the other, threads, asyncio, processes: what helps when."""

ORDER: tuple[str, ...] = (
    "waiting_and_computing",
    "cores_used",
    "tug_of_war",
    "when_is_it_worth_it",
    "how_many_workers",
    "asyncio_and_executors",
    "one_counter",
    "cluster",
)
