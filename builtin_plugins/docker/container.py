"""What a container is made with."""

import os
import re
import shlex
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from builtin_plugins.docker.config import DockerConfig
from builtin_plugins.docker.engine import Engine
from builtin_plugins.docker.images import Image
from builtin_plugins.docker.links import OutwardLink
from builtin_plugins.docker.owner import labels_of
from builtin_plugins.docker.volumes import WORKSPACE
from rompy_core import words_of
from rompy_hooks import ResolvedStep, RunContext

#: Microseconds in which a container may use ``cpu`` times as many of processor time; the kernel's own default.
_CPU_PERIOD = 100_000
# The engine's own copy of the output: enough to follow it again when a connection broke, and bounded.
# It is the "local" driver because "json-file" replaces bytes that are no UTF-8.
_LOG = {"max-size": "64m", "max-file": "3", "compress": "false"}


def container_name(config: DockerConfig, context: RunContext, step: ResolvedStep) -> str:
    """Name of a step's container."""
    several = len(context.steps) > 1
    if config.name is not None:
        return f"{config.name}-{step.name}" if several else config.name
    name = f"rompy-{context.run_id}{f'-{step.name}' if several else ''}-{uuid.uuid4().hex[:8]}"
    return re.sub(r"[^a-zA-Z0-9_.-]", "_", name)


def create_options(
    engine: Engine,
    image: Image,
    step: ResolvedStep,
    config: DockerConfig,
    context: RunContext,
    workspace: Path,
    links: Sequence[OutwardLink] = (),
) -> dict[str, Any]:
    """Arguments of docker-py's ``create_container``."""
    working_dir = WORKSPACE / PurePosixPath(*(config.working_dir or Path()).parts)
    options: dict[str, Any] = {
        "image": image.id,
        "command": list(words_of(step, config, shell=config.shell)),
        "name": container_name(config, context, step),
        "environment": dict(context.environment),
        "working_dir": str(working_dir),
        "user": user_of(config),
        "stdin_open": step.stdin is not None,
        "labels": {
            **config.labels,
            **labels_of(
                context.run_id,
                workspace,
                attempt=context.attempt,
                step=step.name,
                image=image.name,
                on_driver_loss=config.on_driver_loss,
            ),
        },
        "host_config": engine.api.create_host_config(**_host_options(engine, config, workspace, links)),
        "platform": config.platform,
    }
    if config.entrypoint is not None:
        words = shlex.split(config.entrypoint) if isinstance(config.entrypoint, str) else list(config.entrypoint)
        options["entrypoint"] = words or [""]  # what the API takes for none
    return options


def user_of(config: DockerConfig) -> str:
    """Whom the container's processes run as: the caller, unless the config names somebody."""
    return f"{os.getuid()}:{os.getgid()}" if config.user is None else str(config.user)


def _host_options(
    engine: Engine, config: DockerConfig, workspace: Path, links: Sequence[OutwardLink]
) -> dict[str, Any]:
    from docker.types import LogConfig

    return {
        "mounts": _mounts(config, workspace, links),
        "binds": [volume.bind() for volume in config.volumes if volume.selinux],
        "network_mode": config.network,
        "init": config.init,
        "read_only": config.read_only,
        "cap_add": list(config.cap_add) or None,
        "security_opt": list(config.security_opt) or None,
        "shm_size": config.shm_size,
        "ulimits": [_ulimit(name, limit) for name, limit in config.ulimits.items()] or None,
        "device_requests": None if config.gpus is None else [_gpus(config.gpus)],
        "log_config": None if engine.is_podman else LogConfig(type="local", config=_LOG),
        **_limits(config),
    }


def _limits(config: DockerConfig) -> dict[str, int]:
    limits: dict[str, int] = {}
    if config.cpu is not None:
        # Not nano_cpus: that is refused above what the machine has, and a config is for more than one machine.
        limits |= {"cpu_period": _CPU_PERIOD, "cpu_quota": max(1000, round(config.cpu * _CPU_PERIOD))}
    if config.memory is not None:
        # With swap the same: memory that is paged out would make a limit mean half of what it says.
        limits |= {"mem_limit": config.memory, "memswap_limit": config.memory}
    return limits


def _mounts(config: DockerConfig, workspace: Path, links: Sequence[OutwardLink]) -> list[Any]:
    from docker.types import Mount

    # Mounts and no binds: of a source that is missing an engine makes a folder of root's, but refuses a mount of it.
    mounts = [Mount(str(WORKSPACE), str(workspace), type="bind")]
    taken = {volume.target for volume in config.volumes}
    for volume in config.volumes:
        kind = "bind" if volume.is_path else "volume"
        if not volume.selinux:
            mounts.append(Mount(volume.target, volume.source, type=kind, read_only=volume.read_only))
    for link in links:
        # What a volume already brings is there.
        if link.target not in taken and not any(link.target.startswith(f"{target}/") for target in taken):
            taken.add(link.target)
            mounts.append(Mount(link.target, link.source, type="bind", read_only=True))
    return mounts


def _ulimit(name: str, limit: int | str) -> Any:
    from docker.types import Ulimit

    soft, _, hard = str(limit).replace("unlimited", "-1").partition(":")
    return Ulimit(name=name, soft=int(soft), hard=int(hard or soft))


def _gpus(gpus: int | str) -> Mapping[str, Any]:
    from docker.types import DeviceRequest

    if gpus == "all" or isinstance(gpus, int) or gpus.isdecimal():
        count = -1 if gpus == "all" else int(gpus)
        return DeviceRequest(count=count, capabilities=[["gpu"]])  # type: ignore[no-any-return]
    return DeviceRequest(device_ids=gpus.split(","), capabilities=[["gpu"]])  # type: ignore[no-any-return]
