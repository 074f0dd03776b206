"""The boundaries of the communes: `territory/communes.geojson`, one area a commune whatever it was drawn as."""

import unicodedata
from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message
from coopgeo.study.geojson import Layer, mended, parts_of, read_layer

BOUNDARIES = "territory/communes.geojson"
_CODES = (
    "insee",
    "insee_com",
    "code_insee",
    "codgeo",
    "ref:insee",
    "com",
    "code",
)  # of IGN, INSEE, OSM, geo.api.gouv.fr
_TOLERANCE = (
    0.01  # share of its area that a boundary may gain or lose by being mended, or share with another of its own
)
_MARGIN = 1.0  # degrees by which a commune may stand out of the frame, or as much as the frame is wide

Frame = tuple[float, float, float, float]


def read_boundaries(
    path: Path, crs: str, communes: Collection[str], frame: Frame, faults: Faults
) -> gpd.GeoSeries | None:
    """Read the boundary of every commune of a study.

    Parameters
    ----------
    path : Path
        GeoJSON with the INSEE code of each feature; features of one code are parts of one commune.
    crs : str
        Metric CRS of the study.
    communes : collection of str
        Codes of the communes of the study; features of others are passed over.
    frame : tuple of float
        West, south, east, north of the study, degrees.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    GeoSeries or None
        Valid polygons indexed by INSEE code, in the metric CRS. None if any cannot be trusted.
    """
    before = len(faults)
    layer = read_layer(path, faults)
    if layer is None:
        return None
    parts = _by_code(layer, set(communes), faults)
    for insee in sorted(set(communes) - parts.keys()) if len(faults) == before else ():
        faults.add(id=insee, expected=Message("the boundary of this commune, which stands in communes.csv"))
    _check_frame(layer, parts, frame, faults)
    if len(faults) > before:
        return None
    areas = _areas(layer, parts, crs, faults)
    joined = {insee: _joined(insee, numbers, areas, faults) for insee, numbers in parts.items()}
    if len(faults) > before:
        return None
    return gpd.GeoSeries(joined, crs=crs).rename_axis("insee")


