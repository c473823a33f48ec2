"""The built-in plugins are strangers with a reserved seat: whatever they use, any plugin can use."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import builtin_plugins

_FOLDER = Path(builtin_plugins.__file__).parent
_OURS = ("rompy_core", "rompy_hooks")


def _imports(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _OURS:
            yield from ((str(node.module), name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names if name.name.split(".")[0] in _OURS)


@pytest.mark.parametrize("file", sorted(_FOLDER.rglob("*.py")), ids=lambda file: str(file.relative_to(_FOLDER)))
def test_builtin_plugins_use_public_names_only(file: Path) -> None:
    """Each name that they take from rompy_core or rompy_hooks is in the ``__all__`` of a package."""
    private = [
        f"{module}.{name}"
        for module, name in _imports(file)
        if not hasattr(import_module(module), "__path__") or name not in getattr(import_module(module), "__all__", ())
    ]
    assert private == []
