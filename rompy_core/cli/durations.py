"""Durations as people read them."""


def readable(seconds: float) -> str:
    """A duration in the two units that matter.

    >>> readable(0.0123), readable(72.4), readable(7300)
    ('0.01 s', '1 min 12 s', '2 h 1 min')
    """
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    return f"{minutes // 60} h {minutes % 60} min"
