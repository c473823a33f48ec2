"""Faults that users of rompy 0.6 met, each with a test through the public calls or the command.

The number in a docstring is that of the list of these faults. What belongs to docker and Slurm is tested with them.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rompy_core import ModelRun, create_plugin_manager, read_pipeline_file
from rompy_hooks import ConfigError, RequestError, RompyError, RunTimeoutError, TemplateError, hookimpl

ROOT = Path(__file__).parents[1]


def _environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROMPY_", "PYTHONPATH"))}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def rompy(tmp_path):
    """The command as users start it, in the test's folder."""

    def call(*words, **env):
        return subprocess.run(
            [sys.executable, "-m", "rompy_core", *words], cwd=tmp_path, env=_environment(**env),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    return call


@pytest.fixture
def write(tmp_path):
    """Writes a pipeline file of a model run without a config."""

    def write(backend="{type: local, command: 'true'}", *, more="", run_id="sea", keys=""):
        path = tmp_path / "run.yml"
        path.write_text(
            f"config:\n  run_id: {run_id}\n  output_dir: sims\n{keys}backend: {backend}\n{more}", encoding="utf-8"
        )
        return str(path)

    return write


def _tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("run_id", ["../x", "..", "/tmp/x", "''", ".", "'a/../..'"])
def test_a_run_id_never_leads_out_of_output_dir(rompy, write, tmp_path, run_id):
    """1: such ids deleted outside the run, with delete_existing or cleanup_on_failure."""
    file = write(run_id=run_id, keys="  delete_existing: true\n", more="pipeline: {cleanup_on_failure: true}\n")
    (tmp_path / "x").mkdir()
    (tmp_path / "x/thesis.tex").write_text("!")
    before = _tree(tmp_path)
    done = rompy("pipeline", file)
    assert done.returncode == 2
    assert f"{file}:2: config.run_id: " in done.stderr
    assert "Traceback" not in done.stderr
    assert _tree(tmp_path) == before


def test_a_run_id_is_never_rendered(host):
    """2: it was rendered as a template, unsandboxed."""
    with pytest.raises(RequestError):
        host.model(run_id="{{ cycler.__init__.__globals__.os.getcwd() }}")


def test_templates_are_sandboxed_and_have_no_hooks(host):
    """2: templates and their hooks executed what stood in them."""
    text = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(TemplateError):
        host.model(config=host.template(a__txt=text)).generate()
    config = host.template(a__txt="1")
    hooks = host.folder / "template/hooks"
    hooks.mkdir()
    ran = host.folder / "hook-ran"
    (hooks / "pre_gen_project.py").write_text(f"open({str(ran)!r}, 'w')")
    workspace = host.model(config=config).generate()
    assert (workspace / "hooks/pre_gen_project.py").exists()
    assert not ran.exists()


def test_running_what_is_generated_never_deletes_its_outputs(rompy, write, tmp_path):
    """3: run --skip-generate deleted the outputs where delete_existing was set."""
    file = write("{type: local, command: 'echo 1 >> out.txt'}", keys="  delete_existing: true\n")
    assert rompy("run", file).returncode == 0
    assert rompy("run", file, "--skip-generate").returncode == 0
    assert (tmp_path / "sims/sea/out.txt").read_text() == "1\n1\n"


def test_generating_in_threads_changes_no_directory(host, background):
    """4: generate() changed the working directory, and threads wrote into other places."""
    config = host.template(a__txt="{{ runtime.run_id }}")
    before = Path.cwd()
    models = [host.model(run_id=f"r{number}", config=config) for number in range(6)]
    for call in [background(model.generate) for model in models]:
        call.result()
    assert [host.files(model.staging_dir) for model in models] == [{"a.txt": f"r{n}"} for n in range(6)]
    assert Path.cwd() == before


def test_a_timeout_ends_the_model_and_not_only_its_shell(host, is_gone):
    """5: the model ran on."""
    with pytest.raises(RunTimeoutError):
        host.model().run(command="sh -c 'echo $$ > pid; exec sleep 1000'; true", timeout=1, grace_period=0)
    assert is_gone(int((host.sims / "sea/pid").read_text()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_driver_ends_its_model(host, write, tmp_path, is_gone, number):
    """6: SIGTERM and SIGHUP left the model running."""
    up = host.gate("up")
    file = write(f"{{type: local, command: 'echo $$ > {up}; sleep 1000'}}")
    driver = subprocess.Popen(
        [sys.executable, "-m", "rompy_core", "run", file], cwd=tmp_path, env=_environment(), stderr=subprocess.DEVNULL
    )
    try:
        pid = int(up.wait())
        driver.send_signal(number)
        assert driver.wait(30) == 130
        assert is_gone(pid)
    finally:
        driver.kill()
        driver.wait()
    assert host.record(host.model()).attempts[0].result["failure"] == "cancelled"


def test_bytes_that_are_no_text_neither_hang_nor_fail_a_run(rompy, write):
    """10: one such byte hung the run until its timeout, or made it fail."""
    done = rompy("run", write("{type: local, command: \"printf 'a\\\\377b\\\\n'\", stream_output: true, timeout: 30}"))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_a_processor_that_fails_fails_the_pipeline(rompy, write, tmp_path):
    """11: it stayed successful."""
    (tmp_path / "rompy_plugins.py").write_text(
        "import attrs\nfrom rompy_hooks import Backend, ProcessConfig, hookimpl\n\n\n"
        "@attrs.frozen(kw_only=True)\nclass Sad(ProcessConfig):\n    pass\n\n\n"
        "@hookimpl\ndef backends():\n    return [Backend(kind='process', name='sad', config=Sad)]\n\n\n"
        "@hookimpl\ndef process(config: Sad):\n    return {'success': False, 'message': 'no waves'}\n"
    )
    done = rompy("pipeline", write(more="postprocessor: sad\n"))
    assert done.returncode == 1
    assert "no waves" in done.stderr


def test_postprocessing_what_is_not_there_fails(rompy, write, tmp_path):
    """11: it exited 0."""
    done = rompy("postprocess", write())
    assert done.returncode != 0
    assert "there is no workspace" in done.stderr
    assert not (tmp_path / "sims").exists()


def test_without_a_subdir_every_stage_finds_the_workspace(rompy, write, tmp_path):
    """12: run_id_subdir: false broke stage validation, noop and cleanup."""
    file = write(
        "{type: local, command: 'echo 1 > out.txt; test ! -e fail'}",
        keys="  run_id_subdir: false\n", more="pipeline: {cleanup_on_failure: true}\n",
    )  # fmt: skip
    done = rompy("pipeline", file, "--json")
    assert done.returncode == 0, done.stderr
    assert [output["path"] for output in json.loads(done.stdout)["postprocess_results"]["outputs"]] == ["out.txt"]
    (tmp_path / "sims/fail").write_text("mine")
    assert rompy("pipeline", file).returncode == 1
    assert sorted(path.name for path in (tmp_path / "sims").iterdir()) == [".rompy", "fail"]


CONFIG_THAT_RUNS = """\
import os
from pathlib import Path

import attrs
from rompy_hooks import ModelConfig, hookimpl


@attrs.frozen(kw_only=True)
class Mine:
    who: str
    seconds: float = 0.0

    def run(self, model_run):
        os.environ["WHO_OF_MINE"] = self.who
        os.chdir(model_run.staging_dir)
        if self.seconds:
            import time

            Path("pid").write_text(str(os.getpid()))
            time.sleep(self.seconds)
        Path("out.txt").write_text(os.environ["WHO_OF_MINE"])
        return None if self.who == "nobody" else self.who != "loser"


@hookimpl
def model_configs():
    return [ModelConfig(name="mine", cls=Mine)]
"""


@pytest.fixture
def mine(host, tmp_path):
    """Model runs whose config runs itself."""
    file = tmp_path / "rompy_plugins.py"
    file.write_text(CONFIG_THAT_RUNS)
    manager = create_plugin_manager(autoload=False, environ={}, local_file=file)
    return lambda who, **keys: host.model(
        run_id=who, config={"model_type": "mine", "who": who, **keys}, plugin_manager=manager
    )


def test_configs_that_run_themselves_do_not_share_directory_and_environment(mine, background):
    """13: in threads all wrote to one directory with one environment, and variables leaked."""
    before = (Path.cwd(), dict(os.environ))
    models = [mine(f"w{number}") for number in range(3)]
    assert all(call.result() for call in [background(model.run) for model in models])
    assert [(model.staging_dir / "out.txt").read_text() for model in models] == ["w0", "w1", "w2"]
    assert (Path.cwd(), dict(os.environ)) == before


def test_the_same_run_twice_at_once_is_refused(host, rompy, write, background):
    """14: one deleted the other's files."""
    up, go = host.gate("up"), host.gate("go")
    call = background(lambda: host.model().run(command=f"echo 1 > out.txt; echo > {up}; read x < {go}"))
    up.wait()
    done = rompy("run", write(keys="  delete_existing: true\n"))
    assert done.returncode == 75
    assert "is in use by process" in done.stderr
    go.open()
    assert call.result()
    assert host.files(host.sims / "sea") == {"out.txt": "1\n"}


def test_a_broken_plugin_costs_only_itself(rompy, write):
    """15: it killed the tool, --help included."""
    site = Path(write()).parent / "site"
    info = site / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rompy]\nbroken = broken_plugin_of_test\n")
    (site / "broken_plugin_of_test.py").write_text("import a_module_that_is_not_there\n")
    path = os.pathsep.join([str(site), str(ROOT)])
    for words in (["--help"], ["run", "run.yml"], ["backends"], ["plugins"]):
        done = rompy(*words, PYTHONPATH=path)
        assert "Traceback" not in done.stderr
        assert done.returncode == 0, (words, done.stderr)
        if words != ["--help"]:  # which imports no plugin
            assert "a_module_that_is_not_there" in done.stderr + done.stdout, words


def test_found_backends_can_be_used_from_the_command(rompy, write, tmp_path):
    """17: those of third parties could not."""
    info = tmp_path / "site/sea-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sea\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rompy.run]\nmycloud = sea_run_of_test:Cloud\n")
    (tmp_path / "site/sea_run_of_test.py").write_text(
        "class Cloud:\n    def __init__(self, queue):\n        self.queue = queue\n\n"
        "    def run(self, model_run):\n        (model_run.generate() / 'q.txt').write_text(self.queue)\n"
        "        return True\n"
    )
    path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    done = rompy("run", write("{type: mycloud, queue: long}"), PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sims/sea/q.txt").read_text() == "long"
    assert "mycloud" in rompy("backends", PYTHONPATH=path).stdout


def test_a_result_tells_how_a_run_ended(host):
    """18: a bare bool, exit code 37 and a segmentation fault alike, and no log file."""
    model = host.model()
    wrong, crashed = model.run(command="echo why; exit 37"), model.run(command="kill -SEGV $$")
    assert (wrong.exit_code, wrong.signal) == (37, None)
    assert (crashed.exit_code, crashed.signal) == (None, signal.SIGSEGV)
    assert wrong.stdout.read_text() == "why\n"
    assert [attempt.result["exit_code"] for attempt in host.record(model).attempts] == [37, None]


def test_output_is_there_while_the_model_runs_and_after_a_timeout(host, background):
    """19: it appeared at the end, and was lost with a timeout."""
    up, go = host.gate("up"), host.gate("go")
    model = host.model()
    call = background(lambda: model.run(command=f"echo first; echo > {up}; read x < {go}"))
    up.wait()
    assert (model.staging_dir / ".rompy/attempts/1/stdout.log").read_text() == "first\n"
    go.open()
    call.result()
    with pytest.raises(RunTimeoutError) as caught:
        model.run(command="echo so far; sleep 1000", timeout=1)
    assert caught.value.result.stdout.read_text() == "so far\n"


@pytest.mark.parametrize("seconds", ["0.5", "59", "100000", "30D"])
def test_any_positive_timeout_will_do(rompy, write, seconds):
    """20: only 60 s to 24 h would."""
    assert rompy("run", write(f"{{type: local, command: 'true', timeout: {seconds}}}")).returncode == 0


def test_shell_false_is_heeded(host):
    """21: it was ignored."""
    assert host.model().run(command="echo $HOME", shell=False).stdout.read_text() == "$HOME\n"


def test_a_config_that_runs_itself_has_a_timeout(mine, is_gone):
    """22: it was ignored."""
    model = mine("sleeper", seconds=1000)
    with pytest.raises(RunTimeoutError):
        model.run(timeout=3, grace_period=0)
    assert is_gone(int((model.staging_dir / "pid").read_text()))


def test_a_model_that_exits_0_and_has_failed_is_a_failure(rompy, write):
    """23: SWAN does so; a run with its bathymetry deleted was a success."""
    backend = (
        "{type: local, command: 'echo \"** Error: no bottom\" > Errfile; touch norm_end',"
        " expect: {error_files: Errfile, outputs: ['*.nc']}}"
    )
    done = rompy("run", write(backend))
    assert done.returncode == 1
    assert 'Errfile is not empty: "** Error: no bottom"' in done.stderr


def test_names_are_those_of_entry_points_and_a_built_in_is_not_replaced(rompy, write, tmp_path):
    """24: names came from class names, and a stranger's noop replaced the built-in one."""
    info = tmp_path / "site/thief-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thief\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[rompy.postprocess]\nnoop = thief_of_test:Noop\nother = thief_of_test:Noop\n"
    )
    (tmp_path / "site/thief_of_test.py").write_text(
        "class Noop:\n    def process(self, model_run):\n        return {'success': False, 'message': 'stolen'}\n"
    )
    path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    assert rompy("pipeline", write(more="postprocessor: noop\n"), PYTHONPATH=path).returncode == 0
    assert "stolen" in rompy("pipeline", write(more="postprocessor: other\n"), PYTHONPATH=path).stderr


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("config: {run_id: a, run_id: b}\n", "run_id"),
        ("config: {run_id: a, outputdir: x}\n", "Did you mean 'output_dir'?"),
        ("config: {run_id: a}\nbackend: {type: local, command: x, timout: 3}\n", "Did you mean 'timeout'?"),
        ("config: {run_id: a}\nbackends: {type: local, command: x}\n", "Did you mean 'backend'?"),
    ],
)
def test_misspelt_and_duplicate_keys_are_errors(rompy, tmp_path, file, text):
    """25: they were ignored."""
    (tmp_path / "run.yml").write_text(file)
    done = rompy("pipeline", "run.yml")
    assert (done.returncode, text in done.stderr) == (2, True), done.stderr
    assert _tree(tmp_path) == ["run.yml"]


