"""Values that must not be seen, and how they are told from others."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

#: What stands in the place of a secret wherever something is written or shown.
REDACTED = "***"

# Parts of names, each between separators: api_token, CDSAPI_KEY, GITHUB_PAT, DATABASE_URL (which holds a password).
_SECRET_KEY = re.compile(
    r"(^|[_\-.])"
    r"(pass(word|wd|phrase)?|(ssh|pg|db|my|ftp|smtp|user)pass|secret|token|jwt|credentials?|auth"
    r"|[a-z0-9]*api[_\-]?key|(access|private|account|signing|encryption|master|shared|storage|subscription)[_\-]?key"
    r"|(git[a-z]*|gh|azure|ado)[_\-]pat"
    r"|(database|db|postgres(ql)?|mysql|mariadb|mongo(db)?|redis|broker|amqp)[_\-]?(url|uri)|dsn|connection[_\-]?string)"
    r"([_\-.]|$)|password|secret"
    # PWD and OLDPWD alone are directories.
    r"|(?<!old)[_\-.]pwd([_\-.]|$)",
    re.IGNORECASE,
)
# authToken, APIKey: where a word begins in a name without separators.
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Secret:
    """A text that is handed on but never shown: not in reprs, logs, records, events or errors.

    >>> password = Secret("sesame")
    >>> password
    Secret('***')
    >>> password.reveal()
    'sesame'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a Secret holds text, got {type(value).__name__}")
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({REDACTED!r})"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __iter__(self) -> NoReturn:
        raise TypeError("a Secret cannot be iterated over; call reveal()")


def looks_secret(key: str) -> bool:
    """Whether a key's value is treated like a :class:`Secret` because of its name.

    Names of files (``key_file``) and words that only begin or end like one (``KEYWORD``, ``AUTHOR``) are none.

    >>> looks_secret("AWS_SECRET_ACCESS_KEY"), looks_secret("api_token"), looks_secret("OMP_NUM_THREADS")
    (True, True, False)
    """
    return _looks_secret(key)


@lru_cache(maxsize=1024)  # the same few keys come with every run
def _looks_secret(key: str) -> bool:
    if not (key.isupper() or key.islower()):
        key = _WORD_BEGINS.sub("_", key)
    return _SECRET_KEY.search(key) is not None


# https://user:password@host, https://token@host; the password may hold an @.
_LOGIN = re.compile(r"([A-Za-z][\w+.\-]*://)([^/\s\"'@:?#]*)(:[^/\s\"']*)?@")
_QUERY_VALUE = re.compile(r"([?&])([\w.\-]+)=([^&\s\"'#;]+)")
_SIGNATURE = re.compile(r"(.*-)?(signature|credential)|sig|key", re.IGNORECASE)
# There a name alone is no secret, a token has no place.
_NAMES_ONLY = ("ssh://", "sftp://", "scp://", "rsync://", "ftp://", "git+ssh://", "svn+ssh://", "smb://", "docker://")


def redact_urls(text: str) -> str:
    """A text with the passwords, tokens and signatures of the URLs in it replaced.

    >>> redact_urls("https://me:sesame@host/a?n=1&signature=abc and https://sesame@host, ssh://me@host")
    'https://me:***@host/a?n=1&signature=*** and https://***@host, ssh://me@host'
    """
    if "://" not in text:
        return text
    return _QUERY_VALUE.sub(_without_value, _LOGIN.sub(_without_login, text))


def secrets_of_urls(text: str) -> dict[str, str]:
    """Passwords and tokens in the URLs of a text, and a name for each: those that :func:`redact_urls` replaces."""
    if "://" not in text:
        return {}
    logins = {value: name for match in _LOGIN.finditer(text) for value, name in _login_secrets(match)}
    queries = [match for match in _QUERY_VALUE.finditer(text) if _without_value(match) != match[0]]
    return {**logins, **{match[3]: match[2] for match in queries}}


def _login_secrets(match: re.Match[str]) -> list[tuple[str, str]]:
    scheme, user, password = match[1], match[2], (match[3] or "").removeprefix(":")
    if match[3] is not None:  # a reference to a variable tells no secret
        return [] if not password or password.startswith("$") else [(password, "password")]
    known = not user or user.startswith("$") or scheme.lower() in _NAMES_ONLY
    return [] if known else [(user, "token")]


def _without_login(match: re.Match[str]) -> str:
    if not _login_secrets(match):
        return match[0]
    return f"{match[1]}{REDACTED}@" if match[3] is None else f"{match[1]}{match[2]}:{REDACTED}@"


def _without_value(match: re.Match[str]) -> str:
    secret = (looks_secret(match[2]) or _SIGNATURE.fullmatch(match[2])) and not match[3].startswith("$")
    return f"{match[1]}{match[2]}={REDACTED}" if secret else match[0]


# Most values are plain.
_PLAIN = frozenset({bool, int, float, type(None)})


def redact(value: Any, key: str = "") -> Any:
    """A copy of plain data with every secret replaced by ``***``, those in URLs too.

    Args:
        value: Mappings, lists, tuples and scalars; other objects are returned as they are.
        key: The key under which the value stands; below one that looks secret everything is.

    >>> redact({"image": "swan", "env_vars": {"DB_PASSWORD": "sesame", "TOKEN": "${TOKEN}"}})
    {'image': 'swan', 'env_vars': {'DB_PASSWORD': '***', 'TOKEN': '${TOKEN}'}}
    """
    if isinstance(value, Secret):
        return REDACTED
    if isinstance(value, dict):
        secret = looks_secret(key)  # then all that is below is
        return {
            name: item
            if (type(item) in _PLAIN or (type(item) is str and "://" not in item))
            and not secret
            and not _looks_secret(str(name))
            else redact(item, key if secret else str(name))
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item, key) for item in value]
    if key and value and looks_secret(key) and not _is_reference(value):
        return REDACTED
    return redact_urls(value) if isinstance(value, str) else value


def redacted_repr(value: Any) -> str:
    """The repr of plain data without their secrets; for the ``repr`` of a field.

    >>> redacted_repr({"DB_PASSWORD": "sesame", "N": "4"})
    "{'DB_PASSWORD': '***', 'N': '4'}"
    """
    return repr(redact(dict(value) if isinstance(value, Mapping) else value))


def _is_reference(value: Any) -> bool:
    """Whether a value only names a variable, ``${VAR}`` without a default: that tells no secret."""
    return isinstance(value, str) and re.fullmatch(r"\$\{\w+(\|[^}]*)?\}", value) is not None
