"""Collection: how much of what each commune has comes to which collection point, at which cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.arrays import Floats, Ints
from coopgeo.catchments import allocate
from coopgeo.chain.fuel import at_fuel_price
from coopgeo.chain.haulage import harvest_per_tonne, haul_diesel_per_kept_tonne, haul_per_kept_tonne
from coopgeo.chain.materials import material_of
from coopgeo.chain.resource import lies_at_points
from coopgeo.chain.vehicles import collecting_vehicle
from coopgeo.errors import InfeasibleError, Message
from coopgeo.roads import RoadNetwork
from coopgeo.roads.ways import Places, Ways, ways_of_pairs
from coopgeo.study import Chain, Study


@dataclass(frozen=True, eq=False)
class Collection:
    """What comes to the collection points.

    Attributes
    ----------
    origins : DataFrame
        One row a commune and product: `insee`, `product`, `kept_t` (per year), `point` (id of the collection point,
        None out of reach), `minutes`, `km`, `haul_eur_kept_t` and `diesel_l_kept_t` of the way there (NaN out of
        reach).
    lots : DataFrame
        One row a collection point and product that has some: `point`, `product`, `tare`, `kept_t`,
        `roadside_eur_kept_t` (cost at the collection point, haul from the commune included), `diesel_l_kept_t` (litres
        burnt up to there).
    """

    origins: pd.DataFrame
    lots: pd.DataFrame

    @property
    def out_of_reach_kept_t(self) -> float:
        """Kept tonnes a year that no collection point takes within the limit."""
        return float(self.origins.loc[self.origins["point"].isna(), "kept_t"].sum())

    @property
    def reach(self) -> pd.DataFrame:
        """How much of each product comes within reach.

        By product: `kept_t`, `reached_kept_t`, `out_of_reach` (share of the kept tonnes), `mean_minutes` (weighted by
        them) and `max_minutes`.
        """
        spent = self.origins["kept_t"] * self.origins["minutes"]
        taken = self.origins["kept_t"].where(self.origins["point"].notna(), 0.0)
        by = self.origins.assign(spent=spent, reached_kept_t=taken).groupby("product", sort=True)
        sums = by[["kept_t", "reached_kept_t", "spent"]].sum()
        reached = sums["reached_kept_t"]
        return pd.DataFrame(
            {
                "kept_t": sums["kept_t"],
                "reached_kept_t": reached,
                "out_of_reach": 1 - reached / sums["kept_t"],
                "mean_minutes": sums["spent"] / reached.where(reached > 0),
                "max_minutes": by["minutes"].max(),
            }
        )


@dataclass(frozen=True, eq=False)
class CollectionWays:
    """The way of a product from where it lies to the collection point that is nearest: what roads alone tell of it.

    Attributes
    ----------
    places : Index
        INSEE codes of the communes of the territory, or ids of the points where it lies (N of them).
    point : ndarray of object, shape (N,)
        Id of the nearest point that accepts the product, by time; None where no road leads to any.
    minutes, km : ndarray, shape (N,)
        Of the fastest and of the shortest way there.
    haul : Ways, shape (N,)
        The way that costs least.
    """

    places: pd.Index
    point: np.ndarray
    minutes: np.ndarray
    km: np.ndarray
    haul: Ways


def collection_ways(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork]) -> dict[str, CollectionWays]:
    """Find the nearest collection point, and the way there, for each product that the platform takes.

    Parameters
    ----------
    study, chain
    networks : mapping of str to RoadNetwork
        Road network of each vehicle that collects, and of the truck.

    Returns
    -------
    dict of str to CollectionWays
        By product.
    """
    found: dict[tuple[str, str, str], CollectionWays] = {}
    by_product = {}
    accepts = chain.collection_points["accepts"].str.split()
    for name, product in sorted(chain.settings.products.items()):
        if product.fate != "platform":
            continue
        at_point, vehicle = lies_at_points(chain, product), collecting_vehicle(study, chain, product)
        accepting = accepts.map(lambda accepted, name=name: name in accepted)
        key = vehicle, " ".join(sorted(accepting.index[accepting])), product.basis if at_point else ""
        if key not in found:  # products that share vehicle and points share their ways
            if at_point:
                places = chain.collection_points[chain.collection_points[product.basis].fillna(0.0) > 0]
            else:
                places = study.chefs_lieux[study.in_territory]
            found[key] = _nearest(networks[vehicle], places, chain.collection_points[accepting])
        by_product[name] = found[key]
    return by_product


def _nearest(roads: RoadNetwork, places: Places, points: gpd.GeoDataFrame) -> CollectionWays:
    nearest = allocate(roads, places, points, by="time_s")
    reached = nearest["facility"].notna().to_numpy()
    km = np.full(len(places), np.inf)
    haul = Ways(*(np.full(len(places), np.inf) for _ in range(3)))
    if reached.any():
        chosen = points.loc[nearest["facility"][reached]]
        pairs = ways_of_pairs(roads, places[reached], chosen)
        column = points.index.get_indexer(nearest["facility"][reached])
        km[reached] = roads.matrix(places[reached], points, "length_m")[np.arange(reached.sum()), column] / 1000
        for whole, part in zip(haul.parts, pairs.parts, strict=True):
            whole[reached] = part
    point = nearest["facility"].to_numpy(object)
    return CollectionWays(places.index, point, nearest["cost"].to_numpy() / 60, km, haul)


def collect(study: Study, chain: Chain, balance: pd.DataFrame, ways: Mapping[str, CollectionWays]) -> Collection:
    """Bring what each commune has to the nearest collection point that accepts it.

    What no vehicle of the chain collects (`collected_by` left out) is brought by those who have it, at no cost to the
    chain.

    Parameters
    ----------
    study, chain
    balance : DataFrame
        `available_kept_t` of each place and product, as `resource.assess` gives it.
    ways : mapping of str to CollectionWays
        By product, as `collection_ways` gives them.

    Returns
    -------
    Collection

    Raises
    ------
    InfeasibleError
        If nothing at all comes within reach.
    """
    limit_min, material = chain.parameters.collection_limit_min.value, material_of(chain)
    return_share = chain.parameters.return_load_share.value
    lying = balance.iloc[np.flatnonzero(balance["available_kept_t"].to_numpy() > 0)]
    product, place = lying["product"].to_numpy(object), lying["place"].array
    parts: list[tuple[Any, ...]] = []
    for name in sorted(set(product)):
        rows = np.flatnonzero(product == name)
        way, settings = ways[name], chain.settings.products[name]
        at = way.places.get_indexer(place.take(rows))
        minutes = way.minutes[at]
        reached = minutes <= limit_min
        eur, diesel_l = np.zeros(len(rows)), np.zeros(len(rows))
        if settings.collected_by is not None:
            vehicle = at_fuel_price(study.vehicles[settings.collected_by], chain.parameters)
            one_way_eur = way.haul.cost_eur(vehicle)[at]
            eur = haul_per_kept_tonne(one_way_eur, settings.tare, vehicle, material, return_share)
            length_m = way.km[at] * 1000
            diesel_l = haul_diesel_per_kept_tonne(length_m, settings.tare, vehicle, material, return_share)
        figures = {"minutes": minutes, "km": way.km[at], "haul_eur_kept_t": eur, "diesel_l_kept_t": diesel_l}
        nearest: np.ndarray = np.asarray(np.where(reached, way.point[at], None), dtype=object)
        whole = np.arange(len(rows)), nearest, np.ones(len(rows))
        own, to, part = _spread(chain, name, nearest) if settings.spreads else whole
        parts.append((rows[own], to, part, *(np.where(reached, figure, np.nan)[own] for figure in figures.values())))
    if not parts:
        raise InfeasibleError(
            Message(
                "nothing is left for the platform: see resources.csv, competitors.csv and the fate of the products in "
                "chain.toml"
            )
        )
    row, point, share, *figures_of = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept_t = lying["available_kept_t"].to_numpy()[row] * share
    columns = [point, *figures_of]
    names = ("point", "minutes", "km", "haul_eur_kept_t", "diesel_l_kept_t")
    origins = pd.DataFrame(
        {
            "insee": lying["insee"].array.take(row),
            "product": lying["product"].array.take(row),
            "kept_t": kept_t,
            **dict(zip(names, columns, strict=True)),
        }
    )
    if origins["point"].isna().all():
        raise InfeasibleError(
            Message(
                "nothing comes within {minutes:g} min (collection_limit_min) of a collection point: "
                "0 t of {kept_t:.0f} t",
                minutes=limit_min,
                kept_t=float(kept_t.sum()),
            )
        )
    return Collection(origins, _lots(origins, chain))


def _spread(chain: Chain, product: str, point: np.ndarray) -> tuple[Ints, np.ndarray, Floats]:
    """Share what comes to a point with the other points of its commune that take the product.

    Returns
    -------
    ndarray, ndarray, ndarray
        Row of `point`, the point that it goes to, and which part of it does.
    """
    points = chain.collection_points
    commune = dict(zip(points.index.tolist(), points["insee"].tolist(), strict=True))
    takes = dict(zip(points.index.tolist(), points["accepts"].str.split().tolist(), strict=True))
    by_commune: dict[str, list[str]] = {}
    for id in sorted(commune):
        if product in takes[id]:
            by_commune.setdefault(commune[id], []).append(id)
    to = [[None] if one is None else by_commune[commune[one]] for one in point]
    count = np.array([len(those) for those in to])
    row = np.repeat(np.arange(len(point)), count)
    return row, np.array([one for those in to for one in those], dtype=object), 1 / count[row]


def _lots(origins: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Sum the origins by collection point and product, and add the cost of harvest."""
    product_names = sorted(chain.settings.products)
    reached = np.flatnonzero(origins["point"].notna())
    points = chain.collection_points.index.sort_values()
    point = points.get_indexer(origins["point"].array.take(reached))
    product = pd.Index(product_names).get_indexer(origins["product"].array.take(reached))
    pairs, lot = np.unique(point * len(product_names) + product, return_inverse=True)
    amount = origins["kept_t"].to_numpy()[reached]
    kept_t = np.bincount(lot, amount)
    haul_eur, diesel_l = (
        np.bincount(lot, amount * origins[column].to_numpy()[reached]) / kept_t
        for column in ("haul_eur_kept_t", "diesel_l_kept_t")
    )
    kind = pairs % len(product_names)
    tare = np.array([chain.settings.products[name].tare for name in product_names])[kind]
    harvest_eur, harvest_l = harvest_per_tonne(chain).loc[product_names].to_numpy()[kind].T
    return pd.DataFrame(
        {
            "point": points[pairs // len(product_names)],
            "product": pd.array(product_names, dtype=str).take(kind),
            "tare": tare,
            "kept_t": kept_t,
            "roadside_eur_kept_t": harvest_eur / (1 - tare) + haul_eur,
            "diesel_l_kept_t": harvest_l / (1 - tare) + diesel_l,
        }
    )
