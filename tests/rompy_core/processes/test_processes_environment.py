"""The driver's environment as texts."""

import os

import pytest

from rompy_core.processes import driver_environment


def test_driver_environment_follows_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set, changed or deleted after the first look is seen at the next one."""
    monkeypatch.setenv("ROMPY_TEST_A", "1")
    assert driver_environment() == dict(os.environ)
    monkeypatch.setenv("ROMPY_TEST_A", "2")
    assert driver_environment()["ROMPY_TEST_A"] == "2"
    monkeypatch.delenv("ROMPY_TEST_A")
    assert driver_environment() == dict(os.environ)


def test_driver_environment_keeps_bytes_that_are_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no UTF-8 reads as os.environ reads it."""
    monkeypatch.setitem(os.environb, b"ROMPY_TEST_B", b"\xff")
    assert driver_environment()["ROMPY_TEST_B"] == os.environ["ROMPY_TEST_B"] == "\udcff"


def test_driver_environment_needs_no_private_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host may put another mapping in the place of os.environ."""
    monkeypatch.setattr(os, "environ", {"ROMPY_TEST_C": "1"})
    assert driver_environment() == {"ROMPY_TEST_C": "1"}


def test_driver_environment_is_kept_while_nothing_changes() -> None:
    """The texts are made once."""
    assert driver_environment() is driver_environment()
