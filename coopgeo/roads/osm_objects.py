"""The ways of an OpenStreetMap file with the positions of their nodes: the newest version of each object."""

import bz2
import gzip
import xml.etree.ElementTree as ET
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

import numpy as np
import osmium
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from coopgeo.errors import InputError, Message

_MOST_FILTERED = 1 << 40  # ids above it would cost osmium's filter gigabytes; OpenStreetMap is at 2^34
# What osmium calls the form of a file of each ending.
FORMS = {
    ".pbf": "pbf", ".o5m": "o5m",
    **{f".{kind}{xml}{packed}": f"{kind}{packed}"
       for kind in ("osm", "osh") for xml in ("", ".xml") for packed in ("", ".gz", ".bz2")},
    ".xml": "osm", ".xml.gz": "osm.gz", ".xml.bz2": "osm.bz2",
}  # fmt: skip
_CHUNK = 1 << 20
_PER_DEGREE = 10_000_000  # OpenStreetMap keeps positions to the seventh decimal


@dataclass(frozen=True, eq=False)
class OsmWay:
    """A way: its id and tags, the ids of its nodes, and where they lie (NaN where the file does not say)."""

    id: int
    tags: Mapping[str, str]
    refs: NDArray[np.int64]
    lonlat: NDArray[np.float64]


@dataclass
class OsmWays:
    """The ways of a file that are tagged highway or route, and how many of their nodes are lacking."""

    ways: list[OsmWay]
    lacking: int = 0


class _Versions:
    """Ids and versions of objects in the order of the file; deleted ones are told by their place."""

    def __init__(self) -> None:
        self.ids, self.versions, self.visible = array("q"), array("q"), array("b")

    def add(self, id: int, version: int, *, visible: bool) -> None:
        self.ids.append(id)
        self.versions.append(version)
        self.visible.append(visible)

    def newest(self) -> NDArray[np.intp]:
        """Places of the newest version of each object that is not deleted, in order of ids; the last of equal ones."""
        ids, versions = np.asarray(self.ids, dtype=np.int64), np.asarray(self.versions, dtype=np.int64)
        if not len(ids):
            return np.empty(0, dtype=np.intp)
        order = np.lexsort((versions, ids))
        last = order[np.append(ids[order][1:] != ids[order][:-1], True)]
        return last[np.asarray(self.visible, dtype=bool)[last]]


def from_osmium(path: Path) -> OsmWays:
    """The ways of a file that osmium reads, whatever the case of its ending."""
    form = next(form for ending, form in FORMS.items() if path.name.lower().endswith(ending))
    file = osmium.io.File(str(path), form)
    deleted = set() if form in ("pbf", "o5m") else _deleted_by_josm(path, form)
    known, found = _Versions(), dict[int, OsmWay]()
    ways: Iterable[Any] = osmium.FileProcessor(file, osmium.osm.WAY)
    for way in ways:
        visible = way.visible and ("way", way.id) not in deleted
        if "highway" in way.tags or "route" in way.tags:
            at = [(node.lon, node.lat) if node.location.valid() else (np.nan, np.nan) for node in way.nodes]
            found[len(known.ids)] = OsmWay(
                way.id,
                dict(way.tags),
                np.array([node.ref for node in way.nodes], dtype=np.int64),
                np.array(at, dtype=np.float64).reshape(-1, 2),
            )
        known.add(way.id, way.version, visible=visible)
    newest = [found[place] for place in sorted(known.newest().tolist()) if place in found]
    return OsmWays(_located(newest, _Nodes(file, deleted)))


