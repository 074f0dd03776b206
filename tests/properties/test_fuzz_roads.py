"""Small files of roads, spoilt at random: each is read or refused in words, whatever stands in it."""

import json
import re

import geopandas as gpd
import networkx as nx
import osmium
import osmnx
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopgeo.errors import CoopgeoError
from coopgeo.roads import RoadNetwork, read

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("bounded_memory")]
CLASSES = ["primary", "residential", "tertiary", "service"]
NASTY = [
    "", "nan", "None", "-1", "0", "1e999", "-9223372036854775809", "9" * 30, "12 t", "3,5", "[]", "['a', nan]", "[[[[",
    "{'a'}", "LINESTRING (0 0)", "LINESTRING (0 0, nan 1)", "POINT EMPTY", "EPSG:0", "true", "é" * 300, "\x00",
    "no @ (", "ferry", "busway", "no", "destination;private", "P1Y", "1e6", "null", "(1, 2)", "\u202e", "highway",
]  # fmt: skip
BROKEN_PRJ = ['PROJCS["x"', 'LOCAL_CS["x"]', "", 'GEOGCS["x",DATUM["y",SPHEROID["z",0,0]]]', "EPSG:4326", "\x00"]
FEW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def corners():
    """A ring of four places about 700 m apart, and the roads between them with their tags."""
    places = {1: (0.60, 49.55), 2: (0.61, 49.55), 3: (0.61, 49.56), 4: (0.60, 49.56)}
    tags = [
        {"highway": "primary", "maxweight": "19 t", "oneway": "yes", "name": "Rue de l'Église"},
        {"highway": "residential", "access": "destination", "maxspeed": "30"},
        {"highway": "tertiary", "hgv:conditional": "no @ (weight>7.5)", "surface": "gravel"},
        {"route": "ferry", "motorcar": "yes", "duration": "00:10"},
    ]
    return places, list(zip([1, 2, 3, 4], [2, 3, 4, 1], tags, strict=True))


def lines():
    places, roads = corners()
    columns = {
        key: [tags.get(key) for *_, tags in roads] for key in ("highway", "maxweight", "oneway", "name", "route")
    }
    return gpd.GeoDataFrame(
        {"osmid": [10, 11, 12, 13], "u": [u for u, *_ in roads], "v": [v for _, v, _ in roads], **columns},
        geometry=[shapely.LineString([places[u], places[v]]) for u, v, _ in roads],
        crs=4326,
    )


