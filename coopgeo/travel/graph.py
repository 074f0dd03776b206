"""A directed graph in plain arrays: what leads where (`Topology`), and what it costs (`Graph`).

Weights are kept as whole numbers of a unit, the finest power of ten with which no path can pass 2^31. Every engine
reads these same whole numbers and adds them without rounding, so that all engines give the same figures, bit for bit.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import InputError, Message, check_kind
from coopgeo.travel import hierarchy

CLOSED = 2**31 - 1  # RoutingKit's mark for "no way"; paths stay below it
_MOST_DECIMALS = 9
_MOST_WEIGHT = 1e100  # sums of more would overflow
_FARTHEST = 1e30  # in either axis; beyond 3.4e38 a number of single precision is infinite
_LEAST_UNITS = 10  # of the median weight: one digit of it counts; real roads keep three or more


@dataclass(frozen=True, eq=False)
class Topology:
    """What leads where, whatever it costs: prepared once, used by every weight and every scenario.

    Attributes
    ----------
    n : int
        Number of nodes; they are the positions 0..n-1.
    u, v : ndarray of int, shape (m,)
        First and last node of each arc. Loops and parallel arcs are allowed.
    xy : ndarray of float, shape (n, 2), optional
        Where the nodes lie, in any CRS; makes the preparation better, never changes a result.
    cache : Path, optional
        Folder in which the preparation is kept for the next process, under a key of the content.
    """

    n: int
    u: Ints
    v: Ints
    xy: Floats | None = None
    cache: Path | None = None

    def __post_init__(self) -> None:
        _check_number_of_nodes(self.n)
        for name in ("u", "v"):
            object.__setattr__(self, name, node_positions(getattr(self, name), self.n, name=name))
        if len(self.u) != len(self.v):
            raise InputError(
                Message(
                    "u, v: found {first} first and {last} last nodes; expected both of each arc",
                    first=len(self.u),
                    last=len(self.v),
                )
            )
        if self.xy is not None:
            object.__setattr__(self, "xy", _places(self.xy, self.n))
        check_kind("cache", self.cache, str | Path | None, Message("the path of a folder, or None"))
        object.__setattr__(self, "cache", None if self.cache is None else Path(self.cache))

    @cached_property
    def prepared(self) -> Any:
        """The contraction hierarchy without weights; None where its package is not installed."""
        xy = np.zeros((self.n, 2)) if self.xy is None else self.xy
        return hierarchy.contraction(self.n, self.u, self.v, xy, self.cache)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: it finds the preparation in the cache, or makes it again."""
        return {name: value for name, value in vars(self).items() if name != "prepared"}


