"""What goes wrong in containers, on a real engine."""

import gc
import os
import resource
import select
import signal
import threading

import pytest

from builtin_plugins.docker import DockerConfig
from rompy_core import RunCancellation
from rompy_hooks import EventKind, hookimpl


@pytest.fixture
def run(host, busybox_image):
    """Runs a command in a container."""

    def run(executable="true", run_id="sea", **options):
        options.setdefault("image", busybox_image)
        return host.model(run_id=run_id).run("docker", executable=executable, **options)

    return run


def test_more_memory_than_allowed_is_told_apart(run, python_image):
    """The kernel ends it; the engine says why."""
    command = ["python3", "-c", "x = bytearray(100_000_000)"]
    result = run(command, image=python_image, memory="20m")
    assert (result.failure, result.signal) == ("out_of_memory", 9)
    assert result.message == "python3 used more than 20971520 bytes of memory and was ended; give more memory"


def test_child_that_used_too_much_memory_fails_the_run(run, python_image):
    """Though the model exits 0: its results lack what the child should have made."""
    command = ["sh", "-c", "python3 -c 'x = bytearray(100_000_000)'; exit 0"]
    result = run(command, image=python_image, memory="20m")
    assert (result.success, result.failure, result.exit_code) == (False, "out_of_memory", 0)
    assert result.message == (
        "sh exited 0, but a child of it was killed because they used more than 20971520 bytes of memory; give more"
        " memory"
    )


def test_ranks_that_may_not_read_each_other_are_advised(run, mpich_image):
    """What MPICH says means a capability here."""
    options = {"image": mpich_image, "mpiexec": "mpiexec", "cpu": 4}
    result = run("mpi-hello", **options)
    if not result:  # newer engines allow it
        assert result.message.endswith(
            "Ranks read each other's memory, which this container may not: add cap_add: [SYS_PTRACE], or for MPICH"
            " env_vars: {MPIR_CVAR_CH4_CMA_ENABLE: '0'}"
        )
    result = run("mpi-hello", cap_add=["SYS_PTRACE"], **options)
    assert sorted(result.stdout.read_text().splitlines()) == [f"rank {rank} of 4, sum 10" for rank in range(4)]


def test_nothing_can_be_written_to_what_is_mounted_read_only(run, tmp_path):
    """The file is as it was."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/bed.txt").write_text("7")
    result = run(["sh", "-c", "cat /data/bed.txt; echo 8 > /data/bed.txt"], volumes=[f"{tmp_path}/data:/data:ro"])
    assert (result.success, result.stdout.read_text()) == (False, "7")
    assert result.message.endswith(
        'Read-only file system". A volume with :ro cannot be written, nor can files outside the workspace that links of'
        " it lead to"
    )
    assert (tmp_path / "data/bed.txt").read_text() == "7"


def test_limits_are_those_of_the_container(host, engine, busybox_image, background):
    """Read back from the engine while it runs."""
    up, gate = host.gate("up"), host.gate("go")
    command = ["sh", "-c", "echo > /gate/up; read x < /gate/go"]
    config = DockerConfig(
        image=busybox_image, command=command, cpu=1.5, memory="64m", shm_size="32m", ulimits={"stack": "unlimited"},
        cap_add=["SYS_PTRACE"], security_opt=["no-new-privileges"], labels={"model": "swan"}, name="rompy-test-limits",
        volumes=[f"{host.folder}:/gate"], read_only=True, env_vars={"A": "b"}, threads=3,
    )  # fmt: skip
    call = background(lambda: host.model().run(backend=config))
    up.wait()
    told = engine.containers.get("rompy-test-limits").attrs
    gate.open()
    assert call.result()
    of_host = told["HostConfig"]
    assert (of_host["CpuPeriod"], of_host["CpuQuota"]) == (100_000, 150_000)
    assert (of_host["Memory"], of_host["MemorySwap"], of_host["ShmSize"]) == (64 << 20, 64 << 20, 32 << 20)
    assert of_host["Ulimits"] == [{"Name": "stack", "Soft": -1, "Hard": -1}]
    assert (of_host["CapAdd"], of_host["SecurityOpt"]) == (["SYS_PTRACE"], ["no-new-privileges"])
    assert (of_host["NetworkMode"], of_host["Init"], of_host["ReadonlyRootfs"]) == ("none", True, True)
    assert {"A=b", "OMP_NUM_THREADS=3"} <= set(told["Config"]["Env"])
    assert told["Config"]["Labels"]["model"] == "swan"
    assert told["Config"]["Labels"]["rompy.run_id"] == "sea"


def test_links_that_leave_the_workspace_can_be_read_only(host, busybox_image, tmp_path):
    """A file that was staged as a link is there; nobody writes through it."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "wind.txt").write_text("7\n")
    more = {"data": [{"source": str(data / "wind.txt"), "target": "wind.txt", "link": "symlink"}]}
    model = host.model(config=host.template(more=more))
    command = ["sh", "-c", "cat wind.txt; echo 8 > wind.txt"]
    result = model.run("docker", image=busybox_image, executable=command)
    assert (result.success, result.stdout.read_text()) == (False, "7\n")
    assert (data / "wind.txt").read_text() == "7\n"


