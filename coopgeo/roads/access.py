"""Whom a way admits: cars or lorries, everywhere or at the ends of a trip, from the access keys of OpenStreetMap.

Source: the OSM wiki, "Key:access" and "Conditional restrictions". The more special key counts:
access < vehicle < motor_vehicle < motorcar or hgv.
"""

import re
from collections.abc import Mapping

import numpy as np

from coopgeo.roads.limits import LIMITS, Unread, quantity

HEAVY_T = 3.5  # goods vehicles above this weight are what the key hgv is about
_CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_LORRY_KEYS = ("hgv", "motor_vehicle", "vehicle", "access")
ACCESS_KEYS = frozenset([*_CAR_KEYS, "hgv"])
_CLOSED = frozenset([
    "no", "private", "forestry", "agricultural", "military", "emergency", "bus", "psv", "permit", "restricted",
    "official", "hov", "taxi", "tourist_bus", "school_bus", "foot", "bicycle", "use_sidepath", "closed", "employees",
    "agricultural_vehicle", "agriculture", "forest", "non", "interdit", "interdite",
    "fermé", "fermée", "privé", "privée",
])  # fmt: skip
_AT_ENDS = frozenset([
    "destination", "delivery", "customers", "residents", "resident", "desserte", "sauf desserte", "riverains",
    "sauf riverains",
])  # fmt: skip
_OPEN = frozenset(["yes", "permissive", "designated", "public", "discouraged", "oui", "true", "1", "allowed"])
_KNOWN = _CLOSED | _AT_ENDS | _OPEN
# Special classes that no vehicle of ours can be told to be: a rule for them alone is reported.
UNAPPLIED_KEYS = ("goods", "hgv_articulated", "trailer", "maxbogieweight")
_CONDITIONAL = re.compile(r"([^@;]+)@\s*(\([^()]*\)|[^;()]+)\s*(?:;|$)")
_ABOVE = re.compile(r"(?:weight|weightrating|maxweightrating|gross_weight)\s*>=?\s*(.+)")


def strictness(value: str) -> int:
    """0 for a value that admits all, 1 at the ends of a trip, 2 for nobody.

    Of several values (agricultural;forestry), the most open counts.
    """
    values = {part.strip().lower() for part in value.split(";")}
    if values <= _CLOSED:
        return 2
    return 1 if values <= _CLOSED | _AT_ENDS else 0


def weights_admitted(way: object, tags: Mapping[str, str], *, ferry: bool, unread: Unread) -> dict[str, float]:
    """Lightest and heaviest vehicle, in tonnes, that may use a way at all, and that may pass through.

    Returns
    -------
    dict
        `max_weight_t` and `max_through_t` (heaviest), `min_weight_t` and `min_through_t` (only what is heavier).
    """
    default = _ferry_default(tags) if ferry else "yes"
    car, lorry = (
        strictness(next((tags[key] for key in keys if key in tags), default)) for keys in (_CAR_KEYS, _LORRY_KEYS)
    )
    for key in sorted(ACCESS_KEYS & tags.keys()):
        if not {part.strip().lower() for part in tags[key].split(";")} <= _KNOWN:
            unread.note(way, key, tags[key])
    lorry, allowed, through = _conditional_access(way, tags, lorry, unread)
    weight = {"min_weight_t": 0.0, "min_through_t": 0.0}
    if lorry == 2:
        allowed.append(0.0 if car == 2 else HEAVY_T)
    elif car == 2:
        weight["min_weight_t"] = HEAVY_T
    if car == 1 and lorry == 0:
        weight["min_through_t"] = HEAVY_T
    elif car == 1:
        through.append(0.0)
    elif lorry == 1:
        through.append(HEAVY_T)
    keys = ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv", "maxgcweight", "maxgcweightrating")
    heaviest = min(quantity(way, key, tags.get(key), LIMITS["max_weight_t"], unread) for key in keys)
    lifted = sum(_lifted_at_ends(way, key, tags, unread) for key in keys) > 0  # each is read, for its report
    (through if lifted else allowed).append(heaviest)
    for key in UNAPPLIED_KEYS:
        if key in tags and (key.startswith("max") or strictness(tags[key])):
            unread.note(way, key, tags[key])
    return {**weight, "max_weight_t": min(allowed, default=np.inf), "max_through_t": min(through, default=np.inf)}


def _ferry_default(tags: Mapping[str, str]) -> str:
    """A ferry of which only walkers and cyclists are told carries no vehicle; one that carries cars, lorries too.

    The latter is an assumption, said so in docs/roads.md: OpenStreetMap has no default for ferries.
    """
    motor = [tags[key] for key in (*_CAR_KEYS[:-1], "hgv", "goods") if key in tags]
    if any(strictness(value) < 2 for value in motor):
        return "yes"
    return "no" if "foot" in tags or "bicycle" in tags else "yes"


def _conditional_access(
    way: object, tags: Mapping[str, str], lorry: int, unread: Unread
) -> tuple[int, list[float], list[float]]:
    """Access that depends on the weight, as in hgv:conditional = no @ (weight>7.5), or on business in the road."""
    allowed, through = [np.inf], [np.inf]
    for key in (*_CAR_KEYS, "hgv"):
        for value, condition in _clauses(tags.get(f"{key}:conditional")):
            above = _ABOVE.fullmatch(condition)
            weight = quantity(way, key, above[1], LIMITS["max_weight_t"], Unread()) if above else np.inf
            if above and np.isfinite(weight) and strictness(value):
                (allowed if strictness(value) == 2 else through).append(weight)
            elif key == "hgv" and condition in _AT_ENDS and not strictness(value):
                lorry = min(lorry, 1)
            else:
                unread.note(way, f"{key}:conditional", tags[f"{key}:conditional"])
    return lorry, allowed, through


def _lifted_at_ends(way: object, key: str, tags: Mapping[str, str], unread: Unread) -> bool:
    """Whether a weight limit does not hold for who has business in the road ("sauf desserte")."""
    lifted = False
    for value, condition in _clauses(tags.get(f"{key}:conditional")):
        if value in ("none", "no") and condition in _AT_ENDS:
            lifted = True
        else:
            unread.note(way, f"{key}:conditional", tags[f"{key}:conditional"])
    return lifted


def _clauses(text: str | None) -> list[tuple[str, str]]:
    """Values with their conditions, as in "no @ (weight>7.5); destination @ (Mo-Fr)"."""
    if text is None:
        return []
    found = [(value.strip(), condition.strip().strip("()").strip()) for value, condition in _CONDITIONAL.findall(text)]
    return found or [(text, "")]