@dataclass(frozen=True, eq=False)
class Graph:
    """A topology with one weight per arc, ready for many searches.

    Attributes
    ----------
    topology : Topology
    units : ndarray of uint32, shape (m,)
        Weight of each arc in whole units; `CLOSED` where nothing passes.
    per_unit : float
        Units in one of the weight: 1000.0 if the weights are seconds and the unit is a millisecond.
    """

    topology: Topology
    units: NDArray[np.uint32]
    per_unit: float

    @classmethod
    def weighted(cls, topology: Topology, weight: Floats) -> "Graph":
        """Give each arc of a topology a weight.

        Parameters
        ----------
        topology : Topology
        weight : ndarray of float, shape (m,)
            0 or more; `inf` closes an arc. It is rounded to the unit: nine decimals at most, less where paths are long
            (paths up to 2,147,483 keep three).

        Raises
        ------
        InputError
            If a weight is negative or not a number, or one is so long that the others would not count; says which.
        """
        check_kind("topology", topology, Topology, Message("a Topology"))
        weight = _numbers(weight, Message("weight: found what are no numbers; expected one for each arc"))
        if weight.shape != topology.u.shape:
            raise InputError(
                Message(
                    "weight: found shape {shape}; expected one weight for each of the {count} arcs",
                    shape=str(weight.shape),
                    count=len(topology.u),
                )
            )
        wrong = np.flatnonzero(~(weight >= 0) | (np.isfinite(weight) & (weight > _MOST_WEIGHT)))
        if len(wrong):
            shown = [Message("{weight} (arc {at})", weight=float(weight[at]), at=int(at)) for at in wrong[:5]]
            raise InputError(
                Message(
                    "weight: found {shown}, {count} in all; expected 0 or more, or inf for an arc that is closed",
                    shown=shown,
                    count=len(wrong),
                )
            )
        per_unit = 10.0 ** _decimals(topology, weight)
        open_to = np.isfinite(weight)
        _refuse_coarse(weight, open_to & (weight > 0), per_unit)
        units = np.full(len(weight), CLOSED, dtype=np.uint32)
        units[open_to] = np.minimum(
            np.rint(weight[open_to] * per_unit), CLOSED
        )  # an arc longer than every path is on none
        return cls(topology, units, per_unit)

    @cached_property
    def forward(self) -> csr_array:
        """Weights in units of the arcs that are open, the least of parallel arcs; shape (n, n)."""
        return self._as_matrix(self.units)

    @cached_property
    def backward(self) -> csr_array:
        """The same arcs turned round."""
        return self.forward.T.tocsr()

    def arcs_between(self, u: Ints, v: Ints) -> Ints:
        """Positions of the arcs that stand for pairs of neighbours in `forward`."""
        n, kept = self.topology.n, self._kept  # in order of u, then v
        return kept[np.searchsorted(self.topology.u[kept] * n + self.topology.v[kept], u * n + v)]

    def _as_matrix(self, values: NDArray[Any]) -> csr_array:
        kept, (u, v) = self._kept, (self.topology.u, self.topology.v)
        return csr_array((values[kept].astype(float), (u[kept], v[kept])), shape=(self.topology.n, self.topology.n))

    @cached_property
    def _kept(self) -> Ints:
        return _cheapest(self.topology, self.units, open_to=self.units < CLOSED)

    @cached_property
    def weighted_hierarchy(self) -> Any:
        """The contraction hierarchy with these weights; None where its package is not installed."""
        prepared = self.topology.prepared
        return None if prepared is None else hierarchy.customize(prepared, self.units)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs."""
        return {"topology": self.topology, "units": self.units, "per_unit": self.per_unit}

    def as_weights(self, units: NDArray[Any]) -> Floats:
        """Sums of units as weights; `inf` for what is not below `CLOSED`."""
        weights: Floats = units / self.per_unit
        weights[units >= CLOSED] = np.inf
        return weights


def _cheapest(topology: Topology, weight: NDArray[Any], open_to: NDArray[np.bool_]) -> Ints:
    """Positions of the open arcs, without loops, the cheapest of parallel ones; ties go to the first."""
    u, v = topology.u, topology.v
    at = np.flatnonzero(open_to & (u != v))
    at = at[np.lexsort((weight[at], v[at], u[at]))]
    first = np.ones(len(at), dtype=bool)
    first[1:] = (np.diff(u[at]) != 0) | (np.diff(v[at]) != 0)
    return at[first]


def node_positions(positions: ArrayLike, n: int, *, name: str) -> Ints:
    """Positions of nodes as an array, or an `InputError` that names those that are none."""
    try:
        found = np.asarray(positions)
    except (TypeError, ValueError, OverflowError):  # rows of several lengths
        found = np.empty((), dtype=object)
    if not found.size and found.dtype.kind == "f":  # how NumPy takes an empty list
        found = found.astype(np.intp)
    if found.ndim != 1 or found.dtype.kind not in "iu" or np.ma.is_masked(positions):
        raise InputError(
            Message(
                "{name}: found {kind} of shape {shape}; expected positions of nodes, whole numbers in a row",
                name=name,
                kind=Message("masked entries") if np.ma.is_masked(positions) else str(found.dtype),
                shape=str(found.shape),
            )
        )
    wrong = np.unique(found[(found < 0) | (found >= n)])
    if len(wrong):
        raise InputError(
            Message(
                "{name}: found {shown}; expected positions of nodes, 0 to {last}",
                name=name,
                shown=wrong[:5].tolist(),
                last=n - 1,
            )
        )
    return found.astype(np.intp, copy=False)


def _check_number_of_nodes(n: object) -> None:
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    check_kind("n", n if whole else str(n), int | np.integer, Message("a number of nodes"))
    if not 1 <= int(n) < CLOSED:  # type: ignore[call-overload]
        raise InputError(Message("n: found {n}; expected one node or more, fewer than {most}", n=n, most=CLOSED))


def _numbers(values: ArrayLike, complaint: Message) -> Floats:
    """Numbers as an array; texts, dates, complex numbers, truth values and masked entries are none."""
    try:
        found = np.asarray(values)
    except (TypeError, ValueError, OverflowError):
        raise InputError(complaint) from None
    if (found.size and found.dtype.kind not in "fiu") or np.ma.is_masked(values):
        raise InputError(complaint)
    return found.astype(float)


def _places(xy: ArrayLike, n: int) -> Floats:
    """Where the nodes lie: finite numbers that single precision holds, which the preparation works with."""
    places = _numbers(xy, Message("xy: found what are no numbers; expected two for each node"))
    if places.shape != (n, 2):
        raise InputError(Message("xy: found shape {shape}; expected ({n}, 2)", shape=str(places.shape), n=n))
    wrong = np.flatnonzero(~(np.abs(places) <= _FARTHEST).all(axis=1))
    if len(wrong):
        raise InputError(
            Message("xy: found no place for the nodes {shown}; expected finite numbers", shown=wrong[:5].tolist())
        )
    return places


def _refuse_coarse(weight: Floats, counts: Mask, per_unit: float) -> None:
    """Refuse weights of which some are so long that the unit swallows the usual ones."""
    usual = float(np.median(weight[counts])) if counts.any() else 0.0
    if per_unit < 10.0**_MOST_DECIMALS and usual * per_unit < _LEAST_UNITS:
        longest = np.flatnonzero(counts)[weight[counts].argmax()]
        raise InputError(
            Message(
                "weight: found {weight:g} (arc {arc}), so long that {usual:g}, the median, would count "
                "nothing beside it; expected weights of one scale, or inf for an arc that is closed",
                weight=float(weight[longest]),
                arc=int(longest),
                usual=usual,
            )
        )


def _decimals(topology: Topology, weight: Floats) -> int:
    """Decimals that the weights can keep so that no path passes `CLOSED`."""
    longest = _longest_path(topology, weight)
    if not longest:
        return _MOST_DECIMALS
    room = CLOSED - topology.n  # rounding adds half a unit an arc at most, and a path has fewer than n arcs
    return int(min(_MOST_DECIMALS, np.floor(np.log10(room) - np.log10(longest))))


def _longest_path(topology: Topology, weight: Floats) -> float:
    """A bound on the weight of every least-cost path.

    Within a part whose nodes all reach each other, no least-cost path is longer than the way through any one of its
    nodes. Between parts, a path leaves each part once at most.
    """
    kept = _cheapest(topology, weight, np.isfinite(weight))
    if not len(kept):
        return 0.0
    u, v, w = topology.u[kept], topology.v[kept], weight[kept]
    shape = (topology.n, topology.n)
    _, part = connected_components(
        csr_array((np.ones(len(u)), (u, v)), shape=shape), directed=True, connection="strong"
    )
    inside = part[u] == part[v]
    within = csr_array((w[inside], (u[inside], v[inside])), shape=shape)
    _, centres = np.unique(part, return_index=True)
    there, back = (dijkstra(ways, indices=centres, min_only=True) for ways in (within, within.T.tocsr()))
    through = np.zeros((2, len(centres)))
    np.maximum.at(through[0], part, there)
    np.maximum.at(through[1], part, back)
    leaving = np.zeros(len(centres))
    np.maximum.at(leaving, part[u[~inside]], w[~inside])
    return float(through.sum() + leaving.sum())
