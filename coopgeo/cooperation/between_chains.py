"""Sharing between chains: each on a site of its own or some on one, with the means that they then share.

What each chain costs on each site is known from its placement. For every way to divide the chains into those that
share a site, the best sites are found by looking at all: the least of all ways is proved, as far as each chain's own
cost is. What a coalition of chains costs makes a game, whose shares say what each chain should pay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from coopgeo.arrays import Floats
from coopgeo.chain.platforms import EXISTING, M2_PER_HA
from coopgeo.cooperation.equal_profits import equal_profit
from coopgeo.cooperation.nucleoli import nucleolus
from coopgeo.cooperation.shapley_value import shapley
from coopgeo.cooperation.shared_means import SharedMeans, means_shared, own_eur_year, set_partitions
from coopgeo.cooperation.stability import Core, core
from coopgeo.errors import Faults, InfeasibleError, Message, check_kind
from coopgeo.plan.job import Job
from coopgeo.plan.placement import Placement, prepare
from coopgeo.plan.search import answers
from coopgeo.study import Study

MOST_CHAINS = 6  # 203 ways to divide them
RULES = ("shapley", "nucleolus", "equal_profit")


@dataclass(frozen=True)
class Home:
    """Where a chain has its platform.

    Attributes
    ----------
    chain, site : str
    size : str
        Of `platform_sizes.csv`; empty for a plant of others.
    eur_year : float
        What the chain costs there with means of its own, € a year.
    ground_m2 : float
        Ground that its platform takes.
    """

    chain: str
    site: str
    size: str
    eur_year: float
    ground_m2: float


@dataclass(frozen=True)
class Arrangement:
    """Where some chains have their platforms, and what they share.

    Attributes
    ----------
    homes : tuple of Home
        In the order of the chains.
    shared : tuple of SharedMeans
    eur_year : float
        What all cost, € a year.
    bound_eur_year : float
        What the same division of chains among sites costs at least, wherever the sites are.
    """

    homes: tuple[Home, ...]
    shared: tuple[SharedMeans, ...]
    eur_year: float
    bound_eur_year: float

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """Chains that share a site, site by site."""
        sites: dict[str, list[str]] = {}
        for home in self.homes:
            sites.setdefault(home.site, []).append(home.chain)
        return tuple(tuple(chains) for chains in sites.values() if len(chains) > 1)

    @property
    def saved_eur_year(self) -> float:
        """What is saved by means that are shared, € a year."""
        return sum(one.value for one in self.shared)


@dataclass(frozen=True, eq=False)
class BetweenChains:
    """What chains save by sharing, and what each should pay.

    Attributes
    ----------
    study : Study
    chains : tuple of str
    apart : Arrangement
        Each chain on a site of its own, with means of its own, so that all cost least.
    best : Arrangement
        What costs least of all.
    one_site : Arrangement or None
        The best with all chains on one site; None where no site takes them all.
    worth, bound : ndarray, shape (2 ** chains,)
        What each coalition of chains costs at best, and at least, € a year.
    shares : DataFrame
        Indexed by chain, a column a rule (`RULES`), € a year; NaN where a rule has no answer, as where all together
        cost more than each alone, who need not make way for others.
    core : Core
    rounds_estimated : tuple of str
        Chains whose rounds are planned, so that their cost is not proved.
    forbidden : mapping of str to tuple of str
        By chain: sites where it was not to be.
    own_means_eur_year : float
        What means of their own cost the chains in `apart` beyond what the costs of their platforms hold, € a year.
    """

    study: Study
    chains: tuple[str, ...]
    apart: Arrangement
    best: Arrangement
    one_site: Arrangement | None
    worth: Floats
    bound: Floats
    shares: pd.DataFrame
    core: Core
    rounds_estimated: tuple[str, ...]
    forbidden: Mapping[str, tuple[str, ...]]
    own_means_eur_year: float

    @property
    def alone(self) -> pd.Series:
        """What each chain costs alone, € a year."""
        return pd.Series(self.worth[1 << np.arange(len(self.chains))], index=list(self.chains))

    @property
    def saved_eur_year(self) -> float:
        """What all save together, € a year."""
        return float(self.apart.eur_year - self.best.eur_year)

    @property
    def proved(self) -> bool:
        """Whether nothing costs less than `best`."""
        return bool(self.worth[-1] - self.bound[-1] <= 1e-6 * abs(self.worth[-1]))


def share_between_chains(
    study: Study,
    chains: Sequence[str] | None = None,
    *,
    forbidden: Mapping[str, Sequence[str]] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> BetweenChains:
    """Work out what chains of a study save by sharing a site and means.

    Parameters
    ----------
    study : Study
        `shared_means.csv` says what can be shared.
    chains : sequence of str, optional
        Two to six chains; all by default, that of `study.toml` first.
    forbidden : mapping of str to sequence of str, optional
        By chain: sites where it may not be.
    on_progress : callable, optional
        Called with the chains done and those there are.

    Returns
    -------
    BetweenChains

    Raises
    ------
    InputError
        If a chain is unknown or named twice, there are less than two or more than six, or a site that several chains
        name lies elsewhere for one of them.
    InfeasibleError
        If a chain cannot be served.

    Examples
    --------
    >>> import coopgeo
    >>> study = coopgeo.open_study()
    >>> found = coopgeo.cooperation.share_between_chains(study, [study.settings.chain, "organic"])
    >>> bool(found.best.eur_year <= found.apart.eur_year)
    True
    """
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    names, barred = _checked(study, chains, forbidden or {}), dict(forbidden or {})
    costs = {}
    for name in names:
        job = Job(chain=name, alternatives=0, forbidden=tuple(barred.get(name, ())))
        costs[name] = _Costs.of(prepare(study, job), study.shared_means)
        if on_progress:
            on_progress(len(costs), len(names))
    apart = _arranged(costs, tuple((name,) for name in names), study.shared_means, shared=False)
    if apart is None:
        raise InfeasibleError(Message("a chain has no site on which it can be served"))
    worth, bound = np.zeros(1 << len(names)), np.zeros(1 << len(names))
    ways = [apart]
    for count in range(1, len(names) + 1):
        for some in combinations(range(len(names)), count):
            ways = _ways(costs, [names[at] for at in some], study.shared_means)
            coalition = sum(1 << at for at in some)
            worth[coalition] = min(way.eur_year for way in ways)
            bound[coalition] = min(way.bound_eur_year for way in ways)
    alone = worth[1 << np.arange(len(names))]
    shares = dict.fromkeys(RULES, np.full(len(names), np.nan))
    if worth[-1] <= alone.sum():  # else they are in each other's way: the sites that are best for several are taken
        shares |= {"shapley": shapley(worth, "cost"), "nucleolus": nucleolus(worth, "cost").shares}
        if (alone > 0).all():
            shares["equal_profit"] = equal_profit(worth).shares
    return BetweenChains(
        study,
        names,
        apart,
        min(ways, key=lambda way: way.eur_year),  # the last coalition is that of all
        _arranged(costs, (names,), study.shared_means),
        worth,
        bound,
        pd.DataFrame(shares, index=list(names), columns=list(RULES)),
        core(worth, "cost"),
        tuple(name for name in names if costs[name].estimated),
        {chain: tuple(sites) for chain, sites in barred.items()},
        sum(costs[home.chain].own_eur_year(home.size) for home in apart.homes),
    )


def _checked(study: Study, chains: Sequence[str] | None, forbidden: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids of the chains; sites that several of them name are the same place."""
    if isinstance(chains, str):
        chains = [chains]
    first = sorted(study.chains, key=lambda name: (name != study.settings.chain, name))
    names = tuple(study.chain(name).settings.id for name in (first if chains is None else chains))
    faults = Faults("share_between_chains")
    if not 2 <= len(names) <= MOST_CHAINS or len(set(names)) < len(names):
        expected = Message("two to {most} chains, each once", most=MOST_CHAINS)
        faults.add(column="chains", found=", ".join(names), expected=expected)
    for chain, barred in forbidden.items():
        if chain not in names or not barred or not all(barred):
            expected = Message("sites by chain, of {chains}", chains=list(names))
            faults.add(column="forbidden", found=[chain, *barred], expected=expected)
    sites = pd.concat([study.chains[name].candidate_sites.assign(chain=name) for name in dict.fromkeys(names)])
    for site, rows in sites.groupby(level=0):
        first = rows.iloc[0]
        for _, row in rows[rows.geometry.distance(first.geometry) > _SAME_PLACE_M].iterrows():
            expected = Message("the place that it has in chain {chain}: they cannot share it", chain=first["chain"])
            found = Message("another place in chain {chain}", chain=row["chain"])
            faults.add(id=str(site), column="lon, lat", found=found, expected=expected)
    faults.raise_if_any()
    return names


