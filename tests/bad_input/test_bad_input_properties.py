"""Whatever comes, in a file, an option, the environment or from Python: an object or the project's own error."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rompy_core import ModelRun, PluginManager, create_plugin_manager
from rompy_core.config_files import document_from_mapping
from rompy_core.pipeline_file import PipelineFile, pipeline_from_environment, pipeline_of, read_pipeline_file
from rompy_hooks import IDENTIFIER, ConfigError, RompyError

GOOD: dict[str, Any] = {
    "config": {"run_id": "sea", "period": {"start": "2023-01-01", "duration": "1D"}},
    "backend": {"type": "local", "command": "true", "env_vars": {"A": "b"}, "expect": {"outputs": ["*.nc"]}},
    "postprocessor": ["noop"],
    "pipeline": {"type": "local"},
}
_NAMES = """
    config run_id period output_dir start end duration interval model_type template vars data source target link sha256
    raw backend type command steps name stdin timeout ranks env_vars memory expect outputs logs log_errors working_dir
    on_driver_loss postprocessor validate_outputs pipeline run_backend run_kwargs processor
"""
_WORDS = st.sampled_from(_NAMES.split())
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        ["local", "noop", "template", "base", "sea", "..", "2023-01-01", "2D", "1.5g", "true", "/x", "*", "("]
    ),
    st.binary(max_size=2),
    st.sampled_from([object(), Path("a"), {1}]),
)
_DATA = st.recursive(
    _VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(_WORDS, inner, max_size=5),
        st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2),
    ),
    max_leaves=10,
)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def manager() -> PluginManager:
    """The built-in plugins."""
    return create_plugin_manager(autoload=False, environ={})


def replaced(data: Any, path: list[int], value: Any) -> Any:
    """The data with one part of it replaced: each number leads one level down, the last is where it goes."""
    if not path or not isinstance(data, (Mapping, list)) or not data:
        return value
    names = list(data) if isinstance(data, Mapping) else list(range(len(data)))
    name = names[path[0] % len(names)]
    part = replaced(data[name], path[1:], value)
    return {**data, name: part} if isinstance(data, Mapping) else [*data[:name], part, *data[name + 1 :]]


@given(st.lists(st.integers(0, 20), max_size=4), _DATA)
@QUICK
def test_pipeline_with_any_part_replaced_is_read_or_refused(manager, path: list[int], value: Any) -> None:
    """Each fault can be printed, and there is one at least."""
    faults = None
    try:
        document = document_from_mapping(replaced(GOOD, path, value))
        assert isinstance(pipeline_of(document, plugin_manager=manager), PipelineFile)
    except ConfigError as error:
        faults = [str(fault) for fault in error.faults]
    assert faults is None or (faults and all(faults))


@given(_DATA)
@QUICK
def test_model_run_of_any_data_is_made_or_refused(manager, data: Any) -> None:
    """The keys, the period and the model config."""
    with contextlib.suppress(ConfigError):
        assert isinstance(ModelRun.from_dict(data, plugin_manager=manager), ModelRun)


@given(st.sampled_from(["run", "process", "pipeline"]), _DATA, st.dictionaries(_WORDS, _DATA, max_size=4))
@QUICK
def test_backend_of_any_data_is_configured_or_refused(manager, kind: Any, backend: Any, options: Any) -> None:
    """Names, mappings and options, as a host gives them."""
    model = ModelRun(run_id="sea", plugin_manager=manager)
    for spec in (backend, *(offer.name for offer in manager.offers(kind))):
        with contextlib.suppress(RompyError):
            assert model.configure(kind, spec, options) is not None


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@QUICK
def test_file_of_any_bytes_is_read_or_refused(manager, tmp_path: Path, content: bytes) -> None:
    """In each format, whole or as the tail of a good beginning."""
    starts = {"yml": b"config: {run_id: sea}\n", "toml": b"config.run_id = 'sea'\n", "json": b'{"config": '}
    for suffix, start in starts.items():
        for data in (content, start + content):
            path = tmp_path / f"run.{suffix}"
            path.write_bytes(data)
            with contextlib.suppress(ConfigError):
                assert isinstance(read_pipeline_file(path, plugin_manager=manager), PipelineFile)


@given(st.lists(st.text(max_size=12) | st.builds("{}={}".format, _WORDS | st.text(max_size=8), st.text(max_size=8))))
@example(["", "=", "backend.=", "a[999999]=x", "config.config.[", "backend[0]=x", "backend.steps[0].name=a"])
@QUICK
def test_any_overrides_are_applied_or_refused(manager, tmp_path: Path, overrides: list[str]) -> None:
    """Also such as ``backend.=``, ``a[999999]=x`` and ``config.config.[``."""
    path = tmp_path / "run.yml"
    path.write_text("config: {run_id: sea}\nbackend: {type: local, command: 'true'}\n")
    with contextlib.suppress(ConfigError):
        read_pipeline_file(path, overrides=overrides, plugin_manager=manager)
    for override in overrides:
        with contextlib.suppress(ConfigError):
            read_pipeline_file(path, overrides=[f"backend.{override}"], plugin_manager=manager)


@given(
    st.dictionaries(_WORDS | st.text(max_size=8), st.text(max_size=20), max_size=4), st.none() | st.text(max_size=40)
)
@QUICK
def test_any_environment_is_read_or_refused(manager, variables: dict[str, str], whole: str | None) -> None:
    """Parts of keys as names of variables, and any text as the whole config."""
    environ = {f"ROMPY_CONFIG__{name}": value for name, value in variables.items()}
    if whole is not None:
        environ["ROMPY_CONFIG"] = whole
    with contextlib.suppress(ConfigError):
        assert isinstance(pipeline_from_environment(environ, plugin_manager=manager), PipelineFile)


@given(st.text(max_size=20) | st.from_regex(r"[./A-Za-z0-9_+-]{0,12}", fullmatch=True))
@QUICK
def test_any_run_id_is_an_identifier_or_refused(manager, tmp_path: Path, run_id: str) -> None:
    """One that is taken names a folder directly inside of output_dir."""
    try:
        model = ModelRun.from_dict({"run_id": run_id, "output_dir": str(tmp_path)}, plugin_manager=manager)
    except ConfigError:
        assert not IDENTIFIER.fullmatch(run_id) or len(run_id) > 200
    else:
        assert IDENTIFIER.fullmatch(run_id)
        assert model.staging_dir.parent == tmp_path
        assert model.staging_dir.resolve() == tmp_path.resolve() / run_id


_MOMENTS = (
    st.sampled_from(["2023-01-01", "2023-03-26T01:30", "2023-01-02T00:00Z", "9999-12-31"])
    | st.datetimes(timezones=st.none() | st.timezones()).map(str)
    | st.text(max_size=10)
    | _VALUES
)
_LENGTHS = (
    st.sampled_from(["1D", "PT6H", "2H30m", "9999999D", "999999999999D", "0S"])
    | st.from_regex(r"P?[0-9.]{1,9}[WDHMSY]", fullmatch=True)
    | _VALUES
)


@given(
    st.fixed_dictionaries({"start": _MOMENTS}, optional={"end": _MOMENTS, "duration": _LENGTHS, "interval": _LENGTHS})
)
@example({"start": "2023-01-01", "duration": "9999999D"})
@QUICK
def test_any_period_has_an_order_or_is_refused(manager, period: dict[str, Any]) -> None:
    """Texts, numbers and dates of all kinds."""
    with contextlib.suppress(ConfigError):
        made = ModelRun.from_dict({"run_id": "sea", "period": period}, plugin_manager=manager).period
        assert made is not None
        assert made.duration.total_seconds() > 0
