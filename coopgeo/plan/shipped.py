"""What a solution of a placement ships, by name: the rooms after it need not know how each problem lists its flows."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from coopgeo.plan.placement import Placement
from coopgeo.siting import Solution


@dataclass(frozen=True, eq=False)
class Shipped:
    """Kept tonnes a year.

    Attributes
    ----------
    into : csr_array, shape (sources, options)
        As they leave the source.
    out : csr_array, shape (options, customers)
    direct : csr_array, shape (sources, customers), or None
        Straight, as they leave the source.
    sold : csr_array, shape (options, outlets), or None
        Of a chain that pushes: what goes each way of `Placement.outlets`, waste among them.
    """

    into: csr_array
    out: csr_array
    direct: csr_array | None = None
    sold: csr_array | None = None

    @property
    def leaving(self) -> np.ndarray:
        """What leaves each source, to a platform or straight, shape (sources,)."""
        total = np.asarray(self.into.sum(axis=1)).ravel()
        return total if self.direct is None else total + np.asarray(self.direct.sum(axis=1)).ravel()

    @property
    def passing(self) -> np.ndarray:
        """What fills each option, shape (options,): what enters it where all must, what leaves it elsewhere."""
        flow = self.out.sum(axis=1) if self.sold is None else self.into.sum(axis=0)
        return np.asarray(flow).ravel()


def shipped(placement: Placement, solution: Solution) -> Shipped:
    """What a solution of `placement.problem` ships."""
    if placement.outlets is None:
        into, out, *rest = solution.flows
        return Shipped(into, out, *rest)
    into, sold, _ = solution.flows
    customers = placement.demand.index.get_indexer(placement.outlets["customer"])
    to = customers >= 0
    belongs = csr_array((np.ones(to.sum()), (np.flatnonzero(to), customers[to])), (len(to), len(placement.demand)))
    return Shipped(into, csr_array(sold @ belongs), None, sold)
