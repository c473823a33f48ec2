"""A pipeline file: its sections, what replaces them, and all its faults in one report."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from builtin_plugins.local import LocalConfig
from builtin_plugins.noop import NoopConfig
from rompy_core import ModelRun, read_pipeline_file
from rompy_core.pipeline_file import pipeline_from_environment
from rompy_hooks import Backend, ConfigError, ModelConfig, PipelineConfig, hookimpl

HEAD = "config:\n  run_id: sea\n  output_dir: sims\n"


@pytest.fixture
def read(host):
    """Reads a pipeline file of a YAML text."""

    def read(text, **options):
        path = host.folder / "pipeline.yml"
        path.write_text(text)
        return read_pipeline_file(path, **{"plugin_manager": host.manager, **options})

    return read


@pytest.fixture
def faults(host, read):
    """The faults of a YAML text, by line and key."""

    def faults(text, **options):
        with pytest.raises(ConfigError) as caught:
            read(text, **options)
        return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]

    return faults


def test_every_section_becomes_a_config(host, read):
    """The pipeline has backend and processors put in."""
    file = read(
        HEAD + "backend: {type: local, command: 'true', timeout: 1H}\n"
        "postprocessor: [noop, {type: noop, checksum: true}]\npipeline: {cleanup_on_failure: true}\n"
    )
    assert file.model_run.output_dir == host.folder / "sims"
    assert file.backend == LocalConfig(command="true", timeout=3600.0)
    assert file.processors == (NoopConfig(), NoopConfig(checksum=True))
    assert file.pipeline.run_backend == file.backend
    assert file.pipeline.processor == file.processors
    assert file.pipeline.cleanup_on_failure is True
    assert file.configs["backend"] == {"type": "local", "command": "true", "timeout": "1H"}
    assert file.model_run.pipeline(file.pipeline)


def test_a_file_with_a_model_run_alone(read):
    """It has no backend and no processor."""
    file = read("run_id: sea\n")
    assert (file.model_run.run_id, file.backend, file.processors, file.configs) == ("sea", None, (), {})
    assert (file.pipeline.run_backend, file.pipeline.processor) == ("local", "noop")


def test_a_backend_by_its_name_alone(read):
    """Options have their defaults."""
    file = read(HEAD + "backend: {type: local, command: x}\npostprocessor: noop\npipeline: local\n")
    assert file.processors == (NoopConfig(),)


def test_overrides_win(read):
    """As with the command's -o."""
    text = HEAD + "backend: {type: local, command: x}\n"
    file = read(text, overrides=["backend.timeout=90", "config.run_id=lake"])
    assert (file.backend.timeout, file.model_run.run_id) == (90.0, "lake")


def test_overrides_of_template_variables_are_numbers_and_truth_values(host, read):
    """As those are that they replace: a doubled 4 is 8, and no "44"; one that is new is text."""
    (host.folder / "template").mkdir()
    (host.folder / "template" / "input").write_text(
        "{{ config.n * 2 }} {{ 1 if config.flag else 0 }} {{ config.grid.nx + 1 }} {{ config.new * 2 }}"
    )
    text = (
        HEAD + "  config:\n    model_type: template\n    template: template\n"
        "    vars: {n: 2, flag: true, grid: {nx: 1}}\nbackend: {type: local, command: x}\n"
    )
    overrides = ["n=4", "flag=false", "grid={nx: 3}", "new=4"]
    file = read(text, overrides=[f"config.config.vars.{override}" for override in overrides])
    assert (file.model_run.generate() / "input").read_text() == "8 0 4 44"


@attrs.frozen(kw_only=True)
class Relay(PipelineConfig):
    """A pipeline that takes what sections say as plain options."""

    __rompy_options__ = "options"
    options: Mapping[str, Any] = attrs.field(factory=dict)


class Relays:
    """Offers it."""

    @hookimpl
    def backends(self):
        return [Backend(kind="pipeline", name="relay", config=Relay)]


class Ducks:
    """Offers a model config that says what to execute."""

    @hookimpl
    def model_configs(self):
        return [ModelConfig(name="duck", cls=Duck)]


@attrs.frozen(kw_only=True)
class Duck:
    """That config."""

    command: str = "true"


def test_a_pipeline_of_plain_options_gets_what_was_chosen(host, read):
    """Not what the file says."""
    text = HEAD + "backend: {type: local, command: x, ranks: 2}\npipeline: {type: relay}\n"
    other = host.folder / "other.yml"
    other.write_text("type: local\ncommand: y\n")
    file = read(text, backend=other, plugin_manager=host.manager_with(Relays()))
    assert file.pipeline.options == {"run_backend": "local", "run_kwargs": {"command": "y"}}


