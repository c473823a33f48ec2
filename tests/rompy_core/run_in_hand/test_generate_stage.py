"""The stage generate: whole or not at all, and again only where that is needed."""

import os
from pathlib import Path

import attrs
import pytest

from rompy_core import ModelRun, RunCancellation
from rompy_hooks import ModelConfig, RompyError, RunCancelledError, TemplateError, WorkspaceError, hookimpl


def test_a_generate_that_fails_leaves_what_was_there(host):
    """Neither half of the new inputs nor a hole where the old ones were."""
    host.model(config=host.template(a__txt="old", b__txt="old")).generate()
    broken = host.model(config=host.template(a__txt="new", b__txt="{{ missing }}"))
    with pytest.raises(TemplateError):
        broken.generate()
    assert host.files(broken.staging_dir) == {"a.txt": "old", "b.txt": "old"}
    assert not (broken.staging_dir / ".rompy/generating").exists()
    assert host.record(broken).stages["generate"].state == "failed"


def test_inputs_that_are_no_longer_made_go(host):
    """And what the model wrote stays."""
    model = host.model(config=host.template(a__txt="1", b__txt="2"))
    model.run(command="echo 3 > out.txt")
    host.model(config=host.template(a__txt="4")).generate()
    assert host.files(model.staging_dir) == {"a.txt": "4", "out.txt": "3\n"}


def test_inputs_never_replace_what_is_not_ours(host):
    """A file that somebody put there is not overwritten."""
    model = host.model(config=host.template(a__txt="new"))
    model.staging_dir.mkdir(parents=True)
    (model.staging_dir / "a.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match=r"a\.txt is not an input of this run"):
        model.generate()
    assert host.files(model.staging_dir) == {"a.txt": "mine"}


def test_a_generate_that_is_cut_off_between_two_files_can_be_done_again(host, monkeypatch):
    """What it put in place is ours, and what it replaces is there until then."""
    model = host.model(config=host.template(a__txt="1", b__txt="1"))
    rename = os.rename

    def cut_off(source, target):
        rename(source, target)
        if str(target).endswith("a.txt"):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "rename", cut_off)
    with pytest.raises(KeyboardInterrupt):
        model.generate()
    monkeypatch.undo()
    assert host.files(model.staging_dir) == {"a.txt": "1"}
    assert host.record(model).inputs == ["a.txt", "b.txt"]
    (host.folder / "template/b.txt").unlink()
    again = host.model(config=host.template(a__txt="2"))
    again.generate()
    assert host.files(model.staging_dir) == {"a.txt": "2"}
    assert host.record(model).inputs == ["a.txt"]


