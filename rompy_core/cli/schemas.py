"""The JSON Schemas of pipeline files and of backends' settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.plugins import PluginManager

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS = ("run", "process", "pipeline")


def schema_of(manager: "PluginManager", what: str) -> dict[str, Any]:
    """The schema of a pipeline file (``pipeline``), or of a backend by ``NAME`` or ``KIND:NAME``.

    Raises:
        UnknownNameError: No backend has the name.
    """
    if what == "pipeline":
        return {"$schema": _DIALECT, **pipeline_file_schema(manager)}
    kind, name = _kind_and_name(manager, what)
    settings = _with_choice("type", name, _settings(manager, kind, name))
    return {"$schema": _DIALECT, "title": f"{name} ({kind})", **settings}


def _kind_and_name(manager: "PluginManager", what: str) -> tuple[str, str]:
    kind, colon, name = what.partition(":")
    if colon and kind in _KINDS:
        return kind, name
    offering = [kind for kind in _KINDS if any(offer.name == what for offer in manager.offers(kind))]
    if offering:
        return offering[0], what
    from rompy_core.nearest import did_you_mean
    from rompy_hooks.errors import UnknownNameError

    known = sorted({offer.name for kind in _KINDS for offer in manager.offers(kind)})
    raise UnknownNameError(f"no backend is called {what!r}.{did_you_mean(what, known)} Known: {', '.join(known)}")


def pipeline_file_schema(manager: "PluginManager") -> dict[str, Any]:
    """The sections of a pipeline file; a file with the model run alone is one, too."""
    model_run = _model_run_schema(manager)
    processor = _one_of(manager, "process")
    sections = {
        "config": model_run,
        "backend": _one_of(manager, "run"),
        "postprocessor": {
            "if": {"type": "array"},
            "then": {"items": processor, "minItems": 1},
            "else": processor,
        },
        "pipeline": _one_of(manager, "pipeline"),
    }
    whole = {"type": "object", "properties": sections, "required": ["config"], "additionalProperties": False}
    return {
        "title": "rompy pipeline file",
        # What tells the two apart is run_id, so that an editor completes the keys of the one that was begun.
        "if": {"required": ["run_id"]},
        "then": model_run,
        "else": whole,
    }


def _model_run_schema(manager: "PluginManager") -> dict[str, Any]:
    from rompy_core.model_run import ModelRunKeys
    from rompy_core.structuring import json_schema

    schema = json_schema(ModelRunKeys)
    schema.setdefault("properties", {})["config"] = _model_config_schema(manager)
    return schema


def _model_config_schema(manager: "PluginManager") -> dict[str, Any]:
    classes = {
        offer.name: _class_schema(offer.model_config.cls if offer.model_config else None)
        for offer in sorted(manager.model_config_offers(), key=lambda offer: offer.name)
        if not offer.conflict
    }
    return _chosen_by("model_type", classes) if classes else {"type": "object"}


def _class_schema(cls: type[Any] | None) -> dict[str, Any]:
    """A model config's class: ours by its fields, pydantic's by its own word; of others nothing is known."""
    import attrs

    from rompy_core.structuring import json_schema

    if cls is None:
        return {"type": "object"}
    if attrs.has(cls):
        return json_schema(cls)
    own = getattr(cls, "model_json_schema", None)
    schema: dict[str, Any] = own() if callable(own) else {"type": "object"}
    return schema


def _one_of(manager: "PluginManager", kind: str) -> dict[str, Any]:
    names = sorted({offer.name for offer in manager.offers(kind) if not offer.conflict})
    settings = {name: _settings(manager, kind, name) for name in names if _is_whole(manager, kind, name)}
    # A name alone stands for the backend without options.
    return {"if": {"type": "string"}, "then": {"enum": list(settings)}, "else": _chosen_by("type", settings)}


def _is_whole(manager: "PluginManager", kind: str, name: str) -> bool:
    """Whether the plugin behind a name can be imported; the manager warns of one that cannot."""
    from rompy_hooks.errors import PluginError

    try:
        manager.backend(kind, name)
    except PluginError:
        if manager.recipe.strict:
            raise
        return False
    return True


def _settings(manager: "PluginManager", kind: Any, name: str) -> dict[str, Any]:
    from rompy_core.structuring import json_schema

    return json_schema(manager.backend(kind, name).config)


def _chosen_by(key: str, schemas: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Objects whose schema a key chooses.

    As conditions, because of ``oneOf`` an editor knows only that none fits, and not which key is wrong.
    """
    return {
        "type": "object",
        "properties": {key: {"enum": list(schemas)}},
        "required": [key],
        "allOf": [
            {
                "if": {"properties": {key: {"const": name}}, "required": [key]},
                "then": _with_choice(key, name, schema),
            }
            for name, schema in schemas.items()
        ],
    }


def _with_choice(key: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    properties = {key: {"const": name}, **schema.get("properties", {})}
    return {**schema, "properties": properties, "required": [key, *schema.get("required", [])]}
