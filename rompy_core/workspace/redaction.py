"""Commands as they may be shown and stored: without the secrets that stand in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rompy_hooks import Secret, looks_secret
from rompy_hooks.secret import redact_urls, secrets_of_urls

_REDACTED = str(Secret(""))
# Keys of configs whose values are commands.
_COMMANDS = frozenset({"command", "launcher", "executable"})
_NO_COMMAND = frozenset({bool, int, float, str, type(None)})
# NAME=value, --name=value, -o a.b=value; the value may be quoted. A reference to a variable tells no secret.
_VALUE = r"""("[^"]*"|'[^']*'|[^\s;|&]+)"""
_ASSIGNMENT = re.compile(r"([\w.\-]+)(=)" + _VALUE)
_NAME = re.compile(r"[\w.\-]+")
# --name value, -name value
_OPTION = re.compile(r"(?<!\S)(--?[A-Za-z][\w.\-]*)(\s+)(?!-)" + _VALUE)
# curl -u me:password; elsewhere -u says other things (a user and group).
_LOGIN_PROGRAM = re.compile(r"(?<![\w.\-])(curl|lftp|wget)(?![\w\-])")
_LOGIN = re.compile(
    r"""(?<!\S)((?:-u|-U|--user|--proxy-user)(?:\s+|=|)["']?[^\s:"'=\-][^\s:"']*:)([^\s"';|&$][^\s"';|&]*)"""
)


def redact_text(text: str) -> str:
    """A command line with the values of secret-looking names replaced.

    >>> redact_text("DB_PASSWORD=sesame ./model --api-token='a b' -n 4 KEY=$API_TOKEN")
    'DB_PASSWORD=*** ./model --api-token=*** -n 4 KEY=$API_TOKEN'
    >>> redact_text("model --token sesame --level 3")
    'model --token *** --level 3'
    """
    text = redact_urls(text)
    if "=" in text:
        text = _ASSIGNMENT.sub(_redact_match, text)
    if "-" not in text:
        return text
    if _LOGIN_PROGRAM.search(text):
        text = _LOGIN.sub(rf"\1{_REDACTED}", text)
    return _OPTION.sub(_redact_match, text)


def secrets_in(text: str) -> dict[str, str]:
    """The values of secret-looking names in a command line, and the names.

    >>> secrets_in("DB_PASSWORD=sesame ./model --api-token 'a b' -n 4")
    {'sesame': 'DB_PASSWORD', 'a b': 'api-token'}
    """
    found = [*_ASSIGNMENT.finditer(text), *_OPTION.finditer(text)]
    named = {match[3].strip("\"'"): match[1].lstrip("-") for match in found if _is_secret(match)}
    return {**secrets_of_urls(text), **logins_in(text), **named}


def logins_in(command: str | Sequence[str]) -> dict[str, str]:
    """The passwords that a command hands to ``curl -u``, and a name for them.

    >>> logins_in(["curl", "-u", "me:sesame", "https://host"])
    {'sesame': 'password'}
    """
    text = command if isinstance(command, str) else " ".join(command)
    return {match[2]: "password" for match in _LOGIN.finditer(text)} if _LOGIN_PROGRAM.search(text) else {}


def redact_words(words: Sequence[str]) -> list[str]:
    """The words of a command with secret values replaced: ``--password=x``, and ``x`` after ``--password``.

    >>> redact_words(["model", "--token", "abc", "-o", "backend.env_vars.DB_PASSWORD=sesame"])
    ['model', '--token', '***', '-o', 'backend.env_vars.DB_PASSWORD=***']
    """
    shown: list[str] = []
    hide_next = False
    logins = logins_in(words)
    for word in words:
        for password in logins:
            if word.endswith(f":{password}"):
                word = f"{word.removesuffix(password)}{_REDACTED}"
        shown.append(_REDACTED if hide_next and not word.startswith("-") else _redact_word(word))
        hide_next = word.startswith("-") and "=" not in word and looks_secret(word.lstrip("-"))
    return shown


def redact_command(command: str | Sequence[str]) -> str | list[str]:
    """A command, text or words, without its secrets."""
    return redact_text(command) if isinstance(command, str) else redact_words(command)


def redact_commands(data: Any) -> Any:
    """Plain data with the commands in it as :func:`redact_command` shows them.

    >>> redact_commands({"type": "local", "command": ["swan", "--password=sesame"], "steps": [{"command": "K=1 a"}]})
    {'type': 'local', 'command': ['swan', '--password=***'], 'steps': [{'command': 'K=1 a'}]}
    """
    if isinstance(data, Mapping):
        return {
            key: value if type(value) in _NO_COMMAND and key not in _COMMANDS else _redact_under(key, value)
            for key, value in data.items()
        }
    return [redact_commands(item) for item in data] if isinstance(data, (list, tuple)) else data


def _redact_under(key: str, value: Any) -> Any:
    if key not in _COMMANDS or not isinstance(value, (str, list, tuple)):
        return redact_commands(value)
    return redact_command(value if isinstance(value, str) else [str(word) for word in value])


def _redact_word(word: str) -> str:
    # When a secret name opens a word all of the rest is its value, blanks too; else it may be a text for a shell.
    name, equals, value = word.partition("=")
    if equals and _NAME.fullmatch(name) and looks_secret(name) and not value.startswith("$"):
        return f"{name}={_REDACTED}"
    return redact_text(word)


def _redact_match(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{_REDACTED}" if _is_secret(match) else match[0]


def _is_secret(match: re.Match[str]) -> bool:
    value = match[3].strip("\"'")
    return bool(value) and value != _REDACTED and looks_secret(match[1].lstrip("-")) and not value.startswith("$")