_SAME_PLACE_M = 300.0


@dataclass(frozen=True, eq=False)
class _Costs:
    """What a chain costs on each site with each size.

    Attributes
    ----------
    options : DataFrame
        Columns `site`, `size`, `ground_m2`, `area_m2`, `value`, `bound` (€ a year, with means of its own on the site).
    moving_eur_year : float
        What means that need no site cost it beyond, if it has its own.
    on_site_eur_year : float
        The same of means on its site; in `value` and `bound` where it builds a platform.
    estimated : bool
        Whether rounds are planned, so that `value` is not proved.
    """

    options: pd.DataFrame
    moving_eur_year: float
    on_site_eur_year: float
    estimated: bool

    def own_eur_year(self, size: str) -> float:
        """What means of its own cost beyond what the costs of a platform of a size hold."""
        return self.moving_eur_year + (0.0 if size == EXISTING else self.on_site_eur_year)

    @classmethod
    def of(cls, placement: Placement, means: pd.DataFrame) -> "_Costs":
        """The costs of a placement of one platform."""
        bound = placement.problem.alone()
        value = bound.copy()
        if placement.rounds:
            value = np.full(len(bound), np.inf)
            site = placement.options["site"].to_numpy()
            for one in answers(placement, len(bound), every=True).solutions:
                option = int(one.sites[0])
                same = site == site[option]
                value[same] = bound[same] + (one.value - bound[option])
        chain = placement.chain
        existing = (placement.options["size"] == EXISTING).to_numpy()
        on_site = own_eur_year(means, chain.settings.id, anywhere=False)
        own = np.where(existing, 0.0, on_site)
        areas = chain.candidate_sites["area_ha"].reindex(placement.options["site"]).to_numpy(float) * M2_PER_HA
        options = placement.options[["site", "size"]].assign(
            ground_m2=placement.options["built_m2"], area_m2=areas, value=value + own, bound=bound + own
        )
        return cls(
            options[np.isfinite(options["value"])],
            own_eur_year(means, chain.settings.id, anywhere=True),
            on_site,
            bool(placement.rounds),
        )


