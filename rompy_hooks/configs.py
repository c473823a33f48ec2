"""Settings that every backend of a kind has, and what a run is made of: steps and expectations.

A backend's own settings are an attrs class that derives from :class:`RunConfig`, :class:`ProcessConfig` or
:class:`PipelineConfig`; its fields are the keys of ``backend: {type: ..., ...}`` in a file.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs.validators import deep_iterable, ge, gt, instance_of, matches_re, optional

from rompy_hooks.quantities import ByteSize, Seconds, WorkspacePath, parse_byte_size, parse_duration
from rompy_hooks.secret import redacted_repr

#: What identifiers (run ids, names of steps and backends) look like: they cannot leave a directory.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")

#: Seconds between asking a process to end (SIGTERM) and ending it (SIGKILL), where nothing else was said.
DEFAULT_GRACE_PERIOD = 10.0


def to_seconds(value: Any) -> Any:
    """Seconds of a number or of a text such as ``2H30m``; for the ``converter`` of a field."""
    return parse_duration(value) if isinstance(value, str) else value


def to_bytes(value: Any) -> Any:
    """Bytes of a number or of a text such as ``1.5g``; for the ``converter`` of a field."""
    return parse_byte_size(value) if isinstance(value, str) else value


def to_words(value: Any) -> Any:
    """A list of words as a tuple, anything else as it is; for the ``converter`` of a command."""
    return tuple(value) if isinstance(value, list) else value


def to_tuple(value: Any) -> Any:
    """A list as a tuple; one text alone as a tuple of it; for the ``converter`` of lists of globs and patterns."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def a_command(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept a text that is not blank, or one word and more; for the ``validator`` of a command."""
    words = (value,) if isinstance(value, str) else value
    if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
        # Commands are not quoted: a password may stand in them.
        given = "a list with something else in it" if isinstance(words, tuple) else type(words).__name__
        raise TypeError(f"must be a text or a list of texts, got {given}")
    if not words or not words[0].strip():
        raise ValueError("must not be empty; give a program and its arguments")
    if any("\0" in word for word in words):
        raise ValueError("must not hold a NUL byte")


def environment_variables(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept a mapping of texts to texts that the kernel takes as an environment."""
    for name, text in value.items():
        if not isinstance(name, str) or not name or "=" in name or "\0" in name:
            # What follows the = may be a password.
            shown = name.partition("=")[0] + "=..." if isinstance(name, str) and "=" in name else name
            raise ValueError(f"{shown!r} is no name of an environment variable")
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a text; quote it: got a {type(text).__name__}")
        if "\0" in text:
            raise ValueError(f"{name} must not hold a NUL byte")


def patterns(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept regular expressions that compile."""
    for pattern in value:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:  # a{9999999999}, thousands of brackets
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error


def relative_globs(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept globs that stay inside the workspace."""
    for glob in value:
        if not glob:
            raise ValueError("must not hold an empty glob; '*' stands for any file")
        if glob.startswith("/") or ".." in Path(glob).parts or "\0" in glob:
            raise ValueError(f"must be relative to the workspace and stay inside it, got {glob!r}")


def inside_workspace(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept a path that is relative to the workspace and stays inside it."""
    path = Path(value)
    if path.is_absolute() or ".." in path.parts or "\0" in str(path):
        raise ValueError(f"must be relative to the workspace and stay inside it, got {str(value)!r}")


_texts = deep_iterable(member_validator=instance_of(str), iterable_validator=instance_of(tuple))


@attrs.frozen(kw_only=True)
class Expect:
    """What a run must have left behind to count as done; models such as SWAN exit 0 when they fail.

    Globs are relative to the workspace; patterns are searched line by line (Python's :mod:`re`) in stdout, stderr and
    the files of ``logs``.
    """

    #: Globs; each must match a file that is not empty and that this attempt made or changed.
    outputs: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, relative_globs])
    #: Globs; what they match must be absent or empty (SWAN's ``Errfile``).
    error_files: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, relative_globs])
    #: Globs of files that the model logs to beside stdout and stderr (SWAN's ``PRINT``).
    logs: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, relative_globs])
    #: Patterns that must not match anywhere.
    log_errors: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, patterns])
    #: Patterns each of which must match somewhere.
    log_success: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, patterns])

    def __bool__(self) -> bool:
        return bool(self.outputs or self.error_files or self.logs or self.log_errors or self.log_success)

    def __or__(self, other: "Expect") -> "Expect":
        """What both ask for, each thing once."""
        if not self and not other:
            return self
        return Expect(
            **{
                field.name: tuple(dict.fromkeys(getattr(self, field.name) + getattr(other, field.name)))
                for field in attrs.fields(Expect)
            }
        )


