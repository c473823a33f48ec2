"""``rompy validate``, ``schema``, ``backends`` and ``plugins``."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from rompy_core import create_plugin_manager
from rompy_core.cli.completion import BUILT_IN

BROKEN = {"rompy_broken": "import nothing_here\n"}
ENTRY = "[rompy]\nbroken = rompy_broken\n"


def test_validate_says_what_is_valid(rompy, config, tmp_path: Path) -> None:
    """One line, also without -v, and nothing is made."""
    config(more="postprocessor: noop")
    result = rompy("validate", "run.yml")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        f"run.yml: valid: run 'sea', backend local, processor noop, workspace {tmp_path}/sims/sea\n"
    )
    assert not (tmp_path / "sims").exists()


def test_validate_tells_all_faults(rompy, tmp_path: Path) -> None:
    """Exit code 2, each fault with its line, no traceback."""
    (tmp_path / "bad.yml").write_text("config:\n  run_id: ../sea\nbackend:\n  type: local\n  timeot: 3\n")
    result = rompy("validate", "bad.yml")
    assert (result.returncode, result.stdout) == (2, "")
    first, *faults = result.stderr.splitlines()
    assert first == "Error: 2 faults"
    assert faults[0].startswith("  bad.yml:2: config.run_id: ")
    assert faults[1].startswith("  bad.yml:5: backend: 'local' has no key 'timeot'. Did you mean 'timeout'?")


def test_validate_with_json_has_the_faults_apart(rompy, tmp_path: Path) -> None:
    """An editor's linter reads file and line."""
    (tmp_path / "bad.yml").write_text("run_id: sea\nperiot: 3\n")
    result = rompy("validate", "bad.yml", "--json")
    document = json.loads(result.stdout)
    assert (document["success"], document["exit_code"], len(document["faults"])) == (False, 2, 1)
    assert (document["faults"][0]["file"], document["faults"][0]["line"]) == ("bad.yml", 2)


def test_validate_with_json_tells_the_plan(rompy, config) -> None:
    """What is valid is told too."""
    config()
    document = json.loads(rompy("validate", "run.yml", "--json").stdout)
    assert (document["success"], document["config"], document["run_id"]) == (True, "run.yml", "sea")
    assert document["stages"] == ["generate", "run", "postprocess"]


@pytest.mark.parametrize("name", ["missing.yml", "."])
def test_validate_of_no_file_exits_2(rompy, name: str) -> None:
    """A file that is not there, and a folder, are told without a traceback."""
    result = rompy("validate", name)
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: {name}: ")


def test_backends_are_listed_with_their_plugins(rompy) -> None:
    """Also without -v; a kind alone where it is named."""
    result = rompy("backends", "process")
    assert (result.returncode, result.stderr) == (0, "")
    heading, noop = result.stdout.splitlines()
    assert heading.split() == ["kind", "name", "summary", "plugin", "distribution"]
    assert re.split("  +", noop)[:2] == ["process", "noop"]
    everything = rompy("backends").stdout.splitlines()
    assert [line.split()[:2] for line in everything[1:]] == [
        ["run", "docker"],
        ["run", "local"],
        ["process", "noop"],
        ["pipeline", "local"],
    ]


def test_backends_with_json_are_one_document(rompy) -> None:
    """For programs."""
    document = json.loads(rompy("backends", "run", "--json").stdout)
    assert [(row["kind"], row["name"], row["plugin"]) for row in document["backends"]] == [
        ("run", "docker", "builtin:docker"),
        ("run", "local", "builtin:local"),
    ]


def test_unknown_kind_names_the_known(rompy) -> None:
    """click's own check."""
    result = rompy("backends", "procesor")
    assert result.returncode == 2
    assert "is not one of 'run', 'process', 'pipeline'" in result.stderr


def test_broken_plugin_is_listed_and_costs_only_itself(rompy, distribution) -> None:
    """Its problem stands in one line; the exit code is 0, and nothing is told twice."""
    site = distribution("rompy-broken", "0.3.1", ENTRY, **BROKEN)
    result = rompy("plugins", PYTHONPATH=site)
    assert (result.returncode, result.stderr) == (0, "")
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("rompy:broken")]
    assert line.split()[1] == "failed"
    assert "rompy-broken 0.3.1" in line
    assert "No module named 'nothing_here'" in line
    document = json.loads(rompy("plugins", "--json", PYTHONPATH=site).stdout)
    (broken,) = [row for row in document["plugins"] if row["name"] == "rompy:broken"]
    assert broken["problems"][0]["traceback"].startswith("Traceback")


