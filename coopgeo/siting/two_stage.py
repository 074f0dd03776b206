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
OR 2014. Solved by HiGHS branch and cut with the strong links g_jk <= min(D_k, K_j) y_j.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError
from coopgeo.siting import arguments
from coopgeo.siting.engine.linear import Answer, Model, choose_sites, exclude
from coopgeo.siting.engine.ranking import rank
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Solution, judged, listed, mask_of, usual

_FLOW_TOLERANCE = 1e-9
_LEAST_S = 1.0  # time to find out what is lacking, however late it is
_SMALL_FIRST = 1e-3  # cost of serving the largest customer, against 1 for leaving it out


@dataclass(frozen=True)
class TwoStage:
    """A checked two-stage problem; see the module for the meaning of each array.

    Attributes
    ----------
    inbound : ndarray, shape (sources, platforms)
    outbound : ndarray, shape (platforms, customers)
    demand, supply, source_opening, capacity, opening, yield_ : ndarray
    group : ndarray of int, shape (platforms,)
        Label of the group of each platform; at most one of a group opens.
    p : int, optional
    required, forbidden : ndarray of bool, shape (platforms,)
        A required platform stands for its group: some platform of the group opens.
    unmet_cost : float, optional
    """

    inbound: Floats
    outbound: Floats
    demand: Floats
    supply: Floats
    source_opening: Floats
    capacity: Floats
    opening: Floats
    yield_: Floats
    group: Ints
    p: int | None
    required: Mask
    forbidden: Mask
    unmet_cost: float | None = None

    @property
    def most_is_best(self) -> bool:
        """The least cost is."""
        return False

    def best(
        self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
    ) -> list[Solution]:
        """Find the `k` best distinct sets of places, or as many as there are; best first."""
        watch = Watch(time_limit_s, progress)
        if self.unmet_cost is None:
            self._refuse_what_cannot_be_served()
        found = rank(k, watch, lambda excluded: self._solve(watch, rel_gap, excluded), lambda sites: self.group[sites])
        if not found:
            raise self._shortage(watch)
        return found

    def narrowed(self, *, required: Sequence[int] = (), forbidden: Sequence[int] = ()) -> "TwoStage":
        """The same problem with further platforms required or forbidden."""
        n = len(self.opening)
        return replace(
            self, required=self.required | mask_of(required, n), forbidden=self.forbidden | mask_of(forbidden, n)
        )

    def same_site(self, site: int) -> Sequence[int]:
        """All sizes of the place of a platform."""
        return np.flatnonzero(self.group == self.group[site]).tolist()

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a given set of platforms."""
        n = len(self.opening)
        mask = mask_of(sites, n)
        return replace(self, p=None, group=np.arange(n), required=mask, forbidden=~mask).best(1, time_limit_s=np.inf)[0]

    def without_costs(self) -> "TwoStage":
        """The same problem in which only unmet demand costs, 1 a unit, and small customers are served first.

        Its unmet demand is the least there is, and falls on the largest customers: the ones to look at.
        """
        last = _SMALL_FIRST * self.demand / max(float(self.demand.max()), 1e-300)
        return replace(
            self,
            inbound=np.where(np.isfinite(self.inbound), 0.0, np.inf),
            outbound=np.where(np.isfinite(self.outbound), last, np.inf),
            opening=np.zeros_like(self.opening),
            source_opening=np.zeros_like(self.source_opening),
            unmet_cost=1.0,
        )

    def _refuse_what_cannot_be_served(self) -> None:
        usable = ~self.forbidden & (np.isfinite(self.inbound) & (self.supply * self.yield_ > 0)[:, None]).any(axis=0)
        alone = np.flatnonzero((self.demand > 0) & ~np.isfinite(self.outbound[usable]).any(axis=0))
        if len(alone):
            raise InfeasibleError(f"no platform that can be supplied reaches customers {listed(alone)}")

    def _shortage(self, watch: Watch) -> CoopgeoError:
        """Say who lacks what."""
        if self.unmet_cost is not None:
            return InfeasibleError("no set of platforms meets p, required, forbidden and groups together")
        try:
            best = self.without_costs().best(1, time_limit_s=max(_LEAST_S, watch.left_s))[0]
        except CoopgeoError as error:
            return error
        assert best.unmet is not None  # a price on unmet demand was given
        lacking = np.flatnonzero(best.unmet > 1e-6 * self.demand)
        if not len(lacking):
            return CoopgeoError("no answer was found: amounts or costs differ too much in size to be computed with")
        who = ", ".join(f"{k} lacks {best.unmet[k]:.6g}" for k in lacking)
        deliverable = float(self.supply @ self.yield_)
        how_much = "at least" if best.status == "optimal" else "in the best way found in time"
        return InfeasibleError(
            f"demand cannot be met: {how_much} {best.unmet.sum():.6g} of {self.demand.sum():.6g} is lacking (customers: {who}); "
            f"all sources together can deliver {deliverable:.6g} after losses"
        )

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        into, out = np.nonzero(np.isfinite(self.inbound)), np.nonzero(np.isfinite(self.outbound))
        (sources, platforms), customers, ones = self.inbound.shape, len(self.demand), np.ones
        model, unit = Model(), usual(self.demand)  # amounts are counted in this unit
        demand, capacity = self.demand / unit, np.minimum(self.capacity, self.demand.sum()) / unit
        # More than all demand no source ships: with more than that, a sliver of a source would do.
        supply = np.minimum(self.supply, self.demand.sum() / np.maximum(self.yield_, 1e-300)) / unit
        f, g = model.variables(unit * self.inbound[into]), model.variables(unit * self.outbound[out])
        y = model.variables(self.opening, 0.0, np.where(self.forbidden, 0.0, 1.0), whole=True)
        z = model.variables(self.source_opening, 0.0, 1.0, whole=self.source_opening > 0)
        u = model.variables(
            np.full(customers, unit * (self.unmet_cost or 0.0)),
            0.0,
            np.zeros(customers) if self.unmet_cost is None else demand,
        )
        model.rows(np.full(sources, -np.inf), 0.0, (into[0], f, 1.0), (np.arange(sources), z, -supply))
        model.rows(np.zeros(platforms), 0.0, (into[1], f, self.yield_[into[0]]), (out[0], g, -1.0))
        model.rows(demand, demand, (out[1], g, 1.0), (np.arange(customers), u, 1.0))
        model.rows(np.full(platforms, -np.inf), 0.0, (out[0], g, 1.0), (np.arange(platforms), y, -capacity))
        link = np.arange(len(g))
        model.rows(
            np.full(len(g), -np.inf),
            0.0,
            (link, g, ones(len(g))),
            (link, y[out[0]], -np.minimum(demand[out[1]], capacity[out[0]])),
        )
        if self.unmet_cost is None:
            total = float(demand.sum())
            model.rows(total, np.inf, (0, y, np.minimum(capacity, total)))
            model.rows(total, np.inf, (0, z, supply * self.yield_))
        choose_sites(model, y, self.group, self.required, self.p)
        exclude(model, y, excluded, self.group)
        answer = model.solve(watch, rel_gap=rel_gap)
        return None if answer is None else self._solution(answer, (f, g, y, u), into, out, rel_gap, watch)

    def _solution(
        self,
        answer: Answer,
        parts: tuple[Ints, Ints, Ints, Ints],
        into: tuple[Ints, ...],
        out: tuple[Ints, ...],
        rel_gap: float,
        watch: Watch,
    ) -> Solution:
        unit = usual(self.demand)
        f, g, y, u = (answer.x[part] * amount for part, amount in zip(parts, (unit, unit, 1.0, unit), strict=True))
        flows = []
        for shipped, pairs, shape in ((f, into, self.inbound.shape), (g, out, self.outbound.shape)):
            kept = shipped > _FLOW_TOLERANCE * unit
            flows.append(csr_array((shipped[kept], (pairs[0][kept], pairs[1][kept])), shape=shape))
        gap, status = judged(answer.value, answer.bound, rel_gap, proved=answer.proved)
        unmet = None if self.unmet_cost is None else u
        return Solution(
            answer.value,
            answer.bound,
            gap,
            status,
            np.flatnonzero(y > 0.5),
            flows=tuple(flows),
            unmet=unmet,
            seconds=watch.seconds,
        )


def two_stage_problem(
    inbound: ArrayLike,
    outbound: ArrayLike,
    demand: ArrayLike,
    *,
    supply: ArrayLike,
    source_opening: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    opening: ArrayLike | None = None,
    yield_: ArrayLike = 1.0,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
    unmet_cost: float | None = None,
) -> TwoStage:
    """Check the arguments of `two_stage` and gather every fault; raises `InputError`."""
    faults = Faults("two_stage")
    into, out = arguments.amounts(faults, "inbound", inbound), arguments.amounts(faults, "outbound", outbound)
    if into.ndim != 2 or out.ndim != 2 or into.shape[1] != out.shape[0] or 0 in into.shape + out.shape:
        found = f"shapes {into.shape} and {out.shape}"
        faults.add(
            column="inbound, outbound",
            found=found,
            expected="(sources, platforms) and (platforms, customers), none empty",
        )
        faults.raise_if_any()
    (sources, platforms), customers = into.shape, out.shape[1]
    must, never = arguments.site_masks(faults, required, forbidden, platforms)
    group = arguments.labels(faults, "groups", groups, platforms)
    arguments.number_of_sites(faults, p, group, must, never, may_be_free=True)
    if unmet_cost is not None:
        arguments.positive(faults, "unmet_cost", unmet_cost)
    problem = TwoStage(
        inbound=into,
        outbound=out,
        demand=arguments.per_point(faults, "demand", demand, customers, 0.0),
        supply=arguments.per_point(faults, "supply", supply, sources, 0.0),
        source_opening=arguments.per_point(faults, "source_opening", source_opening, sources, 0.0),
        capacity=np.full(platforms, np.inf)
        if capacity is None
        else arguments.amounts(faults, "capacity", capacity, (platforms,)),
        opening=arguments.per_point(faults, "opening", opening, platforms, 0.0),
        yield_=arguments.per_point(
            faults, "yield_", np.full(sources, yield_) if np.ndim(yield_) == 0 else yield_, sources, 1.0
        ),
        group=group,
        p=p,
        required=must,
        forbidden=never,
        unmet_cost=unmet_cost,
    )
    faults.raise_if_any()
    return problem


def two_stage(
    inbound: ArrayLike,
    outbound: ArrayLike,
    demand: ArrayLike,
    *,
    supply: ArrayLike,
    source_opening: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    opening: ArrayLike | None = None,
    yield_: ArrayLike = 1.0,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
    unmet_cost: float | None = None,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the platforms, and the flows through them, that serve all customers at the least cost.

    Parameters
    ----------
    inbound : array_like, shape (sources, platforms)
        Cost of a unit from a source to a platform, per unit that leaves the source; `inf` = not allowed.
    outbound : array_like, shape (platforms, customers)
        Cost of a unit from a platform to a customer; `inf` = not allowed.
    demand : array_like, shape (customers,)
        Units that each customer must get.
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
    time_limit_s, rel_gap : float
        Limits of the search.
    progress : callable, optional
        Called with a `Progress` now and then.

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
    arguments.limits(time_limit_s, rel_gap)
    problem = two_stage_problem(
        inbound, outbound, demand, supply=supply, source_opening=source_opening, capacity=capacity, opening=opening, yield_=yield_,
        p=p, groups=groups, required=required, forbidden=forbidden, unmet_cost=unmet_cost,
    )  # fmt: skip
    return problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)[0]
