"""The coordinate system of a study: metres, true to scale in its frame."""

import pytest

import coopgeo
from coopgeo.errors import Faults, InputError
from coopgeo.study.frame import check_crs, proposed_crs

CAUX = (-0.15, 49.15, 1.85, 50.1)
REUNION = (55.2, -21.4, 55.9, -20.8)


def said(crs, frame=CAUX):
    faults = Faults("study")
    check_crs(faults, crs, frame)
    return "\n".join(faults.lines)


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:32631", "EPSG:3035", "EPSG:27572", "EPSG:3949"])
def test_a_metric_crs_of_the_area_is_taken(crs):
    assert said(crs) == ""


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2225", "EPSG:9999999", "", "Lambert", "EPSG:4978"])
def test_what_is_not_in_metres_is_refused(crs):
    assert said(crs) == f'study.toml: crs: found "{crs}"; expected a metric CRS, such as EPSG:2154'


@pytest.mark.parametrize(
    ("crs", "off"),
    [("EPSG:3857", "56 % off"), ("EPSG:3395", "56 % off"), ("EPSG:2975", "20 % off"), ("EPSG:2985", "far off")],
)
def test_lengths_that_are_not_those_on_the_ground_are_refused(crs, off):
    assert said(crs) == (
        f"study.toml: crs: found {crs}, in which lengths in the frame are {off}; "
        "expected a metric CRS whose lengths are true there within 1 %, such as EPSG:2154"
    )


def test_one_corner_is_enough():
    assert said("EPSG:32631", (-0.15, 49.15, 1.85, 50.1)) == ""
    assert "% off" in said("EPSG:32631", (-0.15, 49.15, 17.0, 50.1))


@pytest.mark.parametrize("frame", [CAUX, REUNION, (-62, 16.1, -61, 16.6), (13.0, 52.0, 14.0, 53.0)])
def test_what_is_proposed_is_taken(frame):
    assert said(proposed_crs(frame), frame) == ""


@pytest.mark.parametrize(
    "frame",
    [(1.85, 49.15, -0.15, 50.1), (-0.15, 50.1, 1.85, 49.15), (0, 0, 400, 50), (500_000, 6_900_000, 500_100, 6_900_100)],
)
def test_a_frame_is_west_south_east_north(frame):
    assert "study.toml: frame: found" in said("EPSG:2154", frame)


def test_a_study_is_not_changed_to_another_projection_of_the_globe(study):
    with pytest.raises(InputError, match="56 % off"):
        study.changed({"settings": {"crs": "EPSG:3857"}})


def test_the_files_of_rivers_are_read_on_opening_only(study):
    with pytest.raises(InputError, match=r"study\.toml: barriers: found"):
        study.changed({"settings": {"barriers": []}})
    assert coopgeo.Study.barrier.fget(study).equals(study.changed({"settings": {"place": "Caux"}}).barrier)
