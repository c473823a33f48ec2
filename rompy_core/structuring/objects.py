"""The reader of attrs classes: each key by its field's type, every fault of every field together."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rompy_core.config_files.texts import EnvironmentText
from rompy_core.nearest import did_you_mean
from rompy_core.structuring import environment
from rompy_core.structuring.containers import Reader, named_items, read_any
from rompy_core.structuring.cursor import Cursor, Refusal
from rompy_core.structuring.plans import Plan, plan_of
from rompy_hooks import Fault


def object_reader(cls: type[Any], reader_of: Callable[[Any], Reader]) -> Reader:
    """The reader of an attrs class; what its fields need is found out on first use, so that a class may hold itself."""
    plan: Plan | None = None

    def read_object(cursor: Cursor, _type: Any) -> Any:
        nonlocal plan
        if isinstance(cursor.value, cls):
            return cursor.value
        if plan is None:
            plan = plan_of(cls, reader_of)
        return _read(cursor, plan)

    return read_object


def _read(cursor: Cursor, plan: Plan) -> Any:
    if plan.of_text is not None and isinstance(cursor.value, str | Path) and not _is_flow(cursor.value):
        return _read_text(cursor, plan.of_text)
    if isinstance(cursor.value, EnvironmentText):
        cursor = environment.container(cursor, "a mapping")
    if not isinstance(cursor.value, Mapping):
        raise cursor.misfit("a mapping" if plan.of_text is None else "a text or a mapping")
    cursor.enter()
    pairs, faults = named_items(cursor)
    given = _fields(cursor, plan, pairs, faults)
    faults += [cursor.fault(f"needs key {name!r}") for name in plan.required if name not in dict(pairs)]
    error: Exception | None = None
    if not faults:
        try:
            return plan.cls(**given)
        except Exception as raised:  # noqa: BLE001 - converters and validators of plugins may raise anything
            error = raised
    raise Refusal(faults + _refused_values(cursor, plan, given, error))


def _is_flow(text: str | Path) -> bool:
    """Whether a text from the environment is meant as a mapping."""
    return isinstance(text, EnvironmentText) and text.lstrip().startswith("{")


def _read_text(cursor: Cursor, of_text: Callable[[str, Path], Any]) -> Any:
    try:
        text = str.__str__(cursor.value) if isinstance(cursor.value, str) else str(cursor.value)
        return of_text(text, cursor.origin.directory(cursor.key))
    except (ValueError, OSError) as error:
        raise cursor.refusal(str(error)) from None


def _fields(cursor: Cursor, plan: Plan, pairs: list[tuple[str, Any]], faults: list[Fault]) -> dict[str, Any]:
    """The arguments for the class; what does not fit is added to ``faults``."""
    given: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in pairs:
        field = plan.fields.get(name)
        try:
            if field is not None:
                given[name] = field.read(cursor.child(name, value), field.kind)
            elif plan.options is not None:
                extra[name] = read_any(cursor.child(name, value), Any)
            else:
                faults.append(cursor.fault(_unknown(name, cursor.title or plan.title, plan), at=name))
        except Refusal as refusal:
            faults += refusal.faults
    if plan.options is not None:
        given[plan.options] = extra
    return given


def _unknown(name: str, title: str, plan: Plan) -> str:
    keys = sorted(plan.fields)
    hint = did_you_mean(name, keys)
    listed = f"Keys: {', '.join(keys)}" if keys else "It takes no keys"
    named = title if " " in title else repr(title)
    return f"{named} has no key {name!r}.{hint} {listed}"


def _refused_values(cursor: Cursor, plan: Plan, given: dict[str, Any], error: Exception | None) -> list[Fault]:
    from rompy_core.structuring.diagnosis import diagnose  # only when something is wrong already

    return diagnose(cursor, plan.cls, given, error)
