"""The run backend ``docker``: its hooks. What they need is imported when a run is asked for."""

from pathlib import Path

from builtin_plugins.docker.config import DockerConfig
from rompy_core import ModelRun
from rompy_hooks import Backend, RunContext, RunResult, hookimpl


class DockerRunBackend:
    """Run a model in containers, one a step, its output straight to files."""

    def run(self, model_run: ModelRun, config: DockerConfig, workspace_dir: Path | None = None) -> RunResult:
        """Run a model run with this backend, without asking for it by name.

        Raises:
            RunTimeoutError: It took longer than the config allows.
        """
        return model_run.run(backend=config, workspace_dir=workspace_dir)

    @hookimpl
    def backends(self) -> list[Backend]:
        """Offer ``docker``."""
        return [Backend(kind="run", name="docker", config=DockerConfig, summary="containers of a Docker Engine")]

    @hookimpl(specname="run")
    def answer(self, config: DockerConfig, workspace_dir: Path, context: RunContext) -> RunResult:
        """Execute the steps, each in a container of its own that is gone when it ends."""
        from builtin_plugins.docker.steps import run_in_containers

        return run_in_containers(config, workspace_dir, context)


plugin = DockerRunBackend()
