"""The calls that users of rompy know and that the documents show, executed as they are written there."""

import sys
from pathlib import Path

import pytest

from rompy_core import ModelRun, create_plugin_manager

ENTRY_POINTS = """\
[rompy.run]
custom = sea_cloud_of_test:CustomRunBackend

[rompy.postprocess]
analysis = sea_cloud_of_test:AnalysisPostprocessor

[rompy.pipeline]
cloud = sea_cloud_of_test:CloudPipelineBackend
"""

MODULE = '''\
"""Classes as the documents of rompy show them: no hook, no config class, no import of rompy."""


class CustomRunBackend:
    """Runs a model somewhere else."""

    def run(self, model_run, **kwargs):
        workspace = model_run.generate()
        (workspace / "custom.txt").write_text(f"{model_run.run_id} {sorted(kwargs.items())}")
        return True


class AnalysisPostprocessor:
    """Makes plots."""

    def process(self, model_run, **kwargs):
        return {"success": True, "plots": ["hs.png"], "kwargs": kwargs, "seen": str(model_run.staging_dir)}


class CloudPipelineBackend:
    """Does it all elsewhere."""

    def execute(self, model_run, **kwargs):
        ok = model_run.run(backend="local", command="echo 1 > cloud.txt")
        return {"success": bool(ok), "region": kwargs.get("region"), "kwargs": sorted(kwargs)}
'''


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """A plugin manager that finds an installed distribution with plain classes."""
    site = tmp_path / "site-packages"
    info = site / "sea_cloud-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sea-cloud\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    (site / "sea_cloud_of_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(site))
    yield create_plugin_manager(environ={}, search_path=[str(site)])
    sys.modules.pop("sea_cloud_of_test", None)


@pytest.fixture
def model(host, manager, tmp_path, monkeypatch):
    """A model run of a file, in the working directory that the calls are made in."""
    template = tmp_path / "template"
    template.mkdir()
    (template / "INPUT").write_text("{{ runtime.run_id }} {{ config.hs }}\n")
    executable = template / "my_model_executable"
    executable.write_text("#!/bin/sh\ncat INPUT > output.nc\necho threads ${OMP_NUM_THREADS:-1}\n")
    executable.chmod(0o755)
    (tmp_path / "run.yml").write_text(
        "run_id: my_run\noutput_dir: simulations\nperiod: {start: 2026-01-01, duration: 1D, interval: 1H}\n"
        "config: {model_type: template, template: template, vars: {hs: 2}, command: ./my_model_executable}\n"
    )
    monkeypatch.chdir(tmp_path)
    return ModelRun.from_file("run.yml", plugin_manager=manager)


def test_run_with_the_local_backend(model):
    """What is executed comes from the model config."""
    assert model.run(backend="local")
    assert (model.staging_dir / "output.nc").read_text() == "my_run 2\n"


def test_run_with_the_local_backend_and_options(model):
    """A command relative to the workspace, its environment, its time."""
    result = model.run(
        backend="local",
        command="./my_model_executable",
        env_vars={"OMP_NUM_THREADS": "4"},
        timeout=3600,
    )
    assert result
    assert result.stdout.read_text() == "threads 4\n"


def test_postprocess_with_noop(model):
    """It tells what the run wrote, not what went in."""
    model.run(backend="local")
    results = model.postprocess(processor="noop")
    assert results["success"]
    assert [output["path"] for output in results["outputs"]] == ["output.nc"]


def test_postprocess_with_noop_and_options(model, tmp_path):
    """The folder is relative to the working directory; one that is not there is a failure, no error."""
    model.run(backend="local")
    results = model.postprocess(processor="noop", validate_outputs=True, output_dir="./custom_output")
    assert not results["success"]
    assert results["message"] == f"there is no folder {tmp_path}/custom_output"
    (tmp_path / "custom_output").mkdir()
    (tmp_path / "custom_output/hs.nc").write_text("1")
    results = model.postprocess(processor="noop", validate_outputs=True, output_dir="./custom_output")
    assert results["success"]
    assert results["output_dir"] == f"{tmp_path}/custom_output"
    assert [output["path"] for output in results["outputs"]] == ["hs.nc"]


