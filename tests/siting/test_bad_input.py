"""What is refused, and in which words: wrong arguments before any solver starts, and problems that have no answer."""

from functools import partial

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import InfeasibleError, InputError

COST = [[1.0, 4.0, np.inf], [4.0, 1.0, 2.0], [9.0, 3.0, 1.0]]
CALLS = {
    "p_median": partial(siting.p_median, COST, 2),
    "p_center": partial(siting.p_center, COST, 2),
    "max_cover": partial(siting.max_cover, COST, 2, 3.0),
    "set_cover": partial(siting.set_cover, COST, 3.0),
    "facility_location": partial(siting.facility_location, COST, [1, 1, 1], [5, 5, 5]),
}
PROBLEMS = {
    "p_median": siting.PMedian(COST, 2),
    "p_center": siting.PCenter(COST, 2),
    "set_cover": siting.SetCover(COST, 3.0),
    "facility_location": siting.FacilityLocation(COST, [1, 1, 1], [5, 5, 5]),
}
NUMBERED = ["p_median", "p_center", "max_cover"]
WEIGHTED = ["p_median", "max_cover", "facility_location"]
FIRST = {
    "p_median": "unit_cost",
    "p_center": "distance",
    "max_cover": "distance",
    "set_cover": "distance",
    "facility_location": "unit_cost",
}


def call(name, **change):
    """The call with other arguments, the matrix and p among them."""
    usual = CALLS[name]
    names = {
        "p_median": ("unit_cost", "p"),
        "p_center": ("distance", "p"),
        "max_cover": ("distance", "p", "radius"),
        "set_cover": ("distance", "radius"),
        "facility_location": ("unit_cost", "demand", "opening"),
    }[name]
    arguments = dict(zip(names, usual.args, strict=True)) | {
        FIRST[name] if key == "matrix" else key: value for key, value in change.items()
    }
    return usual.func(**arguments)


def refused(name, change, words):
    with pytest.raises(InputError, match=words) as caught:
        call(name, **change)
    assert str(caught.value).startswith(f"{name} has ")


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"matrix": [1.0, 2.0]}, r"found shape \(2,\); expected a matrix: demand points as rows, sites as columns"),
        ({"matrix": np.zeros((0, 3))}, r"found shape \(0, 3\)."),
        ({"matrix": np.zeros((3, 0))}, r"found shape \(3, 0\)."),
        ({"matrix": [[1, 2], [3]]}, "an array of numbers, its rows of one length"),
        ({"matrix": [["a", "b"]]}, "an array of numbers"),
        (
            {"matrix": [[1, 2, 3], [4, -5, np.nan]]},
            r"\[1, 1\]: found -5.0; expected 0 or more, or inf for a pair that is not allowed\n.*\[1, 2\]: found nan",
        ),
        ({"matrix": np.full((40, 3), -1.0)}, "120 such entries, in rows 0, 1"),
        ({"required": [0, 7, -1]}, "required: found 7; expected a site index from 0 to 2\n.*required: found -1"),
        ({"required": [0.5]}, r"required: found \[0.5\]; expected site indices"),
        (
            {"forbidden": np.array([True, False])},
            r"forbidden: found a mask of shape \(2,\); expected a mask of shape \(3,\)",
        ),
        ({"required": [1], "forbidden": [1, 2]}, "required, forbidden: found sites 1 in both"),
    ],
)
def test_every_problem_checks_its_matrix_and_sites(name, change, words):
    refused(name, change, words)


@pytest.mark.parametrize("name", NUMBERED)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p": 0}, "p: found 0; expected a whole number from 1 to 3"),
        ({"p": 4}, "p: found 4; expected a whole number from 1 to 3"),
        ({"p": 1.0}, "p: found 1.0"),
        ({"p": True}, "p: found True"),
        ({"p": None}, "p: found nothing; expected a whole number from 1 to 3"),
        ({"p": 1, "required": [0, 1]}, "required: found 2 sites; expected p = 1 at most"),
        ({"p": 2, "forbidden": [0, 1]}, "forbidden: found 1 site left; expected p = 2 at least"),
    ],
)
def test_the_number_of_sites_is_checked(name, change, words):
    refused(name, change, words)


@pytest.mark.parametrize("name", WEIGHTED)
@pytest.mark.parametrize(
    ("demand", "words"),
    [
        ([1, 2], r"demand: found shape \(2,\); expected shape \(3,\)"),
        ([1, -2, np.nan], r"demand\[1\]: found -2.0; expected a finite number, 0 or more\n.*demand\[2\]: found nan"),
        ([1, 2, np.inf], r"demand\[2\]: found inf"),
        (["x", 1, 2], "demand: found .*expected an array of numbers"),
    ],
)
def test_demand_is_checked(name, demand, words):
    refused(name, {"demand": demand}, words)


