"""Reading a model run out of a document: the keys, then the model config by its ``model_type``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from rompy_core.model_configs import configure_model
from rompy_core.model_run import ModelRun, ModelRunKeys
from rompy_core.nearest import did_you_mean
from rompy_core.structuring import fault_at, structure_collecting
from rompy_hooks import ConfigError, Fault

if TYPE_CHECKING:
    from rompy_core.config_files import Document
    from rompy_core.plugins import PluginManager

#: What a pipeline file may hold: the model run, and what is to be done with it.
SECTIONS = ("config", "backend", "postprocessor", "pipeline")

_KEYS = frozenset(field.name for field in attrs.fields(ModelRunKeys))

Key = tuple[str | int, ...]
AnyModelRun = TypeVar("AnyModelRun", bound=ModelRun)


def model_run_section(document: "Document") -> Key:
    """Where the model run stands: in a pipeline file under ``config``, else at the top."""
    data = document.data
    if not isinstance(data, dict):
        return ()
    section = data.get("config")
    has_sections = any(name in data for name in SECTIONS[1:])
    if "run_id" in data:
        # One that -o puts there makes no other file of a pipeline file; it is told to stand in the wrong place.
        is_pipeline = section is not None and (has_sections or _holds_model_run(section))
        return ("config",) if is_pipeline and _from_outside(document, "run_id") else ()
    return ("config",) if has_sections or (isinstance(section, dict) and "run_id" in section) else ()


def _holds_model_run(section: Any) -> bool:
    """Whether a section is a model run and no model config, which may have a key of the same name."""
    return isinstance(section, dict) and "model_type" not in section and not _KEYS.isdisjoint(section)


def _from_outside(document: "Document", name: str) -> bool:
    """Whether ``-o`` or a variable of the environment of its own gave a key."""
    source, line = document.position((name,))
    return isinstance(source, str) and line is None


def section_faults(document: "Document", *, from_outside: bool = False) -> Iterator[Fault]:
    """A fault for each key of a pipeline file that is no section; or only for those that the file itself has not."""
    for name in document.data:
        if name not in SECTIONS and (not from_outside or _from_outside(document, name)):
            belongs = f" Did you mean config.{name}?" if name in _KEYS else did_you_mean(name, SECTIONS)
            message = f"a pipeline file has no section {name!r}.{belongs} Sections: {', '.join(SECTIONS)}"
            yield fault_at(message, document, (name,))


def model_run_of(
    document: "Document", key: Key, manager: "PluginManager | None", cls: type[AnyModelRun]
) -> AnyModelRun:
    """The model run at a key of a document.

    Raises:
        ConfigError: Something is wrong; all faults together.
    """
    faults = list(section_faults(document, from_outside=True)) if key else []
    model_run = collect_model_run(document, key, manager, cls, faults)
    if faults or model_run is None:
        from rompy_core.config_files.read import in_order

        raise ConfigError(in_order(faults))
    return model_run


def collect_model_run(
    document: "Document", key: Key, manager: "PluginManager | None", cls: type[AnyModelRun], faults: list[Fault]
) -> AnyModelRun | None:
    """The model run at a key of a document, or ``None`` with what is wrong added to ``faults``."""
    data = _section(document, key, faults)
    if data is None:
        return None
    rest = {name: value for name, value in data.items() if name != "config"}
    if not key:
        _refuse_sections(rest, document, faults)
    keys = structure_collecting(ModelRunKeys, rest, origin=document, key=key, faults=faults, title="a model run")
    config = data.get("config")
    if config is not None:
        known = manager or _default_manager()
        config = configure_model(known, config, origin=document, key=(*key, "config"), faults=faults)
    if keys is None or faults:
        return None
    values = {field.name: getattr(keys, field.name) for field in attrs.fields(ModelRunKeys)}
    model_run = cls(**{**values, "config": config}, plugin_manager=manager)
    object.__setattr__(model_run, "_written", _at(document.written, key))
    return model_run


def _section(document: "Document", key: Key, faults: list[Fault]) -> dict[str, Any] | None:
    if key and key[0] not in document.data:
        faults.append(fault_at("needs key 'config', which holds the model run: run_id, period, ...", document, ()))
        return None
    data = _at(document.data, key)
    if isinstance(data, dict):
        return data
    from rompy_core.structuring.quoting import quote

    message = f"must be a mapping with the keys of a model run (run_id, period, ...), got {quote(data)}"
    faults.append(fault_at(message, document, key))
    return None


def _refuse_sections(keys: dict[str, Any], document: "Document", faults: list[Fault]) -> None:
    """Refuse the sections of a pipeline file beside the keys of the model run."""
    for name in SECTIONS[1:]:
        if name in keys:
            del keys[name]
            message = "cannot stand beside run_id; put the keys of the model run under 'config'"
            faults.append(fault_at(message, document, (name,)))


def _at(data: Any, key: Key) -> Any:
    for part in key:
        data = data[part]
    return data


def _default_manager() -> "PluginManager":
    from rompy_core.default_manager import default_manager

    return default_manager()
