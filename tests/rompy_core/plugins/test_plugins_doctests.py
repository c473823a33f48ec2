"""The examples in docstrings are true."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["names", "reports"])
def test_examples_of_plugins_hold(module: str) -> None:
    """Each example gives what it says."""
    result = doctest.testmod(import_module(f"rompy_core.plugins.{module}"))
    assert (result.failed, bool(result.attempted)) == (0, True)
