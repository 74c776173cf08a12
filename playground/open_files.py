"""How many files may stay open for the sake of speed, so that enough are left for what needs one."""

import resource

_MOST = 256


def most_kept() -> int:
    """Files that one of us may keep open for processes: 256, or an eighth of all that we may have open."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST if limit == resource.RLIM_INFINITY else min(_MOST, limit // 8)
