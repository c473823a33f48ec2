"""Who is asked, in which order, and what becomes of answers and raises."""

import asyncio
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, Optional, Union

import attrs
import pytest

from rompy_core.plugins import PluginManager, create_plugin_manager
from rompy_hooks import (
    Backend,
    Event,
    EventKind,
    FetchResult,
    PluginError,
    ProcessConfig,
    ProcessResult,
    RequestError,
    RunConfig,
    RunResult,
    UnknownNameError,
    hookimpl,
)

HERE = __name__.replace(".", "/") + ".py"


@attrs.frozen(kw_only=True)
class AConfig(RunConfig):
    """A backend's config."""


@attrs.frozen(kw_only=True)
class BConfig(RunConfig):
    """Another's."""


@attrs.frozen(kw_only=True)
class SubConfig(AConfig):
    """One derived from the first."""


@attrs.frozen(kw_only=True)
class LookConfig(ProcessConfig):
    """A processor's config."""


class Mixin:
    """A class that configs may have beside."""


@attrs.frozen(kw_only=True)
class MixedConfig(Mixin, RunConfig):
    """A config that has it."""


def runs(annotation: Any, answer: Any, said: list[str] | None = None, **marks: Any) -> Any:
    """A plugin that answers the hook run with the name ``answer``; ``None`` for an annotation leaves it out."""

    def run(config: Any) -> Any:
        if said is not None:
            said.append(answer)
        return None if answer is None or answer.startswith("no") else RunResult(success=True, message=answer)

    run.__annotations__ = {} if annotation is None else {"config": annotation}
    return SimpleNamespace(run=hookimpl(**marks)(run))


def made(*plugins: object) -> PluginManager:
    """A manager with these plugins alone."""
    return create_plugin_manager(plugins=plugins, builtin=False, autoload=False, environ={})


@pytest.fixture
def ask(arguments: dict[str, Any]) -> Callable[..., Any]:
    """Ask the hook run of some plugins for a config, and tell who answered."""

    def asked(config: RunConfig, *plugins: object) -> str:
        answer: RunResult = made(*plugins).ask("run", config=config, **arguments)
        return answer.message

    return asked


def line_of(function: Callable[..., Any]) -> str:
    """Where a function of this file stands."""
    return f"{HERE}:{function.__code__.co_firstlineno}"


@pytest.mark.parametrize(
    ("annotation", "config", "asked"),
    [
        (AConfig, AConfig(), True),
        (AConfig, BConfig(), False),
        (AConfig, SubConfig(), True),
        (SubConfig, AConfig(), False),
        (RunConfig, BConfig(), True),
        (AConfig | BConfig, BConfig(), True),
        (Union[AConfig, BConfig], RunConfig(), False),  # noqa: UP007 - the old spelling is what is tried
        (Optional[AConfig], AConfig(), True),  # noqa: UP045 - the old spelling is what is tried
        (Optional[AConfig], BConfig(), False),  # noqa: UP045
        (AConfig | None, AConfig(), True),
        ("AConfig", AConfig(), True),
        ("AConfig | BConfig", RunConfig(), False),
        (Mixin, MixedConfig(), True),
        (Mixin, AConfig(), False),
        (Any, BConfig(), True),
        (object, BConfig(), True),
        (None, BConfig(), True),
    ],
)
def test_ask_chooses_by_the_annotation_of_config(annotation: Any, config: RunConfig, asked: bool, ask: Any) -> None:
    """A class, its subclasses, unions, texts and no annotation, as functools.singledispatch would take them."""
    said: list[str] = []
    ask(config, runs(None, "last"), runs(annotation, "no, not mine", said))
    assert said == (["no, not mine"] if asked else [])


def test_ask_calls_the_last_registered_first(ask: Any) -> None:
    """The first answer wins, and those behind it are not asked."""
    said: list[str] = []
    plugins = [runs(AConfig, name, said) for name in ("first", "second", "third")]
    assert ask(AConfig(), *plugins) == "third"
    assert said == ["third"]


def test_ask_goes_on_after_none(ask: Any) -> None:
    """An implementation without an annotation declines with None."""
    said: list[str] = []
    assert ask(AConfig(), runs(AConfig, "backend", said), runs(None, "no", said)) == "backend"
    assert said == ["no", "backend"]


