"""What rounds cost, about, without planning them.

Formula. Loads that fill vehicles are full trips, and cost just that. What is left goes in rounds: m of them by load
(sum q / Q) or by time, whichever is more, and one at least. As in Daganzo (1984, The distance traveled to visit N
points with a maximum of C stops per vehicle, Transportation Science 18, 331-350) and Figliozzi (2008, Planning
approximations to the average length of vehicle routing problems with varying customer demands and routing constraints,
Transportation Research Record 2089, 1-8) the ways have a radial and a local part:

    ways = RADIAL m (mean of D_0i + D_i0) + LOCAL (minimum spanning tree over depot and stops)

where their local part, k sqrt(area stops), is for points spread evenly in a plane; the tree takes the roads and places
as they are. Serving all stops alone costs no less than the best rounds, so the ways cost that at most. m by time
solves: starts, ways and stops take m shifts. Starts are paid ceil(m) times.

`benchmarks/rounds.py` plans rounds on the roads of the shipped study, fits RADIAL and LOCAL on half of them and
measures the error on the other half; docs/rounds.md has the figures.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints
from coopgeo.rounds.arguments import UNITS, Task, checked, load_units, tenths
from coopgeo.rounds.bounds import alike, spanning
from coopgeo.rounds.fleet import Fleet

RADIAL, LOCAL = 0.9, 1.05  # python benchmarks/rounds.py; the error hardly changes from 0.7, 1.15 to 0.95, 1.03


def estimated_rounds_cost(
    length_m: ArrayLike,
    time_s: ArrayLike,
    load_t: ArrayLike,
    *,
    fleet: Fleet,
    toll_eur: ArrayLike | None = None,
    depots: int = 1,
) -> Floats:
    """About what rounds cost, of each of many depots on its own, for one set of loads or many; in an instant.

    Parameters
    ----------
    length_m, time_s, toll_eur : array_like, shape (depots + stops, depots + stops)
        The ways, the depots first; `inf` where none leads. What they say between depots does not matter.
    load_t : array_like, shape (stops,) or (draws, stops)
        Load of each stop. A stop without a load is passed over.
    fleet : Fleet
    depots : int
        How many depots there are.

    Returns
    -------
    ndarray, shape (depots,) or (draws, depots)
        €; `inf` where no way leads from a depot to a stop and back, or a stop cannot be served within the shift.

    Raises
    ------
    InputError
        Lists every fault of the arguments.

    Notes
    -----
    The module has the formula, its sources and what was changed; docs/rounds.md how far off it is.

    Examples
    --------
    >>> ways = [[0, 9000, 9000], [9000, 0, 1000], [9000, 1000, 0]]
    >>> estimated_rounds_cost(ways, ways, [1, 1], fleet=Fleet(1, cost_eur_km=1))
    array([36.])
    """
    task = checked(length_m, time_s, load_t, fleet, toll_eur, depots=depots, draws=True)
    loads = np.atleast_2d(task.load_t)
    share = load_units(loads, fleet) / UNITS
    full, nodes = np.floor(share), np.arange(task.depots)
    trip_eur, trip_s = (part[: task.depots, task.depots :] + part[task.depots :, : task.depots].T
                        for part in (task.way_eur, task.time_s))  # fmt: skip
    possible = np.isfinite(trip_eur) & (tenths(trip_s) + tenths(fleet.depot_s + fleet.stop_s) <= tenths(fleet.shift_s))
    found = full @ (np.where(possible, trip_eur, 0.0) + fleet.start_eur + fleet.stop_eur).T
    # A load that is less than a millionth of a vehicle still has to be brought.
    rest = np.where((share > full) | ((full == 0) & (loads > 0)), share - full, -1.0)
    for mask, draws in alike(rest >= 0):
        if mask.any():
            stops = task.depots + np.flatnonzero(mask)
            part = rest[np.ix_(draws, mask)].sum(axis=1)
            found[draws] += _rounds(task, nodes, stops, part)
    found = np.where(((loads > 0) @ ~possible.T), np.inf, found)
    return found if task.load_t.ndim == 2 else found[0]


def parts(task: Task, depots: Ints, stops: Ints, share: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """What the estimate of rounds over some stops is made of; `share` is sum q / Q of each draw.

    Returns
    -------
    count, radial : ndarray, shape (draws, depots)
        Rounds by load or time, not whole; times the mean way to a stop and back.
    local, alone : ndarray, shape (depots,)
        Spanning tree; ways where every stop is served alone.
    """
    fleet = task.fleet
    mean_s, tree_s, _ = _means(depots, stops, task.time_s)
    mean, tree, alone = _means(depots, stops, task.way_eur)
    with np.errstate(invalid="ignore", divide="ignore"):
        room_s = fleet.shift_s - fleet.depot_s - RADIAL * mean_s
        by_time = np.where(room_s > 0, (LOCAL * tree_s + len(stops) * fleet.stop_s) / room_s, len(stops))
        count = np.clip(np.maximum(share[:, None], np.nan_to_num(by_time)), 1.0, len(stops))
    return count, count * mean, tree, alone


def _means(depots: Ints, stops: Ints, ways: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean way to a stop and back, spanning tree, and all stops served alone, of each depot, in the unit of `ways`."""
    out, back = ways[np.ix_(depots, stops)], ways[np.ix_(stops, depots)].T
    between = ways[np.ix_(stops, stops)]
    alone = out + back
    return alone.mean(axis=1), spanning(np.minimum(out, back), np.minimum(between, between.T)), alone.sum(axis=1)


def _rounds(task: Task, depots: Ints, stops: Ints, share: Floats) -> Floats:
    """Cost of rounds over some stops with less than a load each, shape (draws, depots)."""
    count, radial, local, alone = parts(task, depots, stops, share)
    ways = np.minimum(RADIAL * radial + LOCAL * local, alone)
    return ways + np.ceil(count - 1e-9) * task.fleet.start_eur + len(stops) * task.fleet.stop_eur
