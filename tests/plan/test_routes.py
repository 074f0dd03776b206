"""What passes on each road of the valley (see `valley`): lorries go loaded and come back empty.

The east: from landing-b 65 trips (1,460 t), from landing-a 20 (480 t); to the school 36 (720 t), to the pool 25
(500 t). The west: from landing-a 50 (1,200 t), from landing-b 35 (740 t); to both as from the east.
"""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import coopgeo
from coopgeo.plan.cases import other_sites
from coopgeo.plan.local_effects import commune_effects
from coopgeo.plan.routes import flow_paths, road_loads
from tests.plan.valley import KM, straight_road, valley

START_M = 500_000


@pytest.fixture(scope="module")
def found():
    return coopgeo.run(valley(), roads=straight_road())


def by_kilometres(roads, *columns):
    """The columns of each road by the kilometres at its ends (and its stage)."""
    ends = [tuple(sorted((x - START_M) / 1000 for x in (west, east))) for west, _, east, _ in roads.bounds.to_numpy()]
    stages = roads["stage"] if "stage" in roads else [None] * len(roads)
    keys = [(*pair, stage) if stage else pair for pair, stage in zip(ends, stages, strict=True)]
    return dict(zip(keys, roads[list(columns)].itertuples(index=False, name=None), strict=True))


EAST = {  # km, km, stage: passes (twice the trips), tonnes
    (10, 20, "inbound"): (2 * 20, 480),
    (20, 30, "inbound"): (2 * 20, 480),
    (30, 40, "inbound"): (2 * 20, 480),
    (40, 50, "inbound"): (2 * 65, 1_460),
    (30, 40, "outbound"): (2 * 36, 720),
    (40, 50, "outbound"): (2 * 25, 500),
    (50, 54, "outbound"): (2 * 25, 500),
    (54, 70, "outbound"): (2 * 25, 500),
}


def test_lorries_pass_a_road_twice_a_trip(found):
    roads = by_kilometres(found.road_loads, "lorries_year", "tonnes")
    assert set(roads) == set(EAST)
    for road, figures in EAST.items():
        assert roads[road] == pytest.approx(figures), road


def test_flows_of_opposite_directions_add_up_on_a_road(found):
    """The west: what comes from landing-b and what goes to the pool meet between 20 and 50 km."""
    west = other_sites(found.placement, [found.placement.problem.evaluate([3])])[0].outcome
    roads = by_kilometres(west.roads_used, "inbound_t", "outbound_t", "lorries_year", "lorries_day")
    passes = {
        (10, 20): (1_200, 0, 100),
        (20, 30): (740, 1_220, 70 + 72 + 50),
        (30, 40): (740, 500, 70 + 50),
        (40, 50): (740, 500, 70 + 50),
        (50, 54): (0, 500, 50),
        (54, 70): (0, 500, 50),
    }
    assert set(roads) == set(passes)
    for road, figures in passes.items():
        assert roads[road] == pytest.approx((*figures, figures[-1] / 200)), road  # 200 days with haulage


def test_the_busiest_road_comes_last(found):
    passes = found.roads_used["lorries_year"]
    assert passes.is_monotonic_increasing
    assert passes.iloc[-1] == pytest.approx(130 + 50)


def test_the_way_of_a_flow_is_the_road_between_its_places(found):
    for flow in found.flows.itertuples():
        assert flow.geometry.length == pytest.approx(1000 * abs(KM[flow.origin] - KM[flow.destination]))


def test_each_commune_sees_its_busiest_road(found):
    """Amont ends at 2 km, before the first lorry; Aval reaches from 52 to 56 km: 50 passes in 200 days."""
    effects = commune_effects(found)
    assert effects["lorries_day"].to_dict() == pytest.approx({"1": 0, "2": 0.25})
    assert effects["available_kept_t"].to_dict() == pytest.approx({"1": 600, "2": 880})
    assert effects["points"].to_dict() == {"1": "Landing-a", "2": "Landing-b"}
    assert effects["minutes"].to_dict() == pytest.approx({"1": 20, "2": 8})  # the tractor at 30 km/h


def test_what_stands_at_the_landings(found):
    """480 + 400 dry tonnes at landing-b are 960 + 500 t, all used; of the 1,200 t at landing-a, 480."""
    points = found.collection_points
    assert points["tonnes"].to_dict() == pytest.approx({"landing-a": 1_200, "landing-b": 1_460})
    assert points["tonnes_used"].to_dict() == pytest.approx({"landing-a": 480, "landing-b": 1_460})
    assert points["minutes_to_platform"].to_dict() == pytest.approx({"landing-a": 30, "landing-b": 10})


def test_the_platform_of_the_outcome(found):
    platform = found.platforms.loc["east"]
    assert platform["size"] == "large"
    figures = ["capacity_t", "built_m2", "capital_eur", "tonnes_in", "tonnes_out", "units"]
    assert platform[figures].to_list() == pytest.approx([2_000, 4_000, 340_000, 1_940, 1_220, 4_880])


def test_another_choice_of_sites_costs_what_it_costs_more(found):
    other = found.alternatives[0]
    assert found.objective.value_eur_year == pytest.approx(209_700)
    assert (other.sites, other.value_eur_year, other.regret_eur_year) == (
        ("west",),
        *map(pytest.approx, (217_060, 7_360)),
    )


def test_what_passes_a_piece_of_a_road_adds_up_where_a_place_lies_along_it():
    """The depot lies between the end and the town: from there on, the lorries of both pass."""
    roads = straight_road()
    columns = {"stage": "inbound", "vehicle": "lorry", "origin": ["end", "depot"], "destination": "town"}
    flows = pd.DataFrame({**columns, "tonnes": [10.0, 4.0], "passes": [10.0, 4.0]})
    y = roads.nodes.geometry.iloc[0].y
    at = {"end": 18, "depot": 15, "town": 10}
    where = [shapely.Point(START_M + 1000 * km, y) for km in at.values()]
    places = gpd.GeoSeries(where, index=list(at), crs=roads.nodes.crs)
    loads = by_kilometres(
        road_loads(flows, flow_paths({"lorry": roads}, flows, places), roads.nodes.crs), "lorries_year", "tonnes"
    )
    assert {tuple(map(round, key[:2])): row for key, row in loads.items()} == {(10, 15): (14, 14), (15, 18): (10, 10)}
