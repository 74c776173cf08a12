"""Imported relatively."""


def work(results):
    """Answer from the child."""
    results.put((__name__, __package__))
