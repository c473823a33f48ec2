"""Documents: any bytes and any data from Python give one, or a config error."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_core.config_files import Document, EnvironmentText, document_from_mapping, read_document
from rompy_hooks.errors import ConfigError, Fault
from rompy_hooks.secret import Secret

ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SUFFIXES = st.sampled_from([".yml", ".toml", ".json"])
#: Pieces that mean something to one of the formats.
PIECES = st.lists(
    st.sampled_from(
        ["a", "b", ": ", ":", "\n", "\n  ", "- ", "[", "]", "{", "}", ",", '"', "'", "#", "&x ", "*x", "!include x.yml",
         "!", "!!int ", "<<", "|\n", ">\n", "? ", "---\n", "...\n", "%YAML", "%TAG ! x\n", "\t", " ", "1", "1e999",
         "\\u0000", "\\ud800", "\\UFFFFFFFF", "=", ".", "[[", "]]", '"""', "'''", "${", "${A}", "$${", "}", "|shift",
         "\ufeff", "\x85", "\u2028", "\r", "é", "\U0001f600", "null", "true", "2024-01-01", "\x00"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def reads_or_refuses(path: Path, data: bytes) -> None:
    """The bytes give a document whose data can be told again, or a report of lines that can be printed."""
    path.write_bytes(data)
    try:
        document = read_document(path, environ={"A": "1"})
    except ConfigError as error:
        assert error.faults  # noqa: PT017 - both ends are right
        str(error).encode()
    else:
        assert document_from_mapping(document.written, environ={"A": "1"}).data == json_like(document.data)


def json_like(data: Any) -> Any:
    """NaN is not equal to itself, so it is compared as text."""
    return json.loads(json.dumps(data), parse_constant=str) if "NaN" in json.dumps(data) else data


@ANY_FILE
@given(data=st.binary(max_size=200), suffix=SUFFIXES)
def test_any_bytes_give_a_document_or_a_config_error(tmp_path: Path, data: bytes, suffix: str) -> None:
    """Nothing else comes out, whatever the format."""
    reads_or_refuses(tmp_path / f"run{suffix}", data)


@ANY_FILE
@given(text=st.text(max_size=100) | PIECES, suffix=SUFFIXES)
def test_any_text_gives_a_document_or_a_config_error(tmp_path: Path, text: str, suffix: str) -> None:
    """Text that gets further than bytes do."""
    reads_or_refuses(tmp_path / f"run{suffix}", text.encode("utf-8", "replace"))


@ANY_FILE
@given(text=PIECES)
def test_any_text_is_safe_with_the_parser_in_python(tmp_path: Path, text: str) -> None:
    """Where libyaml is missing."""
    import yaml

    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CBaseLoader")
        reads_or_refuses(tmp_path / "run.yml", text.encode())


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary() | st.dates()
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.none(), inner),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.dictionaries(st.text(), DATA))
def test_any_mapping_gives_a_document_or_a_config_error(data: dict[str, Any]) -> None:
    """From Python, ``${`` means itself; what is written expands to the same data."""
    try:
        document = document_from_mapping(data)
    except ConfigError as error:
        assert error.faults  # noqa: PT017 - both ends are right
    else:
        assert document.data == data
        assert document_from_mapping(document.written, environ={}).data == data


def test_document_keeps_objects_and_takes_lists_and_mappings() -> None:
    """A secret stays a secret; the caller's data is neither shared nor changed."""
    secret, path = Secret("sesame"), Path("x")
    data = {"a": {"b": (1, [2])}, "secret": secret, "path": path, "text": EnvironmentText("3")}
    document = document_from_mapping(data, overrides=["a.b[0]=x"])
    assert document.data == {"a": {"b": ["x", [2]]}, "secret": secret, "path": path, "text": "3"}
    assert document.data["secret"] is secret
    assert type(document.data["text"]) is EnvironmentText
    assert data["a"] == {"b": (1, [2])}
    assert document.position(("a",)) == (None, None)
    assert document.directory(("a",)) == Path.cwd()


def test_document_from_mapping_refuses_what_no_file_could_hold() -> None:
    """Keys that are no text, data that contains itself, NUL."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ConfigError) as caught:
        document_from_mapping({"a": {1: 2, None: 3}, "b": [loop], "c": "x\0", "d\0": 1})
    assert list(caught.value.faults) == [
        Fault("a key must be text, got int", None, None, "a"),
        Fault("a key must be text, got NoneType", None, None, "a"),
        Fault("contains itself", None, None, "b[0][0]"),
        Fault("holds a NUL character, which no path, command or variable can hold", None, None, "c"),
        Fault("a key holds a NUL character, which no path, command or variable can hold", None, None, ""),
    ]


def test_document_from_mapping_limits_depth_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that hold each other twice over would be without end."""
    monkeypatch.setattr("rompy_core.config_files.nodes.MAX_VALUES", 10_000)  # a million would take seconds
    wide: Any = "x"
    for _ in range(30):
        wide = [wide, wide]
    deep: Any = "x"
    for _ in range(2000):
        deep = {"a": deep}
    for data, message in (
        (wide, "holds more than 10,000 values, its aliases and includes resolved"),
        (deep, "mappings and lists are nested deeper than 100 levels"),
    ):
        with pytest.raises(ConfigError) as caught:
            document_from_mapping({"a": data})
        assert str(caught.value) == message


@pytest.mark.parametrize(("data", "what"), [({}, None), ([1], "a list"), (3, "a single value"), (None, None)])
def test_document_from_mapping_takes_mappings_only(data: Any, what: str | None) -> None:
    """An empty mapping is one: what it lacks is for the structuring to say."""
    if data == {}:
        assert document_from_mapping(data).data == {}
        return
    said = f"is {what}" if what else "is empty"
    with pytest.raises(ConfigError) as caught:
        document_from_mapping(data)
    assert str(caught.value) == f"the config {said}; a config is a mapping of keys, such as 'run_id: test'"


def test_positions_of_unknown_keys_are_those_of_their_nearest_ancestor(read: Callable[..., Document]) -> None:
    """A key that is missing is told where it is missing."""
    document = read("a: 1\nb:\n  c: [1]\n")
    nearest = [document.position(key)[1] for key in [("b", "x"), ("b", "c", 5), ("b", "c", "x", "y"), ("x",), ()]]
    assert nearest == [2, 3, 3, 1, 1]


def test_read_document_uses_the_environment_of_the_process(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no other is given; data from Python is left alone then."""
    monkeypatch.setenv("ROMPY_TEST_NX", "7")
    assert read_document(write("nx: ${ROMPY_TEST_NX}")).data == {"nx": "7"}
    assert document_from_mapping({"nx": "${ROMPY_TEST_NX}"}).data == {"nx": "${ROMPY_TEST_NX}"}


def test_import_is_light() -> None:
    """Neither YAML nor what else only some files need is imported before a file is read."""
    heavy = ("yaml", "tomllib", "json", "difflib")
    code = f"import sys, rompy_core.config_files; print([name for name in {heavy} if name in sys.modules])"
    root = Path(__file__).parents[3]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert result.stdout == "[]\n"
