"""Expand ``${...}`` in the text values of a tree; keys are left as they are."""

from collections.abc import Mapping
from typing import Any

from rompy_core.config_files.expression import ExpressionError, evaluate, parse
from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.nodes import Node
from rompy_core.config_files.texts import EnvironmentText, OverrideText, as_written
from rompy_core.config_files.tree_builder import Report
from rompy_hooks.errors import Fault


def expand_text(text: str, environ: Mapping[str, str]) -> str:
    """A text with its expressions expanded: an :class:`EnvironmentText` if there was one, else plain text.

    Raises:
        ExpressionError: An expression is wrong or cannot be expanded.

    >>> type(expand_text("$${HOME}", {})), expand_text("a/${B:-c}", {})
    (<class 'str'>, 'a/c')
    """
    if "${" not in text:
        return text
    parts = parse(text)
    expanded = evaluate(parts, environ)
    return expanded if all(isinstance(part, str) for part in parts) else EnvironmentText(expanded)


def expand(node: Node, environ: Mapping[str, str], report: Report, key: Key = ()) -> Any:
    """The plain data of a tree with every text expanded; texts of the environment itself mean themselves.

    Args:
        node: The tree.
        environ: The variables.
        report: Takes a fault for each text that cannot be expanded.
        key: The node's key.
    """
    value = node.value
    if type(value) is dict:
        return {name: expand(child, environ, report, (*key, name)) for name, child in value.items()}
    if type(value) is list:
        return [expand(child, environ, report, (*key, index)) for index, child in enumerate(value)]
    if not isinstance(value, str) or isinstance(value, EnvironmentText) or "${" not in value:
        return value
    try:
        return expand_text(value, environ)
    except ExpressionError as error:
        report(Fault(str(error), node.source.path, node.line, dotted(key)))
        return EnvironmentText(value)


def written(node: Node, *, literal: bool) -> Any:
    """The plain data of a tree in a form that expands to what the tree is worth.

    Args:
        node: The tree.
        literal: Every text means itself (data from Python that is not to be expanded); else only texts of the
            environment and of overrides do.
    """
    value = node.value
    if type(value) is dict:
        return {name: written(child, literal=literal) for name, child in value.items()}
    if type(value) is list:
        return [written(child, literal=literal) for child in value]
    if isinstance(value, OverrideText):
        return _escaped(value.meaning)
    if isinstance(value, str) and "${" in value and (literal or isinstance(value, EnvironmentText)):
        return as_written(value)
    return value


def _escaped(data: Any) -> Any:
    """Plain data that means itself."""
    if isinstance(data, dict):
        return {name: _escaped(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_escaped(value) for value in data]
    return as_written(data) if isinstance(data, str) else data