def test_broken_plugin_is_warned_of_once(rompy, distribution, config) -> None:
    """Who runs something hears of it once, on stderr."""
    site = distribution("rompy-broken", "0.3.1", ENTRY, **BROKEN)
    config()
    result = rompy("pipeline", "run.yml", PYTHONPATH=site)
    assert result.returncode == 0
    assert result.stderr.count("nothing_here") == 1


MISSPELT = {
    "rompy_misspelt": (
        "from rompy_hooks import Backend, ProcessConfig, hookimpl\n\n@hookimpl\ndef backends():\n"
        "    return [Backend(kind='proces', name='count', config=ProcessConfig)]\n"
    )
}
TOLD = (
    "Plugin 'misspelt' (rompy_misspelt.py:3) raised in hook backends: ValueError: kind must be 'run', 'process' or"
    " 'pipeline', got 'proces'. Did you mean 'process'?"
)


@pytest.mark.parametrize("command", [["validate"], ["pipeline"], ["pipeline", "--dry-run"]])
def test_broken_plugin_that_is_asked_for_is_told_once(rompy, distribution, config, command: list[str]) -> None:
    """The error says it, so that no warning need; with --strict-plugins too, and other warnings stay."""
    site = distribution("rompy-misspelt", "1.0", "[rompy]\nmisspelt = rompy_misspelt\n", **MISSPELT)
    config(more="postprocessor: count")
    result = rompy(*command, "run.yml", PYTHONPATH=site)
    told = f"Error: run.yml:8: postprocessor: no processor is called 'count'. Known: noop. {TOLD}\n"
    assert (result.returncode, result.stderr) == (2, told)
    result = rompy("--strict-plugins", *command, "run.yml", PYTHONPATH=site)
    assert (result.returncode, result.stderr) == (3, f"Error: {TOLD}\n")
    unasked = rompy(*command, "run.yml", "--processor", "noop", PYTHONPATH=site)
    assert (unasked.returncode, unasked.stderr.count(TOLD)) == (0, 1)
    assert f"warning: {TOLD}" in unasked.stderr


def test_strict_plugins_make_it_an_error(rompy, distribution) -> None:
    """With --strict-plugins a broken plugin stops everything."""
    site = distribution("rompy-broken", "0.3.1", ENTRY, **BROKEN)
    result = rompy("--strict-plugins", "plugins", PYTHONPATH=site)
    assert result.returncode == 3
    assert "No module named 'nothing_here'" in result.stderr


def test_plugin_is_loaded_and_blocked_by_name(rompy, tmp_path: Path) -> None:
    """-p NAME, -p no:NAME."""
    (tmp_path / "mine.py").write_text("from rompy_hooks import hookimpl\n\n@hookimpl\ndef on_event(event): ...\n")
    loaded = rompy("-p", "mine", "plugins", PYTHONPATH=str(tmp_path))
    assert any(line.split()[:2] == ["-p:mine", "loaded"] for line in loaded.stdout.splitlines())
    blocked = rompy("-p", "no:noop", "backends", "process")
    assert blocked.stdout.splitlines()[1:] == []


def test_missing_plugin_exits_3(rompy) -> None:
    """A module that was named and is not there is an error, not a warning."""
    result = rompy("-p", "not_there_at_all", "backends")
    assert result.returncode == 3
    assert "No module named 'not_there_at_all'" in result.stderr


# -- schema ----------------------------------------------------------------------------------------------------------


def schema(rompy, what: str = "pipeline") -> dict[str, object]:
    """The schema that the command prints."""
    result = rompy("schema", what)
    assert result.returncode == 0, result.stderr
    document: dict[str, object] = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(document)
    return document


GOOD = [
    {"run_id": "sea"},
    {"run_id": "sea", "config": {"model_type": "template", "template": "t/", "vars": {"n": 3}}},
    {"config": {"run_id": "sea"}, "backend": {"type": "local", "command": "true", "timeout": "2H"}},
    {"config": {"run_id": "sea"}, "postprocessor": {"type": "noop"}, "pipeline": {"type": "local"}},
    {"config": {"run_id": "sea"}, "backend": "local", "postprocessor": ["noop", {"type": "noop"}]},
]
BAD = [
    {},
    {"run_id": 3},
    {"run_id": "sea", "periot": {}},
    {"run_id": "sea", "config": {"model_type": "swn"}},
    {"config": {"run_id": "sea"}, "backend": {"type": "slrm"}},
    {"config": {"run_id": "sea"}, "backend": {"type": "local", "timeot": 3}},
    {"config": {"run_id": "sea"}, "postprocessor": []},
    {"config": {"run_id": "sea"}, "postprocesor": {"type": "noop"}},
]


