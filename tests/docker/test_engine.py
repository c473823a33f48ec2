"""The engine that the tests use, its images, and that it leaves nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts/docker-engine"


def run_in(engine: docker.DockerClient, image: str, *command: str) -> tuple[int, str]:
    """Run a command in a container; its exit code and what it said."""
    container = engine.containers.create(image, list(command), network_mode="none", init=True)
    try:
        container.start()
        code = container.wait(timeout=60)["StatusCode"]
        return code, container.logs().decode()
    finally:
        container.remove(force=True)


def traces() -> dict[str, list[str]]:
    """What of this machine an engine could change for good."""
    names = (
        "/etc/docker",
        "/run/containerd",
        "/run/docker",
        "/opt/containerd",
        "/var/lib/docker",
        "/var/lib/containerd",
    )
    return {
        "mounts": sorted(line.split(" - ")[0] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        "links": sorted(entry.name for entry in Path("/sys/class/net").iterdir()),
        "places": [name for name in names if Path(name).exists()],
    }


def groups_of(folder: Path) -> list[str]:
    """The control groups of an engine that runs."""
    name = json.loads((folder / "engine.json").read_text())["group"]
    return [found for found, _, _ in os.walk("/sys/fs/cgroup") if name in found]


def processes_of(folder: Path) -> list[str]:
    """The command lines that name a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found


def script(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """What the script says, without an engine given."""
    known = {name: value for name, value in os.environ.items() if name != "DOCKER_HOST"}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words], env={**known, **environ}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("word", "code"), [("true", 0), ("false", 1)])
def test_busybox_gives_the_exit_code(engine: docker.DockerClient, busybox_image: str, word: str, code: int) -> None:
    """A program of the smallest image runs."""
    assert run_in(engine, busybox_image, word) == (code, "")


def test_python_runs(engine: docker.DockerClient, python_image: str) -> None:
    """Python has the modules that rest on libraries, and a shell beside it."""
    code = "import ctypes, json, sqlite3, ssl, subprocess; print(subprocess.check_output('echo sea', shell=True))"
    assert run_in(engine, python_image, "python3", "-c", code) == (0, "b'sea\\n'\n")


def test_mpi_runs_two_ranks(engine: docker.DockerClient, mpich_image: str) -> None:
    """Two ranks find each other and add up."""
    code, said = run_in(engine, mpich_image, "mpiexec", "-n", "2", "mpi-hello")
    assert (code, sorted(said.splitlines())) == (0, ["rank 0 of 2, sum 3", "rank 1 of 2, sum 3"])


def test_images_are_made_once(engine: docker.DockerClient, busybox_image: str, provide_image: Any) -> None:
    """Asking again gives the same image."""
    before = engine.images.get(busybox_image).id
    assert engine.images.get(provide_image("rompy-test/busybox")).id == before


def test_left_over_names_containers_and_images(
    engine: docker.DockerClient, busybox_image: str, left_over_in: Callable[[docker.DockerClient], list[str]]
) -> None:
    """The check at the end of the session sees what a test would forget."""
    container = engine.containers.create(busybox_image, ["true"], name=f"rompy-forgotten-{os.getpid()}")
    try:
        image = container.commit()
        try:
            found = left_over_in(engine)
        finally:
            engine.images.remove(image.id)
    finally:
        container.remove()
    assert f"container {container.name}" in found
    assert f"image {image.short_id}" in found


def test_stop_leaves_nothing(own_engine: Any) -> None:
    """A container that is deaf to SIGTERM, one that is paused, and the engine itself are gone without a trace."""
    before = traces()
    client = own_engine.start()
    own_engine.fill()
    for name in ("deaf", "paused"):
        client.containers.run(
            "rompy-test/busybox", ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], name=name, detach=True
        )
    client.containers.get("paused").pause()
    client.close()
    assert processes_of(own_engine.folder)
    groups = groups_of(own_engine.folder)
    assert groups
    own_engine.stop()
    assert processes_of(own_engine.folder) == []
    assert [group for group in groups if Path(group).exists()] == []
    assert not own_engine.folder.exists()
    assert traces() == before


