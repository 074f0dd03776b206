"""Draws: the answer under a thousand sets of assumptions, so that one learns how sure it is.

Each draw takes every factor of the study (`factors.py`) from its range, all at once, by a Latin hypercube: each n-th
part of each range is drawn once (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 1979). Within a range any
value is as probable as any other: little more is known of most. Every draw is solved with proof.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import loky
import numpy as np
import pandas as pd
from scipy.stats import qmc

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message, check_kind
from coopgeo.plan.confidence import Confidence, Decisive
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import prepare
from coopgeo.scenarios.decisive import decisive, decisive_groups
from coopgeo.scenarios.drawn import Drawn, Model, passes_of
from coopgeo.scenarios.factors import factors_of
from coopgeo.study import Study

QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_CHUNK = 25  # draws that a process works off at a time
_FEW = 50  # draws that are done sooner than other processes have begun


@dataclass(frozen=True, eq=False)
class Draws:
    """How sure an answer is.

    Attributes
    ----------
    n, seed : int
    tolerance : float
        A site whose cost is within this share of the least is near the best.
    samples : DataFrame, shape (n, factors)
        Values drawn, by id of the factor (see `factors`): in its unit; a place from 0 to 1 between the ends where the
        ranges that move together differ; 1 or 0 for a customer that is there or not; a multiplier of demand, prices
        and roads.
    values : DataFrame, shape (n, sites)
        Least cost of each site in each draw, € a year; `inf` where it cannot serve, NaN where nothing is proved. Of
        several platforms, or a free number of them, that of the best choice of sites, its ids joined by " + "; others
        are not worked out and NaN.
    states : Series of str, shape (n,)
        "served"; "infeasible" where the customers cannot be served, or where values contradict one another (goods
        that no customer takes so); "no_customer" where no customer comes at all; "unproved" where the solver could
        not prove what each site costs.
    wanted_units : ndarray, shape (n,)
        Energy that the customers ask for, MWh a year.
    factors : DataFrame
        Indexed by id: `name` (French), `name_en`, `kind`, `low`, `high`, `probability`, `status`.
    """

    n: int
    seed: int
    tolerance: float
    samples: pd.DataFrame = field(repr=False)
    values: pd.DataFrame = field(repr=False)
    states: pd.Series = field(repr=False)
    wanted_units: Floats = field(repr=False)
    factors: pd.DataFrame = field(repr=False)
    places: Floats = field(repr=False)
    model: Model = field(repr=False)

    @property
    def served(self) -> pd.DataFrame:
        """Costs of the draws in which the customers can be served."""
        return self.values[(self.states == "served").to_numpy()]

    @cached_property
    def best(self) -> pd.Series:
        """Share of the draws that can be served in which each site is best; the largest first; they add up to 1."""
        return self._share((self.served.rank(axis=1, method="first") == 1).sum())

    @cached_property
    def near(self) -> pd.Series:
        """Share of the draws that can be served in which each site is within the tolerance of the best.

        Empty where several platforms may open: of each draw the best choice alone is worked out.
        """
        if self.model.job.platforms != 1:
            return pd.Series(dtype=float)
        least = self.served.min(axis=1)
        return self._share(self.served.le(least + least.abs() * self.tolerance, axis=0).sum())

    @property
    def infeasible(self) -> float:
        """Share of all draws in which the customers cannot be served."""
        return float((self.states == "infeasible").mean())

    @property
    def no_customer(self) -> float:
        """Share of all draws in which no customer comes at all."""
        return float((self.states == "no_customer").mean())

    @property
    def unproved(self) -> float:
        """Share of all draws of which the solver could not prove the answer; they count for no site."""
        return float((self.states == "unproved").mean())

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Cost of the best site in each draw that can be served: `eur_per_unit` (€/MWh), `eur_year`."""
        eur_year = self.served.min(axis=1)
        return pd.DataFrame({"eur_per_unit": eur_year / self.wanted_units[eur_year.index], "eur_year": eur_year})

    @cached_property
    def eur(self) -> pd.DataFrame:
        """Quantiles of `costs`: `p5`, `p25`, `p50`, `p75`, `p95` as index; NaN if no draw can be served."""
        return self.costs.quantile(list(QUANTILES.values())).set_axis(list(QUANTILES))

    @cached_property
    def decides(self) -> pd.DataFrame:
        """What decides; see `decisive.decisive`."""
        return decisive(self.factors, self.places, self.values, self.best.index, self.costs["eur_per_unit"])

    @cached_property
    def decides_together(self) -> pd.DataFrame:
        """What factors of a kind decide together; see `decisive.decisive_groups`."""
        return decisive_groups(self.samples, self.values, self.best.index, self.costs["eur_per_unit"])

    @cached_property
    def confidence(self) -> Confidence:
        """The figures that pages, notes and results.json show."""
        served = len(self.served) > 0
        eur_per_unit, eur_year = (
            {name: float(eur) for name, eur in self.eur[column].items()} if served else {}
            for column in ("eur_per_unit", "eur_year")
        )
        return Confidence(
            draws=self.n,
            seed=self.seed,
            tolerance=self.tolerance,
            infeasible=self.infeasible,
            no_customer=self.no_customer,
            unproved=self.unproved,
            best=_above_0(self.best),
            near=_above_0(self.near),
            eur_per_unit=eur_per_unit,
            eur_year=eur_year,
            groups={
                str(group): (float(row.effect), float(row.effect_cost))
                for group, row in self.decides_together.iterrows()
            },
            decides=tuple(
                Decisive(
                    factor=str(row.Index),
                    names={"fr": row.name, "en": row.name_en},
                    effect=float(row.effect),
                    effect_cost=float(row.effect_cost),
                    status=row.status,
                )
                for row in self.decides.itertuples()
            ),
        )

    def changes(self, draw: int) -> dict[str, Any]:
        """The values of a draw, as `Study.changed` takes them, to look at it more closely."""
        return self.model.changes(self.places[draw])

    def _share(self, count: pd.Series) -> pd.Series:
        share = count / max(1, len(self.served))
        return share.iloc[np.argsort(-share.to_numpy(), kind="stable")]


