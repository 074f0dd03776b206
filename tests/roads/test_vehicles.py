"""What a vehicle meets on a road: limits, speeds, tolls; by hand-made edges of one kilometre."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.errors import InputError
from coopgeo.roads import CAR, Vehicle
from coopgeo.roads.vehicles import LIMITS, UNTOLD, completed, drive

SPEEDS = {"primary": 60.0, "motorway": 100.0, "track": 12.0, "track_grade1": 20.0, "track_grade3": 0.0}
SIZE = {"gross_t": 44.0, "axle_load_t": 12.0, "height_m": 4.0, "width_m": 2.55, "length_m": 16.5}
LORRY = Vehicle(
    "lorry",
    "camion",
    "lorry",
    SIZE["gross_t"],
    90,
    26,
    1.0,
    60.0,
    1.0,
    0.33,
    SPEEDS,
    *list(SIZE.values())[1:],
    90.0,
    20.0,
    0.25,
)


def kilometre(vehicle=LORRY, **rules):
    """Time and cost of one kilometre of primary road with what is told of it."""
    line = shapely.LineString([(0, 0), (1000, 0)])
    edges = gpd.GeoDataFrame([{"highway": "primary", "length_m": 1000.0, **rules}], geometry=[line], crs="EPSG:2154")
    return drive(completed(edges), vehicle).iloc[0]


@pytest.mark.parametrize(("limit", "size"), LIMITS.items())
def test_a_limit_closes_the_road_to_what_is_larger_only(limit, size):
    assert np.isfinite(kilometre(**{limit: SIZE[size]})["time_s"])
    assert np.isinf(kilometre(**{limit: SIZE[size] - 0.01})["time_s"])
    assert np.isinf(kilometre(**{limit: SIZE[size] - 0.01})["cost_eur"])
    assert np.isfinite(kilometre(CAR, **{limit: SIZE[size] - 0.01})["time_s"])


@pytest.mark.parametrize(
    ("rules", "km_h"),
    [
        ({}, 60),
        ({"max_speed_kmh": 30.0}, 30),
        ({"max_speed_kmh": 110.0}, 60),
        ({"highway": "motorway"}, 90),
        ({"unpaved": True}, 20),
        ({"highway": "track"}, 12),
        ({"highway": "track", "tracktype": "grade1"}, 20),
        ({"highway": "track", "tracktype": "grade2"}, 12),
        ({"highway": "track", "tracktype": "rutted"}, 12),
        ({"highway": "track", "tracktype": "grade3"}, 0),
        ({"highway": "primary", "tracktype": "grade3"}, 60),
    ],
)
def test_the_slowest_of_what_holds(rules, km_h):
    assert kilometre(**rules)["time_s"] == (pytest.approx(3600 / km_h, abs=1e-3) if km_h else np.inf)


def test_time_that_stands_for_the_whole_edge():
    assert kilometre(fixed_time_s=600.0)["time_s"] == 600


@pytest.mark.parametrize(
    ("rules", "toll_eur"),
    [({}, 0), ({"tolled_over_t": 3.5}, 0.25), ({"tolled_over_t": 44.0}, 0), ({"toll_eur": 7.0}, 7)],
)
def test_tolls(rules, toll_eur):
    """1 € for the kilometre, 1 € for the minute, and the toll."""
    assert kilometre(**rules)["cost_eur"] == pytest.approx(2 + toll_eur)


def test_a_class_without_a_speed():
    with pytest.raises(InputError, match='vehicle "lorry", speeds_kmh: found no speed for secondary'):
        kilometre(highway="secondary")


@given(st.floats(0.1, 60), st.floats(0.1, 60), st.floats(5, 120))
def test_a_smaller_vehicle_never_meets_more(weight_t, limit_t, max_speed_kmh):
    small, large = (Vehicle(**{**vars(LORRY), "gross_t": tonnes}) for tonnes in (weight_t / 2, weight_t))
    rules = {"max_weight_t": limit_t, "max_speed_kmh": max_speed_kmh, "tolled_over_t": limit_t / 3}
    for column in ("time_s", "cost_eur"):
        assert kilometre(small, **rules)[column] <= kilometre(large, **rules)[column]


def test_every_vehicle_of_the_study_has_a_size_and_gets_about(study):
    assert {"semi-44t", "rigid-26t", "tractor", "light-3t5", "car"} <= set(study.vehicles)
    for vehicle in study.vehicles.values():
        assert all(getattr(vehicle, size) > 0 for size in LIMITS.values())
        assert max(vehicle.speeds_kmh.values()) <= vehicle.max_speed_kmh
        assert study.roads(vehicle=vehicle.id).nodes["joined"].mean() > 0.8
    assert set(UNTOLD) <= set(study.roads().edges)
