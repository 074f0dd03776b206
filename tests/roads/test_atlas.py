"""The atlas compiled from small tables: five villages in a row on each bank of a straight river, a bridge, a ferry."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from coopgeo.errors import InputError
from coopgeo.roads.atlas import AtlasTables
from coopgeo.roads.barriers import course

CRS = "EPSG:2154"
BARRIER = course(np.array([shapely.LineString([(2_000, 0), (20_000, 0)])]), mouth="west")
WINDING = {"motorway": 1.0, "primary": 1.1, "tertiary": 1.25, "ferry": 1.0}


def _communes() -> gpd.GeoDataFrame:
    north = {f"7600{i}": (3_000 * i, 2_000 + 100 * i, "right") for i in range(5)}
    south = {f"2700{i}": (3_000 * i + 500, -2_000 - 70 * i, "left") for i in range(5)}
    rows = north | south
    points = gpd.points_from_xy([x for x, _, _ in rows.values()], [y for _, y, _ in rows.values()])
    return gpd.GeoDataFrame(
        {"name": list(rows), "bank": [bank for *_, bank in rows.values()]},
        index=list(rows),
        geometry=points,
        crs=CRS,
    )


def _junctions(kinds: dict[str, str] | None = None) -> gpd.GeoDataFrame:
    at = {
        "bridge-north": ("bridgehead", 6_000, 400),
        "bridge-south": ("bridgehead", 6_000, -400),
        "ferry-north": ("ferry_landing", 10_000, 200),
        "ferry-south": ("ferry_landing", 10_000, -200),
        "curve": ("bend", 4_500, 5_000),
    }
    frame = pd.DataFrame.from_dict(at, orient="index", columns=["kind", "x", "y"])
    frame["kind"] = [(kinds or {}).get(id, kind) for id, kind in zip(frame.index, frame["kind"], strict=True)]
    return gpd.GeoDataFrame(
        frame[["kind"]].assign(name=frame.index), geometry=gpd.points_from_xy(frame.x, frame.y), crs=CRS
    )


def _axes(*more: tuple[str, str, str]) -> pd.DataFrame:
    rows = [("d1", "primary", "76000 76001 76002 bridge-north"), ("a1", "motorway", "76001 curve 76003"), *more]
    frame = pd.DataFrame(rows, columns=["id", "highway", "waypoints"])
    return frame.assign(
        ref=frame["id"].str.upper(),
        name="Route " + frame["id"],
        toll_eur_km=np.where(frame.highway == "motorway", 0.25, 0.0),
    )


def _crossings(**changes: object) -> pd.DataFrame:
    rows = {
        "id": ["bridge", "ferry"],
        "name": ["Bridge", "Ferry"],
        "kind": ["bridge", "ferry"],
        "ref": ["D1", ""],
        "highway": ["primary", "ferry"],
        "from_junction": ["bridge-north", "ferry-north"],
        "to_junction": ["bridge-south", "ferry-south"],
        "length_m": [950.0, np.nan],
        "wait_min": [0.0, 9.0],
        "sailing_min": [0.0, 2.0],
        "toll_eur": [7.0, 0.0],
        "max_weight_t": [np.nan, 3.5],
    }
    return pd.DataFrame(rows | changes)


def _classes(**factors: float) -> pd.DataFrame:
    return pd.DataFrame((WINDING | factors).items(), columns=["highway", "winding_factor"])


def _build(**tables: object) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    defaults = {
        "communes": _communes(),
        "junctions": _junctions(),
        "axes": _axes(),
        "crossings": _crossings(),
        "classes": _classes(),
        "barrier": BARRIER,
    }
    return AtlasTables(**(defaults | tables), crs=CRS).build()


def _ends(edges: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    return set(zip(edges["u"], edges["v"], strict=True))


def _of(edges: gpd.GeoDataFrame, u: str, v: str) -> pd.Series:
    (row,) = [edge for _, edge in edges[(edges["u"] == u) & (edges["v"] == v)].iterrows()]
    return row


def test_only_crossings_pass_the_river():
    _, edges = _build()
    passing = edges[edges.intersects(BARRIER)]
    assert set(passing["crossing"]) == {"bridge", "ferry"}
    assert len(passing) == 4


def test_the_mouth_is_closed_west_of_the_known_course():
    _, edges = _build(communes=_communes().assign(bank="straddles"))
    assert not {("76000", "27000"), ("27000", "76000")} & _ends(edges)


def test_communes_of_two_banks_are_parted_even_beyond_the_upper_end_of_the_line():
    no_ferry = {"junctions": _junctions().drop(["ferry-north", "ferry-south"]), "crossings": _crossings().iloc[[0]]}
    _, edges = _build(**no_ferry, barrier=shapely.LineString([(2_000, 0), (7_000, 0)]))
    land = edges[edges["crossing"] == ""]
    assert not [(u, v) for u, v in _ends(land) if {u[:2], v[:2]} == {"76", "27"}]


def test_lengths_are_straight_lengths_times_the_winding_factor_of_the_class():
    nodes, edges = _build()
    roads = edges[edges["crossing"] == ""]
    straight = nodes.geometry.loc[roads["u"]].distance(nodes.geometry.loc[roads["v"]], align=False).to_numpy()
    np.testing.assert_allclose(roads["length_m"], straight * roads["highway"].map(WINDING))
    np.testing.assert_allclose(edges.geometry.length[roads.index], straight)


def test_a_crossing_keeps_its_own_length_toll_weight_limit_and_wait():
    _, edges = _build()
    bridge, ferry = _of(edges, "bridge-south", "bridge-north"), _of(edges, "ferry-north", "ferry-south")
    assert (bridge["length_m"], bridge["toll_eur"], bridge["max_weight_t"], bridge["fixed_time_s"]) == (
        950.0,
        7.0,
        np.inf,
        0.0,
    )
    assert (ferry["length_m"], ferry["toll_eur"], ferry["max_weight_t"], ferry["fixed_time_s"]) == (
        400.0,
        0.0,
        3.5,
        660.0,
    )


def test_the_toll_of_an_axis_goes_with_its_length():
    _, edges = _build()
    toll = _of(edges, "76001", "curve")
    assert toll["toll_eur"] == pytest.approx(0.25 * toll["length_m"] / 1000)
    assert set(edges.loc[edges["highway"] == "tertiary", "toll_eur"]) == {0.0}


def test_every_edge_has_its_way_back_with_the_geometry_reversed():
    _, edges = _build()
    columns = ["highway", "ref", "name", "crossing", "length_m", "toll_eur", "max_weight_t", "fixed_time_s"]
    there = edges.set_index(["u", "v"])
    back = edges.rename(columns={"u": "v", "v": "u"}).set_index(["u", "v"])
    assert there.index.is_unique
    assert_frame_equal(there[columns], back.loc[there.index, columns])
    assert shapely.equals_exact(
        there.geometry.to_numpy(), shapely.reverse(back.geometry.loc[there.index].to_numpy())
    ).all()


def test_edges_run_from_u_to_v():
    nodes, edges = _build()
    first, last = shapely.get_point(edges.geometry.to_numpy(), 0), shapely.get_point(edges.geometry.to_numpy(), -1)
    assert shapely.equals(first, nodes.geometry.loc[edges["u"]].to_numpy()).all()
    assert shapely.equals(last, nodes.geometry.loc[edges["v"]].to_numpy()).all()


def test_the_mesh_is_the_gabriel_graph_of_what_is_no_bend():
    nodes, edges = _build(axes=_axes().iloc[[1]])
    met = nodes[nodes["access"]]
    xy = shapely.get_coordinates(met.geometry.to_numpy())
    expected = set()
    for i, a in enumerate(met.index):
        for j, b in enumerate(met.index[:i]):
            others = np.delete(np.hypot(*(xy - (xy[i] + xy[j]) / 2).T), [i, j])
            wet = shapely.LineString([xy[i], xy[j]]).intersects(BARRIER)
            if others.min() >= np.hypot(*(xy[i] - xy[j])) / 2 and not wet and {a, b} != {"76001", "76003"}:
                expected |= {(a, b), (b, a)}
    assert _ends(edges[edges["highway"] == "tertiary"]) == expected


def test_the_mesh_does_not_double_an_axis_even_by_way_of_a_bend():
    _, edges = _build()
    assert set(edges.loc[(edges["u"] == "76000") & (edges["v"] == "76001"), "highway"]) == {"primary"}
    straight = {"bridge-north": "bend", "curve": "bend", "ferry-north": "bend"}
    _, joined = _build(junctions=_junctions(straight), axes=_axes(("a2", "motorway", "76002 curve 76003")).iloc[[0, 2]])
    assert ("76002", "76003") not in _ends(joined)


def test_a_bend_is_met_by_its_axes_only():
    nodes, edges = _build()
    assert set(edges.loc[edges["u"] == "curve", "highway"]) == {"motorway"}
    assert not nodes.loc["curve", "access"]


def test_of_two_axes_on_one_road_the_first_names_it():
    _, edges = _build(axes=_axes(("a9", "motorway", "76002 76001")))
    assert _of(edges, "76002", "76001")["name"] == "Route d1"


def test_same_tables_same_atlas():
    first, second = _build(), _build()
    assert_frame_equal(first[0], second[0])
    assert_frame_equal(first[1], second[1])


def test_tables_in_degrees_give_the_same_network():
    nodes, edges = _build()
    degrees = {"communes": _communes().to_crs(4326), "junctions": _junctions().to_crs(4326)}
    there, links = _build(**degrees)
    assert (there.crs, list(there.index)) == (nodes.crs, list(nodes.index))
    np.testing.assert_allclose(links["length_m"], edges["length_m"], atol=0.01)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"axes": _axes(("d2", "primary", "76001 76 114"))},
            r'axes.csv: row 4 \(id "d2"\), waypoints: found "76"; expected an id of junctions.csv',
        ),
        (
            {"axes": _axes(("d2", "primary", "76001"))},
            r'row 4 \(id "d2"\), waypoints: found "76001"; expected 2 way points',
        ),
        ({"axes": _axes(("d2", "footway", "76001 76002"))}, r'row 4 \(id "d2"\), highway: found "footway"'),
        (
            {"axes": _axes(("d2", "primary", "76001 76001"))},
            r'row 4 \(id "d2"\), waypoints: found "76001 76001"; expected two different places',
        ),
        (
            {"axes": _axes(("d2", "primary", "76002 27002"))},
            r'row 4 \(id "d2"\), waypoints: found "76002 27002"; expected no link across a river',
        ),
        ({"axes": _axes(("d1", "primary", "76002 76003"))}, r'row 4 \(id "d1"\), id: found "d1"'),
        (
            {"crossings": _crossings(id=["bridge", "bridge"])},
            r'crossings.csv: row 3 \(id "bridge"\): found "bridge"; expected one row a crossing',
        ),
        (
            {
                "crossings": _crossings(
                    from_junction=["bridge-north", "bridge-south"], to_junction=["bridge-south", "bridge-north"]
                )
            },
            r'crossings.csv: row 3 \(id "ferry"\): found "ferry"; expected one row a crossing',
        ),
        (
            {"crossings": _crossings(to_junction=["nowhere", "ferry-south"])},
            r'row 2 \(id "bridge"\), to_junction: found "nowhere"',
        ),
        (
            {"crossings": _crossings(kind=["tunnel", "ferry"])},
            r'row 2 \(id "bridge"\), kind: found "tunnel"; expected one of bridge, ferry',
        ),
        ({"junctions": _junctions({"curve": "corner"})}, r'junctions.csv: row 6 \(id "curve"\), kind: found "corner"'),
        ({"classes": _classes(primary=0.9)}, r"classes.csv: row 3, winding_factor: found 0.9; expected 1 or more"),
    ],
)
def test_a_fault_names_table_row_and_column(tables, message):
    with pytest.raises(InputError, match=message):
        _build(**tables)


def test_all_faults_of_all_tables_are_told_at_once():
    with pytest.raises(InputError) as error:
        _build(axes=_axes(("d2", "footway", "76001")), crossings=_crossings(kind=["tunnel", "ford"]))
    assert str(error.value).startswith("roads has 4 faults")


def test_a_bridgehead_is_joined_by_its_axis_alone_and_by_the_mesh_where_it_has_none():
    nodes, edges = _build()
    at_north, at_south = ({v for u, v in _ends(edges) if u == head} for head in ("bridge-north", "bridge-south"))
    assert at_north == {"76002", "bridge-south"}
    assert len(at_south) > 1
    assert nodes.loc[["bridge-north", "bridge-south"], "access"].tolist() == [False, True]


def test_the_mesh_cuts_no_corner_of_an_axis():
    """The road goes from 76001 round by 76003 to 76002: there is no other between the neighbours 76001 and 76002."""
    _, edges = _build(axes=_axes().iloc[[1]])
    assert ("76001", "76002") in _ends(edges)
    _, edges = _build(axes=_axes(("d2", "primary", "76001 76003 76002")).iloc[1:])
    assert ("76001", "76002") not in _ends(edges)


def test_a_road_may_wind_more_than_its_class():
    axes = _axes(("d2", "primary", "76003 76004")).assign(winding_factor=[np.nan, np.nan, 1.5])
    nodes, edges = _build(axes=axes)
    straight = nodes.geometry["76003"].distance(nodes.geometry["76004"])
    assert _of(edges, "76003", "76004")["length_m"] == pytest.approx(1.5 * straight)
    assert _of(edges, "76000", "76001")["length_m"] == pytest.approx(
        1.1 * nodes.geometry["76000"].distance(nodes.geometry["76001"])
    )
