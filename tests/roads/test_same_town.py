"""One small town in every format: the same roads, directions, limits and classes, whatever tool wrote the file."""

import json
import unicodedata

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest
import shapely

from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork, read

PLACES = {1: (0.60, 49.55), 2: (0.61, 49.55), 3: (0.61, 49.56), 4: (0.60, 49.56)}
# Against the order of the nodes, so that an undirected graph turns it round.
STREETS = [
    (1, 2, {"highway": "residential", "name": "Rue de l’Église"}),
    (2, 3, {"highway": "residential", "access": "private", "maxspeed": "30"}),
    (3, 4, {"highway": "tertiary", "maxweight": "3500"}),
    (4, 1, {"highway": "residential"}),
    (4, 2, {"highway": "tertiary", "oneway": "yes"}),
    (1, 3, {"highway": "busway"}),
]
KINDS = [
    "directed.gpkg", "undirected.gpkg", "directed.graphml", "undirected.graphml", "typed.graphml", "MultiDiGraph",
    "MultiGraph", "town.geojson", "TOWN.SHP", "town.parquet", "hstore.gpkg", "town.osm",
]  # fmt: skip


def osm_file(folder):
    nodes = "".join(f'<node id="{id}" version="1" lat="{lat}" lon="{lon}"/>' for id, (lon, lat) in PLACES.items())
    ways = "".join(
        f'<way id="{id}" version="1"><nd ref="{u}"/><nd ref="{v}"/>'
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for id, (u, v, tags) in enumerate(STREETS, start=10)
    )
    path = folder / "town.osm"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    return path


def osmnx_graph(folder):
    before = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = [*before, "maxweight"]
    try:
        return osmnx.graph_from_xml(osm_file(folder), simplify=False, retain_all=True)
    finally:
        osmnx.settings.useful_tags_way = before


def as_lines():
    table = pd.DataFrame([tags for *_, tags in STREETS]).assign(osmid=range(10, 10 + len(STREETS)))
    return gpd.GeoDataFrame(
        table, geometry=[shapely.LineString([PLACES[u], PLACES[v]]) for u, v, _ in STREETS], crs=4326
    )


def write_lines(path):
    if path.suffix == ".parquet":
        as_lines().to_parquet(path)
    elif path.name == "TOWN.SHP":  # from a Windows machine
        as_lines().to_file(path.with_name("town.shp"))
        for part in list(path.parent.glob("town.*")):
            part.rename(path.parent / part.name.upper())
    elif path.name.startswith("hstore"):  # as GDAL turns OpenStreetMap into layers
        packed = [{key: value for key, value in tags.items() if key != "highway"} for *_, tags in STREETS]
        cells = [", ".join(f'"{key}"=>"{value}"' for key, value in tags.items()) for tags in packed]
        as_lines()[["osmid", "highway", "geometry"]].assign(other_tags=cells).to_file(path)
    else:
        as_lines().to_file(path)


def write_graph(path, graph):
    if path.name == "typed.graphml":
        for *_, data in graph.edges(data=True):
            data.pop("geometry", None)
        nx.write_graphml(nx.MultiDiGraph(graph), path)
    elif path.suffix == ".gpkg":
        osmnx.save_graph_geopackage(graph, path, directed=path.stem == "directed")
    else:
        osmnx.save_graphml(graph if path.stem == "directed" else osmnx.convert.to_undirected(graph), path)


@pytest.fixture(params=KINDS)
def town(request, tmp_path):
    path = tmp_path / request.param
    if path.suffix == ".osm":
        osm_file(tmp_path)
    elif path.stem in ("directed", "undirected", "typed"):
        write_graph(path, osmnx_graph(tmp_path))
    elif path.suffix:
        write_lines(path)
    else:
        graph = osmnx_graph(tmp_path)
        in_memory = graph if path.name == "MultiDiGraph" else osmnx.convert.to_undirected(graph)
        return RoadNetwork.from_networkx(in_memory)
    return read(path, spacing_m=np.inf)


