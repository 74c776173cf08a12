"""Properties are tried on the same examples every time, so that a run of the suite is like the last one."""

from hypothesis import settings

settings.register_profile("unit", deadline=None, derandomize=True)
settings.load_profile("unit")
