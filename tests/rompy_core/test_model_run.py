"""Model runs as values, and their stages as a host calls them."""

import json
import logging
import os
import pickle
import signal
import threading
import warnings
from pathlib import Path

import attrs
import pytest

from rompy_core import ModelRun, Period
from rompy_hooks import ConfigError, NothingToExecuteError, RequestError, UnknownNameError, WorkspaceError


def test_a_model_run_round_trips_through_plain_data(host):
    """from_dict(to_dict()) is equal, and what is between is JSON."""
    period = {"start": "2026-01-01", "duration": "2D", "interval": "1H"}
    model = host.model(period=period, config=host.template(a__txt="x", more={"vars": {"n": 3}}), delete_existing=True)
    data = json.loads(json.dumps(model.to_dict()))
    assert ModelRun.from_dict(data, plugin_manager=host.manager) == model


def test_a_model_run_of_a_file_equals_the_one_of_its_data(host):
    """The same keys give the same value, wherever they were read."""
    model = host.model(config=host.template(a__txt="x"))
    path = host.folder / "run.json"
    path.write_text(json.dumps(model.to_dict()))
    assert ModelRun.from_file(path, plugin_manager=host.manager) == model


def test_from_file_takes_overrides(host):
    """They win over the file, as with the command's -o."""
    path = host.folder / "run.yml"
    path.write_text("run_id: sea\n")
    assert ModelRun.from_file(path, overrides=["run_id=lake"], plugin_manager=host.manager).run_id == "lake"


def test_a_model_run_travels_by_pickle_without_manager_and_hold(host):
    """What arrives is equal, and no longer in hand."""
    model = host.model(config=host.template(a__txt="x"))
    with model.in_hand() as bound:
        bound.generate()
        copy = pickle.loads(pickle.dumps(bound))
    assert copy == model
    assert copy.plugin_manager is None
    assert copy.staging_dir == model.staging_dir


def test_the_plugin_manager_is_no_part_of_the_value(host):
    """Equality, repr and plain data leave it out."""
    model = host.model()
    other = host.model(plugin_manager=host.manager_with())
    assert model == other
    assert "plugin_manager=" not in repr(model)
    assert set(model.to_dict()) == {"run_id", "output_dir", "delete_existing", "run_id_subdir"}


def test_output_dir_is_made_absolute_at_once(host, monkeypatch):
    """A host may change its working directory later."""
    monkeypatch.chdir(host.folder)
    model = ModelRun(run_id="sea", output_dir="out", plugin_manager=host.manager)
    monkeypatch.chdir("/")
    assert model.output_dir == host.folder / "out"
    assert model.staging_dir == host.folder / "out/sea"


def test_without_run_id_subdir_the_workspace_is_output_dir(host):
    """One function says so for all stages."""
    model = host.model(run_id_subdir=False)
    assert model.staging_dir == host.sims
    assert model.pipeline(run_kwargs={"command": "echo 1 > out.txt"})["staging_dir"] == str(host.sims)
    assert host.files(host.sims) == {"out.txt": "1\n"}


@pytest.mark.parametrize("run_id", ["../x", "..", "/tmp/x", "", ".", "a/b", "a\0b", "a\n", "{{ 7*7 }}", "x" * 201])
def test_a_run_id_that_could_leave_is_refused(host, run_id):
    """Nothing is created."""
    with pytest.raises(RequestError):
        host.model(run_id=run_id)
    assert not host.sims.exists()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"delete_existing": "no"}, "delete_existing"),
        ({"period": "2026"}, "period"),
        ({"output_dir": 7}, "output_dir"),
        ({"output_dir": "a\0b"}, "output_dir: must not hold a NUL byte"),
        ({"config": {"model_type": "templat"}}, "Did you mean 'template'?"),
    ],
)
def test_a_wrong_key_is_refused(host, keys, text):
    """The constructor checks as files are checked."""
    with pytest.raises((TypeError, ValueError), match="(?s)" + text.replace("?", r"\?")):
        host.model(**keys)


def test_a_period_may_be_given_as_a_mapping(host):
    """As in a file."""
    start = Period(start="2026-01-01", end="2026-01-02").start
    assert host.model(period={"start": "2026-01-01", "end": "2026-01-02"}).period.start == start


def test_generate_twice_gives_the_same_files(host):
    """And the same workspace."""
    model = host.model(config=host.template(a__txt="{{ runtime.run_id }}", b__txt="2"))
    workspace = model.generate()
    first = host.files(workspace)
    assert model.generate() == workspace == model.staging_dir
    assert host.files(workspace) == first == {"a.txt": "sea", "b.txt": "2"}


