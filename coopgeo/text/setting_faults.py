"""What is wrong with the entries of a settings file, in the words of a planner."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from coopgeo.errors import Faults, Message
from coopgeo.text.vocabulary import choices, meant_code, meant_name

Model = TypeVar("Model", bound=BaseModel)
_LONGEST = 60
_A_NUMBER = Message("a number, without quotes")
_A_TEXT = Message("a text, in quotes")
_A_LIST = Message("a list, such as [1, 2]")
_A_SECTION = Message("a section with entries of its own")
_KINDS = {
    "missing": Message("this entry"),
    "extra_forbidden": Message("an entry that is known; delete this one or mend its name"),
    "float_type": _A_NUMBER,
    "finite_number": Message("a finite number"),
    "string_type": _A_TEXT,
    "list_type": _A_LIST,
    "tuple_type": _A_LIST,
    "dict_type": _A_SECTION,
    "model_type": _A_SECTION,
    "model_attributes_type": _A_SECTION,
}


def model_of(model: type[Model], entries: Mapping[str, Any], faults: Faults) -> Model | None:
    """The settings that entries make; None if they are none, which is noted.

    Parameters
    ----------
    model : type of settings
    entries : mapping
    faults : Faults
    """
    made, wrong = checked_settings(model, entries)
    for fault in wrong:
        faults.add(column=".".join(fault.path) or None, found=fault.found, expected=fault.expected, hint=fault.hint)
    return made


class SettingFault(NamedTuple):
    """What is wrong with one entry: its path, what stands there, what is expected, what may have been meant."""

    path: tuple[str, ...]
    found: object
    expected: Message
    hint: str | None


def checked_settings(model: type[Model], entries: Mapping[str, Any]) -> tuple[Model | None, list[SettingFault]]:
    """The settings that entries make, or what is wrong with each entry."""
    try:
        return model.model_validate(entries), []
    except ValidationError as errors:
        names = set(_names(model))
        return None, [_fault(fault, names) for fault in errors.errors()]


def _names(model: type[BaseModel]) -> Iterator[str]:
    """The entries of a model and of those within."""
    for name, entry in model.model_fields.items():
        yield name
        for kind in (entry.annotation, *get_args(entry.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _names(kind)


def _fault(fault: Mapping[str, Any], names: set[str]) -> SettingFault:
    """One fault that pydantic found."""
    path, value = tuple(map(str, fault["loc"])), fault["input"]
    shown = fault["type"] != "missing" and not isinstance(value, dict)
    hint = None
    if fault["type"] == "extra_forbidden":
        hint = meant_name(path[-1], names)
    elif fault["type"] == "literal_error" and isinstance(value, str):
        hint = meant_code(value, path[-1], _codes(fault))
    return SettingFault(path, _short(value) if shown else None, _expected(fault), hint)


def _expected(fault: Mapping[str, Any]) -> Message:  # noqa: PLR0911 - one answer a kind of fault
    context = fault.get("ctx", {})
    match fault["type"]:
        case "value_error" if isinstance(context["error"].args[0], Message):
            return context["error"].args[0]
        case "literal_error":
            return choices(str(fault["loc"][-1]), _codes(fault))
        case "greater_than_equal":
            return Message("{low} or more", low=_plain(context["ge"]))
        case "greater_than":
            return Message("more than {low}", low=_plain(context["gt"]))
        case "less_than_equal":
            return Message("at most {high}", high=_plain(context["le"]))
        case "less_than":
            return Message("less than {high}", high=_plain(context["lt"]))
        case "too_short":
            least = context["min_length"]
            return Message.of_number("{count} item at least", "{count} items at least", least)
        case "too_long":
            return Message.of_number("{count} item at most", "{count} items at most", context["max_length"])
        case kind:
            return _KINDS.get(kind, Message("another kind of value"))


def _codes(fault: Mapping[str, Any]) -> list[str]:
    return re.findall("'([^']*)'", fault["ctx"]["expected"])


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _short(value: object) -> object:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
