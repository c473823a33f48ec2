"""Where the Dockerfile and its context are."""

from pathlib import Path
from typing import Self

import attrs


@attrs.frozen(kw_only=True)
class Dockerfile:
    """A Dockerfile as it was named, and the folder of the file that named it."""

    #: As it was written: absolute, or relative to ``build_context``, else to the folder.
    path: str = attrs.field(validator=attrs.validators.min_len(1))
    #: The folder of the config file.
    folder: Path

    @classmethod
    def __rompy_from_text__(cls, text: str, folder: Path) -> Self:
        """What files say: a path."""
        if "\0" in text:
            raise ValueError("must not hold a NUL byte")
        return cls(path=text, folder=folder)

    def file(self, build_context: Path | None) -> Path:
        """The file itself.

        >>> Dockerfile(path="docker/Dockerfile", folder=Path("/models")).file(None)
        PosixPath('/models/docker/Dockerfile')
        >>> Dockerfile(path="docker/Dockerfile", folder=Path("/models")).file(Path("/src"))
        PosixPath('/src/docker/Dockerfile')
        """
        path = Path(self.path).expanduser() if self.path.startswith("~") else Path(self.path)
        return (build_context or self.folder) / path

    def context(self, build_context: Path | None) -> Path:
        """The folder that the build sees: the one that was named, else the Dockerfile's."""
        return build_context or self.file(None).parent
