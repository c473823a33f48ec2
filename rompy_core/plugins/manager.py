"""The plugin manager: who is asked, in which order, and what becomes of the answers."""

from typing import Any

import pluggy

from rompy_core.plugins.answers import NORMALISE
from rompy_core.plugins.calls import Selection, execute, raised, wrong_answer
from rompy_core.plugins.inventory import Inventory
from rompy_core.plugins.reports import PluginProblem
from rompy_core.plugins.unanswered import nobody_answers
from rompy_hooks import Event, RompyError

_NO_CONFIG = type(None)


class PluginManager(Inventory):
    """Plugins of one host, independent of other managers; make one with ``create_plugin_manager``."""

    def ask(self, hook: str, /, **kwargs: Any) -> Any:
        """Call a firstresult hook: the first answer of those who are asked for this ``config``.

        Args:
            hook: Such as ``run``.
            **kwargs: All that the hook passes.

        Returns:
            The answer in the form that the host goes on with (``True`` of a run has become a ``RunResult``).

        Raises:
            UnknownNameError: Nobody is asked, or only plugins that may decline.
            PluginError: An implementation raised, answered with a wrong type, or with ``None`` for a config of its own.
                Errors of rompy's own pass unchanged.
        """
        if self._unsettled:
            self.settle()
        config_class = type(kwargs.get("config"))
        selection = self._selections.get((hook, config_class)) or self._select(hook, config_class)
        try:
            answer = execute(self, hook, selection.calls, kwargs, firstresult=True)
        except (RompyError, pluggy.HookCallError):
            raise
        except (Exception, SystemExit) as error:
            raise raised(hook, selection.asked, error) from error
        if answer is None:
            raise nobody_answers(self, hook, kwargs, selection)
        return self._of_wrappers(hook, selection, answer) if selection.wrapped else answer

    def _select(self, hook: str, config_class: type) -> Selection:
        return self.selection(hook, None if config_class is _NO_CONFIG else config_class)

    @staticmethod
    def _of_wrappers(hook: str, selection: Selection, answer: Any) -> Any:
        try:
            return NORMALISE[hook](answer)
        except Exception as error:
            wrappers = [impl for impl in reversed(selection.asked) if impl.wrapper or impl.hookwrapper]
            raise wrong_answer(hook, wrappers, answer, error) from error

    def collect(self, hook: str, /, **kwargs: Any) -> list[Any]:
        """Call every implementation of a collect hook, one at a time; one that raises costs only itself.

        Returns:
            The results that are not ``None``, in calling order.
        """
        if self._unsettled:
            self.settle()
        results: list[Any] = []
        for impl in reversed(self._select(hook, _NO_CONFIG).asked):
            try:
                results.extend(execute(self, hook, (impl,), kwargs, firstresult=False))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - costs only this implementation
                origin = self._origins[impl.plugin_name]
                self.report(origin, hook, str(raised(hook, (impl,), error)), error)
        return results

    @property
    def has_watchers(self) -> bool:
        """Whether any plugin implements ``on_event``."""
        if self._unsettled:
            self.settle()
        selection = self._selections.get(("on_event", _NO_CONFIG)) or self._select("on_event", _NO_CONFIG)
        return bool(selection.asked)

    def notify(self, event: Event) -> tuple[PluginProblem, ...]:
        """Tell an event to every watcher; one that raises costs only itself and is told once.

        Returns:
            The problems that this event brought; those of other runs in other threads are not among them.
        """
        if not self.has_watchers:
            return ()
        problems: list[PluginProblem | None] = []
        for impl in reversed(self._select("on_event", _NO_CONFIG).asked):
            try:
                execute(self, "on_event", (impl,), {"event": event}, firstresult=False)
            except KeyboardInterrupt:
                raise  # of whoever sits there, and no watcher's
            except BaseException as error:  # noqa: BLE001 - a watcher's asyncio.CancelledError ends no run
                told = str(raised("on_event", (impl,), error))
                problems.append(self.report(self._origins[impl.plugin_name], "on_event", told, error))
        return tuple(problem for problem in problems if problem is not None)

    def implementations(self, hook: str, config: Any = None) -> tuple[pluggy.HookImpl, ...]:
        """Who would be asked, in calling order, wrappers first.

        Args:
            hook: Such as ``run``.
            config: A config or a class of configs; everybody without one.
        """
        if self._unsettled:
            self.settle()
        config_class = config if isinstance(config, type) else type(config)
        return tuple(reversed(self._select(hook, config_class).asked))
