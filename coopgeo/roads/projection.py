"""The metric CRS of a network: as asked for, or estimated from where the roads lie."""

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from coopgeo.arrays import Floats
from coopgeo.errors import InputError, Message
from coopgeo.roads.limits import shown

# Most by which lengths in a CRS may differ from those on the ground, as a share, where it is that of the roads or asked
# for. Lengths of roads are geodesic whatever the CRS; the ways between places and roads are not.
_SCALE, _SCALE_ASKED_FOR = 0.01, 0.1
_SCALE_OUT_OF_REACH = 20  # Web Mercator at its edge stretches by 11: farther out, a CRS gives places that mean nothing


def metric_crs(crs: Any, lonlat: Floats, *, own: pyproj.CRS | None = None) -> pyproj.CRS:
    """The CRS that is asked for, or that of the roads where lengths in it are true, or the UTM zone of the roads.

    Parameters
    ----------
    crs : anything that pyproj takes, or None
        None estimates it.
    lonlat : ndarray of float, shape (points, 2)
        Where the roads lie, degrees of WGS 84.
    own : CRS, optional
        What the roads are drawn in.

    Raises
    ------
    InputError
        If it is no CRS in metres, or lengths in it are wrong by more than 10 % where the roads lie.
    """
    if crs is None and own is not None and _is_true(own, lonlat):
        return own
    if crs is not None:
        known = in_metres(crs)
        if not _is_true(known, lonlat, _SCALE_ASKED_FOR):
            raise InputError(
                Message(
                    "crs: found {crs}, in which lengths at these roads are not those on the ground; "
                    "expected a CRS made for this area, such as {good}",
                    crs=shown(crs),
                    good=_utm(lonlat).to_string(),
                )
            )
        return known
    return _utm(lonlat)


def _utm(lonlat: Floats) -> pyproj.CRS:
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    frame = gpd.GeoSeries([shapely.box(west, south, east, north)], crs="EPSG:4326")
    try:
        return frame.estimate_utm_crs()
    except (RuntimeError, ValueError):
        raise InputError(
            Message(
                "crs: found no UTM zone for roads at {west} {south}; expected a CRS in metres, such as EPSG:2154",
                west=f"{west:g}",
                south=f"{south:g}",
            )
        ) from None


def lonlat_of(places: gpd.GeoSeries, name: str) -> Floats:
    """Degrees of WGS 84 of all vertices of some geometries.

    Raises
    ------
    InputError
        If they lie nowhere on earth, or their CRS is of no use.
    """
    try:
        lonlat = shapely.get_coordinates(places.to_crs("EPSG:4326").to_numpy())
    except pyproj.exceptions.ProjError as error:
        raise InputError(
            Message(
                "{name}: found a CRS that cannot be used ({error}); "
                "expected one such as EPSG:2154: mend the .prj of a shapefile, or save the layer again with its CRS",
                name=name,
                error=shown(error),
            )
        ) from None
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    on_earth = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not on_earth or (
        places.crs.is_projected and scale_error(places.crs, (west, south, east, north)) > _SCALE_OUT_OF_REACH
    ):
        raise InputError(
            Message(
                "{name}: found coordinates that lie nowhere on earth in {crs}; "
                "expected those of roads: the CRS is wrong, or a place is badly drawn",
                name=name,
                crs=shown(places.crs.name),
            )
        )
    return lonlat


def _is_true(crs: pyproj.CRS, lonlat: Floats, scale: float = _SCALE) -> bool:
    """Whether a CRS is in metres and lengths in it are those on the ground, as they are not in Web Mercator."""
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        return False
    return scale_error(crs, (*lonlat.min(axis=0), *lonlat.max(axis=0))) <= scale


def scale_error(crs: pyproj.CRS, frame: tuple[float, float, float, float]) -> float:
    """How far lengths in a CRS differ from those on the ground, as a share: the most in the corners and the middle.

    Parameters
    ----------
    crs : CRS
        Projected.
    frame : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    float
        `inf` where the CRS has no such place.
    """
    west, south, east, north = frame
    lon = np.array([west, west, east, east, (west + east) / 2])
    lat = np.array([south, north, south, north, (south + north) / 2])
    try:
        factors = pyproj.Proj(crs).get_factors(lon, lat)
    except pyproj.exceptions.ProjError:
        return float("inf")
    scales = np.concatenate([factors.meridional_scale, factors.parallel_scale])
    return float(np.abs(scales - 1).max()) if np.isfinite(scales).all() else float("inf")


def in_metres(crs: Any) -> pyproj.CRS:
    """A CRS that is projected, in metres.

    Raises
    ------
    InputError
        If it is another, or none.
    """
    try:
        known = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        found = repr(crs)
        raise InputError(
            Message("crs: found {found}; expected a CRS in metres, such as EPSG:2154", found=shown(found))
        ) from None
    units = [axis.unit_name for axis in known.axis_info]
    if not known.is_projected or any(unit != "metre" for unit in units):
        raise InputError(
            Message(
                "crs: found {crs}, in {unit}; expected a CRS in metres, such as EPSG:2154",
                crs=shown(crs),
                unit=next((unit for unit in units if unit != "metre"), "metre"),
            )
        )
    return known
