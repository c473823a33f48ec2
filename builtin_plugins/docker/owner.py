"""Whose a container is, as its labels tell, so that those of the dead can be found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import attrs

from rompy_core.workspace import Owner

#: Every label of ours begins so.
LABEL_PREFIX = "rompy."
RUN_ID = "rompy.run_id"
WORKSPACE = "rompy.workspace"
_STARTED = "rompy.start"
_ON_LOSS = "rompy.on_driver_loss"


def labels_of(
    run_id: str, workspace: Path, *, attempt: int, step: str, image: str, on_driver_loss: str = "stop"
) -> dict[str, str]:
    """The labels of a container that this process makes now."""
    owner = Owner.myself(run_id)
    return {
        RUN_ID: run_id,
        WORKSPACE: str(workspace),
        "rompy.attempt": str(attempt),
        "rompy.step": step,
        "rompy.image": image,
        _ON_LOSS: on_driver_loss,
        "rompy.host": owner.host,
        "rompy.user": owner.user,
        "rompy.pid": str(owner.pid),
        _STARTED: "" if owner.start is None else str(owner.start),
        "rompy.since": owner.since,
    }


@attrs.frozen(kw_only=True)
class OwnedContainer:
    """A container of ours, as the engine lists it."""

    id: str
    name: str
    image: str
    #: ``created``, ``running``, ``paused``, ``restarting``, ``removing``, ``exited`` or ``dead``.
    state: str
    #: In words, such as ``Up 2 hours``.
    status: str
    workspace: str
    step: str
    #: Whether it was to run on without its owner.
    is_left: bool
    owner: Owner

    @classmethod
    def of_listing(cls, data: Mapping[str, Any]) -> Self:
        """A container of the engine's list."""
        labels = data.get("Labels") or {}
        pid, start = labels.get("rompy.pid", ""), labels.get(_STARTED, "")
        return cls(
            id=str(data["Id"]),
            name=str((data.get("Names") or ["/"])[0]).lstrip("/"),
            image=str(labels.get("rompy.image", data.get("Image", ""))),
            state=str(data.get("State", "")),
            status=str(data.get("Status", "")),
            workspace=str(labels.get(WORKSPACE, "")),
            step=str(labels.get("rompy.step", "")),
            is_left=labels.get(_ON_LOSS) == "leave",
            owner=Owner(
                pid=int(pid) if pid.isdecimal() else 0,
                host=str(labels.get("rompy.host", "")),
                user=str(labels.get("rompy.user", "")),
                command="",
                since=str(labels.get("rompy.since", "")),
                start=int(start) if start.isdecimal() else None,
                run_id=str(labels.get(RUN_ID, "")),
            ),
        )

    @property
    def is_live(self) -> bool:
        """Whether something runs in it, or may again."""
        return self.state in ("running", "paused", "restarting")

    @property
    def is_orphan(self) -> bool:
        """Whether the process that made it has surely ended; of another machine nobody can tell."""
        return self.owner.is_gone()


def own_containers(client: Any, **labels: str) -> list[OwnedContainer]:
    """Containers of ours, running or not, by name.

    Args:
        client: A ``docker.DockerClient``.
        **labels: ``run_id`` or ``workspace`` that they must have.
    """
    wanted = [RUN_ID, *(f"{LABEL_PREFIX}{name}={value}" for name, value in labels.items())]
    listed = client.api.containers(all=True, filters={"label": wanted})
    return sorted((OwnedContainer.of_listing(each) for each in listed), key=lambda found: (found.name, found.id))
