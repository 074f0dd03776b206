"""What rounds cost at least, by closed forms: for many depots and many draws of the loads at once.

Model. A round leaves the depot, serves some stops, each with a load y_i, and comes back: sum y_i <= Q, and work at the
depot, ways, and stops take T at most. A plan is a set of rounds that carry all loads q_i; loads may be split. Ways cost
c_ij >= 0; D are the least costs over any sequence of stops, so D_ij <= c_ij and D satisfies the triangle inequality.
Each of what follows is paid by every plan:

- the start of K rounds, K = ceil(sum q / Q) (and the like by time, below), and ceil(q_i / Q) visits of each stop i;
- radial bound (Haimovich and Rinnooy Kan 1985, Bounds and heuristics for capacitated routing problems, Mathematics of
  Operations Research 10, 527-542): a round that serves i costs R_i = D_0i + D_i0 at least. So its cost is at least
  max R_i >= sum (y_i / Q) R_i, because the y_i / Q add up to 1 at most. Summed over all rounds: sum (q_i / Q) R_i;
- the same by time. Every visit of i takes w_i, the stop and the shortest way that leads there from anywhere, and a
  round has W = T - depot - shortest way back for these: sum w_i <= W over its visits. So the ways cost at least
  sum (v_i w_i / W) R_i, v_i the visits, and there are at least ceil(sum v_i w_i / W) rounds;
- spanning bound: leave out the first way of every round. What is left joins every stop with the depot, so it costs no
  less than a minimum spanning tree with the costs min(D_ij, D_ji). What was left out are K ways from the depot or more,
  to stops that all differ unless a load was split: their cost is that of the K cheapest (K times the cheapest where a
  load exceeds Q) at least. The same holds with the last ways left out.

The ways cost the largest of these; starts and visits come on top. Waiting costs more than none.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.rounds.arguments import UNITS, Task, checked, load_units, tenths
from coopgeo.rounds.fleet import Fleet


def least_rounds_cost(
    length_m: ArrayLike,
    time_s: ArrayLike,
    load_t: ArrayLike,
    *,
    fleet: Fleet,
    toll_eur: ArrayLike | None = None,
    depots: int = 1,
) -> Floats:
    """A lower bound of what any rounds cost, of each of many depots on its own, for one set of loads or many.

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
        €; `inf` where a depot cannot serve a stop.

    Raises
    ------
    InputError
        Lists every fault of the arguments.

    Notes
    -----
    The largest of the radial bound of Haimovich and Rinnooy Kan (1985), the same by time, and a spanning tree; the
    module has model and proof.

    Examples
    --------
    >>> ways = [[0, 9000, 9000], [9000, 0, 1000], [9000, 1000, 0]]
    >>> least_rounds_cost(ways, ways, [1, 1], fleet=Fleet(2, cost_eur_km=1))
    array([19.])
    """
    return least(checked(length_m, time_s, load_t, fleet, toll_eur, depots=depots, draws=True))


def least(task: Task) -> Floats:
    """The bound of what was checked."""
    loads = np.atleast_2d(task.load_t)
    found = np.zeros((len(loads), task.depots))
    for mask, draws in alike(loads > 0):
        if mask.any():
            found[draws] = _Part(task, mask).least(loads[np.ix_(draws, mask)])
    return found if task.load_t.ndim == 2 else found[0]


def alike(needed: Mask) -> list[tuple[Mask, Ints]]:
    """Which stops are needed, and the draws in which it is just these."""
    masks, which = np.unique(needed, axis=0, return_inverse=True)
    return [(mask, np.flatnonzero(which.ravel() == row)) for row, mask in enumerate(masks)]


class _Part:
    """The ways between the depots and the stops that have a load."""

    def __init__(self, task: Task, mask: Mask) -> None:
        self.fleet = task.fleet
        depots, stops = np.arange(task.depots), task.depots + np.flatnonzero(mask)
        eur, tenth = task.way_eur, tenths(task.time_s)
        between = _closed(eur[np.ix_(stops, stops)])
        self.out = _through(eur[np.ix_(depots, stops)], between)  # D_0i, depots x stops
        self.back = _through(eur[np.ix_(stops, depots)].T, between.T)  # D_i0, depots x stops
        self.tree = spanning(np.minimum(self.out, self.back), np.minimum(between, between.T))
        legs = tenth[np.ix_(stops, stops)]
        np.fill_diagonal(legs, np.inf)
        into = np.minimum(legs.min(axis=0), tenth[np.ix_(depots, stops)])
        home = tenth[np.ix_(stops, depots)].T
        self.work = into + tenths(self.fleet.stop_s)  # w_i
        self.room = np.maximum(tenths(self.fleet.shift_s) - tenths(self.fleet.depot_s) - home.min(axis=1), 0.0)  # W

    def least(self, loads: Floats) -> Floats:
        """The bound of each draw and depot."""
        share = load_units(loads, self.fleet) / UNITS  # q_i / Q
        visits = np.maximum(np.ceil(share), 1.0)
        round_trip = self.out + self.back
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(self.work > 0, self.work / self.room[:, None], 0.0)  # w_i / W
            part = np.where(np.isfinite(self.work), part, np.inf)
        rounds = np.maximum(np.ceil(share.sum(axis=1)), 1.0)[:, None]
        rounds = np.maximum(rounds, np.ceil(visits @ part.T - 1e-9))
        possible = np.isfinite(round_trip).all(axis=1) & (part <= 1).all(axis=1)
        radial = np.maximum(share @ _finite(round_trip).T, visits @ _finite(part * round_trip).T)
        split = np.any(visits > 1, axis=1, keepdims=True)
        first = np.maximum(self._cheapest(self.out, rounds, split), self._cheapest(self.back, rounds, split))
        ways = np.maximum(radial, _finite(self.tree) + first)
        total = ways + _finite(rounds) * self.fleet.start_eur + visits.sum(axis=1)[:, None] * self.fleet.stop_eur
        return np.where(possible, total, np.inf)

    def _cheapest(self, ways: Floats, rounds: Floats, split: Mask) -> Floats:
        """What the ways cost at least that lead to the depot, or from it, in so many rounds."""
        sums = np.cumsum(np.sort(_finite(ways), axis=1), axis=1)
        count = _finite(np.broadcast_to(rounds, (len(rounds), len(ways))))
        nth = np.clip(count, 1, ways.shape[1]).astype(np.intp) - 1
        return np.where(split, count * sums[:, 0], sums[np.arange(len(ways)), nth])


def _closed(ways: Floats) -> Floats:
    """Least costs over any other nodes (Floyd and Warshall); SciPy's takes a cost of next to nothing for no way."""
    least = ways.copy()
    for node in range(len(ways)):
        np.minimum(least, least[:, node, None] + least[node], out=least)
    return least


def _through(ways: Floats, between: Floats) -> Floats:
    """Least cost from each depot to each stop over any other stop first; or back, with both turned round."""
    return np.stack([(way[:, None] + between).min(axis=0) for way in ways])


def _finite(values: Floats) -> Floats:
    """0 in the place of what is not finite, where the depot is of no use anyway."""
    return np.where(np.isfinite(values), values, 0.0)


def spanning(to_depot: Floats, between: Floats) -> Floats:
    """Cost of a minimum spanning tree over each depot and all stops, shape (depots,); by Prim's algorithm."""
    near, each = to_depot.copy(), np.arange(len(to_depot))
    total, joined = np.zeros(len(to_depot)), np.zeros(to_depot.shape, dtype=bool)
    for _ in range(near.shape[1]):
        stop = np.where(joined, np.inf, near).argmin(axis=1)
        total += near[each, stop]
        joined[each, stop] = True
        near = np.minimum(near, between[stop])
    return total
