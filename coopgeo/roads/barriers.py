"""What roads pass by bridges and ferries alone: rivers, drawn as lines or as surfaces, and the line that each bars."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

MOUTHS = {"west": (-1.0, 0.0), "east": (1.0, 0.0), "south": (0.0, -1.0), "north": (0.0, 1.0)}
_FAR_M = 1_000_000.0  # past every road of a study
_GAP_M = 1.0  # surfaces that are drawn in pieces do not always meet
_DETAIL_M = 2.0  # the middle of a river does not hang on finer bends of its banks
_ARM_M = 2_000.0  # docks and mouths of brooks that are shorter part no one: one goes round their end


def course(shapes: NDArray[Any], mouth: str = "") -> shapely.Geometry:
    """The line that roads may not pass without a bridge or a ferry.

    Parameters
    ----------
    shapes : array of lines and polygons
        How one river is drawn, in a metric CRS. Of a surface the middle is taken, past its islands.
    mouth : {"", "west", "east", "south", "north"}
        Where the two banks stay apart beyond what is drawn, as in an estuary: the line then goes on that way from its
        outermost point.

    Returns
    -------
    shapely geometry
        Lines; empty where a surface is as wide as it is long, so that one goes round it.

    Examples
    --------
    >>> river = shapely.box(0, 0, 20_000, 200)
    >>> shapely.get_coordinates(course(np.array([river])))[:, 1].tolist()
    [100.0, 100.0]
    """
    dimension = shapely.get_dimensions(shapes)
    drawn = shapely.union_all(shapes[dimension == 1])
    lines = shapely.union(drawn, _middle(shapes[dimension == 2])) if (dimension == 2).any() else drawn
    return lines if not mouth or lines.is_empty else shapely.union(_beyond(lines, mouth), lines)


def barrier_of(courses: gpd.GeoSeries) -> shapely.Geometry | None:
    """The line that only crossings may pass, of all rivers; None if there is none."""
    return None if courses.is_empty.all() else shapely.union_all(courses.to_numpy())


def _beyond(lines: shapely.Geometry, mouth: str) -> shapely.Geometry:
    """From the outermost point of some lines straight on."""
    vertices, way = shapely.get_coordinates(lines), np.array(MOUTHS[mouth])
    outermost = vertices[(vertices @ way).argmax()]
    return shapely.linestrings([outermost + _FAR_M * way, outermost])


def _middle(surfaces: NDArray[Any]) -> shapely.Geometry:
    """The middle line of surfaces, those that meet taken together."""
    import pygeoops  # noqa: PLC0415 - takes a while, and most studies draw their rivers as lines

    whole = shapely.union_all(shapely.buffer(surfaces, _GAP_M, join_style="mitre"))
    rivers = shapely.simplify([_without_islands(part) for part in shapely.get_parts(whole)], _DETAIL_M)
    lines = [pygeoops.centerline(river, min_branch_length=_ARM_M) for river in rivers]
    parts = shapely.get_parts([line for line in lines if line is not None])
    return shapely.multilinestrings(parts[shapely.length(parts) > 0])


def _without_islands(surface: shapely.Polygon) -> shapely.Polygon:
    """A surface with its holes filled, save those that are larger than the water round them."""
    holes = [ring for ring in surface.interiors if shapely.Polygon(ring).area > surface.area]
    return shapely.Polygon(surface.exterior, holes)
