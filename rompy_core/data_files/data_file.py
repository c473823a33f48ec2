"""``data``: what a model config says about a file that is brought into the workspace."""

import re
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Literal
from urllib.parse import unquote, urlsplit

import attrs
from attrs.validators import ge, gt, in_, instance_of, optional

from rompy_core.data_files.shown import shown_source
from rompy_core.data_files.source_location import SourceLocation, is_url
from rompy_hooks import ByteSize, Seconds, WorkspacePath, parse_byte_size, parse_duration

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _to_bytes(value: Any) -> Any:
    return parse_byte_size(value) if isinstance(value, str) else value


def _to_seconds(value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _target(value: Any) -> Any:
    return Path(value) if isinstance(value, str) else value


def _a_source(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(f"must be a path or a URL, got {value!r}")
    if not value.strip() or "\0" in value:
        raise ValueError(f"must be a path or a URL, got {value!r}")


def _a_sha256(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError(f"must be 64 hexadecimal digits, as sha256sum prints them; got {value!r}")


def _a_target(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, Path):
        raise TypeError(f"must be a path, got {value!r}")
    _check_place(value)


def _check_place(value: Path) -> None:
    if value.is_absolute() or ".." in value.parts or "\0" in str(value) or not value.parts:
        raise ValueError(f"must be relative to the workspace and stay inside it, got {str(value)!r}")
    if value.parts[0].casefold() == ".rompy":
        raise ValueError(f"must not be in .rompy, which holds the run's record; got {str(value)!r}")


@attrs.frozen(kw_only=True)
class DataFile:
    """One entry of ``data``: a file, where it comes from and what is known about it."""

    __rompy_title__: ClassVar[str] = "a data entry"

    #: A path, or a URL that some plugin can fetch.
    source: SourceLocation = attrs.field(converter=_text, validator=_a_source)
    #: Its place in the workspace; the source's own name unless given.
    target: WorkspacePath | None = attrs.field(default=None, converter=_target, validator=optional(_a_target))
    #: ``hardlink`` and ``symlink`` save the copy of a local file.
    link: Literal["copy", "hardlink", "symlink"] = attrs.field(
        default="copy", validator=in_(("copy", "hardlink", "symlink"))
    )
    #: Checksum that the file must have.
    sha256: str | None = attrs.field(default=None, converter=_lower, validator=optional(_a_sha256))
    #: Bytes that the file must have at least; 0 lets an empty file pass.
    min_size: ByteSize | None = attrs.field(default=None, converter=_to_bytes, validator=optional(ge(ByteSize(0))))
    #: Seconds that bringing it may take, each time it is tried.
    timeout: Seconds | None = attrs.field(default=None, converter=_to_seconds, validator=optional(gt(Seconds(0))))
    #: How many times it is tried again.
    retry: int = attrs.field(default=0, validator=[instance_of(int), ge(0)])

    def __attrs_post_init__(self) -> None:
        if self.link != "copy" and is_url(self.source):
            raise ValueError(
                f"link: {self.link} needs a file on this machine, got {shown_source(self.source)!r}; use link: copy"
            )
        if self.target is None:
            try:
                _check_place(self.place)
            except ValueError:
                raise ValueError(
                    f"target: is needed, since the source {shown_source(self.source)!r} does not end in a file name"
                ) from None

    @property
    def place(self) -> Path:
        """Where it goes, relative to the workspace."""
        if self.target is not None:
            return self.target
        path = unquote(urlsplit(self.source).path) if is_url(self.source) else self.source
        return Path(PurePosixPath(path).name)
