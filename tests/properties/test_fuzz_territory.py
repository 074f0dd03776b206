"""Readers of boundaries and rivers, given files that are cut, flipped or filled with nonsense: only faults in words.

The seeds are layers of the small study. Each example reads a file of a few kilobytes, so that memory and time stay
bounded; `_MOST_BYTES` bounds them for the files of planners.
"""

import copy
import json
from pathlib import Path

import pytest
import shapely
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_study import FRAME, PARISHES, write_small_study
from study.layers import CRS, feature, parishes

import coopgeo
from coopgeo.errors import CoopgeoError, Faults
from coopgeo.study.boundaries import read_boundaries
from coopgeo.study.rivers import read_rivers, rivers_of

pytestmark = pytest.mark.usefixtures("bounded_memory")
RIVER = [
    feature(
        {"type": "LineString", "coordinates": [[1.79, 42.34], [1.6, 42.35], [1.41, 42.34]]}, name="Riu", mouth="west"
    ),
    feature(
        {"type": "Polygon", "coordinates": [[[1.5, 42.4], [1.5, 42.5], [1.501, 42.5], [1.501, 42.4], [1.5, 42.4]]]}
    ),
]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, 10**19, -1, 0, 180, 90.0, -90.0, 1e15, 1e308, -1e30, float("nan"), float("inf"), 1e-320]),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["90001", "Polygon", "LineString", "Point", "MultiPolygon", "GeometryCollection", "Feature", "EPSG:3857"]
    ),
    st.lists(st.floats(-200, 200), max_size=3),
    st.lists(st.lists(st.floats(1, 43), min_size=2, max_size=2), max_size=5),
    st.dictionaries(
        st.sampled_from(["type", "coordinates", "geometries", "insee", "name"]), st.text(max_size=5), max_size=2
    ),
)


def places(value, path=()):
    """Paths of everything that stands in a layer."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


@st.composite
def spoilt(draw, features):
    """A layer with some of its values replaced, taken out or doubled."""
    layer = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:4326"}}}
    layer = copy.deepcopy({**layer, "features": features})
    for _ in range(draw(st.integers(1, 4))):
        *above, key = draw(st.sampled_from(list(places(layer))))
        holder = layer
        for step in above:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "delete", "double"])):
            case "delete":
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case _:
                holder[key] = draw(ODD)
    return json.dumps(layer).encode()


@st.composite
def cut_or_flipped(draw, features):
    """The bytes of a layer, cut or with some of them changed."""
    raw = bytearray(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode())
    for _ in range(draw(st.integers(1, 6))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw[: draw(st.integers(0, len(raw)))]) if draw(st.booleans()) else bytes(raw)


def file_of(raw, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "fuzz.geojson"
    path.write_bytes(raw)
    return path


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=st.one_of(spoilt(parishes()), cut_or_flipped(parishes()), st.binary(max_size=200)))
def test_boundaries_are_read_or_named(raw, tmp_path_factory):
    faults = Faults("communes.geojson")
    read = read_boundaries(file_of(raw, tmp_path_factory), CRS, list(PARISHES), tuple(FRAME), faults)
    assert (read is None) == bool(faults)
    if read is not None:
        assert sorted(read.index) == sorted(PARISHES)
        assert read.is_valid.all()
        assert (read.area > 0).all()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=st.one_of(spoilt(RIVER), cut_or_flipped(RIVER), st.binary(max_size=200)))
def test_rivers_are_read_or_named(raw, tmp_path_factory):
    faults = Faults("river.geojson")
    read = read_rivers(file_of(raw, tmp_path_factory), "river", CRS, tuple(FRAME), faults)
    assert (read is None) == bool(faults)
    if read is not None:
        courses = rivers_of(read, tuple(FRAME))["course"].to_numpy()
        assert (shapely.is_empty(courses) | (shapely.get_dimensions(courses) == 1)).all()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("fuzz") / "study")


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(communes=spoilt(parishes()), river=spoilt(RIVER))
def test_a_study_opens_or_says_why(communes, river, folder: Path):
    for name, raw in (("communes", communes), ("seine", river)):
        (folder / "territory" / f"{name}.geojson").write_bytes(raw)
    try:
        study = coopgeo.open_study(folder)
    except CoopgeoError:
        return
    assert study.communes.geometry.is_valid.all()
