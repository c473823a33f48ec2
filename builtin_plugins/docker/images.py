"""Images: those that are there, those that are fetched, and what is known about them."""

from collections.abc import Callable
from typing import Any

import attrs

from builtin_plugins.docker.engine import Engine
from builtin_plugins.docker.reference import Reference, parse_reference
from builtin_plugins.docker.trouble import DockerError, advice_of, engine_errors, said_by
from rompy_core import did_you_mean
from rompy_hooks import Failure


@attrs.frozen(kw_only=True)
class Image:
    """An image that the engine has; what a run's record says about it."""

    #: As it was asked for.
    name: str
    #: ``sha256:...`` of its configuration: what containers are made from, even if the tag moves meanwhile.
    id: str
    #: ``name@sha256:...`` as its registry knows it; ``None`` for one that was built here.
    digest: str | None
    #: Such as ``linux/amd64``.
    platform: str
    #: Who runs it unless told otherwise.
    entrypoint: tuple[str, ...] = ()


def described(name: str, data: dict[str, Any]) -> Image:
    """An image of what the engine tells about it."""
    digests = [str(digest) for digest in data.get("RepoDigests") or ()]
    repository = parse_reference(name).name if not name.startswith("sha256:") else ""
    own = [digest for digest in digests if digest.partition("@")[0].removeprefix("docker.io/") == repository]
    parts = (data.get("Os"), data.get("Architecture"), data.get("Variant"))
    entrypoint = (data.get("Config") or {}).get("Entrypoint") or ()
    return Image(
        name=name,
        id=str(data["Id"]),
        digest=next(iter(own or digests), None),
        platform="/".join(str(part) for part in parts if part),
        entrypoint=tuple(map(str, entrypoint)),
    )


def provide_image(
    engine: Engine, name: str, *, pull: str, platform: str | None, tell: Callable[[str], None] = lambda _: None
) -> Image:
    """Have an image: from the engine, or from its registry as ``pull`` says.

    Args:
        engine: The engine.
        name: As users write it.
        pull: ``missing``, ``always`` or ``never``.
        platform: Such as ``linux/amd64``, for the pull.
        tell: Gets a line for each layer that arrives.

    Raises:
        DockerError: It cannot be had.
    """
    reference = parse_reference(name)
    found = None if pull == "always" else local_image(engine, str(reference))
    if found is None:
        if pull == "never":
            raise DockerError(f"{_missing(engine, name)} and pull is 'never'{_nearest(engine, name)}")
        _pull(engine, reference, platform, tell)
        found = local_image(engine, str(reference))
    if found is None:
        raise DockerError(f"{_missing(engine, name)} though it was pulled; somebody removed it meanwhile")
    return described(name, found)


def local_image(engine: Engine, name: str) -> dict[str, Any] | None:
    """What the engine tells about an image that it has; ``None`` where it has none of that name."""
    from docker.errors import ImageNotFound, NotFound

    try:
        data: dict[str, Any] = engine.api.inspect_image(name)
    except (ImageNotFound, NotFound):
        return None
    return data


def _pull(engine: Engine, reference: Reference, platform: str | None, tell: Callable[[str], None]) -> None:
    if reference.name.startswith("sha256:"):
        raise DockerError(f"{_missing(engine, str(reference))}, and an id names no registry to pull it from")
    failed = f"{_missing(engine, str(reference))} and cannot be pulled"
    try:
        # docker-py takes the credentials from the docker config; nothing here sees them.
        lines = engine.api.pull(
            reference.name,
            tag=reference.digest or reference.tag or "latest",
            platform=platform,
            stream=True,
            decode=True,
        )
        for line in lines:
            if "error" in line:
                raise _pull_refused(engine, failed, str(line["error"]), reference)
            if "progress" not in line:
                tell(" ".join(str(line[key]) for key in ("id", "status") if key in line))
    except engine_errors() as error:
        raise _pull_refused(engine, failed, said_by(error), reference) from error


def _pull_refused(engine: Engine, failed: str, said: str, reference: Reference) -> DockerError:
    advice, failure = advice_of(said)
    lower = said.lower()
    if failure is Failure.DISK:
        return DockerError(f"{failed}: {said}{advice}", failure)
    if any(word in lower for word in ("denied", "unauthorized", "authentication", "no basic auth")):
        registry = reference.name.partition("/")[0] if "." in reference.name.partition("/")[0] else ""
        advice = f"; is the name right? If it is private: docker login{' ' + registry if registry else ''}"
    elif any(word in lower for word in ("dial tcp", "lookup", "timeout", "connection refused", "no such host")):
        advice = "; the registry cannot be reached from here: load the image with docker load, or build it"
    elif "manifest" in lower or "not found" in lower:
        advice = "; the registry has no such tag"
    else:
        advice = ""
    return DockerError(f"{failed}: {said}{advice}{_nearest(engine, str(reference))}")


def _missing(engine: Engine, name: str) -> str:
    return f"image {name!r} is not on the engine at {engine.address}"


def _nearest(engine: Engine, name: str) -> str:
    """The nearest names of images that are there."""
    names = local_names(engine)
    if not names:
        return ". It has no images"
    hint = did_you_mean(name, [*names, *(each.removesuffix(":latest") for each in names)])
    return f".{hint}" if hint else f". It has {', '.join(names[:10])}{', ...' if names[10:] else ''}"


def local_names(engine: Engine) -> list[str]:
    """The names of the images that the engine has, sorted."""
    tags = (tag for image in engine.api.images() for tag in image.get("RepoTags") or ())
    return sorted(tag for tag in tags if not tag.startswith("<none>"))
