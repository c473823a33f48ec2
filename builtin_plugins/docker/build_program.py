"""A build by the classic builder, as a process: ``python -m builtin_plugins.docker.build_program``.

It is a process of its own, so that its output goes straight to a file, and its end ends the build: an engine gives up
a build whose client is gone. What to build stands in the environment, since arguments of a build may be secret.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from builtin_plugins.docker.build_context import BuildContext

#: The environment variable with the settings, as JSON.
SETTINGS = "ROMPY_DOCKER_BUILD"


def main() -> int:
    """Build; returns the exit code."""
    from builtin_plugins.docker.engine import connect
    from builtin_plugins.docker.trouble import DockerError, engine_errors, said_by

    settings = json.loads(os.environ[SETTINGS])
    context = BuildContext(dockerfile=Path(settings["dockerfile"]), folder=Path(settings["folder"]))
    try:
        return _build(connect().api, context, settings)
    except DockerError as error:
        return _failed(str(error))
    except engine_errors() as error:
        return _failed(said_by(error))


def _build(api: Any, context: BuildContext, settings: dict[str, Any]) -> int:
    from docker.utils.build import create_archive

    # A Dockerfile from elsewhere is added under a name that no file of the context has.
    name = context.name or ".rompy.Dockerfile"
    extra = [] if context.name else [(name, context.dockerfile.read_text())]
    with create_archive(str(context.folder), files=context.files(), extra_files=extra) as archive:
        lines = api.build(
            fileobj=archive,
            custom_context=True,
            dockerfile=name,
            tag=settings["tag"],
            buildargs=settings["args"],
            target=settings["target"],
            platform=settings["platform"],
            pull=settings["pull"],
            labels=settings["labels"],
            rm=True,
            forcerm=True,  # else the container of a step that failed stays
            network_mode=settings["network"],
            decode=True,
        )
        return max((_tell(line) for line in lines), default=0)


def _tell(line: dict[str, Any]) -> int:
    if "error" in line:
        return _failed(str(line["error"]))
    if "stream" in line:
        sys.stdout.write(line["stream"])
    elif "status" in line and "progress" not in line:
        sys.stdout.write(" ".join(str(line[key]) for key in ("id", "status") if key in line) + "\n")
    sys.stdout.flush()
    return 0


def _failed(message: str) -> int:
    sys.stdout.write(f"ERROR: {message}\n")
    sys.stdout.flush()
    return 1


if __name__ == "__main__":
    sys.exit(main())
