"""What a keeper does for a container whose driver has died."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from builtin_plugins.docker.engine import Engine, connect
from builtin_plugins.docker.following import LogsCopy
from builtin_plugins.docker.trouble import DockerError, engine_errors

#: Seconds between two looks at a container or at an engine that is away.
_LOOK_INTERVAL = 0.2
#: Seconds that a killed container may take to vanish.
_KILL_PATIENCE = 30.0


def keep(container: str, stdout: str, stderr: str, *, holder: str, leave: bool, grace: float, remove: bool) -> None:
    """Complete the logs of a container until it is over; end it first, unless it was to be left.

    Args:
        container: Its id.
        stdout: Its log.
        stderr: Its log.
        holder: The file that tells others of the container; it is deleted at the end.
        leave: Whether it may finish. It then stays, with its exit code, for whoever resumes the run.
        grace: Seconds from SIGTERM to SIGKILL.
        remove: Whether it is removed at its end.
    """
    engine = _connected()
    logs = LogsCopy(engine, container, Path(stdout), Path(stderr))
    logs.start()
    try:
        if leave:
            _wait(engine, container, None)
        else:
            _end(engine, container, grace)
    finally:
        logs.join()
    if remove and not leave:
        _ask(lambda: engine.api.remove_container(container, force=True, v=True))
    with suppress(OSError):
        Path(holder).unlink()


def _connected() -> Engine:
    """The engine; while it is away the container is as it is, and so is the lock."""
    while True:
        try:
            return connect()
        except DockerError:
            time.sleep(_LOOK_INTERVAL)


def _end(engine: Engine, container: str, grace: float) -> None:
    _ask(lambda: engine.api.kill(container, signal="SIGTERM"))
    if not _wait(engine, container, grace):
        _ask(lambda: engine.api.kill(container, signal="SIGKILL"))
        _wait(engine, container, _KILL_PATIENCE)


def _wait(engine: Engine, container: str, seconds: float | None) -> bool:
    """Whether it is over, within some seconds."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while _runs(engine, container):
        if deadline is not None and time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_INTERVAL)
    return True


def _runs(engine: Engine, container: str) -> bool:
    from docker.errors import NotFound

    try:
        return bool(engine.api.inspect_container(container)["State"]["Running"])
    except NotFound:
        return False
    except engine_errors():  # it is away: nobody knows
        return True


def _ask(request: Callable[[], Any]) -> None:
    with suppress(*engine_errors()):  # it has just ended
        request()
