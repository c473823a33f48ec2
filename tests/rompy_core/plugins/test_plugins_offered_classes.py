"""Classes that plugins offer are judged when they are offered, not when a run has begun."""

from typing import Any

import attrs
import pytest

from rompy_core.plugins import create_plugin_manager
from rompy_core.structuring import FIELD_TYPES
from rompy_hooks import Backend, ModelConfig, ProcessConfig, UnknownNameError, hookimpl

TYPES = f"is no type of a config class's field. Types: {', '.join(FIELD_TYPES)}"


@attrs.frozen(kw_only=True)
class ComplexConfig(ProcessConfig):
    """One field cannot stand in a file."""

    mode: complex = 1j


class CountConfig(ProcessConfig):
    """Not decorated."""

    width: int = 1


@attrs.frozen(kw_only=True)
class TideConfig:
    """A model config with a field that cannot stand in a file."""

    harmonics: set[str] = attrs.field(factory=set)


class Lenient:
    """A model config that judges itself."""

    mode: complex = 1j


class Offers:
    """Offers what it is made with."""

    def __init__(self, *classes: Any) -> None:
        self.classes = classes

    @hookimpl
    def backends(self) -> list[Backend]:
        classes = [cls for cls in self.classes if issubclass(cls, ProcessConfig)]
        return [Backend(kind="process", name="count", config=cls) for cls in classes]

    @hookimpl
    def model_configs(self) -> list[ModelConfig]:
        classes = [cls for cls in self.classes if not issubclass(cls, ProcessConfig)]
        return [ModelConfig(name="tide", cls=cls) for cls in classes]


@pytest.mark.parametrize(
    ("cls", "hook", "told"),
    [
        (ComplexConfig, "backends", f"processor 'count': ComplexConfig.mode: complex {TYPES}"),
        (
            CountConfig,
            "backends",
            "processor 'count': CountConfig.width is no field: decorate CountConfig with @attrs.frozen(kw_only=True)",
        ),
        (TideConfig, "model_configs", f"model config 'tide': TideConfig.harmonics: set[str] {TYPES}"),
    ],
)
def test_class_that_no_file_could_fill_is_a_problem_of_its_plugin(cls: Any, hook: str, told: str) -> None:
    """Class, field and type are named, and asking for the name tells it."""
    manager = create_plugin_manager(plugins=[Offers(cls)], autoload=False, environ={})
    assert manager.backend("process", "noop").name == "noop"
    line = getattr(Offers, hook).__code__.co_firstlineno
    message = f"Plugin 'Offers' ({__name__.replace('.', '/')}.py:{line}) offers the {told}"
    assert [(problem.stage, problem.message) for problem in manager.problems] == [(hook, message)]
    with pytest.raises(UnknownNameError, match="Plugin 'Offers'"):
        manager.backend("process", "count")


def test_class_of_a_model_config_that_is_not_of_attrs_is_left_to_itself() -> None:
    """Pydantic's classes judge what they are made of."""
    manager = create_plugin_manager(plugins=[Offers(Lenient)], autoload=False, environ={})
    assert manager.model_config("tide").cls is Lenient
    assert manager.problems == ()


def test_refusal_of_attrs_is_told_as_its_text() -> None:
    """What attrs' validators raise has the field and the value behind the text."""

    class Misspells:
        @hookimpl
        def backends(self) -> list[Backend]:
            return [Backend(kind="process", name="no name", config=ProcessConfig)]

    manager = create_plugin_manager(plugins=[Misspells()], autoload=False, environ={})
    manager.offers()
    (problem,) = manager.problems
    assert problem.message.endswith(
        " raised in hook backends: ValueError: 'name' must match regex"
        " '[A-Za-z0-9][A-Za-z0-9._+-]*' ('no name' doesn't)"
    )