def test_stop_ends_containers_of_a_killed_engine(own_engine: Any) -> None:
    """Where the engine cannot end its containers any more, the script does, paused ones too."""
    before = traces()
    client = own_engine.start()
    own_engine.fill()
    client.containers.run("rompy-test/busybox", ["sleep", "1000"], name="alone", detach=True).pause()
    client.close()
    groups = groups_of(own_engine.folder)
    os.kill(own_engine.pid, signal.SIGKILL)
    own_engine.stop()
    assert [group for group in groups if Path(group).exists()] == []
    assert processes_of(own_engine.folder) == []
    assert traces() == before


def test_start_again_finds_the_containers(own_engine: Any) -> None:
    """A killed engine starts in its old namespaces; a running one is left as it is."""
    client = own_engine.start()
    own_engine.fill()
    container = client.containers.create("rompy-test/busybox", ["true"])
    first = own_engine.pid
    own_engine.start().close()
    assert own_engine.pid == first
    os.kill(first, signal.SIGKILL)
    own_engine.start().close()
    assert own_engine.pid != first
    assert client.containers.get(container.id).status == "created"
    client.close()


def test_size_bounds_what_an_engine_stores(own_engine: Any) -> None:
    """A small data root is full soon."""
    client = own_engine.start("--size", "32m")
    own_engine.fill()
    # Its log is full too, so the exit code has to tell.
    code = "dd if=/dev/zero of=/big bs=1M count=64; test $(stat -c %s /big) -lt 33554432 && exit 42"
    assert run_in(client, "rompy-test/busybox", "sh", "-c", code)[0] == 42
    client.close()


@pytest.mark.usefixtures("engine", "one_at_a_time")
def test_run_hands_on_host_and_exit_code() -> None:
    """The command sees its engine, its code is the script's, and nothing stays."""
    before = traces()
    code = "import os, sys; print(os.environ['DOCKER_HOST']); sys.exit(7)"
    done = script("run", sys.executable, "-c", code)
    assert done.returncode == 7, done.stderr
    socket = done.stdout.strip().removeprefix("unix://")
    assert socket.startswith("/tmp/rompy-engine-")
    assert not Path(socket).parent.exists()
    assert traces() == before


def test_run_uses_the_engine_that_is_given() -> None:
    """DOCKER_HOST wins, and no engine is started."""
    done = script("run", sys.executable, "-c", "import os; print(os.environ['DOCKER_HOST'])", DOCKER_HOST="tcp://sea:1")
    assert (done.returncode, done.stdout) == (0, "tcp://sea:1\n")


def test_folders_of_others_stay(tmp_path: Path) -> None:
    """A folder that is no engine's is neither used nor deleted."""
    (tmp_path / "mine").write_text("dear")
    done = script("stop", str(tmp_path))
    text = f"No Docker Engine: {tmp_path} is not the folder of an engine: it has no engine.json; it stays as it is\n"
    assert (done.returncode, done.stderr) == (69, text)
    assert (tmp_path / "mine").read_text() == "dear"


@pytest.mark.usefixtures("engine", "one_at_a_time")
def test_a_killed_run_is_cleaned_up_by_the_next(is_gone: Callable[..., bool]) -> None:
    """The engine of a script that was killed ends by itself, and its folder goes with the next start."""
    before = traces()
    code = "import os, sys; print(os.environ['DOCKER_HOST'], flush=True); os.kill(os.getppid(), 9)"
    done = script("run", sys.executable, "-c", code)
    folder = Path(done.stdout.strip().removeprefix("unix://")).parent
    state = json.loads((folder / "engine.json").read_text())
    assert [is_gone(state[name][0], 30.0) for name in ("keeper", "daemon")] == [True, True]
    assert script("run", "true").returncode == 0
    assert not folder.exists()
    assert traces() == before


def test_without_an_engine_tests_fail_in_ci_and_are_skipped_elsewhere(tmp_path: Path) -> None:
    """A missing engine is told with what would do; where CI is set it is a failure."""
    wanted = "no Docker Engine: DOCKER_HOST is not set. As root on Debian: scripts/docker-engine run scripts/test"
    for ci, outcome in (("", "1 skipped"), ("true", "1 error")):
        known = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_HOST", "PYTEST"))}
        words = ["-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}", f"{__file__}::test_python_runs"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words],
            env={**known, "CI": ci},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert wanted in done.stdout
        assert done.stdout.splitlines()[-1].startswith(outcome)