def test_ask_asks_tryfirst_first_and_trylast_last(ask: Any) -> None:
    """A cache, annotated with the base class, may answer instead of a backend that was registered after it."""
    cache = runs(RunConfig, "cache", tryfirst=True)
    late = runs(RunConfig, "late", trylast=True)
    assert ask(AConfig(), cache, runs(AConfig, "backend")) == "cache"
    assert ask(AConfig(), runs(AConfig, "backend"), late) == "backend"
    assert ask(BConfig(), runs(AConfig, "backend"), late) == "late"


def test_ask_leaves_out_single_implementations_of_a_plugin(ask: Any) -> None:
    """A plugin with two backends is asked for the one at hand."""

    class Two:
        @hookimpl(specname="run")
        def one(self, config: AConfig) -> RunResult:
            return RunResult(success=True, message="one")

        @hookimpl(specname="run")
        def other(self, config: BConfig) -> RunResult:
            return RunResult(success=True, message="other")

    assert (ask(AConfig(), Two()), ask(BConfig(), Two())) == ("one", "other")


class Wrapper:
    """Changes what backends of one class answered."""

    @hookimpl(wrapper=True)
    def run(self, config: AConfig) -> Generator[None, RunResult, RunResult]:
        result = yield
        assert isinstance(result, RunResult)
        return attrs.evolve(result, message=f"wrapped {result.message}")


def test_ask_lets_wrappers_change_the_result_of_their_configs(ask: Any) -> None:
    """A wrapper sees the normalised answer, around the backends whose configs it is annotated with."""

    class Says:
        @hookimpl
        def run(self, config) -> bool:
            return True

    assert ask(AConfig(), Wrapper(), Says()) == "wrapped "
    assert ask(BConfig(), Wrapper(), Says()) == ""


def test_ask_lets_wrappers_see_what_a_plugin_raised(arguments: dict[str, Any]) -> None:
    """The plugin's own exception passes through wrappers, and one may answer in its place."""

    class Fails:
        @hookimpl
        def run(self, config: AConfig) -> bool:
            raise ZeroDivisionError

    class Saves:
        @hookimpl(wrapper=True)
        def run(self) -> Generator[None, Any, Any]:
            try:
                return (yield)
            except ZeroDivisionError:
                return True

    assert made(Fails(), Saves()).ask("run", config=AConfig(), **arguments) == RunResult(success=True)


def test_ask_shows_its_calls_to_pluggys_monitoring(arguments: dict[str, Any]) -> None:
    """add_hookcall_monitoring sees the hook and those who are asked, no others."""
    manager = made(runs(AConfig, "a"), runs(BConfig, "b"))
    seen: list[Any] = []
    manager.add_hookcall_monitoring(
        lambda name, impls, _kwargs: seen.append((name, [impl.plugin_name for impl in impls])),
        lambda outcome, *_rest: seen.append(outcome.get_result().message),
    )
    manager.ask("run", config=BConfig(), **arguments)
    assert seen == [("run", ["host:SimpleNamespace-2"]), "b"]


def test_ask_notices_plugins_that_come_and_go(arguments: dict[str, Any]) -> None:
    """What was found out about a class of configs is forgotten at each registration."""
    old, new = runs(AConfig, "old"), runs(AConfig, "new")
    manager = made(old)
    said = [manager.ask("run", config=AConfig(), **arguments).message]
    name = manager.register(new)
    said.append(manager.ask("run", config=AConfig(), **arguments).message)
    manager.unregister(name=name)
    said.append(manager.ask("run", config=AConfig(), **arguments).message)
    assert said == ["old", "new", "old"]


def test_implementations_tell_the_calling_order(arguments: dict[str, Any]) -> None:
    """For a config, for a class of configs, and for all; wrappers first."""
    manager = made(runs(AConfig, "a"), Wrapper(), runs(BConfig, "b"), runs(None, "any", trylast=True))
    names = {"host:SimpleNamespace": "a", "host:SimpleNamespace-2": "b", "host:SimpleNamespace-3": "any"}

    def told(config: Any = None) -> list[str]:
        return [names.get(impl.plugin_name, "wrapper") for impl in manager.implementations("run", config)]

    assert told(AConfig()) == ["wrapper", "a", "any"]
    assert told(BConfig) == ["b", "any"]
    assert told() == ["wrapper", "b", "a", "any"]