def test_the_same_roads(town):
    edges = town.edges.sort_values("osmid", kind="stable")
    assert sorted(edges["osmid"].astype(int)) == [10, 10, 11, 11, 12, 12, 13, 13, 14]
    facts = edges.assign(osmid=edges["osmid"].astype(int)).drop_duplicates("osmid").set_index("osmid")
    assert facts["highway"].to_dict() == {
        10: "residential",
        11: "residential",
        12: "tertiary",
        13: "residential",
        14: "tertiary",
    }
    assert facts["max_weight_t"].to_dict() == {10: np.inf, 11: 0, 12: 3.5, 13: np.inf, 14: np.inf}
    assert facts["max_speed_kmh"].to_dict() == {10: np.inf, 11: 30, 12: np.inf, 13: np.inf, 14: np.inf}
    assert facts["name"].to_dict() == {10: "Rue de l’Église", 11: "", 12: "", 13: "", 14: ""}
    assert town.unread == ()


def test_the_same_ways(town):
    """The one-way diagonal leads from 4 to 2 only; the private street is closed."""
    corners = gpd.GeoSeries(shapely.points(list(PLACES.values())), index=list(PLACES), crs=4326)
    metres = pd.DataFrame(town.matrix(corners, corners, "length_m"), index=list(PLACES), columns=list(PLACES))
    assert metres.loc[4, 2] == pytest.approx(1326, rel=0.005)
    assert metres.loc[2, 4] == pytest.approx(724 + 1112, rel=0.005)
    assert metres.loc[2, 3] == pytest.approx(724 + 1112 + 724, rel=0.005)
    assert metres.loc[1, 2] == metres.loc[2, 1] == pytest.approx(724, rel=0.005)


def ring(kind=nx.MultiDiGraph, **edge):
    """A street both ways and one more, with these attributes, from 2 to 3."""
    graph = kind(crs="EPSG:4326")
    for id, (lon, lat) in PLACES.items():
        graph.add_node(id, x=lon, y=lat)
    for u, v in ((1, 2), (2, 1)):
        graph.add_edge(u, v, highway="residential", length=720.0)
    graph.add_edge(2, 3, **{"highway": "residential", "length": 1112.0} | edge)
    return graph


@pytest.mark.parametrize(
    "blank", [None, np.nan, "", " ", "nan", "NaN", "None", pd.NA, [], "[]", "[nan]", [np.nan, None]]
)
def test_blank_attributes_say_nothing(blank):
    keys = ("access", "maxweight", "name", "oneway", "hgv:conditional", "max_height_m", "geometry", "osmid", "surface")
    roads = RoadNetwork.from_networkx(ring(**dict.fromkeys(keys, blank)))
    edge = roads.edges.iloc[-1]
    assert (edge["max_weight_t"], edge["max_height_m"], edge["name"], edge["unpaved"]) == (np.inf, np.inf, "", False)
    assert roads.unread == ()


@pytest.mark.parametrize(
    "values",
    [
        ["yes", "private"],
        "['yes', 'private']",
        ("private", None),
        "[nan, 'private']",
        {"private", "yes"},
        np.array(["yes", "private"]),
    ],
)
def test_of_merged_ways_the_strictest_access_counts(values):
    assert RoadNetwork.from_networkx(ring(access=values)).edges["max_weight_t"].iloc[-1] == 0


@pytest.mark.parametrize(
    ("attributes", "column", "value"),
    [
        ({"highway": ["primary", "residential"]}, "highway", "residential"),
        ({"highway": "['primary', 'primary_link']"}, "highway", "primary_link"),
        ({"maxspeed": "['80', '30']"}, "max_speed_kmh", 30),
        ({"maxspeed": [50.0, np.nan]}, "max_speed_kmh", 50),
        ({"maxheight": "3m50"}, "max_height_m", 3.5),
        ({"surface": ["asphalt", "gravel"]}, "unpaved", True),
        ({"tracktype": ["grade1", "grade4"]}, "tracktype", "grade4"),
        ({"bridge": True}, "bridge", True),
        ({"max_weight_t": "[19.0, inf]"}, "max_weight_t", 19),
        ({"osmid": "[-12, 13]"}, "osmid", -12),
        ({"maxweight:backward": "3.5", "reversed": True}, "max_weight_t", 3.5),
        ({"maxweight:backward": "3.5", "reversed": False}, "max_weight_t", np.inf),
    ],
)
def test_attributes_of_an_edge(attributes, column, value):
    assert RoadNetwork.from_networkx(ring(**attributes)).edges.iloc[-1][column] == value


