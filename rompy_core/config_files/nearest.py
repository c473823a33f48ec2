"""The nearest of the known names, for messages about an unknown one."""

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest of the known names, or nothing.

    >>> did_you_mean("as_datetme", ["shift", "as_datetime"])
    " Did you mean 'as_datetime'?"
    >>> did_you_mean("qqq", ["shift"])
    ''
    """
    import difflib  # only when something is wrong already

    found = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Did you mean '{found[0]}'?" if found else ""