@pytest.mark.parametrize("name", ["max_cover", "set_cover"])
@pytest.mark.parametrize("radius", [-1.0, np.nan, np.inf, "far"])
def test_the_radius_is_checked(name, radius):
    refused(name, {"radius": radius}, "radius: found .*; expected a finite number, 0 or more")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"opening": [5, 5]}, r"opening: found shape \(2,\)"),
        ({"opening": [5, 5, np.inf]}, r"opening\[2\]: found inf"),
        ({"capacity": [1, np.nan, 3]}, r"capacity\[1\]: found nan"),
        ({"capacity": [1, 2]}, r"capacity: found shape \(2,\)"),
        ({"groups": ["a", "b"]}, r"groups: found shape \(2,\)"),
        ({"groups": ["a", None, "a"]}, "groups: found labels that are missing"),
        ({"groups": [1.0, np.nan, np.nan]}, "groups: found labels that are missing"),
        (
            {"demand": [1e200, 1, 1]},
            "unit_cost: found .* in all, times demand.*write inf for a pair that is not allowed",
        ),
        ({"p": 9}, "p: found 9; expected a whole number from 1 to 3"),
    ],
)
def test_what_facility_location_adds_is_checked(change, words):
    refused("facility_location", change, words)


@pytest.mark.parametrize("seed", [-1, "x", 0.5, None])
def test_the_seed_is_checked(seed):
    refused("p_median", {"seed": seed}, "seed: (found .*)?expected a whole number, 0 or more")


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError, match="facility_location has 4 faults"):
        siting.facility_location(COST, [1, -1, 1], [5], p=9, required=[3])


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("p_median", {"p": 1, "required": [2]}, "p = 1 sites cannot reach every demand point; at least 2 are needed"),
        (
            "p_median",
            {"matrix": [[1, np.inf], [np.inf, np.inf]], "p": 1},
            "demand points 1 are out of reach of every site that may open",
        ),
        ("p_median", {"forbidden": [0, 1], "p": 1}, "demand points 0 are out of reach of every site that may open"),
        (
            "p_median",
            {"matrix": [[0, np.inf, np.inf], [np.inf, 0, np.inf], [np.inf, np.inf, 0]], "p": 2},
            "at least 3 are needed",
        ),
        ("p_center", {"p": 1, "required": [2]}, "p = 1 sites cannot reach every demand point"),
        ("p_center", {"matrix": [[1, np.inf], [np.inf, np.inf]], "p": 1}, "demand points 1 are out of reach"),
        ("set_cover", {"radius": 0.5}, "demand points 0, 1, 2 are within 0.5 of no site that may open"),
        ("facility_location", {"forbidden": [0, 1]}, "demand points 0 are out of reach"),
        (
            "facility_location",
            {"capacity": [1, 0.5, 0.5]},
            "capacity is short: all sites that may open hold 2 of 3, 1 too little",
        ),
        (
            "facility_location",
            {"capacity": [1, 1, 1], "p": 2},
            "the 2 largest sites that may open hold 2 of 3, 1 too little",
        ),
        ("facility_location", {"capacity": [0.5, 0.4, 9]}, r"at least 0.1 of 3 is lacking \(points: 0 lacks 0.1\)"),
        (
            "facility_location",
            {"capacity": [0.9, 0.9, 9], "single_source": True},
            "demand points 0 are larger than the capacity of every site in reach",
        ),
        (
            "facility_location",
            {"capacity": [0, 1.5, 1.9], "single_source": True, "demand": [1, 1, 1]},
            "each from one site",
        ),
    ],
)
def test_why_there_is_no_answer(name, change, words):
    with pytest.raises(InfeasibleError, match=words):
        call(name, **change)


@pytest.mark.parametrize("asked", [partial(siting.p_median, COST, 2), siting.p_median, siting.PMedian, COST, None])
def test_questions_are_put_to_a_problem(asked):
    for ask in (
        partial(siting.alternatives, k=2),
        partial(siting.insist, sites=[0]),
        siting.tolerances,
        partial(siting.evaluate, sites=[0]),
    ):
        with pytest.raises(InputError, match=r"expected a problem, such as PMedian\(unit_cost, p\)"):
            ask(asked)


@pytest.mark.parametrize("k", [0, -1, 1.5, None])
def test_alternatives_check_their_number(k):
    with pytest.raises(InputError, match=r"k: (found .*)?expected a whole number, 1 or more"):
        siting.PMedian(COST, 2).alternatives(k)


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_sites_serve_nobody(name):
    with pytest.raises(InfeasibleError, match="demand points"):
        PROBLEMS[name].evaluate([])


@pytest.mark.parametrize("ask", [siting.PMedian.evaluate, siting.PMedian.insist])
def test_sites_asked_about_are_checked(ask):
    with pytest.raises(InputError, match="sites: found 5; expected a site index from 0 to 2"):
        ask(siting.PMedian(COST, 2), [0, 5])
