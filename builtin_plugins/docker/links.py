"""Symbolic links of a workspace that leave it: what they lead to is mounted too, to be read only."""

import os
from collections.abc import Iterator
from pathlib import Path

import attrs

from builtin_plugins.docker.volumes import WORKSPACE

# There a link means what the image has: mounting this machine's over it would break the image.
_OF_THE_IMAGE = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr")


@attrs.frozen
class OutwardLink:
    """A link that leaves the workspace."""

    #: Relative to the workspace.
    link: str
    #: Where it leads on this machine, all links followed.
    source: str
    #: Where it leads in the container.
    target: str

    @property
    def is_of_the_image(self) -> bool:
        """Whether it leads into the image's own folders, so that nothing is mounted."""
        return any(self.target == place or self.target.startswith(f"{place}/") for place in _OF_THE_IMAGE)

    @property
    def exists(self) -> bool:
        """Whether there is something on this machine."""
        return os.path.exists(self.source)  # noqa: PTH110 - Path.exists raises where a link leads to itself


def outward_links(workspace: Path, record_dir: str = ".rompy") -> list[OutwardLink]:
    """The links of a workspace that lead out of it, sorted by name; its record is left out.

    A file that was staged with ``link: symlink`` is one.
    """
    root = os.path.realpath(workspace)
    found = []
    for link in _links(root, record_dir):
        relative = os.path.relpath(link, root)
        source = os.path.realpath(link)
        target = os.path.normpath(WORKSPACE / Path(relative).parent / os.readlink(link))  # noqa: PTH115
        inside = target == str(WORKSPACE) or target.startswith(f"{WORKSPACE}/")
        if not inside:
            found.append(OutwardLink(relative, source, target))
    return sorted(found, key=lambda each: each.link)


def _links(root: str, left_out: str) -> Iterator[str]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    yield entry.path
                elif entry.is_dir(follow_symlinks=False) and not (folder == root and entry.name == left_out):
                    waiting.append(entry.path)
