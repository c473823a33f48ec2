"""Containers of rompy's whose owner is gone."""

from contextlib import closing

from builtin_plugins.docker.engine import connect
from builtin_plugins.docker.owner import OwnedContainer, own_containers
from builtin_plugins.docker.trouble import DockerError, engine_errors, said_by


def list_containers() -> list[OwnedContainer]:
    """The containers that rompy made on the engine, by name.

    Raises:
        DockerError: No engine answers.
    """
    with closing(connect()) as engine:
        return _listed(engine.client)


def prune_containers(*, left: bool = False) -> tuple[list[OwnedContainer], list[str]]:
    """Remove the containers whose owner has surely ended, with their anonymous volumes.

    Args:
        left: Also those that run because ``on_driver_loss: leave`` asked for it.

    Returns:
        What was removed, and what could not be, in words.

    Raises:
        DockerError: No engine answers.
    """
    removed: list[OwnedContainer] = []
    failed: list[str] = []
    with closing(connect()) as engine:
        for container in _listed(engine.client):
            if not container.is_orphan or (container.is_left and container.is_live and not left):
                continue
            try:
                engine.api.remove_container(container.id, force=True, v=True)
            except engine_errors() as error:
                failed.append(f"container {container.name} cannot be removed: {said_by(error)}")
            else:
                removed.append(container)
    return removed, failed


def _listed(client: object) -> list[OwnedContainer]:
    try:
        return own_containers(client)
    except engine_errors() as error:
        raise DockerError(f"the containers cannot be listed: {said_by(error)}") from error
