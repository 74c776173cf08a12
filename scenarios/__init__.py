"""The lessons: ordinary multiprocessing scripts, one per file, sorted by topic."""

TOPICS = (
    "basics",
    "models",
    "starting",
    "channels",
    "sharing",
    "synchronisation",
    "pools",
    "lifecycle",
    "failures",
    "observing",
    "security",
    "classics",
    "questions",
)
"""The topics in the order in which they are best learned; each topic's package says what it is about, and its ORDER."""
