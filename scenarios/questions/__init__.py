"""Questions that everybody asks, each with an answer and its proof."""

ORDER: tuple[str, ...] = ()
