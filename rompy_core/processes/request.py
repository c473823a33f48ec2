"""What is to be run."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs


def _to_argv(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(part, str) for part in value):
        raise TypeError(f"argv: must be a list of strings, program and arguments, got {value!r}")
    if not value or not value[0]:
        raise ValueError(f"argv: must name a program, got {value!r}")
    return tuple(value)


def _seconds(_instance: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    if value is not None and (math.isnan(value) or value < 0 or (value == 0 and attribute.name == "timeout")):
        least = "> 0" if attribute.name == "timeout" else ">= 0"
        raise ValueError(f"{attribute.name}: must be a number of seconds {least}, got {value!r}")


def _bytes(_instance: object, attribute: "attrs.Attribute[Any]", value: int | None) -> None:
    if value is not None and value <= 0:
        raise ValueError(f"{attribute.name}: must be a number of bytes > 0, got {value!r}")


@attrs.frozen(kw_only=True)
class ProcessRequest:
    """One process to run, with all that it gets: nothing of the driver's own environment is added.

    Text may hold bytes that are no UTF-8, as Python reads them (``surrogateescape``).
    """

    #: Program and arguments. A name without a slash is searched in the PATH of ``env``, a relative path starts in
    #: ``cwd``.
    argv: tuple[str, ...] = attrs.field(converter=_to_argv)
    #: The working directory.
    cwd: Path
    #: The whole environment; in no repr, because secrets travel in it.
    env: Mapping[str, str] = attrs.field(repr=False)
    #: Files that the output is appended to; created when missing. The two may be one.
    stdout: Path
    stderr: Path
    #: File that is read; the null device when not given.
    stdin: Path | None = None
    #: Seconds until the tree is ended.
    timeout: float | None = attrs.field(default=None, validator=_seconds)
    #: Seconds between SIGTERM and SIGKILL.
    grace_period: float = attrs.field(default=10.0, validator=_seconds)
    #: Bytes that the resident sets of the tree may sum up to; looked at four times a second.
    memory: int | None = attrs.field(default=None, validator=_bytes)

    def payload(self) -> bytes:
        """The request as a worker reads it (``Job``).

        Returns:
            Its fields, joined by NUL.

        Raises:
            ValueError: A field has a NUL character, or the name of a variable an equals sign.
        """
        fields = [_absolute(self.cwd), _absolute(self.stdin), _absolute(self.stdout), _absolute(self.stderr)]
        fields += (repr(float(self.grace_period)), str(self.memory or 0), str(len(self.argv)))
        fields += self.argv
        fields += map("=".join, self.env.items())
        text = "\0".join(fields)
        if text.count("\0") != len(fields) - 1:
            raise ValueError(
                f"argv, env and paths must have no NUL character, got {[f for f in fields if chr(0) in f]}"
            )
        if "=" in "".join(self.env) or "" in self.env:
            raise ValueError(
                f"env: a name must not be empty nor have '=', got {[n for n in self.env if not n or '=' in n]}"
            )
        return os.fsencode(text)


def _absolute(path: Path | None) -> str:
    """A path that means the same in the worker, whose working directory is another."""
    if path is None:
        return ""
    text = str(path)
    return text if text.startswith("/") else f"{Path.cwd()}/{text}"
