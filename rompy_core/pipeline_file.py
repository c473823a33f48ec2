"""A pipeline file: ``config``, ``backend``, ``postprocessor``, ``pipeline``; all its faults in one report."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.backend_configs import Kind, configure
from rompy_core.model_run import ModelRun
from rompy_core.model_run_file import SECTIONS, collect_model_run, model_run_section, section_faults
from rompy_core.structuring import fault_at
from rompy_hooks import ConfigError, Fault, PipelineConfig, ProcessConfig, RequestError, RunConfig
from rompy_hooks.secret import redacted_repr

if TYPE_CHECKING:
    from rompy_core.config_files import Document
    from rompy_core.plugins import PluginManager

_KINDS: Mapping[str, Kind] = {"backend": "run", "postprocessor": "process", "pipeline": "pipeline"}
#: Keys of pipelines for what sections of a file say.
_PARTS = {
    "run_backend": "backend",
    "run_kwargs": "backend",
    "processor": "postprocessor",
    "process_kwargs": "postprocessor",
}


@attrs.frozen(kw_only=True)
class PipelineFile:
    """What a pipeline file asks for."""

    model_run: ModelRun
    #: ``None`` where the file names no backend.
    backend: RunConfig | None
    #: Empty where the file names none.
    processors: tuple[ProcessConfig, ...]
    #: The pipeline, with backend and processors put in.
    pipeline: PipelineConfig
    document: "Document" = attrs.field(repr=False)
    #: The sections beside the model run as they were written, for the record; where another file was chosen for one,
    #: as they were written there.
    configs: Mapping[str, Any] = attrs.field(repr=redacted_repr)


def read_pipeline_file(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    plugin_manager: "PluginManager | None" = None,
    backend: str | Path | None = None,
    processor: str | Path | Sequence[str | Path] | None = None,
) -> PipelineFile:
    """Read a pipeline file, or a file with a model run alone.

    Args:
        path: The file.
        overrides: ``key=value`` texts, as of the command's ``-o``.
        plugin_manager: Knows the backends and model configs.
        backend: Instead of the file's: a run backend's name, or a file with its keys (a ``Path``).
        processor: Instead of the file's: a processor's name or file, or several.

    Raises:
        ConfigError: Something is wrong; all faults together, each with its line.
    """
    from rompy_core.config_files import read_document

    return pipeline_of(
        read_document(path, overrides=overrides), plugin_manager=plugin_manager, backend=backend, processor=processor
    )


def pipeline_from_environment(
    environ: Mapping[str, str] | None = None,
    *,
    overrides: Sequence[str] = (),
    plugin_manager: "PluginManager | None" = None,
    backend: str | Path | None = None,
    processor: str | Path | Sequence[str | Path] | None = None,
) -> PipelineFile:
    """As :func:`read_pipeline_file`, of the environment variables that hold a configuration.

    Raises:
        ConfigError: Something is wrong; all faults together, each with its variable.
    """
    from rompy_core.config_files import environment_document

    document = environment_document(os.environ if environ is None else environ, overrides=overrides)
    return pipeline_of(document, plugin_manager=plugin_manager, backend=backend, processor=processor)


def pipeline_of(
    document: "Document",
    *,
    plugin_manager: "PluginManager | None" = None,
    backend: str | Path | None = None,
    processor: str | Path | Sequence[str | Path] | None = None,
) -> PipelineFile:
    """What a document asks for.

    Raises:
        ConfigError: Something is wrong; all faults together.
    """
    if plugin_manager is None:
        from rompy_core.default_manager import default_manager

        plugin_manager = default_manager()
    reader = _Reader(document, plugin_manager)
    result = reader.read(backend, processor)
    if result is None or reader.faults:
        from rompy_core.config_files.read import in_order

        raise ConfigError(in_order(reader.faults))
    return result


class _Reader:
    """Reads the sections one after the other and keeps what is wrong with any."""

    def __init__(self, document: "Document", manager: "PluginManager") -> None:
        self.document = document
        self.manager = manager
        self.faults: list[Fault] = []
        #: What was chosen instead of a section: its data, and as it was written.
        self.chosen: dict[str, list[tuple[Any, Any]]] = {}

    def read(
        self, backend: str | Path | None, processor: str | Path | Sequence[str | Path] | None
    ) -> PipelineFile | None:
        section = model_run_section(self.document)
        data = self.document.data if section else {}
        self.faults += section_faults(self.document) if section else ()
        model_run = collect_model_run(self.document, section, self.manager, ModelRun, self.faults)
        run_config = self._section("backend", data) if backend is None else self._chosen("backend", backend)
        processors = self._processors(data) if processor is None else self._chosen_processors(processor)
        self._check_executable(model_run, run_config)
        pipeline = self._pipeline(data, run_config, processors)
        if model_run is None or self.faults:
            return None
        return PipelineFile(
            model_run=model_run,
            backend=run_config,
            processors=processors,
            pipeline=pipeline,
            document=self.document,
            configs=self._configs(bool(section)),
        )

    def _configs(self, has_sections: bool) -> dict[str, Any]:
        own = self.document.written if has_sections else {}
        configs = {name: own[name] for name in SECTIONS[1:] if name in own}
        return {**configs, **{name: _one_or_all([written for _, written in self.chosen[name]]) for name in self.chosen}}

    def _section(self, name: str, data: Mapping[str, Any]) -> Any:
        if data.get(name) is None:
            return None
        return self._configured(name, data[name], (name,))

    def _configured(self, name: str, spec: Any, key: tuple[str | int, ...]) -> Any:
        return configure(self.manager, _KINDS[name], spec, origin=self.document, key=key, faults=self.faults)

    def _processors(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        given = data.get("postprocessor")
        if given is None:
            return ()
        if isinstance(given, list):
            if not given:
                self._fault("must name a processor, got an empty list", ("postprocessor",))
            return tuple(
                self._configured("postprocessor", entry, ("postprocessor", number))
                for number, entry in enumerate(given)
            )
        return (self._configured("postprocessor", given, ("postprocessor",)),)

    def _chosen(self, section: str, choice: str | Path) -> Any:
        """A backend that the caller chose instead of the file's: by name, or by a file with its keys."""
        if not isinstance(choice, Path):
            given = self.document.data.get(section) if isinstance(self.document.data, dict) else None
            if isinstance(given, dict) and given.get("type") == choice:
                self._choose(section, given, self.document.written[section])
                return self._configured(section, given, (section,))
            self._choose(section, choice, choice)
            return configure(self.manager, _KINDS[section], choice, origin=_Chosen(section), key=(), faults=self.faults)
        from rompy_core.config_files import read_document

        try:
            document = read_document(choice)
        except ConfigError as error:
            self.faults.extend(error.faults)
            return None
        key = (section,) if isinstance(document.data, dict) and section in document.data else ()
        spec = document.data[section] if key else document.data
        self._choose(section, spec, document.written[section] if key else document.written)
        return configure(self.manager, _KINDS[section], spec, origin=document, key=key, faults=self.faults)

    def _choose(self, section: str, spec: Any, written: Any) -> None:
        self.chosen.setdefault(section, []).append((spec, written))

    def _chosen_processors(self, choice: str | Path | Sequence[str | Path]) -> tuple[Any, ...]:
        choices = [choice] if isinstance(choice, (str, Path)) else choice
        return tuple(self._chosen("postprocessor", entry) for entry in choices)

    def _check_executable(self, model_run: ModelRun | None, run_config: Any) -> None:
        if model_run is None or run_config is None or self.faults:
            return
        try:
            model_run.check_executable(run_config)
        except RequestError as error:
            self._fault(str(error).removeprefix("backend "), ("backend",))

    def _pipeline(self, data: Mapping[str, Any], run_config: Any, processors: tuple[Any, ...]) -> Any:
        """The pipeline's config; backend and processors are put in as objects, or as plain options of a stranger's."""
        given = data.get("pipeline")
        spec = {"type": "local", **given} if isinstance(given, dict) else "local" if given is None else given
        config = self._configured("pipeline", spec, ("pipeline",))
        if config is None:
            return None
        collects = getattr(type(config), "__rompy_options__", None)
        if collects is None:
            known = {field.name for field in attrs.fields(type(config))}
            self._refuse_parts(spec, known)
            parts = {"run_backend": run_config or "local", "processor": processors or "noop"}
            return attrs.evolve(config, **{name: part for name, part in parts.items() if name in known})
        return attrs.evolve(config, **{collects: {**_plain_parts(self._given(data)), **getattr(config, collects)}})

    def _refuse_parts(self, options: Any, known: set[str]) -> None:
        """Of a file, the sections say what a pipeline uses: so other commands find it, and nothing is said twice."""
        for name in known.intersection(options) if isinstance(options, dict) else ():
            if name in _PARTS:
                self._fault(f"in a file the section {_PARTS[name]!r} says this; put it there", ("pipeline", name))

    def _given(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The sections with what was chosen instead."""
        return {**data, **{name: _one_or_all([spec for spec, _ in self.chosen[name]]) for name in self.chosen}}

    def _fault(self, message: str, key: tuple[str | int, ...]) -> None:
        self.faults.append(fault_at(message, self.document, key))


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _plain_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    from rompy_core.config_files.texts import meant

    parts: dict[str, Any] = {}
    for section, name, options in (
        ("backend", "run_backend", "run_kwargs"),
        ("postprocessor", "processor", "process_kwargs"),
    ):
        given = meant(data.get(section))
        if isinstance(given, dict):
            rest = dict(given)
            parts[name] = rest.pop("type", None)
            parts[options] = rest
        elif given is not None:
            parts[name] = given
    return parts


class _Chosen:
    """Where a name stands that was given beside the file."""

    def __init__(self, section: str) -> None:
        self._option = {"backend": "--backend", "postprocessor": "--processor"}[section]

    def position(self, _key: tuple[str | int, ...]) -> tuple[str, None]:
        """The option."""
        return self._option, None

    def directory(self, _key: tuple[str | int, ...]) -> Path:
        """The working directory."""
        return Path.cwd()
