"""``-o key=value``."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files import Document, EnvironmentText, document_from_mapping, dotted
from rompy_core.config_files.texts import meant
from rompy_core.structuring import structure
from rompy_hooks.errors import ConfigError

Read = Callable[..., Document]

TEXT = "backend: {timeout: 3, env_vars: }\nsteps:\n  - name: a\n  - name: b\n"


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("backend.timeout=5", ("backend", "timeout"), "5"),
        ("backend.env_vars.OMP_NUM_THREADS=4", ("backend", "env_vars", "OMP_NUM_THREADS"), "4"),
        ("steps[0].name=x", ("steps", 0, "name"), "x"),
        ("steps.1.name=x", ("steps", 1, "name"), "x"),
        ("steps[2].name=x", ("steps", 2, "name"), "x"),
        ("new.a.b=x=y z", ("new", "a", "b"), "x=y z"),
        ("new.0.b=1", ("new", 0, "b"), "1"),
        ('new."0"=1', ("new", "0"), "1"),
        ("new.'a.b'.\"c=d\"=", ("new", "a.b", "c=d"), ""),
        ("backend=local", ("backend",), "local"),
        ("steps=[]", ("steps",), "[]"),
    ],
)
def test_override_puts_a_text_at_its_key(read: Read, override: str, key: tuple[str | int, ...], value: str) -> None:
    """Marked as text whose type the field decides; its position is the override."""
    document = read(TEXT, overrides=[override])
    found: Any = document.data
    for segment in key:
        found = found[segment]
    assert found == value
    assert isinstance(found, EnvironmentText)
    assert document.position(key) == (f"-o {override}", None)


@pytest.mark.parametrize(
    ("file", "override", "meaning"),
    [
        ("v: 2", "v=4", 4),
        ("v: 2", "v= 0x10 ", 16),
        ("v: 2", "v=2.5", 2.5),
        ("v: 2", "v=1e3", 1000.0),
        ("v: 2.5", "v=4", 4.0),
        ("v: 2.5", "v=.5", 0.5),
        ("v: true", "v=false", False),
        ("v: false", "v=TRUE", True),
        ("v: [1]", "v=[2, a, '3', [null]]", [2, "a", "3", [None]]),
        ("v: {n: 1}", "v={n: 4, flag: false, t: '5', u: '${U}'}", {"n": 4, "flag": False, "t": "5", "u": "${U}"}),
        ("v: {n: 1}", 'v={"n": 4.5}', {"n": 4.5}),
        ("v:", "v={n: 4}", {"n": 4}),
        ("u: 1", "v=[4]", [4]),
        ("v: [1, 2]", "v[1]=4", [1, 4]),
        # What stays text.
        ("v: 2", "v=two", "two"),
        ("v: 2", "v=true", "true"),
        ("v: 2", "v=", ""),
        ("v: 2", f"v={'1' * 5000}", "1" * 5000),
        ("v: true", "v=1", "1"),
        ("v: true", "v=yes", "yes"),
        ("v: '2'", "v=4", "4"),
        ("v: text", "v={n: 4}", "{n: 4}"),
        ("v: ${NOT_SET}", "v=4", "4"),
        ("v:", "v=4", "4"),
        ("u: 1", "v=4", "4"),
        ("v: [1]", "v=[2", "[2"),
        ("v: {n: 1}", "v={n: 4, n: 5}", "{n: 4, n: 5}"),
        ("v: {n: 1}", "v={n: !include x.yml}", "{n: !include x.yml}"),
    ],
)  # fmt: skip
def test_override_takes_the_type_of_what_it_replaces_where_anything_may_stand(
    read: Read, file: str, override: str, meaning: object
) -> None:
    """A template that doubles ``n: 2`` doubles ``-o n=4`` too; so does one whose record is read again."""
    document = read(file, overrides=[override])
    found = structure(dict[str, Any], document.data)["v"]
    assert (found, repr(found)) == (meaning, repr(meaning))
    assert meant(document.data)["v"] == meaning
    again = document_from_mapping(document.written, environ={})
    assert structure(dict[str, Any], again.data)["v"] == meaning


@pytest.mark.parametrize(
    ("file", "override", "kind", "value"),
    [
        ("v: 2", "v=007", dict[str, str], "007"),
        ("v: 2", "v=4", dict[str, int], 4),
        ("v: {a: 1}", "v={a: 007, b: null}", dict[str, dict[str, str]], {"a": "007", "b": "null"}),
        ("v: {a: 1}", "v={a: 007, b: 1.5}", dict[str, dict[str, int | str]], {"a": 7, "b": "1.5"}),
    ],
)
def test_type_of_a_field_counts_more_than_what_an_override_replaces(
    read: Read, file: str, override: str, kind: Any, value: object
) -> None:
    """An override mends a number that stands where a text should."""
    assert structure(kind, read(file, overrides=[override]).data) == {"v": value}


def test_items_of_a_flow_mapping_are_typed_each_by_its_field(read: Read) -> None:
    """Those that may be anything as YAML has them, at any depth."""
    document = read("v: {}", overrides=["v={a: {n: 4, flag: false}, b: {t: '4'}}"])
    assert structure(dict[str, dict[str, dict[str, Any]]], document.data) == {
        "v": {"a": {"n": 4, "flag": False}, "b": {"t": "4"}}
    }


def test_overrides_leave_the_rest_and_its_positions(read: Read) -> None:
    """Later overrides win; siblings stay where they were."""
    document = read(TEXT, overrides=["steps[1].name=x", "steps[1].name=y"])
    assert document.data == {"backend": {"timeout": 3, "env_vars": None}, "steps": [{"name": "a"}, {"name": "y"}]}
    assert [document.position(key)[1] for key in [("steps",), ("steps", 0, "name"), ("steps", 1)]] == [2, 3, 4]


def test_override_through_an_alias_leaves_its_other_places(read: Read) -> None:
    """The mapping of an anchor is copied before it is changed."""
    document = read("a: &a {x: 1}\nb: *a", overrides=["b.x=2"])
    assert document.data == {"a": {"x": 1}, "b": {"x": "2"}}


def test_override_is_not_expanded_now_nor_when_its_record_is_read_again(read: Read) -> None:
    """The shell has expanded it; and what it replaces needs no variable any more."""
    document = read("a: ${NOT_SET}", overrides=["a=${HOME}"])
    assert (document.data, document.written) == ({"a": "${HOME}"}, {"a": "$${HOME}"})


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("backend", "-o backend: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("=1", "-o =1: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("a..b=1", "-o a..b=1: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("a.[0]=1", "-o a.[0]=1: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("a[x]=1", "-o a[x]=1: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("a[-1]=1", "-o a[-1]=1: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("token.=x", "-o token.=***: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid"),
        ("backend.timeout.x=1",
         "-o backend.timeout.x=1: backend.timeout.x: 'backend.timeout' is a single value, so it has no key 'x'"),
        ("backend.timeout.api_token=sesame",
         ("-o backend.timeout.api_token=***: backend.timeout.api_token: "
         "'backend.timeout' is a single value, so it has no key 'api_token'")),
        ("backend[0]=1",
         "-o backend[0]=1: backend[0]: 'backend' is a mapping, not a list; name a key of it instead of [0]"),
        ("[0]=1", "-o [0]=1: [0]: the config is a mapping, not a list; name a key of it instead of [0]"),
        ("steps.name=1",
         "-o steps.name=1: steps.name: 'steps' is a list; name an item by its index, such as steps[0]"),
        ("steps[3].name=1",
         ("-o steps[3].name=1: steps[3].name: "
         "'steps' is a list of 2; the index can be 0 to 2, where 2 adds an item")),
        ("a=\0", "-o a=\\0: a: holds a NUL character, which no path, command or variable can hold"),
        ("a" + ".a" * 100 + "=1",
         f"-o {'a' + '.a' * 38}...: {'a' + '.a' * 100}: the key has more than 100 parts"),
    ],
)  # fmt: skip
def test_override_that_does_not_fit_is_a_fault_with_its_text(
    faults: Callable[..., list[str]], override: str, fault: str
) -> None:
    """The override stands where the file would, without a value that looks secret."""
    assert faults(TEXT, overrides=[override]) == [fault]


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\"'"), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5), st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_override_reaches_any_key_in_quotes(names: list[str], value: str) -> None:
    """``dotted`` writes a key so that an override finds it."""
    key = ".".join(f'"{name}"' for name in names)
    document = document_from_mapping({}, overrides=[f"{key}={value}"])
    found: Any = document.data
    for name in names:
        found = found[name]
    assert found == value
    again = document_from_mapping({}, overrides=[f"{dotted(tuple(names))}={value}"])
    assert again.data == document.data or any(name.isdigit() for name in names)


@settings(deadline=None)
@given(st.text())
def test_any_override_gives_a_document_or_a_config_error(override: str) -> None:
    """Whatever stands behind ``-o``."""
    try:
        document_from_mapping({"a": [1, {"b": 2}]}, overrides=[override])
    except ConfigError as error:
        assert str(error).startswith("-o ")  # noqa: PT017 - both ends are right
