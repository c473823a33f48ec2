"""Sources in messages: without passwords and signatures."""

import re

_PASSWORD = re.compile(r"(://[^/@:]*):[^/@]*@")
_QUERY = re.compile(r"\?[^#]*")


def shown_source(source: str) -> str:
    """A source as it may be shown: a URL's password and query are replaced, for both may hold secrets.

    >>> shown_source("https://me:sesame@host/grid.nc?signature=abc")
    'https://me:***@host/grid.nc?***'
    >>> shown_source("data/what?.nc")
    'data/what?.nc'
    """
    if "://" not in source:
        return source
    return _QUERY.sub("?***", _PASSWORD.sub(r"\1:***@", source))
