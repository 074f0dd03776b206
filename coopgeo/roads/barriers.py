"""What roads pass by bridges and ferries alone: rivers, drawn as lines or as surfaces, and the line that each bars."""

import heapq
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx

MOUTHS = {"west": (-1.0, 0.0), "east": (1.0, 0.0), "south": (0.0, -1.0), "north": (0.0, 1.0)}
_FAR_M = 1_000_000.0  # past every road of a study
_GAP_M = 50.0  # surfaces that are drawn in pieces do not always meet, and brooks have as many banks as they have metres
_DETAIL_M = 5.0  # the middle of a river does not hang on finer bends of its banks
_ROUND = 10.0  # one goes round water whose shore is so many mean widths long: about three times as long as wide
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
    >>> shapely.get_coordinates(course(np.array([river])))[1:-1, 1].tolist()
    [100.0, 100.0]
    """
    is_surface = shapely.get_dimensions(shapes) == 2
    lines = shapely.union_all(shapes[~is_surface])
    if is_surface.any():
        water = shapely.union_all(shapely.buffer(shapes[is_surface], _GAP_M))
        surfaces = shapely.simplify([_without_islands(part) for part in shapely.get_parts(water)], _DETAIL_M)
        middles = {surface: _middle_of(surface) for surface in surfaces}
        rivers = [surface for surface, middle in middles.items() if not middle.is_empty]
        lines = shapely.union_all([shapely.difference(lines, shapely.union_all(rivers)), *middles.values()])
    return lines if not mouth or lines.is_empty else shapely.union(_beyond(lines, mouth), lines)


def barrier_of(courses: gpd.GeoSeries) -> shapely.Geometry | None:
    """The line that only crossings may pass, of all rivers; None if there is none."""
    return None if courses.is_empty.all() else shapely.union_all(courses.to_numpy())


def _beyond(lines: shapely.Geometry, mouth: str) -> shapely.Geometry:
    """From the outermost point of some lines straight on."""
    vertices, way = shapely.get_coordinates(lines), np.array(MOUTHS[mouth])
    outermost = vertices[(vertices @ way).argmax()]
    return shapely.linestrings([outermost + _FAR_M * way, outermost])


def _middle_of(river: shapely.Polygon) -> shapely.Geometry:
    """The middle line of a surface: what its shores are equally far from, without arms that are short.

    The edges of the Voronoi diagram of points along the shores that lie on the water are what is equally far from two
    of them (Brandt & Algazi 1992, CVGIP: Image Understanding 55(3):329-338); those that lead to every bend of a shore
    are pruned, the shortest first.
    """
    import networkx as nx  # noqa: PLC0415 - a river that is drawn as a line does without, and it takes long to import

    width_m = 2 * river.area / river.length
    if river.length < _ROUND * width_m:
        return shapely.LineString()
    edges = shapely.get_parts(shapely.voronoi_polygons(shapely.segmentize(river, width_m / 2), only_edges=True))
    shapely.prepare(river)
    ends = np.round(shapely.get_coordinates(edges[shapely.contains_properly(river, edges)])).reshape(-1, 2, 2)
    middle: nx.Graph = nx.Graph()
    for (x0, y0), (x1, y1) in ends[(ends[:, 0] != ends[:, 1]).any(axis=1)].tolist():
        middle.add_edge((x0, y0), (x1, y1), length=math.hypot(x1 - x0, y1 - y0))
    _prune(middle)
    return shapely.simplify(shapely.line_merge(shapely.multilinestrings(list(middle.edges))), width_m / 4)


def _prune(middle: "nx.Graph") -> None:
    """Cut off the arms of a graph of places that are shorter than `_ARM_M`, the shortest first."""
    arms = [(_arm(middle, place), place) for place, degree in middle.degree if degree == 1]
    queue = [(length, place) for (length, _), place in arms]
    heapq.heapify(queue)
    while queue and queue[0][0] < _ARM_M:
        before, place = heapq.heappop(queue)
        length, arm = _arm(middle, place)
        if length > before:  # an arm that began at the same fork is gone
            heapq.heappush(queue, (length, place))
        else:
            middle.remove_nodes_from(arm)


def _arm(middle: "nx.Graph", place: Any) -> tuple[float, list[Any]]:
    """Length and places of the arm that ends at a place, up to the next fork; endless where there is none."""
    arm, length = [place], 0.0
    onward = list(middle[place])
    while len(onward) == 1:
        length += middle[place][onward[0]]["length"]
        place = onward[0]
        onward = [other for other in middle[place] if other != arm[-1]]
        arm.append(place)
    return (length, arm[:-1]) if onward else (math.inf, [])


def _without_islands(surface: shapely.Polygon) -> shapely.Polygon:
    """A surface with its holes filled, save those that are larger than the water round them."""
    holes = [ring for ring in surface.interiors if shapely.Polygon(ring).area > surface.area]
    return shapely.Polygon(surface.exterior, holes)
