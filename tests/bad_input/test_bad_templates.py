"""Templates that are wrong: told with file and line; no input is left, only the record of the run that failed."""

import pytest

from rompy_core.cli.main import call

TEMPLATES = [
    ("a\n{% if %}\n", "template/INPUT:2: Expected an expression, got 'end of statement block'"),
    ("a\n{{ config.ny }}\n", "template/INPUT:2: 'config.ny' is undefined. config has: nx"),
    ("{{ confg.nx }}", "template/INPUT:1: 'confg' is undefined. Did you mean 'config'? Known: config, runtime"),
    ("{{ config.nx | uper }}", "template/INPUT:1: No filter named 'uper'. Did you mean 'upper'?"),
    ("{{ config.nx | zzz }}", "template/INPUT:1: No filter named 'zzz'"),
    ("{{ config.nx / 0 }}", "template/INPUT:1: ZeroDivisionError: division by zero"),
    ("{% include 'other' %}", "template/INPUT:1: includes 'other', which is no text file inside the template's folder"),
]


@pytest.mark.parametrize(("text", "message"), TEMPLATES)
def test_template_that_is_wrong_leaves_no_inputs(project, capsys, text: str, message: str) -> None:
    """The run is refused with exit code 2 as any bad input; its record tells of it."""
    project.write("template/INPUT", text)
    before = project.state()
    assert call(["generate", "run.yml"]) == 2
    assert project.hide(capsys.readouterr().err).splitlines()[-1] == f"Error: {message}"
    after = project.state()
    assert {name: entry for name, entry in after.items() if name in before} == before
    made = {name for name in after if name not in before and not name.startswith("sims/sea/.rompy")}
    assert made == {"sims", "sims/sea"}


def test_nothing_to_execute_is_told_where_no_backend_is_named(project, capsys) -> None:
    """A file without a backend serves generate; to run it, somebody has to say what."""
    project.change("backend:\n  type: local\n  command: 'true'\n", "")
    before = project.state()
    for command in ("run", "pipeline"):
        assert call([command, "run.yml"]) == 2
        assert capsys.readouterr().err == (
            "Error: run.yml:1: backend 'local' has nothing to execute: give it a command or steps, or use a model"
            " config that has command, steps or run()\n"
        )
    assert project.state() == before
