"""What is public: ``__all__`` of each package, its exports, and their order."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for name in ("rompy_hooks", "rompy_core", "builtin_plugins") for path in (ROOT / name).rglob("__init__.py")
)
PACKAGES = [".".join(path.parent.relative_to(ROOT).parts) for path in FILES]
WITH_NAMES = [name for name, path in zip(PACKAGES, FILES, strict=True) if "__all__" in path.read_text()]


def exported(package: str) -> set[str]:
    """Names that a package's ``__init__`` imports from packages of ours, and those that it makes itself."""
    tree = ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text())
    names: set[str] = set()
    for node in [inner for outer in tree.body for inner in (outer.body if isinstance(outer, ast.If) else [outer])]:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("rompy_", "builtin_")):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names |= {node.name}
    made = {"__version__"} if any(isinstance(n, ast.Name) and n.id == "__version__" for n in ast.walk(tree)) else set()
    return {name for name in names if not name.startswith("_")} | made


def order(name: str) -> tuple[int, str]:
    """As isort and ruff's RUF022 sort: constants, then classes, then the rest."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name


@pytest.mark.parametrize("package", WITH_NAMES)
def test_all_equals_the_exports(package: str) -> None:
    """Each name once, in order, and each can be had."""
    names = import_module(package).__all__
    assert list(names) == sorted(set(names), key=order)
    assert set(names) == exported(package)
    assert [name for name in names if not hasattr(import_module(package), name)] == []


@pytest.mark.parametrize("package", WITH_NAMES)
def test_name_that_is_not_there_is_an_attribute_error(package: str) -> None:
    """As of any module; lazy ones say it themselves."""
    with pytest.raises(AttributeError) as caught:
        _ = import_module(package).no_such_name
    assert str(caught.value) == f"module {package!r} has no attribute 'no_such_name'"


@pytest.mark.parametrize("package", ["rompy_hooks", "rompy_core"])
def test_packages_for_users_say_what_is_public(package: str) -> None:
    """So do all that the built-in plugins, which are strangers, import from."""
    assert package in WITH_NAMES


@pytest.mark.parametrize(("package", "page"), [("rompy_hooks", "types.md"), ("rompy_core", "python.md")])
def test_page_tells_of_each_public_name(package: str, page: str) -> None:
    """And of none that is not public."""
    text = (ROOT / "docs" / "reference" / page).read_text()
    told = set(re.findall(r"^\.\. (?:auto\w+|py:data):: (\w+)$", text, re.MULTILINE))
    assert told == set(import_module(package).__all__) - {"__version__"}


@pytest.mark.parametrize("file", sorted((ROOT / "builtin_plugins").glob("*.py")), ids=lambda path: path.stem)
def test_built_in_plugins_use_public_names_only(file: Path) -> None:
    """Whatever they do, a stranger's plugin can do."""
    used = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
    for node in used:
        if (node.module or "").startswith("rompy_"):
            public = import_module(node.module or "").__all__
            assert [alias.name for alias in node.names if alias.name not in public] == [], node.module
