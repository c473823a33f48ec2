"""Volumes as users write them: ``host:container[:ro|rw][,z|Z]``, or a mapping."""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Any, Self

import attrs

#: Where the workspace is in every container, and the working directory of its steps.
WORKSPACE = PurePosixPath("/workspace")

# https://docs.docker.com/reference/api/engine/ : names of volumes
_VOLUME_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]+")
_FORM = "host:container[:ro|rw][,z|Z]"
_MODES = ("ro", "rw", "z", "Z")


def _inside_container(_instance: Any, _attribute: "attrs.Attribute[Any]", value: str) -> None:
    if not value.startswith("/") or "\0" in value or ".." in value.split("/"):
        raise ValueError(f"must be an absolute path in the container, got {value!r}")
    if value == "/" or PurePosixPath(value) == WORKSPACE:
        what = "the image's own files are" if value == "/" else "the run's workspace is"
        raise ValueError(f"must not be {value!r}, where {what}")


def _normal(path: str) -> str:
    """A path of a container as it is compared: without ``//``, ``.`` and a ``/`` at the end."""
    return str(PurePosixPath("/" + path.lstrip("/"))) if path.startswith("/") else path


def _there(_instance: Any, _attribute: "attrs.Attribute[Any]", value: str) -> None:
    if "\0" in value:
        raise ValueError("must not hold a NUL byte")
    if value.startswith("/"):
        if not os.path.exists(value):  # noqa: PTH110 - Path.exists raises where the path is too long
            raise ValueError(f"there is no file or directory {value!r} on this machine; make it, or correct the path")
    elif not _VOLUME_NAME.fullmatch(value):
        raise ValueError(f"must be an absolute path or the name of a volume, got {value!r}")


@attrs.frozen(kw_only=True)
class Volume:
    """Something of this machine, or a named volume of the engine, at a place in the container."""

    #: An absolute path that exists, or the name of a volume (made by the engine where it is missing).
    source: str = attrs.field(validator=[attrs.validators.instance_of(str), _there])
    #: Absolute path in the container.
    target: str = attrs.field(converter=_normal, validator=_inside_container)
    #: Whether the container may only read it.
    read_only: bool = attrs.field(default=False, validator=attrs.validators.instance_of(bool))
    #: SELinux label: ``z`` where several containers share it, ``Z`` for this one alone.
    selinux: str | None = attrs.field(default=None, validator=attrs.validators.in_((None, "z", "Z")))

    @classmethod
    def __rompy_from_text__(cls, text: str, folder: Path) -> Self:
        """Read the short form.

        Args:
            text: ``host:container[:ro|rw][,z|Z]``; a ``host`` with a ``/``, ``.`` or ``~`` first is a path, else it
                is the name of a volume, as for ``docker run --volume``.
            folder: What relative paths are relative to.

        Raises:
            ValueError: The text is no volume, or there is no such path on this machine.

        >>> Volume.__rompy_from_text__("cache:/var/cache:ro", Path("/")).read_only
        True
        """
        parts = text.split(":")
        if len(parts) not in (2, 3) or not all(parts):
            more = "; a path with a colon in it needs the form {source: ..., target: ...}" if len(parts) > 3 else ""
            raise ValueError(f"must be {_FORM}, got {text!r}{more}")
        return cls(source=_source(parts[0], folder), target=parts[1], **_modes(parts[2] if parts[2:] else "", text))

    @property
    def is_path(self) -> bool:
        """Whether it is a path of this machine."""
        return self.source.startswith("/")

    def bind(self) -> str:
        """The engine's own short form, in which alone SELinux labels can be said."""
        modes = ["ro" if self.read_only else "rw", *([self.selinux] if self.selinux else [])]
        return f"{self.source}:{self.target}:{','.join(modes)}"


def _source(host: str, folder: Path) -> str:
    if host[0] == "~":
        try:
            return str(Path(host).expanduser())
        except RuntimeError as error:  # no such user
            raise ValueError(f"{host!r} cannot be made absolute: {error}") from None
    return os.path.normpath(folder / host) if host[0] in "./" or "/" in host else host


def _modes(text: str, whole: str) -> dict[str, Any]:
    given = text.split(",") if text else []
    unknown = [mode for mode in given if mode not in _MODES]
    if unknown:
        raise ValueError(f"{whole!r} has the option {unknown[0]!r}; known: {', '.join(_MODES)}")
    for either in (("ro", "rw"), ("z", "Z")):
        if sum(given.count(mode) for mode in either) > 1:
            raise ValueError(f"{whole!r} says more than once what {' and '.join(either)} say")
    selinux = next((mode for mode in given if mode in ("z", "Z")), None)
    return {"read_only": "ro" in given, "selinux": selinux}
