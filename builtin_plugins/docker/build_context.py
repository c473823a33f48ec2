"""What a build sees: the files of its context without those that ``.dockerignore`` names, and a hash of them all."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

_CHUNK = 1024**2


@attrs.frozen(kw_only=True)
class BuildContext:
    """A Dockerfile and the folder that its build sees."""

    dockerfile: Path
    folder: Path

    @property
    def name(self) -> str | None:
        """The Dockerfile's path in the context; ``None`` where it is outside."""
        path = os.path.relpath(os.path.realpath(self.dockerfile), os.path.realpath(self.folder))
        return None if path.startswith("../") else path

    @property
    def ignore_file(self) -> Path:
        """The file of patterns: that of this Dockerfile, as BuildKit has it, else the context's."""
        own = self.dockerfile.with_name(f"{self.dockerfile.name}.dockerignore")
        return own if own.is_file() else self.folder / ".dockerignore"

    def patterns(self) -> list[str]:
        """What is left out."""
        try:
            lines = self.ignore_file.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            return []
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def files(self) -> list[str]:
        """The paths that the build sees, files, folders and links, relative to the folder, sorted."""
        from docker.utils.build import exclude_paths

        # Of a Dockerfile elsewhere the name is one that no file of a context has.
        return sorted(exclude_paths(str(self.folder), self.patterns(), dockerfile=self.name or "\0"))

    def digest(self, *, args: Mapping[str, str], target: str | None, platform: str | None) -> str:
        """A hash of all that the image is made of: contents and modes of the files, Dockerfile, arguments.

        Images that the Dockerfile starts from are not in it: ``pull: always`` looks for newer ones.

        Raises:
            OSError: A file cannot be read.
        """
        digest = hashlib.sha256(self.dockerfile.read_bytes())
        for text in _facts(args, target, platform):
            digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
        for name in self.files():
            digest.update(os.fsencode(name) + b"\0")
            _add(digest, self.folder / name)
        return digest.hexdigest()


def _facts(args: Mapping[str, str], target: str | None, platform: str | None) -> Iterator[str]:
    yield f"target={target or ''}"
    yield f"platform={platform or ''}"
    for name in sorted(args):
        yield f"{name}={args[name]}"


def _add(digest: "hashlib._Hash", path: Path) -> None:
    """Add a file's mode and contents; times don't count, as for the engine's own cache."""
    status = path.lstat()
    digest.update(f"{stat.S_IFMT(status.st_mode):o} {stat.S_IMODE(status.st_mode):o} ".encode())
    if stat.S_ISLNK(status.st_mode):
        digest.update(os.fsencode(path.readlink()))
    elif stat.S_ISREG(status.st_mode):
        digest.update(f"{status.st_size} ".encode())
        with path.open("rb") as file:
            while data := file.read(_CHUNK):
                digest.update(data)