def _deleted_by_josm(path: Path, form: str) -> set[tuple[str, int]]:
    """Objects that JOSM marks as deleted, which osmium does not tell; refuses an answer that a server broke off."""
    opened: Any = gzip.open if form.endswith("gz") else bz2.open if form.endswith("bz2") else open
    marked = broken_off = False
    before = b""
    with opened(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            marked = marked or b"action=" in before + chunk
            broken_off = broken_off or b"<remark" in before + chunk
            before = chunk[-8:]
    if broken_off:
        _refuse_broken_off(path)
    if not marked:
        return set()
    with opened(path, "rb") as file:
        return set(_marked_deleted(file))


def _refuse_broken_off(path: Path) -> None:
    raise InputError(
        Message(
            "{path}: found an answer of Overpass that the server broke off; expected a whole one: ask for less at once",
            path=str(path),
        )
    )


def _marked_deleted(file: IO[bytes]) -> Iterator[tuple[str, int]]:
    for _, element in ET.iterparse(file):  # noqa: S314 - expat bounds what entities may grow to
        if element.get("action") == "delete":
            yield element.tag, int(element.get("id", "0"))
        element.clear()


@dataclass(frozen=True)
class _Nodes:
    """The nodes of a file that osmium reads."""

    file: Any
    deleted: set[tuple[str, int]]

    def among(self, ids: NDArray[np.int64]) -> Iterator[tuple[int, int, bool, float, float]]:
        """Id, version, whether it exists, longitude and latitude of each version of some nodes."""
        nodes: Any = osmium.FileProcessor(self.file, osmium.osm.NODE)
        wanted = None
        if len(ids) and ids[0] >= 0 and ids[-1] < _MOST_FILTERED:
            nodes = nodes.with_filter(osmium.filter.IdFilter(ids.tolist()))
        else:
            wanted = set(ids.tolist())
        for node in nodes:
            if wanted is None or node.id in wanted:
                at = (node.lon, node.lat) if node.location.valid() else (np.nan, np.nan)
                yield node.id, node.version, node.visible and ("node", node.id) not in self.deleted, *at


def _located(ways: list[OsmWay], nodes: Any) -> list[OsmWay]:
    """Ways whose nodes lie where they say themselves (`out geom` of Overpass), else where the nodes of the file lie."""
    own = [_with_ids_from_places(way) for way in ways]
    if not own:
        return []
    unplaced = np.unique(np.concatenate([way.refs[np.isnan(way.lonlat[:, 0])] for way in own]))
    if not len(unplaced):
        return own
    known, places = _Versions(), array("d")
    for id, version, visible, lon, lat in nodes.among(unplaced):
        known.add(id, version, visible=visible)
        places.extend((lon, lat))
    newest = known.newest()
    ids, at = np.asarray(known.ids, dtype=np.int64)[newest], np.asarray(places).reshape(-1, 2)[newest]
    return [_placed(way, ids, at) for way in own]


def _placed(way: OsmWay, ids: NDArray[np.int64], at: NDArray[np.float64]) -> OsmWay:
    lacking = np.isnan(way.lonlat[:, 0])
    if not lacking.any() or not len(ids):
        return way
    place = np.searchsorted(ids, way.refs).clip(max=len(ids) - 1)
    use = lacking & (ids[place] == way.refs)
    return OsmWay(way.id, way.tags, way.refs, np.where(use[:, None], at[place], way.lonlat))


def _with_ids_from_places(way: OsmWay) -> OsmWay:
    """Nodes without ids (`out tags geom`) get one from where they lie, below all that mappers use."""
    nameless = (way.refs == 0) & np.isfinite(way.lonlat[:, 0])
    if not nameless.any():
        return way
    lon, lat = (np.nan_to_num(way.lonlat) * _PER_DEGREE).round().astype(np.int64).T
    ids = -(((lon + 180 * _PER_DEGREE) << 31) | (lat + 90 * _PER_DEGREE)) - 1
    return OsmWay(way.id, way.tags, np.where(nameless, ids, way.refs), way.lonlat)


_Id = Annotated[int, Field(ge=-(2**62), le=2**62)]


class _Point(BaseModel):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class _Element(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)
    type: str
    id: _Id = 0
    version: _Id = 0
    visible: bool = True
    lat: float | None = None
    lon: float | None = None
    nodes: list[_Id] = []
    geometry: list[_Point | None] = []
    tags: dict[str, str] = {}


class _Answer(BaseModel):
    elements: list[_Element]
    remark: str = ""

    def among(self, ids: NDArray[np.int64]) -> Iterator[tuple[int, int, bool, float, float]]:
        """As in `_Nodes`."""
        wanted = set(ids.tolist())
        for one in self.elements:
            if one.type == "node" and one.id in wanted:
                at = (np.nan if one.lon is None else one.lon, np.nan if one.lat is None else one.lat)
                inside = abs(at[0]) <= 180 and abs(at[1]) <= 90
                yield one.id, one.version, one.visible, *(at if inside else (np.nan, np.nan))


def from_json(path: Path) -> OsmWays:
    """The ways of an answer of Overpass in JSON, with nodes of their own or `out geom`."""
    answer = _Answer.model_validate_json(path.read_bytes())
    if "error" in answer.remark:
        _refuse_broken_off(path)
    known, found = _Versions(), dict[int, OsmWay]()
    for one in answer.elements:
        if one.type != "way":
            continue
        if {"highway", "route"} & one.tags.keys():
            places = [(np.nan, np.nan) if point is None else (point.lon, point.lat) for point in one.geometry]
            if one.nodes and places and len(one.nodes) != len(places):
                raise InputError(
                    Message(
                        "{path}: found {nodes} nodes and {places} positions of way {way}; expected as many of both: "
                        "ask Overpass for out geom without a frame",
                        path=str(path),
                        nodes=len(one.nodes),
                        places=len(places),
                        way=str(one.id),
                    )
                )
            size = max(len(one.nodes), len(places))
            lonlat = np.full((size, 2), np.nan)
            lonlat[: len(places)] = np.array(places).reshape(-1, 2)
            refs = np.zeros(size, dtype=np.int64)
            refs[: len(one.nodes)] = one.nodes
            found[len(known.ids)] = OsmWay(one.id, one.tags, refs, lonlat)
        known.add(one.id, one.version, visible=one.visible)
    return OsmWays(_located([found[place] for place in sorted(known.newest().tolist()) if place in found], answer))
