"""How processes start, and what they get from whoever starts them."""

ORDER: tuple[str, ...] = ()
