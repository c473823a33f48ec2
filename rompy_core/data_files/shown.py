"""Sources in messages: without passwords, tokens and signatures."""

import re

from rompy_hooks.secret import redact_urls

_QUERY = re.compile(r"\?[^#]*")


def shown_source(source: str) -> str:
    """A source as it may be shown: a URL's password, token and query are replaced, for all may be secrets.

    >>> shown_source("https://me:sesame@host/grid.nc?signature=abc")
    'https://me:***@host/grid.nc?***'
    >>> shown_source("https://sesame@host/grid.nc")
    'https://***@host/grid.nc'
    >>> shown_source("data/what?.nc")
    'data/what?.nc'
    """
    if "://" not in source:
        return source
    return _QUERY.sub("?***", redact_urls(source))
