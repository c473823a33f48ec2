"""Settings: what their reprs show, and that a text is no bool."""

import pytest

from builtin_plugins.local import LocalConfig
from builtin_plugins.local_pipeline import LocalPipelineBackend, LocalPipelineConfig
from builtin_plugins.noop import NoopPostprocessor
from builtin_plugins.template import TemplateConfig
from rompy_hooks import ModelRunLike, PipelineResult, ProcessResult, RunConfig, RunResult


def test_reprs_of_settings_hide_secrets(tmp_path):
    """In variables, vars and options of others."""
    secret = {"DB_PASSWORD": "sesame", "N": "4"}
    (tmp_path / "a").write_text("")
    configs = [
        LocalConfig(env_vars=secret),
        RunConfig(env_vars=secret),
        TemplateConfig(template=tmp_path, vars=secret),
        LocalPipelineConfig(run_kwargs={"env_vars": secret}, run_backend={"type": "local", "env_vars": secret}),
    ]
    for config in configs:
        assert "'DB_PASSWORD': '***', 'N': '4'" in repr(config)
        assert "sesame" not in repr(config)


@pytest.mark.parametrize("name", ["cleanup_on_failure", "validate_stages", "continue_on_process_failure"])
def test_pipeline_takes_no_text_for_a_bool(host, name):
    """The text "false" would be true, and delete files."""
    with pytest.raises(TypeError, match=f"'{name}' must be <class 'bool'>"):
        LocalPipelineBackend().execute(host.model(), run_kwargs={"command": "true"}, **{name: "false"})
    assert not host.sims.exists()


@pytest.mark.parametrize("name", ["validate_outputs", "checksum"])
def test_noop_takes_no_text_for_a_bool(host, name):
    """The text "false" would be true."""
    with pytest.raises(TypeError, match=f"'{name}' must be <class 'bool'>"):
        NoopPostprocessor().process(host.model(), **{name: "false"})


class Typed:
    """A stranger's pipeline, typed against ``rompy_hooks`` alone."""

    def work(self, model_run: ModelRunLike) -> PipelineResult:
        """Run and postprocess."""
        result: RunResult = model_run.run("local", command="echo a > out.txt")
        processed: ProcessResult = model_run.postprocess("noop")
        return PipelineResult(success=bool(result and processed), run_result=result)


def test_model_run_is_what_the_protocol_of_pipelines_promises(host):
    """``run`` and ``postprocess`` are told, and there."""
    model: ModelRunLike = host.model()
    assert {"generate", "run", "postprocess"} <= set(vars(ModelRunLike))
    assert Typed().work(model)