def test_noop_counts_what_this_run_wrote(host):
    """26: it counted inputs, and stale outputs of an earlier run passed as new."""
    model = host.model(config=host.template(a__txt="1", more={"expect": {"outputs": ["*.nc"]}}))
    first = model.pipeline(run_kwargs={"command": "echo 1 > a.nc; echo 1 > b.nc"})
    assert [output["path"] for output in first["postprocess_results"]["outputs"]] == ["a.nc", "b.nc"]
    second = model.pipeline(run_kwargs={"command": "echo 2 >> b.nc"})
    assert [output["path"] for output in second["postprocess_results"]["outputs"]] == ["b.nc"]
    third = model.pipeline(run_kwargs={"command": "true"})
    assert (third["success"], third["stage"]) == (False, "run")


@pytest.mark.parametrize("backend", ["{type: local}", "{type: local, command: ''}", "{type: local, command: []}"])
def test_nothing_to_execute_is_an_error(rompy, write, tmp_path, backend):
    """27: it was a success."""
    done = rompy("run", write(backend))
    assert done.returncode == 2
    assert not (tmp_path / "sims").exists()


def test_a_run_that_returns_none_has_not_succeeded(mine):
    """27: it had."""
    result = mine("nobody").run()
    assert not result
    assert "returned None" in result.stderr.read_text()
    assert not mine("loser").run()


