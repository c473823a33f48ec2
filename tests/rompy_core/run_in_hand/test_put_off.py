"""What the host puts off until the model runs."""

import attrs
import pytest

from rompy_hooks import Backend, PluginError, RunConfig, StageError, hookimpl


@attrs.frozen(kw_only=True)
class SlowConfig(RunConfig):
    """A backend whose model a test plays."""


class Slow:
    """Does what a test says in the place of a model."""

    def __init__(self, act):
        self.act = act

    @hookimpl
    def backends(self):
        return [Backend(kind="run", name="slow", config=SlowConfig)]

    @hookimpl
    def run(self, config: SlowConfig, workspace_dir, context):
        self.act(workspace_dir / ".rompy/run.sh", context)
        return True


def test_local_lets_the_script_be_written_while_the_model_runs(host):
    """The model waits for it."""
    assert host.model().run(command="until test -e .rompy/run.sh; do :; done", timeout=60)


def test_a_backend_that_says_nothing_has_the_script_written_at_the_end(host):
    """Nothing depends on what a backend says."""
    seen = []
    model = host.model(Slow(lambda script, _context: seen.append(script.exists())))
    assert model.run("slow", command="swan")
    assert seen == [False]
    assert "swan" in (model.staging_dir / ".rompy/run.sh").read_text()


def test_saying_it_twice_does_it_once(host):
    """Each step of a run says it."""

    def act(script, context):
        context.started()
        inode = script.stat().st_ino
        context.started()
        assert script.stat().st_ino == inode

    model = host.model(Slow(act))
    assert model.run("slow", command="swan")


def test_a_backend_that_raises_has_the_script_written(host):
    """Who looks for the fault wants to repeat the run."""

    def act(_script, _context):
        raise LookupError("no such queue")

    model = host.model(Slow(act))
    with pytest.raises(PluginError, match="no such queue"):
        model.run("slow", command="swan")
    assert (model.staging_dir / ".rompy/run.sh").exists()


def test_a_refusal_of_the_disk_is_no_concern_of_the_backend(host):
    """It is tried again when the model has ended."""

    def act(script, context):
        (script / "in the way").mkdir(parents=True)
        context.started()
        (script / "in the way").rmdir()
        script.rmdir()

    model = host.model(Slow(act))
    assert model.run("slow", command="swan")
    assert (model.staging_dir / ".rompy/run.sh").is_file()


def test_a_refusal_that_lasts_is_told(host):
    """In the stage, and the attempt's own end is in the record."""
    model = host.model(Slow(lambda script, _context: (script / "in the way").mkdir(parents=True)))
    with pytest.raises(StageError) as caught:
        model.run("slow", command="swan")
    assert str(caught.value).startswith("Run 'sea': stage run failed: [Errno 21] Is a directory: ")
    record = host.record(model)
    assert (record.state, record.attempts[0].success) == ("failed", True)
