"""First steps: what a process is, how to make one."""

ORDER: tuple[str, ...] = ("hello",)
