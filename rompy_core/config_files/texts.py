"""Text whose type is not known yet."""


class EnvironmentText(str):
    """Text that came from ``${...}``, the environment or ``-o``: parsed by the type of the field that it fills.

    >>> EnvironmentText("3") == "3"
    True
    """

    __slots__ = ()


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
