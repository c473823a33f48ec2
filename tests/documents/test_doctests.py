"""The examples in docstrings do what they say; those of the specs are part of the contract."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path for name in ("rompy_hooks", "rompy_core", "builtin_plugins") for path in sorted((ROOT / name).rglob("*.py"))
]
WITH_EXAMPLES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in FILES
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_of_the_module_run(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each prints what is shown."""
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    assert result.attempted > 0


def test_every_spec_has_an_example() -> None:
    """Who writes a plugin begins with it."""
    from rompy_hooks import specs

    hooks = [value for value in vars(specs).values() if hasattr(value, "rompy_spec")]
    assert len(hooks) == 7
    assert [hook.__name__ for hook in hooks if ">>> @hookimpl" not in (hook.__doc__ or "")] == []
