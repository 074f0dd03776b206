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
    "surface", "bridge", "duration",
)  # fmt: skip
_READ = re.compile(
    rf"{'|'.join(_PLAIN)}|(?:{'|'.join(sorted(set(_BY_DIRECTION)))})(?::(?:hgv|physical|motor_vehicle|vehicle"
    r"|motorcar|forward|backward|conditional))*"
)
_ONE_WAY = {
    **dict.fromkeys(("yes", "true", "1"), (True, False)),
    **dict.fromkeys(("-1", "reverse"), (False, True)),
    **dict.fromkeys(("no", "false", "0", "reversible", "alternating", "bidirectional"), (True, True)),
}
Direction = Literal["forward", "backward"]


def is_read(key: str) -> bool:
    """Whether a key says something to a vehicle."""
    return _READ.fullmatch(key) is not None


def drivable(tags: Mapping[str, str]) -> str | None:
    """Class of road of a way, "ferry" for a ferry; None for what no motor vehicle drives on."""
    highway = FERRY if tags.get("route") == FERRY else tags.get("highway", "")
    highway = _SAME_AS.get(highway, highway)
    return highway if (highway in HIGHWAYS or highway == FERRY) and tags.get("area") != "yes" else None


def directions(way: object, tags: Mapping[str, str], unread: Unread) -> tuple[bool, bool]:
    """Whether a way may be driven as it is drawn, and against it."""
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    key = next((key for key in ("oneway:motor_vehicle", "oneway:vehicle", "oneway") if key in tags), None)
    known = _ONE_WAY.get(tags[key].strip().lower()) if key else None
    if key and known is None:
        unread.note(way, key, tags[key])
    if "oneway:conditional" in tags:
        unread.note(way, "oneway:conditional", tags["oneway:conditional"])
    return known or (True, not implied)


def both_rules(way: object, tags: Mapping[str, str], unread: Unread) -> tuple[dict[str, object], dict[str, object]]:
    """What the tags of a way say to a vehicle that drives it as it is drawn, and against it."""
    _note_unapplied_directions(way, tags, unread)
    forth = rules(way, toward(tags, "forward"), unread)
    if not any("ward" in key or key.startswith("oneway:") for key in tags):
        return forth, forth
    return forth, rules(way, toward(tags, "backward"), unread)


def _note_unapplied_directions(way: object, tags: Mapping[str, str], unread: Unread) -> None:
    """Note lanes whose direction changes, and vehicles that may drive against a one-way road."""
    if tags.get("oneway") in ("reversible", "alternating"):
        unread.note(way, "oneway", tags["oneway"])
    for key in ("oneway:hgv", "oneway:motorcar"):
        known = _ONE_WAY.get(tags.get(key, "yes").lower())
        if known is None or (known == (True, True) and tags.get("oneway") != "no"):
            unread.note(way, key, tags[key])


def toward(tags: Mapping[str, str], direction: Direction) -> dict[str, str]:
    """The tags that hold in one direction: maxweight:forward counts as maxweight for who drives as it is drawn."""
    plain = {key: value for key, value in tags.items() if "ward" not in key}
    special = {key.replace(f":{direction}", ""): value for key, value in tags.items() if f":{direction}" in key}
    against = ("yes", "true", "1") if direction == "backward" else ("-1", "reverse")
    one_way = {key: "no" for key in ACCESS_KEYS if tags.get(f"oneway:{key}") in against}
    return plain | special | one_way


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
