"""Supply: how much of the wood of each commune comes to which collection point, at which cost; the catchments that this makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.catchments import accessibility, allocate, overlap, service_areas
from coopgeo.catchments.outlines import WIDTH_M
from coopgeo.chain.costs import haulage_per_tonne, payload
from coopgeo.chain.resource import AT_POINT
from coopgeo.chain.wood import wet_mass
from coopgeo.errors import InfeasibleError
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.study import Chain, Study
from coopgeo.study.settings import Product, WoodParameters

PRICES_INDEXED_BEFORE = 2015
_ATLAS_WIDTH_M = 1_000.0
_ACCESS = ["kind", "insee", "nearest", "minutes", "near", "per_10000"]
_OVERLAPS = ["kind", "point", "other", "inhabitants", "share"]


@dataclass(frozen=True)
class Collection:
    """What comes to the collection points.

    Attributes
    ----------
    origins : DataFrame
        One row a commune and product: `insee`, `product`, `dry_t` (per year), `point` (id of the collection point,
        None out of reach), `minutes`, `km`, `haul_eur_dry_t` and `diesel_l_dry_t` of the way there (NaN out of
        reach).
    lots : DataFrame
        One row a collection point and product that has some: `point`, `product`, `moisture`, `dry_t`,
        `roadside_eur_dry_t` (cost at the collection point, haul from the commune included), `diesel_l_dry_t` (litres
        burnt up to there).
    """

    origins: pd.DataFrame
    lots: pd.DataFrame

    @property
    def out_of_reach_dry_t(self) -> float:
        """Dry tonnes a year that no collection point takes within the limit."""
        return float(self.origins.loc[self.origins["point"].isna(), "dry_t"].sum())

    @property
    def reach(self) -> pd.DataFrame:
        """By product: `dry_t`, `reached_dry_t`, `out_of_reach` (share of the dry tonnes), `mean_minutes` (weighted by them) and `max_minutes`."""
        spent = self.origins["dry_t"] * self.origins["minutes"]
        taken = self.origins["dry_t"].where(self.origins["point"].notna(), 0.0)
        by = self.origins.assign(spent=spent, reached_dry_t=taken).groupby("product", sort=True)
        sums = by[["dry_t", "reached_dry_t", "spent"]].sum()
        reached = sums["reached_dry_t"]
        return pd.DataFrame(
            {
                "dry_t": sums["dry_t"],
                "reached_dry_t": reached,
                "out_of_reach": 1 - reached / sums["dry_t"],
                "mean_minutes": sums["spent"] / reached.where(reached > 0),
                "max_minutes": by["minutes"].max(),
            }
        )


def collecting_vehicle(study: Study, product: Product) -> str:
    """Id of the vehicle that brings a product to its collection point."""
    return product.collected_by or product.brought_by or study.settings.truck


def collect(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork], balance: pd.DataFrame) -> Collection:
    """Bring the wood of each commune to the nearest collection point that accepts it.

    Parameters
    ----------
    study, chain
    networks : mapping of str to RoadNetwork
        Road network of each vehicle that collects, and of the truck. What no vehicle collects (`collected_by` left
        out) is brought by those who have it, at no cost to the chain.
    balance : DataFrame
        `available_dry_t` of each commune and product, as `resource.assess` gives it.

    Returns
    -------
    Collection

    Raises
    ------
    InfeasibleError
        If no wood at all comes within reach.
    """
    parts = []
    wood = balance.loc[balance["available_dry_t"] > 0, ["insee", "product", "available_dry_t", "origin"]].rename(
        columns={"available_dry_t": "dry_t"}
    )
    for name, rows in wood.groupby("product", sort=True):
        product = chain.settings.products[str(name)]
        points = chain.collection_points.loc[_accepting(chain, str(name))].geometry
        roads = networks[collecting_vehicle(study, product)]
        places = gpd.GeoSeries(rows["origin"], crs=study.settings.crs)
        nearest = allocate(
            roads, places, points, by="time_s", max_cost=chain.parameters.collection_limit_min.value * 60
        )
        reached = nearest["facility"].notna().to_numpy()
        column = points.index.get_indexer(nearest["facility"].where(reached, points.index[0]))
        one_way_eur, one_way_m = (
            roads.matrix(places, points, weight)[np.arange(len(places)), column] for weight in ("cost_eur", "length_m")
        )
        haul_eur, diesel_l = np.zeros(len(places)), np.zeros(len(places))
        if product.collected_by is not None:
            haul_eur = haul_per_dry_tonne(one_way_eur, product.moisture, roads.vehicle, chain.parameters)
            diesel_l = haul_diesel_per_dry_tonne(one_way_m, product.moisture, roads.vehicle, chain.parameters)
        way = {
            "minutes": nearest["cost"] / 60,
            "km": one_way_m / 1000,
            "haul_eur_dry_t": haul_eur,
            "diesel_l_dry_t": diesel_l,
        }
        parts.append(
            rows.drop(columns="origin").assign(
                point=nearest["facility"], **{k: np.where(reached, v, np.nan) for k, v in way.items()}
            )
        )
    origins = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["point", "dry_t"])
    if origins["point"].isna().all():
        limit = chain.parameters.collection_limit_min.value
        if not origins["dry_t"].sum():
            raise InfeasibleError(
                "no wood is left for the platform: see resources.csv, competitors.csv and the fate of the products in chain.toml"
            )
        raise InfeasibleError(
            f"no wood comes within {limit:g} min (collection_limit_min) of a collection point: 0 t of {origins['dry_t'].sum():.0f} dry t"
        )
    return Collection(origins, _lots(origins.dropna(subset="point"), chain))


def _accepting(chain: Chain, product: str) -> pd.Series:
    """Whether each collection point accepts a product."""
    return chain.collection_points["accepts"].str.split().map(lambda accepted: product in accepted)


def catchments(study: Study, chain: Chain, collection: Collection) -> gpd.GeoDataFrame:
    """Draw up the catchment of each collection point that collects from communes.

    Returns
    -------
    GeoDataFrame
        Indexed by point id: `communes` (number that send something), `inhabitants` and `area_ha` of them, `dry_t` and
        `tonnes` (as received) a year, `mean_minutes` (weighted by dry tonnes), `max_minutes`, `max_km`; geometry: the
        communes that send the largest part of what points of its kind take to this one (no commune lies in two
        catchments of a kind; empty where all send more to others).
    """
    products = chain.settings.products
    spread = [name for name, product in products.items() if product.basis != AT_POINT]
    sent = collection.origins[collection.origins["product"].isin(spread)].dropna(subset="point")
    sent = sent.assign(
        tonnes=wet_mass(
            sent["dry_t"], sent["product"].map({name: product.moisture for name, product in products.items()})
        ),
        spent=sent["dry_t"] * sent["minutes"],
        kind=sent["point"].map(chain.collection_points["kind"]),
    )
    by_point = sent.groupby("point", sort=True)
    sums = by_point[["dry_t", "tonnes", "spent"]].sum()
    communes = (
        sent.drop_duplicates(["point", "insee"])
        .join(study.communes[["population", "area_ha"]], on="insee")
        .groupby("point", sort=True)
    )
    parts = sent.groupby(["kind", "insee", "point"])["dry_t"].sum().reset_index().sort_values("dry_t", kind="stable")
    mainly = parts.drop_duplicates(["kind", "insee"], keep="last").set_index("insee")["point"]
    areas = study.communes[["geometry"]].join(mainly, how="inner").dissolve("point").geometry
    table = pd.DataFrame(
        {
            "kind": by_point["kind"].first(),
            "communes": communes.size(),
            "inhabitants": communes["population"].sum(),
            "area_ha": communes["area_ha"].sum(),
            "dry_t": sums["dry_t"],
            "tonnes": sums["tonnes"],
            "mean_minutes": sums["spent"] / sums["dry_t"],
            "max_minutes": by_point["minutes"].max(),
            "max_km": by_point["km"].max(),
        }
    )
    return gpd.GeoDataFrame(table, geometry=areas.reindex(table.index), crs=study.settings.crs)


def bands(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork]) -> gpd.GeoDataFrame:
    """Draw the ground within one third, two thirds and the whole of a short way (the parameter `near_min`) of the points that people bring things to.

    Returns
    -------
    GeoDataFrame
        One row a kind and band: `kind`, `minutes` (the outer limit), geometry (what lies between it and the band
        before). Where the network is the atlas, which lacks the small roads, ground up to 1 km from a road belongs to
        it.
    """
    breaks = [chain.parameters.near_min.value * 60 * third / 3 for third in (1, 2, 3)]
    parts = []
    brought = {product.brought_by for product in chain.settings.products.values()}
    for kind, points, carrier in _carried(study, chain):
        if carrier not in brought:
            continue  # the chain collects there itself
        roads = networks[carrier]
        areas = service_areas(
            roads,
            points.geometry,
            breaks,
            overlap="merged",
            rings=True,
            width_m=_ATLAS_WIDTH_M if roads.name == "atlas" else WIDTH_M,
        )
        parts.append(areas.assign(kind=kind, minutes=areas["break_value"] / 60)[["kind", "minutes", "geometry"]])
    return gpd.GeoDataFrame(
        pd.concat(parts, ignore_index=True) if parts else {"kind": [], "minutes": []},
        geometry="geometry" if parts else [],
        crs=study.settings.crs,
    )


def _carried(study: Study, chain: Chain) -> Iterator[tuple[str, gpd.GeoDataFrame, str]]:
    """The kinds of points that collect from communes: their points, and the first vehicle (in sorted order) that brings what they accept."""
    for kind, points in chain.collection_points.groupby("kind", sort=True):
        taken = [
            chain.settings.products[name]
            for name in sorted({name for text in points["accepts"] for name in text.split()})
        ]
        if carriers := sorted({collecting_vehicle(study, product) for product in taken if product.basis != AT_POINT}):
            yield str(kind), points, carriers[0]


def access(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tell how near the collection points of each kind lie to the communes, and how far their reaches overlap.

    Parameters
    ----------
    study, chain, networks
        As in `collect`; "near" is the parameter `near_min`, by the first vehicle (in sorted order) that brings what
        the points of a kind accept.

    Returns
    -------
    access : DataFrame
        One row a kind of point and commune of the territory: `kind`, `insee`, `nearest` (id), `minutes` to it, `near`
        (number of points within `near_min`), `per_10000` (points for 10,000 inhabitants, two-step floating
        catchment).
    overlaps : DataFrame
        One row a pair of points of a kind whose reaches of `near_min` overlap: `kind`, `point`, `other`,
        `inhabitants` near both, `share` of those near `point`.
    """
    here, near_s = study.territory, chain.parameters.near_min.value * 60
    places = study.chefs_lieux.loc[here.index]
    rows, pairs = [], []
    for kind, points, carrier in _carried(study, chain):
        roads = networks[carrier]
        told = accessibility(roads, places, points.geometry, near_s, demand=here["population"]).reset_index(
            names="insee"
        )
        per_10000 = told["supply_per_demand"] * 10_000
        rows.append(told.assign(kind=kind, minutes=told["cost"] / 60, near=told["count"], per_10000=per_10000)[_ACCESS])
        both = overlap(roads, places, points.geometry, near_s, demand=here["population"]).rename_axis("point")
        long = (
            both.reset_index()
            .melt("point", var_name="other", value_name="inhabitants")
            .sort_values(["point", "other"])
            .assign(kind=kind)
        )
        long["share"] = long["inhabitants"] / long["point"].map(pd.Series(np.diag(both), index=both.index))
        pairs.append(long.loc[(long["point"] != long["other"]) & (long["inhabitants"] > 0), _OVERLAPS])
    told = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_ACCESS)
    return told, pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame(columns=_OVERLAPS)


def _lots(origins: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Sum the origins by collection point and product, and add the cost of harvest."""
    weighted = origins.assign(
        haul=origins["haul_eur_dry_t"] * origins["dry_t"], diesel=origins["diesel_l_dry_t"] * origins["dry_t"]
    )
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


def haul_per_dry_tonne(
    one_way_eur: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters
) -> np.ndarray:
    """Cost of haulage, € per dry tonne, of chips at a moisture, from the running cost of the way there."""
    per_tonne = haulage_per_tonne(
        one_way_eur,
        load(moisture, vehicle, parameters),
        load_unload_h=vehicle.load_unload_h,
        eur_h=vehicle.cost_eur_h,
        return_load_share=parameters.return_load_share.value,
    )
    return np.asarray(per_tonne / (1 - np.asarray(moisture)))


def haul_diesel_per_dry_tonne(
    length_m: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters
) -> np.ndarray:
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
