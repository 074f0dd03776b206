"""Sources -> platforms -> customers, with platforms to open: the two-stage fixed-charge location problem.

Model. Sources i with supply S_i and opening cost G_i, platforms j with capacity K_j (units out), opening cost F_j,
customers k with demand D_k; unit costs c_ij (per unit leaving the source) and d_jk (per unit delivered); yield a_i =
units out per unit of source i in. Straight from source to customer: unit costs e_ik (per unit leaving the source),
yield b_ik = units that the customer gets per unit leaving. Price U_k of a unit of unmet demand.

    min  sum c_ij f_ij + sum d_jk g_jk + sum e_ik h_ik + sum F_j y_j + sum G_i z_i + sum U_k u_k
    s.t. sum_j f_ij + sum_k h_ik <= S_i z_i         a source ships what it has; what it keeps costs nothing
         sum_i a_i f_ij = sum_k g_jk                a platform keeps nothing but the loss
         sum_j g_jk + sum_i b_ik h_ik + u_k = D_k   every customer is served (u_k only where U_k is a price)
         sum_k g_jk <= K_j y_j,  g_jk <= min(D_k, K_j) y_j
         sum_{j in group} y_j <= 1,  sum_j y_j = p  one size a site; p platforms, if p is given (<= at_most, if that is)
         f, g, h, u >= 0;  y, z in {0, 1}

Source: R. K. Martin, Large Scale Linear and Integer Optimization (1999); instances of Fernandes et al., Computers &
OR 2014. Flows beside those through platforms (full delivery graph): E. Behmanesh and J. Pannek, Mathematical Problems
in Engineering 2018, 5935268. Solved in `engine/stages.py`; one platform at most in `engine/single_platform.py` and
`engine/single_program.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import CoopgeoError, Faults, Message
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Solution

_MOST_SHOWN = 10


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
        Number of platforms to open; free by default. 0 = none: only direct flows serve, and demand is left unmet.
    at_most : int, optional
        Most platforms that may open where `p` is free.
    groups : array_like, shape (platforms,), optional
        Platforms with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Platforms that must, or may not, open. A required platform with a group stands for the group.
    unmet_cost : float or array_like, shape (customers,), optional
        Price of a unit of unmet demand, of all customers or of each; `inf` = this customer must be served. Without it
        all demand must be met.
    direct : array_like, shape (sources, customers), optional
        Cost of a unit that goes straight from a source to a customer, per unit that leaves the source; `inf` = not
        allowed. None: nothing goes straight.
    direct_yield : float or array_like, shape (sources,) or (sources, customers)
        Units that the customer gets per unit that leaves the source straight to him.

    Attributes
    ----------
    inbound, outbound, demand, supply, opening, yield_ : ndarray
        What was asked, as arrays of one kind.
    direct, direct_yield : ndarray, shape (sources, customers), or None
    unmet_cost : ndarray, shape (customers,), or None
    p, at_most : int or None
    stages : Stages
        The same for the engine.

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry, a direct flow that is allowed delivers nothing, or
        no platform may open where all goes through platforms.

    Examples
    --------
    >>> problem = TwoStage([[1, 3]], [[2], [1]], [10], supply=[20], opening=[50, 5], p=1)
    >>> [(other.solution.sites.tolist(), other.regret) for other in problem.alternatives(2)]
    [([1], 0.0), ([0], 35.0)]
    >>> problem.alone()
    array([80., 45.])

    Four units may go straight at 1 each, and of what a customer lacks each unit costs 9:

    >>> straight = {"direct": [[np.inf], [1]], "unmet_cost": 9}
    >>> problem = TwoStage([[1], [np.inf]], [[2]], [10], supply=[20, 4], opening=[50], **straight)
    >>> [(one.sites.tolist(), one.value, one.unmet.tolist()) for one in problem.best(2)]
    [([], 58.0, [6.0]), ([0], 72.0, [0.0])]
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
        unmet_cost: ArrayLike | None = None,
        direct: ArrayLike | None = None,
        direct_yield: ArrayLike = 1.0,
        at_most: int | None = None,
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
        least = 1 if direct is None and unmet_cost is None else 0  # else nothing would serve without a platform
        number = arguments.number_of_sites(faults, p, group, must, never, may_be_free=True, least=least)
        most = arguments.most_sites(faults, at_most, p, group, must, least=least)
        price = arguments.prices(faults, "unmet_cost", unmet_cost, customers)
        straight, straight_yield = _straight(faults, direct, direct_yield, (sources, customers))
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
            direct=straight,
            direct_yield=straight_yield,
            at_most=most,
            required=must,
            forbidden=never,
        )
        faults.raise_if_any()
        for name, costs in (("inbound", into), ("outbound", out)):
            arguments.countable(faults, name, costs, stages.demand)
        for name in ("demand", "supply", "yield_", "opening", "source_opening"):
            arguments.countable(faults, name, getattr(stages, name))
        arguments.countable(faults, "inbound", into, stages.supply)
        if price is not None:
            arguments.countable(faults, "unmet_cost", price, stages.demand)
        arguments.countable(faults, "yield_", stages.yield_, stages.supply)
        if straight is not None and straight_yield is not None:
            arguments.countable(faults, "direct", straight, max(stages.demand, stages.supply, key=np.sum))
            arguments.countable(faults, "direct_yield", straight_yield, stages.supply)
        faults.raise_if_any()
        super().__init__(stages)
        self.stages = stages
        self.inbound, self.outbound, self.demand, self.supply = into, out, stages.demand, stages.supply
        self.opening, self.yield_, self.p, self.at_most = stages.opening, stages.yield_, number, most
        self.direct, self.direct_yield, self.unmet_cost = straight, straight_yield, price

    def alone(self) -> Floats:
        """Find what each platform costs when it alone is open, whatever `p` says.

        Much faster than `best`, as it draws up no solutions: for those who ask often, with other figures each time.

        Returns
        -------
        ndarray, shape (platforms,)
            Cost in all; `inf` where the platform may not be the open one (`required`, `forbidden`) or cannot serve
            those who must be served.

        Raises
        ------
        CoopgeoError
            If figures lie so far apart that the cost of a platform cannot be proved.
        """
        worth = self.stages.alone(Watch(np.inf))
        if (np.isinf(worth.value) & (worth.bound < np.inf)).any():
            raise CoopgeoError(
                Message("no answer was found: amounts or costs differ too much in size to be computed with")
            )
        return worth.value[:-1]

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
        return self.stages.without_costs().ranked(1, Watch(limit_s), 1e-6)[0]


def _straight(
    faults: Faults, direct: ArrayLike | None, direct_yield: ArrayLike, shape: tuple[int, int]
) -> tuple[Floats | None, Floats | None]:
    """Check the costs and the yields from source to customer; an entry for each pair."""
    if direct is None:
        return None, None
    cost = arguments.amounts(faults, "direct", direct, shape)
    share = arguments.amounts(
        faults, "direct_yield", direct_yield, (shape, shape[:1], ())[2 - min(np.ndim(direct_yield), 2)], finite=True
    )
    if cost.shape != shape or share.shape not in (shape, shape[:1], ()):
        return cost, np.ones(shape)
    every = np.broadcast_to(share[:, None] if share.ndim == 1 else share, shape).copy()
    allowed = np.isfinite(cost)
    used = allowed.any(axis=1) if share.ndim == 1 else allowed if share.ndim else allowed.any()
    for index in np.argwhere(used & (share == 0))[:_MOST_SHOWN]:
        place = f"direct_yield[{', '.join(map(str, index))}]" if share.ndim else "direct_yield"
        faults.add(column=place, found=0.0, expected=Message("more than 0 where a direct flow is allowed"))
    return cost, every


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
    unmet_cost: ArrayLike | None = None,
    direct: ArrayLike | None = None,
    direct_yield: ArrayLike = 1.0,
    at_most: int | None = None,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the platforms, and the flows through them, that serve all customers at the least cost.

    Parameters
    ----------
    inbound, outbound, demand, supply, source_opening, capacity, opening, yield_
        As in `TwoStage`.
    p, groups, required, forbidden, unmet_cost, direct, direct_yield, at_most
        As in `TwoStage`.
    time_limit_s, rel_gap, progress
        As in `TwoStage.solve`.

    Returns
    -------
    Solution
        `flows` = (sources x platforms, platforms x customers), and with `direct` sources x customers, in units that
        leave the source.

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
        direct=direct, direct_yield=direct_yield, at_most=at_most,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