def test_schema_accepts_good_files_and_refuses_bad_ones(rompy) -> None:
    """An editor underlines what the command would refuse."""
    validator = jsonschema.Draft202012Validator(schema(rompy))
    assert [document for document in GOOD if not validator.is_valid(document)] == []
    assert [document for document in BAD if validator.is_valid(document)] == []


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        (
            {"config": {"run_id": "sea"}, "backend": {"type": "local", "timeot": 3}},
            "$.backend",
            "'timeot' was unexpected",
        ),
        ({"config": {"run_id": "sea"}, "backend": {"type": "slrm"}}, "$.backend.type", "'slrm' is not one of"),
        ({"config": {"run_id": "sea"}, "backend": "slrm"}, "$.backend", "'slrm' is not one of"),
        (
            {"config": {"run_id": "sea"}, "postprocessor": ["noop", {"type": "noop", "a": 1}]},
            "$.postprocessor[1]",
            "'a' was",
        ),
        (
            {"run_id": "sea", "config": {"model_type": "template", "templat": "t"}},
            "$.config",
            "'template' is a required",
        ),
        ({"run_id": "sea", "period": {"strt": "2024"}}, "$.period", "'strt' was unexpected"),
        (
            {"config": {"run_id": "sea"}, "backend": {"type": "local", "expect": {"outptus": []}}},
            "$.backend.expect",
            "'outptus' was unexpected",
        ),
    ],
)
def test_schema_says_where_the_fault_is(rompy, document: dict[str, object], path: str, message: str) -> None:
    """The key that is wrong, not that a whole section fits nothing."""
    faults = list(jsonschema.Draft202012Validator(schema(rompy)).iter_errors(document))
    assert [fault for fault in faults if fault.json_path == path and message in fault.message] != []
    assert [fault.message for fault in faults if "any of the given schemas" in fault.message] == []


def test_schema_describes_the_keys(rompy) -> None:
    """What a key means is shown while it is typed."""
    backend = schema(rompy, "local")
    properties = backend["properties"]
    assert isinstance(properties, dict)
    assert properties["type"] == {"const": "local"}
    assert "Seconds from SIGTERM to SIGKILL" in properties["grace_period"]["description"]
    assert schema(rompy, "process:noop")["title"] == "noop (process)"


def test_schema_leaves_out_a_plugin_that_cannot_be_imported(rompy, distribution) -> None:
    """It costs only itself, and is warned of on stderr; asked for by its name, or strictly, it is an error."""
    site = distribution(
        "rompy-old", "0.6", "[rompy.postprocess]\nold = rompy_old:Old\n", rompy_old="import nothing_here"
    )
    told = "Plugin 'old' (rompy-old 0.6) failed to load: No module named 'nothing_here'"
    result = rompy("schema", PYTHONPATH=site)
    assert (result.returncode, result.stderr.count(told)) == (0, 1)
    assert result.stderr.startswith(f"warning: {told}")
    validator = jsonschema.Draft202012Validator(json.loads(result.stdout))
    files = [{"config": {"run_id": "sea"}, "postprocessor": name} for name in ("noop", "old")]
    assert [validator.is_valid(file) for file in files] == [True, False]
    for words in (["schema", "old"], ["--strict-plugins", "schema"]):
        result = rompy(*words, PYTHONPATH=site)
        assert (result.returncode, result.stdout, result.stderr) == (3, "", f"Error: {told}\n")


@pytest.mark.parametrize("what", ["slrm", "process:slrm"])
def test_schema_of_an_unknown_backend_names_the_nearest(rompy, what: str) -> None:
    """Exit code 2."""
    result = rompy("schema", what)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is called 'slrm'." in result.stderr


def test_names_for_completion_are_those_of_the_built_in_plugins() -> None:
    """The table that spares the import is kept."""
    manager = create_plugin_manager(autoload=False, environ={})
    assert {kind: tuple(sorted(offer.name for offer in manager.offers(kind))) for kind in BUILT_IN} == BUILT_IN
