"""What is wrong with a template, in words: file, line, what was asked for, what there is."""

# Paths are texts to be shown.
# ruff: noqa: PTH109, PTH123
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError

from rompy_core.nearest import did_you_mean
from rompy_core.rendering.sandbox import UnknownInTemplateError, missing
from rompy_core.structuring.hiding import Hide

_MOST_NAMES = 20


#: What the path of a name that is a template ends with, since it has no lines.
ITS_NAME = ": its name"


def explain(error: Exception, environment: Environment, place: str, source: str, context: Mapping[str, Any]) -> str:
    """One line: where a template went wrong, and how.

    Args:
        error: What compiling or rendering raised.
        environment: Of the template.
        place: The template's path; the error may tell that of one that it includes.
        source: Its text.
        context: What it was rendered with.
    """
    if isinstance(error, TemplateSyntaxError):
        return f"{_where(error.filename or place, error.lineno)}: {_syntax(error, environment)}"
    # What a template looks up or hands to a filter may be the value of a password.
    hide = Hide(context)
    file, line = _innermost(error.__traceback__) or (place, None)
    if isinstance(error, UnknownInTemplateError) and error.name is not None:
        tree = environment.parse(source) if file == place else _parse(environment, file)
        return f"{_where(file, line)}: {hide(_unknown(error, error.name, environment, tree, line, context))}"
    return f"{_where(file, line)}: {hide(_runtime(error))}"


def _where(file: str, line: int | None) -> str:
    return shown(file) if line is None or file.endswith(ITS_NAME) else f"{shown(file)}:{line}"


def shown(path: str) -> str:
    """A path as people would write it: relative to the working directory where it is inside it."""
    try:
        below = os.getcwd() + os.sep
    except OSError:
        return path
    return path.removeprefix(below)


def _innermost(traceback: TracebackType | None) -> tuple[str, int] | None:
    """File and line of the innermost template in a traceback, which Jinja2 has rewritten to the templates' lines."""
    found = None
    while traceback is not None:
        if "__jinja_exception__" in traceback.tb_frame.f_globals:
            found = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _syntax(error: TemplateSyntaxError, environment: Environment) -> str:
    message = (error.message or "is no template").rstrip(".")
    for kind, known in (("filter", environment.filters), ("test", environment.tests)):
        if message.startswith(f"No {kind} named "):
            asked = message.partition("'")[2].removesuffix("'")
            return f"{message}.{did_you_mean(asked, known)}".removesuffix(".")
    return message


def _runtime(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"includes {error.name!r}, which is no text file inside the template's folder"
    if isinstance(error, SecurityError):
        return f"templates may not do this: {error}"
    if isinstance(error, RecursionError):
        return "a macro or an include calls itself without end"
    if isinstance(error, TemplateRuntimeError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _unknown(
    error: UnknownInTemplateError,
    name: object,
    environment: Environment,
    tree: nodes.Template | None,
    line: int | None,
    context: Mapping[str, Any],
) -> str:
    if error.owner is missing:
        return _unknown_name(str(name), environment, tree, context)
    owner = _expression(tree, name, line)
    asked = f"{owner}.{name}" if owner and isinstance(name, str) else name
    holder = f"{owner} has" if owner else f"The {type(error.owner).__name__} has"
    known = _parts(error.owner)
    return f"{asked!r} is undefined.{did_you_mean(str(name), known)} {_list(holder, known)}"


def _unknown_name(name: str, environment: Environment, tree: nodes.Template | None, context: Mapping[str, Any]) -> str:
    known = set(context)
    if tree is not None:
        known |= {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    inside = next((f"{owner}.{name}" for owner in sorted(context) if name in _parts(context[owner])), None)
    hint = f" Did you mean {inside!r}?" if inside else did_you_mean(name, [*known, *environment.globals])
    return f"{name!r} is undefined.{hint} {_list('Known', known)}"


def _list(title: str, known: Iterable[str]) -> str:
    names = sorted(known)
    more = f", ... ({len(names)} in all)" if len(names) > _MOST_NAMES else ""
    return f"{title}: {', '.join(names[:_MOST_NAMES]) or 'nothing'}{more}"


def _parts(owner: object) -> list[str]:
    """The keys or public attributes of an object."""
    if isinstance(owner, Mapping):
        return [str(key) for key in owner]
    if isinstance(owner, (list, tuple, str)):
        return [f"{len(owner)} parts"]
    return [name for name in dir(owner) if not name.startswith("_")]


def _parse(environment: Environment, file: str) -> nodes.Template | None:
    try:
        with open(file, encoding="utf-8", newline="") as text:
            return environment.parse(text.read())
    except (OSError, UnicodeDecodeError, TemplateSyntaxError):
        return None


def _expression(tree: nodes.Template | None, name: object, line: int | None) -> str | None:
    """What stands before ``.name`` in the template's line, such as ``config.grid``."""
    if tree is None:
        return None
    for attribute in tree.find_all(nodes.Getattr):
        if attribute.lineno == line and attribute.attr == name:
            return _dotted(attribute.node)
    for item in tree.find_all(nodes.Getitem):
        if item.lineno == line and isinstance(item.arg, nodes.Const) and item.arg.value == name:
            return _dotted(item.node)
    return None


def _dotted(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and (owner := _dotted(node.node)):
        return f"{owner}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and (owner := _dotted(node.node)):
        return f"{owner}[{node.arg.value!r}]"
    return None
