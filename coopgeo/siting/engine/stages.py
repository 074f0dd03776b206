"""The two-stage problem, solved by HiGHS branch and cut with strong links; model: see `two_stage.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import LEAST_S, PROVED_GAP, Engine
from coopgeo.siting.engine.linear import Model, choose_sites, exclude
from coopgeo.siting.engine.next_best import rank
from coopgeo.siting.engine.single_platform import Flows, SinglePlatforms, single_platforms
from coopgeo.siting.engine.single_program import SingleProgram
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, how_much, judged, lack, listed, mask_of, out_of_time, usual

_FLOW_TOLERANCE = 1e-9
_SMALL_FIRST = 1e-3  # cost of serving the largest customer, against 1 for leaving it out


@dataclass(frozen=True, eq=False)
class Stages(Engine):
    """A checked two-stage problem; see `two_stage.py` for the meaning of each array.

    Attributes
    ----------
    inbound : ndarray, shape (sources, platforms)
    outbound : ndarray, shape (platforms, customers)
    demand, supply, source_opening, capacity, opening, yield_ : ndarray
    group : ndarray of int, shape (platforms,)
        Label of the group of each platform; at most one of a group opens.
    p : int, optional
    unmet_cost : ndarray, shape (customers,), optional
        Price of a unit of unmet demand; `inf` where all must be met, None where all of everybody must.
    direct, direct_yield : ndarray, shape (sources, customers), optional
    at_most : int, optional
    required : ndarray of bool, shape (platforms,)
        A required platform stands for its group: some platform of the group opens.
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
    unmet_cost: Floats | None = None
    direct: Floats | None = None
    direct_yield: Floats | None = None
    at_most: int | None = None

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of places, or as many as there are, best first."""
        self._refuse_what_cannot_be_served()
        most = self.at_most if self.p is None else self.p
        if most is not None and most <= 1 and not self.source_opening.any() and (few := self._of_few(k, watch)):
            return few
        return self.searched(k, watch, rel_gap)

    def searched(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The same by branch and cut, one search after another."""
        found = rank(
            k,
            watch,
            rel_gap,
            lambda excluded, watch: self._solve(watch, rel_gap, excluded),
            lambda sites: self.group[sites],
        )
        if not found:
            raise self._shortage(watch)
        return found

    def _of_few(self, k: int, watch: Watch) -> list[Solution]:
        """The `k` best choices where one platform is to open at most, each worked out in full."""
        worth = self.alone(watch, one=0 not in (self.p, self.at_most), none=self.p != 1)
        place = np.append(self.group, self.group.max() + 1)
        best = worth.ranked(place)
        if not len(best) and (worth.bound < np.inf).any():
            raise out_of_time(watch.seconds)
        found = []
        for at, choice in enumerate(best[:k].tolist()):
            bound = float(worth.bound[~np.isin(place, place[best[:at]])].min())
            found.append(self._chosen(choice, float(worth.value[choice]), bound, worth.flows(choice), watch))
        return found

    def alone(self, watch: Watch, *, one: bool = True, none: bool = False) -> SinglePlatforms:
        """What each platform costs when it alone is open, and last what it costs to open none, if these may be."""
        n, must, demand = len(self.opening), np.unique(self.group[self.required]), float(self.demand.sum())
        allowed = np.append(~self.forbidden & one, none and not len(must))
        for group in must:
            allowed[:n] &= self.group == group
        capacity, opening = np.append(np.minimum(self.capacity, demand), 0.0), np.append(self.opening, 0.0)
        value, bound = np.full(n + 1, np.inf), np.where(allowed, 0.0, np.inf)
        program: SingleProgram | None = None
        if not self.source_opening.any():
            if self._is_plain:
                arrays = self.inbound, self.outbound, self.demand, self.supply, self.capacity, self.opening
                return single_platforms(*arrays, self.yield_, allowed)
            program = self._single_program()
            value, bound = (cost + opening for cost in program.alone(capacity, allowed, watch))
        for choice in np.flatnonzero(np.isinf(value) & (bound < np.inf)).tolist():
            # Sources with an opening cost, or figures so far apart that the linear program proved nothing.
            if watch.over:
                break
            try:
                found = self._open(*range(choice, n)[:1]).searched(1, watch.part(), PROVED_GAP)[0]
                value[choice], bound[choice] = found.value, found.bound
            except InfeasibleError:
                bound[choice] = np.inf
            except CoopgeoError:  # not proved in time
                continue

        def flows(choice: int) -> Flows | None:
            part = watch.part(least_s=LEAST_S)
            return None if program is None else program.flows(choice, capacity[choice], part)

        return SinglePlatforms(value, bound, flows)

    def _single_program(self) -> SingleProgram:
        """The linear program of a single platform."""
        direct, direct_yield = self._straight
        return SingleProgram(
            inbound=self.inbound,
            outbound=self.outbound,
            direct=direct,
            direct_yield=direct_yield,
            demand=self.demand,
            supply=self._useful_supply,
            yield_=self.yield_,
            price=self._price,
        )

    def _chosen(self, choice: int, value: float, bound: float, flows: Flows | None, watch: Watch) -> Solution:
        """The solution with one platform alone, or with none if the choice is none of them."""
        sites = np.arange(len(self.opening))[choice : choice + 1]
        gap, status = judged(value, bound, PROVED_GAP)
        if flows is None:
            one = self._open(*sites).searched(1, watch.part(least_s=LEAST_S), PROVED_GAP)[0]
            return replace(one, value=value, bound=bound, gap=gap, status=status, seconds=watch.seconds)
        into, out = np.zeros_like(self.inbound), np.zeros_like(self.outbound)
        into[:, sites], out[sites] = flows.inbound[:, None], flows.outbound
        return Solution(
            value,
            bound,
            gap,
            status,
            sites,
            flows=tuple(csr_array(flow) for flow in (into, out, flows.direct)[: 2 if self.direct is None else 3]),
            unmet=None if self.unmet_cost is None else flows.unmet,
            seconds=watch.seconds,
        )

    def part(self, customers: Mask, supply: Floats, platforms: Mask, *, at_most: int | None) -> "Stages":
        """The problem of some customers, who have some of the supply and of the platforms, or none of them."""
        return replace(
            self,
            outbound=self.outbound[:, customers],
            demand=self.demand[customers],
            supply=supply,
            p=None,
            at_most=at_most,
            unmet_cost=None if self.unmet_cost is None else self.unmet_cost[customers],
            direct=None if self.direct is None else self.direct[:, customers],
            direct_yield=None if self.direct_yield is None else self.direct_yield[:, customers],
            required=np.zeros_like(self.required),
            forbidden=~platforms,
        )

    def same_site(self, site: int) -> Sequence[int]:
        """All sizes of the place of a platform."""
        return np.flatnonzero(self.group == self.group[site]).tolist()

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of platforms."""
        few = len(sites) if len(sites) <= 1 and not self._is_plain else None
        return replace(self._open(*sites), p=few).ranked(1, Watch(np.inf), PROVED_GAP)[0]

    def _open(self, *sites: int) -> "Stages":
        """The same problem with just these platforms open."""
        n = len(self.opening)
        mask = mask_of(sites, n)
        return replace(self, p=None, at_most=None, group=np.arange(n), required=mask, forbidden=~mask)

    @property
    def _is_plain(self) -> bool:
        """Whether all goes through platforms and must be met."""
        return self.direct is None and self.unmet_cost is None

    @property
    def _must_be_met(self) -> Mask:
        """The customers whose demand no price lets go unmet."""
        return np.isinf(self._price)

    @property
    def _price(self) -> Floats:
        """Price of a unit of unmet demand; `inf` where all must be met."""
        return np.full(len(self.demand), np.inf) if self.unmet_cost is None else self.unmet_cost

    @property
    def _straight(self) -> tuple[Floats, Floats]:
        """Cost and yield from each source to each customer; all `inf` where nothing goes straight."""
        if self.direct is None or self.direct_yield is None:
            nothing = np.full((len(self.supply), len(self.demand)), np.inf)
            return nothing, np.ones_like(nothing)
        return self.direct, self.direct_yield

    def without_costs(self, counted: Mask | None = None) -> "Stages":
        """The same problem in which only unmet demand costs, 1 a unit, and small customers are served first.

        Its unmet demand is the least there is, and falls on the largest customers: the ones to look at. If only some
        customers are `counted`, that of the others costs nothing.
        """
        last = _SMALL_FIRST * self.demand / max(float(self.demand.max()), 1e-300)
        direct, direct_yield = self._straight
        return replace(
            self,
            inbound=np.where(np.isfinite(self.inbound), 0.0, np.inf),
            outbound=np.where(np.isfinite(self.outbound), last, np.inf),
            opening=np.zeros_like(self.opening),
            source_opening=np.zeros_like(self.source_opening),
            unmet_cost=np.ones_like(last) if counted is None else np.where(counted, 1.0, 0.0),
            direct=None if self.direct is None else np.where(np.isfinite(direct), last * direct_yield, np.inf),
        )

    def _refuse_what_cannot_be_served(self) -> None:
        usable = ~self.forbidden & (np.isfinite(self.inbound) & (self.supply * self.yield_ > 0)[:, None]).any(axis=0)
        if 0 in (self.p, self.at_most):
            usable[:] = False
        straight = np.isfinite(self._straight[0][self.supply > 0]).any(axis=0)
        reached = straight | np.isfinite(self.outbound[usable]).any(axis=0)
        alone = np.flatnonzero((self.demand > 0) & self._must_be_met & ~reached)
        if not len(alone):
            return
        if self.direct is None:
            raise InfeasibleError(
                Message("no platform that can be supplied reaches customers {customers}", customers=listed(alone))
            )
        raise InfeasibleError(
            Message(
                "no platform that can be supplied, and no source directly, reaches customers {customers}",
                customers=listed(alone),
            )
        )

    def _shortage(self, watch: Watch) -> CoopgeoError:
        """Say who lacks what."""
        must = self._must_be_met
        if not must.any():
            return InfeasibleError(Message("no set of platforms meets p, required, forbidden and groups together"))
        try:
            best = self.without_costs(must).ranked(1, watch.part(least_s=LEAST_S), PROVED_GAP)[0]
        except InfeasibleError as error:
            return error
        except CoopgeoError:
            return InfeasibleError(Message("demand cannot be met; who lacks what was not found out in time"))
        assert best.unmet is not None  # a price on unmet demand was given
        lacking = np.flatnonzero(must & (best.unmet > 1e-6 * self.demand))
        if not len(lacking):
            return CoopgeoError(
                Message("no answer was found: amounts or costs differ too much in size to be computed with")
            )
        return InfeasibleError(
            Message(
                "demand cannot be met: {how_much} {unmet:.6g} of {demand:.6g} is lacking "
                "(customers: {who}); all sources together can deliver {deliverable:.6g} after losses",
                how_much=how_much(least=best.status == "optimal"),
                unmet=float(best.unmet[must].sum()),
                demand=float(self.demand[must].sum()),
                who=[lack(int(k), best.unmet[k]) for k in lacking],
                deliverable=float(self.supply @ self._best_yield),
            )
        )

    @property
    def _best_yield(self) -> Floats:
        """The most that a unit of each source becomes, over all that it may be used for."""
        direct, direct_yield = self._straight
        straight = np.where(np.isfinite(direct), direct_yield, 0.0).max(axis=1)
        if self.direct is None:
            return self.yield_
        return np.maximum(np.where(np.isfinite(self.inbound).any(axis=1), self.yield_, 0.0), straight)

    @property
    def _useful_supply(self) -> Floats:
        """What each source can be used for: more than all demand it does not ship, and nothing that yields nothing.

        Else a sliver of a source would do.
        """
        direct, direct_yield = self._straight
        least = np.where(self.yield_ > 0, self.yield_, np.inf)
        straight = np.where(np.isfinite(direct), direct_yield, np.inf)
        with np.errstate(over="ignore"):
            if self.direct is None:
                needed = self.demand.sum() / np.maximum(least, 1e-300)
            else:
                needed = (self.demand / np.maximum(np.minimum(least[:, None], straight), 1e-300)).sum(axis=1)
        return np.minimum(self.supply, needed)

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        direct, direct_yield = self._straight
        into, out, straight = (np.nonzero(np.isfinite(cost)) for cost in (self.inbound, self.outbound, direct))
        (sources, platforms), customers, ones = self.inbound.shape, len(self.demand), np.ones
        model, unit = Model(), usual(self.demand)  # amounts are counted in this unit
        demand, capacity = self.demand / unit, np.minimum(self.capacity, self.demand.sum()) / unit
        supply = self._useful_supply / unit
        f = model.variables(unit * self.inbound[into], 0.0, np.where(self.yield_ > 0, np.inf, 0.0)[into[0]])
        g, h = model.variables(unit * self.outbound[out]), model.variables(unit * direct[straight])
        y = model.variables(self.opening, 0.0, np.where(self.forbidden, 0.0, 1.0), whole=True)
        z = model.variables(self.source_opening, 0.0, 1.0, whole=self.source_opening > 0)
        price = self._price
        priced = np.isfinite(price)
        u = model.variables(np.where(priced, unit * price, 0.0), 0.0, np.where(priced, demand, 0.0))
        model.rows(
            np.full(sources, -np.inf), 0.0, (into[0], f, 1.0), (straight[0], h, 1.0), (np.arange(sources), z, -supply)
        )
        model.rows(np.zeros(platforms), 0.0, (into[1], f, self.yield_[into[0]]), (out[0], g, -1.0))
        gets = direct_yield[straight]
        model.rows(demand, demand, (out[1], g, 1.0), (straight[1], h, gets), (np.arange(customers), u, 1.0))
        model.rows(np.full(platforms, -np.inf), 0.0, (out[0], g, 1.0), (np.arange(platforms), y, -capacity))
        link = np.arange(len(g))
        model.rows(
            np.full(len(g), -np.inf),
            0.0,
            (link, g, ones(len(g))),
            (link, y[out[0]], -np.minimum(demand[out[1]], capacity[out[0]])),
        )
        fixed = np.flatnonzero(self.source_opening[straight[0]] > 0)
        at, most = np.arange(len(fixed)), np.minimum(demand[straight[1]], gets * supply[straight[0]])[fixed]
        model.rows(np.full(len(fixed), -np.inf), 0.0, (at, h[fixed], gets[fixed]), (at, z[straight[0][fixed]], -most))
        by_platforms = self._must_be_met & ~np.isfinite(direct).any(axis=0)
        if by_platforms.any():
            total = float(demand[by_platforms].sum())
            model.rows(total, np.inf, (0, y, np.minimum(capacity, total)))
            model.rows(total, np.inf, (0, z, supply * self.yield_))
        choose_sites(model, y, self.group, self.required, self.p)
        if self.at_most is not None:
            model.rows(-np.inf, self.at_most, (0, y, 1.0))
        exclude(model, y, excluded, self.group)
        answer = model.solve(watch, rel_gap=rel_gap)
        if answer is None:
            return None
        f_g_h = ((f, into, self.inbound.shape), (g, out, self.outbound.shape), (h, straight, direct.shape))
        flows = []
        for part, pairs, shape in f_g_h[: 2 if self.direct is None else 3]:
            shipped = answer.x[part] * unit
            kept = shipped > _FLOW_TOLERANCE * unit
            flows.append(csr_array((shipped[kept], (pairs[0][kept], pairs[1][kept])), shape=shape))
        bound = max(0.0, answer.bound)  # no cost is negative: that much is known without any time
        gap, status = judged(answer.value, bound, rel_gap, proved=answer.proved)
        return Solution(
            answer.value,
            bound,
            gap,
            status,
            np.flatnonzero(answer.x[y] > 0.5),
            flows=tuple(flows),
            unmet=None if self.unmet_cost is None else answer.x[u] * unit,
            seconds=watch.seconds,
        )
