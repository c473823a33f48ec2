"""Messages that somebody else's code wrote, without the secrets of the data that they are about."""

from collections.abc import Mapping
from typing import Any

from rompy_hooks import Secret, looks_secret
from rompy_hooks.secret import REDACTED

#: Shorter ones would blot out half of a message, and are no secrets.
_SHORTEST_SECRET = 3
#: Python refuses to write whole numbers of more than 4300 digits, so no message has one.
_HUGE = 10**1000


class Hide:
    """Takes the secrets of some data out of messages; they are looked for when the first message comes."""

    def __init__(self, data: Any, *, secret: bool = False) -> None:
        """Take what messages may quote.

        Args:
            data: Mappings, lists and scalars; what stands under a key that looks secret is one, and each ``Secret``.
            secret: Whether all of it is.
        """
        self._data = data
        self._secret = secret
        self._found: list[str] | None = None

    def __call__(self, message: str) -> str:
        """The message with ``***`` in the place of each secret."""
        if self._found is None:
            self._found = sorted(_secrets(self._data, self._secret), key=len, reverse=True)
        for secret in self._found:
            message = message.replace(repr(secret)[1:-1], REDACTED).replace(secret, REDACTED)
        return message


def _secrets(data: Any, secret: bool) -> set[str]:
    """The texts in plain data that must not be seen; data that is deep or contains itself is no matter."""
    found: set[str] = set()
    seen: set[tuple[int, bool]] = set()
    waiting = [(data, secret)]
    while waiting:
        value, secret = waiting.pop()
        if isinstance(value, Secret):
            found.add(value.reveal())
        elif isinstance(value, str):
            found |= {str.__str__(value)} if secret else set()
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found |= {str(value)} if secret and abs(value) < _HUGE else set()
        elif isinstance(value, (Mapping, list, tuple)) and (id(value), secret) not in seen:
            seen.add((id(value), secret))
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            waiting += [(item, secret or (isinstance(name, str) and looks_secret(name))) for name, item in items]
    return {text for text in found if len(text) >= _SHORTEST_SECRET}
