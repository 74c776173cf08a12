"""One after the other, threads, asyncio, processes: what helps when."""

ORDER: tuple[str, ...] = ()
