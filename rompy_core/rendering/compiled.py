"""Compiled templates, kept by their text: a template that has not changed is compiled once in a process."""

# Texts instead of paths, as in the rest of the hot path.
# ruff: noqa: PTH118, PTH123
import os
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from types import CodeType
from typing import Any, Literal

from jinja2 import Environment, Template, TemplateNotFound
from jinja2.loaders import BaseLoader, split_template_path

from rompy_core.rendering.sandbox import Sandbox


@lru_cache(maxsize=512)
def compiled(folder: str, name: str, source: str) -> Template:
    """The template of a text.

    Args:
        folder: Where ``{% include %}`` and ``{% import %}`` look, and nowhere else.
        name: The template's path in that folder.
        source: Its text.

    Raises:
        jinja2.TemplateSyntaxError: The text is no template.
    """
    environment = environment_of(folder, "\r\n" if "\r\n" in source else "\n")
    return _load(environment, _compile(environment, folder, name, source), environment.globals)


@lru_cache(maxsize=64)
def environment_of(folder: str, newline: Literal["\n", "\r\n"] = "\n") -> Sandbox:
    """The Jinja2 environment of a folder's templates; ``newline`` is what ends their lines."""
    return Sandbox(_InsideFolder(folder), newline)


@lru_cache(maxsize=512)
def _compile(environment: Environment, folder: str, name: str, source: str) -> CodeType:
    return environment.compile(source, name, os.path.join(folder, name))


def _load(environment: Environment, code: CodeType, variables: MutableMapping[str, Any]) -> Template:
    return environment.template_class.from_code(environment, code, variables)


class _InsideFolder(BaseLoader):
    """Loads what templates include: files of the template's own folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def get_source(self, _environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of an included file, for Jinja2's own tools."""
        path = os.path.join(self._folder, *split_template_path(template))
        if not os.path.realpath(path).startswith(os.path.realpath(self._folder) + os.sep):
            raise TemplateNotFound(template)
        try:
            with open(path, encoding="utf-8", newline="") as file:
                return file.read(), path, lambda: False
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateNotFound(template) from error

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja2's name
    ) -> Template:
        """A fresh template of code that may be cached: what an import keeps must not pass from run to run."""
        source, _path, _current = self.get_source(environment, name)
        code = _compile(environment, self._folder, name, source)
        return _load(environment, code, environment.globals if globals is None else globals)