def test_a_conflict_is_found_before_anything_is_deleted(host):
    """With delete_existing, in a folder that is not the run's alone."""
    keys = {"run_id_subdir": False, "delete_existing": True}
    host.model(config=host.template(a__txt="1"), **keys).run(command="echo 3 > out.txt")
    (host.sims / "b.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match=r"b\.txt is not an input of this run"):
        host.model(config=host.template(a__txt="2", b__txt="2"), **keys).generate()
    assert host.files(host.sims) == {"a.txt": "1", "b.txt": "mine", "out.txt": "3\n"}


def test_an_output_that_goes_makes_way_for_an_input(host):
    """With delete_existing; it is found out before it is gone."""
    keys = {"run_id_subdir": False, "delete_existing": True}
    host.model(config=host.template(a__txt="1"), **keys).run(command="echo 3 > b.txt")
    host.model(config=host.template(b__txt="2"), **keys).generate()
    assert host.files(host.sims) == {"b.txt": "2"}


def test_an_output_of_the_model_is_never_taken_for_an_input(host):
    """The model changed an input: the next generate makes it anew, because it is ours."""
    model = host.model(config=host.template(a__txt="1"))
    model.run(command="echo 2 >> a.txt")
    model.generate()
    assert host.files(model.staging_dir) == {"a.txt": "1"}


def test_delete_existing_empties_the_workspace_but_keeps_the_record(host):
    """The logs of earlier attempts are still there."""
    config = host.template(a__txt="1")
    first = host.model(config=config).run(command="echo 3 > out.txt; echo hello")
    model = host.model(config=config, delete_existing=True)
    model.generate()
    assert host.files(model.staging_dir) == {"a.txt": "1"}
    assert first.stdout.read_text() == "hello\n"
    assert len(host.record(model).attempts) == 1


def test_files_that_were_there_before_the_first_run_are_never_deleted(host):
    """A folder that others filled is adopted: what goes is what the record lists, and nothing else, ever after."""
    model = host.model(config=host.template(a__txt="1", more={"command": "echo out > out.txt"}), delete_existing=True)
    model.staging_dir.mkdir(parents=True)
    (model.staging_dir / "results.nc").write_text("weeks of work")
    assert model.pipeline()
    assert model.pipeline()
    assert host.files(model.staging_dir) == {"a.txt": "1", "out.txt": "out\n", "results.nc": "weeks of work"}
    failed = host.model().pipeline(run_kwargs={"command": "exit 1"}, cleanup_on_failure=True)
    assert not failed
    assert host.files(model.staging_dir) == {"results.nc": "weeks of work"}
    assert host.record(model).adopted


def test_a_workspace_inside_its_template_is_refused_before_anything_is_made(host):
    """Its record would be a part of the template the next time."""
    config = host.template(a__txt="1")
    template = host.folder / "template"
    model = host.model(config=config, output_dir=template, run_id_subdir=False)
    with pytest.raises(TemplateError) as caught:
        model.generate()
    assert str(caught.value) == (
        f"{template}: the workspace {template} is inside this template; give the template a folder of its own"
    )
    assert host.files(template) == {"a.txt": "1"}
    assert not (template / ".rompy").exists()


def test_delete_existing_of_a_generate_that_fails_deletes_nothing(host):
    """First it is made, then the old goes."""
    host.model(config=host.template(a__txt="1")).run(command="echo 3 > out.txt")
    broken = host.model(config=host.template(a__txt="{{ missing }}"), delete_existing=True)
    with pytest.raises(TemplateError):
        broken.generate()
    assert host.files(broken.staging_dir) == {"a.txt": "1", "out.txt": "3\n"}


def test_delete_existing_without_a_subdir_removes_ours_only(host):
    """What else lies in output_dir is somebody's."""
    host.sims.mkdir()
    (host.sims / "thesis.tex").write_text("!")
    keys = {"run_id_subdir": False, "delete_existing": True}
    host.model(config=host.template(a__txt="1", b__txt="2"), **keys).run(command="echo 3 > out.txt")
    host.model(config=host.template(a__txt="4"), **keys).generate()
    assert host.files(host.sims) == {"a.txt": "4", "thesis.tex": "!"}


@pytest.mark.parametrize("keys", [{"run_id_subdir": False}, {}])
def test_files_of_others_that_the_model_wrote_to_are_never_deleted(host, keys):
    """Neither those that it appended to, nor those of it that somebody has written to since."""
    model = host.model(**keys)
    folder = model.staging_dir
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine\n")
    for _ in range(2):
        assert model.run(command="echo more >> notes.txt; echo 1 >> out.txt; echo 2 >> seen.txt")
    (folder / "seen.txt").write_text("words of another program")
    host.model(**keys, delete_existing=True).generate()
    assert host.files(folder) == {"notes.txt": "mine\nmore\nmore\n", "seen.txt": "words of another program"}


def test_a_workspace_that_is_a_symlink_is_not_emptied(host):
    """Nothing is deleted where it leads."""
    target = host.folder / "precious"
    target.mkdir()
    host.sims.mkdir()
    (host.sims / "sea").symlink_to(target)
    host.model(config=host.template(a__txt="1")).run(command="echo 3 > out.txt")
    with pytest.raises(WorkspaceError, match="it is a symlink"):
        host.model(config=host.template(a__txt="1"), delete_existing=True).generate()
    assert (target / "out.txt").exists()


def test_run_generates_only_where_that_is_needed(host):
    """The first time, when something differs, and when an input is missing."""
    config = host.template(a__txt="{{ config.n }}", more={"vars": {"n": 1}, "command": "cat a.txt"})

    def generated(model):
        result = model.run()
        return sum(e["kind"] == "stage_started" and e["stage"] == "generate" for e in host.events(model)), result

    model = host.model(config=config)
    assert [generated(model)[0], generated(model)[0]] == [1, 1]
    other = host.model(config={**config, "vars": {"n": 2}})
    count, result = generated(other)
    assert (count, result.stdout.read_text()) == (2, "2")
    (model.staging_dir / "a.txt").unlink()
    assert generated(other)[0] == 3
    assert generated(other)[0] == 3


def test_run_generates_again_when_a_variable_of_the_environment_has_changed(host, monkeypatch):
    """What is written in the file is the same, what it means is not."""
    template = host.folder / "template"
    host.template(a__txt="{{ config.n }}")
    path = host.folder / "run.yml"
    path.write_text(
        f"run_id: sea\noutput_dir: {host.sims}\nconfig:\n  model_type: template\n  template: {template}\n"
        "  command: cat a.txt\n  vars:\n    n: ${WIND_OF_TEST}\n"
    )
    for wind in ("5", "9", "9"):
        monkeypatch.setenv("WIND_OF_TEST", wind)
        model = ModelRun.from_file(path, plugin_manager=host.manager)
        assert model.run().stdout.read_text() == wind
    assert host.record(model).model_run["config"]["vars"] == {"n": "${WIND_OF_TEST}"}


def test_run_generates_again_when_a_template_has_changed(host):
    """Who edits a template and runs wants what stands there now."""
    config = host.template(a__txt="one", more={"command": "cat a.txt"})
    assert host.model(config=config).run().stdout.read_text() == "one"
    host.template(a__txt="three")
    assert host.model(config=config).run().stdout.read_text() == "three"


def test_run_generates_again_when_local_data_have_changed(host):
    """Also when the file that is brought has the same name and size."""
    wind = host.folder / "wind.txt"
    wind.write_text("one")
    config = host.template(a__txt="a", more={"command": "cat wind.txt", "data": [{"source": str(wind)}]})
    assert host.model(config=config).run().stdout.read_text() == "one"
    assert host.model(config=config).run().stdout.read_text() == "one"
    wind.unlink()
    wind.write_text("two")
    assert host.model(config=config).run().stdout.read_text() == "two"


def test_run_generates_again_for_a_model_config_without_a_name(host):
    """Its attributes say whether it differs."""

    @attrs.frozen
    class Mine:
        text: str
        command: str = "cat a.txt"
        renders_in_process = True

        def render(self, context, output_dir):
            (output_dir / "a.txt").write_text(self.text)

    assert host.model(config=Mine("one")).run().stdout.read_text() == "one"
    assert host.model(config=Mine("two")).run().stdout.read_text() == "two"


def test_a_model_config_of_a_plugin_renders_with_what_its_call_returned(host):
    """``__call__`` gives the values, ``render`` writes the files."""

    @attrs.frozen
    class Swan:
        hs: float = 1.0
        renders_in_process = True

        def __call__(self, model_run):
            return {"line": f"{model_run.run_id} {self.hs}"}

        def render(self, context, output_dir):
            (output_dir / "INPUT").write_text(f"{context['config']['line']} {context['runtime'].run_id}")

    class Plugin:
        @hookimpl
        def model_configs(self):
            return [ModelConfig(name="swan", cls=Swan)]

    model = host.model(Plugin(), config={"model_type": "swan", "hs": 2.5})
    assert host.files(model.generate()) == {"INPUT": "sea 2.5 sea"}
    assert model.to_dict()["config"] == {"model_type": "swan", "hs": 2.5}


def test_data_files_are_brought_through_the_hook(host):
    """A plugin may bring them; their arrival is an event."""

    class Plugin:
        @hookimpl
        def fetch(self, source, target):
            if not source.startswith("lake://"):
                return None
            target.write_text(source)
            return True

    data = [{"source": "lake://wind", "target": "in/wind.txt"}]
    model = host.model(Plugin(), config=host.template(a__txt="1", more={"data": data}))
    assert host.files(model.generate()) == {"a.txt": "1", "in/wind.txt": "lake://wind"}
    progress = [event["data"] for event in host.events(model) if event["kind"] == "progress"]
    assert progress == [{"file": "in/wind.txt", "size": 11}]


def test_a_full_disk_ends_the_stage_and_leaves_nothing(host):
    """/dev/full stands for it."""

    class Plugin:
        @hookimpl
        def fetch(self, target):
            with Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"x")

    data = [{"source": "lake://wind", "target": "wind.txt"}]
    model = host.model(Plugin(), config=host.template(a__txt="1", more={"data": data}))
    with pytest.raises(RompyError, match="No space left on device"):
        model.generate()
    assert host.files(model.staging_dir) == {}


