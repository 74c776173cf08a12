"""How processes live and end."""

ORDER: tuple[str, ...] = ("process_states", "daemon_shutdown")
