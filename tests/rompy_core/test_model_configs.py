"""Model configs: from a mapping with ``model_type`` to an object, and back."""

import attrs
import pytest

from rompy_core.config_files import document_from_mapping
from rompy_core.model_configs import configure_model, describe_model, model_config_data, model_type_of
from rompy_hooks import ConfigError, ModelConfig, RequestError, hookimpl


@attrs.frozen(kw_only=True)
class Swan:
    """An attrs class."""

    hs: float = 1.0
    api_token: str = ""


class Schism:
    """As pydantic's classes look."""

    def __init__(self, **data):
        self.data = data

    @classmethod
    def model_validate(cls, data):
        if data.get("nx") == 0:
            error = ValueError("2 validation errors")
            error.errors = lambda: [{"loc": ("nx",), "msg": "must be > 0"}, {"loc": ("grid", 1), "msg": "is missing"}]
            raise error
        if data.get("nx") == 1:
            raise ValueError("too small")
        return cls(**data)

    def model_dump(self, mode):
        assert mode == "json"
        return {name: value for name, value in self.data.items() if name != "model_type"}


class Plugin:
    """Offers both."""

    @hookimpl
    def model_configs(self):
        return [ModelConfig(name="swan", cls=Swan), ModelConfig(name="schism", cls=Schism)]


@pytest.fixture
def manager(host):
    """Knows both."""
    return host.manager_with(Plugin())


def test_an_attrs_class_is_structured(manager):
    """Strictly; and back to equal data."""
    config = configure_model(manager, {"model_type": "swan", "hs": 2})
    assert config == Swan(hs=2.0)
    assert model_config_data(manager, config) == {"model_type": "swan", "hs": 2.0, "api_token": ""}


def test_a_pydantic_class_is_validated(manager):
    """It gets the model_type too, as its own literal."""
    config = configure_model(manager, {"model_type": "schism", "nx": 3})
    assert config.data == {"model_type": "schism", "nx": 3}
    assert model_config_data(manager, config) == {"model_type": "schism", "nx": 3}


def test_a_pydantic_class_gets_overrides_with_the_types_of_what_they_replace(manager):
    """It may guess from text, or not."""
    data = document_from_mapping({"model_type": "schism", "nx": 3, "name": "a"}, overrides=["nx=4", "name=5"]).data
    assert configure_model(manager, data).data == {"model_type": "schism", "nx": 4, "name": "5"}


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({"model_type": "schism", "nx": 0}, ["c.nx: must be > 0", "c.grid[1]: is missing"]),
        ({"model_type": "schism", "nx": 1}, ["c: too small"]),
        ({"model_type": 3}, ["c.model_type: must be a text, got 3; known: base, schism, swan, template"]),
        ({"hs": 3}, ["c: needs key 'model_type'; known: base, schism, swan, template"]),
        ("swan", ["c: must be a mapping with 'model_type', got 'swan' (text); known: base, schism, swan, template"]),
        ({"model_type": "swan", "Hs": 3}, None),
        ({"model_type": "swam"}, None),
    ],
)
def test_what_is_wrong_is_told_with_its_key(manager, data, faults):
    """And collected, where somebody collects."""
    found = []
    assert configure_model(manager, data, key=("c",), faults=found) is None
    if faults is None:
        assert "Did you mean" in str(found[0])
    else:
        assert [str(fault) for fault in found] == faults
    with pytest.raises(ConfigError):
        configure_model(manager, data)


def test_an_object_is_a_model_config_already(manager):
    """Whatever it is."""
    thing = Swan()
    assert configure_model(manager, thing) is thing
    assert model_type_of(manager, thing) == "swan"
    assert model_type_of(manager, object()) is None


def test_data_of_an_unnamed_class_is_refused(manager):
    """The remedy is a hook."""
    with pytest.raises(RequestError) as caught:
        model_config_data(manager, [1])
    assert str(caught.value) == (
        "the model config is a builtins.list, which no plugin offers as a model_type, so it cannot be written down;"
        " offer it with the hook model_configs"
    )


def test_a_record_describes_an_unnamed_config_by_its_class(host):
    """And tells no secret of a named one."""
    assert describe_model(host.model(config=object()))["config"] == {"class": "builtins.object"}
    described = describe_model(host.model(Plugin(), config=Swan(api_token="sesame")))
    assert described["config"] == {"model_type": "swan", "hs": 1.0, "api_token": "***"}
