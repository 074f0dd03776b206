"""What every location problem returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message

Proof = Literal["optimal", "feasible"]


@dataclass(frozen=True)
class Solution:
    """An answer to a location problem, with what is known of its quality.

    Attributes
    ----------
    value : float
        Value of the answer, in the units of the costs.
    bound : float
        No answer can be better than this.
    gap : float
        |value - bound| / max(|value|, 1e-9).
    status : {"optimal", "feasible"}
        "optimal" only when bound and value meet within the gap asked for; "feasible" when a limit stopped the search.
    sites : ndarray of int
        Sorted indices of the open sites.
    assignment : ndarray of int, optional
        Site of each demand point, where a point has just one; -1 for a point that no open site serves.
    flows : tuple of csr_array
        Amounts shipped. Two stages: (sources x platforms as they leave the source, platforms x customers), and where
        flows may go straight sources x customers, as they leave the source. Split demand: (points x sites,). Outputs
        that must go somewhere: (sources x platforms, platforms x outlets, platforms x outputs that are wasted).
    unmet : ndarray of float, optional
        Demand left unserved, where that was allowed at a price.
    seconds : float
        Wall time of the search.
    """

    value: float
    bound: float
    gap: float
    status: Proof
    sites: Ints
    assignment: Ints | None = None
    flows: tuple[csr_array, ...] = ()
    unmet: Floats | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class PhasedSolution:
    """A plan over several periods, with what is known of its quality.

    Attributes
    ----------
    value : float
        Present worth of all costs, in the units of the costs.
    bound : float
        No plan costs less.
    gap : float
        |value - bound| / max(|value|, 1e-9).
    status : {"optimal", "feasible"}
        "optimal" only when bound and value meet within the gap asked for; "feasible" when a limit stopped the search.
    open : ndarray of bool, shape (periods, platforms)
        Which platform is open in which period.
    invested : ndarray, shape (periods, platforms)
        What opening or enlarging a platform costs in a period, once, before it is discounted.
    flows : tuple of tuples of csr_array
        For each period, the amounts shipped in a year: (sources x platforms as they leave the source, platforms x
        customers), and where flows may go straight sources x customers, as they leave the source.
    unmet : ndarray of float, shape (periods, customers), optional
        Demand left unserved, where that was allowed at a price.
    seconds : float
        Wall time of the search.
    """

    value: float
    bound: float
    gap: float
    status: Proof
    open: Mask
    invested: Floats
    flows: tuple[tuple[csr_array, ...], ...]
    unmet: Floats | None = None
    seconds: float = 0.0


def refuse_contradictions(p: int | None, required: Mask, forbidden: Mask) -> None:
    """Refuse a number of sites that required and forbidden sites do not leave room for; raises `InfeasibleError`."""
    both = np.flatnonzero(required & forbidden)
    if len(both):
        raise InfeasibleError(Message("sites {sites} are both required and forbidden", sites=listed(both)))
    if p is not None and not required.sum() <= p <= (~forbidden).sum():
        must, may = int(required.sum()), int((~forbidden).sum())
        raise InfeasibleError(Message("p = {p} sites cannot open: {must} must, {may} may", p=p, must=must, may=may))


def out_of_reach(points: Iterable[int]) -> InfeasibleError:
    """What to raise for demand points that no site may serve."""
    return InfeasibleError(
        Message("demand points {points} are out of reach of every site that may open", points=listed(points))
    )


def out_of_time(seconds: float) -> CoopgeoError:
    """What to raise where the limit came before any answer."""
    return CoopgeoError(Message("no answer was found within {seconds:.3g} s; allow more time", seconds=seconds))


def lack(place: int, amount: float) -> Message:
    """A place, and what it lacks."""
    return Message("{place} lacks {amount:.6g}", place=str(int(place)), amount=float(amount))


def how_much(*, least: bool) -> Message:
    """Whether an amount that is lacking is known to be the least, or the best that was found."""
    return Message("at least") if least else Message("in the best way found in time")


def judged(value: float, bound: float, rel_gap: float, *, proved: bool = True) -> tuple[float, Proof]:
    """Gap and status of a value with its bound; `proved=False` if the search says that it did not finish."""
    gap = abs(value - bound) / max(abs(value), 1e-9)
    return gap, "optimal" if proved and gap <= max(rel_gap, 1e-9) else "feasible"


def mask_of(sites: Sequence[int] | Ints, n: int) -> Mask:
    """Turn site indices into a mask of length n."""
    mask = np.zeros(n, dtype=bool)
    mask[np.asarray(sites, dtype=np.intp)] = True
    return mask


def usual(amounts: Floats) -> float:
    """A power of two about as large as the amounts usually are.

    In such units no solver takes them for rounding, and nothing is rounded.
    """
    some = amounts[amounts > 0]
    return float(2.0 ** np.round(np.log2(np.median(some)))) if len(some) else 1.0


def listed(numbers: Iterable[int], most: int = 20) -> Message:
    """Numbers as text, the first few of many."""
    every = [str(int(number)) for number in numbers]
    if len(every) <= most:
        return Message("{shown}", shown=every)
    return Message("{shown} and {count} more", shown=every[:most], count=len(every) - most)
