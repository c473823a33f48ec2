"""The engine that a run talks to: the one that DOCKER_HOST or the docker context names."""

import errno
import os
from collections.abc import Mapping
from typing import Any

import attrs

from builtin_plugins.docker.trouble import DockerError, os_error_of, said_by

#: Engine 19.03, the first that has what is asked for here (device requests, init, platforms).
LEAST_API = (1, 40)
#: Seconds that the engine may take for an answer; only starting a container on a busy machine comes near.
_TIMEOUT = 120


@attrs.frozen(kw_only=True)
class Engine:
    """A connection to an engine; safe for one thread."""

    #: A ``docker.DockerClient``.
    client: Any
    #: Where it is, such as ``unix:///var/run/docker.sock``.
    address: str
    #: Its version, such as ``20.10.24``.
    version: str
    #: Whether it is Podman that speaks Docker's language.
    is_podman: bool = False

    @property
    def api(self) -> Any:
        """The low-level client."""
        return self.client.api

    def close(self) -> None:
        """Let go of its connections."""
        self.client.close()


def connect(environment: Mapping[str, str] | None = None) -> Engine:
    """Connect to the engine of ``DOCKER_HOST``, else of the docker context.

    ``DOCKER_TLS_VERIFY`` and ``DOCKER_CERT_PATH`` count as they do for the ``docker`` command.

    Args:
        environment: The environment; that of this process unless given.

    Raises:
        DockerError: There is none, it refuses, or it is too old.
    """
    environment = os.environ if environment is None else environment
    address, options = _address(environment)
    try:
        knock(address)
        client = _client(address, options)
        said = client.version()
    except Exception as error:
        raise DockerError(_unreachable(address, error)) from error
    api = said.get("ApiVersion", "0")
    if tuple(int(part) for part in api.split(".")[:2]) < LEAST_API:
        client.close()
        least = ".".join(map(str, LEAST_API))
        raise DockerError(
            f"the Docker Engine at {address} is too old: version {said.get('Version')} speaks API {api}, and {least}"
            " (Engine 19.03) is needed; update it"
        )
    names = [str(part.get("Name", "")) for part in said.get("Components") or ()]
    return Engine(
        client=client,
        address=address,
        version=str(said.get("Version", "")),
        is_podman=any("podman" in name.lower() for name in names),
    )


def knock(address: str) -> None:
    """See whether somebody listens at a socket of this machine: docker-py would leave its own open when nobody does.

    Raises:
        OSError: Nobody does.
    """
    if address.startswith("unix://"):
        import socket

        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.connect(address.removeprefix("unix://"))


def _client(address: str, options: dict[str, Any]) -> Any:
    import docker  # 0.1 s

    return docker.DockerClient(
        **({"base_url": address} if address else {}), version="auto", timeout=_TIMEOUT, **options
    )


def _address(environment: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Where the engine is, and how to reach it."""
    from docker.constants import DEFAULT_UNIX_SOCKET
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    try:
        if environment.get("DOCKER_HOST"):
            options = kwargs_from_env(environment=dict(environment))
        else:
            from docker.context import ContextAPI

            options = ContextAPI.kwargs_from_context(environment=environment)
    except (DockerException, OSError, ValueError) as error:
        raise DockerError(f"DOCKER_HOST or the docker context cannot be used: {said_by(error)}") from error
    address = str(options.pop("base_url", "") or DEFAULT_UNIX_SOCKET).replace("http+unix://", "unix://")
    if address.startswith("ssh://"):
        options["use_ssh_client"] = True  # the user's own ssh, with the user's own keys and settings
    return address, options


def _unreachable(address: str, error: Exception) -> str:
    cause = os_error_of(error)
    start = f"no Docker Engine answers at {address}"
    other = "or let DOCKER_HOST or a docker context name another"
    if cause is None:
        return f"{start}: {said_by(error)}"
    match cause.errno:
        case errno.ENOENT:
            return f"{start}: there is no such socket; start Docker ({_HOW}), {other}"
        case errno.ECONNREFUSED:
            return f"{start}: nobody listens there; start Docker ({_HOW}), {other}"
        case errno.EACCES | errno.EPERM:
            join = "join the group that owns the socket (docker), use rootless Docker"
            return f"{start}: you may not use it; {join}, {other}"
    return f"{start}: {cause.strerror or cause}"


_HOW = "systemctl start docker"
