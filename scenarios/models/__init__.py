"""One after the other, threads, asyncio, processes: what helps when."""

ORDER: tuple[str, ...] = ("waiting_and_computing",)
