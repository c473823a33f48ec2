"""The quick encoder writes what the class of the standard library does."""

import json
import json.encoder

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.record.json_text import json_encoder

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@given(value=_VALUES)
def test_json_encoder_writes_what_the_standard_library_does(value: object) -> None:
    """Byte by byte, with both kinds of separators."""
    assert json_encoder()(value) == json.dumps(value)
    assert json_encoder(",", ":")(value) == json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
@pytest.mark.parametrize("is_quick", [True, False])
def test_json_encoder_refuses_numbers_that_json_has_not(
    monkeypatch: pytest.MonkeyPatch, value: object, is_quick: bool
) -> None:
    """A reader in another language would stumble over them."""
    if not is_quick:
        monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_encoder()(value)


def test_json_encoder_refuses_what_is_no_data() -> None:
    """The message names the type."""
    with pytest.raises(TypeError, match="set"):
        json_encoder()({"a": {1, 2}})


def test_json_encoder_works_without_the_private_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python may have none."""
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    assert json_encoder(",", ":")({"a": [1, "ü"]}) == '{"a":[1,"\\u00fc"]}'
