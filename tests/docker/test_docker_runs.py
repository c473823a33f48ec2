"""``docker``: real containers of a real engine."""

import signal

import pytest

from builtin_plugins.docker import DockerConfig, DockerRunBackend
from rompy_hooks import EventKind, RunTimeoutError, hookimpl


@pytest.fixture
def run(host, busybox_image):
    """Runs a command in a container."""

    def run(executable=None, **options):
        options.setdefault("image", busybox_image)
        return host.model().run("docker", **({} if executable is None else {"executable": executable}), **options)

    return run


def test_a_list_has_no_shell(run):
    """Its output is in the attempt's logs, both streams apart."""
    result = run(["echo", "$HOME; *", "a  b"])
    assert result
    assert (result.stdout.read_text(), result.stderr.read_text()) == ("$HOME; * a  b\n", "")


def test_a_text_is_split_into_words(run):
    """An image may have no shell."""
    assert run("echo '$HOME  x' | cat").stdout.read_text() == "$HOME  x | cat\n"


def test_a_text_goes_through_the_images_shell_where_asked(run):
    """Pipes and variables work then."""
    result = run('echo "a b" | tr a c; echo $((6*7)) >&2', shell=True)
    assert (result.stdout.read_text(), result.stderr.read_text()) == ("c b\n", "42\n")


def test_the_workspace_is_mounted_at_one_place(run, host):
    """The working directory is there; what is written there is in the workspace and the caller's."""
    result = run("pwd; id -u; echo 7 > out.txt", shell=True)
    assert result.stdout.read_text().splitlines()[0] == "/workspace"
    out = host.sims / "sea/out.txt"
    assert (out.read_text(), out.stat().st_uid) == ("7\n", int(result.stdout.read_text().splitlines()[1]))


def test_exit_codes_are_told(run):
    """With the last line of stderr, which often says why."""
    result = run("echo one >&2; echo 'no bathymetry' >&2; exit 37", shell=True)
    assert (result.success, result.exit_code, result.signal, result.failure) == (False, 37, None, "exit_code")
    assert result.message == 'echo ended with exit code 37: "no bathymetry"'


def test_signals_are_told_apart_from_exit_codes(run):
    """Though an engine tells them as exit codes above 128."""
    result = run("kill -SEGV $$", shell=True)
    assert (result.exit_code, result.signal, result.failure) == (None, signal.SIGSEGV, "signal")
    assert result.message == "kill was ended by signal SIGSEGV"


@pytest.mark.parametrize(
    ("init", "message"),
    [
        (True, "No such file or directory; is it in the image, and may the container's user execute it?"),
        (False, 'exec: "swan.exe": executable file not found in $PATH; is the command in the image?'),
    ],
)
def test_a_program_that_the_image_lacks_is_not_started(run, init, message):
    """With the init process, which finds out itself, and without; nothing is left behind."""
    result = run("swan.exe", init=init)
    assert (result.failure, result.exit_code) == ("not_started", None)
    assert result.message.startswith("swan.exe could not be started: ")
    assert result.message.endswith(message)


def test_bytes_are_kept_as_they_are(run):
    """Also those that are no text."""
    assert run("printf '\\377\\376 \\000 end\\n'", shell=True).stdout.read_bytes() == b"\xff\xfe \0 end\n"


def test_an_image_that_is_missing_is_named_with_the_nearest(run, busybox_image):
    """Nothing is pulled where that was forbidden."""
    result = run("true", image="rompy-test/busbox", pull="never")
    assert result.failure == "not_started"
    assert result.message.startswith("image 'rompy-test/busbox' is not on the engine at ")
    assert result.message.endswith(f"and pull is 'never'. Did you mean '{busybox_image}'?")


def test_a_timeout_ends_the_container(run):
    """Though it ignores SIGTERM."""
    with pytest.raises(RunTimeoutError) as caught:
        run("trap '' TERM; while :; do sleep 1; done", shell=True, timeout=1, grace_period=0.2)
    assert str(caught.value) == "Run 'sea' timed out: trap took longer than 1 s and was ended"
    assert caught.value.result.failure == "timeout"


def test_the_record_says_which_image_it_was(run, busybox_image, engine):
    """By its id, and by the digest where a registry gave one."""
    metadata = run("true").metadata
    assert metadata["image"] == busybox_image
    assert metadata["image_id"] == engine.images.get(busybox_image).id
    assert metadata["image_digest"] is None
    assert metadata["platform"].startswith("linux/")
    assert len(metadata["containers"]) == 1


def test_steps_run_in_order_each_in_a_container(run):
    """Only the parallel one under the launcher; the run stops at the first that fails."""
    steps = [
        {"name": "grid", "command": "echo grid"},
        {"name": "waves", "command": "waves", "parallel": True},
        {"name": "output", "command": "sh -c 'exit 3'"},
        {"name": "never", "command": "true"},
    ]
    result = run(steps=steps, ranks=2, mpiexec="echo launched")
    assert [step.stdout.read_text() for step in result.steps] == ["grid\n", "launched -n 2 waves\n", ""]
    assert (result.exit_code, result.message) == (3, "step 'output' ended with exit code 3")
    assert len(result.metadata["containers"]) == 3


def test_streamed_output_reaches_watchers(host, busybox_image):
    """Line by line."""
    lines = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT:
                lines.extend(event.data["lines"])

    command = ["sh", "-c", "echo one; echo two"]
    assert host.model(Watcher()).run("docker", image=busybox_image, executable=command, stream_output=True)
    assert lines == ["one", "two"]


def test_the_class_runs_by_itself(host, busybox_image):
    """With its own config and, where asked, another workspace."""
    staging = host.folder / "staging"
    staging.mkdir()
    config = DockerConfig(image=busybox_image, executable=["sh", "-c", "echo 1 > made"])
    assert DockerRunBackend().run(host.model(), config, staging)
    assert (staging / "made").read_text() == "1\n"
