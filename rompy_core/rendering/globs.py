"""Globs over the paths of a template tree."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_WILDCARD = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^]]*\]")


def glob_matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """A test whether a path, or a folder that it is in, matches one of the globs.

    ``*`` and ``?`` stay in one part of the path, ``**`` crosses them; a glob without a slash matches in any folder.

    >>> is_raw = glob_matcher(["*.nc", "static/**", "run/*.sh"])
    >>> [is_raw(path) for path in ("deep/in/grid.nc", "static/a/b", "run/a.sh", "run/deep/a.sh")]
    [True, True, True, False]
    """
    if not globs:
        return lambda _path: False
    return _compiled(tuple(globs))


@lru_cache(maxsize=64)
def _compiled(globs: tuple[str, ...]) -> Callable[[str], bool]:
    pattern = re.compile("|".join(f"(?:{_to_regex(glob)})(?:/.*)?" for glob in globs), re.DOTALL)
    return lambda path: pattern.fullmatch(path) is not None


def _to_regex(glob: str) -> str:
    relative = glob.removeprefix("./").rstrip("/")
    anywhere = "" if "/" in relative else "(?:.*/)?"
    parts, end = [anywhere], 0
    for wildcard in _WILDCARD.finditer(relative):
        parts += re.escape(relative[end : wildcard.start()]), _wildcard_to_regex(wildcard[0])
        end = wildcard.end()
    return "".join([*parts, re.escape(relative[end:])])


def _wildcard_to_regex(wildcard: str) -> str:
    if wildcard in _SIMPLE:
        return _SIMPLE[wildcard]
    negated = wildcard[1] == "!"
    members = wildcard[2 if negated else 1 : -1].replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]")
    return f"[{'^/' if negated else ''}{members}]" if members else re.escape(wildcard)


_SIMPLE = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
