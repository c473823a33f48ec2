"""The Jinja2 in which templates are rendered: nothing but data can be reached, and what is not known is an error."""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Literal, NoReturn

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, TemplateRuntimeError, UndefinedError
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

# Two renderings of one template give the same text.
_RANDOM = ("lipsum",)
_LARGEST_TEXT = 10_000_000
_LARGEST_POWER = 4_096  # bits


class UnknownInTemplateError(UndefinedError):
    """A name, key or attribute that a template asks for does not exist.

    Attributes:
        name: What was asked for.
        owner: The object that has no such attribute or key; :data:`jinja2.utils.missing` for a plain name.
    """

    def __init__(self, message: str | None, name: str | None, owner: object) -> None:
        super().__init__(message)
        self.name = name
        self.owner = owner


class Unknown(StrictUndefined):
    """What an unknown name stands for: any use of it but ``is defined`` and ``default`` is an error."""

    __slots__ = ()

    def _fail(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        if issubclass(self._undefined_exception, SecurityError):
            raise self._undefined_exception(self._undefined_message)
        raise UnknownInTemplateError(self._undefined_message, self._undefined_name, self._undefined_obj)

    _fail_with_undefined_error = _fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _fail
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __pos__ = __neg__ = _fail
    __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = __call__ = __int__ = __float__ = __complex__ = _fail
    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = __repr__ = _fail

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self._fail()


class Sandbox(ImmutableSandboxedEnvironment):
    """Keys of mappings win over methods, paths cannot touch the disk, nothing that was handed over can be changed."""

    intercepted_binops = frozenset(["**", "*"])

    def __init__(self, loader: BaseLoader, newline: Literal["\n", "\r\n"]) -> None:
        super().__init__(
            undefined=Unknown,
            keep_trailing_newline=True,
            newline_sequence=newline,
            loader=loader,
            cache_size=0,  # compiled templates are kept by their text, in rompy_core.rendering.compiled
            finalize=_printable,
        )
        for name in _RANDOM:
            del self.globals[name]
        del self.filters["random"]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: the key of a mapping if it has it, else the attribute."""
        if isinstance(obj, Mapping):
            try:
                return obj[attribute]
            except LookupError:
                pass
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """``obj[argument]``: of a mapping its keys only."""
        if isinstance(obj, Mapping):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may have this attribute; of a path only what a pure path has, too."""
        if isinstance(obj, Path) and not hasattr(PurePath, attr):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: D102 - Jinja2's
        if not self.is_safe_callable(obj):
            raise SecurityError(f"{getattr(obj, '__name__', type(obj).__name__)}() is not for templates")
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """``left ** right`` and ``left * right``, within the limits of a file that people write."""
        if (
            operator == "**"
            and isinstance(left, int)
            and isinstance(right, int)
            and _bits(left, right) > _LARGEST_POWER
        ):
            raise SecurityError(f"a power of more than {_LARGEST_POWER} bits is not computed")
        for text, times in ((left, right), (right, left)):
            if operator == "*" and isinstance(text, (str, list, tuple)) and isinstance(times, int):
                _limit(len(text) * times)
        return super().call_binop(context, operator, left, right)


def _bits(base: int, exponent: int) -> int:
    return base.bit_length() * exponent


def _limit(length: int) -> None:
    if length > _LARGEST_TEXT:
        raise SecurityError(f"a text or list of more than {_LARGEST_TEXT} parts is not made")


def _printable(value: Any) -> Any:
    """What ``{{ ... }}`` prints; a function or method would print where it is in memory."""
    if callable(value) and not isinstance(value, Undefined):
        name = getattr(value, "__name__", type(value).__name__)
        raise TemplateRuntimeError(f"{name!r} is a function, not a value; call it: {name}()")
    return value


__all__ = ["Sandbox", "UnknownInTemplateError", "missing"]