@pytest.mark.parametrize(
    ("hook", "answer", "expected"),
    [
        ("run", True, RunResult(success=True)),
        ("run", False, RunResult(success=False, message="the backend returned False and did not say why")),
        ("process", {"files": 2}, ProcessResult(files=2)),
        ("fetch", True, True),
        ("fetch", FetchResult(size=3), FetchResult(size=3)),
    ],
)
def test_ask_normalises_answers(hook: str, answer: Any, expected: Any, arguments: dict[str, Any]) -> None:
    """True is a successful run; a mapping becomes the result that it tells of."""
    plugin = SimpleNamespace(**{hook: hookimpl(lambda: answer)})
    given = {"run": {"config": AConfig()}, "process": {"config": LookConfig()}}.get(hook, {"source": "/a"})
    result = made(plugin).ask(hook, **given, **arguments)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    ("hook", "answer", "text"),
    [
        ("run", "done", "'done' (a str): expected a RunResult, True or False"),
        ("run", 1, "1 (a int): expected a RunResult, True or False"),
        ("process", True, "True (a bool): expected a ProcessResult or a mapping"),
        ("process", {"success": "yes"}, "{'success': 'yes'} (a dict): success must be true or false, got 'yes'"),
        ("execute_pipeline", ["x" * 70], f"['{'x' * 55}... (a list): expected a PipelineResult or a mapping"),
        ("fetch", False, "False (a bool): expected a FetchResult, True, or None for a source that is not its own"),
    ],
)
def test_ask_refuses_a_wrong_answer(hook: str, answer: Any, text: str, arguments: dict[str, Any]) -> None:
    """The error names the plugin, where it stands, what it said and what was expected."""

    def answers() -> Any:
        return answer

    manager = made(runs(None, "no"), SimpleNamespace(**{hook: hookimpl(answers)}))
    with pytest.raises(PluginError) as caught:
        manager.ask(hook, config=AConfig(), **arguments)
    name = "SimpleNamespace-2" if manager.get_plugin("host:SimpleNamespace-2") else "SimpleNamespace"
    assert str(caught.value) == f"Plugin '{name}' ({line_of(answers)}) answered the hook {hook} with {text}"


def test_ask_blames_a_wrapper_for_what_it_made_of_an_answer(arguments: dict[str, Any]) -> None:
    """The backend said True; the wrapper is named."""

    class Spoils:
        @hookimpl(wrapper=True)
        def run(self) -> Generator[None, Any, Any]:
            yield
            return "spoilt"

    manager = made(runs(AConfig, "a"), Spoils())
    with pytest.raises(PluginError) as caught:
        manager.ask("run", config=AConfig(), **arguments)
    assert str(caught.value) == (
        f"Plugin 'Spoils' ({line_of(Spoils.run)}) answered the hook run with 'spoilt' (a str):"
        " expected a RunResult, True or False"
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [(ValueError("no grid"), "ValueError: no grid"), (SystemExit(3), "SystemExit: 3"), (KeyError(), "KeyError")],
)
def test_ask_says_which_plugin_raised(error: BaseException, text: str, arguments: dict[str, Any]) -> None:
    """Of several that were asked the one is named whose frame the exception came out of; the original is its cause."""

    class Raises:
        @hookimpl
        def run(self, config: AConfig) -> bool:
            raise error

    manager = made(runs(AConfig, "behind"), Raises(), runs(AConfig, "no"), Wrapper())
    with pytest.raises(PluginError) as caught:
        manager.ask("run", config=AConfig(), **arguments)
    assert str(caught.value) == f"Plugin 'Raises' ({line_of(Raises.run)}) raised in hook run: {text}"
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [RequestError("too many ranks"), KeyboardInterrupt()])
def test_ask_lets_errors_of_ours_and_interrupts_pass(error: BaseException, arguments: dict[str, Any]) -> None:
    """What a plugin raised on purpose, and Ctrl-C, are nobody's fault."""

    class Raises:
        @hookimpl
        def run(self) -> bool:
            raise error

    with pytest.raises(type(error)) as caught:
        made(Raises()).ask("run", config=AConfig(), **arguments)
    assert caught.value is error


