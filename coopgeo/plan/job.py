"""What is asked of the main job."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import numpy as np

from coopgeo.chain.resource import Level
from coopgeo.errors import Faults, Message
from coopgeo.roads import RoadNetwork

MOST_PLATFORMS = 5
_ROAD_CHANGES = tuple(name for name in inspect.signature(RoadNetwork.with_changes).parameters if name != "self")


@dataclass(frozen=True, eq=False)
class Job:
    """What is asked of the main job, and nothing of how it is answered; another case is `dataclasses.replace` of it.

    Attributes
    ----------
    chain : str, optional
        Id of the chain; the one of `study.toml` by default.
    roads : str, Path or RoadNetwork, optional
        Road network, as in `Study.roads`, or one that was read before, in any CRS: its edges, tolls and limits stay as
        they were read, and each vehicle of the chain sees them its own way, at its own speeds.
    platforms : int, optional
        How many platforms to open, 0 to 5; None = as many as cost least, 5 at most.
    direct : bool
        Whether goods may go straight from a collection point to a customer that takes them as they are (`direct_tare`
        of a product).
    outside : bool
        Whether goods may be bought from the suppliers of `suppliers.csv`.
    alternatives : int
        How many next best choices of sites to prove as well, as far as there are so many.
    what_ifs : int
        How many of these to work out in full, for the switch of the page; if any, the closing of each crossing of the
        river that lorries take is worked out too.
    required, forbidden : sequence of str
        Candidate sites that must be, or may not be, chosen.
    road_changes : mapping
        Arguments of `RoadNetwork.with_changes`, such as {"closed": ["pont-de-brotonne"]}.
    level : {"low", "value", "high"}
        Level of the resource.
    time_limit_s : float
        Limit of the search for the best choice of sites and the next best ones, together.

    Raises
    ------
    InputError
        If anything asked is out of range or of another kind; lists every fault.
    """

    chain: str | None = None
    roads: str | Path | RoadNetwork | None = None
    platforms: int | None = 1
    direct: bool = True
    outside: bool = False
    alternatives: int = 20
    what_ifs: int = 0
    required: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    road_changes: Mapping[str, Any] = field(default_factory=dict)
    level: Level = "value"
    time_limit_s: float = 60.0

    def __post_init__(self) -> None:
        faults = Faults("job")
        asked: dict[str, object] = vars(self)
        if not isinstance(asked["chain"], str | None):
            faults.add(column="chain", found=self.chain, expected=Message('the id of a chain, such as "textile"'))
        if not isinstance(asked["roads"], str | Path | RoadNetwork | None) or asked["roads"] == "":
            expected = Message('"atlas", the path of a file of roads, or a RoadNetwork')
            faults.add(column="roads", found=self.roads, expected=expected)
        if asked["platforms"] is not None:
            _check_whole(faults, "platforms", asked["platforms"], 0, MOST_PLATFORMS)
        for name in ("direct", "outside"):
            if not isinstance(asked[name], bool | np.bool_):
                faults.add(column=name, found=asked[name], expected=Message("True or False"))
        _check_whole(faults, "alternatives", asked["alternatives"], 0, None)
        _check_whole(faults, "what_ifs", asked["what_ifs"], 0, None)
        own = {name: _sites(faults, name, asked[name]) for name in ("required", "forbidden")}
        _check_road_changes(faults, asked["road_changes"])
        if asked["level"] not in get_args(Level):
            faults.add(column="level", found=self.level, expected=_one_of(get_args(Level)))
        if not _is_number(asked["time_limit_s"]) or not self.time_limit_s >= 0:
            faults.add(
                column="time_limit_s", found=self.time_limit_s, expected=Message("a number of seconds, 0 or more")
            )
        faults.raise_if_any()
        for name, sites in own.items():  # its own: nobody can change them later
            object.__setattr__(self, name, sites)
        object.__setattr__(self, "road_changes", MappingProxyType(dict(self.road_changes)))


def _check_whole(faults: Faults, name: str, number: object, low: int, high: int | None) -> None:
    whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not whole or not low <= number or (high is not None and number > high):  # type: ignore[operator]
        expected = (
            Message("a whole number, {low} or more", low=low)
            if high is None
            else Message("a whole number from {low} to {high}", low=low, high=high)
        )
        faults.add(column=name, found=number, expected=expected)


def _one_of(choices: Iterable[str]) -> Message:
    return Message("one of {choices}", choices=list(choices))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _sites(faults: Faults, name: str, sites: object) -> tuple[str, ...]:
    known = tuple(sites) if isinstance(sites, Iterable) and not isinstance(sites, str) else (None,)
    if not all(isinstance(site, str) for site in known):
        faults.add(column=name, found=sites, expected=Message('a list of ids of sites, such as ["arelaune"]'))
    return known


def _check_road_changes(faults: Faults, changes: object) -> None:
    if not isinstance(changes, Mapping):
        mapping = Message("a mapping, such as {example}", example='{"closed": ["pont-de-brotonne"]}')
        faults.add(column="road_changes", found=changes, expected=mapping)
        return
    for name in sorted(set(map(str, changes)) - set(_ROAD_CHANGES)):
        faults.add(column="road_changes", found=name, expected=_one_of(_ROAD_CHANGES))
    kinds: dict[str, tuple[Callable[[Any], bool], str]] = {
        "closed": (
            lambda ids: (
                isinstance(ids, Collection) and not isinstance(ids, str) and all(isinstance(i, str) for i in ids)
            ),
            Message('a list of ids of crossings, such as ["pont-de-brotonne"]'),
        ),
        "ferries": (lambda run: isinstance(run, bool | np.bool_), Message("True or False")),
        "speed_factor": (_is_number, Message("a number, such as 0.8")),
    }
    kinds |= dict.fromkeys(
        ("max_weight_t", "toll_eur"),
        (
            lambda by_id: by_id is None or (isinstance(by_id, Mapping) and all(map(_is_number, by_id.values()))),
            Message("a number for each id of a crossing, such as {example}", example='{"pont-de-brotonne": 19}'),
        ),
    )
    for name, (fits, expected) in kinds.items():
        if name in changes and not fits(changes[name]):
            faults.add(column=f"road_changes.{name}", found=changes[name], expected=expected)