def osm_xml():
    places, roads = corners()
    nodes = "".join(f'<node id="{id}" version="1" lat="{lat}" lon="{lon}"/>' for id, (lon, lat) in places.items())
    ways = "".join(
        f'<way id="{id}" version="1" visible="true"><nd ref="{u}"/><nd ref="{v}" lat="49.55" lon="0.6"/>'
        + "".join(f"<tag k='{key}' v=\"{value.replace('>', '&gt;')}\"/>" for key, value in tags.items())
        + "</way>"
        for id, (u, v, tags) in enumerate(roads, start=10)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{nodes}{ways}</osm>'


def write(folder, kind):
    """A whole file of one kind, which can be read."""
    path = folder / f"whole{kind}"
    places, roads = corners()
    if kind in (".osm", ".osm.pbf"):
        (folder / "whole.osm").write_text(osm_xml(), encoding="utf-8")
    if kind == ".osm.pbf":
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for thing in osmium.FileProcessor(str(folder / "whole.osm")):
                writer.add(thing)
    elif kind == ".json":
        nodes = [{"type": "node", "id": id, "lat": lat, "lon": lon} for id, (lon, lat) in places.items()]
        ways = [
            {
                "type": "way",
                "id": id,
                "nodes": [u, v],
                "geometry": [{"lat": places[u][1], "lon": places[u][0]}, None],
                "tags": tags,
            }
            for id, (u, v, tags) in enumerate(roads)
        ]
        path.write_text(json.dumps({"version": 0.6, "elements": [*ways, *nodes]}), encoding="utf-8")
    elif kind == ".graphml":
        graph = nx.MultiDiGraph(crs="EPSG:4326")
        for id, (lon, lat) in places.items():
            graph.add_node(id, x=lon, y=lat)
        for u, v, tags in roads:
            shape = shapely.LineString([places[u], places[v]])
            highway = [tags.get("highway", "residential"), "service"]
            graph.add_edge(u, v, osmid=[10, 11], length=720.0, geometry=shape, **{**tags, "highway": highway})
        osmnx.save_graphml(graph, path)
    elif kind == ".parquet":
        lines().to_parquet(path)
    elif kind != ".osm":
        lines().to_file(path)
    return path


KINDS = [".osm", ".osm.pbf", ".json", ".graphml", ".geojson", ".gpkg", ".shp", ".parquet"]


@pytest.fixture(scope="module", params=KINDS)
def whole(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return write(folder, request.param)


def made_or_refused(make, *arguments):
    """What is made, or None where it is refused in words that can be read."""
    refused = None
    try:
        made = make(*arguments)
    except CoopgeoError as error:
        made, refused = None, error
    assert len(str(refused)) < 20_000
    return made


def is_read_or_refused(path):
    roads = made_or_refused(read, path)
    if roads is None:
        return False
    assert isinstance(roads, RoadNetwork)
    assert roads.edges.geometry.notna().all()
    assert all(len(line) < 500 for line in roads.unread)
    return True


def test_the_whole_files_are_read(whole):
    assert is_read_or_refused(whole)


@st.composite
def spoilt_bytes(draw, content):
    """Bytes that are changed, cut out, cut off or doubled."""
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        if not found:
            break
        at, size = draw(st.integers(0, len(found) - 1)), draw(st.integers(1, 40))
        how = draw(st.sampled_from(["change", "remove", "double", "cut"]))
        if how == "change":
            found[at : at + size] = draw(st.binary(min_size=1, max_size=4))
        elif how == "remove":
            del found[at : at + size]
        elif how == "double":
            found[at:at] = found[at : at + size]
        else:
            del found[at:]
    return bytes(found)


@FEW
@given(st.data())
def test_files_spoilt_byte_by_byte(whole, data):
    path = whole.with_name(f"spoilt{''.join(whole.suffixes)}")
    for other in whole.parent.glob(f"{whole.name.partition('.')[0]}.*"):
        other_path = path.with_name(f"spoilt{''.join(other.suffixes)}")
        chosen = other == whole or (whole.suffix == ".shp" and data.draw(st.booleans()))
        content = other.read_bytes()
        other_path.write_bytes(data.draw(spoilt_bytes(content)) if chosen else content)
    is_read_or_refused(path)


TEXTS = [".osm", ".json", ".graphml", ".geojson"]
VALUE = re.compile(r'"[^"]*"|>[^<>]+<|-?\d+\.?\d*')


@pytest.fixture(scope="module", params=TEXTS)
def text(request, tmp_path_factory):
    return write(tmp_path_factory.mktemp("texts"), request.param)


@FEW
@given(st.data())
def test_files_with_another_value(text, data):
    """A value of the file becomes one that other tools, or people, have left there."""
    content = text.read_text(encoding="utf-8")
    places = [match.span() for match in VALUE.finditer(content)]
    for _ in range(data.draw(st.integers(1, 3))):
        start, stop = data.draw(st.sampled_from(places))
        old, new = content[start:stop], data.draw(st.sampled_from(NASTY) | st.text(max_size=8))
        quoted = f"{old[0]}{new}{old[-1]}" if old[:1] in ('"', ">") else new
        content = content[:start] + quoted + content[stop:]
        places = [match.span() for match in VALUE.finditer(content)] or [(0, 0)]
    path = text.with_name(f"spoilt{text.suffix}")
    path.write_text(content, encoding="utf-8", errors="replace")
    is_read_or_refused(path)


ANYTHING = (
    st.sampled_from(NASTY)
    | st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.lists(st.text(max_size=4), max_size=3)
)


@FEW
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "highway",
                "maxweight",
                "oneway",
                "access",
                "name",
                "osmid",
                "length",
                "reversed",
                "max_weight_t",
                "toll_eur",
                "from",
                "geometry",
            ]
        ),
        ANYTHING,
    ),
    st.booleans(),
    ANYTHING,
)
def test_graphs_with_any_attribute(attributes, directed, place):
    graph = (nx.MultiDiGraph if directed else nx.MultiGraph)(crs="EPSG:4326")
    for id, (lon, lat) in corners()[0].items():
        graph.add_node(id, x=lon, y=lat)
    for u, v, tags in corners()[1]:
        graph.add_edge(u, v, **{"length": 720.0, **tags, **attributes})
    graph.nodes[1]["name"] = graph.nodes[1]["access"] = place
    made_or_refused(RoadNetwork.from_networkx, graph)


@FEW
@given(
    st.lists(ANYTHING, min_size=4, max_size=4),
    st.sampled_from(["highway", "maxweight", "oneway", "access", "name", "osmid", "u", "other_tags", "max_speed_kmh"]),
)
def test_lines_with_any_cell(cells, column):
    table = lines()
    table[column] = pd.Series(cells, dtype=object)
    made_or_refused(RoadNetwork.from_lines, table)


def test_memory_is_bounded():
    with pytest.raises(MemoryError):
        bytearray(4 * 1024**3)


@pytest.mark.parametrize("prj", BROKEN_PRJ)
def test_a_broken_prj(tmp_path, prj):
    path = write(tmp_path, ".shp")
    path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    is_read_or_refused(path)
