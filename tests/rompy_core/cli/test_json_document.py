"""With ``--json``, stdout is one JSON document."""

import json
from pathlib import Path

import pytest

from rompy_core.cli.json_document import json_text

#: Prints in all the ways there are: when it is imported, in a hook, by its stdout of before, and by a child.
CHATTY = '''
import os, subprocess, sys
import attrs
from rompy_hooks import Backend, ProcessConfig, ProcessResult, hookimpl

print("imported")
stdout = sys.stdout

@attrs.frozen(kw_only=True)
class SkillConfig(ProcessConfig):
    """Compare with a buoy."""

@hookimpl
def backends() -> list[Backend]:
    return [Backend(kind="process", name="skill", config=SkillConfig)]

@hookimpl
def process(config: SkillConfig):
    print("in a hook")
    stdout.write("by its own stream\\n")
    subprocess.run(["echo", "by a child"], check=True)
    return ProcessResult(metrics={"bias": float("nan"), "worst": float("-inf"), "rmse": 0.5})
'''


@pytest.fixture
def chatty(tmp_path: Path) -> None:
    """A plugin that writes to stdout, and has no number for a metric."""
    (tmp_path / "rompy_plugins.py").write_text(CHATTY)


def strict(text: str) -> dict[str, object]:
    """What a program reads that knows JSON as it is written down."""

    def refuse(constant: str) -> object:
        raise AssertionError(f"{constant} is not JSON")

    document: dict[str, object] = json.loads(text, parse_constant=refuse)
    return document


@pytest.mark.usefixtures("chatty")
def test_what_plugins_print_stays_out_of_the_document(rompy, config) -> None:
    """All of it is on stderr, in whatever way it was printed; numbers that JSON does not know are null."""
    config(more="postprocessor: skill")
    result = rompy("pipeline", "run.yml", "--json")
    document = strict(result.stdout)
    assert (result.returncode, document["success"]) == (0, True)
    assert document["postprocess_results"]["metrics"] == {"bias": None, "worst": None, "rmse": 0.5}  # type: ignore[index]
    printed = ["imported", "in a hook", "by its own stream", "by a child"]
    assert sorted(line for line in result.stderr.splitlines() if line in printed) == sorted(printed)


@pytest.mark.usefixtures("chatty")
@pytest.mark.parametrize("args", [("plugins", "--json"), ("schema",), ("schema", "--json"), ("backends", "--json")])
def test_importing_a_plugin_stays_out_of_the_document(rompy, args: tuple[str, ...]) -> None:
    """Also of commands that only look; a schema is a document in any case."""
    result = rompy(*args)
    assert (result.returncode, bool(strict(result.stdout))) == (0, True)
    assert result.stderr == "imported\n"


@pytest.mark.usefixtures("chatty")
def test_document_of_an_error_stands_alone(rompy, config) -> None:
    """A failure's document is the only one."""
    config(more="postprocessor: skil")
    result = rompy("pipeline", "run.yml", "--json")
    assert (result.returncode, strict(result.stdout)["exit_code"]) == (2, 2)


@pytest.mark.usefixtures("chatty")
def test_progress_objects_are_json(rompy, config) -> None:
    """A log collector reads every line."""
    config(more="postprocessor: skill")
    result = rompy("--log-format", "json", "pipeline", "run.yml")
    lines = [strict(line) for line in result.stderr.splitlines() if line.startswith("{")]
    (ended,) = [line for line in lines if (line["event"], line["stage"]) == ("stage_ended", "postprocess")]
    assert ended["result"]["metrics"] == {"bias": None, "worst": None, "rmse": 0.5}  # type: ignore[index]


def test_what_json_does_not_know_becomes_its_text() -> None:
    """Paths and classes, beside numbers without a word."""
    assert json_text([Path("a/b"), float("inf"), 1]) == '["a/b", null, 1]'
