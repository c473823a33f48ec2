"""``rompy pipeline``, as users call it."""

import json
import re
from pathlib import Path

import pytest

PLUGIN = '''
from pathlib import Path
import attrs
from rompy_hooks import Backend, ProcessConfig, ProcessResult, hookimpl

@attrs.frozen(kw_only=True)
class MapConfig(ProcessConfig):
    """A map."""
    title: str = "sea"
    good: bool = True

@hookimpl
def backends() -> list[Backend]:
    return [Backend(kind="process", name="map", config=MapConfig, summary="draw a map")]

@hookimpl
def process(config: MapConfig, workspace_dir: Path):
    if not config.good:
        return ProcessResult(success=False, message="the map is empty")
    if config.title == "raise":
        raise ZeroDivisionError("no water")
    for name in ("table.csv", "map.png"):
        (workspace_dir / name).write_text(config.title)
    return ProcessResult(
        message=f"drew {config.title}", outputs=[workspace_dir / "table.csv", "map.png"], metrics={"height_m": 2.5}
    )
'''

MAP = "postprocessor: {type: map, title: coast}"


@pytest.fixture
def plugin(tmp_path: Path) -> None:
    """A processor in a ``rompy_plugins.py`` beside the config file."""
    (tmp_path / "rompy_plugins.py").write_text(PLUGIN)


def timeless(text: str) -> str:
    """Text with its durations replaced."""
    return re.sub(r"\d+\.\d+ s", "T s", text)


def test_pipeline_ends_with_the_workspace(rompy, config, tmp_path: Path) -> None:
    """Results on stdout, progress on stderr as plain lines, and exit code 0."""
    config("echo hello > out.txt")
    result = rompy("pipeline", "run.yml")
    sea = tmp_path / "sims" / "sea"
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, str(sea / "out.txt"))
    assert timeless(result.stderr).splitlines() == [
        "generate ... done in T s",
        f"run ... started on local, log {sea}/.rompy/attempts/1/stdout.log",
        "run ... done in T s",
        "postprocess ... done in T s",
    ]


@pytest.mark.usefixtures("plugin")
def test_last_line_is_the_path_of_the_picture(rompy, config, tmp_path: Path) -> None:
    """Message, metrics, the other outputs, and last what people want to look at."""
    config(more=MAP)
    result = rompy("pipeline", "run.yml")
    sea = tmp_path / "sims" / "sea"
    assert result.stdout == f"drew coast\nheight_m: 2.5\n{sea}/table.csv\n{sea}/map.png\n"
    assert result.returncode == 0


@pytest.mark.usefixtures("plugin")
def test_output_that_is_not_there_is_no_last_line(rompy, config, tmp_path: Path) -> None:
    """The path that is shown exists, and a warning names what does not; what lies elsewhere is believed."""
    former = 'outputs=[workspace_dir / "table.csv", "map.png"]'
    text = PLUGIN.replace(former, 'outputs=["table.csv", "no.png", "x.png"]')
    (tmp_path / "rompy_plugins.py").write_text(text)
    config(more=MAP)
    result = rompy("pipeline", "run.yml")
    sea = tmp_path / "sims" / "sea"
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, f"{sea}/table.csv")
    warning = f"warning: processor 'map' tells of an output that is not there: {sea}/no.png and 1 more\n"
    assert result.stderr.endswith(warning)
    (tmp_path / "rompy_plugins.py").write_text(text.replace("no.png", "s3://bucket/x.png").replace('"x.png"', ""))
    result = rompy("pipeline", "run.yml")
    assert (result.stdout.splitlines()[-1], "warning" in result.stderr) == ("s3://bucket/x.png", False)


@pytest.mark.parametrize(("args", "told"), [((), True), (("--log-format", "json"), True), (("-q",), False)])
def test_warnings_of_a_run_are_told(rompy, config, args: tuple[str, ...], told: bool) -> None:
    """What the host and backends warn of is on stderr; with -q only errors are."""
    config("sleep 60 & true")
    result = rompy(*args, "pipeline", "run.yml")
    warning = "sleep left a process behind when it ended; ended with it"
    assert (result.returncode, warning in result.stderr) == (0, told)
    if not args:
        assert f"warning: {warning}\n" in result.stderr


