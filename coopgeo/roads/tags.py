"""What the tags of an OpenStreetMap way mean for a vehicle.

Source of the keys and values: the OSM wiki, pages "Key:access", "Key:maxweight" and "Map features".

Every rule becomes a limit that is compared with the vehicle, so that one reading serves all vehicles. A road closed
to motor vehicles has a weight limit of 0 t, `hgv=no` one of 3.5 t; `destination` and its like are limits of who may
pass through.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

HIGHWAYS = frozenset(
    [c + link for c in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")]
    + ["unclassified", "residential", "living_street", "service", "track"]
)
FERRY = "ferry"
# Keys that are read; a download asks for these.
KEYS = (
    "highway", "route", "ref", "name", "oneway", "junction", "area",
    "access", "vehicle", "motor_vehicle", "hgv", "hgv:conditional", "foot", "bicycle",
    "maxweight", "maxweight:hgv", "maxweight:conditional", "maxweightrating", "maxweightrating:hgv", "maxaxleload",
    "maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxlength",
    "maxspeed", "maxspeed:hgv", "toll", "toll:hgv", "tracktype", "surface", "bridge", "duration",
)  # fmt: skip

_CLOSED = frozenset(["no", "private", "forestry", "agricultural", "military", "emergency", "bus", "psv"])
_AT_ENDS = frozenset(["destination", "delivery", "customers"])
_HEAVY_T = 3.5  # goods vehicles above this weight are what the key hgv is about
_UNPAVED = frozenset(
    [
        "unpaved",
        "compacted",
        "fine_gravel",
        "gravel",
        "pebblestone",
        "rock",
        "shells",
        "ground",
        "dirt",
        "earth",
        "grass",
        "mud",
        "sand",
        "woodchips",
        "clay",
    ]
)
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lt": 1.0160469, "lbs": 0.00045359237, "lb": 0.00045359237}
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "km": 1000.0, "ft": 0.3048, "'": 0.3048, "in": 0.0254, '"': 0.0254}
_KM_H = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_KM_H_BY_NAME = {  # speeds that French law gives to a kind of place (Code de la route R413-2, R413-3, R110-2)
    "fr:urban": 50.0, "fr:rural": 80.0, "fr:motorway": 130.0,
    "fr:zone30": 30.0, "fr:zone:30": 30.0, "fr:living_street": 20.0, "fr:zone20": 20.0,
    "fr:walk": 6.0, "walk": 6.0,
}  # fmt: skip
_NO_LIMIT = frozenset(
    [
        "",
        "none",
        "inf",
        "default",
        "unsigned",
        "no",
        "no_sign",
        "no_indications",
        "below_default",
        "signals",
        "variable",
    ]
)
_LIMIT_KEYS = {
    "max_axle_load_t": (("maxaxleload",), _TONNES),
    "max_height_m": (("maxheight", "maxheight:physical"), _METRES),
    "max_width_m": (("maxwidth", "maxwidth:physical"), _METRES),
    "max_length_m": (("maxlength",), _METRES),
    "max_speed_kmh": (("maxspeed", "maxspeed:hgv"), _KM_H),
}
LIMIT_UNITS = {"max_weight_t": _TONNES, **{name: units for name, (_, units) in _LIMIT_KEYS.items()}}
_WEIGHT_KEYS = ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv")
_NUMBER = r"(\d+(?:[.,]\d+)?)"


@dataclass
class Unread:
    """Values that could not be understood: reported once each, and not applied."""

    found: dict[str, str] = field(default_factory=dict)

    def note(self, way: object, key: str, value: str) -> None:
        """Note the first way that has such a value."""
        self.found.setdefault(f"{key}={value}", f"way {way}: {key}={value}")

    def lines(self) -> list[str]:
        """All values with the first way that has each, sorted."""
        return sorted(self.found.values())


def drivable(tags: Mapping[str, str]) -> str | None:
    """Class of road of a way, "ferry" for a ferry; None for what no motor vehicle drives on."""
    highway = FERRY if tags.get("route") == FERRY else tags.get("highway", "")
    return highway if (highway in HIGHWAYS or highway == FERRY) and tags.get("area") != "yes" else None


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a way may be driven as it is drawn, and against it."""
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    oneway = tags.get("oneway", "yes" if implied else "no")
    return oneway not in ("-1", "reverse"), oneway in ("no", "false", "0", "-1", "reverse", "reversible", "alternating")


def rules(way: object, tags: Mapping[str, str], unread: Unread) -> dict[str, object]:
    """What the tags of a way say to a vehicle.

    Parameters
    ----------
    way
        Name of the way in reports.
    tags : mapping of str to str
    unread : Unread
        Takes the values that could not be understood.

    Returns
    -------
    dict
        Columns of `vehicles.UNTOLD` and `highway`.
    """
    highway = drivable(tags) or tags.get("highway", "")
    max_weight_t, max_through_t = _access(way, tags, unread)
    limits = {
        name: min(quantity(way, key, tags.get(key), units, unread) for key in keys)
        for name, (keys, units) in _LIMIT_KEYS.items()
    }
    return {
        "highway": highway,
        "ref": tags.get("ref", ""),
        "name": tags.get("name", ""),
        "crossing": f"way-{way}" if highway == FERRY else "",
        "tolled_over_t": 0.0 if tags.get("toll") == "yes" else _HEAVY_T if tags.get("toll:hgv") == "yes" else np.inf,
        "max_weight_t": max_weight_t,
        "max_through_t": max_through_t,
        **limits,
        "fixed_time_s": _duration_s(way, tags.get("duration"), unread) if highway == FERRY else 0.0,
        "tracktype": tags.get("tracktype", ""),
        "unpaved": tags.get("surface") in _UNPAVED,
        "bridge": tags.get("bridge", "no") != "no",
    }


