"""What is asked of the main job is checked before anything is computed, and every fault is named at once."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import InputError
from coopgeo.plan.job import MOST_PLATFORMS, Job
from tests.plan.valley import straight_road

BAD = [
    *(("platforms", value) for value in ("2", MOST_PLATFORMS + 1, -1, True, 1.0, 1.5, float("nan"), [1])),
    *(("alternatives", value) for value in (-1, 2.5, "20", True, None)),
    *(("required", value) for value in ("arelaune", [1], [None], 3, None, b"arelaune")),
    *(("forbidden", value) for value in ("arelaune", ["arelaune", 2], 3, None)),
    *(("road_changes", value) for value in ({"close": ["pont-de-brotonne"]}, 3, ["closed"], "closed", {1: 2}, None)),
    *(("roads", value) for value in (3, True, ["a.gpkg"], b"a.gpkg")),
    *(("level", value) for value in ("mean", "", None, 1, ["low"])),
    *(("time_limit_s", value) for value in (-1, -1e-9, "5", None, float("nan"), [5])),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_argument_is_named(name, value):
    with pytest.raises(InputError) as error:
        Job(**{name: value})
    title, *lines = str(error.value).splitlines()
    assert title == "job has 1 fault"
    assert lines[0].startswith(f"  {name}: ")
    assert "expected " in lines[0]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value in BAD if value is not None])
def test_the_main_job_refuses_it_as_well(study, name, value):
    with pytest.raises(InputError, match=rf"job has 1 fault\n  {name}: found "):
        coopgeo.run(study, **{name: value})


def test_all_faults_are_listed_together():
    bad = {
        "roads": 3,
        "platforms": "2",
        "alternatives": -1,
        "required": "arelaune",
        "forbidden": [1],
        "road_changes": {"close": ["pont"], "shut": ["pont"]},
        "level": "mean",
        "time_limit_s": "5",
    }
    with pytest.raises(InputError) as error:
        Job(**bad)
    title, *lines = str(error.value).splitlines()
    assert title == "job has 9 faults"
    named = [line.strip().partition(":")[0] for line in lines]
    assert named == sorted([*bad, "road_changes"], key=[*bad].index)


def test_changes_of_the_roads_are_those_of_a_network():
    with pytest.raises(InputError, match=r'found "close"; expected one of .*closed'):
        Job(road_changes={"close": ["pont-de-brotonne"]})


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"platforms": np.int8(2), "alternatives": np.int64(0)},
        {"platforms": MOST_PLATFORMS},
        {"platforms": 0},
        {"platforms": None},
        {"required": ("a", "b"), "forbidden": {"c"}},
        {"required": np.array(["a"], dtype=object)},
        {"road_changes": {"closed": ["pont"]}},
        {"roads": "roads.gpkg"},
        {"roads": Path("roads.gpkg")},
        {"level": "low", "chain": "wood-energy"},
        {"time_limit_s": 0},
        {"time_limit_s": np.float32(2.5)},
        {"time_limit_s": float("inf")},
    ],
)
def test_what_may_be_asked_is_kept(asked):
    job = Job(**asked)
    for name, value in asked.items():
        kept = getattr(job, name)
        assert kept is value or list(kept) == list(value)


def test_a_network_may_be_asked_for():
    roads = straight_road()
    assert Job(roads=roads).roads is roads


def test_a_job_is_frozen():
    job = Job()
    with pytest.raises(FrozenInstanceError):
        job.platforms = 2


def test_another_case_is_checked_too():
    job = Job(platforms=2)
    assert replace(job, level="low").platforms == 2
    with pytest.raises(InputError, match="platforms"):
        replace(job, platforms=6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chain", ["wood-energy"]),
        ("chain", 3),
        ("roads", ""),
        ("time_limit_s", True),
        ("road_changes", {"closed": 3}),
        ("road_changes", {"closed": "pont-de-brotonne"}),
        ("road_changes", {"speed_factor": "2"}),
    ],
)
def test_a_bad_argument_of_another_kind_is_named(name, value):
    with pytest.raises(InputError, match=rf"job has 1 fault\n  {name}"):
        Job(**{name: value})


@pytest.mark.parametrize("what_ifs", [-1, 2.5, "2", None])
def test_a_bad_number_of_cases_is_named(study, what_ifs):
    with pytest.raises(InputError, match="what_ifs"):
        coopgeo.run(study, what_ifs=what_ifs, chain="unknown")


@pytest.mark.parametrize("sites", [iter(["arelaune"]), ["arelaune"]], ids=["iterator", "list"])
def test_a_job_keeps_its_own_sites(sites):
    job = Job(required=sites)
    if isinstance(sites, list):
        sites.clear()
    assert list(job.required) == ["arelaune"]


@pytest.mark.parametrize("no_study", ["data/raw", None])
def test_what_is_no_study_is_named(no_study):
    with pytest.raises(InputError, match=r"study: found .*; expected a Study, as open_study"):
        coopgeo.run(no_study)
