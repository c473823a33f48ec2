"""Where a data file comes from: a path or a URL."""

import re
from typing import NewType

#: A URL (``scheme://...``) or a path; a relative path is relative to the file that names it.
SourceLocation = NewType("SourceLocation", str)

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")


def is_url(source: str) -> bool:
    """Whether a source is a URL and no path.

    >>> is_url("https://example.org/grid.nc"), is_url("data/grid.nc"), is_url("simplecache::s3://bucket/grid.nc")
    (True, False, True)
    """
    return _SCHEME.match(source) is not None
