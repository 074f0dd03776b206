"""Service areas: on the embedded atlas, on a made-up grid of streets, and on real extracts."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo.catchments import reached_edges, service_areas
from coopgeo.errors import InputError
from coopgeo.roads import CAR, RoadNetwork, read

EXTRACTS = ["andorra.osm.pbf", "Helsinki.osm.pbf", "monaco.osm.gz", "rouen/rouen_center.osm"]


def streets(size=8, block_m=400.0, *, one_way=False):
    """A town of square blocks; every second street one way, if asked for."""
    grid = nx.grid_2d_graph(size, size, create_using=nx.MultiDiGraph)
    grid.graph["crs"] = "EPSG:2154"
    for (i, j), data in grid.nodes(data=True):
        data.update(x=500_000 + block_m * i, y=6_900_000 + block_m * j)
    if one_way:
        grid.remove_edges_from(
            [(u, v, 0) for u, v in list(grid.edges()) if u[1] == v[1] and (u[0] < v[0]) == (u[1] % 2 == 0)]
        )
    for *_, data in grid.edges(keys=True, data=True):
        data.update(length=block_m, highway="residential", osmid=1)
    return RoadNetwork.from_networkx(nx.convert_node_labels_to_integers(grid, ordering="sorted"), CAR)


TOWN, ONE_WAY = streets(), streets(one_way=True)


def at(roads, *nodes):
    points = roads.nodes.geometry.iloc[list(nodes)]
    return gpd.GeoSeries(points.to_numpy(), index=[f"f{n}" for n in nodes], crs=roads.nodes.crs)


def inside(roads, area):
    return shapely.contains_xy(area, *shapely.get_coordinates(roads.nodes.geometry.to_numpy()).T)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([TOWN, ONE_WAY]),
    st.lists(st.integers(0, 63), min_size=1, max_size=3, unique=True),
    st.sampled_from(["to", "from"]),
    st.sampled_from(["overlapping", "split", "merged"]),
    st.lists(st.sampled_from([150.0, 399.0, 400.0, 900.0, 1700.0]), min_size=1, max_size=3, unique=True),
    st.sampled_from([150.0, 700.0]),
    st.booleans(),
)
def test_areas_hold_the_nodes_reached_and_nest(roads, nodes, direction, overlap, breaks, width_m, rings):
    facilities = at(roads, *nodes)
    if rings:
        rows = service_areas(
            roads, facilities, breaks, by="length_m", direction=direction, overlap=overlap, width_m=width_m, rings=True
        )
        assert rows.geometry.is_valid.all()
        assert rows.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    table = service_areas(
        roads, facilities, breaks, by="length_m", direction=direction, overlap=overlap, width_m=width_m
    )
    assert table.geometry.is_valid.all()
    assert table.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    names = ["all"] if overlap == "merged" else sorted(facilities.index)
    assert list(zip(table["facility"], table["break_value"], strict=True)) == [
        (name, value) for name in names for value in sorted(breaks)
    ]
    costs = {
        name: roads.tree(place, "length_m", direction=direction).reindex(roads.nodes.index).fillna(np.inf).to_numpy()
        for name, place in facilities.items()
    }
    least = np.min(list(costs.values()), axis=0)
    first = [sorted(costs)[k] for k in np.argmin([costs[name] for name in sorted(costs)], axis=0)]
    for name, rows in table.groupby("facility"):
        areas = rows.sort_values("break_value").geometry.to_list()
        for smaller, larger in pairwise(areas):
            assert shapely.difference(smaller, larger).area < 1e-6
        for value, area in zip(sorted(breaks), areas, strict=True):
            own = least if overlap == "merged" else costs[name]
            expected = own <= value
            if overlap == "split":
                expected &= np.array(first) == name
            np.testing.assert_array_equal(inside(roads, area), expected)
    if overlap == "split":
        longest = table[table["break_value"] == max(breaks)].geometry.to_numpy()
        assert sum(area.area for area in longest) == pytest.approx(shapely.union_all(longest).area, abs=1.0)


def test_rings_are_what_lies_between_breaks():
    facilities, breaks = at(TOWN, 27), [400.0, 900.0, 1700.0]
    whole = service_areas(TOWN, facilities, breaks, by="length_m").geometry.to_numpy()
    rings = service_areas(TOWN, facilities, breaks, by="length_m", rings=True).geometry.to_numpy()
    assert shapely.union_all(rings).area == pytest.approx(whole[-1].area)
    assert sum(ring.area for ring in rings) == pytest.approx(whole[-1].area)
    assert rings[0].equals(whole[0])


def test_to_is_from_on_the_roads_turned_round():
    turned = RoadNetwork.for_vehicle(
        ONE_WAY.nodes,
        ONE_WAY.edges.assign(
            u=ONE_WAY.edges["v"], v=ONE_WAY.edges["u"], geometry=shapely.reverse(ONE_WAY.edges.geometry)
        ),
        CAR,
        name="turned",
    )
    to = service_areas(ONE_WAY, at(ONE_WAY, 19), [900.0], by="length_m", direction="to").geometry.iloc[0]
    back = service_areas(turned, at(ONE_WAY, 19), [900.0], by="length_m", direction="from").geometry.iloc[0]
    other = service_areas(ONE_WAY, at(ONE_WAY, 19), [900.0], by="length_m", direction="from").geometry.iloc[0]
    assert shapely.symmetric_difference(to, back).area < 1.0
    assert shapely.symmetric_difference(to, other).area > 10_000


def test_edges_are_cut_exactly_at_the_break():
    edges = reached_edges(TOWN, TOWN.nodes.geometry.iloc[27], 1000.0, by="length_m", direction="from")
    np.testing.assert_allclose(edges.geometry.length, edges["share"] * edges["length_m"])
    costs = TOWN.tree(TOWN.nodes.geometry.iloc[27], "length_m")
    np.testing.assert_allclose(
        np.minimum(costs.loc[edges["u"]].to_numpy() + 400.0, 1000.0),
        costs.loc[edges["u"]].to_numpy() + edges["share"] * 400.0,
    )
    ends = shapely.get_point(edges.geometry.to_numpy(), 0)
    starts = TOWN.nodes.geometry.loc[edges["u"]].to_numpy()
    assert shapely.distance(ends, starts).max() < 1e-6
    to = reached_edges(TOWN, TOWN.nodes.geometry.iloc[27], 1000.0, by="length_m", direction="to")
    assert (
        shapely.distance(
            shapely.get_point(to.geometry.to_numpy(), -1), TOWN.nodes.geometry.loc[to["v"]].to_numpy()
        ).max()
        < 1e-6
    )


def test_a_start_cost_makes_the_area_smaller_and_a_vehicle_changes_it():
    facilities = at(TOWN, 27, 45)
    plain, late = (service_areas(TOWN, facilities, [120.0], start_cost=cost) for cost in (None, {"f27": 60.0}))
    assert late.geometry.iloc[0].area < plain.geometry.iloc[0].area
    assert late.geometry.iloc[1].equals(plain.geometry.iloc[1])
    slow = service_areas(
        TOWN,
        facilities,
        [120.0],
        vehicle=CAR.__class__(**{**CAR.__dict__, "speeds_kmh": {k: v / 2 for k, v in CAR.speeds_kmh.items()}}),
    )
    assert (slow.geometry.area < plain.geometry.area).all()


def test_water_is_not_claimed_and_separates():
    river = gpd.GeoSeries([shapely.box(501_450, 6_899_000, 501_550, 6_904_000)], crs="EPSG:2154")
    open_to, shut = (
        service_areas(TOWN, at(TOWN, 9), [3000.0], by="length_m", barriers=b).geometry.iloc[0] for b in (None, river)
    )
    assert shapely.intersection(shut, river.iloc[0]).area < 1e-6
    assert open_to.bounds[2] > 501_600
    assert shut.bounds[2] <= 501_450
    line = gpd.GeoSeries([shapely.LineString([(501_500, 6_899_000), (501_500, 6_904_000)])], crs="EPSG:2154")
    assert (
        service_areas(TOWN, at(TOWN, 9), [3000.0], by="length_m", barriers=line).geometry.iloc[0].bounds[2] <= 501_500
    )


def test_a_larger_width_fills_the_blocks_but_leaves_what_lies_nearer_to_other_roads():
    country = streets(6, 1000.0)
    facilities = at(country, 14)
    narrow, wide = (
        service_areas(country, facilities, [2500.0], by="length_m", width_m=width).geometry.iloc[0]
        for width in (150.0, 800.0)
    )
    assert shapely.difference(narrow, wide).area < 1.0
    assert wide.area > 1.5 * narrow.area  # the inside of the blocks
    reached = reached_edges(country, facilities.iloc[0], 2500.0, by="length_m").geometry.union_all()
    unreached = shapely.difference(shapely.union_all(country.edges.geometry.to_numpy()), shapely.buffer(reached, 1.0))
    shapely.prepare(wide)
    rng = np.random.default_rng(0)
    spots = shapely.points(rng.uniform(*np.reshape(wide.bounds, (2, 2)), (2_000, 2)))
    spots = spots[shapely.contains(wide, spots)]
    to_reached, to_others = shapely.distance(spots, reached), shapely.distance(spots, unreached)
    far = to_reached > 150 + 40
    assert far.any()
    assert (to_reached[far] <= to_others[far] + 60).all()  # a cell of the grid, and the step between spots


@pytest.mark.parametrize("overlap", ["overlapping", "split"])
def test_a_wide_area_ends_half_way_to_a_parallel_road_that_is_not_its_own(overlap):
    """Two roads 1,300 m apart that meet far away only: the ground is shared at 650 m."""
    graph = nx.MultiDiGraph(crs="EPSG:2154")
    for node, (x, y) in enumerate([(0, 0), (2_000, 0), (6_000, 650), (2_000, 1_300), (0, 1_300)]):
        graph.add_node(node, x=500_000.0 + x, y=6_900_000.0 + y)
    for u, v in pairwise(range(5)):
        length = np.hypot(graph.nodes[u]["x"] - graph.nodes[v]["x"], graph.nodes[u]["y"] - graph.nodes[v]["y"])
        graph.add_edge(u, v, length=length, highway="tertiary", osmid=u)
        graph.add_edge(v, u, length=length, highway="tertiary", osmid=u)
    roads = RoadNetwork.from_networkx(graph, CAR)
    facilities = at(roads, 0, 4) if overlap == "split" else at(roads, 0)
    area = (
        service_areas(roads, facilities, [1_900.0], by="length_m", overlap=overlap, width_m=1_000)
        .set_index("facility")
        .geometry["f0"]
    )
    within = shapely.intersection(area, shapely.box(500_200, 6_890_000, 501_500, 6_910_000))
    assert within.bounds[3] == pytest.approx(6_900_650, abs=30)
    assert within.bounds[1] == pytest.approx(6_899_000, abs=30)


def test_nothing_reached_is_an_empty_area():
    area = service_areas(TOWN, at(TOWN, 9), [10.0], by="length_m", start_cost={"f9": 50.0}).geometry.iloc[0]
    assert area.is_empty


@pytest.mark.parametrize("name", EXTRACTS)
@pytest.mark.parametrize(("by", "value"), [("time_s", 120.0), ("time_s", 600.0), ("length_m", 1500.0)])
def test_real_extracts(shared, name, by, value):
    roads = read(shared / "bench" / "roads" / name, CAR, spacing_m=0)
    places = np.flatnonzero(roads.nodes["joined"] & roads.nodes["access"])
    for k in (len(places) // 3, len(places) // 2):
        place = roads.nodes.geometry.iloc[places[k]]
        area = service_areas(roads, gpd.GeoSeries([place], crs=roads.nodes.crs), [value], by=by).geometry.iloc[0]
        assert area.is_valid
        strip = shapely.union_all(shapely.buffer(reached_edges(roads, place, value, by=by).geometry.to_numpy(), 150))
        assert shapely.intersection(area, strip).area / shapely.union(area, strip).area >= 0.89
        reached = roads.nodes.index.isin(roads.tree(place, by, limit=value, direction="to").index)
        within = inside(roads, area)
        assert within[reached].all()
        assert within[~reached].mean() <= 0.02 or (~reached).sum() < 50


@pytest.mark.parametrize(("name", "minutes"), [("andorra.osm.pbf", [5, 10, 20]), ("rouen/rouen_center.osm", [1, 2, 3])])
def test_rings_of_split_areas_are_ground_alone_and_do_not_overlap(shared, name, minutes):
    roads = read(shared / "bench" / "roads" / name, CAR, spacing_m=0)
    usable = roads.nodes.geometry[roads.nodes["joined"] & roads.nodes["access"]]
    facilities = gpd.GeoSeries(
        usable.iloc[[len(usable) // 4, len(usable) // 2]].to_numpy(), index=["a", "b"], crs=roads.nodes.crs
    )
    areas = service_areas(roads, facilities, [60.0 * m for m in minutes], overlap="split", rings=True)
    assert areas.geometry.is_valid.all()
    assert areas.geom_type.isin(["Polygon", "MultiPolygon"]).all()  # no lines where outlines touch
    assert areas.geometry.union_all().area == pytest.approx(areas.geometry.area.sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"breaks": []}, "breaks: found none; expected one at least"),
        (
            {"breaks": [100, -5, np.nan, "x"]},
            "breaks: found -5; expected a number above 0\n.*breaks: found nan.*\n.*breaks: found .?x",
        ),
        ({"direction": "there"}, "direction: found .there.; expected one of to, from"),
        ({"overlap": "none"}, 'overlap: found "none"; expected one of overlapping, split, merged'),
        (
            {"start_cost": {"z": 1.0, "f9": -1.0}},
            r"start_cost: found .z.; expected the id of a facility\n.*f9.*, start_cost: found -1",
        ),
        ({"facilities": at(TOWN, 9).iloc[:0]}, "facilities: found none"),
        ({"facilities": at(TOWN, 9, 9)}, "facilities: found .f9.; expected ids that differ"),
        (
            {"facilities": gpd.GeoSeries([shapely.Point(0, 0)], index=["far"], crs="EPSG:2154")},
            'id "far".*no road within',
        ),
        ({"width_m": 80.0}, "width_m: found 80.0; expected 150 to 10000"),
        ({"by": "name"}, 'weight: found "name"'),
    ],
)
def test_bad_input(change, words):
    arguments = {"facilities": at(TOWN, 9), "breaks": [100.0], **change}
    with pytest.raises(InputError, match=words):
        service_areas(TOWN, arguments.pop("facilities"), arguments.pop("breaks"), **arguments)


@pytest.mark.parametrize("direction", ["to", "from"])
def test_a_facility_between_two_nodes_reaches_both_ways_along_its_street(direction):
    """150 m from the west end of its street of 400 m: 100 m reach to both sides, 200 m over the western corner."""
    west = TOWN.nodes.geometry.iloc[9]
    shop = gpd.GeoSeries([shapely.Point(west.x, west.y + 150)], crs=TOWN.nodes.crs)
    near = reached_edges(TOWN, shop, 100.0, by="length_m", direction=direction)
    assert len(near) == 2  # a direction each
    assert near["share"].tolist() == [pytest.approx(100 / 400)] * 2
    assert shapely.length(shapely.union_all(near.geometry.to_numpy())) == pytest.approx(200)
    far = reached_edges(TOWN, shop, 200.0, by="length_m", direction=direction)
    assert shapely.length(shapely.union_all(far.geometry.to_numpy())) == pytest.approx(150 + 200 + 3 * 50)
    (area,) = service_areas(TOWN, shop.set_axis(["shop"]), [100.0], by="length_m", direction=direction).geometry
    assert area.contains(shop.iloc[0])
    assert not inside(TOWN, area).any()


def test_a_road_reached_from_both_ends_is_cut_in_the_middle():
    """One-way round a block, the facility half-way: what is left of its own street is reached from its other end."""
    corners = {"a": (0, 0), "b": (400, 0), "c": (400, 400), "d": (0, 400)}
    rows = [*zip("abcd", "bcda", strict=True)]
    lines = [shapely.LineString([corners[u], corners[v]]) for u, v in rows]
    edges = gpd.GeoDataFrame(rows, columns=["u", "v"], geometry=lines, crs="EPSG:2154")
    edges = edges.assign(highway="residential", length_m=400.0)
    nodes = gpd.GeoDataFrame(
        {"access": True}, index=list(corners), geometry=shapely.points([*corners.values()]), crs=2154
    )
    ring = RoadNetwork.for_vehicle(nodes, edges, CAR, name="ring")
    shop = gpd.GeoSeries([shapely.Point(200, 0)], crs=2154)
    reached = reached_edges(ring, shop, 1500.0, by="length_m", direction="from")
    assert reached["share"].tolist() == [pytest.approx(share) for share in (0.75, 1, 1, 1)]
    assert reached.geometry.iloc[0].equals_exact(
        shapely.MultiLineString([[(0, 0), (100, 0)], [(200, 0), (400, 0)]]), 1e-6
    )