@pytest.mark.parametrize("highway", ["busway", "construction", "['residential', 'busway']", ["steps", "service"]])
def test_edges_on_which_no_lorry_drives_are_passed_over(highway):
    assert len(RoadNetwork.from_networkx(ring(highway=highway, length=None)).edges) == 2


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_every_kind_of_graph(kind):
    roads = RoadNetwork.from_networkx(ring(kind))
    both = not kind(crs=None).is_directed()
    expected = [(1, 2), (2, 1), (2, 3), *([(3, 2)] if both else [])]
    found = sorted(zip(roads.edges["u"], roads.edges["v"], strict=True))
    assert found == sorted(expected if kind is not nx.MultiGraph else [*expected, (1, 2), (2, 1)])


def test_the_direction_of_a_one_way_street_of_an_undirected_graph():
    line = shapely.LineString([PLACES[3], PLACES[2]])
    drawn = RoadNetwork.from_networkx(ring(nx.Graph, oneway=True, geometry=line)).edges
    assert {(3, 2)} == set(zip(drawn["u"], drawn["v"], strict=True)) - {(1, 2), (2, 1)}
    unknown = RoadNetwork.from_networkx(ring(nx.Graph, oneway=True))
    assert unknown.unread == (
        "1 one-way road of an undirected graph has no direction: it is taken from its first node",
    )


