"""Villages, junctions and climbs: the part of the free speed that delays leave."""

import pytest

from coopgeo.roads.vehicles import CAR


def test_delays_slow_the_class_of_road_that_they_are_told_for(study):
    half = study.changed(
        {"speeds": {("car", "primary"): {"delay_factor": 0.5}, ("car", "track"): {"delay_factor": None}}}
    )
    speeds, before = (case.vehicles["car"].speeds_kmh for case in (half, study))
    table = study.inputs.tables["roads/speeds"].set_index(["vehicle", "highway"])["speed_kmh"]
    assert speeds["primary"] == pytest.approx(table["car", "primary"] / 2)
    assert speeds["track"] == table["car", "track"]
    assert speeds["secondary"] == before["secondary"]


def test_a_car_takes_as_long_to_le_havre_as_is_printed(study):
    """From 45 minutes to an hour from Fécamp (Tendance Ouest, 2022)."""
    fecamp, le_havre = (study.chefs_lieux.loc[[insee]] for insee in ("76259", "76351"))
    minutes = study.roads(vehicle="car").matrix(fecamp, le_havre)[0, 0] / 60
    assert 45 <= minutes <= 60


def test_the_car_at_legal_speeds_knows_no_delays(study):
    assert CAR.speeds_kmh["primary"] == 80 > study.vehicles["car"].speeds_kmh["primary"]
