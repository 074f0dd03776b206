"""Resource: what each commune has, step by step from what there is in theory to what is left for the platform.

Theoretical > unused > technical > economic > sustainable > available, in kept tonnes a year. Each product of a commune
begins with its basis (hectares, inhabitants, ...) times the theoretical factors; what is used already goes first,
then each step keeps a share of the one before (`resources.csv`). Competitors (`competitors.csv`) then take from the
communes of their own catchments, each the same share of everything that it reaches; what goes to other plants, or must
be refused, ends there.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.chain.material import kept_of
from coopgeo.errors import InputError, Message
from coopgeo.roads import RoadNetwork
from coopgeo.study import Chain, Study
from coopgeo.study.basis import numeric_columns
from coopgeo.study.chain_schemas import POTENTIALS
from coopgeo.study.chain_settings import Product

Level = Literal["low", "value", "high"]
_ROUNDING = 1e-9  # of the amount of a row: less than that is not left
_OTHER_END = {"low": "high", "value": "value", "high": "low"}  # a resource is scarce where much of it is taken


@dataclass(frozen=True, eq=False)
class Resource:
    """The resource of a study, and who takes it.

    Attributes
    ----------
    balance : DataFrame
        One row a commune of the territory (or collection point) and product, sorted by product and code: `insee`,
        `product`, `place` (where it lies: the INSEE code, or the id of the collection point), then kept tonnes a
        year. What is left at each step: `theoretical_kept_t`, `unused_kept_t`, `technical_kept_t`, `economic_kept_t`,
        `sustainable_kept_t`; what is used already: `existing_uses_kept_t`. What is taken from the sustainable resource:
        `competitors_kept_t`, `elsewhere_kept_t` (left, but for other plants or refused). What is left for the platform:
        `available_kept_t`. The last three add up to `sustainable_kept_t`.
    competition : DataFrame
        One row a competitor and product, in the order of `competitors.csv`: `customer`, `product`, `wanted_kept_t`,
        `reach_communes` (number, among those of communes.csv: what lies beyond them is not counted, so rather too much
        is taken here), `reach_kept_t` (sustainable there), `taken_kept_t` (everywhere), `taken_here_kept_t` (from the
        rows of `balance`), `on_roads` (False: too far from the roads that were given; it takes nothing).
    """

    balance: pd.DataFrame
    competition: pd.DataFrame

    @cached_property
    def by_commune(self) -> pd.Series:
        """Kept tonnes a year that each commune has left for the platform, by INSEE code; only communes with a row."""
        return self.balance.groupby("insee")["available_kept_t"].sum()


@dataclass(frozen=True, eq=False)
class ResourcePlaces:
    """Where the products of a chain lie: R rows, one a product and commune (or collection point), in that order.

    Attributes
    ----------
    names : tuple of str
        Products in sorted order.
    product : ndarray of int, shape (R,)
        Number of the product.
    bounds : ndarray of int, shape (products + 1,)
        Rows of product p: from `bounds[p]` up to `bounds[p + 1]`.
    row : ndarray of int, shape (R,)
        Row of the table that says how much there is: of the communes, or of the collection points.
    commune : ndarray of int, shape (R,)
        Row of the communes.
    insee, place : ExtensionArray of str, shape (R,)
        Code of the commune, and where it lies: that code again, or the id of the collection point.
    in_territory : ndarray of bool, shape (R,)
        What the balance counts: that of the territory, and of all collection points.
    """

    names: tuple[str, ...]
    product: Ints
    bounds: Ints
    row: Ints
    commune: Ints
    insee: pd.api.extensions.ExtensionArray
    place: pd.api.extensions.ExtensionArray
    in_territory: Mask


def lies_at_points(chain: Chain, product: Product) -> bool:
    """Whether a product lies at the collection points themselves, not all over the communes, by its basis."""
    return product.basis in numeric_columns(chain.collection_points)


def _amounts(study: Study, chain: Chain, product: Product) -> Floats:
    """How much of the basis of a product each commune, or each collection point, has."""
    if lies_at_points(chain, product):
        table = chain.collection_points
    elif product.basis in chain.basis_by_commune:
        table = chain.basis_by_commune.reindex(study.communes.index)
    else:
        table = study.communes
    return np.nan_to_num(table[product.basis].to_numpy(float))


def resource_places(study: Study, chain: Chain) -> ResourcePlaces:
    """List where the products of a chain lie.

    Parameters
    ----------
    study : Study
    chain : Chain

    Returns
    -------
    ResourcePlaces
    """
    codes, points = study.communes.index, chain.collection_points
    by_code = np.argsort(codes.to_numpy(object).astype(str), kind="stable")
    commune_of = codes.get_indexer(points["insee"])
    by_commune = np.argsort(points["insee"].to_numpy(object).astype(str), kind="stable")
    at_points = by_commune[commune_of[by_commune] >= 0]
    names = tuple(sorted(chain.settings.products))
    is_point = [lies_at_points(chain, chain.settings.products[name]) for name in names]
    at = [at_points if here else by_code for here in is_point]
    commune = np.concatenate(
        [commune_of[rows] if here else rows for rows, here in zip(at, is_point, strict=True)]
    ).astype(np.intp)
    labels = [(points.index if here else codes)[rows].to_numpy(object) for rows, here in zip(at, is_point, strict=True)]
    sizes = [len(rows) for rows in at]
    point_rows = np.repeat(is_point, sizes)
    return ResourcePlaces(
        names=names,
        product=np.repeat(np.arange(len(names)), sizes),
        bounds=np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp),
        row=np.concatenate(at).astype(np.intp),
        commune=commune,
        insee=pd.array(codes.to_numpy(object)[commune], dtype=str),
        place=pd.array(np.concatenate(labels), dtype=str),
        in_territory=point_rows | study.in_territory[commune],
    )


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
    """Measure how far the competitors of a chain lie from all communes of the study.

    Parameters
    ----------
    study : Study
    chain : Chain
    roads : RoadNetwork
        As the haulage lorry sees it.

    Returns
    -------
    CompetitorWays
    """
    plants = chain.customers.geometry.reindex(chain.competitors["customer"])
    communes = study.chefs_lieux
    on_roads = ~plants.index.isin(roads.off_road(plants).index)
    towns = ~communes.index.isin(roads.off_road(communes).index)
    length_m = np.full((len(communes), len(plants)), np.inf)
    if on_roads.any() and towns.any():
        length_m[np.ix_(towns, on_roads)] = roads.matrix(communes[towns], plants[on_roads], "length_m")
    return CompetitorWays(length_m, on_roads)


def assess(
    study: Study,
    chain: Chain,
    ways: CompetitorWays | RoadNetwork,
    places: ResourcePlaces | None = None,
    *,
    level: Level = "value",
) -> Resource:
    """Draw up the resource of a study.

    Parameters
    ----------
    study, chain
    ways : CompetitorWays or RoadNetwork
        How far the competitors lie: the radius of each is a length by road. Of a network, the ways are measured first.
    places : ResourcePlaces, optional
        Where products lie; listed anew by default.
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
        raise InputError(
            Message('level: found "{level}"; expected one of {choices}', level=level, choices=list(get_args(Level)))
        )
    reach = competitor_ways(study, chain, ways) if isinstance(ways, RoadNetwork) else ways
    places = places or resource_places(study, chain)
    steps = dict(zip(POTENTIALS, _potentials(study, chain, places, level).T, strict=True))
    competition, left = _compete(chain, places, reach, steps["sustainable"], level)
    rows = np.flatnonzero(places.in_territory & (steps["theoretical"] > 0))
    product = places.product[rows]
    accepted = np.array([chain.settings.products[name].fate == "platform" for name in places.names])[product]
    steps = {name: amount[rows] for name, amount in steps.items()}
    left = left[rows]
    balance = pd.DataFrame(
        {
            "insee": places.insee.take(rows),
            "product": pd.array(places.names, dtype=str).take(product),
            "place": places.place.take(rows),
            **{f"{name}_kept_t": amount for name, amount in steps.items()},
            "existing_uses_kept_t": steps["theoretical"] - steps["unused"],
            "competitors_kept_t": steps["sustainable"] - left,
            "elsewhere_kept_t": np.where(accepted, 0.0, left),
            "available_kept_t": np.where(accepted, left, 0.0),
        }
    )
    return Resource(balance, competition)


