"""What a manager tells about its plugins: who is there, who offers what, and what went wrong."""

from collections.abc import Mapping
from typing import Any

import attrs

from rompy_core.plugins.names import short
from rompy_hooks import Backend, ModelConfig


@attrs.frozen(kw_only=True)
class Origin:
    """Where a plugin comes from."""

    #: ``group:name``.
    name: str
    #: ``builtin``, an entry point group, ``-p``, ``local`` or ``host``.
    source: str
    #: The distribution that installed it; empty where none did.
    distribution: str = ""
    version: str = ""
    #: What is imported: ``module:object``, or a path.
    value: str = ""
    #: Whether somebody named it with ``-p``; only such a plugin may take a built-in name.
    explicit: bool = False

    def __str__(self) -> str:
        """For messages.

        >>> str(Origin(name="rompy:pbs", source="rompy", distribution="rompy-pbs", version="0.3.1"))
        "'pbs' (rompy-pbs 0.3.1)"
        """
        return self._with_distribution(short(self.name))

    @property
    def in_full(self) -> str:
        """For messages in which plugins of one short name meet."""
        return self._with_distribution(self.name)

    def _with_distribution(self, name: str) -> str:
        where = f"{self.distribution} {self.version}".strip()
        return f"{name!r} ({where})" if where else f"{name!r}"


@attrs.frozen(kw_only=True)
class PluginProblem:
    """Something that is wrong with one plugin, and that cost only this plugin."""

    #: ``group:name``.
    plugin: str
    distribution: str = ""
    version: str = ""
    #: ``import``, ``validate``, ``conflict``, or the hook that went wrong.
    stage: str
    #: One or two sentences, complete in themselves.
    message: str
    #: The traceback's text, where something was raised.
    traceback: str = ""

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, str]:
        """The problem as data that JSON can hold."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class Offer:
    """A backend that a plugin offers."""

    #: ``run``, ``process`` or ``pipeline``.
    kind: str
    name: str
    #: ``group:name`` of the plugin.
    plugin: str
    distribution: str = ""
    version: str = ""
    #: ``None`` until somebody asks for it by name, for a plugin that is imported only then.
    backend: Backend | None = None
    #: Why asking for the name gives somebody else's, or nothing; empty for an offer that stands.
    conflict: str = ""


@attrs.frozen(kw_only=True)
class ModelConfigOffer:
    """A model config that a plugin offers."""

    #: What users write as ``model_type``.
    name: str
    #: ``group:name`` of the plugin.
    plugin: str
    distribution: str = ""
    version: str = ""
    #: ``None`` until somebody asks for it by name, for a class that is imported only then.
    model_config: ModelConfig | None = None
    #: Why asking for the name gives somebody else's, or nothing; empty for an offer that stands.
    conflict: str = ""


@attrs.frozen(kw_only=True)
class PluginInfo:
    """One plugin, as ``rompy plugins`` lists it."""

    #: ``group:name``.
    name: str
    #: ``builtin``, an entry point group, ``-p``, ``local`` or ``host``.
    source: str
    distribution: str = ""
    version: str = ""
    #: What is imported: ``module:object``, or a path.
    value: str = ""
    #: ``loaded``, ``pending`` (imported when it is needed), ``failed``, ``blocked``, ``conflict`` (what it offers
    #: is left out) or ``superseded`` (an entry point of rompy 0.6 that is built in here).
    state: str
    #: Names of the hooks that it implements; known when it is loaded.
    hooks: tuple[str, ...] = ()
    #: ``kind:name`` of each backend, ``model_config:name`` of each model config.
    backends: tuple[str, ...] = ()

    def to_dict(self) -> Mapping[str, Any]:
        """The information as data that JSON can hold."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in attrs.asdict(self).items()}
