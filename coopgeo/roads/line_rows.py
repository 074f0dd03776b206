"""What the columns of a layer of lines say of each line: tags by their own names or a mapping, and our columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import BaseModel, BeforeValidator, ConfigDict

from coopgeo.errors import Column, Faults, Message
from coopgeo.roads.attributes import MORE_TAGS, as_number, class_of, is_one_row_a_road, plain, strictest, tags_of, texts
from coopgeo.roads.limits import LIMITS, OF_THE_FILE, Unread, quantity, shown
from coopgeo.roads.tags import (
    FERRY,
    HIGHWAYS,
    anyone,
    both_rules,
    class_directions,
    class_directions_of_edge,
    is_read,
    read_keys,
)
from coopgeo.roads.vehicles import UNTOLD

_TEXTS = ("ref", "name", "crossing", "tracktype")
_NUMBERS = tuple(name for name in UNTOLD if name not in (*_TEXTS, "unpaved"))
OURS = ("highway", "oneway", "osmid", "unpaved", *_TEXTS, *_NUMBERS)
_OF_EACH = ("osmid", "ref", "name")  # differ from line to line and decide nothing
_CUT_AT = 10  # letters of a name in a shapefile
# How people say that a line may be driven both ways, in any case.
_BOTH_WAYS = frozenset([
    "no", "non", "n", "false", "0", "b", "both", "none", "double sens", "double", "sens double",
    "dans les deux sens", "deux sens", "les deux sens", "les deux", "two-way", "two way", "twoway", "bidirectional",
    "bidirectionnel",
])  # fmt: skip
_TRUE = ("1", "true", "yes", "oui", "t")


class _OneWay(BaseModel):
    model_config = ConfigDict(extra="forbid")
    forth: list[str] = ["yes", "1", "true", "F"]
    back: list[str] = ["-1", "reverse", "T"]
    both: list[str] = []  # besides what all know


def _text_or_number(value: object) -> object:
    if not isinstance(value, str | int | float):
        raise ValueError(Message("a text or a number"))  # noqa: TRY004 - pydantic passes on a TypeError
    return value


class Columns(BaseModel):
    """Which layer and which column of a line file says what."""

    model_config = ConfigDict(extra="forbid")
    layer: str | None = None
    columns: dict[str, str] = {}
    highway: dict[str, str] = {}
    translations: dict[str, dict[str, str]] = {}
    oneway: _OneWay = _OneWay()
    defaults: dict[str, Annotated[str | float, BeforeValidator(_text_or_number)]] = {}
    missing: dict[str, list[str]] = {}

    def column(self, name: str, layer: gpd.GeoDataFrame) -> str | None:
        """The column of a layer that holds one of ours, or a tag; None if none does."""
        if name in self.columns:
            mapped = plain(self.columns[name])
            return mapped if mapped in layer.columns else None
        return _by_name(layer).get(name)


@dataclass(frozen=True)
class LineRows:
    """What is known of the lines that a vehicle drives on.

    Attributes
    ----------
    kept : ndarray of int
        Places of these lines in the layer.
    rows, against : DataFrame
        A row for each, as it is drawn and against it, with `forth` and `back`.
    """

    kept: np.ndarray
    rows: pd.DataFrame
    against: pd.DataFrame


def _by_name(layer: gpd.GeoDataFrame) -> dict[str, str]:
    """Columns whose names say themselves what they hold, in any case, as shapefiles and GDAL change them."""
    found: dict[str, str] = {}
    names = [str(name) for name in layer.columns if name != "geometry"]
    for change in (str, str.lower, lambda name: name.lower().replace("_", ":"), _whole_name):
        for name in names:
            key = change(name)
            if key in OURS or is_read(key) or key in MORE_TAGS:
                found.setdefault(key, name)
    return found


def _whole_name(name: str) -> str:
    keys = _whole_names(name)
    return keys[0] if len(keys) == 1 else name


def _whole_names(name: str) -> list[str]:
    """The keys and columns that may stand under a name of which a shapefile has kept the first letters.

    Those without a suffix come before those with one (motor_vehicle, not motor_vehicle:forward).
    """
    return next(filter(None, (keys.get(name.lower(), []) for keys in _cut_names())), [])


@cache
def _cut_names() -> tuple[dict[str, list[str]], ...]:
    """Longer keys and columns by what a shapefile leaves of them, with a colon or as GDAL writes it."""
    plain_keys: dict[str, list[str]] = {}
    with_suffix: dict[str, list[str]] = {}
    for key in (*OURS, *read_keys()):
        if len(key) > _CUT_AT:
            for cut in {key[:_CUT_AT], key[:_CUT_AT].replace(":", "_")}:
                (with_suffix if ":" in key else plain_keys).setdefault(cut, []).append(key)
    return plain_keys, with_suffix


def _note_cuts(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults) -> None:
    """Columns whose names have been cut, and may be two things: which of them is not ours to guess."""
    mapped = {plain(name) for name in meaning.columns.values()}
    read = set(_by_name(layer).values())
    for name in (name for name in map(str, layer.columns) if name not in mapped | read):
        keys = _whole_names(name)
        if len(keys) > 1 and any(map(texts, layer[name].unique())):
            expected = Message(
                "a name of which no letters are cut off: {keys}; say in a TOML file which of them it is (columns)",
                keys=sorted(keys),
            )
            faults.add(
                column=name, found=Message("a name of ten letters, the most that a shapefile has"), expected=expected
            )


def _note_doubles(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults) -> None:
    """Columns that differ in case alone, and are read: which of them counts is not ours to guess."""
    by_key: dict[str, list[str]] = {}
    for name in map(str, layer.columns):
        by_key.setdefault(name.lower(), []).append(name)
    for key, names in by_key.items():
        read = key in OURS or is_read(key) or key in MORE_TAGS
        if read and len(names) > 1 and key not in meaning.columns:
            expected = Message("one column of this name; delete the other, or name the right one (columns)")
            faults.add(column=key, found=Message("{names}", names=names), expected=expected)


def rows_of(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults, unread: Unread) -> LineRows:
    """What the columns say of each line.

    Values of `highway` that are no class of road are noted as faults.
    """
    _note_doubles(layer, meaning, faults)
    _note_cuts(layer, meaning, faults)
    directed = {"u", "v"} <= set(layer.columns)
    told = _texts(layer, meaning)
    once = directed and "oneway" in told and _is_one_row_a_road(layer, told["oneway"], meaning)
    decides = told.drop(columns=[name for name in _OF_EACH if name in told])
    number = decides.groupby(list(decides), sort=False).ngroup().to_numpy()
    _, first = np.unique(number, return_index=True)
    distinct = [
        _Meant.of(dict(row), _way(told, at), meaning, unread, directed=directed, once=once)
        for at, row in zip(first.tolist(), decides.iloc[first].to_dict("records"), strict=True)
    ]
    _note_classes(distinct, number, meaning, faults, unread)
    kept = np.flatnonzero(np.array([bool(one.highway) for one in distinct])[number])
    rows, against = (
        pd.DataFrame([getattr(one, side) for one in distinct]).iloc[number[kept]].reset_index(drop=True)
        for side in ("as_drawn", "against")
    )
    for name in (name for name in _OF_EACH if name in told):
        each = {text: ";".join(texts(text)) for text in told[name].unique()}
        rows[name] = against[name] = told[name].iloc[kept].map(each).to_numpy()
    if "osmid" in rows:
        ferry = (rows["highway"] == FERRY) & (rows["crossing"] == "") & (rows["osmid"] != "")
        rows["crossing"] = against["crossing"] = rows["crossing"].mask(ferry, "way-" + rows["osmid"])
    if directed and not once:
        if "reversed" in layer:  # as osmnx marks edges that lead against their way
            flipped = np.array([texts(value) == ["yes"] for value in layer["reversed"].iloc[kept]])
            rows.loc[flipped] = against.loc[flipped]
        rows = against = rows.assign(forth=True, back=False)
    return LineRows(kept, rows, against)


@dataclass(frozen=True)
class _Meant:
    """What one combination of texts means."""

    highway: str | None
    shown: str
    as_drawn: dict[str, Any]
    against: dict[str, Any]

    @classmethod
    def of(
        cls,
        row: dict[str, str],
        way: str,
        meaning: Columns,
        unread: Unread,
        *,
        directed: bool,
        once: bool,
    ) -> "_Meant":
        tags = tags_of(
            {key: text for key, text in row.items() if key != "oneway" and (is_read(key) or key in MORE_TAGS)}
        )
        if tags.get("highway", "").startswith("track_grade"):  # as the shapefiles of Geofabrik have it
            tags |= {"highway": "track", "tracktype": tags["highway"].removeprefix("track_")}
        for key in ("bridge", "tunnel"):
            if tags.get(key, "").lower() in ("f", "false", "0"):
                del tags[key]
        oneway = row.get("oneway") or tags.get("oneway", "")
        general = _directions(oneway, tags, meaning, known="oneway" in row)
        each = directed and not once
        by_class = (class_directions_of_edge if each else class_directions)(way, tags, general, unread)
        as_drawn, against = both_rules(way, tags, by_class, unread)
        own = {
            name: _number(name, row[name], unread, as_written=not directed) for name in _NUMBERS if row.get(name)
        } | {name: row[name] for name in ("crossing",) if row.get(name)}
        if row.get("unpaved"):
            own["unpaved"] = row["unpaved"].lower() in _TRUE
        forth, back = anyone(by_class)
        if oneway and not _is_known_oneway(oneway, meaning):
            unread.note(way, "oneway", oneway)
        own |= {"forth": forth, "back": back}
        return cls(class_of(tags), row.get("highway", ""), strictest(as_drawn, own), strictest(against, own))


def _directions(oneway: str, tags: Mapping[str, str], meaning: Columns, *, known: bool) -> tuple[bool, bool]:
    """Whether a line may be driven as it is drawn, and against it."""
    words = {word.lower() for word in texts(oneway)} | {oneway.lower()}
    if not oneway:
        implied = tags.get("junction") in ("roundabout", "circular") or (known and tags.get("highway") == "motorway")
        return True, not implied
    return not words & _lower(meaning.oneway.back), not words & _lower(meaning.oneway.forth)


def _is_known_oneway(oneway: str, meaning: Columns) -> bool:
    """Whether each word of a text is known to mean both directions, or one of them."""
    known = _BOTH_WAYS | _lower(meaning.oneway.both) | _lower(meaning.oneway.forth) | _lower(meaning.oneway.back)
    return oneway.lower() in known or {word.lower() for word in texts(oneway)} <= known


def _lower(values: list[str]) -> set[str]:
    return {plain(value).lower() for value in values}


def _is_one_row_a_road(layer: gpd.GeoDataFrame, oneway: "pd.Series[str]", meaning: Columns) -> bool:
    two_way = [_directions(text, {}, meaning, known=False) == (True, True) if text else None for text in oneway]
    return is_one_row_a_road(
        layer["u"].tolist(), layer["v"].tolist(), two_way, shapely.length(layer.geometry.to_numpy()).tolist()
    )


def _way(told: pd.DataFrame, at: int) -> str:
    return (told["osmid"].iloc[at] if "osmid" in told else "") or OF_THE_FILE


def _note_classes(
    distinct: list[_Meant],
    number: np.ndarray,
    meaning: Columns,
    faults: Faults,
    unread: Unread,
) -> None:
    """Faults of the classes that are not known; lines without a class are no roads if the column is OpenStreetMap's."""
    counts: dict[str, int] = {}
    for at, one in enumerate(distinct):
        if one.highway is None:
            counts[one.shown] = counts.get(one.shown, 0) + int((number == at).sum())
    if "highway" not in meaning.columns and (blank := counts.pop("", 0)):
        unread.findings.append(
            Message.of_number(
                "{count} line without a class of road is passed over",
                "{count} lines without a class of road are passed over",
                blank,
            )
        )
    for value in sorted(counts):
        expected = Message(
            "a class of road ({classes}, ferry); say in [highway] of the TOML file which one it is ({count} lines)",
            classes=sorted(HIGHWAYS),
            count=counts[value],
        )
        faults.add(column=Column("highway"), found=shown(value) or Message("a blank"), expected=expected)