@pytest.mark.usefixtures("plugin")
def test_json_is_one_document(rompy, config, tmp_path: Path) -> None:
    """With --json, stdout is for programs; progress stays on stderr."""
    config(more=MAP)
    result = rompy("pipeline", "run.yml", "--json")
    document = json.loads(result.stdout)
    assert document["success"] is True
    assert document["exit_code"] == 0
    assert document["run_id"] == "sea"
    assert document["workspace"] == str(tmp_path / "sims" / "sea")
    assert document["stages_completed"] == ["generate", "run", "postprocess"]
    assert document["postprocess_results"]["metrics"] == {"height_m": 2.5}
    assert "generate ... done in" in result.stderr


def test_quiet_shows_the_result_only(rompy, config, tmp_path: Path) -> None:
    """With -q, nothing but the result, and errors."""
    config()
    result = rompy("-q", "pipeline", "run.yml")
    expected = f"the run wrote nothing\nfiles: 0\nbytes: 0\n{tmp_path}/sims/sea\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, expected, "")


@pytest.mark.parametrize(
    ("command", "backend", "code", "reason", "log"),
    [
        ("echo begun; echo no bottom.grd >&2; exit 3", "", 1, "echo ended with exit code 3", "Log: {}/stderr.log"),
        ("kill -SEGV $$", "", 1, "was ended by signal SIGSEGV", "Log: {}/stdout.log"),
        ("sleep 30", "timeout: 0.3", 124, "s and was ended", "Log: {}/stdout.log"),
        ("echo a; echo b >&2; sleep 30", "timeout: 0.3", 124, "s and was ended", "Logs: {}"),
        ("true", "expect: {outputs: [out.nc]}", 1, "out.nc", "Log: {}/stdout.log"),
        ("/no/such/model", "", 1, "/no/such/model", "Log: {}/stderr.log"),
    ],
)
@pytest.mark.parametrize("action", ["pipeline", "run"])
def test_failed_model_has_its_exit_code(
    rompy, config, tmp_path, action: str, command: str, backend: str, code: int, reason: str, log: str
) -> None:
    """Why it failed, which log tells it, where the record is; no traceback, nothing on stdout."""
    config(command, backend=backend)
    result = rompy(action, "run.yml")
    assert (result.returncode, result.stdout) == (code, "")
    sea = tmp_path / "sims" / "sea"
    error, record = result.stderr.splitlines()[-2:]
    assert error.startswith(("Error: Run 'sea' failed: ", "Error: Run 'sea' timed out: "))
    assert reason in error
    assert error.endswith(f". {log}".format(f"{sea}/.rompy/attempts/1"))
    assert record == f"Record: {sea}/.rompy"
    assert "Traceback" not in result.stderr


def test_failed_model_shows_the_end_of_its_log(rompy, config) -> None:
    """In a pipe too: whoever reads it has the reason at hand."""
    config("echo no bottom.grd >&2; exit 3")
    lines = timeless(rompy("pipeline", "run.yml").stderr).splitlines()
    assert "    no bottom.grd" in lines
    assert "run ... FAILED after T s" in lines


def test_json_of_a_failed_model_tells_the_error(rompy, config) -> None:
    """The same document, with error and exit code."""
    config("exit 3")
    result = rompy("pipeline", "run.yml", "--json")
    document = json.loads(result.stdout)
    assert (result.returncode, document["success"], document["exit_code"]) == (1, False, 1)
    assert document["stage"] == "run"
    assert document["run_result"]["exit_code"] == 3
    assert document["error"].startswith("Run 'sea' failed: ")


@pytest.mark.usefixtures("plugin")
def test_failed_processor_fails_the_pipeline(rompy, config) -> None:
    """A processor's word counts."""
    config(more=MAP)
    result = rompy("pipeline", "run.yml", "-o", "postprocessor.good=false")
    assert result.returncode == 1
    assert "Error: Run 'sea' failed in stage postprocess: the map is empty\n" in result.stderr


