"""``ModelRun``: what is simulated, and the methods that generate, run and postprocess it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from rompy_core.period import Period
from rompy_core.workspace import check_identifier, workspace_of
from rompy_hooks import PipelineResult, ProcessConfig, ProcessResult, RequestError, RunConfig, RunResult

if TYPE_CHECKING:
    from rompy_core.backend_configs import Kind
    from rompy_core.cancellation import RunCancellation
    from rompy_core.plugins import PluginManager
    from rompy_core.run_in_hand.hand import LetGo, RunInHand

#: Where workspaces are made when nothing is said; the default that users of rompy 0.6 have.
DEFAULT_OUTPUT_DIR = Path("simulations")


def _absolute(path: Any) -> Any:
    # Now, not when it is used: a host may change its working directory in between.
    if not isinstance(path, (str, os.PathLike)):
        return path
    if isinstance(path, Path) and str(path).startswith("/") and "/.." not in str(path):
        return path
    return Path(os.path.abspath(path))  # noqa: PTH100  resolve() follows links


def _without_nul(_instance: Any, _attribute: "attrs.Attribute[Path]", value: Path) -> None:
    if "\0" in str(value):
        raise RequestError(f"output_dir: must not hold a NUL byte, got {str(value)!r}")


def _an_identifier(_instance: Any, _attribute: "attrs.Attribute[str]", value: Any) -> None:
    check_identifier(value, "run_id")


def _to_period(value: Any) -> Any:
    return Period(**value) if isinstance(value, Mapping) else value


@attrs.frozen(kw_only=True)
class ModelRunKeys:
    """The keys of a model run in a file."""

    #: Names the run and its workspace.
    run_id: str = attrs.field(validator=_an_identifier)
    #: The simulated time; a stationary run has none.
    period: Period | None = attrs.field(
        default=None, converter=_to_period, validator=attrs.validators.optional(attrs.validators.instance_of(Period))
    )
    #: Where workspaces are made.
    output_dir: Path = attrs.field(
        default=DEFAULT_OUTPUT_DIR,
        converter=_absolute,
        validator=[attrs.validators.instance_of(Path), _without_nul],
    )
    #: The model config: a mapping with ``model_type``, or an object.
    config: Any = None
    #: Whether ``generate`` deletes what an earlier run of this id left; its record stays.
    delete_existing: bool = attrs.field(default=False, validator=attrs.validators.instance_of(bool))
    #: Whether the workspace is ``output_dir/run_id`` or ``output_dir`` itself.
    run_id_subdir: bool = attrs.field(default=True, validator=attrs.validators.instance_of(bool))


# Where a pipeline file has the settings of a kind of backend.
_SECTIONS: "Mapping[Kind, str]" = {"run": "backend", "process": "postprocessor", "pipeline": "pipeline"}
_PLAIN_KEYS = tuple(field.name for field in attrs.fields(ModelRunKeys) if field.name != "config")


@attrs.frozen(kw_only=True)
class ModelRun(ModelRunKeys):
    """What is simulated: a name, a period, a place and one model config.

    It is a value: equal to another one with the same keys, and serialisable. The plugin manager is no part of that.
    """

    #: Knows the backends; without one, a default that is built on first use.
    plugin_manager: "PluginManager | None" = attrs.field(default=None, eq=False, repr=False)
    _written: Mapping[str, Any] | None = attrs.field(default=None, init=False, eq=False, repr=False)
    _hand: "RunInHand | LetGo | None" = attrs.field(default=None, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.config, Mapping):
            from rompy_core.model_configs import configure_model

            object.__setattr__(self, "config", configure_model(self.manager, self.config, key=("config",)))

    # -- reading and writing -----------------------------------------------------------------------------------------

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, plugin_manager: "PluginManager | None" = None) -> Self:
        """A model run of plain data, as in a file.

        Raises:
            ConfigError: Something is wrong; all faults together.
        """
        from rompy_core.config_files import document_from_mapping
        from rompy_core.model_run_file import model_run_of

        return model_run_of(document_from_mapping(data), (), plugin_manager, cls)

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        overrides: Sequence[str] = (),
        plugin_manager: "PluginManager | None" = None,
    ) -> Self:
        """A model run of a YAML, TOML or JSON file; of a pipeline file, its section ``config``.

        Args:
            path: The file.
            overrides: ``key=value`` texts, as of the command's ``-o``.
            plugin_manager: Knows the model configs and backends.

        Raises:
            ConfigError: Something is wrong; all faults together, each with its line.
        """
        from rompy_core.config_files import read_document
        from rompy_core.model_run_file import model_run_of, model_run_section

        document = read_document(path, overrides=overrides)
        return model_run_of(document, model_run_section(document), plugin_manager, cls)

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """Plain data that :meth:`from_dict` makes an equal model run of, where no secret is in it.

        Args:
            reveal: Whether secrets are written out; else they are replaced by ``***``.

        Raises:
            RequestError: The model config is an object that no plugin offers under a name.
        """
        from rompy_core.model_configs import model_config_data
        from rompy_core.structuring import unstructure

        keys = {name: getattr(self, name) for name in _PLAIN_KEYS}
        data = {name: unstructure(value, reveal=reveal) for name, value in keys.items() if value is not None}
        if self.config is not None:
            data["config"] = model_config_data(self.manager, self.config, reveal=reveal)
        return data

    @property
    def written(self) -> dict[str, Any]:
        """The model run as it was written: ``${VAR}`` not expanded, so that no secret is in it."""
        from rompy_core.model_configs import describe_model

        return dict(self._written) if self._written is not None else describe_model(self)

    @property
    def is_read(self) -> bool:
        """Whether it was read from a file or mapping, so that :attr:`written` may differ from what it means."""
        return self._written is not None

    def __getstate__(self) -> dict[str, Any]:
        # A manager holds modules and locks, a run in hand holds descriptors: neither travels.
        names = [field.name for field in attrs.fields(type(self))]
        return {name: getattr(self, name) for name in names if name not in ("plugin_manager", "_hand")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in {"plugin_manager": None, "_hand": None, **state}.items():
            object.__setattr__(self, name, value)

    # -- places ------------------------------------------------------------------------------------------------------

    @property
    def staging_dir(self) -> Path:
        """The workspace."""
        return self._hand.workspace if self._hand else workspace_of(self.output_dir, self.run_id, self.run_id_subdir)

    @property
    def manager(self) -> "PluginManager":
        """The plugin manager in use."""
        if self.plugin_manager is not None:
            return self.plugin_manager
        from rompy_core.default_manager import default_manager

        return default_manager()

    # -- stages ------------------------------------------------------------------------------------------------------

    def generate(self) -> Path:
        """Make the inputs in the workspace; they appear whole or not at all.

        Returns:
            The workspace. Of a model run that a hook received, the existing one.

        Raises:
            TemplateError: A template is wrong.
            StageError: Data could not be had, or the disk is full.
            WorkspaceError: The workspace is not ours, or in use.
        """
        with self._held("generate") as hand:
            return hand.generate()

    def run(
        self, backend: Any = "local", *, workspace_dir: str | os.PathLike[str] | None = None, **options: Any
    ) -> RunResult:
        """Run the model; generates first where that has not been done.

        Args:
            backend: A run backend's name, a mapping with ``type``, or a config object.
            workspace_dir: A workspace that was made before; this run's own unless given.
            options: The backend's keys.

        Returns:
            True when the model did what was expected of it.

        Raises:
            RequestError: What was asked for cannot be done; nothing was created.
            RunTimeoutError: It took too long and was ended.
        """
        config = self.configure("run", backend, options)
        self.check_executable(config)
        with self._held("run", workspace_dir, ("run", backend, options)) as hand:
            return hand.run(config)

    def postprocess(
        self, processor: Any = "noop", *, workspace_dir: str | os.PathLike[str] | None = None, **options: Any
    ) -> ProcessResult:
        """Postprocess what the model wrote.

        Args:
            processor: A processor's name, a mapping with ``type``, a config object, or a list of these.
            workspace_dir: A workspace that was made before; this run's own unless given.
            options: The processor's keys.

        Returns:
            False where there is no workspace, too.

        Raises:
            RequestError: What was asked for cannot be done.
        """
        configs = self.configure_processors(processor, options)
        with self._held("postprocess", workspace_dir, ("process", processor, options)) as hand:
            return hand.postprocess(configs)

    def pipeline(self, pipeline_backend: Any = "local", **options: Any) -> PipelineResult:
        """Generate, run and postprocess, as the pipeline backend does it.

        Args:
            pipeline_backend: A pipeline's name, a mapping with ``type``, or a config object.
            options: The pipeline's keys: ``run_backend``, ``processor``, ``run_kwargs``, ``process_kwargs``, ...

        Raises:
            RequestError: What was asked for cannot be done, in any stage; nothing was created.
        """
        config = self.configure("pipeline", pipeline_backend, options)
        with self._held("pipeline", None, ("pipeline", pipeline_backend, options)) as hand:
            return hand.pipeline(config)

    def zip(self, target: str | os.PathLike[str] | None = None) -> Path:
        """Pack the workspace into a zip file beside it, or at ``target``.

        Raises:
            WorkspaceError: There is no workspace, or the target exists.
        """
        from rompy_core.workspace import zip_workspace

        return zip_workspace(self.staging_dir, None if target is None else _absolute(target))

    # -- for pipelines and hosts -------------------------------------------------------------------------------------

    def configure(self, kind: "Kind", backend: Any, options: Mapping[str, Any] | None = None) -> Any:
        """The config object of a backend, by its name, mapping or config object.

        Raises:
            ConfigError: An option is wrong.
            UnknownNameError: No backend has the name.
        """
        from rompy_core.backend_configs import configure

        return configure(self.manager, kind, backend, options)

    def configure_processors(
        self, processor: Any, options: Mapping[str, Any] | None = None
    ) -> tuple[ProcessConfig, ...]:
        """The config objects of one processor or a list of them; ``options`` are for one alone.

        Raises:
            RequestError: Options for several processors, an empty list, an unknown name, a wrong option.
        """
        several = isinstance(processor, (list, tuple))
        if several and options:
            raise RequestError("options for several processors: give each as a mapping with 'type' and its own keys")
        if several and not processor:
            raise RequestError("an empty list of processors; use 'noop' to do nothing")
        entries = processor if several else [processor]
        return tuple(self.configure("process", entry, options) for entry in entries)

    def configure_pipeline(
        self,
        run_backend: Any,
        processor: Any,
        *,
        run_options: Mapping[str, Any] | None = None,
        process_options: Mapping[str, Any] | None = None,
    ) -> tuple[RunConfig, tuple[ProcessConfig, ...]]:
        """The configs of a run backend and of processors, for a pipeline: what is wrong with any is told together.

        Raises:
            RequestError: Something that was asked for cannot be done.
        """
        from rompy_core.backend_configs import all_or_none

        def run_config() -> RunConfig:
            config: RunConfig = self.configure("run", run_backend, run_options)
            self.check_executable(config)
            return config

        return all_or_none(run_config, lambda: self.configure_processors(processor, process_options))

    def backend_name(self, kind: "Kind", config: Any) -> str:
        """The name of the backend that a config belongs to."""
        from rompy_core.backend_configs import name_of

        return name_of(self.manager, kind, config)

    def clear_workspace(self) -> bool:
        """Delete what is in the workspace except its record, where the workspace is this run's own.

        Returns:
            Whether there was something that may be deleted.

        Raises:
            WorkspaceError: It is not ours to delete.
        """
        with self._held("clear") as hand:
            return hand.clear()

    def check_executable(self, config: RunConfig) -> None:
        """Refuse a run backend that executes steps when there is nothing to execute.

        Raises:
            NothingToExecuteError: Neither the backend nor the model config says what.
            RequestError: The model config runs itself, and cannot travel to an interpreter of its own.
        """
        from rompy_core.run_in_hand.steps import check_executable, runs_itself

        check_executable(self.manager, config, self.config)
        if runs_itself(self.manager, config, self.config):
            from rompy_core.own_process import check_travels

            check_travels(self)

    @contextmanager
    def in_hand(
        self,
        action: str = "run",
        *,
        cancellation: "RunCancellation | None" = None,
        workspace_dir: str | os.PathLike[str] | None = None,
        configs: Mapping[str, Any] | None = None,
        skip_generate: bool = False,
    ) -> Iterator["ModelRun"]:
        """Take the run in hand: the model run that it gives does its stages under one lock and in one record.

        The workspace is made and locked when the first stage needs it. A model run that is in hand gives itself.

        Args:
            action: What is being done, for the record.
            cancellation: How to ask for the end from outside.
            workspace_dir: A workspace that was made before; this run's own unless given.
            configs: The backends' settings as they were written, for the record.
            skip_generate: Whether the inputs that are there are taken as they are.
        """
        more: dict[str, Any] = {"cancellation": cancellation, "configs": configs, "skip_generate": skip_generate}
        with self._held(action, workspace_dir, **more) as hand:
            yield hand.model_run

    def _held(
        self,
        action: str,
        workspace_dir: str | os.PathLike[str] | None = None,
        asked: "tuple[Kind, Any, Mapping[str, Any]] | None" = None,
        **more: Any,
    ) -> AbstractContextManager["RunInHand"]:
        """The hold that there is, or one that ends with the ``with`` statement and records what was asked for."""
        if self._hand is not None:
            return nullcontext(self._hand.held())
        from rompy_core.run_in_hand.hand import RunInHand

        if asked is not None:
            more["configs"] = {_SECTIONS[asked[0]]: self._written_of(*asked)}
        return RunInHand(
            self, action, workspace_dir=None if workspace_dir is None else _absolute(workspace_dir), **more
        )

    def _written_of(self, kind: "Kind", backend: Any, options: Mapping[str, Any]) -> Any:
        """A backend as it was asked for, for the record."""
        if isinstance(backend, str):
            return {"type": backend, **options}
        if isinstance(backend, Mapping):
            return {**backend, **options}
        if isinstance(backend, (list, tuple)):
            return [self._written_of(kind, entry, options) for entry in backend]
        from rompy_core.structuring import unstructure

        return {"type": self.backend_name(kind, backend), **unstructure(backend, omit_defaults=True)}

    def _bound_to(self, hand: "RunInHand") -> Self:
        bound: Self = object.__new__(type(self))
        for field in attrs.fields(type(self)):
            # A copy as it is: what was converted and validated once needs no more of it.
            object.__setattr__(bound, field.name, getattr(self, field.name))
        object.__setattr__(bound, "_hand", hand)
        return bound

    def _in_hand(self) -> "RunInHand":
        assert self._hand is not None  # noqa: S101  only in_hand() hands out what this is called on
        return self._hand.held()

    def _let_go(self, end: "LetGo") -> None:
        object.__setattr__(self, "_hand", end)
