"""What does not fit the specs is refused before it is registered, with the nearest name."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import pytest

from rompy_core.plugins import create_plugin_manager
from rompy_hooks import (
    Backend,
    PipelineResult,
    PluginError,
    ProcessConfig,
    ProcessResult,
    RunConfig,
    RunResult,
    hookimpl,
)

if TYPE_CHECKING:
    from nowhere import Elsewhere  # type: ignore[import-not-found]

HERE = __name__.replace(".", "/") + ".py"
HOOKS = "backends, execute_pipeline, fetch, model_configs, on_event, process, run"


@attrs.frozen(kw_only=True)
class LookConfig(ProcessConfig):
    """A processor's config."""


class HasName(Protocol):
    """A protocol that isinstance cannot be asked for."""

    name: str


def proces(config): ...
def utterly_unknown(config): ...
def run_confg(confg): ...
def run_self(self, config): ...
def run_keyword(*, config): ...
async def run_async(config): ...
async def run_async_generator(config) -> AsyncIterator[bool]:
    yield True


def run_generator(config) -> Iterator[bool]:
    yield True


def backends_generator() -> Iterator[Backend]:
    yield Backend(kind="run", name="a", config=RunConfig)


def run_of_nothing(config: "Missing"): ...  # noqa: F821 - that it is not there is what is tried
def run_for_type_checkers(config: "Elsewhere"): ...
def run_of_text(config: 3): ...
def run_of_list(config: list[int]): ...
def run_of_protocol(config: HasName): ...
def run_of_processor(config: LookConfig): ...
def run_to_text(config) -> str: ...
def run_to_result(config) -> ProcessResult: ...
def run_to_union(config) -> str | bytes: ...
def backends_to_one() -> Backend: ...


@pytest.mark.parametrize(
    ("function", "options", "text"),
    [
        (proces, {}, f"implements the hook 'proces', which there is not. Did you mean 'process'? Hooks: {HOOKS}"),
        (utterly_unknown, {}, f"implements the hook 'utterly_unknown', which there is not. Hooks: {HOOKS}"),
        (
            run_confg,
            {"specname": "run"},
            (
                "asks the hook run for 'confg'. Did you mean 'config'?"
                " It passes: config, context, model_run, workspace_dir"
            ),
        ),
        (run_self, {"specname": "run"}, "asks the hook run for 'self': the plugin is a class. Give an instance of it"),
        (
            run_keyword,
            {"specname": "run"},
            (
                "takes 'config' of the hook run as a keyword only; take the * out of its arguments, hooks pass them by"
                " position"
            ),
        ),
        (run_async, {"specname": "run"}, "implements the hook run as an async function; hooks are plain functions"),
        (
            run_async_generator,
            {"specname": "run"},
            "implements the hook run as an async function; hooks are plain functions",
        ),
        (
            run_generator,
            {"specname": "run"},
            "implements the hook run as a generator; return a result, or mark it with wrapper=True",
        ),
        (backends_generator, {"specname": "backends"}, "implements the hook backends as a generator; return a list"),
        (
            backends_generator,
            {"specname": "backends", "wrapper": True},
            "wraps the hook backends, which takes no wrappers: its implementations are called one at a time",
        ),
        (
            run_to_text,
            {"specname": "run", "wrapper": True},
            "wraps the hook run without a yield; a wrapper yields once",
        ),
        (
            run_of_nothing,
            {"specname": "run"},
            (
                "cannot be asked in the hook run: the argument 'config' is annotated with 'Missing', which cannot be"
                " resolved: name 'Missing' is not defined"
            ),
        ),
        (
            run_for_type_checkers,
            {"specname": "run"},
            (
                "cannot be asked in the hook run: the argument 'config' is annotated with 'Elsewhere', which cannot be"
                " resolved: name 'Elsewhere' is not defined"
            ),
        ),
        (
            run_of_text,
            {"specname": "run"},
            (
                "cannot be asked in the hook run: the argument 'config' is annotated with 3, which must be a class, or"
                " classes joined by |"
            ),
        ),
        (
            run_of_list,
            {"specname": "run"},
            (
                "cannot be asked in the hook run: the argument 'config' is annotated with list[int], which must be a"
                " class, or classes joined by |"
            ),
        ),
        (
            run_of_protocol,
            {"specname": "run"},
            (
                "cannot be asked in the hook run: the argument 'config' is annotated with HasName, which must be a"
                " class, or classes joined by |"
            ),
        ),
        (
            run_of_processor,
            {"specname": "run"},
            (
                "asks the hook run for a LookConfig, which is a ProcessConfig; it passes a RunConfig. The hook for it"
                " is process"
            ),
        ),
        (run_to_text, {"specname": "run"}, "returns str from the hook run, which takes: RunResult, bool, None"),
        (
            run_to_result,
            {"specname": "run"},
            "returns ProcessResult from the hook run, which takes: RunResult, bool, None",
        ),
        (
            run_to_union,
            {"specname": "run"},
            "returns str | bytes from the hook run, which takes: RunResult, bool, None",
        ),
        (
            backends_to_one,
            {"specname": "backends"},
            "returns Backend from the hook backends, which takes: list, tuple",
        ),
    ],
)
def test_registration_refuses_what_does_not_fit(
    function: Callable[..., Any], options: dict[str, Any], text: str
) -> None:
    """The error names the plugin, where it stands, what it did and what would do; nothing of it stays registered."""

    class Plugin:
        @hookimpl
        def on_event(self) -> None:
            """Good by itself."""

    plugin = Plugin()
    plugin.bad = hookimpl(**{"specname": function.__name__, **options})(function)  # type: ignore[attr-defined]
    manager = create_plugin_manager(builtin=False, autoload=False, environ={})
    with pytest.raises(PluginError) as caught:
        manager.register(plugin)
    assert str(caught.value) == f"Plugin 'Plugin' ({HERE}:{function.__code__.co_firstlineno}) {text}"
    assert manager.get_plugins() == set()
    assert not manager.has_watchers


