"""Sources -> platforms -> customers over several periods: when to open which platform, and when to enlarge it.

Model. Periods t with the worth w_t of 1 a year in t and v_t of 1 paid when t begins; else as in `two_stage.py`, every
array with a t. A platform j is one size of a place, a group of platforms; R_tj is what it costs a year while open, I_tj
what it costs once. The static problem of each period, and between them what each place does:

    min  sum_t w_t (sum c_tij f_tij + sum d_tjk g_tjk + sum e_tik h_tik + sum R_tj y_tj + sum U_k u_tk)
         + sum_t v_t (sum I_tj o_tj + sum E_tij n_tij)
    s.t. f, g, h, u, y of each t as in `two_stage.py`, with sum_j y_tj <= p; h_tik goes straight from i to k, and
         b_ik of it arrives
         y_tj = s_tj + o_tj + sum_i n_tij          open: it stays, opens, or takes the place of a smaller i
         y_(t-1)i = s_ti + sum_j n_tij + z_ti      what was open stays, grows, or closes; z = 0 unless it may
         E_tij = max(0, I_tj - a I_ti), i and j of one group, j as large or larger
         s, o, n, z >= 0

With whole y the steps s, o, n, z are a path of each place through the periods, so that they need not be whole. Sources:
M. Albareda-Sambola et al., European J. Operational Research 193 (2009), multi-period facility location; S. D. Jena,
J.-F. Cordeau, B. Gendron, Transportation Science 49 (2015), who show that counting the switches between sizes one by
one bounds better than counting capacity. Solved in `engine/phases.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.phases import PhasedStages
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import PhasedSolution


class Phased:
    """The plan, which platform is open in which period, that serves all customers of all periods at the least cost.

    Parameters
    ----------
    inbound : array_like, shape (sources, platforms) or (periods, sources, platforms)
        Cost of a unit from a source to a platform, per unit that leaves the source; `inf` = not allowed.
    outbound : array_like, shape (platforms, customers) or (periods, platforms, customers)
        Cost of a unit from a platform to a customer; `inf` = not allowed.
    demand : array_like, shape (periods, customers)
        Units that each customer must get, a year.
    supply : array_like, shape (sources,) or (periods, sources)
        Units that each source has, a year; what it does not ship costs nothing.
    discount : array_like, shape (periods,), optional
        Present worth of 1 paid in each year of a period: what recurs is multiplied by it. 1 by default.
    investment_discount : array_like, shape (periods,), optional
        Present worth of 1 paid when a period begins: what is paid once is multiplied by it. 1 by default.
    capacity : array_like, shape (platforms,), optional
        Units that may leave a platform, a year.
    running : array_like, shape (platforms,) or (periods, platforms), optional
        Cost of an open platform, a year.
    investment : array_like, shape (platforms,) or (periods, platforms), optional
        Cost of opening a platform, once, in the period in which it opens.
    yield_ : float or array_like, shape (sources,)
        Units that leave the platform per unit of this source that enters it.
    p : int, optional
        How many platforms may be open at a time, at most; free by default.
    groups : array_like, shape (platforms,), optional
        Platforms with the same label are sizes of one place, of which one is open at a time. One as large or larger may
        take the place of another: that costs its investment less `kept_share` of that of the other, and never less
        than nothing.
    kept_share : float
        Share of the investment of a platform that serves on when it is enlarged, 0 to 1.
    may_close : bool
        Whether a platform may close; else what is open stays or grows.
    required, forbidden : indices or boolean mask
        Platforms that must be open in every period, or in none. A required platform with a group stands for the group.
    unmet_cost : float or array_like, shape (customers,), optional
        Price of a unit of unmet demand, of all customers or of each; `inf` = this customer must be served. Without it
        all demand must be met.
    direct : array_like, shape (sources, customers) or (periods, sources, customers), optional
        Cost of a unit that goes straight from a source to a customer, per unit that leaves the source; `inf` = not
        allowed. None: nothing goes straight.
    direct_yield : float or array_like, shape (sources,) or (sources, customers)
        Units that the customer gets per unit that leaves the source straight to him.

    Attributes
    ----------
    inbound, outbound, direct, demand, supply, running, investment : ndarray
        What was asked, with the periods as first axis.
    discount, investment_discount : ndarray, shape (periods,)
    capacity, yield_, direct_yield, unmet_cost : ndarray
    p : int or None

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry.

    Examples
    --------
    A small size serves until the demand grows; half of what it cost serves on in the large one:

    >>> problem = Phased([[0, 0]], [[0], [0]], [[5], [20]], supply=[99], capacity=[10, 20], groups=["a", "a"],
    ...                  running=[10, 90], investment=[100, 150], kept_share=0.5)
    >>> plan = problem.solve()
    >>> plan.value, plan.open.tolist(), plan.invested.tolist()
    (300.0, [[True, False], [False, True]], [[100.0, 0.0], [0.0, 100.0]])
    >>> problem.evaluate([[False, True], [False, True]]).value  # the large one at once
    330.0
    """

    def __init__(
        self,
        inbound: ArrayLike,
        outbound: ArrayLike,
        demand: ArrayLike,
        *,
        supply: ArrayLike,
        discount: ArrayLike | None = None,
        investment_discount: ArrayLike | None = None,
        capacity: ArrayLike | None = None,
        running: ArrayLike | None = None,
        investment: ArrayLike | None = None,
        yield_: ArrayLike = 1.0,
        p: int | None = None,
        groups: ArrayLike | None = None,
        kept_share: float = 1.0,
        may_close: bool = False,
        required: Sites = (),
        forbidden: Sites = (),
        unmet_cost: ArrayLike | None = None,
        direct: ArrayLike | None = None,
        direct_yield: ArrayLike = 1.0,
    ) -> None:
        faults = Faults("phased")
        wanted = arguments.amounts(faults, "demand", demand, finite=True)
        if wanted.ndim != 2 or 0 in wanted.shape:
            found = Message("shape {shape}", shape=str(wanted.shape))
            faults.add(column="demand", found=found, expected=Message("(periods, customers), none empty"))
            faults.raise_if_any()
        periods, customers = wanted.shape
        into, out = (
            _by_period(faults, name, costs, periods) for name, costs in (("inbound", inbound), ("outbound", outbound))
        )
        if into.shape[2] != out.shape[1] or out.shape[2] != customers or 0 in into.shape:
            found = Message("shapes {first} and {second}", first=str(into.shape[1:]), second=str(out.shape[1:]))
            expected = Message("(sources, platforms) and (platforms, {count} customers), none empty", count=customers)
            faults.add(column="inbound, outbound", found=found, expected=expected)
            faults.raise_if_any()
        sources, platforms = into.shape[1:]
        straight, straight_yield = _straight(faults, direct, direct_yield, (periods, sources, customers))
        must, never = arguments.site_masks(faults, required, forbidden, platforms)
        group = arguments.labels(faults, "groups", groups, platforms)
        price = arguments.prices(faults, "unmet_cost", unmet_cost, customers)
        least = 1 if direct is None and price is None else 0  # else nothing would serve without a platform
        # At most p: fewer sites than that may be left.
        number = arguments.number_of_sites(faults, p, group, must, never & must, may_be_free=True, least=least)
        share = arguments.positive(faults, "kept_share", kept_share)
        if share > 1:
            faults.add(column="kept_share", found=share, expected=Message("a share, 0 to 1"))
        closes = _truth(faults, "may_close", may_close)

        def each(name: str, values: ArrayLike | None, n: int, default: float) -> Floats:
            return _each_by_period(faults, name, values, (periods, n), default)

        worth = [
            arguments.per_point(faults, name, factors, periods, 1.0)
            for name, factors in (("discount", discount), ("investment_discount", investment_discount))
        ]
        stages = PhasedStages(
            inbound=into,
            outbound=out,
            direct=straight,
            direct_yield=straight_yield,
            demand=wanted,
            supply=each("supply", supply, sources, 1.0),
            running=each("running", running, platforms, 0.0),
            investment=each("investment", investment, platforms, 0.0),
            discount=worth[0],
            investment_discount=worth[1],
            capacity=arguments.rooms(faults, "capacity", capacity, platforms),
            yield_=arguments.per_point(
                faults, "yield_", np.full(sources, yield_) if np.ndim(yield_) == 0 else yield_, sources, 1.0
            ),
            group=group,
            p=number,
            unmet_cost=np.full(customers, np.inf) if price is None else price,
            required=must,
            forbidden=never,
            kept_share=share,
            may_close=closes,
        )
        faults.raise_if_any()
        _refuse_what_cannot_be_added_up(faults, stages)
        self._stages = stages
        self.inbound, self.outbound, self.demand, self.supply = into, out, wanted, stages.supply
        self.running, self.investment = stages.running, stages.investment
        self.discount, self.investment_discount = stages.discount, stages.investment_discount
        self.capacity, self.yield_, self.p = stages.capacity, stages.yield_, number
        self.direct, self.direct_yield, self.unmet_cost = straight, straight_yield, stages.unmet_cost

    def solve(
        self, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
    ) -> PhasedSolution:
        """Find the best plan.

        Parameters
        ----------
        time_limit_s : float
        rel_gap : float
            Relative distance of value and bound that counts as a proof.
        progress : callable, optional
            Called with a `Progress` now and then.

        Returns
        -------
        PhasedSolution

        Raises
        ------
        InfeasibleError
            If there is no plan; says who lacks what, and when.
        CoopgeoError
            If the time was up before any plan was found.
        """
        limit_s = arguments.limits(time_limit_s, rel_gap)
        return self._stages.solve(Watch(limit_s, progress), float(rel_gap))

    def least_unmet(self, *, time_limit_s: float = 60.0) -> PhasedSolution:
        """Find the plan that leaves the least demand unmet of those who must be served, whatever it costs.

        Parameters
        ----------
        time_limit_s : float

        Returns
        -------
        PhasedSolution
            `unmet` falls on the largest customers: the ones to look at.
        """
        return self._stages.without_costs().solve(Watch(arguments.limits(time_limit_s)), 1e-6)

    def evaluate(self, plan: ArrayLike, *, time_limit_s: float = 60.0) -> PhasedSolution:
        """The best use of a plan, such as the largest size at once.

        Parameters
        ----------
        plan : array_like of bool, shape (periods, platforms)
            Just these platforms are open, whatever `p`, `required` and `forbidden` say.
        time_limit_s : float

        Returns
        -------
        PhasedSolution
            Its bound is that of the plan, not of the problem.

        Raises
        ------
        InputError
            If the plan has the wrong shape, or two sizes of a place open at once.
        InfeasibleError
            If it cannot serve all customers, or lets close what may not close.
        """
        faults, group, asked = Faults("evaluate"), self._stages.group, np.asarray(plan)
        if asked.dtype != bool or asked.shape != self.running.shape:
            found = Message("{kind} of shape {shape}", kind=str(asked.dtype), shape=str(asked.shape))
            expected = Message("a mask of shape {shape}", shape=str(self.running.shape))
            faults.add(column="plan", found=found, expected=expected)
            faults.raise_if_any()
        for t, now in enumerate(asked):
            if len(set(group[now])) < now.sum():
                found = Message("period {period}: two sizes of a place", period=str(t))
                faults.add(column="plan", found=found, expected=Message("one at most"))
        faults.raise_if_any()
        return self._stages.solve(Watch(arguments.limits(time_limit_s)), 1e-6, asked)


def _truth(faults: Faults, name: str, value: object) -> bool:
    if not isinstance(value, bool | np.bool_):
        faults.add(column=name, found=value, expected=Message("True or False"))
    return bool(value)


def _by_period(faults: Faults, name: str, values: ArrayLike, periods: int) -> Floats:
    """Costs of pairs, with the periods as first axis; raises if they are no matrix, nor one for each period."""
    array = arguments.amounts(faults, name, values)
    if array.ndim == 2:
        array = np.broadcast_to(array, (periods, *array.shape))
    if array.ndim != 3 or len(array) != periods:
        found = Message("shape {shape}", shape=str(array.shape))
        expected = Message("a matrix, or {count} of them, one for each period", count=periods)
        faults.add(column=name, found=found, expected=expected)
        faults.raise_if_any()
    return array


def _straight(
    faults: Faults, direct: ArrayLike | None, direct_yield: ArrayLike, shape: tuple[int, int, int]
) -> tuple[Floats, Floats]:
    """Costs from source to customer, with the periods as first axis, and yields of each pair."""
    pairs = shape[1:]
    if direct is None:
        return np.broadcast_to(np.inf, shape), np.ones(pairs)
    cost = _by_period(faults, "direct", direct, shape[0])
    if cost.shape != shape:
        found, expected = (Message("shape {shape}", shape=str(one[1:])) for one in (cost.shape, shape))
        faults.add(column="direct", found=found, expected=expected)
        faults.raise_if_any()
    known = ((), pairs[:1], pairs)[min(np.ndim(direct_yield), 2)]
    share = arguments.amounts(faults, "direct_yield", direct_yield, known, finite=True)
    if share.shape != known:
        return cost, np.ones(pairs)
    return cost, np.broadcast_to(share[:, None] if share.ndim == 1 else share, pairs)


def _each_by_period(
    faults: Faults, name: str, values: ArrayLike | None, shape: tuple[int, int], default: float
) -> Floats:
    """Amounts of sources or platforms, with the periods as first axis."""
    if values is None:
        return np.full(shape, default)
    same = np.ndim(values) == 1  # in all periods
    array = arguments.amounts(faults, name, values, shape[1:] if same else shape, finite=True)
    return np.broadcast_to(array, shape) if array.shape == shape[1:] else array


def _refuse_what_cannot_be_added_up(faults: Faults, stages: PhasedStages) -> None:
    worth = float(max(1.0, stages.discount.sum(), stages.investment_discount.sum()))
    for name, amounts in (
        ("inbound", stages.supply),
        ("outbound", stages.demand),
        ("direct", stages.supply),
        ("unmet_cost", stages.demand),
    ):
        arguments.countable(faults, name, worth * getattr(stages, name), amounts)
    for name in ("running", "investment"):
        arguments.countable(faults, name, worth * getattr(stages, name))
    for name in ("demand", "supply", "yield_", "discount", "investment_discount"):
        arguments.countable(faults, name, getattr(stages, name))
    faults.raise_if_any()


def phased(
    inbound: ArrayLike,
    outbound: ArrayLike,
    demand: ArrayLike,
    *,
    supply: ArrayLike,
    discount: ArrayLike | None = None,
    investment_discount: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    running: ArrayLike | None = None,
    investment: ArrayLike | None = None,
    yield_: ArrayLike = 1.0,
    p: int | None = None,
    groups: ArrayLike | None = None,
    kept_share: float = 1.0,
    may_close: bool = False,
    required: Sites = (),
    forbidden: Sites = (),
    unmet_cost: ArrayLike | None = None,
    direct: ArrayLike | None = None,
    direct_yield: ArrayLike = 1.0,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> PhasedSolution:
    """Choose which platform is open in which period, so that all customers of all periods are served at the least cost.

    Parameters
    ----------
    inbound, outbound, demand, supply, discount, investment_discount, capacity, running, investment, yield_
        As in `Phased`.
    p, groups, kept_share, may_close, required, forbidden, unmet_cost, direct, direct_yield
        As in `Phased`.
    time_limit_s, rel_gap, progress
        As in `Phased.solve`.

    Returns
    -------
    PhasedSolution

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry.
    InfeasibleError
        If the demand cannot be met; says which customers lack how much, and when.

    Examples
    --------
    >>> plan = phased([[1, 3]], [[2], [1]], [[10], [10]], supply=[20], running=[50, 5], discount=[1, 0.5])
    >>> plan.value, plan.status, plan.open.tolist()
    (67.5, 'optimal', [[False, True], [False, True]])
    """
    problem = Phased(
        inbound, outbound, demand, supply=supply, discount=discount, investment_discount=investment_discount,
        capacity=capacity, running=running, investment=investment, yield_=yield_, p=p, groups=groups,
        kept_share=kept_share, may_close=may_close, required=required, forbidden=forbidden, unmet_cost=unmet_cost,
        direct=direct, direct_yield=direct_yield,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
