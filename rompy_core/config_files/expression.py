r"""The grammar of ``${...}``, and what an expression is worth.

.. code-block:: text

    text        =  { character | "$${" | expression }
    expression  =  "${" NAME [ ":-" default ] { "|" filter [ ":" argument ] } "}"
    default, argument  =  text in which braces balance; "\|", "\{", "\}", "\\" stand for "|", "{", "}", "\"

``NAME`` is a letter or underscore and letters, digits, underscores. So the first ``|`` ends a default and begins the
filters, which apply to the variable's value or to the default, whichever is taken.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from rompy_core.config_files.filters import FILTERS, FilterError
from rompy_core.nearest import did_you_mean
from rompy_hooks.secret import looks_secret

_MAX_NESTING = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OUTSIDE = re.compile(r"\$?\$\{")
_INSIDE = re.compile(r"\$?\$\{|\\[|{}\\]|[|{}]")


class ExpressionError(ValueError):
    """An expression is wrong; the message never holds the value of a variable whose name looks secret."""


@attrs.frozen
class Expression:
    """One ``${...}``."""

    name: str
    default: "tuple[str | Expression, ...] | None"
    filters: "tuple[tuple[str, tuple[str | Expression, ...] | None], ...]"


Part = str | Expression


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a text: what means itself, and expressions.

    Raises:
        ExpressionError: The text breaks the grammar.

    >>> parse("a/${B:-c}.nc")
    ('a/', Expression(name='B', default=('c',), filters=()), '.nc')
    """
    return _Parser(text).outside()


class _Parser:
    """Reads from left to right, once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def outside(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        while match := _OUTSIDE.search(self.text, self.at):
            parts.append(self.text[self.at : match.start()])
            parts.append(self._dollar(match))
        parts.append(self.text[self.at :])
        return tuple(part for part in parts if part != "")

    def _dollar(self, match: re.Match[str]) -> Part:
        self.at = match.end()
        return "${" if match[0] == "$${" else self._expression(match.start())

    def _expression(self, start: int) -> Expression:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ExpressionError(f"'${{' is nested deeper than {_MAX_NESTING} levels")
        name = _NAME.match(self.text, self.at)
        self.at = name.end() if name else self.at
        default = None
        if name and self.text.startswith(":-", self.at):
            self.at += 2
            default = self._inside(start)
        filters = []
        while name and self.text.startswith("|", self.at):
            self.at += 1
            filters.append(self._filter(start))
        if name is None or not self.text.startswith("}", self.at):
            raise ExpressionError(self._complaint(start))
        self.at += 1
        self.depth -= 1
        return Expression(name[0], default, tuple(filters))

    def _filter(self, start: int) -> tuple[str, tuple[Part, ...] | None]:
        match = re.compile(r"\s*([^:|{}]*)").match(self.text, self.at)
        assert match is not None  # noqa: S101 - the pattern matches anything
        self.at = match.end()
        argument = None
        if self.text.startswith(":", self.at):
            self.at += 1
            argument = self._inside(start)
        return match[1].strip(), argument

    def _inside(self, start: int) -> tuple[Part, ...]:
        """A default or an argument, up to the ``|`` or ``}`` that ends it."""
        parts: list[Part] = []
        braces = 0
        while match := _INSIDE.search(self.text, self.at):
            parts.append(self.text[self.at : match.start()])
            piece = match[0]
            if braces == 0 and piece in {"|", "}"}:
                self.at = match.start()
                return tuple(part for part in parts if part != "")
            braces += (piece == "{") - (piece == "}")
            if piece.endswith("${"):
                parts.append(self._dollar(match))
            else:
                self.at = match.end()
                parts.append(piece[-1])
        raise ExpressionError(self._complaint(start))

    def _complaint(self, start: int) -> str:
        given = self.text[start : start + 40]
        if "}" not in self.text[start:]:
            return f"'{given}' has no closing '}}'; write '$${{' for a plain '${{'"
        given = given[: given.find("}") + 1] or given
        return f"'{given}' is not ${{NAME}}, ${{NAME:-default}} or ${{NAME|filter}}; write '$${{' for a plain '${{'"


def evaluate(parts: tuple[Part, ...], environ: Mapping[str, str]) -> str:
    """The text that the parts are worth.

    Raises:
        ExpressionError: A variable is not set, or a filter fails.

    >>> evaluate(parse("${CYCLE:-2024-01-01|shift:-1d|strftime:%Y%m%d}.nc"), {})
    '20231231.nc'
    """
    return "".join(part if isinstance(part, str) else _value(part, environ) for part in parts)


def _value(expression: Expression, environ: Mapping[str, str]) -> str:
    value: str | datetime = _variable(expression, environ)
    for name, argument in expression.filters:
        if name not in FILTERS:
            known = f"Known: {', '.join(sorted(FILTERS))}"
            raise ExpressionError(
                f"${{{expression.name}}} has no filter '{name}'.{did_you_mean(name, FILTERS)} {known}"
            )
        try:
            value = FILTERS[name](value, None if argument is None else evaluate(argument, environ).strip())
        except FilterError as error:
            raise ExpressionError(f"${{{expression.name}|{name}}}: {_told(error, expression, argument)}") from error
    return value.isoformat() if isinstance(value, datetime) else value


def _told(error: FilterError, expression: Expression, argument: tuple[Part, ...] | None) -> str:
    """What is wrong, without what comes from a variable whose name looks secret."""
    if any(map(looks_secret, _names(argument or ()))):
        return "cannot be applied; its argument is not shown, since the name of a variable in it looks secret"
    return str(error) if any(map(looks_secret, _names((expression,)))) else error.shown()


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    """The variables that a value may come from: those of defaults, too."""
    for part in parts:
        if isinstance(part, Expression):
            yield part.name
            yield from _names(part.default or ())


def _variable(expression: Expression, environ: Mapping[str, str]) -> str:
    """The variable's value; the default when it is not set or empty, as in a shell."""
    name = expression.name
    text = environ.get(name)
    if not text and expression.default is not None:
        return evaluate(expression.default, environ)
    if text is None:
        nearest = did_you_mean(name, environ)
        raise ExpressionError(f"the variable {name} is not set.{nearest} Set it, or write ${{{name}:-default}}")
    return text
