"""Config classes for plain classes: the keys of the kind, and every other key as an option."""

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from rompy_core.plugins.kinds import TITLES
from rompy_core.plugins.options import Signature
from rompy_hooks import PipelineConfig, ProcessConfig, RunConfig
from rompy_hooks.secret import redacted_repr

_BASES: Mapping[str, Any] = {"run": RunConfig, "process": ProcessConfig, "pipeline": PipelineConfig}
# The host judges expectations itself, whatever the class does.
_OF_THE_HOST = frozenset({"expect"})


def make_config_class(kind: str, name: str, signature: Signature) -> type[Any]:
    """A config class whose instances hold options that the plain class takes."""
    title = f"{TITLES[kind]} {name!r}"
    base = _BASES[kind]

    def check(self: Any) -> None:
        inherited = getattr(base, "__attrs_post_init__", None)
        if inherited is not None:
            inherited(self)
        signature.check(title, given_options(self))

    namespace = {
        "__annotations__": {"__rompy_options__": ClassVar[str], "options": Mapping[str, Any]},
        "__attrs_post_init__": check,
        "__doc__": f"The keys of the {title}.",
        "__getattr__": _option,
        "__module__": __name__,
        "__rompy_options__": "options",
        "options": attrs.field(factory=dict, repr=redacted_repr),
    }
    made: type[Any] = attrs.frozen(kw_only=True)(type(f"{name}Config", (base,), namespace))
    return made


def _option(config: Any, name: str) -> Any:
    """An option as an attribute, which is how old-style classes read their config."""
    if not name.startswith("__") and name != "options" and name in config.options:
        return config.options[name]
    raise AttributeError(f"{type(config).__name__} has no key {name!r}")


def given_options(config: Any) -> dict[str, Any]:
    """The options, and those keys of the kind that were set; as plain data, as they stand in a file."""
    common = {
        field.name: _plain(getattr(config, field.name))
        for field in attrs.fields(type(config))
        if field.name != "options" and field.name not in _OF_THE_HOST and getattr(config, field.name) != _default(field)
    }
    return {**common, **config.options}


def _default(field: "attrs.Attribute[Any]") -> Any:
    default: Any = field.default
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return attrs.asdict(value) if attrs.has(type(value)) else value
