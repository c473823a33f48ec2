"""Numpy's values and what they mean in a result, with stand-ins of their shape, and with numpy where it is."""

import json
import re
from typing import Any

import pytest

from rompy_core.record import plain_data
from rompy_hooks import PipelineResult, ProcessResult, RunResult, Secret, StepResult


class Scalar:
    """Like ``numpy.bool_`` and ``numpy.float32``: its text says another thing than its truth."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        """The value as Python's own."""
        return self.value

    def __repr__(self) -> str:
        return f"Scalar({self.value})"


class Array:
    """Like ``numpy.ndarray``: ``item()`` is for one value alone."""

    def __init__(self, *values: Any) -> None:
        self.values = values

    def item(self) -> Any:
        """Refused, as numpy does of several."""
        raise ValueError("can only convert an array of size 1 to a Python scalar")

    def tolist(self) -> list[Any]:
        """The values as Python's own."""
        return list(self.values)


@pytest.mark.parametrize("cls", [ProcessResult, PipelineResult, RunResult])
def test_success_of_a_numpy_false_is_false(cls: Any) -> None:
    """Its text "False" would be true."""
    result = cls(success=Scalar(False))
    assert (bool(result), result.success) == (False, False)


def test_step_success_of_a_numpy_true_is_true() -> None:
    """As a bool, so that it can be compared."""
    assert StepResult(name="a", success=Scalar(True)).success is True


@pytest.mark.parametrize("cls", [ProcessResult, PipelineResult, RunResult])
@pytest.mark.parametrize(
    ("given", "shown"),
    [("False", "'False'"), (0, "0"), (None, "None"), (Scalar(1), "Scalar(1)"), (Array(True, False), "<")],
)
def test_success_that_is_no_bool_is_refused(cls: Any, given: Any, shown: str) -> None:
    """Nobody guesses what it means."""
    with pytest.raises(TypeError, match=f"^success must be true or false, got {re.escape(shown)}"):
        cls(success=given)


def test_mapping_with_a_numpy_success_is_read() -> None:
    """As the constructor does."""
    assert ProcessResult.from_mapping({"success": Scalar(False), "n": 1}) == ProcessResult(success=False, n=1)


def test_result_holds_arrays_as_lists() -> None:
    """All that JSON has no word for becomes what it has one for."""
    result = ProcessResult(
        metrics={"bias": Scalar(0.5), "rmse": float("nan"), "top": float("inf"), "hs": Array(1, Scalar(2.5))},
        password=Secret("sesame"),
    )
    assert result["metrics"] == {"bias": 0.5, "rmse": None, "top": None, "hs": [1, 2.5]}
    assert result["password"] == "***"
    assert "sesame" not in json.dumps(result, allow_nan=False)


def test_run_result_metadata_with_arrays_become_json() -> None:
    """A run's result is made plain by the same rules."""
    metadata = {"cfl": Scalar(float("nan")), "token": Secret("sesame")}
    assert RunResult(success=True, metadata=metadata).to_dict()["metadata"] == {"cfl": None, "token": "***"}


def test_journal_holds_arrays_as_lists() -> None:
    """Their text would be cut by numpy, and read by nobody."""
    assert plain_data({"a": Scalar(1.5), "b": Array(1, float("nan"))}) == {"a": 1.5, "b": [1, None]}


def test_value_whose_item_is_like_itself_becomes_its_text() -> None:
    """A class of a stranger may call something else ``item``."""

    class Basket:
        def item(self) -> "Basket":
            return self

        def __str__(self) -> str:
            return "a basket"

    assert ProcessResult(b=Basket())["b"] == "a basket"
    assert plain_data({"b": Basket()}) == {"b": "a basket"}


def test_result_that_contains_itself_is_refused() -> None:
    """In words, not by a recursion without end."""
    loop: list[Any] = []
    loop.append(loop)
    wanted = "a result must be data that JSON can hold; this contains itself, or is nested too deeply"
    with pytest.raises(ValueError, match=f"^{wanted}$"):
        ProcessResult(outputs=loop)
    with pytest.raises(ValueError, match=f"^{wanted}$"):
        RunResult(success=True, metadata={"a": loop}).to_dict()


def test_event_that_contains_itself_is_refused() -> None:
    """In words, not by a recursion without end."""
    loop: dict[str, Any] = {}
    loop["a"] = loop
    wanted = "an event's data must be what JSON can hold; these contain themselves, or are nested too deeply"
    with pytest.raises(ValueError, match=f"^{wanted}$"):
        plain_data({"loop": loop})


def test_numpy_itself_is_understood() -> None:
    """The stand-ins above are like it."""
    numpy = pytest.importorskip("numpy")
    result = ProcessResult(
        success=numpy.bool_(False), a=numpy.float32(0.5), b=numpy.float64("nan"), c=numpy.arange(4).reshape(2, 2)
    )
    assert result == {"success": False, "message": "", "a": 0.5, "b": None, "c": [[0, 1], [2, 3]]}
    assert not result
    assert plain_data({"a": numpy.int64(3), "z": numpy.array(2.0)}) == {"a": 3, "z": 2.0}
