"""Supply: how much wood each commune grows, and how much of it comes to which collection point, at which cost."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.catchments import allocate
from coopgeo.costs import haulage_per_tonne, payload
from coopgeo.errors import InfeasibleError
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.schemas import WoodParameters
from coopgeo.study import Chain, Study

Level = Literal["low", "value", "high"]
AT_POINT = "sawmill_logs_m3"  # the basis that lies at a collection point itself, not all over a commune
PRICES_INDEXED_BEFORE = 2015


@dataclass(frozen=True)
class Collection:
    """What comes to the collection points.

    Attributes
    ----------
    origins : DataFrame
        One row a commune and product: `insee`, `product`, `dry_t` (per year), `point` (id of the collection point, None out of
        reach), `minutes` and `haul_eur_dry_t` of the way there.
    lots : DataFrame
        One row a collection point and product that has some: `point`, `product`, `moisture`, `dry_t`, `roadside_eur_dry_t` (cost
        at the collection point, haul from the commune included), `diesel_l_dry_t` (litres burnt up to there).
    """

    origins: pd.DataFrame
    lots: pd.DataFrame

    @property
    def out_of_reach_dry_t(self) -> float:
        """Dry tonnes a year that no collection point takes within the limit."""
        return float(self.origins.loc[self.origins["point"].isna(), "dry_t"].sum())


def resource(study: Study, chain: Chain, *, level: Level = "value") -> pd.DataFrame:
    """Dry tonnes a year by place and product: the basis of each commune times all factors of `resources.csv`.

    Parameters
    ----------
    study, chain
    level : {"low", "value", "high"}
        Column of `resources.csv` to use.

    Returns
    -------
    DataFrame
        Columns `insee`, `product`, `dry_t`, `origin` (point that the wood comes from, in the CRS of the study); sorted by product
        and code; places with nothing are left out.
    """
    factors = chain.resources.groupby("product")[level].prod()
    points = chain.collection_points
    at_point = pd.DataFrame({"insee": points["insee"], "amount": points["logs_m3_year"].fillna(0.0), "origin": points.geometry})
    parts = []
    for name, product in sorted(chain.settings.products.items()):
        if product.basis == AT_POINT:
            places = at_point
        else:
            here = study.territory
            places = pd.DataFrame({"insee": here.index, "amount": here[product.basis].to_numpy(), "origin": here["chef_lieu"].to_numpy()})
        parts.append(places.assign(product=name, dry_t=places["amount"] * factors[name]).sort_values("insee"))
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table["dry_t"] > 0, ["insee", "product", "dry_t", "origin"]].reset_index(drop=True)


def collect(study: Study, chain: Chain, networks: dict[str, RoadNetwork], *, level: Level = "value") -> Collection:
    """Bring the wood of each commune to the nearest collection point that accepts it.

    Parameters
    ----------
    study, chain
    networks : dict of str to RoadNetwork
        Road network of each vehicle that collects, and of the truck. What no vehicle collects (`collected_by` left out) is brought
        by those who have it, at no cost to the chain.
    level : {"low", "value", "high"}
        Level of the resource.

    Returns
    -------
    Collection

    Raises
    ------
    InfeasibleError
        If no wood at all comes within reach.
    """
    parts = []
    for name, rows in resource(study, chain, level=level).groupby("product", sort=True):
        product = chain.settings.products[str(name)]
        accepts = chain.collection_points["accepts"].str.split().map(lambda accepted, name=name: name in accepted)
        points = chain.collection_points.loc[accepts].geometry
        roads = networks[product.collected_by or study.settings.truck]
        places = gpd.GeoSeries(rows["origin"], crs=study.settings.crs)
        nearest = allocate(roads, places, points, by="time_s", max_cost=chain.parameters.collection_limit_min.value * 60)
        reached = nearest["facility"].notna().to_numpy()
        column = points.index.get_indexer(nearest["facility"].where(reached, points.index[0]))
        haul_eur, diesel_l = np.zeros(len(places)), np.zeros(len(places))
        if product.collected_by is not None:
            one_way_eur, one_way_m = (roads.matrix(places, points, weight)[np.arange(len(places)), column] for weight in ("cost_eur", "length_m"))
            haul_eur = haul_per_dry_tonne(one_way_eur, product.moisture, roads.vehicle, chain.parameters)
            diesel_l = haul_diesel_per_dry_tonne(one_way_m, product.moisture, roads.vehicle, chain.parameters)
        way = {"minutes": nearest["cost"] / 60, "haul_eur_dry_t": haul_eur, "diesel_l_dry_t": diesel_l}
        parts.append(rows.drop(columns="origin").assign(point=nearest["facility"], **{k: np.where(reached, v, np.nan) for k, v in way.items()}))
    origins = pd.concat(parts, ignore_index=True)
    if origins["point"].isna().all():
        limit = chain.parameters.collection_limit_min.value
        raise InfeasibleError(f"no wood comes within {limit:g} min (collection_limit_min) of a collection point: 0 t of {origins['dry_t'].sum():.0f} dry t")
    return Collection(origins, _lots(origins.dropna(subset="point"), chain))


def _lots(origins: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Sum the origins by collection point and product, and add the cost of harvest."""
    weighted = origins.assign(haul=origins["haul_eur_dry_t"] * origins["dry_t"], diesel=origins["diesel_l_dry_t"] * origins["dry_t"])
    lots = weighted.groupby(["point", "product"], sort=True)[["dry_t", "haul", "diesel"]].sum().reset_index()
    moisture = lots["product"].map({name: product.moisture for name, product in chain.settings.products.items()})
    harvest = harvest_per_tonne(chain)
    dry_content = 1 - moisture
    return pd.DataFrame(
        {
            "point": lots["point"],
            "product": lots["product"],
            "moisture": moisture,
            "dry_t": lots["dry_t"],
            "roadside_eur_dry_t": lots["product"].map(harvest["eur_t"]) / dry_content + lots["haul"] / lots["dry_t"],
            "diesel_l_dry_t": lots["product"].map(harvest["diesel_l_t"]) / dry_content + lots["diesel"] / lots["dry_t"],
        }
    )


