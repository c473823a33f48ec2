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
    """Values of the secret-looking variables that texts as written refer to, and their names; the longest first."""
    names = sorted({name for data in written for name in _references(data) if looks_secret(name)})
    found = {os.environ.get(name, ""): name for name in names}
    return {value: found[value] for value in sorted(found, key=len, reverse=True) if len(value) >= _SHORTEST}


def _references(data: Any) -> set[str]:
    if isinstance(data, str):
        return set(_REFERENCE.findall(data)) if "${" in data else set()
    if isinstance(data, Mapping):
        return {name for value in data.values() for name in _references(value)}
    if isinstance(data, (list, tuple)):
        return {name for value in data for name in _references(value)}
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