STRANGER = """\
import os
import attrs
from rompy_hooks import ModelConfig, hookimpl


@attrs.frozen(kw_only=True)
class Ww3:
    text: str

    def render(self, context, output_dir):
        os.chdir(output_dir)
        os.environ["LEAK_OF_TEST"] = "1"
        with open("ww3.inp", "w") as file:
            file.write(f"{context['runtime'].run_id} {self.text}")
        if self.text == "bad":
            raise ValueError("no grid")


@hookimpl
def model_configs():
    return [ModelConfig(name="ww3", cls=Ww3)]
"""


def test_a_strangers_render_works_in_a_process_of_its_own(host):
    """Some change directory and environment; ours stay as they are, and what it raised is told."""
    file = host.folder / "rompy_plugins.py"
    file.write_text(STRANGER)
    manager = host.manager_with(local_file=file)
    before = (Path.cwd(), dict(os.environ))
    model = host.model(config={"model_type": "ww3", "text": "ok"}, plugin_manager=manager)
    assert host.files(model.generate()) == {"ww3.inp": "sea ok"}
    bad = host.model(config={"model_type": "ww3", "text": "bad"}, plugin_manager=manager)
    with pytest.raises(RompyError, match="no grid"):
        bad.generate()
    assert host.files(model.staging_dir) == {"ww3.inp": "sea ok"}
    assert (Path.cwd(), dict(os.environ)) == before


def test_the_end_asked_for_while_rendering_leaves_what_was_there(host):
    """Rendering in this process hears of nothing, so it is asked afterwards."""
    host.model(config=host.template(a__txt="old")).generate()
    cancellation = RunCancellation()

    class Slow:
        renders_in_process = True

        def render(self, context, target):
            (target / "a.txt").write_text("new")
            cancellation.request("SIGINT")

    model = host.model(config=Slow())
    with model.in_hand(cancellation=cancellation) as bound, pytest.raises(RunCancelledError) as caught:
        bound.generate()
    assert str(caught.value) == "Run 'sea' was cancelled in stage generate: SIGINT"
    assert host.files(model.staging_dir) == {"a.txt": "old"}
    assert host.record(model).stages["generate"].state == "failed"
