"""``template`` (or ``base``): a model config that renders a directory tree with Jinja2 and brings data files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import attrs
from attrs.validators import deep_iterable, instance_of, optional

from rompy_core.data_files import DataFile, check_places
from rompy_core.rendering import check_template, not_for_templates, render_tree, runtime_of
from rompy_hooks import Expect, ModelConfig, ModelRunLike, Step, hookimpl, redacted_repr


def _there(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Path) -> None:
    """Told when the config is read, before anything is created."""
    check_template(value)


def _a_command(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    Step(name="run", command=value)  # says what is wrong with it


def _a_mapping(_instance: Any, _attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"must be a mapping of names to values, got {value!r}")


def _data_files(_instance: Any, _attribute: "attrs.Attribute[Any]", value: tuple[DataFile, ...]) -> None:
    check_places(value)


def _path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(value)


def _words(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _globs(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _words(value)


@attrs.frozen(kw_only=True)
class TemplateConfig:
    """The keys of ``config: {model_type: template, ...}``."""

    #: A directory tree, whose contents and names are rendered, or a single file.
    template: Path = attrs.field(converter=_path, validator=_there)
    #: What templates see as ``config``.
    vars: Mapping[str, Any] = attrs.field(factory=dict, validator=_a_mapping, repr=redacted_repr)
    #: Files that are brought beside the rendered ones.
    data: tuple[DataFile, ...] = attrs.field(
        default=(), converter=_words, validator=[deep_iterable(instance_of(DataFile), instance_of(tuple)), _data_files]
    )
    #: Globs of files in the template that are copied unchanged; without a slash they match in any folder.
    raw: tuple[str, ...] = attrs.field(
        default=(), converter=_globs, validator=deep_iterable(instance_of(str), instance_of(tuple))
    )
    #: Program and arguments (a list), or a text; the run's one step.
    command: str | tuple[str, ...] | None = attrs.field(default=None, converter=_words, validator=optional(_a_command))
    #: Several commands in order.
    steps: tuple[Step, ...] = attrs.field(
        default=(), converter=_words, validator=deep_iterable(instance_of(Step), instance_of(tuple))
    )
    #: What the model must leave behind to count as done.
    expect: Expect = attrs.field(default=Expect(), validator=instance_of(Expect))

    #: A promise: rendering leaves working directory and environment alone, so it needs no process of its own.
    renders_in_process: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        if self.command is not None and self.steps:
            raise ValueError("steps: give command or steps, not both")

    def __call__(self, model_run: ModelRunLike) -> Mapping[str, Any]:  # noqa: ARG002 - every model config is called so
        """What templates see as ``config``: the vars."""
        return self.vars

    @not_for_templates
    def render(self, context: Mapping[str, Any], output_dir: Path) -> tuple[Path, ...]:
        """Render the template into a directory.

        Args:
            context: ``runtime`` (a model run) and ``config`` (what the call returned).
            output_dir: Where the files go.

        Returns:
            What was written, relative to ``output_dir``, sorted.

        Raises:
            TemplateError: All that is wrong with the template.
        """
        return render_tree(
            self.template, output_dir, {**context, "runtime": runtime_of(context["runtime"])}, raw=self.raw
        )


class TemplatePlugin:
    """Offers the model config under its two names."""

    @hookimpl
    def model_configs(self) -> list[ModelConfig]:
        """``template``, and ``base`` as in files of rompy 0.6."""
        return [
            ModelConfig(name="template", cls=TemplateConfig, summary="a directory tree of Jinja2 templates, and data"),
            ModelConfig(name="base", cls=TemplateConfig, summary="the same as template"),
        ]


#: What is registered.
plugin = TemplatePlugin()
