"""Read a config file's text, and say what is wrong with a file that is none."""

import errno
import os
import stat
from pathlib import Path

from rompy_core.config_files.unreadable import UnreadableError

#: Bytes of one config, its includes together.
MAX_BYTES = 64 * 1024 * 1024
#: How the suffix names the format.
FORMATS = {".yml": "yaml", ".yaml": "yaml", ".toml": "toml", ".json": "json"}
SUFFIXES = "YAML (.yml, .yaml), TOML (.toml) or JSON (.json)"

_KINDS = {
    stat.S_IFIFO: "a named pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket",
}  # fmt: skip


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """The text of a regular file with a config file's suffix.

    Args:
        path: The file.
        limit: How many bytes it may have.

    Raises:
        UnreadableError: Whatever is wrong with it.
    """
    try:
        return decode(_read_bytes(path, limit))
    except OSError as error:
        raise UnreadableError(_why_not(path, error)) from error
    except ValueError as error:
        raise UnreadableError("no such file: a path can hold neither NUL nor broken characters") from error


def file_format(path: Path) -> str:
    """``yaml``, ``toml`` or ``json``, by the suffix.

    Raises:
        UnreadableError: Another suffix.
    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        given = f"has the suffix '{path.suffix}'" if path.suffix else "has no suffix"
        raise UnreadableError(f"{given}; config files are {SUFFIXES}") from None


def _read_bytes(path: Path, limit: int) -> bytes:
    # Looked at before it is opened: opening a pipe wakes its writer, opening a device may do anything.
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableError("is a folder; name a file in it")
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "a special file")
        raise UnreadableError(f"is {kind}; write the config into a regular file")
    file_format(path)
    # O_NONBLOCK: if a pipe took its place meanwhile, there is still no waiting.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - a descriptor
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f"is too large; a config, its includes together, may have {MAX_BYTES >> 20} MB")
    return data


def decode(data: bytes) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        UnreadableError: Another encoding, or no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("is UTF-16 text; save it as UTF-8")
    if (nul := data.find(b"\0")) >= 0:
        raise UnreadableError("has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text", _line(data, nul))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        line = _line(data, error.start)
        raise UnreadableError(f"is not UTF-8 text: it has the byte 0x{byte:02X}; save it as UTF-8", line) from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _why_not(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return _missing(path)
    if error.errno == errno.ENOTDIR:
        blocker = next((parent for parent in path.parents if parent.is_file()), path.parent)
        return f"no such file: '{blocker}' is a file, not a folder"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "may not be read by this user; check the permissions of the file and of its folders"
    if error.errno == errno.ELOOP:
        return "is a symbolic link that leads back to itself; link it to a file"
    return f"cannot be read: {error.strerror}"


def _missing(path: Path) -> str:
    import difflib  # only when something is wrong already

    if path.is_symlink():
        return f"is a symbolic link to '{path.readlink()}', which does not exist"
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - names are wanted, not paths
    except FileNotFoundError:
        return f"no such file: the folder '{path.parent}' does not exist"
    except OSError:
        return "no such file"
    # Compared without suffixes, which nearly all have in common; "swan" and "swan.yaml" both mean swan.yml.
    stems = {Path(name).stem: name for name in sorted(names) if Path(name).suffix.lower() in FORMATS}
    nearest = difflib.get_close_matches(path.stem, stems, n=1)
    return f"no such file. Did you mean '{stems[nearest[0]]}'?" if nearest else "no such file"
