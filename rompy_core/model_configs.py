"""Model configs: from a mapping with ``model_type`` to an object, and back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.backend_configs import needs_key
from rompy_core.structuring import fault_at
from rompy_hooks import ConfigError, Fault, RequestError, UnknownNameError, redact

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.plugins import PluginManager
    from rompy_core.structuring import Origin

Key = tuple[str | int, ...]


def configure_model(
    manager: "PluginManager",
    data: Any,
    *,
    origin: "Origin | None" = None,
    key: Key = (),
    faults: list[Fault] | None = None,
) -> Any:
    """The model config of a mapping with ``model_type``; an object that is no mapping is one already.

    Args:
        manager: Knows the model configs.
        data: What was given.
        origin: Where it was read, for errors and relative paths.
        key: Where in that data it stands.
        faults: Where faults are put; without it they are raised.

    Raises:
        ConfigError: Something is wrong; all faults together.
    """
    found: list[Fault] = []
    config = _configure(manager, data, origin, key, found)
    if faults is not None:
        faults.extend(found)
    elif found:
        raise ConfigError(found)
    return config


def _configure(manager: "PluginManager", data: Any, origin: "Origin | None", key: Key, faults: list[Fault]) -> Any:
    from rompy_core.structuring import structure_collecting
    from rompy_core.structuring.quoting import quote

    if not isinstance(data, Mapping):
        if isinstance(data, (str, int, float, list)):
            known = _known(manager)
            faults.append(
                fault_at(f"must be a mapping with 'model_type', got {quote(data)}; known: {known}", origin, key)
            )
            return None
        return data
    options = dict(data)
    name = options.pop("model_type", None)
    if name is None:
        faults.append(needs_key("model_type", options, _known(manager), origin, key))
        return None
    if not isinstance(name, str):
        problem = f"must be a text, got {quote(name)}; known: {_known(manager)}"
        faults.append(fault_at(problem, origin, (*key, "model_type")))
        return None
    try:
        cls = manager.model_config(str(name)).cls
    except UnknownNameError as error:
        faults.append(fault_at(str(error), origin, (*key, "model_type")))
        return None
    if attrs.has(cls):
        return structure_collecting(cls, options, origin=origin, key=key, faults=faults, title=str(name))
    return _validated(cls, dict(data), origin, key, faults)


def _known(manager: "PluginManager") -> str:
    return ", ".join(sorted({offer.name for offer in manager.model_config_offers()}))


def _validated(cls: Any, data: dict[str, Any], origin: "Origin | None", key: Key, faults: list[Fault]) -> Any:
    """An instance of a class with ``model_validate`` (pydantic), its errors as faults."""
    from rompy_core.config_files.texts import meant

    try:
        return cls.model_validate(meant(data))
    except ValueError as error:
        from rompy_core.structuring.hiding import Hide

        hide = Hide(data)
        details = error.errors() if hasattr(error, "errors") else [{"loc": (), "msg": str(error)}]
        faults.extend(fault_at(hide(str(detail["msg"])), origin, (*key, *detail["loc"])) for detail in details)
        return None


def model_config_data(manager: "PluginManager", config: Any, *, reveal: bool = False) -> dict[str, Any]:
    """Plain data of a model config, with its ``model_type``.

    Raises:
        RequestError: No plugin offers the class under a name.
    """
    from rompy_core.structuring import unstructure

    name = model_type_of(manager, config)
    if name is not None:
        data = unstructure(config, reveal=reveal) if attrs.has(type(config)) else config.model_dump(mode="json")
        return {"model_type": name, **data}
    raise RequestError(
        f"the model config is a {type(config).__module__}.{type(config).__qualname__}, which no plugin offers as a"
        " model_type, so it cannot be written down; offer it with the hook model_configs"
    )


def model_type_of(manager: "PluginManager", config: Any) -> str | None:
    """The name under which a plugin offers a model config's class; ``None`` where nobody does."""
    for offer in manager.model_config_offers():
        if offer.model_config is not None and offer.model_config.cls is type(config):
            return offer.name
    return None


def describe_model(model_run: "ModelRun") -> dict[str, Any]:
    """Plain data of a model run for its record; a model config without a name is described by its class."""
    try:
        return model_run.to_dict()
    except RequestError:
        data = attrs.evolve(model_run, config=None).to_dict()
        kind = type(model_run.config)
        described: dict[str, Any] = redact({**data, "config": {"class": f"{kind.__module__}.{kind.__qualname__}"}})
        return described