def _number(name: str, text: str, unread: Unread, *, as_written: bool) -> float:
    """A limit as people write it (with or without its unit), or a plain number.

    What cannot be understood counts as untold.
    """
    joined = ";".join(texts(text))
    if as_written and name in LIMITS:
        return quantity(OF_THE_FILE, name, joined, LIMITS[name], unread)
    number = as_number(joined)
    if joined and (number is None or number < 0):
        unread.note(OF_THE_FILE, name, joined)
    return float(UNTOLD[name]) if number is None or number < 0 else number  # type: ignore[arg-type]


def _texts(layer: gpd.GeoDataFrame, meaning: Columns) -> pd.DataFrame:
    """Our columns and the tags that the layer has, as texts."""
    mapped = {plain(name) for name in meaning.columns.values()}
    named = {key: name for key, name in _by_name(layer).items() if name not in mapped}
    names = {*named, *meaning.columns, *(name for name in meaning.defaults if name in OURS or is_read(name))}
    return pd.DataFrame({name: _text(layer, name, meaning) for name in sorted(names)}, index=layer.index)


def _text(layer: gpd.GeoDataFrame, ours: str, meaning: Columns) -> "pd.Series[str]":
    """A column as texts, the default where it is lacking, blank or means "not known"."""
    name, default = meaning.column(ours, layer), str(meaning.defaults.get(ours, ""))
    if name is None:
        return pd.Series(default, index=layer.index)
    column = layer[name]
    missing = {"", *map(plain, meaning.missing.get(ours, []))}
    translated = {plain(old): new for old, new in (meaning.highway if ours == "highway" else {}).items()}
    translated |= {plain(old): new for old, new in meaning.translations.get(ours, {}).items()}

    def text(value: object) -> str:
        known = _cell(value)
        return default if known in missing else translated.get(known, known)

    try:
        number, distinct = pd.factorize(column, use_na_sentinel=False)
    except TypeError:  # lists have no hash
        return column.map(text)
    return pd.Series(np.array([text(value) for value in distinct], dtype=object)[number], index=layer.index)


def _cell(value: object) -> str:
    """A cell as one text, "" where it is blank; lists are left as they are written."""
    if isinstance(value, str):
        return plain(value) if texts(value) else ""
    parts = texts(value)
    return parts[0] if len(parts) == 1 else str(parts) if parts else ""
