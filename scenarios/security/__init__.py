"""Keys, sockets and what goes over them."""

ORDER: tuple[str, ...] = ()
