"""Resource: the wood of each commune, step by step from what there is in theory to what is left for the platform.

Theoretical > unused > technical > economic > sustainable > available, in dry tonnes a year. Each product of a commune
begins with its basis (hectares, inhabitants, logs) times the theoretical factors; what is used already goes first,
then each step keeps a share of the one before (`resources.csv`). Competitors (`competitors.csv`) then take from the
communes of their own catchments, each the same share of everything that it reaches; what goes to other plants, or
must be refused, ends there.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.chain.wood import dry_mass
from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork
from coopgeo.study import Chain, Study
from coopgeo.study.schemas import POTENTIALS

Level = Literal["low", "value", "high"]
AT_POINT = "sawmill_logs_m3"  # the basis that lies at a collection point itself, not all over a commune
_ROUNDING = 1e-9  # of the wood of a row: less than that is not left
_OTHER_END = {"low": "high", "value": "value", "high": "low"}  # wood is scarce where much of it is taken


@dataclass(frozen=True)
class Resource:
    """The resource of a study, and who takes it.

    Attributes
    ----------
    balance : DataFrame
        One row a commune of the territory (or sawmill) and product, sorted by product and code: `insee`, `product`,
        `origin` (point that the wood comes from, in the CRS of the study), then dry tonnes a year. What is left at
        each step: `theoretical_dry_t`, `unused_dry_t` (less `existing_uses_dry_t`), `technical_dry_t`,
        `economic_dry_t`, `sustainable_dry_t`. What is taken from the last: `competitors_dry_t`, `elsewhere_dry_t`
        (left, but for other plants or refused). What is left for the platform: `available_dry_t`. The last three add
        up to `sustainable_dry_t`.
    competition : DataFrame
        One row a competitor and product, in the order of `competitors.csv`: `customer`, `product`, `wanted_dry_t`,
        `reach_communes` (number, among those of communes.csv: what lies beyond them is not counted, so rather too
        much is taken here), `reach_dry_t` (sustainable there), `taken_dry_t` (everywhere), `taken_here_dry_t` (from
        the rows of `balance`), `on_roads` (False: too far from the roads that were given; it takes nothing).
    """

    balance: pd.DataFrame
    competition: pd.DataFrame


def assess(study: Study, chain: Chain, roads: RoadNetwork, *, level: Level = "value") -> Resource:
    """Draw up the resource of a study.

    Parameters
    ----------
    study, chain
    roads : RoadNetwork
        Roads that competitors haul on: the radius of each is a length by road.
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
    region = _potentials(chain, study.communes, level)
    here = region["insee"].isin(study.territory.index) | (
        region["product"].map({n: p.basis for n, p in chain.settings.products.items()}) == AT_POINT
    )
    competition, left = _compete(study, chain, roads, region, here.to_numpy(), level)
    accepted = region["product"].map(
        {name: product.fate == "platform" for name, product in chain.settings.products.items()}
    )
    balance = region.rename(columns={name: f"{name}_dry_t" for name in POTENTIALS}).assign(
        existing_uses_dry_t=region["theoretical"] - region["unused"],
        competitors_dry_t=region["sustainable"] - left,
        elsewhere_dry_t=left.where(~accepted, 0.0),
        available_dry_t=left.where(accepted, 0.0),
    )
    kept = balance[here & (balance["theoretical_dry_t"] > 0)].reset_index(drop=True)
    return Resource(kept, competition)


def shares(chain: Chain, *, level: Level = "value") -> pd.DataFrame:
    """Dry tonnes of each product and potential per unit of its basis: products as index, potentials as columns, each a share of the one before."""
    factors = chain.resources
    value = factors[level].where(factors["effect"] == "times", 1 - factors[_OTHER_END[level]])
    steps = value.groupby([factors["product"], factors["potential"]]).prod().reset_index(name="kept")
    steps = steps.pivot_table(index="product", columns="potential", values="kept", fill_value=1.0)
    return steps.reindex(columns=list(POTENTIALS), fill_value=1.0).cumprod(axis=1)


def _potentials(chain: Chain, communes: gpd.GeoDataFrame, level: Level) -> pd.DataFrame:
    """Columns `insee`, `product`, `origin` and the potentials, for each product of each commune; sorted by product and code."""
    points, per_unit = chain.collection_points, shares(chain, level=level)
    at_point = pd.DataFrame(
        {"insee": points["insee"], "amount": points["logs_m3_year"].fillna(0.0), "origin": points.geometry}
    )
    parts = []
    for name, product in sorted(chain.settings.products.items()):
        if product.basis == AT_POINT:
            places = at_point
        else:
            places = pd.DataFrame(
                {
                    "insee": communes.index,
                    "amount": communes[product.basis].to_numpy(),
                    "origin": communes["chef_lieu"].to_numpy(),
                }
            )
        potentials = np.outer(places["amount"], per_unit.loc[name])
        parts.append(
            places.drop(columns="amount")
            .assign(product=name, **dict(zip(POTENTIALS, potentials.T, strict=True)))
            .sort_values("insee", kind="stable")
        )
    return pd.concat(parts, ignore_index=True)


def _compete(
    study: Study, chain: Chain, roads: RoadNetwork, region: pd.DataFrame, here: np.ndarray, level: Level
) -> tuple[pd.DataFrame, pd.Series]:
    """What each competitor takes, and what is left of the wood in each row of `region`; `here`: the rows of the balance."""
    rivals = chain.competitors.reset_index(drop=True)
    plants, communes = chain.customers.geometry.reindex(rivals["customer"]), study.chefs_lieux
    moisture = rivals["product"].map({name: product.moisture for name, product in chain.settings.products.items()})
    wanted = dry_mass(rivals[_OTHER_END[level]].to_numpy(float), moisture.to_numpy(float))
    on_roads = ~plants.index.isin(roads.off_road(plants).index)
    towns = communes.drop(roads.off_road(communes).index)
    reached = np.zeros((len(communes), len(rivals)), dtype=bool)
    if on_roads.any():
        ways_m = roads.matrix(towns, plants[on_roads], "length_m")
        reached[np.ix_(communes.index.isin(towns.index), on_roads)] = (
            ways_m <= rivals.loc[on_roads, "radius_km"].to_numpy() * 1000
        )
    same_product = region["product"].to_numpy()[:, None] == rivals["product"].to_numpy()[None, :]
    in_reach = reached[communes.index.get_indexer(region["insee"])] & same_product
    offered = region["sustainable"].to_numpy() @ in_reach
    share = in_reach * np.divide(wanted, offered, out=np.zeros(len(rivals)), where=offered > 0).clip(max=1.0)
    taken = share / np.maximum(share.sum(axis=1, keepdims=True), 1.0) * region["sustainable"].to_numpy()[:, None]
    left = region["sustainable"] - taken.sum(axis=1)
    competition = rivals[["customer", "product"]].assign(
        wanted_dry_t=wanted,
        reach_communes=reached.sum(axis=0),
        reach_dry_t=offered,
        taken_dry_t=taken.sum(axis=0),
        taken_here_dry_t=taken[here].sum(axis=0),
        on_roads=on_roads,
    )
    return competition, left.where(left > _ROUNDING * region["sustainable"], 0.0)
