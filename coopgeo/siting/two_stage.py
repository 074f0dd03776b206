"""Sources -> platforms -> customers, with platforms to open: the two-stage fixed-charge location problem.

Model. Sources i with supply S_i and opening cost G_i, platforms j with capacity K_j (units out), opening cost F_j,
customers k with demand D_k; unit costs c_ij (per unit leaving the source) and d_jk (per unit delivered); yield a_i =
units out per unit of source i in.

    min  sum c_ij f_ij + sum d_jk g_jk + sum F_j y_j + sum G_i z_i + sum U u_k
    s.t. sum_j f_ij <= S_i z_i                      a source ships what it has; what it keeps costs nothing
         sum_i a_i f_ij = sum_k g_jk                a platform keeps nothing but the loss
         sum_j g_jk + u_k = D_k                     every customer is served (u_k only if unmet demand has a price U)
         sum_k g_jk <= K_j y_j,  g_jk <= min(D_k, K_j) y_j
         sum_{j in group} y_j <= 1,  sum_j y_j = p  one size a site; p platforms, if p is given
         f, g, u >= 0;  y, z in {0, 1}

Source: R. K. Martin, Large Scale Linear and Integer Optimization (1999); instances of Fernandes et al., Computers &
OR 2014. Solved in `engine/stages.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults, Message
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Solution


class TwoStage(Problem):
    """The platforms, and the flows through them, that serve all customers at the least cost.

    Parameters
    ----------
    inbound : array_like, shape (sources, platforms)
        Cost of a unit from a source to a platform, per unit that leaves the source; `inf` = not allowed.
    outbound : array_like, shape (platforms, customers)
        Cost of a unit from a platform to a customer; `inf` = not allowed.
    demand : array_like, shape (customers,)
        Units that each customer must get; None for 1 each.
    supply : array_like, shape (sources,)
        Units that each source has; what it does not ship costs nothing.
    source_opening, opening : array_like, optional
        Fixed cost of using a source, of opening a platform.
    capacity : array_like, shape (platforms,), optional
        Units that may leave a platform.
    yield_ : float or array_like, shape (sources,)
        Units that leave the platform per unit of this source that enters it.
    p : int, optional
        Number of platforms to open; free by default.
    groups : array_like, shape (platforms,), optional
        Platforms with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Platforms that must, or may not, open. A required platform with a group stands for the group.
    unmet_cost : float, optional
        Price of a unit of unmet demand; without it all demand must be met.

    Attributes
    ----------
    inbound, outbound, demand, supply, opening, yield_ : ndarray
        What was asked, as arrays of one kind.
    p : int or None

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry.

    Examples
    --------
    >>> problem = TwoStage([[1, 3]], [[2], [1]], [10], supply=[20], opening=[50, 5], p=1)
    >>> [(other.solution.sites.tolist(), other.regret) for other in problem.alternatives(2)]
    [([1], 0.0), ([0], 35.0)]
    """

    def __init__(
        self,
        inbound: ArrayLike,
        outbound: ArrayLike,
        demand: ArrayLike | None,
        *,
        supply: ArrayLike,
        source_opening: ArrayLike | None = None,
        capacity: ArrayLike | None = None,
        opening: ArrayLike | None = None,
        yield_: ArrayLike = 1.0,
        p: int | None = None,
        groups: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
        unmet_cost: float | None = None,
    ) -> None:
        faults = Faults("two_stage")
        into, out = arguments.amounts(faults, "inbound", inbound), arguments.amounts(faults, "outbound", outbound)
        if into.ndim != 2 or out.ndim != 2 or into.shape[1] != out.shape[0] or 0 in into.shape + out.shape:
            found = Message("shapes {first} and {second}", first=str(into.shape), second=str(out.shape))
            expected = Message("(sources, platforms) and (platforms, customers), none empty")
            faults.add(column="inbound, outbound", found=found, expected=expected)
            faults.raise_if_any()
        (sources, platforms), customers = into.shape, out.shape[1]
        must, never = arguments.site_masks(faults, required, forbidden, platforms)
        group = arguments.labels(faults, "groups", groups, platforms)
        number = arguments.number_of_sites(faults, p, group, must, never, may_be_free=True)
        price = None if unmet_cost is None else arguments.positive(faults, "unmet_cost", unmet_cost)
        share = np.full(sources, yield_) if np.ndim(yield_) == 0 else yield_
        stages = Stages(
            inbound=into,
            outbound=out,
            demand=arguments.per_point(faults, "demand", demand, customers, 1.0),
            supply=arguments.per_point(faults, "supply", supply, sources, 1.0),
            source_opening=arguments.per_point(faults, "source_opening", source_opening, sources, 0.0),
            capacity=arguments.rooms(faults, "capacity", capacity, platforms),
            opening=arguments.per_point(faults, "opening", opening, platforms, 0.0),
            yield_=arguments.per_point(faults, "yield_", share, sources, 1.0),
            group=group,
            p=number,
            unmet_cost=price,
            required=must,
            forbidden=never,
        )
        faults.raise_if_any()
        for name, costs in (("inbound", into), ("outbound", out)):
            arguments.countable(faults, name, costs, stages.demand)
        for name in ("demand", "supply", "yield_", "opening", "source_opening"):
            arguments.countable(faults, name, getattr(stages, name))
        arguments.countable(faults, "inbound", into, stages.supply)
        arguments.countable(faults, "unmet_cost", np.array([price or 0.0]), stages.demand)
        arguments.countable(faults, "yield_", stages.yield_, stages.supply)
        faults.raise_if_any()
        super().__init__(stages)
        self._stages = stages
        self.inbound, self.outbound, self.demand, self.supply = into, out, stages.demand, stages.supply
        self.opening, self.yield_, self.p = stages.opening, stages.yield_, number

    def least_unmet(self, *, time_limit_s: float = 60.0) -> Solution:
        """Find the platforms that leave the least demand unmet, whatever they cost.

        Parameters
        ----------
        time_limit_s : float

        Returns
        -------
        Solution
            `unmet` falls on the largest customers: the ones to look at.
        """
        limit_s = arguments.limits(time_limit_s)
        return self._stages.without_costs().ranked(1, Watch(limit_s), 1e-6)[0]


def two_stage(
    inbound: ArrayLike,
    outbound: ArrayLike,
    demand: ArrayLike | None,
    *,
    supply: ArrayLike,
    source_opening: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    opening: ArrayLike | None = None,
    yield_: ArrayLike = 1.0,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    unmet_cost: float | None = None,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the platforms, and the flows through them, that serve all customers at the least cost.

    Parameters
    ----------
    inbound, outbound, demand, supply, source_opening, capacity, opening, yield_
        As in `TwoStage`.
    p, groups, required, forbidden, unmet_cost
        As in `TwoStage`.
    time_limit_s, rel_gap, progress
        As in `TwoStage.solve`.

    Returns
    -------
    Solution
        `flows` = (sources x platforms, platforms x customers).

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry.
    InfeasibleError
        If the demand cannot be met; says which customers lack how much.

    Examples
    --------
    >>> answer = two_stage([[1, 3]], [[2], [1]], [10], supply=[20], opening=[50, 5])
    >>> answer.value, answer.status, answer.sites
    (45.0, 'optimal', array([1]))
    """
    problem = TwoStage(
        inbound, outbound, demand, supply=supply, source_opening=source_opening, capacity=capacity, opening=opening,
        yield_=yield_, p=p, groups=groups, required=required, forbidden=forbidden, unmet_cost=unmet_cost,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
