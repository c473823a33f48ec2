"""The model config ``template``: its keys, what templates see, what is refused before anything is made."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from builtin_plugins.template import TemplateConfig, plugin
from rompy_core import ModelRun, create_plugin_manager
from rompy_core.data_files import DataFile
from rompy_hooks import Expect, Step, TemplateError


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template of one file."""
    (tmp_path / "template").mkdir()
    (tmp_path / "template/{{ runtime.run_id }}.nml").write_text(
        "start = {{ runtime.period.start.isoformat() }}, friction = {{ config.friction }}, "
        "in {{ runtime.staging_dir.name }}"
    )
    return tmp_path / "template"


@pytest.fixture
def model_run(tmp_path: Path) -> Any:
    """What a template needs of a model run."""
    period = SimpleNamespace(start=datetime(2023, 1, 1))
    return SimpleNamespace(
        run_id="swan-06",
        period=period,
        output_dir=tmp_path / "sims",
        staging_dir=tmp_path / "sims/swan-06",
        config=None,
    )


def test_template_renders_with_runtime_and_vars(template: Path, model_run: Any, tmp_path: Path) -> None:
    """``runtime`` is the model run, ``config`` the vars."""
    config = TemplateConfig(template=template, vars={"friction": 0.03})
    written = config.render({"runtime": model_run, "config": config(model_run)}, tmp_path / "out")
    assert written == (Path("swan-06.nml"),)
    assert (tmp_path / "out/swan-06.nml").read_text() == "start = 2023-01-01T00:00:00, friction = 0.03, in swan-06"


def test_template_is_offered_under_two_names() -> None:
    """``base`` is what files of rompy 0.6 say."""
    offers = plugin.model_configs()
    assert [(offer.name, offer.cls) for offer in offers] == [("template", TemplateConfig), ("base", TemplateConfig)]
    assert all(offer.summary for offer in offers)


def test_template_takes_lists_and_texts(template: Path) -> None:
    """As people write them from Python; the fields hold tuples."""
    config: Any = TemplateConfig
    built = config(template=str(template), raw="*.tex", command=["swan.exe", "-x"], data=[DataFile(source="a.nc")])
    assert (built.template, built.raw, built.command) == (template, ("*.tex",), ("swan.exe", "-x"))
    assert built.data[0].place == Path("a.nc")
    assert built.expect == Expect()


def test_template_promises_to_render_in_process(template: Path) -> None:
    """The class says so, not a key that a file could set."""
    assert TemplateConfig.renders_in_process is True
    assert "renders_in_process" not in attrs.fields_dict(TemplateConfig)


def test_template_leaves_raw_files_as_they_are(template: Path, model_run: Any, tmp_path: Path) -> None:
    """Globs of ``raw`` reach the rendering."""
    (template / "report.tex").write_text("{{ not ours }}")
    config = TemplateConfig(template=template, vars={"friction": 1}, raw=("*.tex",))
    config.render({"runtime": model_run, "config": config(model_run)}, tmp_path / "out")
    assert (tmp_path / "out/report.tex").read_text() == "{{ not ours }}"


def test_template_fails_on_an_unknown_name(template: Path, model_run: Any, tmp_path: Path) -> None:
    """With the file and the line of the template, and nothing written."""
    config = TemplateConfig(template=template, vars={"fricton": 1})
    with pytest.raises(TemplateError) as caught:
        config.render({"runtime": model_run, "config": config(model_run)}, tmp_path / "out")
    assert str(caught.value) == (
        f"{template}/{{{{ runtime.run_id }}}}.nml:1: 'config.friction' is undefined. Did you mean 'fricton'? "
        "config has: fricton"
    )
    assert not (tmp_path / "out").exists()


def test_template_names_what_a_runtime_has(template: Path, model_run: Any, tmp_path: Path) -> None:
    """A misspelt fact of the run is told with all of them."""
    (template / "a").write_text("{{ runtime.runid }}")
    config = TemplateConfig(template=template / "a")
    with pytest.raises(TemplateError) as caught:
        config.render({"runtime": model_run, "config": {}}, tmp_path / "out")
    assert str(caught.value) == (
        f"{template}/a:1: 'runtime.runid' is undefined. Did you mean 'run_id'? "
        "runtime has: config, output_dir, period, run_id, staging_dir"
    )


def test_template_cannot_be_told_to_render_elsewhere(template: Path, tmp_path: Path) -> None:
    """A template sees its model config, and must not write with it."""
    (template / "a").write_text("{{ runtime.config.render({'runtime': runtime}, '/tmp/elsewhere') }}")
    config = TemplateConfig(template=template / "a")
    run = SimpleNamespace(run_id="x", period=None, output_dir=tmp_path, staging_dir=tmp_path / "x", config=config)
    with pytest.raises(TemplateError) as caught:
        config.render({"runtime": run, "config": {}}, tmp_path / "out")
    assert str(caught.value) == f"{template}/a:1: templates may not do this: render() is not for templates"


def test_template_is_generated_from_a_file(template: Path, tmp_path: Path) -> None:
    """The whole way: paths are relative to the file, data stands beside what was rendered."""
    (tmp_path / "grid.nc").write_bytes(b"grid")
    (tmp_path / "run.yml").write_text(
        "run_id: swan-06\noutput_dir: sims\nperiod: {start: 2023-01-01, duration: 1D}\n"
        "config:\n  model_type: template\n  template: template\n  vars: {friction: 0.03}\n"
        "  data: [{source: grid.nc, target: in/grid.nc, min_size: 4}]\n"
    )
    model_run = ModelRun.from_file(tmp_path / "run.yml", plugin_manager=create_plugin_manager(autoload=False))
    workspace = Path(model_run.generate())
    found = {
        str(path.relative_to(workspace)): path.read_text()
        for path in workspace.rglob("*")
        if path.is_file() and ".rompy" not in path.parts
    }
    assert found == {
        "in/grid.nc": "grid",
        "swan-06.nml": "start = 2023-01-01T00:00:00, friction = 0.03, in swan-06",
    }


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda t: TemplateConfig(template=t.with_name("templaet")), ValueError,
         "no such directory or file: '{there}/templaet'. Did you mean '{there}/template'?"),
        (lambda t: TemplateConfig(template=t, command=()), ValueError,
         "must not be empty; give a program and its arguments"),
        (lambda t: TemplateConfig(template=t, command=" "), ValueError,
         "must not be empty; give a program and its arguments"),
        (lambda t: TemplateConfig(template=t, command="x", steps=(Step(name="a", command="x"),)), ValueError,
         "steps: give command or steps, not both"),
        (lambda t: TemplateConfig(template=t, vars=[1]), TypeError, "must be a mapping of names to values, got [1]"),
        (lambda t: TemplateConfig(template=t, data=(DataFile(source="a/x"), DataFile(source="b/x"))), ValueError,
         "'a/x' and 'b/x' have the same target 'x'; give one of them another"),
        (lambda t: TemplateConfig(template=Path("/dev/null")), ValueError,
         "must be a directory or a file, got '/dev/null'"),
    ],
)  # fmt: skip
def test_template_refuses(
    template: Path, build: Callable[[Path], object], error: type[Exception], message: str
) -> None:
    """When the config is made, which is before anything is created."""
    with pytest.raises(error) as caught:
        build(template)
    assert str(caught.value) == message.replace("{there}", str(template.parent))