def test_generate_without_a_config_makes_an_empty_workspace(host):
    """For a backend that has a command."""
    workspace = host.model().generate()
    assert host.files(workspace) == {}
    assert (workspace / ".rompy/events.jsonl").exists()


def test_run_takes_a_name_a_mapping_and_a_config_object(host):
    """All three are the same backend."""
    from builtin_plugins.local import LocalConfig

    model = host.model()
    for spec, options in [
        ("local", {"command": "exit 3"}),
        ({"type": "local", "command": "exit 3"}, {}),
        ({"type": "local", "command": "exit 4"}, {"command": "exit 3"}),
        (LocalConfig(command="exit 3"), {}),
    ]:
        assert model.run(spec, **options).exit_code == 3


def test_a_config_object_takes_no_more_options(host):
    """They would be lost silently."""
    from builtin_plugins.local import LocalConfig

    with pytest.raises(ConfigError, match=r"^a config object takes no more options, got timeout$"):
        host.model().run(LocalConfig(command="true"), timeout=3)


@pytest.mark.parametrize(
    ("backend", "options", "error", "text"),
    [
        ("locl", {}, UnknownNameError, "no run backend is called 'locl'. Did you mean 'local'?"),
        ("local", {}, NothingToExecuteError, "backend 'local' has nothing to execute"),
        ("local", {"comand": "x"}, ConfigError, "'local' has no key 'comand'. Did you mean 'command'?"),
        ("local", {"command": ""}, ConfigError, "command: must not be empty"),
        ("local", {"command": []}, ConfigError, "command: must not be empty"),
        ("local", {"command": "x", "timeout": 0}, ConfigError, "timeout"),
        ("local", {"command": "x", "env_vars": {"A": 4}}, ConfigError, "env_vars"),
        ("local", {"command": "x", "working_dir": "../y"}, ConfigError, "working_dir"),
        ("local", {"command": "echo 'a", "shell": False}, RequestError, "No closing quotation"),
        ("local", {"command": "x", "ranks": 2, "launcher": "mpiexec '"}, RequestError, "No closing quotation"),
        ({"command": "x"}, {}, ConfigError, "needs key 'type'"),
        (7, {}, ConfigError, "must be a name or a mapping with 'type', or a config object, got 7; known: "),
    ],
)
def test_what_cannot_be_asked_for_raises_before_anything_is_created(host, backend, options, error, text):
    """A fault of the request leaves no workspace."""
    with pytest.raises(error) as caught:
        host.model().run(backend, **options)
    assert text in str(caught.value)
    assert not host.sims.exists()


def test_an_empty_list_of_processors_is_refused(host):
    """So are options for several."""
    model = host.model()
    model.generate()
    with pytest.raises(RequestError, match=r"^an empty list of processors; use 'noop' to do nothing$"):
        model.postprocess([])
    with pytest.raises(RequestError, match=r"^options for several processors: give each as a mapping"):
        model.postprocess(["noop", "noop"], checksum=True)


def test_workspace_dir_is_used_instead_of_the_own_workspace(host):
    """As it is: nothing is generated into it, and it must exist."""
    staging = host.folder / "staging"
    model = host.model(config=host.template(a__txt="x"))
    with pytest.raises(WorkspaceError, match=f"^there is no workspace {staging}; generate it first$"):
        model.run(command="true", workspace_dir=staging)
    staging.mkdir()
    (staging / "in.txt").write_text("7")
    assert model.run(command="cp in.txt out.txt", workspace_dir=str(staging))
    assert host.files(staging) == {"in.txt": "7", "out.txt": "7"}
    assert not host.sims.exists()


def test_a_workspace_of_another_run_is_refused(host):
    """Its files and its record stay as they are."""
    one = host.model(run_id="one", run_id_subdir=False)
    one.generate()
    journal = (one.staging_dir / ".rompy/events.jsonl").read_bytes()
    with pytest.raises(WorkspaceError) as caught:
        host.model(run_id="two", run_id_subdir=False).run(command="true")
    assert str(caught.value) == (
        f"{host.sims} holds another run than 'two'; give this one another output_dir or run_id"
    )
    assert (one.staging_dir / ".rompy/events.jsonl").read_bytes() == journal