def _above_0(shares: pd.Series) -> dict[str, float]:
    return {str(name): float(share) for name, share in shares[shares > 0].items()}


def with_draws(outcome: Outcome, n: int = 1000, seed: int = 0, **asked: Any) -> Outcome:
    """The same outcome with how sure it is: `confidence`.

    Parameters
    ----------
    outcome : Outcome
    n, seed
        As in `draw`.
    **asked
        `tolerance`, `workers`, `client`, `on_progress` of `draw`.
    """
    placement = outcome.placement
    draws = draw(outcome.study, n, seed, job=placement.job, ways=placement.ways, **asked)
    return replace(outcome, confidence=draws.confidence)


def draw(
    study: Study,
    n: int = 1000,
    seed: int = 0,
    *,
    job: Job | None = None,
    ways: JobWays | None = None,
    tolerance: float | None = None,
    workers: int | None = None,
    client: Any = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Draws:
    """Learn how sure the answer of a study is: solve it for values drawn from all its ranges.

    What varies: every range of the chain (parameters, resources, costs of harvest, competitors, suppliers) and of the
    tolls; whether each customer with a `probability` is there; and, as far as `chain.toml` has the parameters
    `demand_spread`, `vehicle_cost_spread`, `land_price_spread`, `road_error_site` and `road_error_pair`, demand, cost
    of vehicles, price of land and the roads. The way between two places stays the same, other prices apply to it.

    Parameters
    ----------
    study : Study
    n : int
        Number of draws.
    seed : int
        The same seed gives the same draws to the last digit, on however many processes.
    job : Job, optional
        What is asked; its `level` is set aside, as draws go through all levels.
    ways : JobWays, optional
        Ways that were found before for the same job.
    tolerance : float, optional
        Share of the least cost within which a site is near the best; `near_share` of `study.toml` by default.
    workers : int, optional
        Processes; as many as there are cores by default, 1 = this process alone.
    client : distributed.Client, optional
        A Dask cluster that does the work in place of processes; needs the extra "cluster".
    on_progress : callable, optional
        Called now and then with the draws done and those asked for.

    Returns
    -------
    Draws

    Raises
    ------
    InputError
        If an argument is out of range, or the study cannot be computed with at all.

    Examples
    --------
    >>> import coopgeo
    >>> draws = coopgeo.scenarios.draw(coopgeo.open_study(), n=20, workers=1)
    >>> round(float(draws.best.sum()), 9)
    1.0
    """
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    tolerance = study.settings.near_share if tolerance is None else tolerance
    _check(n, seed, tolerance, workers)
    model = drawn_model(study, job, ways, seed)
    places = qmc.LatinHypercube(d=len(model.factors), seed=np.random.default_rng(seed)).random(n)
    drawn: list[Drawn] = []
    for chunk in _work_off(model, places, workers, client):
        drawn += chunk
        if on_progress:
            on_progress(len(drawn), n)
    return _gathered(model, places, drawn, tolerance)


def seconds_of(study: Study, n: int, *, job: Job | None = None, ways: JobWays | None = None) -> float:
    """Estimate how long `draw` takes on all cores, from one draw in the middle of all ranges with every customer there.

    Parameters
    ----------
    study, n, job, ways
        As in `draw`.

    Returns
    -------
    float
        Seconds; draws differ, and those of several platforms by much.
    """
    model = drawn_model(study, job, ways, 0)
    middle = np.array([0.0 if factor.kind == "exists" else 0.5 for factor in model.factors])
    start = time.perf_counter()
    model.cost(middle, 0)
    return (time.perf_counter() - start) * n / min(loky.cpu_count(), max(1, n // _CHUNK))


def drawn_model(study: Study, job: Job | None, ways: JobWays | None, seed: int) -> Model:
    """What all draws share."""
    job = replace(job or Job(), level="value", alternatives=0, what_ifs=0)
    placement = prepare(study, job, ways=ways)
    factors = factors_of(study, placement.chain)
    tolls = [factor.id.removeprefix("crossings.") for factor in factors if factor.id.startswith("crossings.")]
    asked = set(job.road_changes.get("toll_eur") or ())
    passes = passes_of(study, placement.chain, placement.ways, [id for id in tolls if id not in asked])
    known = replace(placement.ways, networks={}, basis={})  # no draw searches a road: nothing to take along
    return Model(study, placement.chain, replace(job, roads=None), known, factors, seed, passes)


def _check(n: object, seed: object, tolerance: object, workers: object) -> None:
    faults = Faults("draw")
    for name, number, least in (("n", n, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if name == "workers" and number is None:
            continue
        if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < least:
            faults.add(column=name, found=number, expected=Message("a whole number, {low} or more", low=least))
    if not isinstance(tolerance, int | float | np.number) or isinstance(tolerance, bool) or not 0 <= tolerance < np.inf:
        faults.add(column="tolerance", found=tolerance, expected=Message("a share, 0 or more, such as 0.01 for 1 %"))
    faults.raise_if_any()


def _work_off(model: Model, places: Floats, workers: int | None, client: Any) -> Iterator[list[Drawn]]:
    """What each draw costs, some at a time, in their order."""
    starts = range(0, len(places), _CHUNK)
    if client is not None:
        shared = client.scatter(model, broadcast=True)
        futures = client.map(_chunk, [shared] * len(starts), [places] * len(starts), starts, pure=False)
        yield from (future.result() for future in futures)
        return
    workers = min(workers or (loky.cpu_count() if len(places) > _FEW else 1), len(starts))
    if workers == 1:
        yield from (_chunk(model, places, start) for start in starts)
        return
    with loky.ProcessPoolExecutor(workers, initializer=_keep, initargs=(model, places)) as pool:
        yield from pool.map(_kept_chunk, starts)


def _chunk(model: Model, places: Floats, start: int) -> list[Drawn]:
    return [model.cost(places[draw], draw) for draw in range(start, min(start + _CHUNK, len(places)))]


_KEPT: list[tuple[Model, Floats]] = []  # of a process that works for another: what it was given as it began


def _keep(model: Model, places: Floats) -> None:
    _KEPT[:] = [(model, places)]


def _kept_chunk(start: int) -> list[Drawn]:
    return _chunk(*_KEPT[0], start)


def _gathered(model: Model, places: Floats, drawn: list[Drawn], tolerance: float) -> Draws:
    if model.job.platforms == 1:
        names, unknown = sorted(map(str, model.ways.sites)), np.inf
    else:
        names, unknown = sorted({name for one in drawn for name in one.value_eur_year}), np.nan
    others = {"served": unknown, "unproved": np.nan}
    rows = [[one.value_eur_year.get(name, others.get(one.state, np.inf)) for name in names] for one in drawn]
    ids = [factor.id for factor in model.factors]
    return Draws(
        n=len(drawn),
        seed=model.seed,
        tolerance=tolerance,
        samples=pd.DataFrame(model.sample(places), columns=ids),
        values=pd.DataFrame(np.array(rows, dtype=float).reshape(len(drawn), len(names)), columns=names),
        states=pd.Series([one.state for one in drawn], name="state"),
        wanted_units=np.array([one.wanted_units for one in drawn]),
        factors=pd.DataFrame(
            {
                "name": [factor.fr for factor in model.factors],
                "name_en": [factor.en for factor in model.factors],
                **{
                    column: [getattr(factor, column) for factor in model.factors]
                    for column in ("kind", "low", "high", "probability", "status")
                },
            },
            index=pd.Index(ids, name="factor"),
        ),
        places=places,
        model=model,
    )