def test_pipeline_with_the_local_backend(model):
    """All three stages."""
    results = model.pipeline(pipeline_backend="local")
    assert results["success"]
    assert results["stages_completed"] == ["generate", "run", "postprocess"]


def test_pipeline_with_a_processor_of_an_installed_distribution(model):
    """Its options reach the method, what it returns stays as it is."""
    results = model.pipeline(
        pipeline_backend="local",
        run_backend="local",
        processor="analysis",
        run_kwargs={"command": "./my_model_executable", "timeout": 7200},
        process_kwargs={"create_plots": True},
        cleanup_on_failure=True,
    )
    assert results
    assert results["processor"] == "analysis"
    told = results["postprocess_results"]
    assert (told["plots"], told["kwargs"], told["seen"]) == (["hs.png"], {"create_plots": True}, str(model.staging_dir))


def test_run_with_a_backend_of_an_installed_distribution(model):
    """It generates by itself, as such classes do."""
    assert model.run(backend="custom", queue="long")
    assert (model.staging_dir / "custom.txt").read_text() == "my_run [('queue', 'long')]"
    assert (model.staging_dir / "INPUT").read_text() == "my_run 2\n"


def test_pipeline_with_a_pipeline_of_an_installed_distribution(model):
    """Its stages join the hold."""
    results = model.pipeline(pipeline_backend="cloud", region="eu")
    assert results["success"]
    assert (results["region"], results["kwargs"], results["run_id"]) == ("eu", ["region"], "my_run")
    assert (model.staging_dir / "cloud.txt").read_text() == "1\n"


def test_the_local_classes_used_directly(model, tmp_path):
    """With the signatures that the design gives them."""
    from builtin_plugins.local import LocalConfig, LocalRunBackend
    from builtin_plugins.local_pipeline import LocalPipelineBackend
    from builtin_plugins.noop import NoopPostprocessor

    assert LocalRunBackend().run(model, LocalConfig(command="./my_model_executable"))
    assert LocalRunBackend().run(model, LocalConfig(command="true"), workspace_dir=model.staging_dir)
    noop = NoopPostprocessor()
    assert noop.process(model)["success"]
    assert noop.process(model, validate_outputs=False, output_dir=tmp_path / "nowhere")["success"]
    results = LocalPipelineBackend().execute(
        model, run_backend="local", processor="noop", run_kwargs={"command": "true"}, process_kwargs={},
        cleanup_on_failure=False, validate_stages=True,
    )  # fmt: skip
    assert results["success"]


def test_the_ways_to_name_a_backend(model):
    """A name, a mapping, a config object with a workspace that was made elsewhere."""
    from builtin_plugins.local import LocalConfig

    staging_dir = model.generate()
    assert model.run(backend={"type": "local", "command": "./my_model_executable"})
    assert model.run(backend=LocalConfig(command="./my_model_executable"), workspace_dir=staging_dir)


def test_results_are_what_users_expect_of_them(model):
    """Truth, mapping, JSON."""
    import json

    ok = model.run(backend="local", command="exit 3")
    assert not ok
    results = model.pipeline(pipeline_backend="local", run_kwargs={"command": "exit 3"})
    assert isinstance(results, dict)
    assert not results
    assert results.get("error") == "exit ended with exit code 3"
    assert json.loads(json.dumps(results))["stage"] == "run"


def test_a_manager_of_objects_is_embedded(host, tmp_path):
    """As the page on use from Python shows it."""
    from rompy_hooks import hookimpl

    seen = []

    class MyPlugin:
        @hookimpl
        def on_event(self, event):
            seen.append(event.kind)

    path = tmp_path / "run.yml"
    path.write_text(f"run_id: sea\noutput_dir: {tmp_path}/sims\n")
    model = ModelRun.from_file(path, plugin_manager=create_plugin_manager(plugins=[MyPlugin()], autoload=False))
    assert model.run(command="true")
    assert "attempt_ended" in seen
    assert Path(model.staging_dir).is_dir()
