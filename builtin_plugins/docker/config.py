"""The keys of ``backend: {type: docker, ...}``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs.validators import and_, deep_iterable, gt, instance_of, matches_re, optional

from builtin_plugins.docker.dockerfile import Dockerfile
from builtin_plugins.docker.owner import LABEL_PREFIX
from builtin_plugins.docker.reference import parse_reference
from builtin_plugins.docker.volumes import Volume
from rompy_hooks import ByteSize, RunConfig, parse_byte_size

#: The engine refuses less.
_LEAST_MEMORY = 6 * 1024**2

_texts = deep_iterable(member_validator=instance_of(str), iterable_validator=instance_of(tuple))
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(/v[0-9]+)?")
_ULIMIT = re.compile(r"(?:\d+|-1|unlimited)(?::(?:\d+|-1|unlimited))?")
_ULIMITS = frozenset(
    {"as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc"}
    | {"rss", "rtprio", "rttime", "sigpending", "stack"}
)


def _to_bytes(value: Any) -> Any:
    return parse_byte_size(value) if isinstance(value, str) else value


def _to_words(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _to_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _to_volumes(value: Any) -> Any:
    if isinstance(value, (str, Volume)):
        value = (value,)
    folder = Path.cwd() if any(isinstance(each, str) for each in value) else Path()
    return tuple(Volume.__rompy_from_text__(each, folder) if isinstance(each, str) else each for each in value)


def _to_dockerfile(value: Any) -> Any:
    return Dockerfile(path=os.fspath(value), folder=Path.cwd()) if isinstance(value, (str, os.PathLike)) else value


def _to_path(value: Any) -> Any:
    return Path(os.path.abspath(value)) if isinstance(value, (str, os.PathLike)) else value  # noqa: PTH100


def _an_image(_instance: Any, _attribute: "attrs.Attribute[Any]", value: str) -> None:
    parse_reference(value)


def _texts_by_name(_instance: Any, attribute: "attrs.Attribute[Any]", value: Mapping[Any, Any]) -> None:
    for name, text in value.items():
        if not isinstance(name, str) or not name or not isinstance(text, str):
            raise TypeError(f"must be a mapping of texts; quote {name!r} or what follows it")
        if attribute.name == "labels" and name.startswith(LABEL_PREFIX):
            raise ValueError(f"{name!r} is one of rompy's own labels; choose a name without {LABEL_PREFIX!r}")


def _ulimits(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Mapping[str, int | str]) -> None:
    for name, limit in value.items():
        if name not in _ULIMITS:
            raise ValueError(f"there is no limit {name!r}; known: {', '.join(sorted(_ULIMITS))}")
        if not _ULIMIT.fullmatch(str(limit)):
            raise ValueError(f"{name} must be a number, 'unlimited' or SOFT:HARD, got {limit!r}")


def _gpus(_instance: Any, _attribute: "attrs.Attribute[Any]", value: int | str) -> None:
    if isinstance(value, bool) or (isinstance(value, int) and value < 1) or value == "":
        raise ValueError(f"must be 'all', a number of at least 1, or the devices as in '0,1', got {value!r}")


def _user(_instance: Any, _attribute: "attrs.Attribute[Any]", value: int | str) -> None:
    if not re.fullmatch(r"[^:\s]+(:[^:\s]+)?", str(value)):
        raise ValueError(f"must be USER or USER:GROUP, by name or number, got {value!r}")


@attrs.frozen(kw_only=True)
class DockerConfig(RunConfig):
    """The keys of ``backend: {type: docker, ...}``."""

    #: Image to run: ``[registry[:port]/]name[:tag][@sha256:...]``.
    image: str | None = attrs.field(default=None, validator=optional(_an_image))
    #: Dockerfile to build the image from, instead of ``image``; relative to ``build_context`` where that is given.
    dockerfile: Dockerfile | None = attrs.field(
        default=None, converter=_to_dockerfile, validator=optional(instance_of(Dockerfile))
    )
    #: Folder that the build sees; the Dockerfile's unless given.
    build_context: Path | None = attrs.field(default=None, converter=_to_path)
    #: Values of the Dockerfile's ``ARG``s.
    build_args: Mapping[str, str] = attrs.field(factory=dict, validator=_texts_by_name)
    #: Stage of the Dockerfile to build; the last unless given.
    target: str | None = attrs.field(default=None, validator=optional(matches_re(r"[A-Za-z0-9][\w.-]*")))
    #: Operating system and processor of the image, such as ``linux/amd64``; the engine's unless given.
    platform: str | None = attrs.field(default=None, validator=optional(matches_re(_PLATFORM)))
    #: When the image is fetched from its registry.
    pull: Literal["missing", "always", "never"] = "missing"
    #: What rompy 0.6 called ``command``.
    executable: str | tuple[str, ...] | None = attrs.field(default=None, converter=_to_words)
    #: What rompy 0.6 called ``launcher``; ``cpu`` is then the number of ranks, where ``ranks`` is not given.
    mpiexec: str | tuple[str, ...] | None = attrs.field(default=None, converter=_to_words)
    #: Processors that the container may use at once; parts of one too.
    cpu: float | None = attrs.field(default=None, validator=optional(gt(0)))
    #: Size of ``/dev/shm`` in bytes; the engine's (64m) unless given.
    shm_size: ByteSize | None = attrs.field(default=None, converter=_to_bytes, validator=optional(gt(ByteSize(0))))
    #: ``all``, how many, or which (``0,1``).
    gpus: int | str | None = attrs.field(default=None, validator=optional(_gpus))
    #: ``USER[:GROUP]``, by name or number; the caller's numbers unless given, so that the outputs are the caller's.
    user: int | str | None = attrs.field(default=None, validator=optional(_user))
    #: ``host:container[:ro|rw][,z|Z]``, or mappings with ``source``, ``target``, ``read_only`` and ``selinux``.
    volumes: tuple[Volume, ...] = attrs.field(
        default=(), converter=_to_volumes, validator=deep_iterable(instance_of(Volume))
    )
    #: ``none``, ``bridge``, ``host`` or the name of a network; with ``none`` there is only the loopback interface.
    network: str = attrs.field(default="none", validator=and_(instance_of(str), matches_re(r"[\w][\w.:-]*")))
    #: Capabilities beside the engine's usual ones, such as ``SYS_PTRACE``.
    cap_add: tuple[str, ...] = attrs.field(default=(), converter=_to_tuple, validator=_texts)
    #: Security options, such as ``seccomp=unconfined``.
    security_opt: tuple[str, ...] = attrs.field(default=(), converter=_to_tuple, validator=_texts)
    #: Limits by name: a number, ``unlimited``, or ``SOFT:HARD``.
    ulimits: Mapping[str, int | str] = attrs.field(factory=dict, validator=_ulimits)
    #: Whether a small init process is the container's first, which hands on signals and collects orphans.
    init: bool = attrs.field(default=True, validator=instance_of(bool))
    #: Whether the image's own files cannot be written.
    read_only: bool = attrs.field(default=False, validator=instance_of(bool))
    #: Whether the container is removed at its end.
    remove_container: bool = attrs.field(default=True, validator=instance_of(bool))
    #: Name of the container; of several steps each adds its own.
    name: str | None = attrs.field(default=None, validator=optional(matches_re(_NAME)))
    #: Labels of the container, beside rompy's.
    labels: Mapping[str, str] = attrs.field(factory=dict, validator=_texts_by_name)
    #: Overrides the image's entry point; an empty text or list leaves it out.
    entrypoint: str | tuple[str, ...] | None = attrs.field(default=None, converter=_to_words)
    #: Whether a command that is a text goes through the image's ``/bin/sh``; else it is split into words.
    shell: bool = attrs.field(default=False, validator=instance_of(bool))
    #: Whether watchers get the model's output, line by line, as events.
    stream_output: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        self._take_alias("executable", "command")
        self._take_alias("mpiexec", "launcher")
        if self.launcher is not None and self.ranks is None and self.cpu is not None:
            if self.cpu != int(self.cpu):
                raise ValueError(f"cpu: {self.cpu:g} is no number of ranks for mpiexec; give ranks beside it")
            object.__setattr__(self, "ranks", int(self.cpu))
        super().__attrs_post_init__()
        self._check_image()
        if self.memory is not None and self.memory < _LEAST_MEMORY:
            raise ValueError(f"memory: the engine gives a container at least 6m, got {self.memory} bytes")
        targets = [volume.target for volume in self.volumes]
        twice = sorted({target for target in targets if targets.count(target) > 1})
        if twice:
            raise ValueError(f"volumes: {', '.join(twice)} can hold one thing only")

    def _take_alias(self, alias: str, name: str) -> None:
        """Move what has two names to the one that the host knows."""
        value = getattr(self, alias)
        object.__setattr__(self, alias, None)
        if not value:
            return
        if getattr(self, name) is not None:
            raise ValueError(f"{alias}: is {name} under another name; give one of them")
        field = getattr(attrs.fields(RunConfig), name)
        try:
            field.validator(self, field, value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{alias}: {error}") from None
        object.__setattr__(self, name, value)

    def _check_image(self) -> None:
        if (self.image is None) == (self.dockerfile is None):
            both = "not both" if self.image else "one of them is needed"
            raise ValueError(f"image: give the name of an image, or a dockerfile to build it from; {both}")
        if self.dockerfile is None:
            for name in ("build_context", "build_args", "target"):
                if getattr(self, name):
                    raise ValueError(f"{name}: is for a build; give dockerfile instead of image")
            return
        if self.pull == "never":
            raise ValueError("pull: 'never' is for an image; a build fetches the images that it starts from")
        file, context = self.dockerfile.file(self.build_context), self.dockerfile.context(self.build_context)
        if not context.is_dir():
            raise ValueError(f"build_context: there is no folder {str(context)!r}")
        if not file.is_file():
            raise ValueError(f"dockerfile: there is no file {str(file)!r}")
