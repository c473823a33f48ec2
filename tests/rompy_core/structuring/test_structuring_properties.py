"""Whatever data comes, structuring gives an instance or its own error; and what it made, it makes again."""

import contextlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs.validators import deep_iterable, gt, in_, matches_re, min_len, optional
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files import EnvironmentText
from rompy_core.period import Period
from rompy_core.structuring import structure, unstructure
from rompy_hooks import ByteSize, ConfigError, Expect, RunConfig, Secret, Step, WorkspacePath


class Mode(StrEnum):
    """A choice."""

    FAST = "fast"
    EXACT = "exact"


@attrs.frozen(kw_only=True)
class Settings(RunConfig):
    """A backend's settings with every type that a field may have."""

    image: str = attrs.field(default="a", validator=matches_re("[a-z]+"))
    cpu: float | None = attrs.field(default=None, validator=optional(gt(0)))
    mode: Mode = Mode.FAST
    pull: Literal["always", "never", None] = None
    words: list[str] = attrs.field(factory=list, validator=deep_iterable(min_len(1)))
    sizes: tuple[int, ...] = attrs.field(default=(), validator=deep_iterable(in_([1, 2, 3])))
    limit: ByteSize | None = None
    password: Secret | None = None
    folder: Path | None = None
    inside: WorkspacePath | None = None
    when: datetime | date | None = None
    every: timedelta | None = None
    period: Period | None = None
    labels: Mapping[str, str | int | None] = attrs.field(factory=dict)
    free: Any = None
    child: "Settings | None" = None


_KEYS = [field.name for field in attrs.fields(Settings)] + ["name", "outputs", "start", "end", "duration", "interval"]
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.builds(EnvironmentText, st.text(max_size=12)),
    st.builds(EnvironmentText, st.sampled_from(["[1, 2]", "{a: 1}", "{name: a, command: b}", "", "true", "[[", "{a"])),
    st.sampled_from(
        ["2023-01-01", "2D", "PT6H", "1.5g", "fast", "~", "~x/y", "../a", "a\0", "(", "a{9999999999}", "["]
    ),
    st.binary(max_size=2),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.timedeltas(),
    st.sampled_from([object(), Path("a"), Mode.FAST, Expect(), Secret("x"), {1}, Settings]),
)
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner),
        st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6),
        st.dictionaries(st.one_of(st.text(max_size=4), st.integers(), st.none()), inner, max_size=3),
    ),
    max_leaves=15,
)


@given(_DATA | st.dictionaries(st.sampled_from(_KEYS), _DATA, max_size=8))
@settings(max_examples=300, deadline=None)
def test_structure_gives_an_instance_or_a_config_error(data: Any) -> None:
    """No data, however odd, brings any other exception about; every fault can be printed."""
    with contextlib.suppress(ConfigError):
        assert isinstance(structure(Settings, data), Settings)


_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
_COMMANDS = st.one_of(_WORDS.filter(str.strip), st.lists(_WORDS, min_size=1, max_size=3).map(tuple)).filter(
    lambda command: bool(command.strip() if isinstance(command, str) else command[0].strip())
)
_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
_AMOUNTS = st.floats(min_value=1e-3, max_value=1e9)
_MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1))
_LENGTHS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=1000))
_STEPS = st.builds(
    Step, name=_NAMES, command=_COMMANDS, parallel=st.booleans(), timeout=st.none() | _AMOUNTS, outputs=st.just(("*",))
)
_SETTINGS = st.builds(
    Settings,
    steps=st.lists(_STEPS, max_size=3, unique_by=lambda step: step.name).map(tuple),
    ranks=st.none() | st.integers(min_value=1),
    memory=st.none() | st.integers(min_value=1),
    timeout=st.none() | _AMOUNTS,
    env_vars=st.dictionaries(_NAMES, _WORDS, max_size=3),
    image=st.from_regex("[a-z]+", fullmatch=True),
    cpu=st.none() | _AMOUNTS,
    mode=st.sampled_from(Mode),
    pull=st.sampled_from(["always", "never", None]),
    words=st.lists(_WORDS, max_size=3),
    password=st.none() | st.builds(Secret, _WORDS),
    folder=st.none() | _NAMES.map(lambda name: Path("/data") / name),
    inside=st.none() | _NAMES.map(Path),
    when=st.none() | _MOMENTS,
    every=st.none() | _LENGTHS,
    period=st.none() | st.builds(Period, start=_MOMENTS, duration=_LENGTHS),
    labels=st.dictionaries(_NAMES, st.none() | _WORDS | st.integers(), max_size=3),
    free=st.recursive(
        st.none() | st.booleans() | _WORDS, lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner)
    ),
    child=st.none() | st.builds(RunConfig, ranks=st.just(2)).map(lambda _: Settings(ranks=2)),
)


@given(_SETTINGS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_structure_of_unstructured_gives_the_same_settings(value: Settings, omit_defaults: bool) -> None:
    """Plain data of settings, secrets revealed, makes equal settings."""
    assert structure(Settings, unstructure(value, reveal=True, omit_defaults=omit_defaults)) == value
