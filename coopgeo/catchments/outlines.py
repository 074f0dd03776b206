"""From spots that are reached to the ground around them: polygons whose error is known.

The ground that a spot serves lies within some width of it, and no nearer to a spot of a rival; what is farther than
`WIDTH_M` is claimed only where no road that is not reached lies nearer. A field that is positive there is computed on
a grid of `_CELL_M` and followed at zero between the cells, so that an outline is off by half a cell at most. Nodes
decide what the grid is too coarse for: those reached lie inside, those not reached are cut out. The grid is the same
for all areas: what is reached within a shorter break lies within what is reached within a longer one.
"""

from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from coopgeo.arrays import Floats

WIDTH_M = 150.0
_CELL_M = 50.0
_FAR_M = 1e6
_APART_M = 1e-3
_CUT_M, _KEPT_M = 4.0, 2.0  # around a node not reached, and around one reached


def around(
    reached: Floats,
    rivals: Floats,
    others: Floats,
    nodes: Floats,
    is_reached: NDArray[np.bool_],
    width_m: float = WIDTH_M,
) -> shapely.Geometry:
    """The ground around spots.

    Parameters
    ----------
    reached, rivals : ndarray, shape (spots, 2)
        Spots reached, and spots that others have reached before, metres.
    others : ndarray, shape (spots, 2)
        Spots that are not reached, metres.
    nodes : ndarray, shape (nodes, 2)
    is_reached : ndarray of bool, shape (nodes,)
    width_m : float
        `WIDTH_M` or more.

    Returns
    -------
    Polygon or MultiPolygon
        Valid, with its holes; empty if nothing is reached.
    """
    if not len(reached):
        return shapely.MultiPolygon()
    margin = (
        2 * width_m if len(rivals) or width_m > WIDTH_M else width_m
    ) + 2 * _CELL_M  # what lies twice as far may be nearer to the outline
    low = np.floor((reached.min(axis=0) - margin) / _CELL_M)
    shape = (np.ceil((reached.max(axis=0) + margin) / _CELL_M) - low).astype(int) + 1
    against, unreached = (
        spots[((spots >= low * _CELL_M) & (spots < (low + shape) * _CELL_M)).all(axis=1)] for spots in (rivals, others)
    )
    to_reached = _distance(reached / _CELL_M - low, shape)
    field = width_m - to_reached
    if width_m > WIDTH_M and len(unreached):
        field = np.minimum(field, np.maximum(WIDTH_M, _distance(unreached / _CELL_M - low, shape)) - to_reached)
    if len(against):
        field = np.minimum(field, _distance(against / _CELL_M - low, shape) - to_reached)
    x, y = ((low[axis] + np.arange(shape[axis]) + 0.5) * _CELL_M for axis in (0, 1))
    return _with_nodes(_positive(x, y, field), field, nodes / _CELL_M - low, nodes, is_reached)


def _with_nodes(
    area: shapely.Geometry, field: Floats, at: Floats, nodes: Floats, is_reached: NDArray[np.bool_]
) -> shapely.Geometry:
    """The area without the nodes that are not reached, and with those that are; `at`: the nodes in cells of the field.

    A field changes by no more than the way gone, so the cell of a node tells which nodes need a closer look.
    """
    column, row = np.floor(at).astype(int).T
    known = (column >= 0) & (row >= 0) & (column < field.shape[1]) & (row < field.shape[0])
    value = np.full(len(nodes), -_FAR_M)
    value[known] = field[row[known], column[known]]
    wrong = shapely.points(nodes[~is_reached & (value > -2 * _CELL_M)])
    shapely.prepare(area)
    near_cut = np.zeros(field.shape, dtype=bool)
    wrong = wrong[shapely.dwithin(area, wrong, _CUT_M)]
    if len(wrong):
        cut = np.floor(shapely.get_coordinates(wrong) / _CELL_M - (nodes[0] / _CELL_M - at[0])).astype(int)
        near_cut[cut[:, 1], cut[:, 0]] = True
        near_cut = ndimage.binary_dilation(near_cut, np.ones((3, 3), dtype=bool))
        area = shapely.difference(area, shapely.union_all(shapely.buffer(wrong, _CUT_M, quad_segs=2)))
        shapely.prepare(area)
    doubtful = is_reached & (value < 2 * _CELL_M)
    doubtful[known] |= is_reached[known] & near_cut[row[known], column[known]]
    lost = shapely.points(nodes[doubtful][~shapely.contains_xy(area, *nodes[doubtful].T)])
    return shapely.union_all([area, *shapely.buffer(lost, _KEPT_M, quad_segs=2)]) if len(lost) else area


def _distance(spots: Floats, shape: NDArray[np.int_]) -> Floats:
    """Distance of each cell's centre to the nearest spot, metres; shape (rows, columns).

    Of several spots in a cell, the last one counts.
    """
    cell = np.floor(spots).astype(int)
    empty = np.ones(shape[::-1], dtype=bool)
    empty[cell[:, 1], cell[:, 0]] = False
    row, column = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
    nearest = (row * shape[0] + column).ravel()
    away = []
    for axis, centre in ((0, np.arange(shape[0])[None, :]), (1, np.arange(shape[1])[:, None])):
        where = np.zeros(empty.size, dtype=np.float32)
        where[cell[:, 1] * shape[0] + cell[:, 0]] = spots[:, axis]
        away.append(where[nearest].reshape(empty.shape) - (centre + np.float32(0.5)).astype(np.float32))
    return np.asarray(_CELL_M * np.hypot(*away), dtype=np.float64)


def _positive(x: Floats, y: Floats, field: Floats) -> shapely.Geometry:
    """Where a field is positive.

    No value is nearer to zero than a millimetre, so no two points of an outline coincide: rings are simple, and apart.
    """
    steady = np.where(np.abs(field) < _APART_M, _APART_M, field)
    filled: Any = contourpy.contour_generator(x, y, steady, fill_type=contourpy.FillType.OuterOffset).filled(
        0.0, 2 * _FAR_M
    )
    polygons = []
    for points, offsets in zip(*filled, strict=True):
        rings = [points[begin:end] for begin, end in pairwise(offsets)]
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.multipolygons(np.array(polygons, dtype=object))
