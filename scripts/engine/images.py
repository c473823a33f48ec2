"""Test images without a registry: a tree of files becomes an image of one layer."""

import hashlib
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import image_trees
from engine.cache import made_once
from engine.trouble import EngineError

#: All images for tests, and all that is made from them, carry this label.
LABEL = "rompy-test"
_KEY = "rompy-test.key"

_TREES: dict[str, Callable[[Path], None]] = {
    f"{LABEL}/busybox": image_trees.busybox,
    f"{LABEL}/python": image_trees.python,
    f"{LABEL}/mpich": image_trees.mpich,
}
NAMES = tuple(_TREES)


def provide(client: Any, name: str) -> str:
    """Have an image in an engine; nothing is done where it is there already.

    Args:
        client: A ``docker.DockerClient``.
        name: One of ``NAMES``.

    Returns:
        The image's id.

    Raises:
        EngineError: The image cannot be made.
    """
    key = hashlib.sha256(Path(image_trees.__file__).read_bytes()).hexdigest()[:12]
    for image in client.images.list(filters={"label": [f"{LABEL}=1", f"{_KEY}={key}"], "reference": name}):
        return str(image.id)
    archive = made_once(f"{name.partition('/')[2]}-{key}.tar", lambda path: _pack(_TREES[name], path))
    changes = [f"LABEL {LABEL}=1 {_KEY}={key}", "ENV PATH=/usr/bin:/bin", 'CMD ["/bin/sh"]']
    said = client.api.import_image_from_file(str(archive), repository=name, tag="latest", changes=changes)
    if "error" in said:
        raise EngineError(f"{name} cannot be imported: {said}")
    return str(client.images.get(name).id)


def remove_all(client: Any) -> None:
    """Remove the containers and images that carry the label of the tests, dangling ones too."""
    for container in client.containers.list(all=True, ignore_removed=True, filters={"label": LABEL}):
        container.remove(force=True, v=True)
    for image in client.images.list(all=True, filters={"label": LABEL}):
        client.images.remove(image.id, force=True)


def _pack(make: Callable[[Path], None], archive: Path) -> None:
    tree = archive.with_suffix(".tree")
    tree.mkdir(mode=0o755)
    make(tree)
    with tarfile.open(archive, "w") as file:
        for path in sorted(tree.iterdir()):
            file.add(path, path.name, filter=_owned_by_root)


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