@pytest.mark.usefixtures("plugin")
def test_failed_processor_may_be_passed_over(rompy, config) -> None:
    """Where the file says so the pipeline goes on, and says so too."""
    config(more=f"{MAP}\npipeline: {{type: local, continue_on_process_failure: true}}")
    result = rompy("pipeline", "run.yml", "-o", "postprocessor.good=false")
    assert result.returncode == 0
    assert "warning: run 'sea' succeeded; its postprocessing failed: the map is empty\n" in result.stderr


@pytest.mark.usefixtures("plugin")
def test_plugin_that_raises_exits_3(rompy, config) -> None:
    """A plugin's fault is told as one, without a traceback unless it is asked for."""
    config(more=MAP)
    result = rompy("pipeline", "run.yml", "-o", "postprocessor.title=raise")
    assert result.returncode == 3
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "no water" in result.stderr
    assert "Traceback" not in result.stderr
    debugged = rompy("--debug", "pipeline", "run.yml", "-o", "postprocessor.title=raise")
    assert debugged.returncode == 3
    assert "Traceback (most recent call last):" in debugged.stderr


@pytest.mark.usefixtures("plugin")
def test_no_local_plugins_leaves_the_file_alone(rompy, config, tmp_path: Path) -> None:
    """Who does not trust a folder can say so; then its processor is unknown, and nothing is made."""
    config(more=MAP)
    result = rompy("--no-local-plugins", "pipeline", "run.yml")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: run.yml:8: postprocessor.type: no processor is called 'map'.")
    assert not (tmp_path / "sims").exists()


@pytest.mark.usefixtures("plugin")
def test_options_take_the_place_of_the_files_sections(rompy, config, tmp_path: Path) -> None:
    """--processor and --backend by name and by file, several processors in order, -o over all."""
    config(more=MAP)
    (tmp_path / "other.yml").write_text("type: map\ntitle: harbour\n")
    (tmp_path / "hpc.yml").write_text("type: local\ncommand: echo from-file > told\n")
    result = rompy("pipeline", "run.yml", "--processor", "noop", "--processor", "other.yml", "--backend", "hpc.yml")
    assert result.returncode == 0, result.stderr
    assert "drew harbour" in result.stdout
    sea = tmp_path / "sims" / "sea"
    assert (sea / "told").read_text() == "from-file\n"
    assert result.stdout.splitlines()[-1] == f"{sea}/map.png"


def test_workspace_in_use_exits_75(rompy, config, start, tmp_path: Path) -> None:
    """The second one is told who has it, and touches nothing."""
    import os

    os.mkfifo(tmp_path / "ready")
    config(f"echo $$ > {tmp_path}/ready; exec sleep 60")
    first = start("pipeline", "run.yml")
    (tmp_path / "ready").read_text()
    second = rompy("pipeline", "run.yml")
    assert second.returncode == 75
    assert str(first.pid) in second.stderr
    assert second.stderr.startswith("Error: ")


def test_processor_that_returns_none_exits_3_and_is_named(rompy, config, tmp_path: Path) -> None:
    """Its plugin is at fault, not who asked for it; the name of its module is one that nobody wrote."""
    config(more="postprocessor: count")
    (tmp_path / "rompy_plugins.py").write_text(
        "import attrs\nfrom rompy_hooks import Backend, ProcessConfig, hookimpl\n"
        "@attrs.frozen(kw_only=True)\nclass CountConfig(ProcessConfig):\n    pass\n"
        "@hookimpl\ndef backends():\n    return [Backend(kind='process', name='count', config=CountConfig)]\n"
        "@hookimpl\ndef process(config: CountConfig):\n    print('counted')\n"
    )
    result = rompy("pipeline", "run.yml")
    assert result.returncode == 3
    assert (
        f"Plugin 'rompy_plugins' ({tmp_path}/rompy_plugins.py:9) returned None from hook process for 'count';"
        " return a ProcessResult or a mapping"
    ) in result.stderr
