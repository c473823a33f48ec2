"""Commands by name: ours from a table, those of plugins from entry points, none imported before it is called."""

import pytest

from rompy_core.cli.root import COMMANDS, rompy

GREET = "import click\n\n@click.command()\ndef command():\n    '''Greet.'''\n    click.echo('hello from a plugin')\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_short_help_of_the_table_is_the_commands_own(name: str) -> None:
    """The table that spares the import tells what the command tells."""
    command = rompy.get_command(rompy.make_context("rompy", [name]), name)
    assert command is not None
    assert (command.name, command.short_help) == (name, COMMANDS[name])


def test_command_of_a_plugin_is_listed_and_called(rompy, distribution) -> None:
    """An entry point of rompy.commands is a command, and --help does not import it."""
    site = distribution("greeter", "1.2", "[rompy.commands]\ngreet = greet_plugin:command\n", greet_plugin=GREET)
    listed = rompy("--help", PYTHONPATH=site)
    assert "Commands of plugins:\n  containers  from rompy-core\n  greet       from greeter\n" in listed.stdout
    called = rompy("greet", PYTHONPATH=site)
    assert (called.returncode, called.stdout, called.stderr) == (0, "hello from a plugin\n", "")


def test_broken_command_costs_only_itself(rompy, distribution) -> None:
    """It is listed like any other; only who calls it meets its fault."""
    site = distribution(
        "breaker", "0.3", "[rompy.commands]\nbreak = break_plugin:command\n", break_plugin="import nothing_here\n"
    )
    listed = rompy("--help", PYTHONPATH=site)
    assert listed.returncode == 0
    assert "  break       from breaker\n" in listed.stdout
    called = rompy("break", PYTHONPATH=site)
    assert (called.returncode, called.stdout) == (3, "")
    assert called.stderr == (
        "Error: Command 'break' (breaker 0.3) failed to load: ModuleNotFoundError: No module named 'nothing_here'\n"
    )


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("raise SystemExit(0)\n", "failed to load: SystemExit: 0"),
        ("command = 3\n", "is no click command but a int"),
        ("", "failed to load: AttributeError: module 'odd_plugin' has no attribute 'command'"),
    ],
)
def test_command_that_is_none_is_the_plugins_fault(rompy, distribution, module: str, message: str) -> None:
    """Whatever stands behind the entry point, the message names the plugin."""
    site = distribution("odd", "1", "[rompy.commands]\nodd = odd_plugin:command\n", odd_plugin=module)
    result = rompy("odd", PYTHONPATH=site)
    assert (result.returncode, result.stderr) == (3, f"Error: Command 'odd' (odd 1) {message}\n")


def test_command_of_a_plugin_does_not_replace_ours(rompy, distribution) -> None:
    """A stranger's ``validate`` is left out."""
    site = distribution("greeter", "1.2", "[rompy.commands]\nvalidate = greet_plugin:command\n", greet_plugin=GREET)
    result = rompy("validate", "--help", PYTHONPATH=site)
    assert result.stdout.startswith("Usage: rompy validate [OPTIONS] CONFIG\n")
    assert "from greeter" not in rompy("--help", PYTHONPATH=site).stdout


@pytest.mark.parametrize("blocked", ["no:greet", "no:rompy.commands:greet"])
def test_blocked_command_is_not_there(rompy, distribution, blocked: str) -> None:
    """``-p no:NAME`` leaves a command out like any plugin."""
    site = distribution("greeter", "1.2", "[rompy.commands]\ngreet = greet_plugin:command\n", greet_plugin=GREET)
    result = rompy("-p", blocked, "greet", PYTHONPATH=site)
    assert result.returncode == 2
    assert "Error: There is no command 'greet'." in result.stderr


def test_autoload_off_hides_commands_of_plugins(rompy, distribution) -> None:
    """ROMPY_DISABLE_PLUGIN_AUTOLOAD holds for commands too."""
    site = distribution("greeter", "1.2", "[rompy.commands]\ngreet = greet_plugin:command\n", greet_plugin=GREET)
    result = rompy("--help", PYTHONPATH=site, ROMPY_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "greet" not in result.stdout