def harvest_per_tonne(chain: Chain) -> pd.DataFrame:
    """Cost (`eur_t`, today's euros) and diesel (`diesel_l_t`) of a tonne as received, up to the collection point, by product."""
    steps = chain.harvest_costs
    index = np.where(steps["price_year"] < PRICES_INDEXED_BEFORE, chain.parameters.price_index.value, 1.0)
    return steps.assign(eur_t=steps["value"] * index).groupby("product")[["eur_t", "diesel_l_t"]].sum()


def haul_per_dry_tonne(one_way_eur: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters) -> np.ndarray:
    """Cost of haulage, € per dry tonne, of chips at a moisture, from the running cost of the way there."""
    per_tonne = haulage_per_tonne(
        one_way_eur,
        load(moisture, vehicle, parameters),
        load_unload_h=vehicle.load_unload_h,
        eur_h=vehicle.cost_eur_h,
        return_load_share=parameters.return_load_share.value,
    )
    return np.asarray(per_tonne / (1 - np.asarray(moisture)))


def haul_diesel_per_dry_tonne(length_m: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters) -> np.ndarray:
    """Litres of diesel per dry tonne hauled over a way, there and back."""
    ways = 2 - parameters.return_load_share.value
    trips = 1 / (load(moisture, vehicle, parameters) * (1 - np.asarray(moisture)))
    return np.asarray(ways * length_m / 1000 * vehicle.diesel_l_km * trips)


def load(moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters) -> np.ndarray:
    """Tonnes as received on a trip of a vehicle."""
    return payload(
        moisture,
        volume_m3=vehicle.volume_m3,
        payload_t=vehicle.payload_t,
        fill=parameters.fill.value,
        dry_kg_map=parameters.dry_kg_map.value,
    )
