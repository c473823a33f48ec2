"""Following a container's output again, after the one who did so was lost."""

import os
import threading
from contextlib import suppress
from pathlib import Path

from builtin_plugins.docker.engine import Engine
from builtin_plugins.docker.trouble import engine_errors

#: Bytes of output that an engine surely still has: less than its log's files hold together.
_KEPT_BY_ENGINE = 100 * 1024**2


class LogsCopy:
    """Adds what is missing in two log files, from the engine's own copy, until the container is over."""

    def __init__(self, engine: Engine, container: str, stdout: Path, stderr: Path) -> None:
        self._engine, self._container = engine, container
        self._threads = [
            threading.Thread(target=self._copy, args=(stream, path), name=f"rompy-docker-{stream}", daemon=True)
            for stream, path in (("stdout", stdout), ("stderr", stderr))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until the output has ended."""
        for thread in self._threads:
            thread.join()

    def _copy(self, stream: str, path: Path) -> None:
        with suppress(*engine_errors()), path.open("ab", buffering=0) as file:
            have = os.fstat(file.fileno()).st_size
            # Of a longer log the engine has no beginning to be counted from; then the clock has to do.
            long = have > _KEPT_BY_ENGINE
            since = {"since": os.fstat(file.fileno()).st_mtime} if long else {}
            known = 0 if long else have
            which = {"stdout": stream == "stdout", "stderr": stream == "stderr"}
            for data in self._engine.api.logs(self._container, stream=True, follow=True, **which, **since):
                file.write(data[known:] if known else data)
                known = max(0, known - len(data))
