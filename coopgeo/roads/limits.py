"""Limits as people write them: 3.5, "3.5 t", 3500 kg, 11'6", 3m50, 30 mph, FR:urban, none.

Source of the units: the OSM wiki, "Map features/Units" and "Key:maxweight". What is written without a unit and is more
than any sign bears is in the smaller unit (3500: kilograms, 350: centimetres).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from coopgeo.errors import Message

_TONNES = {
    **dict.fromkeys(("", "t", "tonne", "tonnes", "mt"), 1.0), **dict.fromkeys(("kg", "kgs"), 0.001),
    "st": 0.90718474, "lt": 1.0160469, **dict.fromkeys(("lbs", "lb"), 0.00045359237), "cwt": 0.05080235,
}  # fmt: skip
_METRES = {
    **dict.fromkeys(("", "m", "metre", "metres", "meter", "meters", "mètre", "mètres"), 1.0),
    "mm": 0.001, "cm": 0.01, "km": 1000.0, **dict.fromkeys(("ft", "feet", "'"), 0.3048),
    **dict.fromkeys(("in", "inch", "inches", '"'), 0.0254),
}  # fmt: skip
_KM_H = {
    **dict.fromkeys(("", "km/h", "kmh", "kph", "kmph"), 1.0),
    **dict.fromkeys(("mph", "mi/h"), 1.609344),
    **dict.fromkeys(("knots", "knot", "kn", "kt"), 1.852),
}
_KM_H_BY_NAME = {  # speeds that French law gives to a kind of place (Code de la route R413-2, R413-3, R110-2)
    "fr:urban": 50.0, "fr:rural": 80.0, "fr:motorway": 130.0, "fr:living_street": 20.0, "fr:walk": 6.0, "walk": 6.0,
}  # fmt: skip
_KM_H_IN_NAME = re.compile(r"[a-z]{2}:(?:zone:?)?(\d{1,3})")
_NO_LIMIT = frozenset([
    "", "none", "inf", "default", "unsigned", "no", "no_sign", "no_indications", "below_default", "signals", "variable",
])  # fmt: skip
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]*/?[^\W\d_]*|['\"])")
_THOUSANDS = re.compile(r"([1-9]\d{0,2}(?:[.,\s]\d{3})+)\s*([^\W\d_]*)")
_FEET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet)\s*-?\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|in|inch|inches|''))?")
_UNIT_AS_POINT = re.compile(r"(\d+)\s*[mt]\s*(\d{1,2})")  # 3m50, 7t5
_TYPOGRAPHIC = str.maketrans({"’": "'", "′": "'", "”": '"', "″": '"', "\u00a0": " ", "\u202f": " "})
OF_THE_FILE = "of the file"  # the way of a note on lines that bear no id
_LONGEST_SHOWN = 80  # letters of a value in a report


@dataclass(frozen=True)
class Unit:
    """A quantity that roads limit.

    Attributes
    ----------
    units : mapping of str to float
        What one of each unit is worth; "" is what stands without a unit.
    least, most : float
        Bounds of what signs bear.
    smaller : tuple of float
        What a bare number above the bounds is taken in, the first that brings it within them.
    """

    units: Mapping[str, float]
    least: float
    most: float
    smaller: tuple[float, ...] = ()

    def plausible(self, value: float) -> bool:
        """Whether a sign may bear it."""
        return self.least <= value <= self.most


_WEIGHT = Unit(_TONNES, 0.2, 250, (0.001,))
# Assumed, from what signs and special convoys of France are like; without a source of their own (docs/roads.md).
LIMITS = {
    "max_weight_t": _WEIGHT,
    "max_axle_load_t": Unit(_TONNES, 0.2, 60, (0.001,)),
    "max_height_m": Unit(_METRES, 0.8, 20, (0.01, 0.001)),
    "max_width_m": Unit(_METRES, 0.8, 50, (0.01, 0.001)),
    "max_length_m": Unit(_METRES, 1, 100, (0.01, 0.001)),
    "max_speed_kmh": Unit(_KM_H, 1, 300),
}


@dataclass
class Unread:
    """What a source says and is not applied: values once each, and findings about the whole."""

    found: dict[str, str] = field(default_factory=dict)
    findings: list[Message] = field(default_factory=list)

    def note(self, way: object, key: str, value: object) -> None:
        """Note the first way that has such a value."""
        what = {"key": key, "value": shown(value)}
        said = (
            Message("way of the file: {key}={value}", **what)
            if way == OF_THE_FILE
            else Message("way {way}: {key}={value}", way=shown(way), **what)
        )
        self.found.setdefault(f"{key}={value}", said)

    def lines(self) -> list[str]:
        """The findings, then all values with the first way that has each, sorted."""
        return [*self.findings, *sorted(self.found.values())]


def shown(value: object) -> str:
    """A value as reports show it: on one line, not too long."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def quantity(way: object, key: str, value: str | None, unit: Unit, unread: Unread) -> float:
    """A limit as OpenStreetMap writes it: 3.5, "3.5 t", 11'6", "none".

    The least of several; `inf` if there is none or it cannot be understood.
    """
    parts = [_one(part.strip().lower().translate(_TYPOGRAPHIC), unit) for part in (value or "").split(";")]
    if None in parts:
        unread.note(way, key, value)
    return min(part if part is not None else np.inf for part in parts)


def _one(text: str, unit: Unit) -> float | None:
    if text in _NO_LIMIT:
        return np.inf
    readings = (reading for reading in _readings(text, unit) if unit.plausible(reading))
    return next(readings, None)  # a limit of 0 is a slip of the pen: access=no closes a road


def _readings(text: str, unit: Unit) -> list[float]:
    """What a text may mean, the likeliest first."""
    if unit.units is _KM_H:
        if text in _KM_H_BY_NAME:
            return [_KM_H_BY_NAME[text]]
        if zone := _KM_H_IN_NAME.fullmatch(text):
            return [float(zone[1])]
    if unit.units is _METRES and (feet := _FEET.fullmatch(text)):
        return [(float(feet[1]) + float(feet[2] or 0) / 12) * _METRES["ft"]]
    if unit.units is not _KM_H and (parts := _UNIT_AS_POINT.fullmatch(text)):
        return [float(f"{parts[1]}.{parts[2]}")]
    found: list[float] = []
    if (number := _NUMBER.fullmatch(text)) and number[2] in unit.units:
        plain = float(number[1].replace(",", "."))
        found = [plain * unit.units[number[2]], *(() if number[2] else (plain * part for part in unit.smaller))]
    if (grouped := _THOUSANDS.fullmatch(text)) and grouped[2] in unit.units:
        found.append(float(re.sub(r"[.,\s]", "", grouped[1])) * unit.units[grouped[2]])
    return found
