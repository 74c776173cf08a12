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

RELATED: tuple[tuple[str, ...], ...] = ()
"""Scenarios that have to do with each other, across the topics: each of a group is a "see also" of the others."""

LEFT_OUT: dict[str, str] = {
    "S49": "the board: every verdict that you have seen so far, in the gallery and by `mp-playground board`",
    "C31": "false sharing cannot be observed in CPython: the interpreter's own work hides it",
}
"""Items that are no scenario, and why."""
