"""As much of the Engine's API as starting and stopping one needs, with the standard library alone."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def call(path: Path, method: str, address: str, timeout: float = 30.0) -> Any:
    """Ask the engine that listens at a socket; give its JSON, or its text.

    Raises:
        OSError: Nobody listens, or the engine answers that it cannot.
    """
    connection = _Connection(path, timeout)
    try:
        connection.request(method, address)
        answer = connection.getresponse()
        body = answer.read()
    except http.client.HTTPException as error:
        raise OSError(f"{method} {address}: {error!r}") from error
    finally:
        connection.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise OSError(f"{method} {address}: {answer.status} {body.decode(errors='replace').strip()}")
    is_json = "json" in answer.headers.get("Content-Type", "")
    return json.loads(body) if is_json and body else body.decode()


def answers(path: Path) -> bool:
    """Whether an engine listens at a socket."""
    try:
        return bool(call(path, "GET", "/_ping", timeout=5) == "OK")
    except OSError:
        return False


def remove_containers(path: Path) -> None:
    """Remove all containers, running ones too, with their unnamed volumes."""
    for container in call(path, "GET", "/containers/json?all=1"):
        try:
            call(path, "DELETE", f"/containers/{container['Id']}?force=1&v=1")
        except OSError:
            continue  # it may be gone already; what is left is killed with the engine
