"""Whether what a plugin marked with ``@hookimpl`` fits the specs: told before it is registered, with the nearest name.

pluggy would find an unknown argument, too, but says neither where it stands nor what was meant, and leaves an unknown
hook until somebody asks.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any

import attrs

from rompy_core.nearest import did_you_mean
from rompy_core.plugins.annotations import AnnotationError, annotation_of, config_classes, contradicts
from rompy_core.plugins.names import listed
from rompy_core.plugins.place import place_of
from rompy_hooks import (
    FetchResult,
    PipelineConfig,
    PipelineResult,
    PluginError,
    ProcessConfig,
    ProcessResult,
    RunConfig,
    RunResult,
)

#: The class of the configs that a hook passes.
CONFIG_OF_HOOK: Mapping[str, type] = {
    "run": RunConfig,
    "process": ProcessConfig,
    "execute_pipeline": PipelineConfig,
}
# What an implementation may be annotated to return; None stands for "not mine".
_RETURNS: Mapping[str, tuple[type, ...]] = {
    "backends": (list, tuple),
    "model_configs": (list, tuple),
    "execute_pipeline": (PipelineResult, Mapping, NoneType),
    "fetch": (FetchResult, bool, NoneType),
    "run": (RunResult, bool, NoneType),
    "process": (ProcessResult, Mapping, NoneType),
    "on_event": (object,),
}


@attrs.frozen
class Spec:
    """What the specs say about one hook."""

    name: str
    arguments: tuple[str, ...]
    firstresult: bool


@attrs.frozen
class Candidate:
    """What a plugin marked as an implementation of a hook."""

    #: ``'tides'``, as messages name the plugin.
    plugin: str
    hook: str
    function: Callable[..., Any]
    wrapper: bool = False
    optional: bool = False

    def error(self, text: str) -> PluginError:
        """An error about this implementation."""
        return PluginError(f"Plugin {self.plugin} ({place_of(self.function)}) {text}")


def validate(candidate: Candidate, specs: Mapping[str, Spec]) -> None:
    """Refuse an implementation that could not be called, or never would be.

    Raises:
        PluginError: Its hook or an argument is unknown, it is a generator or a coroutine, its annotations contradict
            the spec.
    """
    spec = specs.get(candidate.hook)
    if spec is None:
        if candidate.optional:
            return
        raise candidate.error(
            f"implements the hook {candidate.hook!r}, which there is not."
            f"{did_you_mean(candidate.hook, specs)} Hooks: {listed(specs)}"
        )
    _check_arguments(candidate, spec.arguments)
    _check_form(candidate, spec)
    _check_annotations(candidate)


def _check_arguments(candidate: Candidate, passed: Sequence[str]) -> None:
    for parameter in inspect.signature(candidate.function).parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.name == "self" and "self" not in passed:
            raise candidate.error(
                f"asks the hook {candidate.hook} for 'self': the plugin is a class. Give an instance of it"
            )
        if parameter.name not in passed:
            raise candidate.error(
                f"asks the hook {candidate.hook} for {parameter.name!r}.{did_you_mean(parameter.name, passed)}"
                f" It passes: {listed(passed)}"
            )
        if parameter.kind is parameter.KEYWORD_ONLY:
            raise candidate.error(
                f"takes {parameter.name!r} of the hook {candidate.hook} as a keyword only; take the * out of its"
                " arguments, hooks pass them by position"
            )


def _check_form(candidate: Candidate, spec: Spec) -> None:
    generator = inspect.isgeneratorfunction(candidate.function)
    if inspect.iscoroutinefunction(candidate.function) or inspect.isasyncgenfunction(candidate.function):
        raise candidate.error(f"implements the hook {spec.name} as an async function; hooks are plain functions")
    if candidate.wrapper and not spec.firstresult:
        raise candidate.error(
            f"wraps the hook {spec.name}, which takes no wrappers: its implementations are called one at a time"
        )
    if candidate.wrapper and not generator:
        raise candidate.error(f"wraps the hook {spec.name} without a yield; a wrapper yields once")
    if generator and not candidate.wrapper:
        raise candidate.error(
            f"implements the hook {spec.name} as a generator; return a result, or mark it with wrapper=True"
            if spec.firstresult
            else f"implements the hook {spec.name} as a generator; return a list"
        )


def _check_annotations(candidate: Candidate) -> None:
    hook = candidate.hook
    try:
        classes = config_classes(candidate.function) if hook in CONFIG_OF_HOOK else None
    except AnnotationError as error:
        raise candidate.error(f"cannot be asked in the hook {hook}: the argument 'config' {error}") from error
    for each in classes or ():
        for other, base in CONFIG_OF_HOOK.items():
            if other != hook and issubclass(each, base) and not issubclass(each, CONFIG_OF_HOOK[hook]):
                raise candidate.error(
                    f"asks the hook {hook} for a {each.__name__}, which is a {base.__name__};"
                    f" it passes a {CONFIG_OF_HOOK[hook].__name__}. The hook for it is {other}"
                )
    if not candidate.wrapper:
        _check_return(candidate)


def _check_return(candidate: Candidate) -> None:
    try:
        annotation = annotation_of(candidate.function, "return")
    except AnnotationError:  # nobody needs it at run time, and what it names may exist for type checkers alone
        return
    allowed = _RETURNS[candidate.hook]
    if contradicts(annotation, allowed):
        told = getattr(annotation, "__name__", str(annotation))
        wanted = ", ".join("None" if each is NoneType else each.__name__ for each in allowed)
        raise candidate.error(f"returns {told} from the hook {candidate.hook}, which takes: {wanted}")
