"""What plain classes return, as results: bools, mappings, and objects of all sorts of classes."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from rompy_core.plugins.calls import describe
from rompy_core.plugins.place import place_of
from rompy_hooks import Failure, PipelineResult, PluginError, ProcessResult, RunResult
from rompy_hooks.array_values import truth
from rompy_hooks.results import failure_of

# stdout and stderr are not among them: a plain class tells what was written there, a result the path.
_KNOWN = frozenset({"success", "exit_code", "signal", "message", "duration"})
_RESULTS: Mapping[str, Any] = {"run": RunResult, "process": ProcessResult, "pipeline": PipelineResult}


def result_of(kind: str, name: str, method: Callable[..., Any], answer: Any) -> Any:
    """The result that an answer stands for: an instance of the kind's class.

    Raises:
        PluginError: It tells neither success nor failure; ``None`` in particular, since success must not be guessed.
    """
    where = f"Plugin {name!r} ({place_of(method)})"
    if answer is None:
        raise PluginError(
            f"{where} returned None, so nobody knows whether it succeeded;"
            " return True, False or a mapping with 'success'"
        )
    if isinstance(answer, _RESULTS[kind]):
        return answer
    try:
        data = {"success": answer} if isinstance(answer, bool) else _mapping(answer)
        return _run_result(data) if kind == "run" else _RESULTS[kind].from_mapping(data)
    except (TypeError, ValueError) as error:
        raise PluginError(f"{where} returned {describe(answer)}: {error}") from error


def _run_result(data: Mapping[str, Any]) -> RunResult:
    """What is known goes to its field, the rest to ``metadata``."""
    success = truth(data.get("success"))
    known = {key: value for key, value in data.items() if key in _KNOWN and value is not None}
    rest = {key: value for key, value in data.items() if key not in _KNOWN | {"failure"}}
    return RunResult(**{**known, "failure": _failure(success, data.get("failure"))}, metadata=rest)


def _failure(success: bool, told: Any) -> Any:
    if success:
        return None
    return Failure.OTHER if told is None else failure_of(str(told))


def _mapping(answer: Any) -> Mapping[str, Any]:
    """The fields of an object: pydantic, attrs, dataclass, or any that has attributes."""
    if isinstance(answer, Mapping):
        return answer
    if callable(getattr(answer, "model_dump", None)):
        dumped: Mapping[str, Any] = answer.model_dump()
        return dumped
    if attrs.has(type(answer)):
        return attrs.asdict(answer)
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return dataclasses.asdict(answer)
    attributes = {key: value for key, value in getattr(answer, "__dict__", {}).items() if not key.startswith("_")}
    success = getattr(answer, "success", None)  # a property, too
    if isinstance(success, bool):
        return {**attributes, "success": success}
    raise TypeError("expected True, False, a mapping, or an object with 'success'")
