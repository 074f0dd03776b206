"""The frame of a study and its coordinate system: lengths in it must be those on the ground."""

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from coopgeo.errors import Faults, Message
from coopgeo.roads.projection import in_metres, scale_error
from coopgeo.study.boundaries import Frame

MOST_SCALE_ERROR = 0.01  # most by which lengths may differ from those on the ground, as a share
_LAMBERT_93 = "EPSG:2154"


def check_frame(faults: Faults, frame: Frame) -> bool:
    """The frame of a study must be west, south, east, north in degrees."""
    west, south, east, north = frame
    if -180 <= west < east <= 180 and -90 < south < north < 90:
        return True
    expected = Message("west, south, east, north in degrees, west below east and south below north")
    faults.add(column="study.toml: frame", found=", ".join(f"{side:g}" for side in frame), expected=expected)
    return False


def check_crs(faults: Faults, crs: str, frame: Frame) -> None:
    """The coordinate system of a study must be in metres, and true to scale at the corners and in the middle of it."""
    if not check_frame(faults, frame):
        return
    try:
        error = scale_error(in_metres(crs), frame)
    except (ValueError, CRSError):  # none, or in degrees or feet
        expected = Message("a metric CRS, such as {proposed}", proposed=proposed_crs(frame))
        faults.add(column="study.toml: crs", found=crs, expected=expected)
        return
    if error > MOST_SCALE_ERROR:
        off = Message("{percent} % off", percent=round(100 * error)) if error < 10 else Message("far off")
        found = Message("{crs}, in which lengths in the frame are {off}", crs=crs, off=off)
        expected = Message("a metric CRS whose lengths are true there within 1 %, such as {proposed}",
                           proposed=proposed_crs(frame))  # fmt: skip
        faults.add(column="study.toml: crs", found=found, expected=expected)


def proposed_crs(frame: Frame) -> str:
    """A metric CRS for a frame: Lambert-93 in France, elsewhere the UTM zone."""
    lambert = CRS(_LAMBERT_93)
    area, (west, south, east, north) = lambert.area_of_use, frame
    if (
        area is not None
        and area.west <= west and east <= area.east and area.south <= south and north <= area.north
        and scale_error(lambert, frame) <= MOST_SCALE_ERROR
    ):  # fmt: skip
        return _LAMBERT_93
    box = gpd.GeoSeries([shapely.box(*frame)], crs="EPSG:4326")
    try:
        return str(box.estimate_utm_crs().to_string())
    except (RuntimeError, ValueError):  # near a pole
        return _LAMBERT_93
