"""A real Docker Engine for the tests below: the one that DOCKER_HOST names, shared by all workers of a session."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

ROOT = Path(__file__).parents[2]
_HOW = "no Docker Engine: DOCKER_HOST is not set. As root on Debian: scripts/docker-engine run scripts/test"


def left_over(client: docker.DockerClient) -> list[str]:
    """What tests left in an engine: containers of theirs, and images of theirs without a name."""
    containers = client.containers.list(all=True, ignore_removed=True)
    # Images made from a test image inherit its label, and containers that of their image.
    ours = [one for one in containers if any(key.startswith("rompy") for key in one.labels)]
    dangling = client.images.list(filters={"dangling": True, "label": "rompy-test"})
    return sorted([f"container {one.name}" for one in ours] + [f"image {one.short_id}" for one in dangling])


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of the session share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def engine(shared_folder: Path) -> Iterator[docker.DockerClient]:
    """The engine. Whichever worker is the last to leave it looks whether something was left in it."""
    if not os.environ.get("DOCKER_HOST"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_HOW)
    client = docker.from_env(timeout=60)
    before = _found_first(client, shared_folder)
    with (shared_folder / "engine.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield client
        # Not changed in one go: two workers that leave at once would each see the other and go.
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            found = []
        else:
            found = sorted({*left_over(client)} - before)
    client.close()
    assert found == [], f"the tests left in the engine: {', '.join(found)}"


def _found_first(client: docker.DockerClient, folder: Path) -> set[str]:
    """What was in the engine before the session; somebody's own engine may have runs of rompy's in it."""
    file = folder / "engine.before"
    with (folder / "engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_text("\n".join(left_over(client)))
    return set(file.read_text().splitlines())


@pytest.fixture(scope="session")
def provide_image(engine: docker.DockerClient, shared_folder: Path) -> Callable[[str], str]:
    """Has a test image made, once a session, and gives its name."""

    def provide(name: str) -> str:
        with (shared_folder / "images.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            command = [sys.executable, str(ROOT / "scripts/docker-images"), name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return name

    return provide


@pytest.fixture(scope="session")
def busybox_image(provide_image: Callable[[str], str]) -> str:
    """The name of an image with a shell and the usual small programs (2 MB)."""
    return provide_image("rompy-test/busybox")


@pytest.fixture(scope="session")
def python_image(provide_image: Callable[[str], str]) -> str:
    """The name of an image with Debian's python3 and busybox (41 MB)."""
    return provide_image("rompy-test/python")


@pytest.fixture(scope="session")
def mpich_image(provide_image: Callable[[str], str]) -> str:
    """The name of an image with Python, MPICH, mpi4py and the program ``mpi-hello`` (80 MB)."""
    return provide_image("rompy-test/mpich")


class OwnEngine:
    """An engine that a test may kill, fill and start again; it has no image at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"

    def start(self, *options: str) -> docker.DockerClient:
        """Start it, or start it again beside its containers; ``--size 64m`` bounds what it can store."""
        assert self._script("start", *options) == f"DOCKER_HOST={self.host}\n"
        return docker.DockerClient(self.host, timeout=60)

    @property
    def pid(self) -> int:
        """The process of dockerd."""
        return int((self.folder / "docker.pid").read_text())

    def stop(self) -> None:
        """Stop it and delete all that it made."""
        self._script("stop")

    def fill(self) -> None:
        """Give it the smallest image."""
        command = [sys.executable, str(ROOT / "scripts/docker-images"), "rompy-test/busybox"]
        subprocess.run(command, env={**os.environ, "DOCKER_HOST": self.host}, check=True, capture_output=True)

    def _script(self, *words: str) -> str:
        command = [sys.executable, str(ROOT / "scripts/docker-engine"), words[0], str(self.folder), *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def left_over_in() -> Callable[[docker.DockerClient], list[str]]:
    """Tells what tests left in an engine."""
    return left_over


@pytest.fixture
def one_at_a_time(shared_folder: Path) -> Iterator[None]:
    """Keeps tests apart that start engines and compare the machine before and after."""
    with (shared_folder / "own-engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def own_engine(engine: docker.DockerClient, one_at_a_time: None) -> Iterator[OwnEngine]:
    """An engine of the test's own, not yet started; needs root and Debian's packages."""
    if os.geteuid() != 0:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("an engine of one's own needs root")
    # Not in tmp_path: the path of a socket has 107 bytes at most.
    own = OwnEngine(Path(f"/tmp/rompy-engine-test-{os.getpid()}"))
    yield own
    own.stop()
