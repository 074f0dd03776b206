"""Sites chosen among labelled candidates, and who goes where."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import coopgeo
from coopgeo import catchments, siting
from coopgeo.errors import InfeasibleError, InputError

from .test_areas import TOWN, at

PLACES, SITES = at(TOWN, 1, 9, 30, 50, 63, 7), at(TOWN, 0, 60, 27, 5)


def cost():
    return TOWN.matrix(PLACES, SITES.sort_index(), "length_m")


@pytest.mark.parametrize(
    ("problem", "options"),
    [
        ("p_median", {"p": 2}),
        ("p_center", {"p": 2}),
        ("max_cover", {"p": 1, "radius": 900.0}),
        ("set_cover", {"radius": 2500.0}),
        ("facility_location", {"opening": 2000.0}),
        (
            "facility_location",
            {"opening": dict.fromkeys(SITES.index, 500.0), "capacity": dict.fromkeys(SITES.index, 2.0)},
        ),
    ],
)
def test_the_frames_say_what_the_solution_says(problem, options):
    found = coopgeo.locate(TOWN, PLACES, SITES, problem, by="length_m", **options)
    chosen, allocation = found
    ids = SITES.sort_index().index
    assert chosen.index.tolist() == ids[found.solution.sites].tolist()
    assert set(allocation["facility"].dropna()) <= set(chosen.index)
    assert allocation.groupby(level=0)["amount"].sum().to_dict() == pytest.approx(dict.fromkeys(PLACES.index, 1.0))
    served = allocation[allocation["facility"].notna()]
    by_hand = cost()[PLACES.index.get_indexer(served.index), ids.get_indexer(served["facility"])]
    np.testing.assert_array_equal(served["cost"], by_hand)
    assert chosen["amount"].sum() == pytest.approx(served["amount"].sum())
    total = (served["cost"] * served["amount"]).sum()
    value = {
        "p_median": total,
        "p_center": served["cost"].max(),
        "max_cover": served["amount"].sum(),
        "set_cover": len(chosen),
        "facility_location": total + (500.0 if "capacity" in options else 2000.0) * len(chosen),
    }
    assert found.solution.value == pytest.approx(value[problem])
    assert found.solution.status == "optimal"


def test_what_no_site_covers_is_given_to_none():
    """The last candidate is -1 in Python: a place that is not covered may not fall to it."""
    _, allocation = coopgeo.locate(TOWN, PLACES, SITES, "max_cover", by="length_m", p=1, radius=500.0)
    last = SITES.sort_index().index[-1]
    beyond = cost().min(axis=1) > 500.0
    assert beyond.any()
    assert allocation.loc[PLACES.index[beyond], "facility"].isna().all()
    assert np.isinf(allocation.loc[PLACES.index[beyond], "cost"]).all()
    assert (allocation["facility"] == last).sum() <= (cost()[:, -1] <= 500.0).sum()


@pytest.mark.parametrize("labels", [[10, 3, 7, 1], ["b", 2, "a", 1], [(1, "x"), (0, "y"), (2, "z"), (3, "w")]])
def test_labels_of_any_kind_and_columns_are_kept(labels):
    index = pd.Index(labels, tupleize_cols=False)
    sites = gpd.GeoDataFrame({"town": list("pqrs"), "amount": 9}, geometry=SITES.to_numpy(), index=index, crs=SITES.crs)
    places = gpd.GeoDataFrame(geometry=PLACES.to_crs("EPSG:4326"))
    chosen, allocation = coopgeo.locate(TOWN, places, sites.to_crs("EPSG:4326"), p=2)
    plain = coopgeo.locate(TOWN, PLACES, SITES, p=2)
    renamed = dict(zip(SITES.index, labels, strict=True))
    assert set(chosen.index) == {renamed[label] for label in plain.chosen.index}
    assert allocation["facility"].tolist() == [renamed[label] for label in plain.allocation["facility"]]
    assert allocation.index.equals(PLACES.index)
    assert chosen.crs == "EPSG:4326"
    assert set(chosen["town"]) == {sites["town"].iloc[labels.index(label)] for label in chosen.index}
    assert chosen["amount_candidate"].tolist() == [9, 9]


def test_required_and_forbidden_are_labels():
    chosen, _ = coopgeo.locate(TOWN, PLACES, SITES, p=2, required=["f60"], forbidden=["f27", "f0"])
    assert chosen.index.tolist() == ["f5", "f60"]


def test_demand_weighs():
    demand = pd.Series([0, 0, 0, 0, 50, 0], index=PLACES.index)
    chosen, _ = coopgeo.locate(TOWN, PLACES, SITES, by="length_m", p=1, demand=demand)
    assert chosen.index.tolist() == [SITES.sort_index().index[cost()[4].argmin()]]


def test_a_limit_of_reach_that_nobody_meets_is_infeasible():
    with pytest.raises(InfeasibleError):
        coopgeo.locate(TOWN, PLACES, SITES, by="length_m", p=1, max_cost=100.0)


@pytest.mark.parametrize(
    ("problem", "options", "words"),
    [
        ("median", {"p": 1}, 'problem: found "median"; expected one of p_median, p_center'),
        ("p_median", {}, "p: found nothing; expected what p_median needs"),
        ("p_median", {"P": 1, "p": 1}, "options: found .P.; expected an option of p_median: p, time_limit_s"),
        ("max_cover", {"p": 1, "radus": 3.0}, 'did you mean "radius"'),
        ("p_center", {"p": 1, "demand": pd.Series(1.0, index=PLACES.index)}, "p_center counts places alike"),
        ("p_median", {"p": "two"}, "p: found .two.; expected a whole number"),
        ("p_median", {"p": 1.5}, "p: found 1.5"),
        ("p_median", {"p": np.inf}, "p: found inf"),
        ("p_median", {"p": 1, "required": [10**400]}, "required: found 1000.*; expected the label of a candidate"),
        ("p_median", {"p": 1, "required": [1j]}, "required: found 1j; expected the label of a candidate"),
        ("p_median", {"p": 1, "time_limit_s": "long"}, "time_limit_s: found .long."),
        ("max_cover", {"p": 1, "radius": np.nan}, "radius: found nan"),
        ("facility_location", {"opening": {"f0": 1.0}}, 'id "f27".*opening: found nothing'),
        ("facility_location", {"opening": "dear"}, "opening: found a str"),
        ("facility_location", {"opening": 1.0, "single_source": "yes"}, "single_source: found .yes."),
        ("facility_location", {"opening": 1.0, "capacity": {"zz": 1.0}}, "capacity: found .zz."),
        ("p_median", {"p": 1, "required": ["zz"]}, "required: found .zz.; expected the label of a candidate"),
        ("p_median", {"p": 1, "forbidden": "f0"}, "forbidden: found .f0.; expected a list"),
        ("p_median", {"p": 1, "max_cost": -1}, "max_cost: found -1"),
        ("p_median", {"p": 1, "demand": [1.0] * 6}, "demand: found a list"),
    ],
)
def test_a_bad_option_is_named(problem, options, words):
    with pytest.raises(InputError, match=words):
        coopgeo.locate(TOWN, PLACES, SITES, problem, **options)


def test_the_solution_is_that_of_siting():
    found = coopgeo.locate(TOWN, PLACES, SITES, by="length_m", p=2)
    assert isinstance(found.solution, siting.Solution)
    assert repr(found).startswith("Located([")


@pytest.mark.parametrize(
    "ask",
    [
        lambda roads: coopgeo.locate(roads, PLACES, SITES, p=1),
        lambda roads: catchments.allocate(roads, PLACES, SITES),
        lambda roads: catchments.accessibility(roads, PLACES, SITES, 600.0),
        lambda roads: catchments.overlap(roads, PLACES, SITES, 600.0),
        lambda roads: catchments.service_areas(roads, SITES, 600.0),
        lambda roads: catchments.reached_edges(roads, SITES.iloc[:1], 600.0),
    ],
)
@pytest.mark.parametrize(("roads", "found"), [(None, "None"), ("data/raw", '"data/raw"')])
def test_what_is_no_network_is_named(ask, roads, found):
    with pytest.raises(InputError, match=f"roads: found {found}; expected a RoadNetwork"):
        ask(roads)


def test_a_label_of_another_kind_is_named():
    with pytest.raises(InputError, match=r"required: found .*a.*; expected the label of a candidate"):
        coopgeo.locate(TOWN, PLACES, SITES, p=1, required=[["a"]])