def shares(chain: Chain, *, level: Level = "value") -> pd.DataFrame:
    """Share of the basis of each product that is left at each step: what the factors of `resources.csv` keep.

    Returns
    -------
    DataFrame
        Products as index, potentials as columns: kept tonnes per unit of the basis.
    """
    products = sorted(chain.settings.products)
    return pd.DataFrame(_shares(chain, level), index=pd.Index(products, name="product"), columns=list(POTENTIALS))


def _shares(chain: Chain, level: Level) -> Floats:
    """As `shares`, shape (products in sorted order, potentials)."""
    number = {name: at for at, name in enumerate(sorted(chain.settings.products))}
    steps, columns = np.ones((len(number), len(POTENTIALS))), chain.resources
    names = ("product", "potential", "effect", level, _OTHER_END[level])
    for product, potential, effect, value, other in zip(*(columns[name].tolist() for name in names), strict=True):
        steps[number[product], POTENTIALS.index(potential)] *= value if effect == "times" else 1 - other
    return steps.cumprod(axis=1)


def _potentials(study: Study, chain: Chain, places: ResourcePlaces, level: Level) -> Floats:
    """Kept tonnes a year at each step of each row of `places`, shape (R, potentials)."""
    amount = np.empty(len(places.product))
    for number, (_, product) in enumerate(sorted(chain.settings.products.items())):
        rows = slice(*places.bounds[number : number + 2])
        amount[rows] = _amounts(study, chain, product)[places.row[rows]]
    return amount[:, None] * _shares(chain, level)[places.product]


def _compete(
    chain: Chain, places: ResourcePlaces, ways: CompetitorWays, sustainable: Floats, level: Level
) -> tuple[pd.DataFrame, Floats]:
    """What each competitor takes, and what is left in each row."""
    rivals, products = chain.competitors, chain.settings.products
    names = rivals["product"].tolist()
    numbers = np.array([places.names.index(name) for name in names], dtype=np.intp)
    tare = np.array([products[name].tare for name in names], dtype=float)
    wanted = kept_of(rivals[_OTHER_END[level]].to_numpy(float), tare)
    reached = (ways.length_m <= rivals["radius_km"].to_numpy(float) * 1000) & ways.on_roads
    in_reach = reached[places.commune] & (places.product[:, None] == numbers)
    offered = sustainable @ in_reach
    share = in_reach * np.divide(wanted, offered, out=np.zeros(len(rivals)), where=offered > 0).clip(max=1.0)
    taken = share / np.maximum(share.sum(axis=1, keepdims=True), 1.0) * sustainable[:, None]
    left = sustainable - taken.sum(axis=1)
    competition = pd.DataFrame(
        {
            "customer": rivals["customer"].array,
            "product": rivals["product"].array,
            "wanted_kept_t": wanted,
            "reach_communes": reached.sum(axis=0),
            "reach_kept_t": offered,
            "taken_kept_t": taken.sum(axis=0),
            "taken_here_kept_t": taken[places.in_territory].sum(axis=0),
            "on_roads": ways.on_roads,
        }
    )
    return competition, np.where(left > _ROUNDING * sustainable, left, 0.0)
