"""Who may use a road: cars and lorries by the hierarchy of OpenStreetMap's access keys, direction and condition."""

from dataclasses import replace

import numpy as np
import pytest

from coopgeo.roads import CAR, read
from coopgeo.roads.attributes import own_column, tags_of
from coopgeo.roads.limits import Unread
from coopgeo.text.messages import said

from .test_osm import osm

LORRY = replace(CAR, id="lorry", gross_t=26.0)
FERRY = {"route": "ferry", "highway": ""}


@pytest.fixture
def open_to(tmp_path):
    """Directions of the way 1-2 that a vehicle may drive, which stands beside an ordinary road."""

    def reader(tags, vehicle):
        path = tmp_path / "roads.osm"
        escaped = {key: value.replace(">", "&gt;") for key, value in tags.items()}
        path.write_text(
            osm(([1, 2], {"highway": "primary"} | escaped), ([2, 3], {"highway": "primary"})), encoding="utf-8"
        )
        edges = read(path, vehicle, spacing_m=np.inf).edges
        driven = edges[(edges["osmid"] == 100) & np.isfinite(edges["time_s"])]
        return {(1, 2): "forth", (2, 1): "back"}.keys() & set(zip(driven["u"], driven["v"], strict=True))

    return reader


BOTH, FORTH, BACK, NONE = {(1, 2), (2, 1)}, {(1, 2)}, {(2, 1)}, set()


@pytest.mark.parametrize(
    ("tags", "car", "lorry"),
    [
        ({}, BOTH, BOTH),
        ({"access": "no"}, NONE, NONE),
        ({"access": "no", "motorcar": "yes"}, BOTH, NONE),
        ({"access": "no", "hgv": "yes"}, NONE, BOTH),
        ({"motor_vehicle": "no", "hgv": "designated"}, NONE, BOTH),
        ({"access": "no", "vehicle": "yes"}, BOTH, BOTH),
        ({"vehicle": "private", "motor_vehicle": "yes"}, BOTH, BOTH),
        ({"motor_vehicle": "yes", "motorcar": "no"}, NONE, BOTH),
        ({"access": "permit"}, NONE, NONE),
        ({"hgv": "no"}, BOTH, NONE),
        ({"motor_vehicle:backward": "no"}, FORTH, FORTH),
        ({"hgv:forward": "no"}, BOTH, BACK),
        ({"access": "no", "access:forward": "yes"}, FORTH, FORTH),
        ({"maxweight:backward": "7.5"}, BOTH, FORTH),
        ({"maxweight:forward": "3500"}, BOTH, BACK),
        ({"oneway:hgv": "yes"}, BOTH, FORTH),
        ({"oneway:hgv": "-1"}, BOTH, BACK),
        ({"oneway:motor_vehicle": "yes"}, FORTH, FORTH),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH, BOTH),
        ({"oneway": "yes", "oneway:hgv": "no"}, FORTH, BOTH),
        ({"oneway": "-1", "oneway:hgv": "no"}, BACK, BOTH),
        ({"oneway": "yes", "oneway:motorcar": "-1"}, BACK, FORTH),
        ({"oneway": "yes", "oneway:vehicle": "no", "oneway:hgv": "yes"}, BOTH, FORTH),
        ({"junction": "roundabout", "oneway:hgv": "no"}, FORTH, BOTH),
        ({"oneway": "yes", "oneway:hgv": "no", "hgv": "no"}, FORTH, NONE),
        ({"oneway": "yes", "oneway:bicycle": "no"}, FORTH, FORTH),
        ({"oneway:hgv": "no"}, BOTH, BOTH),
        ({"oneway": "True"}, FORTH, FORTH),
        ({"hgv:conditional": "no @ (weight>7500 kg)"}, BOTH, NONE),
        ({"motor_vehicle:conditional": "no @ weight > 3.5 t; no @ (22:00-06:00)"}, BOTH, NONE),
        ({**FERRY, "foot": "yes"}, NONE, NONE),
        ({**FERRY, "foot": "yes", "motorcar": "yes"}, BOTH, BOTH),
        ({**FERRY, "foot": "yes", "motorcar": "yes", "hgv": "no"}, BOTH, NONE),
        ({**FERRY, "foot": "yes", "motor_vehicle": "yes"}, BOTH, BOTH),
        ({**FERRY, "bicycle": "yes", "hgv": "yes", "motorcar": "no"}, NONE, BOTH),
        ({**FERRY, "foot": "yes", "motor_vehicle": "no"}, NONE, NONE),
        ({**FERRY}, BOTH, BOTH),
    ],
)
def test_who_may_drive_where(open_to, tags, car, lorry):
    assert (open_to(tags, CAR), open_to(tags, LORRY)) == (car, lorry)


