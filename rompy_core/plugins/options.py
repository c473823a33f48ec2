"""Where the options of a plain class go: to its constructor, to its method, or nowhere, which is an error."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from rompy_core.nearest import did_you_mean
from rompy_core.plugins.names import listed

#: What rompy passes by itself, where the method names it.
PASSED = frozenset({"model_run", "config", "workspace_dir", "run_result", "context"})


@attrs.frozen
class Taker:
    """The arguments of one callable."""

    #: By name, whether it must be given.
    names: Mapping[str, bool]
    #: Whether it has ``**kwargs``.
    everything: bool

    @classmethod
    def of(cls, function: Callable[..., Any], skip: int = 0) -> "Taker":
        """The arguments of a function but for the first ``skip``, which are given by position.

        Raises:
            TypeError: It has fewer arguments that can be given by position.
        """
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except ValueError:  # written in C and silent about it: anything may do
            return cls({}, everything=True)
        by_position = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
        if len(by_position) < skip and not any(each.kind is each.VAR_POSITIONAL for each in parameters):
            raise TypeError("takes no model_run")
        named = [each for each in parameters if each in by_position[skip:] or each.kind is each.KEYWORD_ONLY]
        return cls(
            {each.name: each.default is each.empty for each in named if each.kind is not each.POSITIONAL_ONLY},
            any(each.kind is each.VAR_KEYWORD for each in parameters),
        )


@attrs.frozen
class Signature:
    """The two callables that share the options of a plain class."""

    #: The constructor; ``None`` for an object that is made already.
    constructor: Taker | None
    method: Taker

    @classmethod
    def of(cls, found: Any, method: str) -> "Signature":
        """The signature of a class, or of an object that is made already.

        Raises:
            TypeError: The method takes no model run.
        """
        if not isinstance(found, type):
            return cls(None, Taker.of(getattr(found, method), skip=1))
        # What a class hands out is bound already, unless it is a plain function.
        bound = not inspect.isfunction(inspect.getattr_static(found, method))
        return cls(Taker.of(found), Taker.of(getattr(found, method), skip=1 if bound else 2))

    def goes_to_constructor(self, option: str) -> bool:
        """Whether an option is the constructor's: where it names it, or where nobody else takes it."""
        if self.constructor is None:
            return False
        return option in self.constructor.names or (self.constructor.everything and not self._method_takes(option))

    def goes_to_method(self, option: str) -> bool:
        """Whether an option is the method's."""
        return self._method_takes(option) and not self.goes_to_constructor(option)

    def _method_takes(self, option: str) -> bool:
        return option in self.method.names or self.method.everything

    def check(self, title: str, options: Mapping[str, Any]) -> None:
        """Refuse options that nobody takes, and the lack of one that somebody needs.

        A method that names ``config`` finds every option there.

        Args:
            title: Such as ``run backend 'custom'``.
            options: What users gave.

        Raises:
            ValueError: One of them is wrong.
        """
        made = {} if self.constructor is None else self.constructor.names
        own = {name: needed for name, needed in self.method.names.items() if name not in PASSED}
        keys = sorted({*made, *own})
        for option in sorted(options):
            if option in PASSED and option not in made:
                raise ValueError(f"{title}: {option!r} cannot be given, rompy passes it")
            if not (self.goes_to_constructor(option) or self._method_takes(option) or "config" in self.method.names):
                raise ValueError(f"{title} has no key {option!r}.{did_you_mean(option, keys)} Keys: {listed(keys)}")
        missing = sorted(name for name in keys if (made.get(name) or own.get(name)) and name not in options)
        if missing:
            raise ValueError(f"{title} needs {', '.join(map(repr, missing))}")
