"""Files that are no config files: each is refused with what would do."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rompy_core.config_files import Document, read_document
from rompy_core.config_files.text_file import MAX_BYTES
from rompy_hooks.errors import ConfigError

Faults = Callable[..., list[str]]
Write = Callable[..., Path]


def refusal(path: str | Path) -> str:
    """The report on a path."""
    with pytest.raises(ConfigError) as caught:
        read_document(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "run.yml: the file is empty; a config is a mapping of keys, such as 'run_id: test'"),
        (b"# only a comment\n", "run.yml: the file is empty; a config is a mapping of keys, such as 'run_id: test'"),
        (b"~", "run.yml: the file is empty; a config is a mapping of keys, such as 'run_id: test'"),
        (b"\n- a", "run.yml:2: the file is a list; a config is a mapping of keys, such as 'run_id: test'"),
        (b"a", "run.yml:1: the file is a single value; a config is a mapping of keys, such as 'run_id: test'"),
        (b"a: 1\nb: \xe9", "run.yml:2: is not UTF-8 text: it has the byte 0xE9; save it as UTF-8"),
        (b"a: 1\n\0", "run.yml:2: has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text"),
        ("a: 1".encode("utf-16"), "run.yml: is UTF-16 text; save it as UTF-8"),
        ("a: 1".encode("utf-16-le"), "run.yml:1: has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text"),
    ],
)
def test_read_text_refuses_what_is_no_mapping_in_utf8(faults: Faults, data: bytes, fault: str) -> None:
    """Empty, not a mapping, not text, not UTF-8."""
    assert faults(data) == [fault]


def test_read_text_accepts_a_byte_order_mark(read: Callable[..., Document]) -> None:
    """Editors of Windows write one."""
    texts = {"run.yml": b"a: 1\r\nb: 2\r\n", "run.toml": b"a = 1\r\nb = 2\r\n", "run.json": b'{"a": 1,\r\n"b": 2}'}
    for name, text in texts.items():
        document = read(b"\xef\xbb\xbf" + text, name)
        assert (document.data, document.position(("b",))[1]) == ({"a": 1, "b": 2}, 2)


def test_suffix_says_the_format_in_any_case(read: Callable[..., Document]) -> None:
    """The four suffixes, upper case too."""
    texts = {"a.yml": "a: 1", "a.YAML": "a: 1", "a.toml": "a = 1", "a.JSON": '{"a": 1}'}
    assert all(read(text, name).data == {"a": 1} for name, text in texts.items())


def test_another_suffix_is_told_the_three_formats(write: Write) -> None:
    """Named are the three formats with their suffixes."""
    known = "config files are YAML (.yml, .yaml), TOML (.toml) or JSON (.json)"
    assert refusal(write("a: 1", "run.ini")) == f"run.ini: has the suffix '.ini'; {known}"
    assert refusal(write("a: 1", "run")) == f"run: has no suffix; {known}"


def test_missing_file_names_the_nearest_that_exists(write: Write) -> None:
    """By its name without the suffix, so that a wrong suffix is seen as well."""
    write("a: 1", "conf/swan.yml")
    assert refusal("conf/swam.yml") == "conf/swam.yml: no such file. Did you mean 'swan.yml'?"
    assert refusal("conf/swan.yaml") == "conf/swan.yaml: no such file. Did you mean 'swan.yml'?"
    assert refusal("conf/swan") == "conf/swan: no such file. Did you mean 'swan.yml'?"
    assert refusal("conf/ww3.yml") == "conf/ww3.yml: no such file"
    assert refusal("cnf/swan.yml") == "cnf/swan.yml: no such file: the folder 'cnf' does not exist"
    assert (
        refusal("conf/swan.yml/x.yml") == "conf/swan.yml/x.yml: no such file: 'conf/swan.yml' is a file, not a folder"
    )


def test_paths_that_name_no_regular_file_are_refused(write: Write) -> None:
    """Folders, pipes, sockets and devices are not opened: a pipe would block, a device might do anything."""
    write("a: 1")
    os.mkfifo("pipe.yml")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.yml")
        kinds = {path: refusal(path) for path in ("pipe.yml", "socket.yml", "/dev/null")}
    assert refusal(".") == ".: is a folder; name a file in it"
    assert kinds == {
        "pipe.yml": "pipe.yml: is a named pipe; write the config into a regular file",
        "socket.yml": "socket.yml: is a socket; write the config into a regular file",
        "/dev/null": "/dev/null: is a device; write the config into a regular file",
    }


def test_links_that_lead_nowhere_are_named_as_such(write: Write) -> None:
    """A dangling link and one that leads to itself."""
    write("a: 1")
    Path("gone.yml").symlink_to("old.yml")
    Path("loop.yml").symlink_to("loop.yml")
    assert refusal("gone.yml") == "gone.yml: is a symbolic link to 'old.yml', which does not exist"
    assert refusal("loop.yml") == "loop.yml: is a symbolic link that leads back to itself; link it to a file"


def test_paths_that_no_file_can_have_are_refused(write: Write) -> None:
    """NUL, half a character, a name too long; what is shown can be printed."""
    write("a: 1")
    impossible = "no such file: a path can hold neither NUL nor broken characters"
    assert refusal("a\0.yml") == f"a\\x00.yml: {impossible}"
    assert refusal("\ud800.yml") == f"\\ud800.yml: {impossible}"
    name = "x" * 300 + ".yml"
    assert refusal(name) == f"{name}: cannot be read: File name too long"


def test_huge_file_is_refused_before_it_is_read_to_its_end(write: Write) -> None:
    """A sparse file takes no disk."""
    path = write("a: 1\n")
    os.truncate(path, MAX_BYTES + 1)
    assert refusal(path) == "run.yml: is too large; a config, its includes together, may have 64 MB"


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may read everything, so it becomes nobody for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_file_without_permission_is_refused(write: Write) -> None:
    """The message says whose permissions to check."""
    path = write("a: 1")
    path.chmod(0)
    with _as_nobody():
        fault = refusal(path)
    assert fault == "run.yml: may not be read by this user; check the permissions of the file and of its folders"


def test_missing_file_in_a_folder_that_cannot_be_listed_is_told_without_a_guess(write: Write, tmp_path: Path) -> None:
    """Nearest names need a look into the folder."""
    write("a: 1", "conf/swan.yml")
    tmp_path.chmod(0o711)
    Path("conf").chmod(0o311)
    with _as_nobody():
        fault = refusal("conf/swam.yml")
    Path("conf").chmod(0o755)
    assert fault == "conf/swam.yml: no such file"