def test_secrets_are_shown_nowhere(rompy, write, tmp_path):
    """28: commands and environments were logged with them."""
    file = write(
        "{type: local, command: 'true --password=sesame', env_vars: {API_TOKEN: sesame, DB: '${SECRET_OF_TEST}'}}"
    )
    done = rompy("--debug", "-v", "run", file, SECRET_OF_TEST="sesame")
    assert done.returncode == 0, done.stderr
    assert "sesame" not in done.stderr + done.stdout
    for path in (tmp_path / "sims").rglob("*"):
        assert path.is_dir() or b"sesame" not in path.read_bytes(), path


def test_backends_and_validate_print_without_v(rompy, write):
    """29: they printed nothing."""
    assert "local" in rompy("backends").stdout
    done = rompy("validate", write())
    assert done.returncode == 0
    assert (done.stdout + done.stderr).strip()


def test_a_dollar_can_be_escaped_and_texts_stay_texts(host, tmp_path):
    """30: ${x} could not be escaped, and ${RID} of 20230101 became a number."""
    path = tmp_path / "run.yml"
    path.write_text(
        f"config: {{run_id: '${{RID}}', output_dir: {tmp_path}/sims}}\n"
        "backend: {type: local, command: 'A=7; echo $${A}'}\n"
    )
    os.environ["RID"] = "20230101"
    try:
        file = read_pipeline_file(path, plugin_manager=host.manager)
    finally:
        del os.environ["RID"]
    assert file.model_run.run_id == "20230101"
    assert file.model_run.run(file.backend).stdout.read_text() == "7\n"


