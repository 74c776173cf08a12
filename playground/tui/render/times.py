"""Times and sizes as a person reads them."""

MILLISECOND = 1_000_000
SECOND = 1_000_000_000
_MINUTE_S = 60
_HOUR_S = 3600


def clock(at_ns: int) -> str:
    """Give an instant as ``00:03.214``; runs of an hour and more as ``1:00:03.214``."""
    milliseconds = max(at_ns, 0) // MILLISECOND
    seconds, rest = divmod(milliseconds, 1000)
    hours, seconds = divmod(seconds, _HOUR_S)
    head = f"{hours}:" if hours else ""
    return f"{head}{seconds // _MINUTE_S:02}:{seconds % _MINUTE_S:02}.{rest:03}"


def span(length_ns: int) -> str:
    """Give a length of time in its natural unit: ``850 µs``, ``12 ms``, ``3.2 s``, ``2m05s``."""
    if length_ns < MILLISECOND:
        return f"{max(length_ns, 0) // 1000} µs"
    if length_ns < SECOND:
        return f"{length_ns // MILLISECOND} ms"
    if length_ns < _MINUTE_S * SECOND:
        return f"{length_ns / SECOND:.1f} s"
    minutes, seconds = divmod(length_ns // SECOND, _MINUTE_S)
    return f"{minutes}m{seconds:02}s"


def size(number: int | None) -> str:
    """Give bytes in three or four cells: ``11M``."""
    if number is None:
        return "–"
    amount = float(number)
    for unit in ("B", "K", "M", "G"):
        if amount < 1000:
            return f"{amount:.0f}{unit}" if amount >= 10 or unit == "B" else f"{amount:.1f}{unit}"
        amount /= 1024
    return f"{amount:.0f}T"


def number(value: float) -> str:
    """Give a counter's value without needless digits."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.4g}"