@pytest.mark.parametrize(
    ("tags", "car", "lorry"),
    [
        ({"access": "destination"}, True, True),
        ({"hgv": "destination"}, False, True),
        ({"access": "destination", "hgv": "yes"}, True, False),
        ({"motorcar": "destination"}, True, False),
        ({"access": "residents"}, True, True),
        ({"hgv": "no", "hgv:conditional": "yes @ delivery"}, False, True),
        ({"hgv:conditional": "destination @ (weight>7.5)"}, False, True),
        ({"maxweightrating": "12", "maxweightrating:conditional": "none @ destination"}, False, True),
    ],
)
def test_who_may_use_a_road_at_the_ends_of_a_trip_only(tmp_path, tags, car, lorry):
    path = tmp_path / "roads.osm"
    escaped = {key: value.replace(">", "&gt;") for key, value in tags.items()}
    path.write_text(osm(([1, 2], {"highway": "primary"} | escaped)), encoding="utf-8")
    for vehicle, expected in ((CAR, car), (LORRY, lorry)):
        roads = read(path, vehicle)
        assert np.isfinite(roads.edges["time_s"]).all()
        assert roads.through_traffic.ends_only.all() == expected


@pytest.mark.parametrize(
    "tags",
    [
        {"hgv:conditional": "no @ (22:00-06:00)"},
        {"maxspeed:conditional": "30 @ (Mo-Fr 08:00-17:00)"},
        {"maxheight:conditional": "3.5 @ wet"},
        {"access:conditional": "no @ snow"},
        {"oneway:conditional": "yes @ (07:00-09:00)"},
        {"oneway": "perhaps"},
        {"oneway:hgv:conditional": "no @ (22:00-06:00)"},
        {"oneway:hgv": "perhaps"},
        {"oneway:goods": "yes"},
        {"goods": "no"},
        {"hgv_articulated": "no"},
        {"maxbogieweight": "16"},
    ],
)
def test_limits_that_are_not_applied_are_told(tmp_path, tags):
    path = tmp_path / "roads.osm"
    path.write_text(osm(([1, 2], {"highway": "primary"} | tags)), encoding="utf-8")
    ((key, value),) = tags.items()
    assert read(path).unread == (f"way 100: {key}={value}",)


@pytest.mark.parametrize(
    "highway", ["busway", "bus_guideway", "construction", "proposed", "raceway", "pedestrian", "steps"]
)
def test_no_vehicle_drives_on_some_classes(tmp_path, highway):
    path = tmp_path / "roads.osm"
    path.write_text(osm(([1, 2], {"highway": "primary"}), ([2, 3], {"highway": highway})), encoding="utf-8")
    assert set(read(path).edges["osmid"]) == {100}


@pytest.mark.parametrize("value", ["unsuitable", "unknown", "yes;perhaps"])
@pytest.mark.parametrize("key", ["hgv", "access", "motor_vehicle"])
def test_a_value_of_access_that_is_not_known_is_told_and_stays_open(tmp_path, open_to, key, value):
    assert len(open_to({key: value}, LORRY)) == 2
    assert read(tmp_path / "roads.osm").unread == (f"way 100: {key}={value}",)


@pytest.mark.parametrize("value", ["non", "Interdit", "privé"])
def test_a_no_in_french_closes(tmp_path, open_to, value):
    assert not open_to({"hgv": value}, LORRY)
    assert len(open_to({"hgv": value}, CAR)) == 2
    assert read(tmp_path / "roads.osm").unread == ()


def test_bytes_are_read_as_the_text_they_hold():
    assert tags_of({"hgv": b"no", "name": b"Rue du Bois"}) == {"hgv": "no", "name": "Rue du Bois"}


@pytest.mark.parametrize("tags", [{"oneway": "reversible"}, {"oneway": "alternating"}])
def test_directions_that_are_not_applied_are_told(tmp_path, open_to, tags):
    ((key, value),) = tags.items()
    assert len(open_to(tags, LORRY)) == 2
    assert read(tmp_path / "roads.osm").unread == (f"way 100: {key}={value}",)


@pytest.mark.parametrize(("written", "tonnes"), [(3500, 3.5), ("3,5", 3.5), (0, 0), (19.0, 19), ("heavy", np.inf)])
def test_a_limit_of_a_graph_is_read_as_any_other(written, tonnes):
    unread = Unread()
    assert own_column(1, "max_weight_t", written, unread) == tonnes
    assert unread.lines() == (["way 1: max_weight_t=heavy"] if written == "heavy" else [])
    assert [said(line, "fr") for line in unread.lines()] == (
        ["chemin 1\u00a0: max_weight_t=heavy"] if written == "heavy" else []
    )
