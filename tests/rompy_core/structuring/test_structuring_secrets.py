"""Secrets are in no fault and in no plain data, unless somebody asks for them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from attrs.validators import gt, matches_re

from rompy_core.structuring import structure, unstructure
from rompy_hooks import ConfigError, RunConfig, Seconds, Secret


def refuse_aloud(_instance: object, _attribute: object, value: Any) -> None:
    """A plugin's validator that quotes what it refuses."""
    text = value.reveal() if isinstance(value, Secret) else value
    raise ValueError(f"{text!r} is no good")


@attrs.frozen(kw_only=True)
class Login:
    """Every way to hold a secret."""

    password: str = ""
    pin: Secret | None = None
    api_token: str = attrs.field(default="xx", validator=matches_re("x+"))
    access_key: int = attrs.field(default=1, validator=gt(0))
    auth: str = attrs.field(default="", converter=lambda text: int(text) if text else text)
    key: Secret = attrs.field(default=Secret("a"), validator=lambda *_: None)
    headers: dict[str, Any] = attrs.field(factory=dict)
    loud: Secret | None = attrs.field(default=None, validator=lambda *args: args[2] and refuse_aloud(*args))

    def __attrs_post_init__(self) -> None:
        if self.headers or self.password:
            raise ValueError(f"cannot log in with {self.password!r} and {self.headers}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"password": 12345}, "password: must be a text, got ***; put it in quotes"),
        ({"password": ["sesame"]}, "password: must be a text, got ***"),
        ({"pin": 12345}, "pin: must be a text, got ***; put it in quotes"),
        ({"api_token": "sesame"}, "api_token: must match x+, got ***"),
        ({"access_key": -12345}, "access_key: must be > 0, got ***"),
        ({"auth": "sesame"}, "auth: is refused, got ***"),
        ({"password": "sesame\n'"}, 'cannot log in with "***" and {}'),
        (
            {"headers": {"Authorization-Token": "sesame", "x": ["ok"]}},
            "cannot log in with '' and {'Authorization-Token': '***', 'x': ['ok']}",
        ),
        ({"loud": "sesame"}, "loud: '***' is no good"),
    ],
)
def test_no_fault_tells_a_secret(data: dict[str, Any], message: str, faults: Callable[..., list[str]]) -> None:
    """Wrong types, validators, converters and the class's own checks: the value is never in the message."""
    (found,) = faults(Login, data)
    assert found == message
    assert "sesame" not in found
    assert "12345" not in found


def test_no_fault_tells_an_environment_variable_with_a_secret_name() -> None:
    """A password that was not quoted is still a password."""
    with pytest.raises(ConfigError) as caught:
        structure(RunConfig, {"env_vars": {"DB_PASSWORD": 12345, "N": 4}}, key=("backend",))
    assert str(caught.value) == (
        "backend.env_vars.DB_PASSWORD: must be a text, got ***; put it in quotes\n"
        "backend.env_vars.N: must be a text, got 4; put it in quotes"
    )


@pytest.mark.parametrize("kind", [Seconds, datetime, Literal["a"], Path | int])
def test_no_fault_tells_what_stands_under_a_secret_key(kind: Any, faults: Callable[..., list[str]]) -> None:
    """Parsers quote what they refuse; under a key that looks secret they don't."""
    (message,) = faults(kind, "sesame\0" if kind == Path | int else "sesame", key=("login", "api_token"))
    assert message.startswith("login.api_token: must ")
    assert "sesame" not in message


def test_unstructure_tells_secrets_only_when_asked() -> None:
    """Secret fields and secret-looking keys become stars; a reference to a variable tells nothing and stays."""
    config = RunConfig(env_vars={"DB_PASSWORD": "sesame", "API_TOKEN": "${API_TOKEN}", "N": "4"})
    hidden = unstructure({"config": config, "pin": Secret("1234")}, omit_defaults=True)
    assert hidden == {
        "config": {"env_vars": {"DB_PASSWORD": "***", "API_TOKEN": "${API_TOKEN}", "N": "4"}},
        "pin": "***",
    }
    shown = unstructure({"config": config, "pin": Secret("1234")}, reveal=True, omit_defaults=True)
    assert shown == {"config": {"env_vars": dict(config.env_vars)}, "pin": "1234"}
