"""Secrets: handed on, never shown."""

import copy
import json
import logging
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hooks import Secret, looks_secret, redact
from rompy_hooks.secret import redact_urls, secrets_of_urls

TEXT = st.text(min_size=1)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(TEXT)
def test_secret_shows_the_same_whatever_it_holds(value: str) -> None:
    """In texts, reprs, formats, and in what holds it."""
    secret = Secret(value)
    shown = [f"{secret}", f"{secret!r}", f"{secret:>5}", str([secret]), f"{secret!s}", "%s" % secret]  # noqa: UP031 - another way
    assert shown == ["***", "Secret('***')", "  ***", "[Secret('***')]", "***", "***"]
    assert secret.reveal() == value


@given(TEXT, TEXT)
def test_secrets_are_equal_when_their_texts_are(one: str, other: str) -> None:
    """And never equal to the text itself, so that a comparison doesn't tell it by accident."""
    assert (Secret(one) == Secret(other)) == (one == other)
    assert len({Secret(one), Secret(one), Secret(other)}) == 1 + (one != other)
    assert Secret(one) != one


def test_empty_secret_is_false() -> None:
    """As a text is."""
    assert not Secret("")
    assert Secret(" ")


def test_secret_travels() -> None:
    """To another process, where it is needed; by then it is the sender's to protect."""
    secret = Secret("sesame")
    assert pickle.loads(pickle.dumps(secret)) == copy.deepcopy(secret) == secret


@pytest.mark.parametrize("value", [None, 3, b"sesame", ["sesame"]])
def test_secret_holds_text_only(value: Any) -> None:
    """The message doesn't quote what was given."""
    with pytest.raises(TypeError) as caught:
        Secret(value)
    assert str(caught.value) == f"a Secret holds text, got {type(value).__name__}"


def test_secret_gives_nothing_away_by_other_ways() -> None:
    """Neither letters nor attributes, nor JSON."""
    secret = Secret("sesame")
    with pytest.raises(TypeError, match="cannot be iterated over; call reveal"):
        list(secret)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(secret)


def test_secret_field_is_not_in_the_repr_of_its_class(caplog: pytest.LogCaptureFixture) -> None:
    """Nor in what is logged of it."""

    @attrs.frozen
    class Upload:
        key: Secret

    logging.getLogger("rompy").warning("%s", Upload(Secret("sesame")))
    assert "sesame" not in repr(Upload(Secret("sesame"))) + caplog.text


@pytest.mark.parametrize(
    "key",
    [
        "password", "PASSWORD", "db_password", "dbpassword", "passwd", "pass", "passphrase", "api_token", "TOKEN",
        "api-key", "apikey", "API_KEY", "AWS_SECRET_ACCESS_KEY", "aws.access_key", "private_key", "credentials", "auth",
        "clientSecret", "CDSAPI_KEY", "ECMWF_API_KEY", "MYSQL_PWD", "DB_PWD", "SSHPASS", "authToken", "accessToken",
        "APIKey", "GITHUB_PAT", "GH_PAT", "DATABASE_URL", "db-url", "SENTRY_DSN", "AZURE_STORAGE_KEY", "accountKey",
        "PGPASSWORD", "connectionString", "privateKey",
    ],
)  # fmt: skip
def test_key_looks_secret(key: str) -> None:
    """As people call them."""
    assert looks_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "OMP_NUM_THREADS",
        "key",
        "keyboard",
        "author",
        "authority",
        "bypass",
        "compass",
        "tokens_per_s",
        "passes",
        "image",
        "KEYWORD", "MONKEY", "PWD", "OLDPWD", "OLD_PWD", "pwd", "AUTHOR", "coAuthor", "key_file", "keyFile",
        "maxTokens",        "name_pat", "PATH", "patch", "SPATIAL_KEY", "grid_url", "SOURCE_URL",
        "rapid_key", "BYPASS", "COMPASS_DIR",
    ],
)  # fmt: skip
def test_key_looks_like_any_other(key: str) -> None:
    """What only begins or ends like a secret's name is shown."""
    assert not looks_secret(key)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:sesame@host/a", "https://me:***@host/a"),
        ("postgres://me:ses@me@host:5432/db", "postgres://me:***@host:5432/db"),
        ("get https://sesame@host/a now", "get https://***@host/a now"),
        ("https://host/a?X-Amz-Signature=sesame&n=1", "https://host/a?X-Amz-Signature=***&n=1"),
        ("https://host/a?sig=sesame#top", "https://host/a?sig=***#top"),
        ("https://:sesame@host", "https://:***@host"),
        ("ssh://me@host/a", "ssh://me@host/a"),
        ("https://host:80/me@home", "https://host:80/me@home"),
        ("https://me:${PW}@host", "https://me:${PW}@host"),
        ("https://${TOKEN}@host", "https://${TOKEN}@host"),
        ("https://host/a?n=1", "https://host/a?n=1"),
        ("me:sesame@host", "me:sesame@host"),
    ],
)
def test_urls_are_shown_without_their_secrets(text: str, shown: str) -> None:
    """Under whatever key they stand."""
    assert redact_urls(text) == shown
    assert redact({"source": text, "more": [text]}) == {"source": shown, "more": [shown]}
    assert all(secret not in shown for secret in secrets_of_urls(text))
    assert bool(secrets_of_urls(text)) == (text != shown)


@given(PLAIN)
def test_redact_changes_nothing_where_no_key_looks_secret(data: Any) -> None:
    """But that it is a copy."""

    def without_secret_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_secret_keys(item) for key, item in value.items() if not looks_secret(key)}
        return [without_secret_keys(item) for item in value] if isinstance(value, list) else value

    plain = without_secret_keys(data)
    assert redact(plain) == plain


@given(PLAIN.filter(bool))
def test_redact_leaves_nothing_of_what_stands_under_a_secret_key(data: Any) -> None:
    """However deep it stands; keys and what is empty stay."""
    marked = mark(data)
    assert "sesame" not in json.dumps(redact({"api_token": marked}))


def mark(value: Any) -> Any:
    """The same data with a word in each text and the keys as they are."""
    if isinstance(value, dict):
        return {key: mark(item) for key, item in value.items() if key}
    return [mark(item) for item in value] if isinstance(value, list) else "sesame"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"env_vars": {"DB_PASSWORD": "sesame", "N": "4"}}, {"env_vars": {"DB_PASSWORD": "***", "N": "4"}}),
        ({"key": Secret("sesame")}, {"key": "***"}),
        ({"password": ""}, {"password": ""}),
        ({"password": None}, {"password": None}),
        ({"tokens": 4}, {"tokens": 4}),
        ({"token": 4711}, {"token": "***"}),
        ({"token": ["a", {"b": 1}]}, {"token": ["***", {"b": "***"}]}),
        (
            {"credentials": {"user": "ann", "proof": ["a"], "id": ""}},
            {"credentials": {"user": "***", "proof": ["***"], "id": ""}},
        ),
        ({"token": "${TOKEN}"}, {"token": "${TOKEN}"}),
        ({"token": "${TOKEN|trim}"}, {"token": "${TOKEN|trim}"}),
        ({"token": "${TOKEN:-sesame}"}, {"token": "***"}),
        ({"token": "x${TOKEN}"}, {"token": "***"}),
        (("a", Secret("b")), ["a", "***"]),
        ({1: {"password": "a"}}, {1: {"password": "***"}}),
    ],
)
def test_redact(data: Any, shown: Any) -> None:
    """What only names a variable stays, because it tells no secret and a record has to repeat it."""
    assert redact(data) == shown