def test_one_row_a_road_is_told_from_one_row_a_direction():
    """As osmnx saves with all_oneway: rows that may be driven both ways, of which no other leads back."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for id, (lon, lat) in PLACES.items():
        graph.add_node(id, x=lon, y=lat)
    for u, v, oneway in ((1, 2, "no"), (2, 3, None), (3, 4, "-1")):
        graph.add_edge(u, v, highway="residential", length=700.0, oneway=oneway)
    edges = RoadNetwork.from_networkx(graph).edges
    assert set(zip(edges["u"], edges["v"], strict=True)) == {(1, 2), (2, 1), (2, 3), (3, 2), (4, 3)}


@pytest.mark.parametrize(
    "nodes", [[(0, 0), (0, 1), "c", 2.5], ["a", "b", "c", "d"], [np.int64(5), np.int64(-6), np.int64(7), np.int64(8)]]
)
def test_nodes_of_any_name(nodes):
    graph = nx.relabel_nodes(ring(), dict(zip(PLACES, nodes, strict=True)))
    roads = RoadNetwork.from_networkx(graph)
    assert len(roads.nodes) == 4
    assert roads.matrix(roads.nodes.geometry.iloc[:1], roads.nodes.geometry.iloc[1:2], "length_m")[
        0, 0
    ] == pytest.approx(720, rel=0.01)


@pytest.mark.parametrize(
    "geometry", ["LINESTRING (0,6 49,5, 0,61 49,5)", "LINESTRING (0 0", "POINT (1 1)", "LINESTRING (0.61 49.55, nan 1)"]
)
def test_a_line_that_cannot_be_read_is_drawn_straight(geometry):
    roads = RoadNetwork.from_networkx(ring(geometry=geometry))
    assert len(roads.edges.geometry.iloc[-1].coords) == 2
    assert roads.unread == ("1 road has a line that cannot be read: it is drawn straight",)


def test_a_place_beyond_the_world():
    graph = ring()
    graph.nodes[3]["y"] = 6_900_000.0
    with pytest.raises(InputError, match=r'id "3", y: found "6900000\.0"; expected a coordinate on every node'):
        RoadNetwork.from_networkx(graph)
    with pytest.raises(InputError, match="expected a networkx graph"):
        RoadNetwork.from_networkx("graph")


def test_a_long_cell_does_not_fill_the_screen():
    with pytest.raises(InputError) as error:
        RoadNetwork.from_networkx(ring(highway="x" * 200_000))
    assert len(str(error.value)) < 2000


def nfd(text):
    return unicodedata.normalize("NFD", text)


def test_unicode_forms_compare_equal(tmp_path):
    """Names, values and columns from a Mac, where letters and accents are apart."""
    table = as_lines().assign(**{nfd("Catégorie"): nfd("Route empierrée"), "name": nfd("Rue de l’Église")})
    columns = {"columns": {"highway": "Catégorie"}, "highway": {"Route empierrée": "track"}}
    roads = RoadNetwork.from_lines(table.drop(columns=["highway", "oneway"]), columns=columns)
    assert set(roads.edges["highway"]) == {"track"}
    assert set(roads.edges["name"]) == {"Rue de l’Église"}
    graph = RoadNetwork.from_networkx(ring(name=nfd("Église")))
    assert graph.edges["name"].iloc[-1] == "Église"


@pytest.mark.parametrize(
    ("bytes_in", "cpg"),
    [
        ("ISO-8859-1", "UTF-8"),
        ("cp1252", "UTF-8"),
        ("UTF-8", "ISO-8859-1"),
        ("UTF-8", None),
        ("cp850", "850"),
        ("ISO-8859-1", None),
    ],
)
def test_the_encoding_of_a_shapefile(tmp_path, bytes_in, cpg):
    lines = as_lines().assign(name="Côte à l'Œuf" if bytes_in == "cp1252" else "Côte à l'œuf".replace("œ", "oe"))
    lines.to_file(tmp_path / "town.shp", encoding=bytes_in)
    (tmp_path / "town.cpg").unlink(missing_ok=True)
    if cpg:
        (tmp_path / "town.cpg").write_text(cpg)
    roads = read(tmp_path / "town.shp")
    assert set(roads.edges["name"]) == set(lines["name"])
    lies = cpg == "UTF-8"
    assert [line for line in roads.unread if "Windows-1252" in line] == ([roads.unread[0]] if lies else [])


def test_tags_under_the_names_that_shapefiles_and_gdal_give_them(tmp_path):
    table = as_lines()[["highway", "geometry"]].assign(
        MOTOR_VEHI="no", maxweight_hgv="7.5", tags=json.dumps({"maxheight": "3.8", "x": 1})
    )
    roads = RoadNetwork.from_lines(table)
    assert set(roads.edges["max_height_m"]) == {3.8}
    assert set(roads.edges["max_weight_t"]) == {0}


@pytest.mark.parametrize(
    ("column", "value", "limit"),
    [
        ("maxweightr", "12", ("max_weight_t", 12)),
        ("MAXAXLELOA", "9", ("max_axle_load_t", 9)),
        ("max_axle_l", 9.0, ("max_axle_load_t", 9)),
        ("max_length", 12.0, ("max_length_m", 12)),
        ("maxspeed:h", "60", ("max_speed_kmh", 60)),
        ("maxwidth:p", "3", ("max_width_m", 3)),
        ("motor_vehi", "no", ("max_weight_t", 0)),
        ("maxspeed_h", "60", ("max_speed_kmh", 60)),
    ],
)
def test_names_of_ten_letters_are_read_where_they_have_one_reading(column, value, limit):
    name, most = limit
    roads = RoadNetwork.from_lines(as_lines()[["highway", "geometry"]].assign(**{column: value}))
    assert set(roads.edges[name]) == {most}


@pytest.mark.parametrize("column", ["maxgcweigh", "maxheight:", "maxweight_", "oneway:mot"])
def test_a_name_of_ten_letters_that_may_be_two_things_is_a_fault(column):
    table = as_lines()[["highway", "geometry"]]
    with pytest.raises(InputError, match=f"{column}: found a name of ten letters.*which no letters are cut off"):
        RoadNetwork.from_lines(table.assign(**{column: "3"}))
    RoadNetwork.from_lines(table.assign(**{column: None}))  # nothing stands there
    mapped = {"columns": {"maxheight": column}}
    assert set(RoadNetwork.from_lines(table.assign(**{column: "3"}), columns=mapped).edges["max_height_m"]) == {3}


def test_where_each_edge_is_one_direction_no_other_is_added():
    """As osmnx has them: a lorry may drive against the one-way road, but there is no edge for it."""
    roads = RoadNetwork.from_networkx(ring(**{"oneway": "yes", "oneway:hgv": "no"}))
    assert len(roads.edges) == 3
    assert [line for line in roads.unread if "oneway:hgv=no" in line]
    assert set(roads.edges["min_weight_t"]) == {0}


def test_a_mapping_may_name_tags_of_openstreetmap():
    table = as_lines()[["geometry"]].assign(
        NATURE="Route", ACCES=["Impossible", "Libre", None, "Libre", "Libre", "Libre"], HAUTEUR="350"
    )
    columns = {
        "columns": {"highway": "NATURE", "access": "ACCES", "maxheight": "HAUTEUR"},
        "highway": {"Route": "secondary"},
        "translations": {"access": {"Impossible": "no", "Libre": "yes"}},
    }
    edges = RoadNetwork.from_lines(table, columns=columns).edges
    assert sorted(edges["max_weight_t"].unique()) == [0, np.inf]
    assert set(edges["max_height_m"]) == {3.5}


def test_names_of_files_compare_equal(tmp_path):
    """A file from a Mac, and its mapping from Windows."""
    table = as_lines()[["geometry"]].assign(NATURE="Route")
    table.to_file(tmp_path / nfd("Évreux.gpkg"))
    mapping = '[columns]\nhighway = "NATURE"\n[highway]\n"Route" = "tertiary"\n'
    (tmp_path / "ÉVREUX.TOML").write_text(mapping, encoding="utf-8-sig")
    assert set(read(tmp_path / "Évreux.gpkg").edges["highway"]) == {"tertiary"}


def test_of_tags_and_a_mapped_limit_the_strictest_counts():
    table = as_lines()[["highway", "geometry"]].assign(access="private", POIDS=3.5, VITESSE=90, maxspeed="50")
    columns = {"columns": {"max_weight_t": "POIDS", "max_speed_kmh": "VITESSE"}}
    edges = RoadNetwork.from_lines(table, columns=columns).edges
    assert (set(edges["max_weight_t"]), set(edges["max_speed_kmh"])) == ({0.0}, {50.0})


def test_the_edges_of_osmnx_in_memory(tmp_path):
    _, edges = osmnx.graph_to_gdfs(osmnx_graph(tmp_path))
    assert len(RoadNetwork.from_lines(edges).edges) == 9


def test_places_where_a_crs_does_not_reach():
    far = as_lines().to_crs(2154)
    far = far.set_geometry(far.translate(xoff=1e9))
    with pytest.raises(InputError, match="coordinates that lie nowhere on earth in RGF93"):
        RoadNetwork.from_lines(far)


def test_lines_without_a_class_are_passed_over():
    table = as_lines().assign(highway=["residential", None, "", "nan", "footway", "tertiary"])
    roads = RoadNetwork.from_lines(table)
    assert set(roads.edges["highway"]) == {"residential", "tertiary"}
    assert "3 lines without a class of road are passed over" in roads.unread


def apart(gap):
    """Two streets in a row whose ends lie some metres apart."""
    shapes = [[(0, 0), (1000, 0)], [(1000 + gap, 0), (2000, 0)]]
    lines = [shapely.LineString([(520_000 + x, 6_935_000 + y) for x, y in shape]) for shape in shapes]
    return gpd.GeoDataFrame({"highway": "residential"}, geometry=lines, index=[0, 1], crs="EPSG:2154")


@pytest.mark.parametrize(("gap", "told"), [(0, 0), (0.3, 1), (5, 0)])
def test_ends_that_do_not_quite_meet_are_told(gap, told):
    found = [line for line in RoadNetwork.from_lines(apart(gap)).unread if "within a metre" in line]
    assert len(found) == told
    assert all(line.startswith("2 ends of roads lie within a metre of another road") for line in found)


def test_a_network_of_which_most_is_not_joined_is_told():
    parts = [apart(0).set_geometry(apart(0).translate(yoff=100 * at)) for at in range(3)]
    lines = pd.concat(parts, ignore_index=True)
    (found,) = RoadNetwork.from_lines(lines).unread
    assert found.startswith(
        "most of the network is not joined: its largest part is 33 % of the length of the roads, in 3 parts"
    )
    assert RoadNetwork.from_lines(lines.iloc[:2]).unread == ()


@pytest.mark.parametrize("crs", ["EPSG:3857"])
def test_a_crs_that_stretches_is_refused(crs):
    with pytest.raises(InputError, match=r"lengths at these roads are not those on the ground.*such as EPSG:32631"):
        RoadNetwork.from_lines(as_lines(), crs=crs)
