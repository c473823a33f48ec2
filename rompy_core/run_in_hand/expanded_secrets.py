"""Secrets that came into a run by ``${VAR}``: the record has the variable's name, and nothing has its value."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rompy_hooks import Secret, looks_secret

_REFERENCE = re.compile(r"\$\{(\w+)")
_REDACTED = str(Secret(""))
#: Shorter values would blot out half of what is written, and are no secrets.
_SHORTEST = 4


def expanded_secrets(*written: Any) -> dict[str, str]:
    """Values of the variables that texts as written refer to, and their names; the longest first.

    Of those that look secret, by their own name or by that of the key that they stand under.
    """
    names = sorted({name for data in written for name in _references(data)})
    found = {os.environ.get(name, ""): name for name in names}
    return {value: found[value] for value in sorted(found, key=len, reverse=True) if len(value) >= _SHORTEST}


def _references(data: Any, secret: bool = False) -> set[str]:
    if isinstance(data, str):
        found = _REFERENCE.findall(data) if "${" in data else ()
        return {name for name in found if secret or looks_secret(name)}
    if isinstance(data, Mapping):
        return {name for key, value in data.items() for name in _references(value, secret or looks_secret(str(key)))}
    if isinstance(data, (list, tuple)):
        return {name for value in data for name in _references(value, secret)}
    return set()


def without(data: Any, secrets: Iterable[str]) -> Any:
    """A copy of plain data with every occurrence of the secrets replaced.

    >>> without({"command": ["model", "--key=sesame"]}, ["sesame"])
    {'command': ['model', '--key=***']}
    """
    if isinstance(data, str):
        for secret in secrets:
            data = data.replace(secret, _REDACTED)
        return data
    if isinstance(data, dict):
        return {name: without(value, secrets) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [without(value, secrets) for value in data]
    return data
