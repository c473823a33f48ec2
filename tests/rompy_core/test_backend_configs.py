"""From a name, a mapping or an object to a backend's config."""

import attrs
import pytest

from builtin_plugins.local import LocalConfig
from builtin_plugins.noop import NoopConfig
from rompy_core.backend_configs import all_or_none, configure, name_of
from rompy_core.config_files import document_from_mapping
from rompy_hooks import ConfigError, RequestError, RunConfig, UnknownNameError


def test_a_name_with_options(host):
    """Texts of durations and sizes are read by the type of their field."""
    config = configure(host.manager, "run", "local", {"command": ["a"], "timeout": "1H", "memory": "1.5g"})
    assert config == LocalConfig(command=("a",), timeout=3600.0, memory=3 * 2**29)


def test_a_mapping_and_options_over_it(host):
    """The options win; the mapping is not changed."""
    given = {"type": "local", "command": "a", "ranks": 2}
    assert configure(host.manager, "run", given, {"command": "b"}) == LocalConfig(command="b", ranks=2)
    assert given == {"type": "local", "command": "a", "ranks": 2}


def test_a_config_object_is_itself(host):
    """Nothing is copied or checked again."""
    config = NoopConfig()
    assert configure(host.manager, "process", config) is config


def test_a_config_object_of_another_kind_is_refused(host):
    """A processor is no run backend."""
    with pytest.raises(ConfigError) as caught:
        configure(host.manager, "run", NoopConfig())
    assert str(caught.value) == (
        "must be a name or a mapping with 'type', or a config object, got an object of the class NoopConfig;"
        " known: docker, local"
    )


def test_an_unknown_name_is_an_error_of_its_own_class_from_python(host):
    """And a fault with its place from a file."""
    text = "no run backend is called 'locl'. Did you mean 'local'?"
    with pytest.raises(UnknownNameError) as caught:
        configure(host.manager, "run", "locl")
    assert str(caught.value).startswith(text)
    faults = []
    document = document_from_mapping({"backend": {"type": "locl"}})
    assert configure(host.manager, "run", {"type": "locl"}, origin=document, key=("backend",), faults=faults) is None
    assert [fault.key for fault in faults] == ["backend.type"]
    assert faults[0].message.startswith(text)


def test_all_faults_of_a_config_come_together(host):
    """In the order of the keys."""
    with pytest.raises(ConfigError) as caught:
        configure(host.manager, "run", "local", {"comand": "x", "timeout": -1, "env_vars": {"A": 1}})
    assert len(caught.value.faults) == 3


def test_the_name_of_a_config_is_the_backends(host):
    """Or that of its class, where nobody offers it."""

    @attrs.frozen(kw_only=True)
    class Mine(RunConfig):
        """Offered by nobody."""

    assert name_of(host.manager, "run", LocalConfig(command="x")) == "local"
    assert name_of(host.manager, "run", Mine()) == "Mine"


def _refuse(text):
    def call():
        raise RequestError(text)

    return call


def test_all_or_none_tells_what_both_refuse():
    """Or gives what both return."""
    assert all_or_none(lambda: 1, lambda: 2) == (1, 2)
    for first, second, told in [
        (_refuse("a"), _refuse("b"), "a\nb"),
        (_refuse("a"), lambda: 2, "a"),
        (lambda: 1, _refuse("b"), "b"),
    ]:
        with pytest.raises(RequestError) as caught:
            all_or_none(first, second)
        assert str(caught.value) == told
