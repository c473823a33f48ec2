"""Plain classes with ``run``, ``process`` or ``execute``, made into plugins of their own.

rompy 0.6 found such classes in the entry point groups ``rompy.run``, ``rompy.postprocess`` and ``rompy.pipeline``.
They work by the entry point's name, as they are: their options go where they are named, the result is what it was.
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from rompy_core.plugins.adapted_configs import given_options, make_config_class
from rompy_core.plugins.adapted_results import result_of
from rompy_core.plugins.options import Signature
from rompy_core.plugins.place import STANDS_FOR, place_of
from rompy_hooks import Backend, ModelConfig, PluginError, hookimpl

_METHODS: Mapping[str, str] = {"run": "run", "process": "process", "pipeline": "execute"}
_HOOKS: Mapping[str, str] = {"run": "run", "process": "process", "pipeline": "execute_pipeline"}


def adapted(group: str, kind: str, name: str, found: object) -> object:
    """A plugin that offers what an entry point of a plain class stands for.

    Args:
        group: The entry point's group.
        kind: ``run``, ``process``, ``pipeline`` or ``model_config``.
        name: The entry point's name, and so the offer's.
        found: What it stands for.

    Raises:
        PluginError: It is nothing that can be adapted.
    """
    if kind == "model_config":
        return _adapted_model_config(name, found)
    if group == "rompy.postprocess.config":
        return _adapted_backend(kind, name, _ByConfig(name, found))
    return _adapted_backend(kind, name, found)


def _adapted_model_config(name: str, found: object) -> object:
    if not isinstance(found, type):
        raise PluginError(f"Plugin {name!r}: {found!r} is no class, so it cannot be a model config")
    offers = [ModelConfig(name=name, cls=found, summary=_summary(found))]

    @hookimpl
    def model_configs() -> list[ModelConfig]:
        return offers

    return SimpleNamespace(model_configs=_standing_for(model_configs, found))


def _adapted_backend(kind: str, name: str, found: Any) -> object:
    method = getattr(found, _METHODS[kind], None)
    if not callable(method):
        raise PluginError(f"Plugin {name!r}: {found!r} has no method {_METHODS[kind]!r}")
    try:
        signature = Signature.of(found, _METHODS[kind])
    except TypeError as error:
        raise PluginError(f"Plugin {name!r} ({place_of(method)}): {_METHODS[kind]!r} {error}") from error
    config_class = make_config_class(kind, name, signature)
    offer = Backend(
        kind=kind,  # type: ignore[arg-type]  # one of the three, by the group
        name=name,
        config=config_class,
        summary=_summary(found),
        executes_steps=False,
    )

    @hookimpl
    def backends() -> list[Backend]:
        return [offer]

    def call(model_run: Any, config: Any, **given: Any) -> Any:
        options = given_options(config)
        made = {key: value for key, value in options.items() if signature.goes_to_constructor(key)}
        rest = {key: value for key, value in options.items() if signature.goes_to_method(key)}
        given["config"] = config
        passed = {key: value for key, value in given.items() if key in signature.method.names}
        target = found if signature.constructor is None else found(**made)
        return result_of(kind, name, method, getattr(target, _METHODS[kind])(model_run, **rest, **passed))

    hook = _hook_of_kind(kind, call)
    # Asked for this backend's configs only.
    hook.__annotations__["config"] = config_class
    return SimpleNamespace(
        backends=_standing_for(backends, method), **{_HOOKS[kind]: _standing_for(hookimpl(hook), method)}
    )


def _hook_of_kind(kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the arguments of the kind's hook; each is made anew, for its annotations are its own."""

    def run(model_run: Any, config: Any, workspace_dir: Any, context: Any) -> Any:
        return call(model_run, config, workspace_dir=workspace_dir, context=context)

    def process(model_run: Any, config: Any, workspace_dir: Any, run_result: Any, context: Any) -> Any:
        return call(model_run, config, workspace_dir=workspace_dir, run_result=run_result, context=context)

    def execute_pipeline(model_run: Any, config: Any, context: Any) -> Any:
        return call(model_run, config, workspace_dir=model_run.staging_dir, context=context)

    hooks: Mapping[str, Callable[..., Any]] = {"run": run, "process": process, "pipeline": execute_pipeline}
    return hooks[kind]


def _standing_for(function: Any, target: object) -> Any:
    """The function, told in messages as what it stands for."""
    setattr(function, STANDS_FOR, target)
    return function


def _summary(found: object) -> str:
    """The first line of a class's own docstring."""
    cls = found if isinstance(found, type) else type(found)
    return (vars(cls).get("__doc__") or "").strip().partition("\n")[0]


class _ByConfig:
    """A processor that is known by its config class only."""

    def __init__(self, name: str, config_class: Any) -> None:
        if not callable(getattr(config_class, "get_postprocessor_class", None)):
            raise PluginError(f"Plugin {name!r}: {config_class!r} has no method 'get_postprocessor_class'")
        self.config_class = config_class
        self.__doc__ = config_class.__doc__

    def process(self, model_run: Any, **options: Any) -> Any:
        """Make the config of the options, and the processor that it tells."""
        make = getattr(self.config_class, "model_validate", None)
        config = make(options) if make else self.config_class(**options)
        processor = config.get_postprocessor_class()
        signature = Signature.of(processor, "process")
        rest = {key: value for key, value in options.items() if signature.goes_to_method(key)}
        made = {key: value for key, value in options.items() if signature.goes_to_constructor(key)}
        passed = {"config": config} if "config" in signature.method.names else {}
        return processor(**made).process(model_run, **rest, **passed)
