"""Vehicles: what they carry, what they cost, how fast they are by class of road, and which roads are closed to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, InputError, Message

ACCESS_HIGHWAY = "unclassified"  # class of the way between a place and the node it is snapped to
ACCESS_WINDING = 1.3  # road / straight length on the plateau, general knowledge; a planning hypothesis
# Limits that an edge may have, and the size of the vehicle that each is compared with.
LIMITS = {
    "max_weight_t": "gross_t",
    "max_axle_load_t": "axle_load_t",
    "max_height_m": "height_m",
    "max_width_m": "width_m",
    "max_length_m": "length_m",
}
# What an edge is taken to have where its source does not say.
UNTOLD = {
    "ref": "",
    "name": "",
    "crossing": "",
    "toll_eur": 0.0,
    "tolled_over_t": np.inf,
    **dict.fromkeys(LIMITS, np.inf),
    "max_through_t": np.inf,
    "min_weight_t": 0.0,
    "min_through_t": 0.0,
    "max_speed_kmh": np.inf,
    "fixed_time_s": 0.0,
    "tracktype": "",
    "unpaved": False,
}
_DECIMALS = {
    "time_s": 3,
    "cost_eur": 6,
}  # a millisecond, a ten-thousandth of a cent: finer than any data, and exact in every engine


_NO_FIGURES = ("id", "name_fr", "name_en", "speeds_kmh")
# Code de la route R413-2, R413-3; built-up streets by their usual limits.
LEGAL_SPEEDS_KMH = {
    "motorway": 130, "motorway_link": 70, "trunk": 110, "trunk_link": 70, "primary": 80, "primary_link": 50,
    "secondary": 80, "secondary_link": 50, "tertiary": 80, "tertiary_link": 50, "unclassified": 50, "residential": 50,
    "living_street": 20, "service": 20, "track": 20, "ferry": 15,
}  # fmt: skip


@dataclass(frozen=True)
class Vehicle:
    """A kind of vehicle: a row of `vehicles.csv` with its speeds of `speeds.csv`, or a few named values.

    What is not said is that of a car without costs: `Vehicle("van", gross_t=3.5, cost_eur_km=0.4, cost_eur_h=30)`.

    Attributes
    ----------
    id, name_fr, name_en : str
        The names are the id where they are not said.
    gross_t : float
        Weight fully loaded, tonnes, above 0; compared with weight limits.
    volume_m3, payload_t : float
        Room and payload.
    cost_eur_km, cost_eur_h : float
        Cost of a kilometre and of an hour, driver included.
    load_unload_h : float
        Hours of loading and unloading on a trip.
    diesel_l_km : float
        Litres of diesel per kilometre, mean of loaded and empty.
    speeds_kmh : mapping of str to float
        Effective speed by class of road (`highway`, and "track_grade1" to "track_grade5" for tracks whose type is
        known); 0 = closed. The legal speeds of a car where they are not said; of your own, each class of the roads
        needs one, as in `{**CAR.speeds_kmh, "primary": 60}`.
    axle_load_t, height_m, width_m, length_m : float
        Heaviest axle and size, compared with the limits of the roads; 0 fits everywhere.
    max_speed_kmh : float
        Fastest that the law lets it drive anywhere.
    unpaved_kmh : float
        Fastest on a road without a hard surface.
    toll_eur_km : float
        Toll of a kilometre where a toll is due and its tariff is not known.
    """

    id: str
    name_fr: str = ""
    name_en: str = ""
    gross_t: float = 1.6
    volume_m3: float = 0.0
    payload_t: float = 0.0
    cost_eur_km: float = 0.0
    cost_eur_h: float = 0.0
    load_unload_h: float = 0.0
    diesel_l_km: float = 0.0
    speeds_kmh: Mapping[str, float] = field(default_factory=lambda: dict(LEGAL_SPEEDS_KMH))
    axle_load_t: float = 0.0
    height_m: float = 0.0
    width_m: float = 0.0
    length_m: float = 0.0
    max_speed_kmh: float = np.inf
    unpaved_kmh: float = np.inf
    toll_eur_km: float = 0.0

    def __post_init__(self) -> None:
        for name in ("name_fr", "name_en"):
            object.__setattr__(self, name, getattr(self, name) or self.id)

    def one_way_eur(self, length_m: np.ndarray, time_s: np.ndarray, toll_eur: np.ndarray) -> np.ndarray:
        """Running cost of a way driven once, €."""
        return running_cost(length_m, time_s, toll_eur, eur_km=self.cost_eur_km, eur_h=self.cost_eur_h)

    def slowed(self, factor: float) -> "Vehicle":
        """The same vehicle with every speed times a factor."""
        speeds = {highway: speed * factor for highway, speed in self.speeds_kmh.items()}
        return replace(self, speeds_kmh=speeds)

    def access(self, straight_m: Floats, weight: str) -> Floats:
        """Weight of a straight way of some metres between a place and its node, or two places of one node."""
        length_m = straight_m * ACCESS_WINDING
        time_s = length_m / (self.speeds_kmh[ACCESS_HIGHWAY] / 3.6)
        known = {
            "length_m": length_m,
            "time_s": time_s,
            "cost_eur": self.one_way_eur(length_m, time_s, np.zeros_like(length_m)),
        }
        return known.get(weight, np.zeros_like(length_m))


# A car at the legal speeds: what a road file is read with where no vehicle is given. The row "car" of a study's
# vehicles.csv, with its effective speeds, is for planning.
CAR = Vehicle(
    id="car",
    name_fr="Voiture, vitesses légales",
    name_en="Car at legal speeds",
    volume_m3=0.5,
    payload_t=0.4,
    max_speed_kmh=130,
)


def checked(vehicle: Vehicle) -> Vehicle:
    """The vehicle, if its figures can be used.

    Raises
    ------
    InputError
        If a figure or a speed is no number from 0, it weighs nothing, or it has no speed on the ways to places.
    """
    faults = Faults(f'vehicle "{vehicle.id}"')
    for name in ("name_fr", "name_en"):
        if not isinstance(getattr(vehicle, name), str):
            faults.add(column=name, found=getattr(vehicle, name), expected=Message("a text"))
    speeds: object = vehicle.speeds_kmh
    if not isinstance(speeds, Mapping):
        faults.add(column="speeds_kmh", found=speeds, expected=Message("a speed for each class of road, by name"))
    faults.raise_if_any()
    figures = {name: value for name, value in vars(vehicle).items() if name not in _NO_FIGURES}
    for name, value in {
        **figures,
        **{f"speeds_kmh[{key}]": speed for key, speed in vehicle.speeds_kmh.items()},
    }.items():
        if not (isinstance(value, int | float | np.number) and value >= 0):
            faults.add(column=name, found=value, expected=Message("a number, 0 or more"))
        elif name == "gross_t" and not value:
            faults.add(column=name, found=value, expected=Message("the weight fully loaded in tonnes, above 0"))
    if not vehicle.speeds_kmh.get(ACCESS_HIGHWAY):
        expected = Message("a speed above 0: it is that of the ways between places and the roads")
        faults.add(column=f"speeds_kmh[{ACCESS_HIGHWAY}]", found=Message('"none"'), expected=expected)
    faults.raise_if_any()
    return vehicle


def running_cost(length_m: ArrayLike, time_s: ArrayLike, toll_eur: ArrayLike, *, eur_km: float, eur_h: float) -> Floats:
    """Cost of driving a way once, €: kilometres, hours at the wheel (ferry waits included) and tolls."""
    km = np.asarray(length_m, dtype=np.float64) / 1000
    hours = np.asarray(time_s, dtype=np.float64) / 3600
    return np.asarray(eur_km * km + eur_h * hours + np.asarray(toll_eur, dtype=np.float64))


def completed(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same edges with every column that a vehicle looks at; what the source does not say limits nothing."""
    return edges.assign(**{name: value for name, value in UNTOLD.items() if name not in edges})