def test_ask_names_the_config_and_the_backends_when_nobody_is_asked(arguments: dict[str, Any]) -> None:
    """The class, the nearest one that somebody offers, and the names there are."""

    class Offers:
        @hookimpl
        def backends(self) -> list[Backend]:
            return [Backend(kind="run", name="a", config=AConfig), Backend(kind="process", name="b", config=LookConfig)]

    with pytest.raises(UnknownNameError) as caught:
        made(Offers()).ask("run", config=BConfig(), **arguments)
    assert str(caught.value) == (
        f"no plugin answers the hook run for a config of the class {__name__}.BConfig."
        " Did you mean AConfig (run backend 'a')? Known: a"
    )


def test_ask_names_those_who_declined(arguments: dict[str, Any]) -> None:
    """Who was asked and returned None, first asked first."""

    class Declines:
        @hookimpl
        def run(self) -> None:
            return None

        @hookimpl
        def fetch(self) -> None:
            return None

    manager = made(Declines())
    with pytest.raises(UnknownNameError) as caught:
        manager.ask("run", config=BConfig(), **arguments)
    assert str(caught.value) == (
        f"no plugin answers the hook run for a config of the class {__name__}.BConfig; asked were"
        f" 'Declines' ({line_of(Declines.run)}). Known: none"
    )
    with pytest.raises(UnknownNameError) as caught:
        manager.ask("fetch", source="s3://a/b", target=Path("b"), context=None)
    assert str(caught.value) == (
        "no plugin answers the hook fetch for source 's3://a/b' (a str); asked were"
        f" 'Declines' ({line_of(Declines.fetch)})"
    )


class OffersB:
    """A plugin that offers a backend."""

    @hookimpl
    def backends(self) -> list[Backend]:
        return [Backend(kind="run", name="b", config=BConfig)]


def test_ask_blames_the_plugin_that_returns_none_for_its_own_config(arguments: dict[str, Any]) -> None:
    """The return was forgotten: whoever offers the backend is named, with or without an annotation, nobody else."""

    class Forgets(OffersB):
        @hookimpl
        def run(self, config: BConfig) -> None:
            return None

    class TakesAll(OffersB):
        @hookimpl
        def run(self) -> None:
            return None

    class Cache:
        @hookimpl(tryfirst=True)
        def run(self, config: RunConfig) -> None:
            return None

    for plugin in (Forgets(), TakesAll()):
        name = type(plugin).__name__
        with pytest.raises(PluginError) as caught:
            made(plugin, Cache()).ask("run", config=BConfig(), **arguments)
        assert str(caught.value) == (
            f"Plugin '{name}' ({line_of(type(plugin).run)}) returned None from hook run for 'b';"
            " return a RunResult, True or False"
        )


def test_ask_names_the_wrapper_that_may_have_lost_the_result(arguments: dict[str, Any]) -> None:
    """``result = yield`` without a return is None, too; and a class that nobody offers is told by its name."""

    class Says:
        @hookimpl
        def process(self, config: LookConfig) -> dict[str, Any]:
            return {}

    class Loses:
        @hookimpl(wrapper=True)
        def process(self) -> Generator[None, Any, None]:
            yield

    with pytest.raises(PluginError) as caught:
        made(Says(), Loses()).ask("process", config=LookConfig(), **arguments)
    assert str(caught.value) == (
        f"Plugin 'Says' ({line_of(Says.process)}) returned None from hook process for {__name__}.LookConfig;"
        f" return a ProcessResult or a mapping. Or its wrapper 'Loses' ({line_of(Loses.process)}) did:"
        " a wrapper returns what its yield gave"
    )


def test_ask_names_the_backend_that_nobody_implements(arguments: dict[str, Any]) -> None:
    """Its plugin offers it and has no hook for it; one that is asked for all may decline."""

    class Cache:
        @hookimpl(tryfirst=True)
        def run(self, config: RunConfig) -> None:
            return None

    with pytest.raises(UnknownNameError) as caught:
        made(OffersB(), Cache()).ask("run", config=BConfig(), **arguments)
    assert str(caught.value) == (
        "no plugin answers the hook run for the run backend 'b', which plugin 'host:OffersB' offers; asked were"
        f" 'Cache' ({line_of(Cache.run)}). Known: b"
    )


