"""First steps: what a process is, how to make one."""

ORDER: tuple[str, ...] = ("what_names_are", "hello", "process_api", "family_tree")
