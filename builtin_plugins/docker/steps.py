"""The steps of a run, each in a container of its own."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import attrs

from builtin_plugins.docker.config import DockerConfig
from builtin_plugins.docker.container import create_options
from builtin_plugins.docker.ending import result_of, shown
from builtin_plugins.docker.engine import Engine, connect
from builtin_plugins.docker.images import Image, provide_image
from builtin_plugins.docker.keeper import Keeper
from builtin_plugins.docker.links import OutwardLink, outward_links
from builtin_plugins.docker.owner import own_containers
from builtin_plugins.docker.running import ContainerRun
from builtin_plugins.docker.trouble import DockerError
from rompy_core import LogFollower, run_steps
from rompy_hooks import EventKind, ResolvedStep, RunContext, RunResult, StepResult, WorkspaceInUseError


def run_in_containers(config: DockerConfig, workspace: Path, context: RunContext) -> RunResult:
    """Execute the steps of a run.

    Raises:
        WorkspaceInUseError: A container that somebody left still runs in the workspace.
    """
    try:
        engine = connect()
    except DockerError as trouble:
        return _failed(trouble, {})
    try:
        return _with_engine(engine, config, workspace, context)
    finally:
        engine.close()


def _with_engine(engine: Engine, config: DockerConfig, workspace: Path, context: RunContext) -> RunResult:
    metadata: dict[str, Any] = {"engine": engine.address, "engine_version": engine.version}
    _check_free(engine, workspace)
    try:
        image, builder = _image(engine, config, context)
        metadata |= {
            "image": image.name,
            "builder": builder,
            "image_id": image.id,
            "image_digest": image.digest,
            "platform": image.platform,
            "containers": [],
        }
        links = _links(workspace, context)
    except DockerError as trouble:
        return _failed(trouble, metadata)
    with Keeper(config, context) as keeper:
        run = _Steps(engine, image, config, context, workspace, links, keeper)
        result = run_steps(context, run.execute)
    return attrs.evolve(result, metadata={**metadata, "containers": run.containers})


def _failed(trouble: DockerError, metadata: dict[str, Any]) -> RunResult:
    return RunResult(success=False, failure=trouble.failure, message=str(trouble), metadata=metadata)


def _check_free(engine: Engine, workspace: Path) -> None:
    """Refuse a workspace that a container, left by somebody, still writes to.

    Raises:
        WorkspaceInUseError: One runs.
    """
    for container in own_containers(engine.client, workspace=str(workspace)):
        if container.is_live:
            raise WorkspaceInUseError(
                f"{workspace} is in use: container {container.name} ({container.id[:12]}) of run"
                f" {container.owner.run_id!r} still runs; wait for it, or end it with docker rm --force"
                f" {container.name}"
            )


def _image(engine: Engine, config: DockerConfig, context: RunContext) -> tuple[Image, str | None]:
    """The image, and who built it where it was built here."""
    if config.image is None:
        from builtin_plugins.docker.build import build_image

        return build_image(engine, config, context)

    def tell(line: str) -> None:
        context.logger.debug(line, image=config.image)

    return provide_image(engine, config.image, pull=config.pull, platform=config.platform, tell=tell), None


def _links(workspace: Path, context: RunContext) -> list[OutwardLink]:
    mounted = []
    for link in outward_links(workspace):
        if link.is_of_the_image:
            continue
        if not link.exists:
            message = f"{link.link} of the workspace leads to {link.target}, where nothing is"
            context.emit(EventKind.WARNING, message=message)
            continue
        mounted.append(link)
    return mounted


class _Steps:
    """The steps of a run, in containers of one image."""

    def __init__(
        self,
        engine: Engine,
        image: Image,
        config: DockerConfig,
        context: RunContext,
        workspace: Path,
        links: list[OutwardLink],
        keeper: Keeper,
    ) -> None:
        self._engine, self._image, self._config = engine, image, config
        self._context, self._workspace, self._links = context, workspace, links
        self._keeper = keeper
        #: Ids of the containers that were made.
        self.containers: list[str] = []

    def execute(self, step: ResolvedStep, limit: float | None) -> StepResult:
        """Execute one step."""
        config, context = self._config, self._context
        container = ContainerRun(self._engine, step, context.cancellation, config.grace_period)
        try:
            self._create(container, step)
            with self._followed(step):
                ending = container.run(limit, context.started)
        except DockerError as trouble:
            return _not_started(step, trouble)
        finally:
            if config.remove_container:
                container.remove()
            self._keeper.forget()
        return result_of(step, ending, config, context)

    def _create(self, container: ContainerRun, step: ResolvedStep) -> None:
        options = create_options(
            self._engine, self._image, step, self._config, self._context, self._workspace, self._links
        )
        made = container.create(options)
        self.containers.append(made)
        described = f"container {options['name']} ({made[:12]}) on {self._engine.address}"
        self._keeper.watch(made, described, step.stdout, step.stderr)

    def _followed(self, step: ResolvedStep) -> Any:
        if not self._config.stream_output:
            return nullcontext()
        return LogFollower({"stdout": step.stdout, "stderr": step.stderr}, _teller(self._context, step))


def _teller(context: RunContext, step: ResolvedStep) -> Callable[[str, list[str]], None]:
    def tell(stream: str, lines: list[str]) -> None:
        context.emit(EventKind.OUTPUT, step=step.name, stream=stream, lines=lines)

    return tell


def _not_started(step: ResolvedStep, trouble: DockerError) -> StepResult:
    return StepResult(
        name=step.name,
        success=False,
        failure=trouble.failure,
        message=f"{shown(step)} could not be started: {trouble}",
        stdout=step.stdout if step.stdout.exists() else None,
        stderr=step.stderr if step.stderr.exists() else None,
    )
