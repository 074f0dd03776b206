"""The metric CRS of a network: as asked for, or estimated from where the roads lie."""

from typing import Any

import geopandas as gpd
import pyproj
import shapely

from coopgeo.arrays import Floats
from coopgeo.errors import InputError

_SCALE = 0.01  # most by which lengths in a CRS may differ from those on the ground, as a share


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
        If it is no CRS in metres.
    """
    if crs is None and own is not None and _is_true(own, lonlat):
        return own
    if crs is None:
        (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
        frame = gpd.GeoSeries([shapely.box(west, south, east, north)], crs="EPSG:4326")
        try:
            return frame.estimate_utm_crs()
        except (RuntimeError, ValueError):
            raise InputError(
                f"crs: found no UTM zone for roads at {west:g} {south:g}; expected a CRS in metres, such as EPSG:2154"
            ) from None
    return in_metres(crs)


def _is_true(crs: pyproj.CRS, lonlat: Floats) -> bool:
    """Whether a CRS is in metres and lengths in it are those on the ground, as they are not in Web Mercator."""
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        return False
    factors = pyproj.Proj(crs).get_factors(*lonlat.min(axis=0)), pyproj.Proj(crs).get_factors(*lonlat.max(axis=0))
    scales = [scale for corner in factors for scale in (corner.meridional_scale, corner.parallel_scale)]
    return bool(max(abs(scale - 1) for scale in scales) <= _SCALE)


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
        raise InputError(f"crs: found {crs!r}; expected a CRS in metres, such as EPSG:2154") from None
    units = [axis.unit_name for axis in known.axis_info]
    if not known.is_projected or any(unit != "metre" for unit in units):
        raise InputError(f"crs: found {crs}, in {units[0]}; expected a CRS in metres, such as EPSG:2154")
    return known
