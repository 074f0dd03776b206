"""Attributes of roads as files and graphs bear them, read as tags: one reader for every format.

A tag is a text in OpenStreetMap; on the way through pandas, networkx, GDAL and osmnx it becomes a number, a truth
value, NaN, "None", a list where ways were merged, or the text of a list.
"""

import ast
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from coopgeo.roads.access import ACCESS_KEYS, strictness
from coopgeo.roads.limits import LIMITS, Unread, quantity
from coopgeo.roads.tags import FERRY, HIGHWAYS, NOT_DRIVEN, UNPAVED, drivable, is_read
from coopgeo.roads.vehicles import UNTOLD

_BLANK = frozenset(["", "nan", "NaN", "NAN", "None", "none", "NULL", "null", "<NA>", "NaT"])
_SLOWEST_LAST = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
    "track",
)  # fmt: skip
_YES = ("yes", "true", "1", "oui")
_ADDED = ("toll_eur", "fixed_time_s")  # of merged edges
_HIGHEST = ("min_weight_t", "min_through_t")
MORE_TAGS = ("other_tags", "tags", "all_tags")  # where GDAL and pyrosm put what has no column of its own
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')
_LONGEST_LIST = 100_000  # letters of a text that is read as a list


def plain(text: str) -> str:
    """A text in the one form of Unicode that all are compared in, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def texts(value: object) -> list[str]:
    """The texts that an attribute holds: none where it is NaN or blank, several where ways were merged."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        inner = value if isinstance(value, _Word) else _listed(plain(value))
        if not isinstance(inner, str):
            return texts(inner)
    elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        parts = sorted(value, key=str) if isinstance(value, (set, frozenset)) else np.ravel(value).tolist()
        return list(dict.fromkeys(text for part in parts for text in texts(part)))
    text = plain(_number_text(value) if isinstance(value, (float, np.floating)) else str(value))
    return [] if text in _BLANK else [{"True": "yes", "False": "no"}.get(text, text)]


def _number_text(value: Any) -> str:
    """A number as a mapper would write it: 50, not 50.0."""
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))


def _listed(text: str) -> object:
    """The list that is written as a text, the text itself where it is none."""
    if len(text) < 2 or text[0] not in "[({" or text[-1] not in "])}" or len(text) > _LONGEST_LIST:
        return text
    try:
        parts = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        # literal_eval knows neither nan nor inf, which osmnx writes among the others
        return text if text[0] != "[" else [_Word(part.strip().strip("'\"")) for part in text[1:-1].split(",")]
    return parts if isinstance(parts, (list, tuple, set)) else text


class _Word(str):
    """A part of a list: no list itself."""

    __slots__ = ()


def tags_of(attributes: Mapping[str, object]) -> dict[str, str]:
    """The tags of an edge or a row that are read, each as one text.

    Where ways were merged, the slowest class and the strictest rule count.
    """
    found = {plain(str(key)): texts(value) for key, value in attributes.items() if is_read(plain(str(key)))}
    for column in MORE_TAGS:
        packed = attributes.get(column)
        if packed is not None and not isinstance(packed, float):
            found = {key: [value] for key, value in _unpacked(packed).items() if is_read(key)} | found
    merged = {key: _merged(key, values) for key, values in found.items() if values}
    return merged | ({"highway": one_class(merged["highway"])} if "highway" in merged else {})


def one_class(highway: str) -> str:
    """A class of road in the one case that all are compared in; of several (residential;service) the slowest."""
    return _slowest([part.strip() for part in highway.lower().split(";") if part.strip()] or [""])


def _unpacked(packed: object) -> dict[str, str]:
    """Tags in one cell: the hstore of GDAL ("maxspeed"=>"50"), or JSON."""
    if isinstance(packed, str) and packed.lstrip().startswith("{"):
        try:
            packed = json.loads(packed)
        except (ValueError, RecursionError):
            return {}
    if isinstance(packed, Mapping):
        return {str(key): plain(str(value)) for key, value in packed.items() if value is not None}
    return {key: plain(value) for key, value in _PAIR.findall(str(packed))}


