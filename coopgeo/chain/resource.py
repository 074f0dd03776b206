"""Resource: the wood of each commune, step by step from what there is in theory to what is left for the platform.

Theoretical > unused > technical > economic > sustainable > available, in dry tonnes a year. Each product of a commune
begins with its basis (hectares, inhabitants, logs) times the theoretical factors; what is used already goes first,
then each step keeps a share of the one before (`resources.csv`). Competitors (`competitors.csv`) then take from the
communes of their own catchments, each the same share of everything that it reaches; what goes to other plants, or must
be refused, ends there.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats, Mask
from coopgeo.chain.wood import dry_mass
from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork
from coopgeo.study import Chain, Study
from coopgeo.study.schemas import POTENTIALS

Level = Literal["low", "value", "high"]
AT_POINT = "sawmill_logs_m3"  # the basis that lies at a collection point itself, not all over a commune
_ROUNDING = 1e-9  # of the wood of a row: less than that is not left
_OTHER_END = {"low": "high", "value": "value", "high": "low"}  # wood is scarce where much of it is taken


@dataclass(frozen=True, eq=False)
class Resource:
    """The resource of a study, and who takes it.

    Attributes
    ----------
    balance : DataFrame
        One row a commune of the territory (or sawmill) and product, sorted by product and code: `insee`, `product`,
        `place` (where the wood lies: the INSEE code, or the id of the collection point), then dry tonnes a year. What
        is left at each step: `theoretical_dry_t`, `unused_dry_t`, `technical_dry_t`, `economic_dry_t`,
        `sustainable_dry_t`; what is used already: `existing_uses_dry_t`. What is taken from the sustainable wood:
        `competitors_dry_t`, `elsewhere_dry_t` (left, but for other plants or refused). What is left for the platform:
        `available_dry_t`. The last three add up to `sustainable_dry_t`.
    competition : DataFrame
        One row a competitor and product, in the order of `competitors.csv`: `customer`, `product`, `wanted_dry_t`,
        `reach_communes` (number, among those of communes.csv: what lies beyond them is not counted, so rather too much
        is taken here), `reach_dry_t` (sustainable there), `taken_dry_t` (everywhere), `taken_here_dry_t` (from the
        rows of `balance`), `on_roads` (False: too far from the roads that were given; it takes nothing).
    """

    balance: pd.DataFrame
    competition: pd.DataFrame

    @cached_property
    def by_commune(self) -> pd.Series:
        """Dry tonnes a year that each commune has left for the platform, by INSEE code; only communes with a row."""
        return self.balance.groupby("insee")["available_dry_t"].sum()


@dataclass(frozen=True, eq=False)
class CompetitorWays:
    """How far the competitors of a chain lie from the communes by road: what roads alone tell of them.

    Attributes
    ----------
    length_m : ndarray, shape (communes, competitors)
        From each commune of the study to each row of `competitors.csv`; `inf` where no road leads, or none was given.
    on_roads : ndarray of bool, shape (competitors,)
        Whether the plant lies near the roads given.
    """

    length_m: Floats
    on_roads: Mask


def competitor_ways(study: Study, chain: Chain, roads: RoadNetwork) -> CompetitorWays:
    """Measure how far the competitors of a chain lie from all communes of the study."""
    plants = chain.customers.geometry.reindex(chain.competitors["customer"])
    communes = study.chefs_lieux
    on_roads = ~plants.index.isin(roads.off_road(plants).index)
    towns = ~communes.index.isin(roads.off_road(communes).index)
    length_m = np.full((len(communes), len(plants)), np.inf)
    if on_roads.any() and towns.any():
        length_m[np.ix_(towns, on_roads)] = roads.matrix(communes[towns], plants[on_roads], "length_m")
    return CompetitorWays(length_m, on_roads)


def assess(study: Study, chain: Chain, ways: CompetitorWays | RoadNetwork, *, level: Level = "value") -> Resource:
    """Draw up the resource of a study.

    Parameters
    ----------
    study, chain
    ways : CompetitorWays or RoadNetwork
        How far the competitors lie: the radius of each is a length by road. Of a network, the ways are measured first.
    level : {"low", "value", "high"}
        Low: every factor at its low end, every share taken out and every competitor at its high end. High: the other
        way round.

    Returns
    -------
    Resource

    Raises
    ------
    InputError
        If the level is unknown.
    """
    if level not in get_args(Level):
        raise InputError(f'level: found "{level}"; expected one of {", ".join(get_args(Level))}')
    reach = competitor_ways(study, chain, ways) if isinstance(ways, RoadNetwork) else ways
    wood = _wood(study, chain, level)
    competition, left = _compete(chain, reach, wood, level)
    steps = dict(zip(POTENTIALS, wood.potentials.T, strict=True))
    kept = wood.here & (steps["theoretical"] > 0)
    accepted = np.array([product.fate == "platform" for _, product in sorted(chain.settings.products.items())])
    for_platform = accepted[wood.product] if len(wood.product) else np.zeros(0, dtype=bool)
    columns = {
        "insee": wood.insee,
        "product": wood.names[wood.product],
        "place": wood.place,
        **{f"{name}_dry_t": amount for name, amount in steps.items()},
        "existing_uses_dry_t": steps["theoretical"] - steps["unused"],
        "competitors_dry_t": steps["sustainable"] - left,
        "elsewhere_dry_t": np.where(for_platform, 0.0, left),
        "available_dry_t": np.where(for_platform, left, 0.0),
    }
    return Resource(pd.DataFrame({name: column[kept] for name, column in columns.items()}), competition)


def shares(chain: Chain, *, level: Level = "value") -> pd.DataFrame:
    """Share of the basis of each product that is left at each step: what the factors of `resources.csv` keep.

    Returns
    -------
    DataFrame
        Products as index, potentials as columns: dry tonnes per unit of the basis.
    """
    factors = chain.resources
    product, products = pd.factorize(factors["product"], sort=True)
    step = pd.Index(POTENTIALS).get_indexer(factors["potential"])
    kept = np.where(factors["effect"] == "times", factors[level], 1 - factors[_OTHER_END[level]])
    steps = np.ones((len(products), len(POTENTIALS)))
    np.multiply.at(steps, (product, step), kept)
    return pd.DataFrame(steps.cumprod(axis=1), index=pd.Index(products, name="product"), columns=list(POTENTIALS))


@dataclass(frozen=True, eq=False)
class _Wood:
    """The wood of all communes (R rows: one a commune, or sawmill, and product), sorted by product and code.

    `product` are numbers of `names`; `commune` those of the study's communes; `here`: rows of the balance.
    """

    names: np.ndarray
    product: np.ndarray
    commune: np.ndarray
    insee: np.ndarray
    place: np.ndarray
    here: Mask
    potentials: Floats


def _wood(study: Study, chain: Chain, level: Level) -> _Wood:
    communes, per_unit = study.communes, shares(chain, level=level)
    codes, in_territory = communes.index.to_numpy(object), study.in_territory
    sorted_communes = np.argsort(codes.astype(str), kind="stable")
    points = chain.collection_points.sort_values("insee", kind="stable")
    points = points[points["insee"].isin(communes.index)]
    at_point = communes.index.get_indexer(points["insee"]), points.index.to_numpy(object)
    parts = []
    for number, (name, product) in enumerate(sorted(chain.settings.products.items())):
        if product.basis == AT_POINT:
            (commune, place), amount = at_point, points["logs_m3_year"].fillna(0.0).to_numpy(float)
            here = np.ones(len(place), dtype=bool)
        else:
            commune, place = sorted_communes, codes[sorted_communes]
            amount, here = communes[product.basis].to_numpy(float)[commune], in_territory[commune]
        potentials = np.outer(amount, per_unit.loc[name])
        parts.append((np.full(len(place), number), commune, codes[commune], place, here, potentials))
    return _Wood(
        np.array(sorted(chain.settings.products), dtype=object), *map(np.concatenate, zip(*parts, strict=True))
    )


def _compete(chain: Chain, ways: CompetitorWays, wood: _Wood, level: Level) -> tuple[pd.DataFrame, Floats]:
    """What each competitor takes, and what is left of the wood in each row."""
    rivals, products = chain.competitors.reset_index(drop=True), chain.settings.products
    moisture = np.array([products[name].moisture for name in rivals["product"]], dtype=float)
    wanted = dry_mass(rivals[_OTHER_END[level]].to_numpy(float), moisture)
    reached = (ways.length_m <= rivals["radius_km"].to_numpy(float) * 1000) & ways.on_roads
    same_product = wood.product[:, None] == pd.Index(wood.names).get_indexer(rivals["product"])
    in_reach = reached[wood.commune] & same_product
    sustainable = wood.potentials[:, POTENTIALS.index("sustainable")]
    offered = sustainable @ in_reach
    share = in_reach * np.divide(wanted, offered, out=np.zeros(len(rivals)), where=offered > 0).clip(max=1.0)
    taken = share / np.maximum(share.sum(axis=1, keepdims=True), 1.0) * sustainable[:, None]
    left = sustainable - taken.sum(axis=1)
    competition = rivals[["customer", "product"]].assign(
        wanted_dry_t=wanted,
        reach_communes=reached.sum(axis=0),
        reach_dry_t=offered,
        taken_dry_t=taken.sum(axis=0),
        taken_here_dry_t=taken[wood.here].sum(axis=0),
        on_roads=ways.on_roads,
    )
    return competition, np.where(left > _ROUNDING * sustainable, left, 0.0)
