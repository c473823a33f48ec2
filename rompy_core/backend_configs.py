"""From what users write for a backend (a name with options, a mapping, a config object) to its config."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import attrs

from rompy_core.config_files.keys import dotted
from rompy_core.structuring import fault_at
from rompy_hooks import ConfigError, Fault, PipelineConfig, ProcessConfig, RequestError, RunConfig, UnknownNameError

if TYPE_CHECKING:
    from rompy_core.plugins import PluginManager
    from rompy_core.structuring import Origin

Kind = Literal["run", "process", "pipeline"]
Key = tuple[str | int, ...]

A = TypeVar("A")
B = TypeVar("B")

_BASES: Mapping[str, type] = {"run": RunConfig, "process": ProcessConfig, "pipeline": PipelineConfig}
_FORMS = "a name or a mapping with 'type'"


def configure(
    manager: "PluginManager",
    kind: Kind,
    spec: Any,
    options: Mapping[str, Any] | None = None,
    *,
    origin: "Origin | None" = None,
    key: tuple[str | int, ...] = (),
    faults: list[Fault] | None = None,
) -> Any:
    """The config object of a backend.

    Args:
        manager: Knows the backends.
        kind: ``run``, ``process`` or ``pipeline``.
        spec: A backend's name, a mapping with ``type`` and options, or a config object.
        options: More options, over those of a mapping.
        origin: Where the data was read, for errors and relative paths.
        key: Where in that data ``spec`` stands.
        faults: Where faults are put; without it they are raised.

    Returns:
        The config, or ``None`` when ``faults`` were added.

    Raises:
        ConfigError: An option is wrong; all faults together.
        UnknownNameError: No backend of this kind has the name.
    """
    found: list[Fault] = []
    config = _configure(manager, kind, spec, dict(options or {}), origin, key, found)
    if faults is not None:
        faults.extend(found)
    elif found:
        raise ConfigError(found)
    return config


def _configure(
    manager: "PluginManager",
    kind: Kind,
    spec: Any,
    options: dict[str, Any],
    origin: "Origin | None",
    key: tuple[str | int, ...],
    faults: list[Fault],
) -> Any:
    from rompy_core.structuring import structure_collecting

    if isinstance(spec, _BASES[kind]):
        if options:
            faults.append(
                fault_at(f"a config object takes no more options, got {', '.join(sorted(options))}", origin, key)
            )
        return spec
    if isinstance(spec, Mapping):
        options = {**spec, **options}
        spec = options.pop("type", None)
        if spec is None:
            faults.append(needs_key("type", options, _known(manager, kind), origin, key))
            return None
        named = (*key, "type")
    else:
        named = key
    if not isinstance(spec, str):
        forms = "a text" if named != key else _FORMS if origin is not None else f"{_FORMS}, or a config object"
        faults.append(fault_at(f"must be {forms}, got {_quoted(spec)}; known: {_known(manager, kind)}", origin, named))
        return None
    try:
        backend = manager.backend(kind, str(spec))
    except UnknownNameError as error:
        if origin is None and not key:
            raise
        faults.append(fault_at(str(error), origin, named))
        return None
    return structure_collecting(backend.config, options, origin=origin, key=key, faults=faults, title=backend.name)


def name_of(manager: "PluginManager", kind: Kind, config: Any) -> str:
    """The name of the backend that a config belongs to; the class's own name where nobody offers it."""
    backend = manager.backend_of(config)
    return type(config).__name__ if backend is None or backend.kind != kind else backend.name


def all_or_none(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """What both calls return; where both refuse, one error tells what both said.

    Raises:
        RequestError: One of them refused, or both.
    """
    try:
        made = first()
    except RequestError as error:
        try:
            second()
        except RequestError as other:
            raise RequestError(f"{error}\n{other}") from error
        raise
    return made, second()


def needs_key(name: str, given: Mapping[str, Any], known: str, origin: "Origin | None", key: Key) -> Fault:
    """The fault of a mapping without the key that says what it is; at the key that looks like it, where there is one.

    Args:
        name: The key.
        given: The mapping.
        known: What could be its value.
        origin: Where the mapping was read.
        key: Where in that data it stands.
    """
    from rompy_core.nearest import nearest

    misspelt = nearest(name, [each for each in given if isinstance(each, str)])
    if misspelt is None:
        return fault_at(f"needs key {name!r}; known: {known}", origin, key)
    place = fault_at(f"needs key {name!r}, got {misspelt!r}; known: {known}", origin, (*key, misspelt))
    return attrs.evolve(place, key=dotted(key))


def _known(manager: "PluginManager", kind: Kind) -> str:
    return ", ".join(sorted({offer.name for offer in manager.offers(kind)}))


def _quoted(value: Any) -> str:
    # What is in lists and mappings is not told: it may hold secrets.
    from rompy_core.structuring.quoting import quote

    return quote(value)
