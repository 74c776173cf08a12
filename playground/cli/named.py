"""Which recording is meant."""

from pathlib import Path

from playground.errors import PlaygroundError


def named_recording(given: Path | None) -> Path:
    """The recording that is meant: a path, a name in the directory of recordings, or ``last``; the newest for None."""
    from playground import recording

    if given is None or (str(given) == "last" and not given.exists()):
        if (newest := recording.newest()) is None:
            raise PlaygroundError(f"no recordings in {recording.directory()}; run something first")
        return newest
    kept = recording.directory() / given.name
    return kept if given.parent == Path() and not given.exists() and kept.exists() else given
