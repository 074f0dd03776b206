"""Geometry as the page carries it: WGS 84, five decimals, simplified, each shape once, lines as encoded polylines."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import polyline
import shapely

DECIMALS = 5  # of a degree: about a metre
SIMPLIFY_M = 30.0  # less than a pixel at the zooms that show a commune whole


class ShapePool:
    """The shapes of a page, each told once however many layers show it.

    A place is [latitude, longitude]; a line is a list of encoded polylines; an area is a list of polygons, each a
    list of encoded rings.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._encoded: dict[bytes, int | None] = {}
        self.shapes: list[Any] = []

    def add(self, geometries: gpd.GeoSeries) -> list[int | None]:
        """Numbers of some geometries; None for those without ground."""
        degrees = geometries.to_crs("EPSG:4326").to_numpy()
        return [self._once(key, geometry) for key, geometry in zip(shapely.to_wkb(degrees), degrees, strict=True)]

    def _once(self, key: bytes, geometry: shapely.Geometry | None) -> int | None:
        """The number of a geometry; layers of several cases show the same ones, and encoding takes time."""
        if key not in self._encoded:
            shape = encoded(geometry)
            self._encoded[key] = self._number(shape) if shape else None
        return self._encoded[key]

    def _number(self, shape: Any) -> int:
        key = json.dumps(shape)
        if key not in self._numbers:
            self._numbers[key] = len(self.shapes)
            self.shapes.append(shape)
        return self._numbers[key]


def encoded(shape: shapely.Geometry | None) -> Any:
    """A geometry in WGS 84 as the page reads it; empty if there is nothing to draw."""
    if shape is None or shape.is_empty:
        return []
    if isinstance(shape, shapely.Point):
        return [round(shape.y, DECIMALS), round(shape.x, DECIMALS)]
    if shape.geom_type in ("LineString", "MultiLineString"):
        return [_line(part) for part in shapely.get_parts(shape)]
    return [[_line(ring) for ring in shapely.get_rings(part)] for part in shapely.get_parts(shape)]


def _line(line: shapely.Geometry) -> str:
    """A line or ring in the encoded polyline format (five decimals, latitude first)."""
    degrees = np.round(shapely.get_coordinates(line)[:, ::-1], DECIMALS)
    return str(polyline.encode(degrees.tolist(), DECIMALS))
