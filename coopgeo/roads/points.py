"""Places as a user brings them, made plain: points in the CRS of the network, or one error in words."""

from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.arrays import Floats, Mask
from coopgeo.errors import Faults, InputError, Message

Points: TypeAlias = "gpd.GeoSeries | gpd.GeoDataFrame | shapely.Point"
_FARTHEST_DEGREES = np.array([360.0, 90.0])
_FARTHEST = 1e9  # metres or feet; no CRS reaches as far


def points_of(places: Points, crs: Any, *, name: str = "points") -> gpd.GeoSeries:
    """Points in one CRS, with the index that they came with.

    Parameters
    ----------
    places : GeoSeries, GeoDataFrame or shapely.Point
        Points in any CRS; a bare Point stands for itself in `crs`.
    crs : pyproj.CRS
        CRS of the result.
    name : str
        What to call the places in messages.

    Raises
    ------
    InputError
        If it is something else, has no CRS, or holds what is no point with finite coordinates; lists every such row.
    """
    if isinstance(places, shapely.Point):
        places = gpd.GeoSeries([places], crs=crs)
    if isinstance(places, gpd.GeoDataFrame) and places.active_geometry_name is None:
        raise InputError(
            Message(
                "{name}: found a GeoDataFrame without geometry; expected a column of points: set_geometry(...)",
                name=name,
            )
        )
    if not isinstance(places, gpd.GeoSeries | gpd.GeoDataFrame):
        raise InputError(
            Message(
                "{name}: found {kind}; expected a GeoSeries or GeoDataFrame of points",
                name=name,
                kind=type(places).__name__,
            )
        )
    points = places.geometry
    if points.crs is None:
        raise InputError(
            Message(
                '{name}: found no CRS; expected one, such as {name}.set_crs("EPSG:4326") for longitudes and latitudes',
                name=name,
            )
        )
    faults = Faults(name)
    shapes = points.to_numpy()
    nothing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    for label in points.index[nothing]:
        faults.add(id=str(label), column="geometry", found=Message("nothing"), expected=Message("a point"))
    for label, kind in zip(points.index[~nothing & ~point], points.geom_type[~nothing & ~point], strict=True):
        faults.add(
            id=str(label),
            column="geometry",
            found=Message("a {kind}", kind=kind),
            expected=Message("points; take .representative_point()"),
        )
    faults.raise_if_any()
    xy = shapely.get_coordinates(shapes)
    _refuse(faults, points.index, xy, ~_on_earth(xy, geographic=points.crs.is_geographic))
    if points.crs == crs:
        return points
    projected = points.to_crs(crs)
    _refuse(faults, points.index, xy, ~np.isfinite(shapely.get_coordinates(projected.to_numpy())).all(axis=1))
    return projected


def point_of(place: Points, crs: Any, *, name: str = "place") -> gpd.GeoSeries:
    """One point, as `points_of` takes it.

    Raises
    ------
    InputError
        If there are several, or none.
    """
    points = points_of(place, crs, name=name)
    if len(points) != 1:
        raise InputError(Message("{name}: found {count} points; expected one", name=name, count=len(points)))
    return points


def look_like_degrees(points: gpd.GeoSeries) -> Mask:
    """Points in a metric CRS whose coordinates would be a longitude and a latitude."""
    xy = np.abs(shapely.get_coordinates(points.to_numpy()))
    return np.asarray((xy <= [180.0, 90.0]).all(axis=1) & (not points.crs.is_geographic))


def _on_earth(xy: Floats, *, geographic: bool) -> Mask:
    farthest = _FARTHEST_DEGREES if geographic else _FARTHEST
    return np.asarray((np.abs(xy) <= farthest).all(axis=1))


def _refuse(faults: Faults, index: pd.Index, xy: Floats, wrong: Mask) -> None:
    for label, (x, y) in zip(index[wrong], xy[wrong], strict=True):
        expected = Message("finite coordinates within the CRS: longitude first, latitude from -90 to 90")
        faults.add(
            id=str(label), column="geometry", found=Message('"{x} {y}"', x=f"{x:g}", y=f"{y:g}"), expected=expected
        )
    faults.raise_if_any()


def measure(name: str, value: object) -> float:
    """An argument that is a number, 0 or more; whole numbers beyond all measure count as infinite.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(value, int | float | np.number) or isinstance(value, bool) or not value >= 0:
        raise InputError(Message("{name}: found {found}; expected 0 or more", name=name, found=str(value)))
    try:
        return float(value)
    except OverflowError:
        return np.inf
