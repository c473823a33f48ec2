"""Two plugins that offer one name of one kind."""

import attrs
import pytest

from rompy_core import __version__
from rompy_core.plugins.conflicts import Claim, judge
from rompy_core.plugins.reports import Origin
from rompy_hooks import Backend, PluginError, RunConfig, hookimpl

LEFT_OUT = (
    f"Plugin 'rompy:fast' (rompy-fast 1.1) offers the run backend 'local', which is built in (rompy-core"
    f" {__version__}): left out. Name it with -p rompy:fast, or block the built-in with -p no:builtin:local"
)
UNDECIDED = (
    "the run backend 'cloud' is offered by plugins 'rompy.run:cloud@cloud-a' (cloud-a 1.0) and"
    " 'rompy.run:cloud@cloud-b' (cloud-b 2.0); block all but one, as with -p no:rompy.run:cloud@cloud-b"
)


def test_conflict_with_a_built_in_leaves_the_stranger_out(manager_of, caplog) -> None:
    """The built-in one answers, the stranger's other names work, one warning names both distributions."""
    manager = manager_of("clash_with_builtin")
    assert manager.backend("run", "local").config.__name__ == "LocalConfig"
    assert manager.backend("run", "fast").config.__name__ == "OwnConfig"
    assert [(problem.stage, problem.message) for problem in manager.problems] == [("conflict", LEFT_OUT)]
    assert [record.getMessage() for record in caplog.records] == [LEFT_OUT]
    assert manager.infos()[-1].state == "conflict"
    assert [offer.conflict for offer in manager.offers("run")] == ["", "", LEFT_OUT, ""]


def test_conflict_with_a_built_in_is_won_with_p(manager_of) -> None:
    """Naming the plugin gives it the name."""
    manager = manager_of("clash_with_builtin", load=["fast"])
    assert manager.backend("run", "local").config.__name__ == "FastConfig"
    assert manager.problems == ()
    assert [offer.conflict for offer in manager.offers("run")] == [
        "plugin 'rompy:fast' (rompy-fast 1.1) was named with -p and takes the run backend 'local'",
        "",
        "",
        "",
    ]


def test_conflict_with_a_built_in_is_gone_when_that_is_blocked(manager_of) -> None:
    """Blocking the built-in frees its name."""
    manager = manager_of("clash_with_builtin", load=["no:builtin:local"])
    assert manager.backend("run", "local").config.__name__ == "FastConfig"
    assert manager.problems == ()


def test_conflict_between_strangers_makes_asking_an_error(manager_of) -> None:
    """Neither is imported; blocking one leaves the other."""
    manager = manager_of("clash_a", "clash_b")
    with pytest.raises(PluginError) as caught:
        manager.backend("run", "cloud")
    assert str(caught.value) == UNDECIDED
    assert manager.problems == ()
    assert [info.state for info in manager.infos()[-2:]] == ["conflict", "conflict"]
    alone = manager_of(load=["no:cloud@cloud-a"], search_path=manager.recipe.search_path)
    assert alone.backend("run", "cloud").name == "cloud"
    assert alone.versions()["cloud-b"] == "2.0"


def test_conflict_of_a_host_object_with_a_built_in(manager_of) -> None:
    """The host's objects take no built-in name either."""

    @attrs.frozen(kw_only=True)
    class MineConfig(RunConfig):
        """No keys of its own."""

    class Mine:
        @hookimpl
        def backends(self) -> list[Backend]:
            return [Backend(kind="run", name="local", config=MineConfig)]

    manager = manager_of(plugins=[Mine()])
    assert manager.backend("run", "local").config.__name__ == "LocalConfig"
    assert manager.problems[0].message == (
        f"Plugin 'host:Mine' offers the run backend 'local', which is built in (rompy-core {__version__}): left out."
        " Name it with -p host:Mine, or block the built-in with -p no:builtin:local"
    )


def test_conflict_with_what_rompy_registers_is_not_mentioned(manager_of, caplog) -> None:
    """The distribution rompy beside us disturbs nothing: its names are ours, without a word."""
    manager = manager_of("upstream")
    assert manager.backend("run", "local").config.__name__ == "LocalConfig"
    assert [offer.name for offer in manager.offers()] == ["local", "docker", "noop", "local"]
    assert manager.model_config("base").cls.__module__.startswith(("builtin_plugins", "rompy_core"))
    assert {info.state for info in manager.infos() if info.distribution == "rompy"} == {"superseded"}
    assert manager.problems == ()
    assert caplog.records == []


def test_conflict_of_two_that_were_named_stays_one() -> None:
    """Naming both with -p decides nothing."""
    builtin = Claim("run", "local", Origin(name="builtin:local", source="builtin"))
    named = [Claim("run", "local", Origin(name=f"-p:{name}", source="-p", explicit=True)) for name in "ab"]
    other = Claim("process", "local", Origin(name="rompy:c", source="rompy"))
    verdicts = judge([builtin, *named, other])
    undecided = "the run backend 'local' is offered by plugins '-p:a' and '-p:b'; block all but one, as with -p no:-p:b"
    assert [verdict.conflict for verdict in verdicts] == [
        "plugin '-p:a' was named with -p and takes the run backend 'local'",
        undecided,
        undecided,
        "",
    ]