@attrs.frozen(kw_only=True)
class Step:
    """One command of a run."""

    #: Names the step in logs and results; unique in a run.
    name: str = attrs.field(validator=matches_re(IDENTIFIER))
    #: A list (no shell) or a text (through a shell where the backend's ``shell`` is true).
    command: str | tuple[str, ...] = attrs.field(converter=to_words, validator=a_command)
    #: File that stdin comes from, relative to the workspace; the null device unless given.
    stdin: WorkspacePath | None = attrs.field(default=None, validator=optional(inside_workspace))
    #: Whether the launcher starts it on all ranks.
    parallel: bool = attrs.field(default=False, validator=instance_of(bool))
    #: Globs; as in :attr:`Expect.outputs`, judged when the step has ended.
    outputs: tuple[str, ...] = attrs.field(default=(), converter=to_tuple, validator=[_texts, relative_globs])
    #: Seconds that this step may take.
    timeout: Seconds | None = attrs.field(default=None, converter=to_seconds, validator=optional(gt(Seconds(0))))


@attrs.frozen(kw_only=True)
class RunConfig:
    """The keys that every run backend has."""

    #: Program and arguments (a list), or a text; the run's one step. Overrides the model config's.
    command: str | tuple[str, ...] | None = attrs.field(default=None, converter=to_words, validator=optional(a_command))
    #: Several commands in order; overrides the model config's.
    steps: tuple[Step, ...] = attrs.field(default=(), converter=to_tuple)
    #: Number of processes that the launcher starts of each parallel step (of ``command`` alone, too).
    ranks: int | None = attrs.field(default=None, validator=optional(ge(1)))
    #: Threads of each process; sets ``OMP_NUM_THREADS``.
    threads: int | None = attrs.field(default=None, validator=optional(ge(1)))
    #: What starts parallel steps; ``{ranks}`` stands for the number of ranks, else ``-n RANKS`` is added.
    launcher: str | tuple[str, ...] | None = attrs.field(
        default=None, converter=to_words, validator=optional(a_command)
    )
    #: Memory of the whole run, in bytes.
    memory: ByteSize | None = attrs.field(default=None, converter=to_bytes, validator=optional(gt(ByteSize(0))))
    #: Seconds that all steps together may take; no limit unless given.
    timeout: Seconds | None = attrs.field(default=None, converter=to_seconds, validator=optional(gt(Seconds(0))))
    #: Seconds from SIGTERM to SIGKILL when a run is ended.
    grace_period: Seconds = attrs.field(
        default=Seconds(DEFAULT_GRACE_PERIOD), converter=to_seconds, validator=ge(Seconds(0))
    )
    #: Added to the environment; texts only.
    env_vars: Mapping[str, str] = attrs.field(factory=dict, validator=environment_variables, repr=redacted_repr)
    #: Working directory of the steps, relative to the workspace.
    working_dir: WorkspacePath | None = attrs.field(default=None, validator=optional(inside_workspace))
    #: What must be left behind, beside the model config's own expectations.
    expect: Expect = attrs.field(default=Expect(), validator=instance_of(Expect))
    #: What becomes of the model when the process that watches it dies.
    on_driver_loss: Literal["stop", "leave"] = "stop"

    def __attrs_post_init__(self) -> None:
        if self.command is not None and self.steps:
            raise ValueError("steps: give command or steps, not both")
        names = [step.name for step in self.steps]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"steps: each needs a name of its own, got {', '.join(map(repr, twice))} more than once")


@attrs.frozen(kw_only=True)
class ProcessConfig:
    """The base of every processor's settings; it has no keys."""


@attrs.frozen(kw_only=True)
class PipelineConfig:
    """The base of every pipeline's settings; it has no keys."""


_CONFIG_OF_KIND: Mapping[str, type] = {"run": RunConfig, "process": ProcessConfig, "pipeline": PipelineConfig}


def a_kind(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Accept a kind of backends."""
    if value not in tuple(_CONFIG_OF_KIND):  # a tuple also tells what cannot be hashed
        from difflib import get_close_matches  # only when something is wrong already

        near = get_close_matches(str(value), _CONFIG_OF_KIND, n=1)
        meant = f". Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"kind must be 'run', 'process' or 'pipeline', got {value!r}{meant}")


@attrs.frozen(kw_only=True)
class Backend:
    """A named implementation that a plugin offers: the name users write, and the class of its settings."""

    #: ``run``, ``process`` or ``pipeline``.
    kind: Literal["run", "process", "pipeline"] = attrs.field(validator=a_kind)
    #: What users write as ``type``.
    name: str = attrs.field(validator=matches_re(IDENTIFIER))
    #: An attrs class derived from :class:`RunConfig`, :class:`ProcessConfig` or :class:`PipelineConfig`.
    config: type[Any] = attrs.field()
    #: A few words for lists.
    summary: str = ""
    #: Whether the backend executes the run's steps, so that having none is an error (run backends only).
    executes_steps: bool = True

    @config.validator
    def _of_the_kind(self, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
        base = _CONFIG_OF_KIND.get(self.kind, object)
        if not (isinstance(value, type) and issubclass(value, base) and attrs.has(value)):
            raise TypeError(f"must be an attrs class derived from {base.__name__}, got {value!r}")


@attrs.frozen(kw_only=True)
class ModelConfig:
    """A model config that a plugin offers: the name users write as ``model_type``, and the class."""

    #: What users write as ``model_type``.
    name: str = attrs.field(validator=matches_re(IDENTIFIER))
    #: An attrs class, or one that has ``model_validate`` (pydantic).
    cls: type[Any] = attrs.field(validator=instance_of(type))
    #: A few words for lists.
    summary: str = ""
