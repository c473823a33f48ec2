"""Containers and those who made them: a driver that dies, workspaces in use, ``rompy containers``."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import docker
import pytest
from click.testing import CliRunner

from builtin_plugins.docker.command import command
from rompy_hooks import WorkspaceInUseError

DRIVER = """
import sys
from rompy_core import ModelRun
image, folder, script, on_loss = sys.argv[1:]
ModelRun(run_id="sea", output_dir=folder).run(
    "docker", image=image, executable=script, shell=True, on_driver_loss=on_loss, grace_period=2)
"""
SCRIPT = """
exec 3<> go
trap 'echo ended; exit 0' TERM
echo up > up
while read line <&3; do echo $line; [ $line = end ] && exit 0; done
"""


class Driver:
    """A process that runs a model which waits at a pipe."""

    def __init__(self, folder: Path, image: str, on_loss: str) -> None:
        self.workspace = folder / "sea"
        self.workspace.mkdir(parents=True)
        for name in ("up", "go"):
            os.mkfifo(self.workspace / name)
        self.process = subprocess.Popen([sys.executable, "-c", DRIVER, image, str(folder), SCRIPT, on_loss])
        assert (self.workspace / "up").read_text() == "up\n"

    def say(self, line: str) -> None:
        """Tell the model something; it writes it to its log."""
        (self.workspace / "go").write_text(f"{line}\n")

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def driver(host, busybox_image, engine, one_at_a_time):
    """Starts a driver; what is left of it is removed. Not while another test prunes."""

    def start(on_loss: str) -> Driver:
        return Driver(host.sims, busybox_image, on_loss)

    yield start
    for container in ours(engine, host):
        container.remove(force=True)


def ours(engine: docker.DockerClient, host) -> list:
    """The containers of the test's workspaces."""
    found = engine.containers.list(all=True, ignore_removed=True, filters={"label": "rompy.workspace"})
    return [one for one in found if one.labels["rompy.workspace"].startswith(str(host.sims))]


def wait_until_free(workspace: Path) -> None:
    """Wait, as the kernel lets, until nobody holds the lock of a workspace."""
    subprocess.run(["flock", "--timeout", "30", str(workspace / ".rompy/lock"), "true"], check=True)


def test_container_ends_when_its_driver_is_killed(driver, host, engine):
    """It is asked to end, its last words are in the log, and it is removed."""
    killed = driver("stop")
    killed.kill()
    wait_until_free(killed.workspace)
    assert ours(engine, host) == []
    assert (killed.workspace / ".rompy/attempts/1/stdout.log").read_text() == "ended\n"
    assert not (killed.workspace / ".rompy/attempts/1/holder").exists()


def test_container_that_is_left_finishes_without_its_driver(driver, host, engine):
    """The log goes on; the workspace is in use until the end, and the error names the container."""
    killed = driver("leave")
    killed.say("one")
    killed.kill()
    (container,) = ours(engine, host)
    with pytest.raises(WorkspaceInUseError) as caught:
        host.model().run("docker", image="x", executable="true")
    said = (
        f"but its model still runs (container {container.name} ({container.id[:12]}) on {os.environ['DOCKER_HOST']});"
    )
    assert said in str(caught.value)
    killed.say("two")
    killed.say("end")
    wait_until_free(killed.workspace)
    assert (killed.workspace / ".rompy/attempts/1/stdout.log").read_text() == "one\ntwo\nend\n"
    (container,) = ours(engine, host)
    assert (container.status, container.attrs["State"]["ExitCode"]) == ("exited", 0)


def test_workspace_whose_container_runs_is_not_run(host, engine, busybox_image):
    """Though nobody holds its lock; the error says how to end the container."""
    host.model().generate()
    labels = {"rompy.run_id": "sea", "rompy.workspace": str(host.sims / "sea")}
    container = engine.containers.run(busybox_image, ["sleep", "1000"], detach=True, labels=labels)
    try:
        with pytest.raises(WorkspaceInUseError) as caught:
            host.model().run("docker", image=busybox_image, executable="true")
    finally:
        container.remove(force=True)
    assert str(caught.value) == (
        f"{host.sims}/sea is in use: container {container.name} ({container.id[:12]}) of run 'sea' still runs; wait for"
        f" it, or end it with docker rm --force {container.name}"
    )


@pytest.fixture
def made(engine, busybox_image, host):
    """Makes a container with the labels of an owner."""
    names = []

    here = os.uname().nodename

    def make(name: str, pid: int, *, on_loss: str = "stop", running: bool = False, where: str = here) -> str:
        labels = {
            "rompy.run_id": name,
            "rompy.workspace": str(host.sims),
            "rompy.host": where,
            "rompy.pid": str(pid),
            "rompy.start": "1",
            "rompy.on_driver_loss": on_loss,
        }
        container = engine.containers.create(busybox_image, ["sleep", "1000"], labels=labels)
        names.append(container.name)
        if running:
            container.start()
        return container.name

    yield make
    for name in names:
        with suppress(docker.errors.NotFound):
            engine.containers.get(name).remove(force=True)


@pytest.mark.usefixtures("one_at_a_time")
def test_prune_removes_the_containers_of_the_dead(made):
    """And no other: neither a stranger's machine's, nor one that was left on purpose and runs."""
    gone = made("gone", 4194304)
    running = made("running", 4194304, running=True)
    left = made("left", 4194304, on_loss="leave", running=True)
    away = made("away", 4194304, where="elsewhere")
    mine = made("mine", os.getpid())  # a pid that is used again: its start differs
    result = CliRunner().invoke(command, ["--prune", "--json"], standalone_mode=False)
    assert (result.exception, result.return_value) == (None, 0)
    removed = {row["container"] for row in json.loads(result.output)["removed"]}
    assert {gone, running, mine} <= removed
    assert not {left, away} & removed
    result = CliRunner().invoke(command, ["--prune", "--left"], standalone_mode=False)
    assert f"removed {left} of run left\n" in result.output


def test_containers_are_listed_with_their_owner(made, host):
    """Of one on another machine nobody can tell whether it is gone, so nobody removes its container."""
    name = made("sea", 4194304, where="elsewhere")
    lines = CliRunner().invoke(command, [], standalone_mode=False).output.splitlines()
    assert lines[0].split() == ["container", "run", "step", "state", "owner", "workspace"]
    (line,) = [line for line in lines if line.startswith(name)]
    assert line.split()[1:] == ["sea", "created", "4194304", "on", "elsewhere", str(host.sims)]


def test_containers_without_an_engine_say_what_to_do(monkeypatch):
    """An error of rompy's own."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    result = CliRunner().invoke(command, [], standalone_mode=False)
    assert str(result.exception) == (
        "no Docker Engine answers at unix:///nowhere/docker.sock: there is no such socket; start Docker"
        " (systemctl start docker), or let DOCKER_HOST or a docker context name another"
    )
