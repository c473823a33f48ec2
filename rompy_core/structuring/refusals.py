"""What attrs validators refuse, in the words of this project instead of theirs."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from rompy_core.structuring.choices import not_chosen, option_text

#: The way into a value, from the field on, and what is wrong there.
Refused = tuple[tuple[str | int, ...], str]
#: Quotes the field's value, or a part of it.
Quote = Callable[[Any], str]

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", dict: "a mapping"}


def refusals(
    validator: Any, instance: Any, field: "attrs.Attribute[Any]", value: Any, quote: Quote
) -> Iterator[Refused]:
    """Everything that a validator refuses in a value; of several validators of one value the first that does.

    attrs' own validators are taken apart, because each would stop at the first item that it refuses.
    """
    inner = _TAKEN_APART.get(type(validator).__name__)
    if inner is not None:
        yield from inner(validator, instance, field, value, quote)
        return
    try:
        validator(instance, field, value)
    except AttributeError:
        return  # it looks at a field that could not be read, which is told already
    except Exception as error:  # noqa: BLE001 - a plugin's validator may raise anything
        yield (), _message(validator, error, value, quote)


def _and(validator: Any, instance: Any, field: Any, value: Any, quote: Quote) -> Iterator[Refused]:
    for part in validator._validators:  # attrs tells nothing of its validators in public
        found = list(refusals(part, instance, field, value, quote))
        if found:
            yield from found
            return


def _optional(validator: Any, instance: Any, field: Any, value: Any, quote: Quote) -> Iterator[Refused]:
    if value is not None:
        yield from refusals(validator.validator, instance, field, value, quote)


def _iterable(validator: Any, instance: Any, field: Any, value: Any, quote: Quote) -> Iterator[Refused]:
    if validator.iterable_validator is not None:
        found = list(refusals(validator.iterable_validator, instance, field, value, quote))
        if found:
            yield from found
            return
    for index, item in enumerate(value):
        for inside, message in refusals(validator.member_validator, instance, field, item, quote):
            yield (index, *inside), message


def _mapping(validator: Any, instance: Any, field: Any, value: Any, quote: Quote) -> Iterator[Refused]:
    if validator.mapping_validator is not None:
        yield from refusals(validator.mapping_validator, instance, field, value, quote)
    for key, item in value.items():
        if validator.key_validator is not None:
            for _, message in refusals(validator.key_validator, instance, field, key, quote):
                yield (), f"key {message}"
        if validator.value_validator is not None:
            for inside, message in refusals(validator.value_validator, instance, field, item, quote):
                yield (key, *inside), message


_TAKEN_APART: dict[str, Callable[[Any, Any, Any, Any, Quote], Iterator[Refused]]] = {
    "_AndValidator": _and,
    "_OptionalValidator": _optional,
    "_DeepIterable": _iterable,
    "_DeepMapping": _mapping,
}


def _message(validator: Any, error: Exception, value: Any, quote: Callable[[Any], str]) -> str:
    known = _MESSAGES.get(type(validator).__name__)
    if known is not None:
        return known(validator, value, quote(value))
    if quote(value) == "***":
        return "is refused, got ***"
    # attrs' other validators put the message first and objects after it.
    text = str(error.args[0]) if error.args else ""
    if text and isinstance(error, (ValueError, TypeError)):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _length(word: str) -> Callable[[Any, Any, str], str]:
    def message(validator: Any, value: Any, quoted: str) -> str:
        limit = validator.min_length if word == "least" else validator.max_length
        unit = "character" if isinstance(value, str) else "item"
        got = quoted if isinstance(value, str) else str(len(value))
        return f"must have at {word} {limit} {unit}{'' if limit == 1 else 's'}, got {got}"

    return message


def _instance(validator: Any, _value: Any, quoted: str) -> str:
    kinds = validator.type if isinstance(validator.type, tuple) else (validator.type,)
    return f"must be {' or '.join(_KINDS.get(kind, f'a {kind.__name__}') for kind in kinds)}, got {quoted}"


_MESSAGES: dict[str, Callable[[Any, Any, str], str]] = {
    "_NumberValidator": lambda validator, _, quoted: f"must be {validator.compare_op} {validator.bound}, got {quoted}",
    "_InValidator": lambda validator, value, quoted: not_chosen(
        value, list(map(option_text, validator.options)), quoted
    ),
    "_MatchesReValidator": lambda validator, _, quoted: f"must match {validator.pattern.pattern}, got {quoted}",
    "_MinLengthValidator": _length("least"),
    "_MaxLengthValidator": _length("most"),
    "_InstanceOfValidator": _instance,
}
