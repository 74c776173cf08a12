"""First steps: what a process is, how to make one."""

ORDER: tuple[str, ...] = ("hello", "process_api", "family_tree", "what_names_are")