def test_overrides_for_a_pipeline_of_plain_options_have_the_types_of_what_they_replace(host, read):
    """The section is handed on as it is."""
    text = HEAD + "backend: {type: local, command: x, ranks: 2}\npipeline: {type: relay}\n"
    file = read(text, overrides=["backend.ranks=4"], plugin_manager=host.manager_with(Relays()))
    assert file.pipeline.options["run_kwargs"] == {"command": "x", "ranks": 4}
    assert file.backend.ranks == 4


def test_a_backend_may_be_chosen_instead_of_the_files(host, read):
    """By a file with its keys, or by name; the file's keys serve where the name is the same."""
    text = HEAD + "backend: {type: local, command: x}\n"
    other = host.folder / "other.yml"
    other.write_text("type: local\ncommand: y\n")
    assert read(text, backend=other).backend == LocalConfig(command="y")
    other.write_text("backend: {type: local, command: z}\n")
    assert read(text, backend=other).backend == LocalConfig(command="z")
    assert read(text, backend="local").backend == LocalConfig(command="x")


def test_configs_are_those_that_were_chosen(host, read, monkeypatch):
    """As they were written where they stand: the record must not tell of a backend that was not asked."""
    monkeypatch.setenv("SEKRIT", "sesame")
    text = HEAD + "backend: {type: local, command: x}\npostprocessor: {type: noop, checksum: true}\n"
    other = host.folder / "backend.yml"
    other.write_text("type: local\ncommand: y\nenv_vars: {DB_PASSWORD: '${SEKRIT}'}\n")
    wanted = {"type": "local", "command": "y", "env_vars": {"DB_PASSWORD": "${SEKRIT}"}}
    assert read(text, backend=other).configs["backend"] == wanted
    other.write_text("backend: {type: local, command: z}\n")
    assert read(text, backend=other).configs["backend"] == {"type": "local", "command": "z"}
    assert read(text, backend="local").configs["backend"] == {"type": "local", "command": "x"}
    named = read(
        HEAD + "  config: {model_type: duck}\n",
        backend="local",
        processor="noop",
        plugin_manager=host.manager_with(Ducks()),
    )
    assert named.configs == {"backend": "local", "postprocessor": "noop"}
    steps = host.folder / "noop.yml"
    steps.write_text("type: noop\n")
    assert read(text, processor=["noop", steps]).configs["postprocessor"] == [
        {"type": "noop", "checksum": True},
        {"type": "noop"},
    ]


def test_secrets_of_a_chosen_backend_are_not_written(host, read, monkeypatch):
    """Its variables are known, those too whose own name tells nothing."""
    monkeypatch.setenv("SEKRIT", "sesame")
    other = host.folder / "backend.yml"
    other.write_text(
        "type: local\ncommand: 'echo $DB_PASSWORD >&2; exit 3'\n"
        "env_vars: {DB_PASSWORD: '${SEKRIT}', MORE: '${SEKRIT}'}\n"
    )
    file = read(HEAD + "backend: {type: local, command: 'true'}\n", backend=other)
    with file.model_run.in_hand("run", configs=file.configs) as bound:
        assert not bound.run(backend=file.backend)
    record = file.model_run.staging_dir / ".rompy"
    for name in ("events.jsonl", "record.json", "run.sh"):
        assert "sesame" not in (record / name).read_text(), name
    assert host.record(file.model_run).configs["backend"]["env_vars"] == {
        "DB_PASSWORD": "${SEKRIT}",
        "MORE": "${SEKRIT}",
    }


def test_processors_may_be_chosen_instead_of_the_files(host, read):
    """One or several."""
    text = HEAD + "backend: {type: local, command: x}\npostprocessor: {type: noop, checksum: true}\n"
    other = host.folder / "other.yml"
    other.write_text("type: noop\nvalidate_outputs: false\n")
    assert read(text, processor="noop").processors == (NoopConfig(checksum=True),)
    assert read(text, processor=[other, "noop"]).processors == (
        NoopConfig(validate_outputs=False),
        NoopConfig(checksum=True),
    )