def insee_code(value: Any) -> str | None:
    """An INSEE code as text: 76114 and "2a004" as "76114" and "2A004", 1001 as "01001"; None if there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    text = "".join(unicodedata.normalize("NFKC", str(value)).split()).upper().removesuffix(".0")
    return (f"0{text}" if len(text) == 4 and text.isdigit() else text) or None


def _by_code(layer: Layer, communes: set[str], faults: Faults) -> dict[str, list[int]]:
    """Positions of the features of each commune of the study."""
    names = {name.strip().casefold() for feature in layer.features for name in feature.properties}
    key = next((name for name in _CODES if name in names), None)
    if key is None:
        found = Message("features without it")
        faults.add(column="insee", found=found, expected=Message("this property on every feature, such as 76114"))
        return {}
    parts: dict[str, list[int]] = {}
    for position, feature in enumerate(layer.features):
        value = feature.value_of(key)
        code = insee_code(value)
        if code is None:
            found = Message("{feature} with the code {value}", feature=feature.label, value=f'"{value or ""}"')
            faults.add(column=key, found=found, expected=Message("the INSEE code of the commune, as text"))
        elif code in communes:
            parts.setdefault(code, []).append(position)
    return parts


def _check_frame(layer: Layer, parts: dict[str, list[int]], frame: Frame, faults: Faults) -> None:
    """The communes lie about the frame of the study."""
    lonlat = layer.lonlat()
    out = {insee: xy for insee in parts if not _about(xy := np.concatenate([lonlat[at] for at in parts[insee]]), frame)}
    if not out:
        return
    hint = Message("; longitude and latitude look swapped")
    expected = Message("a place about the frame of study.toml, {frame}", frame=[f"{side:g}" for side in frame])
    if len(out) == len(parts) and len(out) > 1:  # one cause, not a fault a commune
        first = next(iter(out.values()))
        x, y = np.median(first, axis=0)
        found = Message("communes at {x}, {y}, none in the frame", x=f"{x:g}", y=f"{y:g}")
        faults.add(found=found, expected=_with_hint(expected, hint, _about(first[:, ::-1], frame)))
        return
    for insee, xy in out.items():
        x, y = xy[_outermost(xy, frame)]
        found = Message("a vertex at {x}, {y}", x=f"{x:g}", y=f"{y:g}")
        faults.add(id=insee, found=found, expected=_with_hint(expected, hint, _about(xy[:, ::-1], frame)))


def _with_hint(expected: Message, hint: Message, shown: bool) -> Message:
    return Message("{expected}{hint}", expected=expected, hint=hint) if shown else expected


def _about(lonlat: Floats, frame: Frame) -> bool:
    """Whether a commune meets the frame, and does not stand out of it farther than it may."""
    west, south, east, north = frame
    lon, lat = lonlat.T
    meets = lon.min() <= east and lon.max() >= west and lat.min() <= north and lat.max() >= south
    return bool(meets and _outside(lonlat, frame).max() <= max(_MARGIN, east - west, north - south))


def _outside(lonlat: Floats, frame: Frame) -> Floats:
    """Degrees by which vertices lie outside the frame."""
    west, south, east, north = frame
    beyond = np.maximum((west, south) - lonlat, lonlat - (east, north))
    return np.asarray(beyond.max(axis=1).clip(0))


def _outermost(lonlat: Floats, frame: Frame) -> int:
    return int(_outside(lonlat, frame).argmax())


def _areas(layer: Layer, parts: dict[str, list[int]], crs: str, faults: Faults) -> dict[int, shapely.Geometry]:
    """The ground of each feature of a commune in the metric CRS, by its position in the layer."""
    codes = {position: insee for insee, positions in parts.items() for position in positions}
    used = sorted(codes)
    projected = layer.projected([layer.features[position].geometry for position in used], crs)
    areas = {}
    for position, shape in zip(used, projected.to_numpy(), strict=True):
        feature = layer.features[position]
        ground = _ground(shape)
        drawn_m2 = sum(abs(part.area) for part in _polygons(shape))
        if ground.is_empty:
            found = Message("{feature}, a {kind} without an area", feature=feature.label, kind=shape.geom_type)
            faults.add(id=codes[position], found=found, expected=Message("a polygon: the boundary of the commune"))
        elif abs(ground.area - drawn_m2) > _TOLERANCE * ground.area:
            found = Message("{feature}, whose boundary crosses itself", feature=feature.label)
            expected = Message(
                'a boundary without loops; in QGIS "Fix geometries", or take it from the publisher again'
            )
            faults.add(id=codes[position], found=found, expected=expected)
        areas[position] = ground
    return areas


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    return [part for part in parts_of(shape) if isinstance(part, shapely.Polygon)]


def _ground(shape: shapely.Geometry) -> shapely.Geometry:
    """A geometry as valid polygons; as it is where it is valid."""
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon) and shape.is_valid:
        return shape
    return shapely.union_all(mended(_polygons(shape)))


def _joined(insee: str, positions: list[int], areas: dict[int, shapely.Geometry], faults: Faults) -> shapely.Geometry:
    """The ground of a commune from its features: one of those that are the same, and all that lie apart."""
    parts: list[int] = []
    for position in positions:
        if not any(_same(areas[position], areas[other]) for other in parts):
            parts.append(position)
    for one, other in combinations(parts, 2):
        shared = shapely.intersection(areas[one], areas[other]).area
        if shared > _TOLERANCE * min(areas[one].area, areas[other].area):
            found = Message("features {one} and {other}, which lie over one another", one=one + 1, other=other + 1)
            expected = Message("one boundary a commune, or its parts side by side; delete the one that is out of date")
            faults.add(id=insee, found=found, expected=expected)
    return areas[parts[0]] if len(parts) == 1 else shapely.union_all([areas[part] for part in parts])


def _same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two areas are the same but for a little along their edges."""
    return bool(shapely.symmetric_difference(one, other).area <= _TOLERANCE * min(one.area, other.area))
