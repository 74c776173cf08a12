"""Questions that everybody asks, each with an answer and its proof."""

ORDER: tuple[str, ...] = (
    "what_about_the_gil",
    "threads_or_processes",
    "how_to_share_data",
    "how_to_synchronise",
    "are_more_processes_faster",
    "what_becomes_of_exceptions",
    "is_it_secure",
    "does_it_go_with_asyncio",
    "what_is_a_daemon",
    "how_to_debug",
)