def test_a_misspelt_choice_is_told_with_its_option(host, faults):
    """Beside the faults of the file."""
    found = faults(HEAD + "bakend: 3\n", backend="locl", processor="nop")
    assert [key for _, key, _ in found] == ["bakend", "", ""]
    assert "Did you mean 'backend'? Sections: config, backend, postprocessor, pipeline" in found[0][2]
    assert "Did you mean 'local'?" in found[1][2]
    assert "Did you mean 'noop'?" in found[2][2]


def test_all_faults_come_together(faults):
    """Of every section, each with its line."""
    text = (
        "config:\n  run_id: sea\n  perod: 3\nbackend:\n  type: local\n  comand: x\n"
        "postprocessor:\n  - noop\n  - type: nop\npipeline:\n  cleanup_on_failure: maybe\n"
    )
    assert [(line, key) for line, key, _ in faults(text)] == [
        (3, "config"),
        (6, "backend"),
        (9, "postprocessor[1].type"),
        (11, "pipeline.cleanup_on_failure"),
    ]


SECTIONS = "Sections: config, backend, postprocessor, pipeline"


@pytest.mark.parametrize("name", ["run_id", "output_dir", "delete_existing"])
@pytest.mark.parametrize("text", [HEAD + "backend: {type: local, command: x}\n", HEAD])
def test_an_override_of_a_key_of_the_model_run_is_told_where_that_stands(host, read, text, name):
    """One fault, with the option; whoever reads the file."""
    for reads in (read, lambda *_args, **options: ModelRun.from_file(host.folder / "pipeline.yml", **options)):
        with pytest.raises(ConfigError) as caught:
            reads(text, overrides=[f"{name}=3"])
        assert str(caught.value) == (
            f"-o {name}=3: {name}: a pipeline file has no section '{name}'. Did you mean config.{name}? {SECTIONS}"
        )


def test_a_variable_of_a_key_of_the_model_run_is_told_where_that_stands(host):
    """As an option is."""
    environ = {"ROMPY_CONFIG": HEAD + "backend: {type: local, command: x}\n", "ROMPY_CONFIG__run_id": "3"}
    with pytest.raises(ConfigError) as caught:
        pipeline_from_environment(environ, plugin_manager=host.manager)
    assert str(caught.value) == (
        f"ROMPY_CONFIG__run_id: run_id: a pipeline file has no section 'run_id'. Did you mean config.run_id? {SECTIONS}"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("run_id: a\nconfig: {model_type: nix, run_id: b}\n", "config.model_type: no model config is called 'nix'"),
        ("run_id: a\nconfig: {template: x}\n", "config: needs key 'model_type'"),
        ("run_id: a\nbackend: {type: local}\n", "backend: cannot stand beside run_id"),
        ("backend: {type: local}\n", "backend: cannot stand beside run_id"),
    ],
)
def test_an_override_of_a_model_run_alone_stays_that(faults, text, fault):
    """What is wrong beside it is told as without it."""
    ((_line, key, message),) = faults(text, overrides=["run_id=lake"])
    assert f"{key}: {message}".startswith(fault)


def test_nothing_to_execute_is_a_fault_of_the_backend(faults):
    """With its line."""
    ((line, key, message),) = faults(HEAD + "backend:\n  type: local\n")
    assert (line, key) == (4, "backend")
    assert "'local' has nothing to execute: give it a command or steps" in message


def test_a_command_that_cannot_be_split_is_a_fault_of_the_backend(faults):
    """It is told before anything is created."""
    ((_line, key, message),) = faults(HEAD + 'backend: {type: local, shell: false, command: "echo \'a"}\n')
    assert (key, message) == ("backend", "step 'run': \"echo 'a\" cannot be split into words: No closing quotation")


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("backend: 3\n", "must be a name or a mapping with 'type', got 3; known: "),
        ("backend: {command: x}\n", "needs key 'type'; known: "),
        ("postprocessor: []\n", "must name a processor, got an empty list"),
        ("pipeline: {type: locl}\n", "no pipeline is called 'locl'. Did you mean 'local'?"),
    ],
)
def test_a_section_of_a_wrong_form_is_told(faults, section, text):
    """With what would do."""
    ((_line, _key, message),) = faults(HEAD + section)
    assert message.startswith(text)


def test_a_pipeline_of_the_environment(host):
    """The same sections."""
    keys = {"config__run_id": "sea", "backend__type": "local", "backend__command": "true"}
    environ = {f"ROMPY_CONFIG__{name}": value for name, value in keys.items()}
    file = pipeline_from_environment(environ, plugin_manager=host.manager)
    assert (file.model_run.run_id, file.backend) == ("sea", LocalConfig(command="true"))
