"""Read a GeoJSON layer that a planner has drawn or downloaded: every feature that cannot be used is named."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message

WGS84 = "EPSG:4326"
_MOST_BYTES = 200_000_000
_SHOWN = 60


@dataclass(frozen=True)
class Feature:
    """One feature of a layer.

    Attributes
    ----------
    number : int
        Its place in the file, from 1.
    properties : mapping
        As they stand in the file.
    geometry : shapely geometry
        In the CRS of the layer, without heights; it may be invalid.
    """

    number: int
    properties: Mapping[str, Any]
    geometry: shapely.Geometry

    def value_of(self, *names: str) -> Any:
        """The first of some properties that it has, whatever their case; None if it has none of them."""
        known = {name.strip().casefold(): value for name, value in reversed(list(self.properties.items()))}
        return next((known[name] for name in names if name in known), None)

    @property
    def label(self) -> str:
        """Its number, with its name if it has one."""
        name = self.value_of("name", "nom", "toponyme", "nom_com", "libelle")
        if isinstance(name, str) and name.strip():
            return Message('feature {number} ("{name}")', number=self.number, name=_short(name.strip()))
        return Message("feature {number}", number=self.number)


@dataclass(frozen=True)
class Layer:
    """The features of a file.

    Attributes
    ----------
    features : list of Feature
    crs : CRS
        What their coordinates are in.
    """

    features: list[Feature]
    crs: CRS

    def lonlat(self) -> list[Floats]:
        """The vertices of each feature in degrees of WGS 84, `inf` where there is no such place."""
        vertices = [shapely.get_coordinates(feature.geometry) for feature in self.features]
        if self.crs == CRS(WGS84):
            return vertices
        to_degrees = Transformer.from_crs(self.crs, WGS84, always_xy=True)
        return [np.column_stack(to_degrees.transform(*xy.T)) for xy in vertices]

    def projected(self, geometries: list[shapely.Geometry], crs: str) -> gpd.GeoSeries:
        """Geometries of the layer in another CRS."""
        return gpd.GeoSeries(geometries, crs=self.crs).to_crs(crs)


def read_layer(path: Path, faults: Faults) -> Layer | None:
    """Read a layer.

    Parameters
    ----------
    path : Path
        GeoJSON; degrees of WGS 84, unless it names another CRS.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    Layer or None
        None if it cannot be trusted: its faults are noted. Vertices lie somewhere on the earth.
    """
    before = len(faults)
    raw = _bytes(path, faults)
    content = None if raw is None else _content(raw, faults)
    if content is None:
        return None
    crs = _crs(content.get("crs"), faults)
    features = []
    for number, entry in enumerate(_entries(content, faults), start=1):
        feature = _feature(number, entry, faults)
        if feature is not None:
            features.append(feature)
    if len(faults) > before or crs is None:
        return None
    layer = Layer(features, crs)
    _check_on_earth(layer, faults)
    return layer if len(faults) == before else None


def parts_of(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The points, lines and polygons of a geometry, in whatever collections they stand; none that is empty."""
    parts = [shape]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [inner for part in parts for inner in getattr(part, "geoms", [part])]
    return [part for part in parts if not part.is_empty]


