"""A config from environment variables."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files import EnvironmentText, environment_document
from rompy_core.config_files.texts import meant
from rompy_hooks.errors import ConfigError


def refusal(environ: dict[str, str]) -> list[str]:
    """The report on the variables."""
    with pytest.raises(ConfigError) as caught:
        environment_document(environ)
    return [str(fault) for fault in caught.value.faults]


def test_variables_with_double_underscores_are_keys() -> None:
    """Lowered only when all of the name is upper case, so that OMP_NUM_THREADS can stay as it is."""
    document = environment_document(
        {
            "ROMPY_CONFIG__backend__type": "local",
            "ROMPY_CONFIG__BACKEND__TIMEOUT": "3",
            "ROMPY_CONFIG__backend__env_vars__OMP_NUM_THREADS": "${4}",
            "ROMPY_CONFIG__steps__0__name": "a",
            "ROMPY_CONFIGURED": "no",
        }
    )
    assert document.data == {
        "backend": {"type": "local", "timeout": "3", "env_vars": {"OMP_NUM_THREADS": "${4}"}},
        "steps": [{"name": "a"}],
    }
    assert type(document.data["backend"]["timeout"]) is EnvironmentText
    assert document.position(("backend", "timeout")) == ("ROMPY_CONFIG__BACKEND__TIMEOUT", None)
    assert document.path is None
    assert document.directory(("backend",)) == Path.cwd()


@pytest.mark.parametrize("text", ["{a: [1, 2], b: '${X}'}", "a: [1, 2]\nb: ${X}", '{"a":\t[1, 2], "b": "${X}"}'])
def test_one_variable_holds_a_whole_config(text: str) -> None:
    """YAML or JSON, expanded like a file; single variables and overrides go over it."""
    environ = {"ROMPY_CONFIG": text, "X": "x", "ROMPY_CONFIG__a__1": "3", "ROMPY_CONFIG__c": "4"}
    document = environment_document(environ, overrides=["c=5"])
    assert document.data == {"a": [1, "3"], "b": "x", "c": "5"}
    assert meant(document.data)["a"] == [1, 3]
    assert document.written["b"] == "${X}"
    assert document.position(("b",))[0] == "ROMPY_CONFIG"


@pytest.mark.parametrize(
    ("environ", "faults"),
    [
        ({}, ["the variable ROMPY_CONFIG is not set, nor one such as ROMPY_CONFIG__run_id=test"]),
        ({"ROMPY_CONFIG": ""},
         ["ROMPY_CONFIG: the variable is empty; a config is a mapping of keys, such as 'run_id: test'"]),
        ({"ROMPY_CONFIG": "- a"},
         ["ROMPY_CONFIG:1: the variable is a list; a config is a mapping of keys, such as 'run_id: test'"]),
        ({"ROMPY_CONFIG": "\ud800"}, ["ROMPY_CONFIG: is not UTF-8 text"]),
        ({"ROMPY_CONFIG": '{"a": 1,\n "a": 2}'},
         ["ROMPY_CONFIG:2: a: is given twice, first in line 1; keep one of them"]),
        ({"ROMPY_CONFIG": "a: ${X}\nb: !include nix.yml"},
         ["ROMPY_CONFIG:1: a: the variable X is not set. Set it, or write ${X:-default}",
          "ROMPY_CONFIG:2: b: cannot include 'nix.yml': no such file"]),
        ({"ROMPY_CONFIG__": "1", "ROMPY_CONFIG__a____b": "1"},
         ["ROMPY_CONFIG__: has an empty part; write ROMPY_CONFIG__backend__type for the key backend.type",
          "ROMPY_CONFIG__a____b: has an empty part; write ROMPY_CONFIG__backend__type for the key backend.type"]),
        ({"ROMPY_CONFIG__A": "1", "ROMPY_CONFIG__a": "2", "ROMPY_CONFIG__a__b": "2"},
         ["ROMPY_CONFIG__a: is the same key as ROMPY_CONFIG__A; unset one of them",
          "ROMPY_CONFIG__a__b: a.b: 'a' is a single value, so it has no key 'b'"]),
        ({"ROMPY_CONFIG__a": "\udcff"},
         ["ROMPY_CONFIG__a: a: holds half of a surrogate pair, which is no character"]),
    ],
)  # fmt: skip
def test_faults_of_the_environment_name_the_variable(
    environ: dict[str, str], faults: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the line, where the variable holds a whole config."""
    monkeypatch.chdir(tmp_path)
    assert refusal(environ) == faults


NAMES = st.text(st.sampled_from("aB_0"), max_size=6).map(lambda name: f"ROMPY_CONFIG__{name}")


@settings(deadline=None)
@given(st.dictionaries(NAMES | st.just("ROMPY_CONFIG"), st.text(max_size=20)))
def test_any_environment_gives_a_document_or_a_config_error(environ: dict[str, str]) -> None:
    """Whatever the variables are called and hold."""
    try:
        environment_document(environ)
    except ConfigError as error:
        assert error.faults  # noqa: PT017 - both ends are right
