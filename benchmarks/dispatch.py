"""A firstresult hook call through the manager, with more and more plugins, against a bare pluggy call."""

from pathlib import Path
from typing import Any

import attrs
import pluggy
from measure import in_turns, show

from rompy_core import create_plugin_manager
from rompy_hooks import Backend, RunConfig, RunResult, hookimpl, specs

_CALLS = 200


def _plugin(number: int) -> Any:
    @attrs.frozen(kw_only=True)
    class Config(RunConfig):
        pass

    class Plugin:
        config = Config

        @hookimpl
        def backends(self) -> list[Backend]:
            return [Backend(kind="run", name=f"plugin-{number}", config=Config)]

        @hookimpl
        def run(self, config: Config) -> RunResult:  # noqa: ARG002  the annotation is what it is asked by
            return _RESULT

    return Plugin()


_RESULT = RunResult(success=True)


def main() -> None:
    """Measure and print."""
    arguments = {"model_run": None, "workspace_dir": Path.cwd(), "context": None}
    bare = pluggy.PluginManager("rompy")
    bare.add_hookspecs(specs)
    bare.register(_plugin(0))

    def bare_calls() -> None:
        for _ in range(_CALLS):
            bare.hook.run(config=None, **arguments)

    subjects: dict[str, Any] = {f"{_CALLS} bare pluggy calls, one plugin": bare_calls}
    for count in (1, 10, 100):
        plugins = [_plugin(number) for number in range(count)]
        manager = create_plugin_manager(plugins=plugins, autoload=False)
        config = plugins[0].config()

        def calls(manager: Any = manager, config: Any = config) -> None:
            for _ in range(_CALLS):
                manager.ask("run", config=config, **arguments)

        subjects[f"{_CALLS} calls, {count} plugin{'' if count == 1 else 's'}"] = calls
    show("hook dispatch", f"{_CALLS} bare pluggy calls, one plugin", in_turns(subjects, 50), {})