def _merged(key: str, values: list[str]) -> str:
    """One text for the values of merged ways; of limits all, of which the least will count."""
    if len(values) == 1:
        return values[0]
    choose: dict[str, Callable[[Iterable[str]], str]] = {
        "highway": _slowest,
        "tracktype": max,
        **dict.fromkeys(("bridge", "tunnel"), lambda every: next((value for value in every if value != "no"), "no")),
        "surface": lambda every: next((value for value in every if value in UNPAVED), values[0]),
        "route": lambda every: FERRY if FERRY in every else values[0],
        "junction": lambda every: next(iter(every)),
        **dict.fromkeys(("toll", "toll:hgv", "oneway"), lambda every: "yes" if "yes" in every else values[0]),
    }
    if key in choose:
        return choose[key](values)
    if key.partition(":")[0] in ACCESS_KEYS and not key.endswith("conditional"):
        return max(values, key=strictness)
    return ";".join(values)


def _slowest(classes: Iterable[str]) -> str:
    """The slowest of the classes of a merged edge: one on which no lorry drives, before all."""

    def rank(highway: str) -> tuple[bool, bool, int, bool]:
        plain_class = highway.removesuffix("_link")
        at = _SLOWEST_LAST.index(plain_class) if plain_class in _SLOWEST_LAST else -1
        return highway not in HIGHWAYS, highway == FERRY, at, plain_class != highway

    return max(classes, key=rank)


def class_of(tags: Mapping[str, str]) -> str | None:
    """Class of road of an edge or a row, "" for what no lorry drives on, None where none is known."""
    known = drivable(tags)
    if known is not None:
        return known
    highway = tags.get("highway")
    return "" if highway in NOT_DRIVEN or tags.get("area") == "yes" else None


def own_column(way: object, name: str, value: object, unread: Unread) -> object:
    """A column of `vehicles.UNTOLD` that an edge bears itself; what cannot be understood counts as untold.

    Of merged edges, tolls and waits add up, of limits the strictest counts, of words the first.
    """
    values, untold = texts(value), UNTOLD[name]
    if not values:
        return untold
    if isinstance(untold, bool):
        return any(one.lower() in _YES for one in values)
    if isinstance(untold, str):
        return values[0]
    if name in LIMITS:  # 0 is how our own tables say that a road is closed
        return min(0.0 if as_number(one) == 0 else quantity(way, name, one, LIMITS[name], unread) for one in values)
    numbers = [as_number(one) for one in values]
    if any(one is None or one < 0 for one in numbers):
        unread.note(way, name, value)
    known = [one for one in numbers if one is not None and one >= 0]
    if not known:
        return untold
    return sum(known) if name in _ADDED else max(known) if name in _HIGHEST else min(known)


def strictest(tagged: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What tags and columns of our own say together: of limits the strictest, else what the columns say."""

    def both(name: str) -> Any:
        if name in _HIGHEST:
            return max(tagged[name], own[name])
        return min(tagged[name], own[name]) if name.startswith("max_") else own[name]

    return {**tagged, **{name: both(name) if name in tagged else value for name, value in own.items()}}


def as_number(value: object) -> float | None:
    """A number, whatever it is written as; None for NaN and what is no number."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return None if np.isnan(number) else number


def is_one_row_a_road(
    u: Sequence[Any], v: Sequence[Any], two_way: Sequence[bool | None], length: Sequence[Any]
) -> bool:
    """Whether a table of edges has one row for both directions, as undirected graphs are saved, not one for each.

    It has if most of the rows that say that they may be driven both ways have no other row that leads back.

    Parameters
    ----------
    u, v : sequence
        Ends of each edge.
    two_way : sequence of bool or None
        None where an edge says nothing; the roads of a table in which none says anything go one way.
    length : sequence of float
        The same for both rows of a road.
    """
    if all(one is None for one in two_way):
        return False
    rounded = [round(as_number(one) or 0.0, 6) for one in length]
    ends = [(str(one), str(other)) for one, other in zip(u, v, strict=True)]
    known = {(*pair, m) for pair, m in zip(ends, rounded, strict=True)}
    both = [(v, u, m) for (u, v), m, one in zip(ends, rounded, two_way, strict=True) if one is not False]
    return sum(back not in known for back in both) > len(both) / 2
