"""Keys, sockets and what goes over them."""

ORDER: tuple[str, ...] = ("key_at_the_door", "on_the_wire")
