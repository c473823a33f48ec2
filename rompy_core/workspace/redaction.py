"""Commands as they may be shown and stored: without the secrets that stand in them."""

import re
from collections.abc import Sequence

from rompy_hooks import Secret, looks_secret

_REDACTED = str(Secret(""))
# NAME=value, --name=value, -o a.b=value; the value may be quoted. A reference to a variable tells no secret.
_ASSIGNMENT = re.compile(r"""([\w.\-]+)(=)("[^"]*"|'[^']*'|[^\s;|&]+)""")


def redact_text(text: str) -> str:
    """A command line with the values of secret-looking names replaced.

    >>> redact_text("DB_PASSWORD=sesame ./model --api-token='a b' -n 4 KEY=$API_TOKEN")
    'DB_PASSWORD=*** ./model --api-token=*** -n 4 KEY=$API_TOKEN'
    """
    return _ASSIGNMENT.sub(_redact_assignment, text) if "=" in text else text


def redact_words(words: Sequence[str]) -> list[str]:
    """The words of a command with secret values replaced: ``--password=x``, and ``x`` after ``--password``.

    >>> redact_words(["model", "--token", "abc", "-o", "backend.env_vars.DB_PASSWORD=sesame"])
    ['model', '--token', '***', '-o', 'backend.env_vars.DB_PASSWORD=***']
    """
    shown: list[str] = []
    hide_next = False
    for word in words:
        shown.append(_REDACTED if hide_next and not word.startswith("-") else _redact_word(word))
        hide_next = word.startswith("-") and "=" not in word and looks_secret(word.lstrip("-"))
    return shown


def redact_command(command: str | Sequence[str]) -> str | list[str]:
    """A command, text or words, without its secrets."""
    return redact_text(command) if isinstance(command, str) else redact_words(command)


def _redact_word(word: str) -> str:
    # When a secret name opens a word all of the rest is its value, blanks too; else it may be a text for a shell.
    name, equals, value = word.partition("=")
    if equals and looks_secret(name) and not value.startswith("$"):
        return f"{name}={_REDACTED}"
    return redact_text(word)


def _redact_assignment(match: re.Match[str]) -> str:
    name, equals, value = match.groups()
    secret = looks_secret(name.lstrip("-")) and not value.strip("\"'").startswith("$")
    return f"{name}{equals}{_REDACTED}" if secret else match[0]