def run_all(model_run, config: RunConfig, workspace_dir, context) -> RunResult | bool | None: ...
def run_named(config: "RunConfig", model_run: "Elsewhere") -> "Elsewhere": ...
def run_none(config) -> None: ...
def run_anything(*args: Any, **kwargs: Any) -> Any: ...
def process_dict(config: LookConfig) -> dict[str, Any]: ...
def process_mapping(config) -> Mapping[str, Any] | None: ...
def execute_pipeline_result(config) -> PipelineResult: ...
def backends_list() -> list[Backend]: ...
def run_wrapper(config: LookConfig | RunConfig) -> Generator[None, RunResult, RunResult]:
    return (yield)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (run_all, {"specname": "run"}),
        (run_named, {"specname": "run"}),
        (run_none, {"specname": "run"}),
        (run_anything, {"specname": "run"}),
        (process_dict, {"specname": "process"}),
        (process_mapping, {"specname": "process"}),
        (execute_pipeline_result, {"specname": "execute_pipeline"}),
        (backends_list, {"specname": "backends"}),
        (proces, {"optionalhook": True}),
    ],
)
def test_registration_takes_what_fits(function: Callable[..., Any], options: dict[str, Any]) -> None:
    """What other arguments are annotated with is nobody's business, and neither is an optional hook."""

    class Plugin:
        """Has one implementation."""

    plugin = Plugin()
    plugin.good = hookimpl(**options)(function)  # type: ignore[attr-defined]
    manager = create_plugin_manager(plugins=[plugin], builtin=False, autoload=False, environ={})
    assert manager.get_plugins() == {plugin}


def test_registration_refuses_an_object_twice() -> None:
    """One object is one plugin."""

    class Plugin:
        """Has no hooks."""

    plugin = Plugin()
    manager = create_plugin_manager(plugins=[plugin, Plugin()], builtin=False, autoload=False, environ={})
    assert [info.name for info in manager.infos()] == ["host:Plugin", "host:Plugin-2"]
    with pytest.raises(PluginError, match=r"^Plugin 'Plugin-3' cannot be registered: ValueError: "):
        manager.register(plugin)


def test_registration_survives_a_property_that_raises() -> None:
    """Attributes of a plugin that are no functions are not looked at."""

    class Plugin:
        @property
        def trap(self) -> None:
            raise RuntimeError

        @hookimpl
        def run(self, config) -> bool:
            return True

    manager = create_plugin_manager(plugins=[Plugin()], builtin=False, autoload=False, environ={})
    assert manager.infos()[0].hooks == ("run",)
