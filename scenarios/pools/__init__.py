"""Workers that share out tasks."""

ORDER: tuple[str, ...] = ("pool_map",)
