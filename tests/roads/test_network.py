"""A network of two banks, a toll bridge and a ferry, looked at as a planner would ask."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coopgeo import travel
from coopgeo.errors import InputError, NoPathError
from coopgeo.roads import RoadNetwork, Vehicle

CRS = "EPSG:2154"
SPEEDS = {"primary": 60.0, "ferry": 10.0, "unclassified": 36.0, "motorway": 0.0}
TRUCK = Vehicle("truck", "camion", "lorry", 44, 90, 26, 1.0, 60.0, 1.0, 0.33, SPEEDS)


def network(vehicle=TRUCK, **changes):
    """North a-b, south c-d; bridge a-c with a toll, ferry b-d with a wait; z lies alone."""
    at = {"a": (0, 1000), "b": (6000, 1000), "c": (0, -1000), "d": (6000, -1000), "z": (50_000, 50_000)}
    nodes = gpd.GeoDataFrame(
        {"name": list(at), "access": True}, index=list(at), geometry=[shapely.Point(p) for p in at.values()], crs=CRS
    )
    links = [("a", "b", "primary", "", 6000.0, 0.0, np.inf, 0.0), ("c", "d", "primary", "", 6000.0, 0.0, np.inf, 0.0)]
    links += [
        ("a", "c", "primary", "bridge", 2000.0, 7.0, np.inf, 0.0),
        ("b", "d", "ferry", "ferry", 2000.0, 0.0, 44.0, 600.0),
    ]
    rows = [link for u, v, *rest in links for link in ((u, v, *rest), (v, u, *rest))]
    columns = ["u", "v", "highway", "crossing", "length_m", "toll_eur", "max_weight_t", "fixed_time_s"]
    edges = gpd.GeoDataFrame(
        rows, columns=columns, geometry=[shapely.LineString([at[r[0]], at[r[1]]]) for r in rows], crs=CRS
    )
    barrier = shapely.LineString([(-5000, 0), (60_000, 0)])
    return RoadNetwork.for_vehicle(
        nodes, edges.assign(**{"ref": "", "name": "", **changes}), vehicle, name="test", barrier=barrier
    )


def points(*xy):
    return gpd.GeoSeries([shapely.Point(p) for p in xy], crs=CRS)


B, D = points((6000, 1000)), points((6000, -1000))


def test_time_takes_the_ferry_with_its_wait():
    assert network().matrix(B, D)[0, 0] == pytest.approx(600)


def test_cost_counts_kilometres_hours_and_toll():
    by_ferry = 1.0 * 2 + 60 * 600 / 3600
    by_bridge = 1.0 * 14 + 60 * (14 / 60) + 7
    assert network().matrix(B, D, "cost_eur")[0, 0] == pytest.approx(min(by_ferry, by_bridge))
    assert network().with_changes(ferries=False).matrix(B, D, "cost_eur")[0, 0] == pytest.approx(by_bridge)


def test_closing_a_bridge_and_the_ferries_parts_the_banks():
    parted = network().with_changes(closed=["bridge"], ferries=False)
    assert np.isinf(parted.matrix(B, D)).all()
    with pytest.raises(NoPathError, match="no road open to"):
        parted.path(B[0], D[0])


def test_a_weight_limit_closes_a_crossing_to_the_heavy_only():
    assert network().with_changes(max_weight_t={"ferry": 38}).matrix(B, D)[0, 0] == pytest.approx(14_000 / (60 / 3.6))
    light = Vehicle(**{**vars(TRUCK), "gross_t": 3.5})
    assert network(light).with_changes(max_weight_t={"ferry": 38}).matrix(B, D)[0, 0] == pytest.approx(600)


def test_speed_factor_and_toll():
    slow = network().with_changes(speed_factor=0.5, toll_eur={"bridge": 0.0}, ferries=False)
    assert slow.matrix(B, D)[0, 0] == pytest.approx(2 * 14_000 / (60 / 3.6))
    assert slow.matrix(B, D, "cost_eur")[0, 0] == pytest.approx(14 + 60 * 14 / 30)


def test_changes_leave_the_network_as_it_was():
    roads = network()
    before = roads.matrix(B, D)
    roads.with_changes(closed=["bridge"], speed_factor=0.1)
    assert roads.matrix(B, D) == before


@pytest.mark.parametrize("change", [{"closed": ["tunnel"]}, {"speed_factor": 0.0}, {"toll_eur": {"tunnel": 1.0}}])
def test_unknown_changes_are_refused(change):
    with pytest.raises(InputError, match="with_changes has 1 fault"):
        network().with_changes(**change)


def test_a_point_is_snapped_on_its_own_bank():
    """100 m north of the river lies b at 900 m and d at 1,100 m; once the river flows between, d it is."""
    roads = network()
    place = points((6000, 100))
    assert roads.snap(place)["node"].tolist() == ["b"]
    diverted = replace(roads, barrier=shapely.LineString([(-5000, 500), (60_000, 500)]))
    assert diverted.snap(place)["node"].tolist() == ["d"]
    assert diverted.snap(place)["snap_m"].tolist() == [pytest.approx(1100)]


def test_a_point_whose_nodes_all_lie_over_the_river_is_refused():
    moat = shapely.box(5900, 0, 6100, 200).exterior
    with pytest.raises(InputError, match="the nearest lie over the river"):
        replace(network(), barrier=moat).snap(points((6000, 100)))


def test_snap_keeps_the_index_and_takes_any_crs():
    places = points((10, 1000), (6000, -900)).set_axis(["x", "y"])
    snapped = network().snap(places.to_crs("EPSG:4326"))
    assert snapped.index.tolist() == ["x", "y"]
    assert snapped["node"].tolist() == ["a", "d"]
    assert snapped.crs == CRS


def test_snap_names_every_point_that_is_too_far():
    with pytest.raises(InputError) as error:
        network().snap(points((0, 1000), (0, 90_000), (0, -90_000)), max_snap_m=500)
    assert 'id "1", id "2": found no road within 500 m' in str(error.value)


def test_snap_needs_a_crs():
    with pytest.raises(InputError, match="found no CRS"):
        network().snap(gpd.GeoSeries([shapely.Point(0, 0)]))


def test_path_adds_up_to_the_matrix():
    roads = network()
    start, end = points((200, 1500)), points((5800, -1500))
    for weight in ("time_s", "length_m", "cost_eur"):
        edges = roads.path(start[0], end[0], weight)
        assert edges[weight].sum() == pytest.approx(roads.matrix(start, end, weight)[0, 0])
        assert edges["highway"].iloc[0] == edges["highway"].iloc[-1] == "access"


def test_two_places_of_one_node_are_joined_directly():
    """Both lie west of a, where the road ends."""
    roads = network()
    near, far = points((-100, 1100)), points((-100, 900))
    assert roads.matrix(near, far, "length_m")[0, 0] == pytest.approx(200 * 1.3)
    assert roads.matrix(near, near)[0, 0] == 0
    assert roads.path(near[0], far[0], "length_m")["length_m"].sum() == pytest.approx(260)


def test_unknown_weight():
    with pytest.raises(InputError, match="expected a numeric column"):
        network().matrix(B, D, "beauty")


def test_a_dead_end_of_one_way_streets_is_no_place_to_snap_to():
    roads = network()
    into_c_only = roads.edges[(roads.edges["u"] != "c") & (roads.edges["v"] != "d")].reset_index(drop=True)
    one_way = RoadNetwork.for_vehicle(roads.nodes, into_c_only, roads.vehicle, name="one way")
    assert one_way.snap(points((0, -1000)))["node"].tolist() != ["c"]


def test_no_way_to_an_island_is_inf_in_the_matrix_and_an_error_as_a_path():
    nodes, edges = network().nodes, network().edges
    one_way = edges[edges["u"].isin(["a"]) | edges["v"].isin(["a"])]
    cut = RoadNetwork(
        nodes, one_way.assign(time_s=np.where(one_way["u"] == "b", np.inf, one_way["time_s"])), TRUCK, "cut"
    )
    graph = cut.graph()
    assert np.isinf(travel.matrix(graph, np.array([1]), np.array([0]))[0, 0])
    with pytest.raises(NoPathError):
        travel.path(graph, 1, 0)
