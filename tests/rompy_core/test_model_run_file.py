"""A model run out of a file: alone, or a section of a pipeline file."""

import pytest

from rompy_core import ModelRun
from rompy_core.config_files import document_from_mapping
from rompy_core.model_run_file import model_run_section
from rompy_hooks import ConfigError


@pytest.fixture
def read(host):
    """Reads a model run of a YAML text."""

    def read(text, **options):
        path = host.folder / "run.yml"
        path.write_text(text)
        return ModelRun.from_file(path, plugin_manager=host.manager, **options)

    return read


def test_paths_are_relative_to_the_file(host, read, monkeypatch):
    """Not to the working directory."""
    monkeypatch.chdir("/")
    host.template(a__txt="1")
    model = read("run_id: sea\noutput_dir: sims\nconfig: {model_type: template, template: template}\n")
    assert model.output_dir == host.folder / "sims"
    assert host.files(model.generate()) == {"a.txt": "1"}


def test_the_model_run_of_a_pipeline_file(read):
    """Its section ``config``; what else the file has is not looked at."""
    assert read("config:\n  run_id: sea\nbackend: {type: nobody}\n").run_id == "sea"


@pytest.mark.parametrize(
    ("data", "section"),
    [
        ({"run_id": "a", "config": {"model_type": "template"}}, ()),
        ({"config": {"run_id": "a"}}, ("config",)),
        ({"config": {"output_dir": "a"}, "backend": "local"}, ("config",)),
        ({"config": 3}, ()),
        ([1], ()),
        (None, ()),
    ],
)
def test_where_the_model_run_stands(data, section):
    """By what the file has."""
    document = document_from_mapping(data) if isinstance(data, dict) else document_from_mapping({"x": data})
    if not isinstance(data, dict):
        object.__setattr__(document, "data", data)
    assert model_run_section(document) == section


def test_every_fault_of_a_model_run_comes_with_its_line(host, read):
    """In one error, in the order of the file."""
    text = "run_id: ../x\noutput_dirr: y\nperiod: {start: 2026-01-01}\nconfig:\n  model_type: templat\n"
    with pytest.raises(ConfigError) as caught:
        read(text)
    places = [(fault.line, fault.key) for fault in caught.value.faults]
    assert {(1, "run_id"), (2, ""), (5, "config.model_type")} < set(places)
    assert any(key.startswith("period") for _, key in places)
    assert all(str(fault.file) == str(host.folder / "run.yml") for fault in caught.value.faults)


@pytest.mark.parametrize("text", ["- a\n- b\n", "sea\n", "3\n"])
def test_a_file_that_is_no_mapping_is_told(read, text):
    """With what was found."""
    with pytest.raises(ConfigError, match="mapping"):
        read(text)


def test_what_was_written_is_kept_unexpanded(host, read, monkeypatch):
    """The record has the variable and not what it holds."""
    monkeypatch.setenv("SEA_OF_TEST", "sea")
    model = read("run_id: ${SEA_OF_TEST}\noutput_dir: sims\n")
    assert (model.run_id, model.written["run_id"]) == ("sea", "${SEA_OF_TEST}")
    model.generate()
    assert host.record(model).model_run["run_id"] == "${SEA_OF_TEST}"


def test_a_subclass_reads_itself(host):
    """from_dict is a method of the class."""

    class Forecast(ModelRun):
        """A host's own."""

    assert type(Forecast.from_dict({"run_id": "sea"}, plugin_manager=host.manager)) is Forecast
