"""Errors: what they are, what they say, and that they travel between processes."""

import inspect
import pickle
from pathlib import Path

import pytest

import rompy_hooks
from rompy_hooks import (
    ConfigError,
    Fault,
    NothingToExecuteError,
    PluginError,
    RequestError,
    RompyError,
    RunCancelledError,
    RunResult,
    RunTimeoutError,
    StageError,
    TemplateError,
    UnknownNameError,
    WorkspaceError,
    WorkspaceInUseError,
)

CODES = {
    RompyError: 1,
    StageError: 1,
    RequestError: 2,
    ConfigError: 2,
    UnknownNameError: 2,
    NothingToExecuteError: 2,
    TemplateError: 2,
    WorkspaceError: 2,
    PluginError: 3,
    WorkspaceInUseError: 75,
    RunTimeoutError: 124,
    RunCancelledError: 130,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_error_has_the_exit_code_of_its_kind(kind: type[RompyError], code: int) -> None:
    """And the base that all share."""
    assert kind.exit_code == code
    assert issubclass(kind, RompyError)


def test_every_error_has_an_exit_code_here() -> None:
    """One that is added has to be told about on the command's page."""
    public = {value for value in vars(rompy_hooks).values() if inspect.isclass(value) and issubclass(value, Exception)}
    assert public == set(CODES)


@pytest.mark.parametrize("kind", [kind for kind in CODES if issubclass(kind, RequestError)])
def test_errors_of_what_was_asked_for_are_value_errors(kind: type[RequestError]) -> None:
    """So a caller that knows nothing of rompy catches them; nothing else is one."""
    assert issubclass(kind, ValueError)
    assert [other for other in CODES if issubclass(other, ValueError) and not issubclass(other, RequestError)] == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("must be > 0"), "must be > 0"),
        (Fault("must be > 0", key="backend.cpu"), "backend.cpu: must be > 0"),
        (Fault("must be > 0", Path("swan.yml"), key="backend.cpu"), "swan.yml: backend.cpu: must be > 0"),
        (Fault("must be > 0", Path("swan.yml"), 7, "backend.cpu"), "swan.yml:7: backend.cpu: must be > 0"),
        (Fault("must be > 0", "-o backend.cpu=0", None, "backend.cpu"), "-o backend.cpu=0: backend.cpu: must be > 0"),
        (Fault("is empty", Path("swan.yml")), "swan.yml: is empty"),
    ],
)
def test_fault_says_where_and_what(fault: Fault, text: str) -> None:
    """As much of the place as is known."""
    assert str(fault) == text


def test_config_error_tells_all_faults_in_their_order() -> None:
    """One a line; one alone may be given without a list."""
    first, second = Fault("a", Path("x.yml"), 1), Fault("b", Path("x.yml"), 2)
    error = ConfigError(iter([first, second]))
    assert (error.faults, str(error)) == ((first, second), "x.yml:1: a\nx.yml:2: b")
    assert ConfigError(first).faults == (first,)


@pytest.mark.parametrize(
    "error",
    [
        ConfigError([Fault("a", Path("x.yml"), 1, "k"), Fault("b")]),
        RunTimeoutError("took too long", RunResult(success=False, failure="timeout")),
        WorkspaceInUseError("sims/a is in use"),
    ],
)
def test_error_travels_between_processes(error: RompyError) -> None:
    """With all that it carries."""
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (type(error), str(error))
    assert vars(copy) == vars(error)


def test_timeout_is_a_timeout_error_with_the_result() -> None:
    """So ``except TimeoutError`` finds it, and the logs are at hand."""
    result = RunResult(success=False, failure="timeout", stdout=Path("stdout.log"))
    with pytest.raises(TimeoutError) as caught:
        raise RunTimeoutError("Run 'a' timed out", result)
    assert isinstance(caught.value, RunTimeoutError)
    assert caught.value.result.stdout == Path("stdout.log")
