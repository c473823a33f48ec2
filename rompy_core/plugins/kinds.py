"""What the kinds of offers are called in messages."""

from collections.abc import Mapping

#: By kind.
TITLES: Mapping[str, str] = {
    "run": "run backend",
    "process": "processor",
    "pipeline": "pipeline",
    "model_config": "model config",
}

#: The kinds of backends.
BACKEND_KINDS = ("run", "process", "pipeline")
