"""How a settings file is built: plain entries, tables of entries (assumptions, products), scores of words."""

from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Steps = tuple[str, ...]  # the names that lead to an entry
_LAST = ("source", "status")


def fields_of(model: Any, path: Steps = ()) -> Iterator[tuple[Steps, FieldInfo]]:
    """The entries of a settings file by their paths: plain ones, and tables of entries."""
    for name, field in model.model_fields.items():
        kind = plain_kind(field.annotation)  # a part that may be absent is built like one that is there
        if _is_model(kind) and not records_of(kind):
            yield from fields_of(kind, (*path, name))
        else:
            yield (*path, name), field


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def records_of(kind: Any) -> list[type[BaseModel]]:
    """The models of the rows of a table of entries; none if an entry is not such a table."""
    if get_origin(kind) is dict and _is_model(get_args(kind)[1]):
        return [get_args(kind)[1]]
    inner = [plain_kind(field.annotation) for field in kind.model_fields.values()] if _is_model(kind) else []
    return list(dict.fromkeys(inner)) if inner and all(_is_model(one) for one in inner) else []


def columns_of(kinds: Sequence[type[BaseModel]]) -> dict[str, FieldInfo]:
    """The entries of all rows of a table of entries, without the scores of words; where it comes from stands last."""
    fields = {name: field for kind in kinds for name, field in kind.model_fields.items()}
    kept = {name: field for name, field in fields.items() if name not in scored_of(kinds)}
    return {name: kept[name] for name in sorted(kept, key=lambda name: name in _LAST)}


def scored_of(kinds: Sequence[type[BaseModel]]) -> list[str]:
    """The entries of a row that are a number for each of some words."""
    fields = {name: field for kind in kinds for name, field in kind.model_fields.items()}
    return [name for name, field in fields.items() if get_origin(field.annotation) is dict]


def plain_kind(kind: Any) -> Any:
    """The kind of what an entry holds if it is there."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def choices_of(kind: Any) -> tuple[str, ...]:
    """The words that an entry may be, if it may be no others."""
    return get_args(plain_kind(kind)) if get_origin(plain_kind(kind)) is Literal else ()


def items_of(kind: Any) -> Any:
    """The kind of the items of a list; None if it is none, or if its items are no texts or numbers."""
    kind = plain_kind(kind)
    if get_origin(kind) not in (list, tuple):
        return None
    item = plain_kind(get_args(kind)[0])
    return item if item in (str, float, int) or get_origin(item) is Literal else None