def test_ask_knows_no_other_hooks() -> None:
    """A hook that there is not is a mistake of the host's."""
    with pytest.raises(ValueError, match=r"^there is no hook 'walk'; hooks: backends, .*, run$"):
        made().ask("walk")


def test_collect_calls_one_at_a_time(caplog: pytest.LogCaptureFixture) -> None:
    """One that raises costs only itself: the others' results come in calling order, and the problem is told once."""

    class Broken:
        @hookimpl
        def backends(self) -> list[Backend]:
            raise RuntimeError("no disk")

    class Offers:
        def __init__(self, name: str) -> None:
            self.name = name

        @hookimpl
        def backends(self) -> list[Any]:
            return [self.name]

    manager = made(Offers("first"), Broken(), Offers("last"))
    assert manager.collect("backends") == [["last"], ["first"]]
    manager.collect("backends")
    (problem,) = manager.problems
    assert (
        str(problem) == f"Plugin 'Broken' ({line_of(Broken.backends)}) raised in hook backends: RuntimeError: no disk"
    )
    assert (problem.plugin, problem.stage) == ("host:Broken", "backends")
    assert problem.traceback.rstrip().endswith("RuntimeError: no disk")
    (record,) = caplog.records
    assert (record.name, record.levelname, record.getMessage()) == ("rompy", "WARNING", str(problem))
    assert record.rompy == {"plugin": "host:Broken", "distribution": "", "version": "", "stage": "backends"}


def an_event() -> Event:
    """Any event."""
    return Event(kind=EventKind.RUN_OPENED, time=datetime.now(UTC), run_id="r1", attempt=1)


def test_notify_tells_every_watcher() -> None:
    """A watcher that raises, SystemExit included, costs only itself and is told once; strict makes no difference."""

    class Sees:
        def __init__(self) -> None:
            self.seen: list[Event] = []

        @hookimpl
        def on_event(self, event: Event) -> None:
            self.seen.append(event)

    class Exits:
        @hookimpl
        def on_event(self) -> None:
            raise SystemExit

    first, last, event = Sees(), Sees(), an_event()
    manager = create_plugin_manager(
        plugins=[first, Exits(), last], builtin=False, autoload=False, environ={}, strict=True
    )
    assert manager.has_watchers
    manager.notify(event)
    manager.notify(event)
    assert first.seen == last.seen == [event, event]
    assert [problem.message for problem in manager.problems] == [
        f"Plugin 'Exits' ({line_of(Exits.on_event)}) raised in hook on_event: SystemExit"
    ]


def test_notify_does_nothing_without_watchers() -> None:
    """Nobody listens, nothing is called."""
    manager = made(runs(AConfig, "a"))
    assert not manager.has_watchers
    manager.notify(an_event())
    assert manager.problems == ()


def test_managers_are_safe_in_threads(arguments: dict[str, Any]) -> None:
    """Plugins come and go in one thread while others ask: nobody gets anything but an answer."""
    manager = made(runs(AConfig, "a"), runs(BConfig, "b"))
    wrong: list[object] = []

    def asks(config: RunConfig, expected: str) -> None:
        for _ in range(300):
            try:
                answer = manager.ask("run", config=config, **arguments).message
            except Exception as error:  # noqa: BLE001 - whatever comes out is wrong
                answer = error
            if answer != expected:
                wrong.append(answer)

    threads = [Thread(target=asks, args=(config, name)) for config, name in ((AConfig(), "a"), (BConfig(), "b"))]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        manager.unregister(name=manager.register(runs(SubConfig, "sub")))
    for thread in threads:
        thread.join()
    assert wrong == []


def test_notify_gives_its_own_problems_and_bears_all_but_an_interrupt() -> None:
    """A watcher's asyncio.CancelledError ends no run; Ctrl-C is nobody's fault."""

    class Cancelled:
        @hookimpl
        def on_event(self) -> None:
            raise asyncio.CancelledError

    class Interrupted:
        @hookimpl
        def on_event(self) -> None:
            raise KeyboardInterrupt

    manager = made(Cancelled())
    told = f"Plugin 'Cancelled' ({line_of(Cancelled.on_event)}) raised in hook on_event: CancelledError"
    assert [problem.message for problem in manager.notify(an_event())] == [told]
    assert manager.notify(an_event()) == ()
    with pytest.raises(KeyboardInterrupt):
        made(Interrupted()).notify(an_event())