def drive(edges: gpd.GeoDataFrame, vehicle: Vehicle) -> gpd.GeoDataFrame:
    """Add what a vehicle meets on each edge: time and running cost, `inf` where it may not go.

    Parameters
    ----------
    edges : GeoDataFrame
        Columns `highway`, `length_m`, and those of `UNTOLD`: limits (`inf` = none); `fixed_time_s`, time that stands
        for the whole edge, as on a ferry with its wait (0 = by speed); `tolled_over_t`, weight above which a toll is
        due whose tariff is not known; `min_weight_t`, weight that a vehicle must exceed (closed to cars, not lorries).
    vehicle : Vehicle

    Returns
    -------
    GeoDataFrame
        The same edges with `time_s` (to a millisecond), `cost_eur` and `toll_due_eur`, the part of it that is toll.

    Raises
    ------
    InputError
        If a class of road has no speed for this vehicle.
    """
    row_class, classes = _classes(edges, vehicle)
    unknown = sorted(set(classes) - set(vehicle.speeds_kmh))
    if unknown:
        raise InputError(
            Message(
                'vehicle "{vehicle}", speeds_kmh: found no speed for {classes}; expected one for each class '
                "of road (in a study, a row of speeds.csv)",
                vehicle=vehicle.id,
                classes=unknown,
            )
        )
    own_kmh = np.array([vehicle.speeds_kmh[name] for name in classes], dtype=float)[row_class]
    surface_kmh = np.where(edges["unpaved"], vehicle.unpaved_kmh, np.inf)
    speed_kmh = np.minimum.reduce(
        [own_kmh, surface_kmh, edges["max_speed_kmh"].to_numpy(float), np.full(len(edges), vehicle.max_speed_kmh)]
    )
    fixed_s, length_m = edges["fixed_time_s"].to_numpy(float), edges["length_m"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        time_s = np.where(fixed_s > 0, fixed_s, length_m / (speed_kmh / 3.6))
    fits = np.logical_and.reduce(
        [edges[limit].to_numpy(float) >= getattr(vehicle, size) for limit, size in LIMITS.items()]
    )
    may_go = fits & (speed_kmh > 0) & (vehicle.gross_t > edges["min_weight_t"].to_numpy(float))
    time_s = np.where(may_go, time_s, 0.0).round(_DECIMALS["time_s"])
    toll_eur = edges["toll_eur"].to_numpy(float) + np.where(
        vehicle.gross_t > edges["tolled_over_t"], vehicle.toll_eur_km * length_m / 1000, 0.0
    )
    cost_eur = vehicle.one_way_eur(length_m, time_s, toll_eur).round(_DECIMALS["cost_eur"])
    driven = {"time_s": time_s, "cost_eur": cost_eur, "toll_due_eur": toll_eur}
    return edges.assign(**{name: np.where(may_go, weight, np.inf) for name, weight in driven.items()})


def _classes(edges: gpd.GeoDataFrame, vehicle: Vehicle) -> tuple[np.ndarray, list[str]]:
    """Class of road by which the speed of each edge is looked up: its number, and the names in order of the numbers.

    The type of a track is part of the name where both the road and the vehicle know it.
    """
    highway, highways = pd.factorize(edges["highway"])
    kind, kinds = pd.factorize(edges["tracktype"])
    pair, pairs = pd.factorize(highway * max(1, len(kinds)) + kind)
    typed = [(highways[one // max(1, len(kinds))], kinds[one % max(1, len(kinds))]) for one in pairs]
    return pair, [
        f"{name}_{track}" if track and f"{name}_{track}" in vehicle.speeds_kmh else str(name) for name, track in typed
    ]