def _ways(costs: Mapping[str, _Costs], chains: Sequence[str], means: pd.DataFrame) -> list[Arrangement]:
    """Every way to divide some chains among sites that is possible."""
    ways = [_arranged(costs, groups, means) for groups in set_partitions(chains)]
    found = [way for way in ways if way is not None]
    if not found:
        raise InfeasibleError(Message("a chain has no site on which it can be served"))
    return found


def _arranged(
    costs: Mapping[str, _Costs], groups: tuple[tuple[str, ...], ...], means: pd.DataFrame, *, shared: bool = True
) -> Arrangement | None:
    """The best sites for groups of chains that each share one, no two groups on the same; None where there are none."""
    order = [chain for chain in costs if any(chain in group for group in groups)]
    sharing = means_shared(means, order, anywhere=True) if shared else ()
    of_sites = [means_shared(means, group, anywhere=False) if shared and len(group) > 1 else () for group in groups]
    spared_m2 = [sum(one.ground_m2 for one in some) for some in of_sites]
    placed, least = (
        _assigned([_by_site([costs[chain].options for chain in group], spared, measure)
                   for group, spared in zip(groups, spared_m2, strict=True)], measure)
        for measure in ("value", "bound")
    )  # fmt: skip
    if placed is None or least is None:
        return None
    moving = sum(costs[chain].moving_eur_year for chain in order)
    homes = {
        chain: Home(chain, str(row["site"]), str(row["size"]), float(row["value"]), float(row["ground_m2"]))
        for group, rows in zip(groups, placed, strict=True)
        for chain, (_, row) in zip(group, rows.iterrows(), strict=True)
    }
    value, bound = (
        moving + sum(float(rows[measure].sum()) for rows in found)
        for measure, found in (("value", placed), ("bound", least))
    )
    every = (*sharing, *(one for some in of_sites for one in some))
    saved = sum(one.value for one in every)
    return Arrangement(tuple(homes[chain] for chain in order), every, value - saved, min(value, bound) - saved)


def _assigned(by_site: Sequence[Mapping[str, pd.DataFrame]], measure: str) -> list[pd.DataFrame] | None:
    """A site for each group so that all cost least: none that two of them build on; plants of others take any."""
    columns: list[tuple[str, int | None]] = []
    for number, sites in enumerate(by_site):
        columns += [(site, number if (rows["size"] == EXISTING).all() else None) for site, rows in sites.items()]
    columns = list(dict.fromkeys(columns))
    eur = np.full((len(by_site), len(columns)), np.inf)
    for number, sites in enumerate(by_site):
        for at, (site, only) in enumerate(columns):
            rows = sites.get(site)
            if rows is not None and (only == number if (rows["size"] == EXISTING).all() else only is None):
                eur[number, at] = rows[measure].sum()
    if len(columns) < len(by_site):
        return None
    try:
        chosen = linear_sum_assignment(eur)[1]
    except ValueError:  # a group has no site that is left
        return None
    return [sites[columns[at][0]] for sites, at in zip(by_site, chosen, strict=True)]


def _by_site(tables: Sequence[pd.DataFrame], spared_m2: float, measure: str) -> dict[str, pd.DataFrame]:
    """By site that takes all of some chains: a row of each, so that they fit on it and cost least."""
    if len(tables) > 1:
        tables = [table[table["size"] != EXISTING] for table in tables]
    found = {}
    for site in sorted(set(tables[0]["site"]).intersection(*(table["site"] for table in tables[1:]))):
        here = [table[table["site"] == site] for table in tables]
        room_m2 = min(float(table["area_m2"].iloc[0]) for table in here) + spared_m2
        for some in _cheapest_first(here, measure):
            rows = pd.DataFrame(some)
            if len(tables) == 1 or rows["ground_m2"].sum() <= room_m2:
                found[str(site)] = rows
                break
    return found


def _cheapest_first(tables: Sequence[pd.DataFrame], measure: str) -> list[tuple[pd.Series, ...]]:
    """Every choice of a row of each table, the cheapest first."""
    rows = [[row for _, row in _worth_having(table, measure).iterrows()] for table in tables]
    return sorted(product(*rows), key=lambda some: float(sum(row[measure] for row in some)))


def _worth_having(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows than which no other takes less ground and costs less."""
    ordered = table.sort_values([measure, "ground_m2"], kind="stable")
    return ordered[ordered["ground_m2"] < ordered["ground_m2"].cummin().shift(fill_value=np.inf)]