def test_eight_containers_run_at_once(run):
    """From as many threads; none knows of another."""
    results = {}

    def work(number):
        results[number] = run(["sh", "-c", f"echo {number}"], run_id=f"sea-{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: result.stdout.read_text() for number, result in results.items()} == {n: f"{n}\n" for n in range(8)}


def test_cancellation_ends_the_container(host, busybox_image, background, engine):
    """It is asked to end first."""
    gate = host.gate("up")
    model = host.model()
    script = "trap 'echo asked; exit 5' TERM; echo > /gate/up; while :; do sleep 0.1; done"
    volumes = [f"{host.folder}:/gate"]
    cancellation = RunCancellation()

    def work():
        with model.in_hand(cancellation=cancellation) as bound:
            return bound.run("docker", image=busybox_image, executable=script, shell=True, volumes=volumes)

    call = background(work)
    gate.wait()
    cancellation.request("the forecast is no longer needed")
    result = call.result()
    assert (result.failure, result.message) == ("cancelled", "trap was ended: the forecast is no longer needed")
    assert result.stdout.read_text() == "asked\n"


def test_a_container_that_is_kept_can_be_looked_at(run, engine):
    """As its name says; the next of the same name is refused, and says whose it is."""
    assert run("true", remove_container=False, name="rompy-test-kept")
    try:
        result = run("true", name="rompy-test-kept")
    finally:
        engine.containers.get("rompy-test-kept").remove()
    assert result.failure == "not_started"
    assert result.message.endswith("; choose another name, or remove that container")


def test_stdin_is_a_file_of_the_workspace(host, busybox_image):
    """Else it is at its end at once."""
    model = host.model(config=host.template(in__txt="7\n" * 100_000))
    steps = [{"name": "a", "command": "cat"}, {"name": "b", "command": "wc -l", "stdin": "in.txt"}]
    result = model.run("docker", image=busybox_image, steps=steps)
    assert [step.stdout.read_text().split() for step in result.steps] == [[], ["100000"]]


def test_container_that_somebody_removes_is_lost(host, busybox_image, background, engine):
    """And told so."""
    gate = host.gate("up")
    command = ["sh", "-c", "echo > /gate/up; sleep 1000"]
    options = {"image": busybox_image, "volumes": [f"{host.folder}:/gate"], "name": "rompy-test-removed"}
    call = background(lambda: host.model().run("docker", executable=command, **options))
    gate.wait()
    engine.containers.get("rompy-test-removed").remove(force=True)
    result = call.result()
    assert (result.failure, result.message) == ("lost", "sh was lost: somebody removed its container while it ran")


def test_no_engine_says_what_to_do(run, monkeypatch):
    """A result, since the run's files are there."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    result = run()
    assert result.failure == "not_started"
    assert result.message == (
        "no Docker Engine answers at unix:///nowhere/docker.sock: there is no such socket; start Docker"
        " (systemctl start docker), or let DOCKER_HOST or a docker context name another"
    )


def test_output_that_floods_is_kept_whole(run):
    """In as much memory as a few lines need."""
    run()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    flood = "dd if=/dev/zero bs=64k count=3200 2> /dev/null; dd if=/dev/zero bs=1 count=5000 >&2 2> /dev/null"
    result = run(["sh", "-c", flood])
    assert (result.stdout.stat().st_size, result.stderr.stat().st_size) == (3200 << 16, 5000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 5 * 1024


# docker-py leaves a socket open whose connect fails: https://github.com/docker/docker-py, transport/unixconn.py
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.slow
def test_engine_that_is_killed_during_a_run_loses_it(own_engine, host, monkeypatch, background):
    """When it is back, the container is gone and the result says so; the run's files stay."""
    client = own_engine.start()
    own_engine.fill()
    monkeypatch.setenv("DOCKER_HOST", own_engine.host)
    seen = threading.Event()

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT:
                seen.set()

    options = {"image": "rompy-test/busybox", "stream_output": True}
    call = background(
        lambda: host.model(Watcher()).run("docker", executable=["sh", "-c", "echo first; sleep 1000"], **options)
    )
    assert seen.wait(30)
    kill_and_wait(own_engine.pid)
    client.close()
    client = own_engine.start()
    result = call.result()
    assert result.failure == "lost"
    assert result.message == f"sh was lost: the engine at {own_engine.host} was restarted, which ended its container"
    assert result.stdout.read_text() == "first\n"
    assert client.containers.list(all=True) == []
    client.close()
    gc.collect()  # here, where its complaint is expected


def kill_and_wait(pid: int) -> None:
    """Kill a process and wait until it is gone."""
    descriptor = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([descriptor], [], [], 30)
    os.close(descriptor)