def test_processors_get_only_the_options_that_were_given(host):
    """31: postprocess forced its own on processors that do not know them."""
    import attrs

    from rompy_hooks import Backend, ProcessConfig

    @attrs.frozen(kw_only=True)
    class Plain(ProcessConfig):
        """No keys."""

    class Plugin:
        @hookimpl
        def backends(self):
            return [Backend(kind="process", name="plain", config=Plain)]

        @hookimpl
        def process(self, config: Plain):
            return {"config": repr(config)}

    model = host.model(Plugin())
    model.generate()
    assert model.postprocess("plain")["success"]
    with pytest.raises(ConfigError, match="'plain' has no key 'validate_outputs'"):
        model.postprocess("plain", validate_outputs=True)


def test_a_run_that_a_crash_cut_off_is_known_and_can_be_done_again(host, tmp_path):
    """32: there was nothing to resume from after a crash."""
    up = host.gate("up")
    script = (
        "import sys; from rompy_core import ModelRun, create_plugin_manager\n"
        "ModelRun(run_id='sea', output_dir=sys.argv[1], plugin_manager=create_plugin_manager(autoload=False))"
        ".run(command=sys.argv[2])"
    )
    words = [sys.executable, "-c", script, str(host.sims), f"echo half > out.txt; echo > {up}; sleep 1000"]
    driver = subprocess.Popen(words, env=_environment())
    up.wait()
    driver.kill()
    driver.wait()
    model = host.model()
    record = host.record(model)
    assert (record.run_id, record.stages["run"].state, record.attempts[0].success) == ("sea", "started", None)
    with Path(model.staging_dir / ".rompy/lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits until the model is gone, too
    assert model.run(command="mv out.txt whole.txt").attempt == 2
    assert [attempt.success for attempt in host.record(model).attempts] == [False, True]


def test_a_full_disk_leaves_no_half_input(host):
    """33: it left empty inputs behind."""

    class Disk:
        @hookimpl
        def fetch(self, source, target):
            target.write_text("hal")
            raise OSError(28, "No space left on device")

    data = [{"source": "lake://wind", "target": "wind.nc"}]
    model = host.model(Disk(), config=host.template(a__txt="1", more={"data": data}))
    with pytest.raises(RompyError, match="No space left on device"):
        model.generate()
    assert host.files(model.staging_dir) == {}


def test_the_hosts_logging_is_left_alone(host):
    """34: importing it replaced the handlers of the root logger."""
    code = (
        "import logging\nmine = logging.NullHandler()\nlogging.getLogger().addHandler(mine)\n"
        "from rompy_core import ModelRun\nimport sys\n"
        "ModelRun(run_id='a', output_dir=sys.argv[1]).run(command='true')\n"
        "assert logging.getLogger().handlers == [mine] and logging.getLogger().level == logging.WARNING\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(host.sims)], env=_environment(), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_model_run_is_read_as_users_have_it_in_their_files(host, tmp_path):
    """The keys of rompy 0.6 are the keys of today."""
    path = tmp_path / "run.yml"
    path.write_text(
        f"run_id: sea\nperiod: {{start: 20230101T00, duration: 2D, interval: 15M}}\noutput_dir: {tmp_path}/sims\n"
        "delete_existing: true\nrun_id_subdir: true\n"
    )
    model = ModelRun.from_file(path, plugin_manager=host.manager)
    assert (model.period.duration.days, model.period.interval.total_seconds()) == (2, 900)
