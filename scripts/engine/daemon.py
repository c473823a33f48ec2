"""Start and stop a private engine: everything that it makes is in one folder and in namespaces of its own."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO

from engine import api
from engine.leftovers import clear, end, mounts_of, start_time
from engine.packages import unpacked
from engine.state import STATE_FILE, State, alive, identity
from engine.trouble import OWN_ENGINE, EngineError

#: Folders of engines that ``run`` starts begin with this, in the folder for temporary files.
PREFIX = "rompy-engine-"
_LONGEST = 60  # a socket's path has 107 bytes at most; containerd's lie deeper than ours
#: Where the engine's programs write whatever one tells them: a key, folders for plugins, the sockets of the shims.
_HIDDEN = (Path("/etc/docker"), Path("/opt/containerd"), Path("/run"))
_PATIENCE = 60.0  # seconds for an engine to start or to stop


def socket_of(folder: Path) -> Path:
    """Where the engine of a folder listens."""
    return folder / "docker.sock"


def start(folder: Path, *, bound: bool = False, size: str | None = None) -> str:
    """Start the engine of a folder, unless it runs; one that was killed is started beside its containers.

    Args:
        folder: Of this engine alone; made when it is missing.
        bound: End the engine when the thread that started it ends.
        size: Keep what the engine stores in memory, at most so much (``64m``).

    Returns:
        What DOCKER_HOST has to be.

    Raises:
        EngineError: No engine can be had, or it does not start.
    """
    _judge(folder)
    programs = _programs()
    _sweep()
    folder.mkdir(mode=0o711, exist_ok=True)
    with _locked(folder):
        state = State.read(folder)
        if state is None or not alive(state.keeper):
            _end(folder, state)
            state = _open_namespaces(folder, bound=bound, size=size)
        if not (alive(state.daemon) and api.answers(socket_of(folder))):
            _start_daemon(folder, state, programs, bound=bound)
    return f"unix://{socket_of(folder)}"


def stop(folder: Path) -> None:
    """Stop the engine of a folder and delete all that it made; nothing to stop is no error.

    Raises:
        EngineError: Something is left, or the folder is no engine's.
    """
    if not folder.exists():
        return
    state = State.read(folder)
    if state is None and any(folder.iterdir()):
        raise EngineError(f"{folder} is not the folder of an engine: it has no {STATE_FILE}; it stays as it is")
    with _locked(folder):
        _end(folder, state)
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        raise EngineError(f"{folder} cannot be deleted; does something use it?")


def _judge(folder: Path) -> None:
    if os.geteuid() != 0:
        raise EngineError(f"an engine needs root: use sudo, {OWN_ENGINE}")
    if sys.platform != "linux" or not (shutil.which("unshare") and shutil.which("setpriv")):
        raise EngineError(f"an engine needs Linux and util-linux: {OWN_ENGINE.removeprefix('or ')}")
    if len(str(folder)) > _LONGEST or folder.is_relative_to("/run"):
        raise EngineError(
            f"{folder}: the folder of an engine has {_LONGEST} letters at most and is not in /run; try /tmp/e"
        )
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != 0):
        raise EngineError(f"{folder} is not root's own folder; name another")
    if folder.exists() and any(folder.iterdir()) and not (folder / STATE_FILE).exists():
        raise EngineError(f"{folder} is not the folder of an engine: it has no {STATE_FILE}; name another")


def _programs() -> dict[str, str]:
    """The environment in which the programs of an engine are found."""
    tree = unpacked("docker.io", "containerd", "runc", "tini")
    folders = [str(tree / folder) for folder in ("usr/sbin", "usr/bin", "sbin", "bin")]
    libraries = sorted({str(file.parent) for top in ("lib", "usr/lib") for file in (tree / top).rglob("*.so.*")})
    search = os.environ.get("PATH", os.defpath).split(":")
    path = [*folders, *search, "/usr/sbin", "/sbin"]
    return {"PATH": ":".join(path), "LD_LIBRARY_PATH": ":".join(libraries)}


def _open_namespaces(folder: Path, *, bound: bool, size: str | None) -> State:
    (folder / "data").mkdir()
    command = ["unshare", "--net", "--mount", "--propagation", "slave", "--"]
    command += [sys.executable, "-I", str(Path(__file__).with_name("namespace.py"))]
    command += [":".join(map(str, _HIDDEN)), *([str(folder / "data"), size] if size else [])]
    made = [str(hidden) for hidden in _HIDDEN if not hidden.exists()]
    for hidden in made:
        Path(hidden).mkdir(parents=True)
    log = folder / "namespace.log"
    with log.open("wb") as errors:
        keeper = _spawn(command, bound=bound, stdout=subprocess.PIPE, stderr=errors)
    assert keeper.stdout is not None
    with keeper.stdout as said:
        if said.readline() != b"ready\n":
            end(keeper.pid, signal.SIGKILL, _PATIENCE)
            raise EngineError(f"namespaces cannot be had here, {OWN_ENGINE}:\n{log.read_text()}")
    group = f"rompy-engine-{keeper.pid}-{start_time(keeper.pid)}"
    state = State(identity(keeper.pid), mounts_of(keeper.pid), group, made)
    state.write(folder)
    return state


def _start_daemon(folder: Path, state: State, programs: dict[str, str], *, bound: bool) -> None:
    if state.daemon and alive(state.daemon):
        end(state.daemon[0], signal.SIGKILL, _PATIENCE)
    # A pid file that an engine left behind stops the next one when the number is in use again.
    for stale in (folder / "docker.pid", folder / "exec/containerd/containerd.pid", socket_of(folder)):
        stale.unlink(missing_ok=True)
    # A file of its own, since the machine's /etc/docker/daemon.json is read otherwise.
    (folder / "daemon.json").write_text(json.dumps(_settings(folder, state), indent=1))
    command = ["nsenter", f"--target={state.keeper[0]}", "--mount", "--net", "--"]
    command += ["dockerd", f"--config-file={folder / 'daemon.json'}"]
    environ = {"HOME": str(folder), "TMPDIR": str(folder), **programs}
    with (folder / "dockerd.log").open("ab") as log:
        daemon = _spawn(command, bound=bound, environ=environ, stdout=log, stderr=log)
    state.daemon = identity(daemon.pid)
    state.write(folder)
    limit = time.monotonic() + _PATIENCE
    while not api.answers(socket_of(folder)):
        if daemon.poll() is not None or time.monotonic() > limit:
            last = "\n".join((folder / "dockerd.log").read_text(errors="replace").splitlines()[-15:])
            _end(folder, state)
            raise EngineError(f"dockerd does not start, {OWN_ENGINE}. It said:\n{last}")
        time.sleep(0.02)


def _settings(folder: Path, state: State) -> dict[str, object]:
    return {
        "hosts": [f"unix://{socket_of(folder)}"],
        "group": "root",
        "data-root": str(folder / "data"),
        "exec-root": str(folder / "exec"),
        "pidfile": str(folder / "docker.pid"),
        "iptables": False,
        "ip6tables": False,
        # A parent of its own, so that what is left in it is ours; systemd would want a slice.
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "cgroup-parent": f"/{state.group}",
    }


def _end(folder: Path, state: State | None) -> None:
    if state is None:
        return
    if state.daemon and alive(state.daemon):
        with suppress(OSError):  # it does not answer: its containers are killed below
            api.remove_containers(socket_of(folder))
        # Nothing is worth a second for an orderly end: its mounts go with their namespace, its files are deleted.
        end(state.daemon[0], signal.SIGKILL, _PATIENCE)
    if not clear(state.mounts, state.group):
        raise EngineError(f"processes or control groups of the engine in {folder} are left: {state}")
    for made in map(Path, state.made):
        with suppress(OSError):  # another engine uses it
            made.rmdir()
    for name in (STATE_FILE, "data", "exec"):
        path = folder / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _sweep() -> None:
    """Delete what engines left whose owner was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        state = State.read(folder) if folder.stat().st_uid == os.geteuid() and not folder.is_symlink() else None
        if state and not alive(state.keeper) and not alive(state.daemon):
            stop(folder)


def _spawn(
    command: list[str],
    *,
    bound: bool,
    stdout: int | IO[bytes],
    stderr: IO[bytes],
    environ: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C is for the command that uses the engine, not for the engine.
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command] if bound else command,
        env={**os.environ, **environ},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
