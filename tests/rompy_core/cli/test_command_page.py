"""The reference page of the command equals ``--help``."""

import re
from pathlib import Path

import click
import pytest

from builtin_plugins.docker.command import command as containers
from rompy_core.cli.root import COMMANDS, rompy

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "command.md"


def help_of(*names: str) -> str:
    """The help that ``rompy NAME --help`` prints, 100 columns wide."""
    context = click.Context(rompy, info_name="rompy", terminal_width=100, **rompy.context_settings)
    command: click.Command = rompy
    for name in names:
        found = rompy.get_command(context, name)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context, terminal_width=100)
    return command.get_help(context)


def page_of_help() -> dict[str, str]:
    """Heading and help of each section that the page must have."""
    context = click.Context(rompy, info_name="rompy", **rompy.context_settings)
    ours = click.Context(containers, info_name="containers", parent=context, terminal_width=100)
    return {
        "rompy": help_of(),
        **{f"rompy {name}": help_of(name) for name in COMMANDS},
        "rompy containers": containers.get_help(ours),  # a command of a plugin, and built in
    }


@pytest.fixture(autouse=True)
def no_plugin_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is about what comes with rompy."""
    monkeypatch.setenv("ROMPY_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_page_equals_the_help() -> None:
    """Each command's section on the page is what it prints."""
    sections = dict(
        re.findall(r"^## `(rompy[^`]*)`\n\n```text\n(.*?)\n```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    )
    assert sections == page_of_help()


def test_page_tells_every_exit_code() -> None:
    """The table has the exit codes that programs may rely on."""
    codes = re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "75", "124", "130"]
