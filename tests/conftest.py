"""What most tests of runs need: a host application in a folder of its own, and gates that children wait at."""

import json
import os
import select
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rompy_core import ModelRun, PluginManager, create_plugin_manager
from rompy_core.record import Record, read_record

#: Seconds that a test waits for what must happen soon; only a failure takes so long.
PATIENCE = 30.0


class Gate:
    """A named pipe: a child and a test wait for each other there, without a clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    def __str__(self) -> str:
        return str(self.path)

    def wait(self) -> str:
        """Wait until a child writes, and give what it wrote."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        keep = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)  # so that nothing ends before somebody came
        try:
            assert select.select([descriptor], [], [], PATIENCE)[0], f"nobody came to {self.path}"
            return os.read(descriptor, 4096).decode()
        finally:
            os.close(descriptor)
            os.close(keep)

    def open(self) -> None:
        """Let go who reads here now or later; the gate stays open until the process ends."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        os.write(descriptor, b"go\n")
        _kept.append(descriptor)


_kept: list[int] = []


def gone(pid: int, seconds: float = 0.0) -> bool:
    """Whether a process has ended, or does within some seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


class Background:
    """A call in a thread; its result, or what it raised, is asked for later."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._do, daemon=True)
        self._thread.start()

    def _do(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            self._error = error

    def result(self) -> Any:
        """Wait for the end of the call."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the call does not end"
        if self._error is not None:
            raise self._error
        return self._result


class Host:
    """A host application: a folder, a plugin manager with the built-in plugins and its own, and model runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sims = folder / "sims"
        self.manager = self.manager_with()

    @staticmethod
    def manager_with(*plugins: object, **options: Any) -> PluginManager:
        """A plugin manager that knows nothing of this machine's distributions."""
        return create_plugin_manager(plugins=plugins, **{"autoload": False, "environ": {}, **options})

    def model(self, *plugins: object, **keys: Any) -> ModelRun:
        """A model run in the host's folder; with plugins, of a manager of its own."""
        given = {"run_id": "sea", "output_dir": self.sims, **keys}
        given.setdefault("plugin_manager", self.manager_with(*plugins) if plugins else self.manager)
        return ModelRun(**given)

    def template(self, *, more: dict[str, Any] | None = None, **files: str) -> dict[str, Any]:
        """A model config of a template with these files (``__`` in a name is a dot)."""
        folder = self.folder / "template"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)
        return {"model_type": "template", "template": str(folder), **(more or {})}

    def gate(self, name: str = "gate") -> Gate:
        """A gate in the host's folder."""
        return Gate(self.folder / name)

    @staticmethod
    def record(model: ModelRun) -> Record:
        """The record of a run."""
        return read_record(model.staging_dir)

    @staticmethod
    def events(model: ModelRun) -> list[dict[str, Any]]:
        """The journal of a run."""
        lines = (model.staging_dir / ".rompy/events.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    @staticmethod
    def files(folder: Path) -> dict[str, str]:
        """The files of a folder but those of its record, with their content."""
        found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
        return {str(name): path.read_text() for name, path in found.items() if name.parts[0] != ".rompy"}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host application in the test's folder."""
    return Host(tmp_path)


@pytest.fixture
def background() -> Callable[[Callable[[], Any]], Background]:
    """Does a call in a thread."""
    return Background


@pytest.fixture
def is_gone() -> Callable[..., bool]:
    """Tells whether a process has ended, or does within some seconds."""
    return gone


@pytest.fixture(autouse=True)
def _gates_close() -> Iterator[None]:
    yield
    while _kept:
        os.close(_kept.pop())