def mended(polygons: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Valid polygons of the same ground; none where it is a mere line."""
    valid = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    return [part for whole in valid for part in parts_of(whole) if isinstance(part, shapely.Polygon)]


def _bytes(path: Path, faults: Faults) -> bytes | None:
    if not path.is_file():
        faults.add(expected=Message("this file; copy it back from the project, or make it as README.md says"))
        return None
    if path.stat().st_size > _MOST_BYTES:
        found = Message("{megabytes} MB", megabytes=path.stat().st_size // 1_000_000)
        expected = Message("at most {most} MB; keep the area of the study, and simplify", most=_MOST_BYTES // 1_000_000)
        faults.add(found=found, expected=expected)
        return None
    return path.read_bytes()


def _content(raw: bytes, faults: Faults) -> dict[str, Any] | None:
    """The object that the file holds."""
    try:
        content = json.loads(raw.removeprefix(codecs.BOM_UTF8))  # finds UTF-16 by itself
        found = Message("no object in braces")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = Message("byte {byte} in line {line}, which is not UTF-8", byte=f"0x{raw[error.start]:02X}", line=line)
        faults.add(found=found, expected=Message("GeoJSON in UTF-8; {save}", save=_save()))
        return None
    except RecursionError:
        content, found = None, Message("brackets within brackets without end")
    except json.JSONDecodeError as error:
        content = None
        found = Message("no GeoJSON from line {line}, column {column} on", line=error.lineno, column=error.colno)
    except ValueError:
        content, found = None, Message("a number of too many digits")
    if not isinstance(content, dict):
        faults.add(found=found, expected=_a_layer())
        return None
    return content


def _entries(content: dict[str, Any], faults: Faults) -> list[Any]:
    """What stands for the features: those of a collection, a feature alone, or a geometry alone."""
    kind = content.get("type")
    if kind == "Feature":
        return [content]
    if kind != "FeatureCollection" and ("coordinates" in content or "geometries" in content):
        return [{"type": "Feature", "properties": {}, "geometry": content}]
    entries = content.get("features")
    if kind != "FeatureCollection" or not isinstance(entries, list):
        faults.add(found=Message("type {kind}", kind=_short(json.dumps(kind))), expected=_a_layer())
        return []
    if not entries:
        faults.add(found=Message("no feature"), expected=Message("one feature at least"))
    return entries


def _feature(number: int, entry: Any, faults: Faults) -> Feature | None:
    properties = entry.get("properties") if isinstance(entry, dict) else None
    feature = Feature(number, properties if isinstance(properties, dict) else {}, shapely.Point())
    drawn = entry.get("geometry") if isinstance(entry, dict) else None
    expected = Message("a geometry; draw it, or delete the feature")
    if drawn is None:
        faults.add(found=Message("{feature} without a geometry", feature=feature.label), expected=expected)
        return None
    try:
        geometry = shapely.force_2d(shapely.geometry.shape(_without_heights(drawn)))
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError,
            shapely.errors.ShapelyError):  # fmt: skip
        found = Message("{feature}, whose geometry cannot be drawn", feature=feature.label)
        expected = Message("numbers, two vertices a line and four a ring at least; draw it anew, or delete the feature")
        faults.add(found=found, expected=expected)
        return None
    if geometry.is_empty:
        faults.add(found=Message("{feature} with an empty geometry", feature=feature.label), expected=expected)
        return None
    return Feature(number, feature.properties, geometry)


def _without_heights(drawn: dict[str, Any]) -> dict[str, Any]:
    """A geometry with two coordinates a vertex, each a number."""
    if "geometries" in drawn:
        return {**drawn, "geometries": [_without_heights(part) for part in drawn["geometries"]]}
    return {**drawn, "coordinates": _flat(drawn["coordinates"])}


def _flat(coordinates: Any) -> Any:
    if coordinates and not isinstance(coordinates[0], list):
        lon, lat = coordinates[:2]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (lon, lat)):
            raise ValueError(coordinates)
        return [float(lon), float(lat)]
    return [_flat(inner) for inner in coordinates]


def _crs(member: Any, faults: Faults) -> CRS | None:
    """The CRS of a layer: as the member `crs` of an older GeoJSON names it, WGS 84 without one."""
    if member is None:
        return CRS(WGS84)
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    try:
        if isinstance(name, str):
            crs = CRS.from_user_input(name)
            Transformer.from_crs(crs, WGS84)
            return CRS(WGS84) if crs.to_authority() == ("OGC", "CRS84") else crs
    except (CRSError, ProjError):
        pass
    expected = Message("a CRS that exists, or none for WGS 84; {save}", save=_save())
    faults.add(column="crs", found=_short(json.dumps(member if name is None else name)), expected=expected)
    return None


def _check_on_earth(layer: Layer, faults: Faults) -> None:
    """Every vertex is a place on the earth."""
    off = []
    for feature, lonlat in zip(layer.features, layer.lonlat(), strict=True):
        outside = ~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat) <= (180.0, 90.0)).all(axis=1))
        if outside.any():
            off.append((feature, shapely.get_coordinates(feature.geometry)[outside][0]))
    if not off:
        return
    expected = Message("degrees of longitude and latitude (WGS 84); {save}", save=_save())
    if len(off) == len(layer.features):  # one cause, not a fault a feature
        x, y = off[0][1]
        faults.add(found=Message("coordinates such as {x}, {y}", x=f"{x:g}", y=f"{y:g}"), expected=expected)
        return
    for feature, (x, y) in off:
        found = Message("{feature} with a vertex at {x}, {y}", feature=feature.label, x=f"{x:g}", y=f"{y:g}")
        faults.add(found=found, expected=expected)


def _save() -> Message:
    return Message('in QGIS: "Export", "Save Features As", GeoJSON, EPSG:4326, UTF-8')


def _a_layer() -> Message:
    return Message('a GeoJSON layer: "type": "FeatureCollection" and its features; {save}', save=_save())


def _short(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")  # JSON may hold halves of a character
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
