"""The nearest of the names that are known, for messages about one that is not."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a given one, or ``None`` where none is like it.

    Case does not count: who writes ``Docker`` means ``docker``.

    >>> nearest("imgae", ["cpu", "image"]), nearest("qqq", ["cpu", "image"])
    ('image', None)
    """
    import difflib  # 2 ms, only when something is wrong already

    folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    found = difflib.get_close_matches(name.casefold(), sorted(folded), n=1)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest of the known names, with a space before it, or nothing.

    >>> did_you_mean("imgae", ["cpu", "image"])
    " Did you mean 'image'?"
    >>> did_you_mean("qqq", ["cpu", "image"])
    ''
    """
    found = nearest(name, known)
    return "" if found is None else f" Did you mean {found!r}?"