def _access(way: object, tags: Mapping[str, str], unread: Unread) -> tuple[float, float]:
    """Heaviest vehicle, in tonnes, that may use a way at all, and that may pass through."""
    general = _admits(
        next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), _ferry_default(tags))
    )
    heavy = _admits(tags["hgv"]) if "hgv" in tags else general
    allowed, through = [np.inf], [np.inf]
    if heavy == "nobody":
        allowed.append(0.0 if general == "nobody" else _HEAVY_T)
    if general == "ends" and ("hgv" not in tags or heavy != "all"):
        through.append(0.0)
    elif heavy == "ends":
        through.append(_HEAVY_T)
    heaviest = min(quantity(way, key, tags.get(key), _TONNES, unread) for key in _WEIGHT_KEYS)
    (through if _lifted_at_ends(way, tags, unread) else allowed).append(heaviest)
    allowed.append(_forbidden_above(way, tags, unread))
    return min(allowed), min(through)


def _admits(value: str) -> str:
    """Whom an access value admits: "all", at the "ends" of a trip, or "nobody".

    Of several values (agricultural;forestry), the most open counts.
    """
    values = {part.strip() for part in value.split(";")}
    if values <= _CLOSED:
        return "nobody"
    return "ends" if values <= _CLOSED | _AT_ENDS else "all"


def _ferry_default(tags: Mapping[str, str]) -> str:
    """A ferry of which only walkers and cyclists are told carries no vehicle."""
    return "no" if tags.get("route") == FERRY and ("foot" in tags or "bicycle" in tags) else "yes"


def _lifted_at_ends(way: object, tags: Mapping[str, str], unread: Unread) -> bool:
    """Whether the weight limit does not hold for who has business in the road ("sauf desserte")."""
    condition = tags.get("maxweight:conditional")
    if condition is None:
        return False
    lifted = re.fullmatch(r"none\s*@\s*\(?\s*(destination|delivery|customers)\s*\)?", condition.strip())
    if lifted is None:
        unread.note(way, "maxweight:conditional", condition)
    return lifted is not None


def _forbidden_above(way: object, tags: Mapping[str, str], unread: Unread) -> float:
    """Weight above which lorries are forbidden, as in hgv:conditional = no @ (weight>7.5)."""
    condition = tags.get("hgv:conditional")
    if condition is None:
        return np.inf
    above = re.fullmatch(
        rf"no\s*@\s*\(?\s*(?:weight|weightrating|maxweightrating)\s*>=?\s*{_NUMBER}\s*t?\s*\)?", condition.strip()
    )
    if above is None:
        unread.note(way, "hgv:conditional", condition)
        return np.inf
    return float(above[1].replace(",", "."))


def quantity(way: object, key: str, value: str | None, units: Mapping[str, float], unread: Unread) -> float:
    """A limit as OpenStreetMap writes it: 3.5, "3.5 t", 11'6", "none".

    The least of several; `inf` if there is none or it cannot be understood.
    """
    parts = [_one_quantity(part.strip().lower(), units) for part in (value or "").split(";")]
    if None in parts:
        unread.note(way, key, str(value))
    return min(part if part is not None else np.inf for part in parts)


def _one_quantity(text: str, units: Mapping[str, float]) -> float | None:
    if text in _NO_LIMIT:
        return np.inf
    if units is _KM_H and text in _KM_H_BY_NAME:
        return _KM_H_BY_NAME[text]
    if units is _METRES and (feet := re.fullmatch(r"(\d+)\s*'\s*(?:(\d+(?:\.\d+)?)\s*\"?)?", text)):
        return (float(feet[1]) + float(feet[2] or 0) / 12) * units["ft"]
    number = re.fullmatch(rf"{_NUMBER}\s*([a-z/'\"]*)", text)
    if number is None or number[2] not in units:
        return None
    return (
        float(number[1].replace(",", ".")) * units[number[2]] or None
    )  # a limit of 0 is a slip of the pen: access=no closes a road


def _duration_s(way: object, value: str | None, unread: Unread) -> float:
    """Duration of a ferry: minutes, hh:mm, hh:mm:ss or ISO 8601; 0 (by speed) if there is none."""
    if value is None:
        return 0.0
    try:
        written = value.strip()
        if written.isdigit():
            seconds = float(written) * 60
        elif written.startswith("P") or ":" in written:
            seconds = float(pd.Timedelta(written if written.count(":") != 1 else f"{written}:00").total_seconds())
        else:
            seconds = np.nan
    except ValueError:
        seconds = np.nan
    if not np.isfinite(seconds) or seconds < 0:
        unread.note(way, "duration", value)
        return 0.0
    return seconds
