"""When to open a platform and when to enlarge it, while customers come one after another.

What stands in `plan` for one year is asked of several periods at once, each with the customers that have come by then
(`from_year` of `customers.csv`), and solved as one problem with proof (`siting.Phased`). Money is counted in present
worth at the first year: what is paid in the k-th year is divided by (1 + discount_rate)^k, as in the annuities of the
platforms.

Works and equipment are paid as yearly annuities from the period in which they are built until the end, not at once. So
what is not paid off at the end is the worth that is left, a plan of equal periods costs exactly what one year costs
times the sum of the factors, and no plan gains by the choice of the last year. Where a platform is enlarged, the part
of its works that does not serve on (1 - `kept_share`) is paid to the end beside those of the larger one. Land costs its
interest and staff their wages while a size is open.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats
from coopgeo.chain.material import as_received
from coopgeo.errors import Faults, InfeasibleError, InputError, Message
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.placement import Placement, Step, prepare
from coopgeo.siting.solution import Proof
from coopgeo.study import Study

STEPS = ("opens", "grows", "stays")
_NEARLY_NOTHING_T = 1e-3  # a kilogram


@dataclass(frozen=True)
class Periods:
    """Periods of years that follow each other.

    Attributes
    ----------
    begins : tuple of int
        First year of each.
    until : int
        Year in which the last one ends, itself not counted.
    demand_factor : tuple of float, optional
        Part of their demand that customers ask for in each; all of it by default.

    Raises
    ------
    InputError
        If the years do not rise, or there is not one factor for each period.
    """

    begins: tuple[int, ...]
    until: int
    demand_factor: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        years = [*self.begins, self.until]
        if self.demand_factor is not None and len(self.demand_factor) != len(self.begins):
            faults = Faults("periods")
            faults.add(column="demand_factor", expected=Message("one number for each period of begins"))
            faults.raise_if_any()
        if not self.begins or any(later <= earlier for earlier, later in pairwise(years)):
            faults = Faults("periods")
            expected = Message("begins, then until, in rising order")
            faults.add(found=", ".join(map(str, years)), expected=expected)
            faults.raise_if_any()

    @property
    def years(self) -> list[int]:
        """Length of each period."""
        return [later - earlier for earlier, later in pairwise([*self.begins, self.until])]

    def worth(self, rate: float) -> Floats:
        """Present worth, at the first year, of 1 paid at the end of each year of each period.

        Examples
        --------
        >>> Periods((2030, 2031), 2033).worth(0.25).round(4).tolist()
        [0.8, 1.152]
        """
        each = (1 + rate) ** -np.arange(1.0, self.until - self.begins[0] + 1)
        return np.add.reduceat(each, np.array(self.begins) - self.begins[0])


@dataclass(frozen=True, eq=False)
class Phases:
    """The plan over the periods, with its proof, and what other ways of going about it cost.

    Attributes
    ----------
    placement : Placement
        The problem of one year that it was made from.
    plan : PhasedSolution
        In dry tonnes and €, platforms = rows of `placement.options`.
    periods : DataFrame
        One row a period: `from_year`, `to_year` (the last one counted), `worth` (present worth of 1 € in each of its
        years), `customers` (how many have come), `tonnes` (what they need a year, as delivered), `mwh` (in these
        tonnes), `direct_t` and `direct_eur_year` (what goes straight from collection point to customer in a year, in
        tonnes of what platforms deliver, and what it costs), `unserved_t` and `unserved_eur_year` (the
        same of what is left unserved), `eur_year` (all that a year of the period costs).
    platforms : DataFrame
        One row a period and open platform: `from_year`, `site`, `name`, `commune`, `size`, `step` ("opens", "grows" or
        "stays"), `tonnes` (a year, as delivered), `eur_year` (goods, haulage and platform in a year of the period).
    others : DataFrame
        Other ways, by `kind`: "at_once" builds for the last period from the start; "wait" opens nothing before
        `from_year`, and "elsewhere" never: till then customers buy at `elsewhere_eur_unit`. `total_eur` (present
        worth), `extra_eur` (than the plan; below 0 = cheaper), `status`.
    later : tuple of str
        Ids of customers that come after the last period has begun: no period counts them.
    elsewhere_eur_unit : float
        What goods cost customers while no platform serves them.
    """

    placement: Placement = field(repr=False)
    plan: siting.PhasedSolution = field(repr=False)
    periods: pd.DataFrame
    platforms: pd.DataFrame
    others: pd.DataFrame
    later: tuple[str, ...]
    elsewhere_eur_unit: float

    @property
    def total_eur(self) -> float:
        """Present worth of all that the plan costs."""
        return self.plan.value

    @property
    def bound_eur(self) -> float:
        """No plan costs less."""
        return self.plan.bound

    @property
    def status(self) -> Proof:
        """The word "optimal" only with proof."""
        return self.plan.status

    @property
    def eur_unit(self) -> float:
        """What a unit delivered costs over all periods: present worth of the costs over that of the units."""
        return self.plan.value / float((self.periods["worth"] * self.periods["units"]).sum())


def phases(
    study: Study,
    periods: Periods | None = None,
    *,
    job: Job | None = None,
    ways: JobWays | None = None,
    on_step: Step | None = None,
) -> Phases:
    """Find when to open which platform, and when to enlarge it, at the least present worth of all costs.

    Every customer that has come is served, and what is open stays or grows. Customers without a `from_year` are there
    from the first period on; others are counted from the first period that begins in their year or later.

    Parameters
    ----------
    study : Study
    periods : Periods, optional
        Those of `[phases]` in `chain.toml` by default.
    job : Job, optional
        What is asked, as for `coopgeo.run`; `platforms` = how many may be open at a time, at most.
    ways : JobWays, optional
        Ways that were found before, as in `plan.placement.prepare`.
    on_step : callable, optional
        Called with the name of each step as it begins.

    Returns
    -------
    Phases

    Raises
    ------
    InputError
        If the chain has no periods and none are given, or the job asks for what there is not.
    InfeasibleError
        If not all customers can be served; says when, and who lacks how much.
    """
    job = job or Job()
    periods = periods or _periods_of(study, job)
    if study.chain(job.chain).settings.pushes:
        raise InputError(Message("phases: expected a chain whose customers come one by one; in this one supply pushes"))
    placement = prepare(study, job, ways=ways, on_step=on_step, measure="estimate")
    if on_step:
        on_step("placement")
    present = _present(placement, periods)
    worth = periods.worth(placement.chain.parameters.discount_rate.value)
    whole = _problem(placement, present, worth)
    try:
        plan = whole.solve(time_limit_s=job.time_limit_s)
    except InfeasibleError:
        raise _shortage(placement, whole, periods, job.time_limit_s) from None
    if placement.rounds:  # which are estimated: the plan is proved of the estimates alone
        plan = replace(plan, status="feasible")
    platforms = _platforms(placement, plan, whole, periods)
    eur_year = platforms.groupby("from_year")["eur_year"].sum().reindex(periods.begins, fill_value=0.0).to_numpy()
    table = _periods(placement, periods, present, worth).assign(**_past_the_platforms(placement, plan, whole))
    table["eur_year"] = eur_year + table["direct_eur_year"] + table["unserved_eur_year"]
    market = placement.chain.parameters.market_price
    price = np.nan if market is None else market.value
    return Phases(
        placement,
        plan,
        table,
        platforms,
        _others(placement, plan, whole, present, table, price),
        tuple(placement.demand.index[~(present > 0).any(axis=0)]),
        price,
    )


def _periods_of(study: Study, job: Job) -> Periods:
    settings = study.chain(job.chain).settings
    if settings.phases is None:
        faults = Faults(f"chains/{settings.id}/chain.toml")
        faults.add(column="phases", expected=Message("a section [phases], or periods given to the function"))
        faults.raise_if_any()
    assert settings.phases is not None
    factor = settings.phases.demand_factor
    return Periods(tuple(settings.phases.begins), settings.phases.until, None if factor is None else tuple(factor))


def _present(placement: Placement, periods: Periods) -> Floats:
    """Part of its demand that each customer asks for in each period, 0 before it has come: (periods, customers)."""
    years = placement.chain.customers.loc[placement.demand.index, "from_year"].to_numpy(float)
    come = np.nan_to_num(years, nan=-np.inf) <= np.array(periods.begins)[:, None]
    return come * np.array(periods.demand_factor or [1.0] * len(periods.begins))[:, None]


def _problem(placement: Placement, present: Floats, worth: Floats) -> siting.Phased:
    """The problem of all periods; see the head of this module for what is paid when."""
    once, options = placement.problem, placement.options
    assert isinstance(once, siting.TwoStage)
    works, kept = options["works_eur_year"].to_numpy(), placement.chain.parameters.kept_share
    to_the_end = np.cumsum(worth[::-1])[::-1]  # present worth of 1 € a year from each period until the end
    return siting.Phased(
        once.inbound,
        once.outbound,
        present * once.demand,
        supply=once.supply,
        discount=worth,
        capacity=options["capacity_kept_t"],
        running=once.opening - works,
        investment=works * to_the_end[:, None],
        yield_=once.yield_,
        p=once.at_most if once.p is None else once.p,
        groups=options["site"],
        kept_share=1.0 if kept is None else kept.value,
        required=once.required,
        forbidden=once.forbidden,
        unmet_cost=once.unmet_cost,
        direct=once.direct,
        direct_yield=1.0 if once.direct_yield is None else once.direct_yield,
    )


def _shortage(placement: Placement, problem: siting.Phased, periods: Periods, time_limit_s: float) -> InfeasibleError:
    """Say, in the names and tonnes of the study, who lacks what, and from when on."""
    unmet = problem.least_unmet(time_limit_s=time_limit_s).unmet
    assert unmet is not None  # all demand has a price there
    lacking_t = as_received(unmet, placement.material.delivered_tare)
    names = placement.chain.customers["name"]
    lines: list[str] = [
        Message(
            "{year}: {name} ({id}) lacks {tonnes:.1f} t",
            year=str(periods.begins[t]),
            name=names[placement.demand.index[k]],
            id=placement.demand.index[k],
            tonnes=float(lacking_t[t, k]),
        )
        for t, k in np.argwhere(lacking_t > _NEARLY_NOTHING_T)
    ]
    return InfeasibleError(
        Message(
            "not all customers can be served in every period. {lines}. Let them come later (from_year of "
            "customers.csv), add goods or larger sites, or allow more platforms",
            lines=lines,
        )
    )


def _periods(placement: Placement, periods: Periods, present: Floats, worth: Floats) -> pd.DataFrame:
    begins = np.array(periods.begins)
    return pd.DataFrame(
        {
            "from_year": begins,
            "to_year": begins + periods.years - 1,
            "worth": worth,
            "customers": (present > 0).sum(axis=1),
            "tonnes": present @ placement.demand["tonnes"].to_numpy(),
            "units": present @ placement.demand["wanted_units"].to_numpy(),
        }
    )


def _platforms(
    placement: Placement, plan: siting.PhasedSolution, problem: siting.Phased, periods: Periods
) -> pd.DataFrame:
    """What each open platform is, does and costs in each period."""
    options, sites = placement.options, placement.chain.candidate_sites
    place, works = options["site"].to_numpy(), options["works_eur_year"].to_numpy()
    owed = pd.Series(0.0, index=sites.index)  # annuities of each place, those of former sizes that serve no more too
    rows = []
    for t, (now, (into, out, *_)) in enumerate(zip(plan.open, plan.flows, strict=True)):
        delivered = out.sum(axis=1)
        transport = into.multiply(problem.inbound[t]).sum(axis=0) + out.multiply(problem.outbound[t]).sum(axis=1)
        for j in np.flatnonzero(now):
            before = plan.open[t - 1] & (place == place[j]) if t else np.zeros_like(now)
            step = STEPS[2] if before[j] else STEPS[1] if before.any() else STEPS[0]
            paid = plan.invested[t, j]
            owed[place[j]] += paid * works[j] / problem.investment[t, j] if paid else 0.0
            tonnes = as_received(delivered[j], placement.material.delivered_tare)
            rows.append(
                {
                    "from_year": periods.begins[t],
                    "site": place[j],
                    "name": sites.loc[place[j], "name"],
                    "commune": placement.study.communes["name"].get(sites.loc[place[j], "insee"], ""),
                    "size": options["size"].iloc[j],
                    "step": step,
                    "tonnes": float(tonnes),
                    "eur_year": float(transport[j] + problem.running[t, j] + owed[place[j]]),
                }
            )
    columns = ["from_year", "site", "name", "commune", "size", "step", "tonnes", "eur_year"]
    return pd.DataFrame(rows, columns=columns)


def _past_the_platforms(placement: Placement, plan: siting.PhasedSolution, problem: siting.Phased) -> dict[str, Floats]:
    """What flows straight from collection point to customer, and who is left unserved, in a year of each period."""
    delivered, nothing = placement.material.delivered_tare, np.zeros(len(plan.flows))
    straight = [flows[2:] for flows in plan.flows]
    arrive = [sum(float(flow.multiply(problem.direct_yield).sum()) for flow in flows) for flows in straight]
    paid = [sum(float(flow.multiply(problem.direct[t]).sum()) for flow in flows) for t, flows in enumerate(straight)]
    prices = np.where(np.isfinite(problem.unmet_cost), problem.unmet_cost, 0.0)
    return {
        "direct_t": as_received(np.array(arrive), delivered),
        "direct_eur_year": np.array(paid, dtype=float),
        "unserved_t": nothing if plan.unmet is None else as_received(plan.unmet.sum(axis=1), delivered),
        "unserved_eur_year": nothing if plan.unmet is None else np.asarray(plan.unmet @ prices),
    }


def _others(
    placement: Placement,
    plan: siting.PhasedSolution,
    problem: siting.Phased,
    present: Floats,
    table: pd.DataFrame,
    price_eur_unit: float,
) -> pd.DataFrame:
    """What it costs to build for the last period at once, to wait, and to buy elsewhere for ever."""
    limit_s, worth = placement.job.time_limit_s, table["worth"].to_numpy()
    last = _problem(placement, present[-1:], worth[-1:]).solve(time_limit_s=limit_s)
    at_once = problem.evaluate(np.tile(last.open[0], (len(worth), 1)), time_limit_s=limit_s)
    begins = table["from_year"].tolist()
    proved: Proof = "optimal" if last.status == at_once.status == "optimal" else "feasible"
    rows: list[tuple[str, int, float, Proof]] = [("at_once", begins[0], at_once.value, proved)]
    bought = price_eur_unit * np.cumsum(worth * table["units"].to_numpy())
    for t in range(1, len(worth)):
        rest = _problem(placement, present[t:], worth[t:]).solve(time_limit_s=limit_s)
        rows.append(("wait", begins[t], float(bought[t - 1]) + rest.value, rest.status))
    rows.append(("elsewhere", begins[-1], float(bought[-1]), "optimal"))
    others = pd.DataFrame(rows, columns=["kind", "from_year", "total_eur", "status"])
    return others.assign(extra_eur=others["total_eur"] - plan.value)
