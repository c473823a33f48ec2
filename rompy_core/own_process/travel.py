"""How a model run travels to another process.

As plain data where a plugin offers its config and it is an attrs class, whose secrets we can write out; else as a
pickle, because others (pydantic) write asterisks in the place of theirs.
"""

import json
import pickle
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from rompy_hooks import RequestError

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.plugins import PluginManager


def packed(model_run: "ModelRun") -> dict[str, Any]:
    """A model run and the recipe of its plugin manager as data that JSON can hold, secrets written out.

    Raises:
        RequestError: It cannot travel; the attribute that is in the way is named.
    """
    recipe = model_run.manager.recipe
    return {"recipe": recipe.to_dict(), **_packed_run(model_run, frozenset(recipe.objects))}


def check_travels(model_run: "ModelRun") -> None:
    """Refuse a model run that cannot be handed to another process, before anything is made.

    Raises:
        RequestError: The attribute that is in the way, and why.
    """
    packed(model_run)


def unpacked(data: Mapping[str, Any]) -> "ModelRun":
    """The model run that :func:`packed` made the data of, with a manager of its own."""
    from rompy_core.model_run import ModelRun
    from rompy_core.plugins import PluginRecipe, create_plugin_manager_from

    manager = create_plugin_manager_from(PluginRecipe.from_dict(data["recipe"]))
    if "data" in data:
        return ModelRun.from_dict(data["data"], plugin_manager=manager)
    manager.model_config_offers()  # imports a local file, whose classes may be in the pickle
    model_run: ModelRun = pickle.loads(b64decode(data["pickle"]))  # noqa: S301 - written by our own parent, mode 0600
    object.__setattr__(model_run, "plugin_manager", manager)
    return model_run


def _packed_run(model_run: "ModelRun", host_objects: frozenset[str]) -> dict[str, Any]:
    named = _can_be_named(model_run.manager, model_run.config, host_objects)
    if named and attrs.has(type(model_run.config)):
        data = _data_of(model_run)
        if data is not None:
            return {"data": data}
    try:
        return {"pickle": b64encode(_pickled(model_run)).decode()}
    except RequestError:
        data = _data_of(model_run) if named else None
        if data is None or not _makes(data, model_run):
            raise
        return {"data": data}


def _data_of(model_run: "ModelRun") -> dict[str, Any] | None:
    try:
        data = model_run.to_dict(reveal=True)
        json.dumps(data)
    except Exception:  # noqa: BLE001 - whatever a stranger's class raises, the pickle is the other way
        return None
    return data


def _makes(data: dict[str, Any], model_run: "ModelRun") -> bool:
    """Whether the same config comes of the data: none does where secrets were written as asterisks."""
    try:
        made = type(model_run).from_dict(data, plugin_manager=model_run.manager)
        return bool(made.config == model_run.config)
    except Exception:  # noqa: BLE001 - whatever a stranger's class raises, it cannot travel as data
        return False


def _can_be_named(manager: "PluginManager", config: Any, host_objects: frozenset[str]) -> bool:
    """Whether the other process finds the class by its ``model_type``: objects of the host do not get there."""
    return any(
        offer.model_config is not None and offer.model_config.cls is type(config) and offer.plugin not in host_objects
        for offer in manager.model_config_offers()
    )


def _pickled(model_run: "ModelRun") -> bytes:
    config = model_run.config
    kind = f"{type(config).__module__}.{type(config).__qualname__}"
    if type(config).__module__ == "__main__":
        raise RequestError(
            f"the model config is a {kind}, and it works in a process of its own, which cannot import '__main__'; "
            "put the class into a module"
        )
    try:
        return pickle.dumps(model_run)
    except Exception as error:
        path, reason = _in_the_way(config, "config", error)
        raise RequestError(
            f"the model config is a {kind}, and it works in a process of its own, to which {path} cannot be handed: "
            f"{reason}"
        ) from error


def _in_the_way(value: Any, path: str, error: Exception) -> tuple[str, Exception]:
    """The innermost attribute that cannot be pickled, and why."""
    for name, part in _parts(value):
        try:
            pickle.dumps(part)
        except RecursionError:
            return f"{path}{name}", error
        except Exception as inner:  # noqa: BLE001 - what a stranger's __reduce__ raises
            return _in_the_way(part, f"{path}{name}", inner)
    return path, error


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple | set):
        yield from ((f"[{index}]", part) for index, part in enumerate(value))
    else:
        names = [*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())]
        yield from ((f".{name}", getattr(value, name)) for name in names if hasattr(value, name))
