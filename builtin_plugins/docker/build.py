"""Images that are built from a Dockerfile, once for each content of what they are made of."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from builtin_plugins.docker.build_context import BuildContext
from builtin_plugins.docker.build_program import SETTINGS
from builtin_plugins.docker.config import DockerConfig
from builtin_plugins.docker.engine import Engine
from builtin_plugins.docker.images import Image, described, local_image
from builtin_plugins.docker.owner import LABEL_PREFIX
from builtin_plugins.docker.trouble import DockerError, advice_of, engine_errors, said_by
from rompy_core import LogFollower
from rompy_core.processes import ProcessOutcome, ProcessRequest, run_process
from rompy_hooks import EventKind, Failure, RunContext

#: Repository of the images that are built here; the tag is the hash of what they are made of.
REPOSITORY = "rompy-build"
_TAG_LENGTH = 16
_SHOWN_LINES = 5
_LAST_BYTES = 20_000
#: Seconds that an engine may take to give up a build.
_CLEANUP_PATIENCE = 15.0
_LOOK_INTERVAL = 0.1
#: Seconds until it surely begins with that.
_NOTICE_PATIENCE = 1.0


def build_image(engine: Engine, config: DockerConfig, context: RunContext) -> tuple[Image, str]:
    """Have the image of a config's Dockerfile.

    Args:
        engine: Where it is built.
        config: What is built.
        context: The run; the build's output goes to ``build.log`` in the attempt's folder.

    Returns:
        The image, and what made it: ``buildkit``, ``classic``, or ``cache`` where it was there already.

    Raises:
        DockerError: It cannot be built, or took too long.
    """
    assert config.dockerfile is not None  # noqa: S101 - the config's own check
    seen = BuildContext(
        dockerfile=config.dockerfile.file(config.build_context),
        folder=config.dockerfile.context(config.build_context),
    )
    try:
        digest = seen.digest(args=config.build_args, target=config.target, platform=config.platform)
    except OSError as error:
        raise DockerError(f"image cannot be built: {error}") from error
    tag = f"{REPOSITORY}:{digest[:_TAG_LENGTH]}"
    found = None if config.pull == "always" else local_image(engine, tag)
    if found is not None:
        return described(tag, found), "cache"
    builder = "buildkit" if has_buildkit(engine) else "classic"
    _build(engine, builder, seen, tag, config, context)
    found = local_image(engine, tag)
    if found is None:
        raise DockerError(f"image {tag} is not there though it was built; somebody removed it meanwhile")
    return described(tag, found), builder


def has_buildkit(engine: Engine) -> bool:
    """Whether images can be built by BuildKit: with the ``docker`` command and its plugin ``buildx``."""
    if engine.is_podman or shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)  # noqa: S607 - on PATH
    return asked.returncode == 0


def _build(
    engine: Engine, builder: str, seen: BuildContext, tag: str, config: DockerConfig, context: RunContext
) -> None:
    log = context.log_dir / "build.log"
    argv, environment = (_buildkit if builder == "buildkit" else _classic)(seen, tag, config)
    deadline = context.cancellation.deadline
    request = ProcessRequest(
        argv=argv,
        cwd=seen.folder,
        env={**os.environ, "DOCKER_HOST": engine.address, **environment},
        stdout=log,
        stderr=log,
        timeout=None if deadline is None else max(deadline - time.monotonic(), 0.001),
        grace_period=config.grace_period,
    )

    def tell(stream: str, lines: list[str]) -> None:
        context.emit(EventKind.OUTPUT, step="build", stream=stream, lines=lines)

    hold = () if context.lock_descriptor is None else (context.lock_descriptor,)
    context.logger.info("building an image", image=tag, builder=builder, dockerfile=str(seen.dockerfile))
    with LogFollower({"stdout": log}, tell):
        outcome = run_process(request, hold=hold, cancelled_fd=context.cancellation.fileno())
    if outcome.exit_code != 0:
        text = _end_of(log)
        _remove_nameless(engine, text, seconds=0.0 if outcome.ended_by == "exit" else _NOTICE_PATIENCE)
        raise _refused(outcome, text, log, seen, config, context)


def _classic(seen: BuildContext, tag: str, config: DockerConfig) -> tuple[tuple[str, ...], dict[str, str]]:
    settings = {
        "dockerfile": str(seen.dockerfile),
        "folder": str(seen.folder),
        "tag": tag,
        "args": dict(config.build_args),
        "target": config.target,
        "platform": config.platform,
        "pull": config.pull == "always",
        "labels": _labels(tag),
        "network": None,
    }
    path = os.pathsep.join(place for place in sys.path if place)
    argv = (sys.executable, "-m", "builtin_plugins.docker.build_program")
    return argv, {SETTINGS: json.dumps(settings), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def _buildkit(seen: BuildContext, tag: str, config: DockerConfig) -> tuple[tuple[str, ...], dict[str, str]]:
    words = ["docker", "buildx", "build", "--load", "--progress=plain", f"--tag={tag}", f"--file={seen.dockerfile}"]
    words += [f"--label={name}={text}" for name, text in _labels(tag).items()]
    # Their values go by the environment: a command line can be read by everybody.
    words += [f"--build-arg={name}" for name in config.build_args]
    words += [f"--target={config.target}"] if config.target else []
    words += [f"--platform={config.platform}"] if config.platform else []
    words += ["--pull"] if config.pull == "always" else []
    return (*words, str(seen.folder)), dict(config.build_args)


def _labels(tag: str) -> dict[str, str]:
    return {f"{LABEL_PREFIX}build": tag.partition(":")[2]}


def _end_of(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _LAST_BYTES))
            return stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _refused(
    outcome: ProcessOutcome, text: str, log: Path, seen: BuildContext, config: DockerConfig, context: RunContext
) -> DockerError:
    match outcome.ended_by:
        case "timeout":
            return DockerError(f"the build of its image took longer than {config.timeout:g} s", Failure.TIMEOUT)
        case "cancelled":
            return DockerError(f"the build of its image was ended: {context.cancellation.reason}", Failure.CANCELLED)
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)  # the engine colours what a step wrote to stderr
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    steps = [line for line in lines if re.match(r"Step \d+/\d+ : |#\d+ \[.*\d+/\d+\] ", line)]
    said = [line for line in lines if not re.match(r"( ---> |Removing intermediate container |Step \d+/)", line)]
    where = f" at {re.sub(r'^#[0-9]+ ', '', steps[-1])!r}" if steps else ""
    last = "\n  ".join(said[-_SHOWN_LINES:]) or outcome.error or "nothing was said"
    advice, failure = _advice(last)
    return DockerError(f"image of {seen.dockerfile} cannot be built{where}:\n  {last}\nLog: {log}{advice}", failure)


def _advice(said: str) -> tuple[str, Failure]:
    if re.search(
        r"requires BuildKit|unknown flag: (mount|chmod|link|network|security)|unknown instruction: \S*EOF", said
    ):
        return "\nIt needs BuildKit: install the plugin buildx of the docker command", Failure.NOT_STARTED
    advice, failure = advice_of(said)
    return (advice.replace("; ", "\n", 1), failure) if failure is Failure.DISK else ("", Failure.NOT_STARTED)


def _remove_nameless(engine: Engine, text: str, *, seconds: float) -> None:
    """Remove what the classic builder made before the step that failed; it has no name, so nobody else would.

    Args:
        engine: The engine.
        text: What the builder wrote.
        seconds: How long to look: an engine notices a moment later that a build was given up.
    """
    said = re.findall(r"^ ---> ([0-9a-f]{12})$", text, re.MULTILINE)
    # From an image with a name other builds start too, and what they have made so far has no name either.
    made = [short for short in said if not (local_image(engine, short) or {"RepoTags": ["gone"]}).get("RepoTags")]
    deadline = time.monotonic() + seconds
    while made:
        busy = [each for each in _nameless(engine, made) if _is_in_use(engine, each)]
        now = time.monotonic()
        if now >= deadline + (_CLEANUP_PATIENCE if busy else 0.0):
            return
        time.sleep(_LOOK_INTERVAL)


def _nameless(engine: Engine, made: list[str]) -> list[str]:
    """The images without a name, and without another made from them, that a build has made."""
    try:
        found = engine.api.images(filters={"dangling": True})
    except engine_errors():
        return []
    return [
        str(image["Id"])
        for image in found
        if any(short in f"{image['Id']} {image.get('ParentId', '')}" for short in made)
    ]


def _is_in_use(engine: Engine, image: str) -> bool:
    """Remove an image; tells whether a container still needs it."""
    try:
        engine.api.remove_image(image)
    except engine_errors() as error:
        return "container" in said_by(error)
    return False
