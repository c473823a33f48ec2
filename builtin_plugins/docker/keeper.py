"""A small process beside a run, which looks after its container when the run's own process dies."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

from builtin_plugins.docker.config import DockerConfig
from rompy_hooks import RunContext

_PROGRAM = Path(__file__).with_name("keeper_program.py")
#: In an attempt's folder: what still works in the workspace, for who finds it locked.
HOLDER = "holder"
_BYE = "bye"


class Keeper:
    """The driver's side of it. It holds the workspace's lock until the container is over.

    Docker's containers run on when the client that started them dies, whatever that client had asked for. A process of
    its own notices, and ends the container or lets it finish, as ``on_driver_loss`` says.
    """

    def __init__(self, config: DockerConfig, context: RunContext) -> None:
        """Start it.

        Raises:
            OSError: No process can be started.
        """
        self._holder = context.log_dir / HOLDER
        driver = os.pidfd_open(os.getpid()) if hasattr(os, "pidfd_open") else -1
        lock = context.lock_descriptor
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", str(_PROGRAM), str(driver), *_settings(config, self._holder), *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                pass_fds=[fd for fd in (driver, lock) if fd is not None and fd >= 0],
            )
        finally:
            if driver >= 0:
                os.close(driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go and see it gone, so that the lock is free then."""
        self._tell(_BYE)  # the end of the pipe would not do: a child that the host forked has a copy
        assert self._process.stdin is not None  # noqa: S101
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()

    def watch(self, container: str, described: str, stdout: Path, stderr: Path) -> None:
        """Look after a container.

        Args:
            container: Its id.
            described: What to call it in messages.
            stdout: Where its output goes.
            stderr: Where its output goes.
        """
        with suppress(OSError):  # a full disk: the message is the poorer for it
            self._holder.write_text(described)
        self._tell(f"{container}\0{stdout}\0{stderr}")

    def forget(self) -> None:
        """The container is over."""
        self._tell("")
        self._holder.unlink(missing_ok=True)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with suppress(OSError):  # somebody killed it: the run goes on without
            self._process.stdin.write(os.fsencode(line) + b"\1")
            self._process.stdin.flush()


def _settings(config: DockerConfig, holder: Path) -> list[str]:
    kept = "remove" if config.remove_container else "keep"
    return [config.on_driver_loss, str(config.grace_period), kept, str(holder)]
