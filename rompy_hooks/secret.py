"""Values that must not be seen, and how they are told from others."""

import re
from functools import lru_cache
from typing import Any, NoReturn

#: What stands in the place of a secret wherever something is written or shown.
REDACTED = "***"

_SECRET_KEY = re.compile(
    r"(^|[_\-.])(pass(word|wd|phrase)?|secret|token|api[_\-]?key|apikey|access[_\-]?key|private[_\-]?key|credentials?|auth)"
    r"([_\-.]|$)|password|secret",
    re.IGNORECASE,
)


class Secret:
    """A text that is handed on but never shown: not in reprs, logs, records, events or errors.

    >>> password = Secret("sesame")
    >>> password
    Secret('***')
    >>> password.reveal()
    'sesame'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a Secret holds text, got {type(value).__name__}")
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({REDACTED!r})"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __iter__(self) -> NoReturn:
        raise TypeError("a Secret cannot be iterated over; call reveal()")


def looks_secret(key: str) -> bool:
    """Whether a key's value is treated like a :class:`Secret` because of its name.

    >>> looks_secret("AWS_SECRET_ACCESS_KEY"), looks_secret("api_token"), looks_secret("OMP_NUM_THREADS")
    (True, True, False)
    """
    return _SECRET_KEY.search(key) is not None


# The same few keys come with every run, and most values are plain.
_looks_secret = lru_cache(maxsize=1024)(looks_secret)
_PLAIN = frozenset({bool, int, float, str, type(None)})


def redact(value: Any, key: str = "") -> Any:
    """A copy of plain data with every secret replaced by ``***``.

    Args:
        value: Mappings, lists, tuples and scalars; other objects are returned as they are.
        key: The key under which the value stands; below one that looks secret everything is.

    >>> redact({"image": "swan", "env_vars": {"DB_PASSWORD": "sesame", "TOKEN": "${TOKEN}"}})
    {'image': 'swan', 'env_vars': {'DB_PASSWORD': '***', 'TOKEN': '${TOKEN}'}}
    """
    if isinstance(value, Secret):
        return REDACTED
    if isinstance(value, dict):
        secret = looks_secret(key)  # then all that is below is
        return {
            name: item
            if type(item) in _PLAIN and not secret and not _looks_secret(str(name))
            else redact(item, key if secret else str(name))
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item, key) for item in value]
    if key and value and looks_secret(key) and not _is_reference(value):
        return REDACTED
    return value


def _is_reference(value: Any) -> bool:
    """Whether a value only names a variable, ``${VAR}`` without a default: that tells no secret."""
    return isinstance(value, str) and re.fullmatch(r"\$\{\w+(\|[^}]*)?\}", value) is not None
