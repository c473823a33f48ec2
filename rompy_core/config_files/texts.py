"""Text whose type is not known yet."""

import re
from typing import Any

from rompy_hooks.secret import looks_secret

_WORD = re.compile(r"[\w.\-]+")
#: Where a URL's password or signature stands.
_IN_URL = re.compile(r"[@?]")


class EnvironmentText(str):
    """Text that came from ``${...}``, the environment or ``-o``: parsed by the type of the field that it fills.

    >>> EnvironmentText("3") == "3"
    True
    """

    __slots__ = ()


class OverrideText(EnvironmentText):
    """Text of an override that stands for something else where no field's type decides.

    >>> text = OverrideText("4", 4)
    >>> text, text.meaning, meant({"n": text})
    ('4', 4, {'n': 4})
    """

    __slots__ = ("meaning",)

    #: A number, a truth value, or a list or mapping of plain data.
    meaning: Any

    def __new__(cls, text: str, meaning: Any) -> "OverrideText":
        """The text, and what it stands for."""
        made = super().__new__(cls, text)
        made.meaning = meaning
        return made


def meant(data: Any) -> Any:
    """Plain data as it is to be taken where no field's type decides: each override as what it stands for."""
    if isinstance(data, OverrideText):
        return data.meaning
    if isinstance(data, dict):
        return {name: meant(value) for name, value in data.items()}
    return [meant(value) for value in data] if isinstance(data, list) else data


def as_written(text: str) -> str:
    """How a text that means itself is written in a config file: every ``${`` escaped.

    >>> as_written("echo ${HOME}")
    'echo $${HOME}'
    """
    escaped = text.replace("${", "$${")
    return EnvironmentText(escaped) if isinstance(text, EnvironmentText) else escaped


def unusable(text: str) -> str | None:
    """Why no path, command or variable could hold this text; ``None`` when it is sound.

    >>> unusable("grid.nc"), unusable("a" + chr(0))
    (None, 'holds a NUL character, which no path, command or variable can hold')
    """
    if "\0" in text:
        return "holds a NUL character, which no path, command or variable can hold"
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "holds half of a surrogate pair, which is no character"
    return None


def may_hold_secret(text: str) -> bool:
    """Whether a part of a text may be a secret, so that none of it is shown.

    >>> may_hold_secret("{DB_PASSWORD: sesame}"), may_hold_secret("s3://me:sesame@host"), may_hold_secret("2024")
    (True, True, False)
    """
    return any(map(looks_secret, _WORD.findall(text))) or ("://" in text and bool(_IN_URL.search(text)))
