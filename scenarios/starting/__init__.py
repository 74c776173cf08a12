"""How processes start, and what they get from whoever starts them."""

ORDER: tuple[str, ...] = ("what_is_inherited", "start_methods", "missing_guard", "fork_with_a_held_lock")