def test_zip_packs_the_workspace(host, monkeypatch):
    """Beside it, or where it is asked for."""
    model = host.model()
    model.run(command="echo 1 > out.txt")
    assert model.zip() == host.sims / "sea.zip"
    monkeypatch.chdir(host.folder)
    assert model.zip("mine.zip") == host.folder / "mine.zip"


def test_a_run_in_hand_gives_itself(host):
    """So stages within stages join the same hold."""
    with host.model().in_hand() as bound, bound.in_hand() as again:
        assert again is bound


def test_nothing_is_made_before_a_stage_needs_it(host):
    """A hold alone creates nothing."""
    with host.model().in_hand():
        pass
    assert not host.sims.exists()


def test_to_dict_of_an_unnamed_model_config_says_what_to_do(host):
    """Such a run still works, and its record names the class."""

    class Mine:
        command = "true"

    model = host.model(config=Mine())
    with pytest.raises(RequestError, match="which no plugin offers as a model_type"):
        model.to_dict()
    assert model.run()
    assert host.record(model).model_run["config"]["class"].endswith("Mine")


def test_secrets_are_in_plain_data_only_when_revealed(host):
    """Keys that look secret are treated so."""
    model = host.model(config=host.template(a__txt="x", more={"vars": {"api_token": "sesame"}}))
    assert model.to_dict()["config"]["vars"] == {"api_token": "***"}
    assert model.to_dict(reveal=True)["config"]["vars"] == {"api_token": "sesame"}
    model.generate()
    assert b"sesame" not in (model.staging_dir / ".rompy/events.jsonl").read_bytes()


def _state_of_the_process():
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    root = logging.getLogger()
    return (
        Path.cwd(), dict(os.environ), handlers, list(root.handlers), root.level, list(warnings.filters),
        os.umask(os.umask(0o22)), threading.active_count(),
    )  # fmt: skip


def test_the_host_is_left_alone(host):
    """Directory, environment, signals, logging, warnings and threads are as before."""
    os.umask(0o22)
    model = host.model(config=host.template(a__txt="x"))
    model.pipeline(run_kwargs={"command": "true"})
    before = _state_of_the_process()
    model.pipeline(run_kwargs={"command": "true", "env_vars": {"X": "1"}, "threads": 3, "stream_output": True})
    model.run(command="kill -9 $$")
    assert _state_of_the_process() == before


def test_eight_runs_at_once_do_not_mix(host, background):
    """Each has its own directory, environment and logs."""
    command = 'pwd; echo "$WHO" | tee who.txt; cat input.txt'
    config = host.template(input__txt="{{ runtime.run_id }}\n")

    def one(number):
        model = host.model(run_id=f"run{number}", config=config)
        return model, model.run(command=command, env_vars={"WHO": f"w{number}"})

    for number, call in enumerate([background(lambda number=number: one(number)) for number in range(8)]):
        model, result = call.result()
        assert result
        assert result.stdout.read_text() == f"{model.staging_dir}\nw{number}\nrun{number}\n"
        assert (model.staging_dir / "who.txt").read_text() == f"w{number}\n"
        assert host.record(model).run_id == f"run{number}"


def test_one_model_run_twice_at_once_is_refused(host, background):
    """In threads of one process, too."""
    from rompy_hooks import WorkspaceInUseError

    up, go = host.gate("up"), host.gate("go")
    model = host.model()
    first = background(lambda: model.run(command=f"echo > {up}; read x < {go}"))
    up.wait()
    with pytest.raises(WorkspaceInUseError):
        model.run(command="echo 2 > out.txt")
    go.open()
    assert first.result()
    assert host.files(model.staging_dir) == {}


def test_run_keeps_the_configs_of_the_backend_in_the_record(host):
    """As they were given, so that a resume knows them; secrets replaced."""
    model = host.model()
    model.run(command="true", env_vars={"DB_PASSWORD": "sesame"}, timeout=60)
    assert host.record(model).configs == {
        "backend": {"type": "local", "command": "true", "env_vars": {"DB_PASSWORD": "***"}, "timeout": 60}
    }


def test_a_subclass_stays_itself_in_hand(host):
    """Hooks get what the host made."""

    @attrs.frozen(kw_only=True)
    class Forecast(ModelRun):
        """A model run with more."""

        cycle: int = 0

    model = Forecast(run_id="sea", output_dir=host.sims, cycle=6, plugin_manager=host.manager)
    with model.in_hand() as bound:
        assert (type(bound), bound.cycle) == (Forecast, 6)
