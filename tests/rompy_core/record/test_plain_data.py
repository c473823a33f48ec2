"""Data as the journal keeps it."""

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.record.plain_data import PlainData, plain_data
from rompy_hooks import Failure, RunResult, Secret, StepResult, redact

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_data = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Path("/sims/a/x.log"), "x.log"),
        (Path("/elsewhere/x"), "/elsewhere/x"),
        (Failure.TIMEOUT, "timeout"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(minutes=1), 60.0),
        (float("nan"), None),
        (float("-inf"), None),
        ((1, "a"), [1, "a"]),
        ({3, 1, 2}, [1, 2, 3]),
        (range(3), [0, 1, 2]),
        (OrderedDict(a=MappingProxyType({"b": 1})), {"a": {"b": 1}}),
        (b"bytes", "b'bytes'"),
        (object, "<class 'object'>"),
        (Secret("sesame"), "***"),
        ({"password": "sesame", "env": {"API_TOKEN": ["a", "${API_TOKEN}"]}},
         {"password": "***", "env": {"API_TOKEN": ["***", "${API_TOKEN}"]}}),
        (MappingProxyType({"token": 5}), {"token": "***"}),
        ({1: "a"}, {"1": "a"}),
    ],
)  # fmt: skip
def test_plain_data_of_each_kind(value: Any, plain: Any) -> None:
    """Whatever an event tells can be written, and tells no secret."""
    assert plain_data({"key": value}, Path("/sims/a"))["key"] == plain


def test_plain_data_of_a_result_has_relative_logs() -> None:
    """A workspace can be moved; its record names its logs still. Commands stay as they are."""
    step = StepResult(name="swan", success=True, stdout=Path("/sims/a/.rompy/attempts/1/stdout.log"))
    result = RunResult(success=True, steps=(step,), metadata={"command": "/sims/a/run /sims/a/x"})
    for value in (result, result.to_dict()):
        plain = plain_data({"result": value}, Path("/sims/a"))["result"]
        assert plain["steps"][0]["stdout"] == ".rompy/attempts/1/stdout.log"
        assert plain["metadata"] == {"command": "/sims/a/run /sims/a/x"}


def test_plain_data_is_made_once() -> None:
    """What is plain is handed on as it is."""
    data = plain_data({"a": Path("x")})
    assert plain_data(data) is data
    assert type(data) is PlainData


@given(st.dictionaries(st.text(max_size=5), json_data, max_size=3))
def test_plain_data_redacts_as_the_contract_does(data: dict[str, Any]) -> None:
    """Data that JSON can hold is what ``redact`` of rompy_hooks makes of it."""
    assert plain_data(data) == redact(data)


@given(st.dictionaries(st.sampled_from(["token", "db_password", "x"]), json_data))
def test_plain_data_redacts_secret_keys_as_the_contract_does(data: dict[str, Any]) -> None:
    """The same under keys that look secret."""
    assert plain_data(data) == redact(data)
    json.dumps(plain_data(data), allow_nan=False)


def test_urls_are_kept_without_their_secrets() -> None:
    """Under any key, at any depth, in texts and in fields of objects."""
    url = "https://me:sesame@host/grid.nc"
    data = {
        "source": url,
        "data": [{"source": url}],
        "message": f"no answer of {url}",
        "result": RunResult(success=True, message=url),
    }
    assert "sesame" not in json.dumps(plain_data(data))
    assert plain_data({"source": url}) == {"source": "https://me:***@host/grid.nc"}
