"""What the tags of an OpenStreetMap way mean for a vehicle.

Source of the keys and values: the OSM wiki, pages "Key:access", "Key:maxweight" and "Map features".

Every rule becomes a limit that is compared with the vehicle, so that one reading serves all vehicles. A road closed
to motor vehicles has a weight limit of 0 t, `hgv=no` one of 3.5 t; `destination` and its like are limits of who may
pass through.
"""

import re
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from coopgeo.roads.access import ACCESS_KEYS, HEAVY_T, UNAPPLIED_KEYS, weights_admitted
from coopgeo.roads.limits import LIMITS, Unread, quantity

HIGHWAYS = frozenset(
    [c + link for c in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")]
    + ["unclassified", "residential", "living_street", "service", "track"]
)
FERRY = "ferry"
# Values of highway that are known, and on which no lorry drives.
NOT_DRIVEN = frozenset([
    "abandoned", "bridleway", "bus_guideway", "bus_stop", "busway", "construction", "corridor", "crossing", "cycleway",
    "dismantled", "disused", "elevator", "emergency_access_point", "emergency_bay", "escape", "footway", "ladder", "no",
    "path", "pedestrian", "planned", "platform", "proposed", "raceway", "razed", "rest_area", "services", "sidewalk",
    "steps", "street_lamp", "toll_gantry", "traffic_island", "trailhead", "via_ferrata", "virtual",
])  # fmt: skip
_SAME_AS = {"road": "unclassified", "minor": "unclassified", "unsurfaced": "track"}  # of unknown class, or out of use
UNPAVED = frozenset([
    "unpaved", "compacted", "fine_gravel", "gravel", "pebblestone", "rock", "shells", "ground", "dirt", "earth",
    "grass", "mud", "sand", "woodchips", "clay",
])  # fmt: skip
_LIMIT_KEYS = {
    "max_axle_load_t": ("maxaxleload", "maxaxleload:hgv"),
    "max_height_m": ("maxheight", "maxheight:physical"),
    "max_width_m": ("maxwidth", "maxwidth:physical"),
    "max_length_m": ("maxlength", "maxlength:hgv"),
    "max_speed_kmh": ("maxspeed", "maxspeed:hgv"),
}
_BY_DIRECTION = [
    *ACCESS_KEYS, *(key.partition(":")[0] for keys in _LIMIT_KEYS.values() for key in keys), *UNAPPLIED_KEYS,
    "oneway", "maxweight", "maxweightrating", "maxgcweight", "maxgcweightrating",
]  # fmt: skip
_PLAIN = (
    "highway", "route", "ref", "name", "junction", "area", "foot", "bicycle", "toll", "toll:hgv", "tracktype",
    "surface", "bridge", "tunnel", "duration",
)  # fmt: skip
_SUFFIXES = ("hgv", "physical", "motor_vehicle", "vehicle", "motorcar", "forward", "backward", "conditional")
_ONE_WAY_KEYS = {  # whose directions the more special key decides: the keys of cars, and of lorries
    "motorcar": ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle"),
    "hgv": ("oneway:hgv", "oneway:motor_vehicle", "oneway:vehicle"),
}
_ONE_WAY_UNAPPLIED = tuple(f"oneway:{key}" for key in UNAPPLIED_KEYS)
_READ = re.compile(
    rf"{'|'.join(_PLAIN)}|{'|'.join(_ONE_WAY_UNAPPLIED)}"
    rf"|(?:{'|'.join(sorted(set(_BY_DIRECTION)))})(?::(?:{'|'.join(_SUFFIXES)}))*"
)
_ONE_WAY = {
    **dict.fromkeys(("yes", "true", "1"), (True, False)),
    **dict.fromkeys(("-1", "reverse"), (False, True)),
    **dict.fromkeys(("no", "false", "0", "reversible", "alternating", "bidirectional"), (True, True)),
}
WayDirection = Literal["forward", "backward"]


def is_read(key: str) -> bool:
    """Whether a key says something to a vehicle."""
    return _READ.fullmatch(key) is not None


def read_keys() -> list[str]:
    """The keys that say something to a vehicle, each with one suffix at most."""
    keys = sorted(set(_BY_DIRECTION))
    return [*_PLAIN, *_ONE_WAY_UNAPPLIED, *keys, *(f"{key}:{suffix}" for key in keys for suffix in _SUFFIXES)]


def drivable(tags: Mapping[str, str]) -> str | None:
    """Class of road of a way, "ferry" for a ferry; None for what no motor vehicle drives on."""
    highway = FERRY if tags.get("route") == FERRY else tags.get("highway", "")
    highway = _SAME_AS.get(highway, highway)
    return highway if (highway in HIGHWAYS or highway == FERRY) and tags.get("area") != "yes" else None


Directions = tuple[bool, bool]  # whether a way may be driven as it is drawn, and against it


def directions(way: object, tags: Mapping[str, str], unread: Unread) -> Directions:
    """Where a way may be driven by whom no key of a class says more."""
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    known = _one_way(tags, "oneway")
    if "oneway" in tags and (known is None or tags["oneway"] in ("reversible", "alternating")):
        unread.note(way, "oneway", tags["oneway"])
    return known or (True, not implied)


def class_directions(
    way: object, tags: Mapping[str, str], general: Directions, unread: Unread
) -> dict[str, Directions]:
    """Where cars and where lorries may drive a way, by the keys of their access."""
    for key in _one_way_keys(tags):
        if key in _ONE_WAY_UNAPPLIED or key.endswith("conditional") or _one_way(tags, key) is None:
            unread.note(way, key, tags[key])
    return {
        vehicle: next((known for key in keys if (known := _one_way(tags, key)) is not None), general)
        for vehicle, keys in _ONE_WAY_KEYS.items()
    }


def class_directions_of_edge(
    way: object, tags: Mapping[str, str], general: Directions, unread: Unread
) -> dict[str, Directions]:
    """The same for a table in which each edge is one direction already, by `oneway` alone: none can be added."""
    if anyone(class_directions(way, tags, general, unread)) != general:
        for key in _one_way_keys(tags):
            unread.note(way, key, tags[key])
    return class_directions(way, tags, (True, True), Unread())


def _one_way_keys(tags: Mapping[str, str]) -> list[str]:
    return sorted(key for key in tags if key.startswith("oneway:") and is_read(key))


def _one_way(tags: Mapping[str, str], key: str) -> Directions | None:
    return _ONE_WAY.get(tags.get(key, "").strip().lower())


def anyone(by_class: Mapping[str, Directions]) -> Directions:
    """Where any vehicle may drive."""
    forth, back = zip(*by_class.values(), strict=True)
    return any(forth), any(back)


def both_rules(
    way: object, tags: Mapping[str, str], by_class: Mapping[str, Directions], unread: Unread
) -> tuple[dict[str, object], dict[str, object]]:
    """What the tags of a way say to a vehicle that drives it as it is drawn, and against it."""
    forth = rules(way, toward(tags, "forward", by_class), unread)
    if not any("ward" in key or key.startswith("oneway:") for key in tags):
        return forth, forth
    return forth, rules(way, toward(tags, "backward", by_class), unread)


def toward(tags: Mapping[str, str], direction: WayDirection, by_class: Mapping[str, Directions]) -> dict[str, str]:
    """The tags that hold in one direction: maxweight:forward counts as maxweight for who drives as it is drawn.

    Where one class may drive in this direction and another may not, it is closed to the other.
    """
    plain = {key: value for key, value in tags.items() if "ward" not in key}
    special = {key.replace(f":{direction}", ""): value for key, value in tags.items() if f":{direction}" in key}
    admitted = {key: both[direction == "backward"] for key, both in by_class.items()}
    closed = {key: "no" for key, admits in admitted.items() if not admits} if any(admitted.values()) else {}
    return plain | special | closed


def rules(way: object, tags: Mapping[str, str], unread: Unread) -> dict[str, object]:
    """What the tags of a way say to a vehicle, whatever its direction.

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
    limits = {
        name: min(quantity(way, key, tags.get(key), LIMITS[name], unread) for key in keys)
        for name, keys in _LIMIT_KEYS.items()
    }
    for keys in _LIMIT_KEYS.values():
        for key in (f"{key}:conditional" for key in keys if f"{key}:conditional" in tags):
            unread.note(way, key, tags[key])
    return {
        "highway": highway,
        "ref": tags.get("ref", ""),
        "name": tags.get("name", ""),
        "crossing": f"way-{way}" if highway == FERRY else "",
        "tolled_over_t": 0.0 if tags.get("toll") == "yes" else HEAVY_T if tags.get("toll:hgv") == "yes" else np.inf,
        **weights_admitted(way, tags, ferry=highway == FERRY, unread=unread),
        **limits,
        "fixed_time_s": _duration_s(way, tags.get("duration"), unread) if highway == FERRY else 0.0,
        "tracktype": tags.get("tracktype", ""),
        "unpaved": tags.get("surface") in UNPAVED,
        "bridge": tags.get("bridge", "no") != "no",
        "tunnel": tags.get("tunnel", "no") != "no",
    }


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
