"""Catchments of the collection points of a chain: whom they collect from, how near they lie, how far they reach."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.catchments import accessibility, overlap, service_areas
from coopgeo.catchments.outlines import WIDTH_M
from coopgeo.chain.collection import Collection
from coopgeo.chain.material import as_received
from coopgeo.chain.resource import lies_at_points
from coopgeo.chain.vehicles import collecting_vehicle
from coopgeo.roads import RoadNetwork
from coopgeo.study import Chain, Study

BY_INHABITANT = "population"  # basis of what inhabitants have, such as what they throw away
_ATLAS_WIDTH_M = 1_000.0
_ACCESS = ["kind", "insee", "nearest", "minutes", "near", "per_10000"]
_OVERLAPS = ["kind", "point", "other", "inhabitants", "share"]


def catchments(study: Study, chain: Chain, collection: Collection) -> gpd.GeoDataFrame:
    """Draw up the catchment of each collection point that collects from communes.

    Returns
    -------
    GeoDataFrame
        Indexed by point id: `communes` (number that send something), `inhabitants` and `area_ha` of them, `kept_t` and
        `tonnes` (as received) a year, `mean_minutes` (weighted by kept tonnes), `max_minutes`, `max_km`; geometry: the
        communes that send the largest part of what points of its kind take to this one (no commune lies in two
        catchments of a kind; empty where all send more to others).
    """
    products = chain.settings.products
    spread = [name for name, product in products.items() if not lies_at_points(chain, product)]
    sent = collection.origins[collection.origins["product"].isin(spread)].dropna(subset="point")
    sent = sent.assign(
        tonnes=as_received(
            sent["kept_t"], sent["product"].map({name: product.tare for name, product in products.items()})
        ),
        spent=sent["kept_t"] * sent["minutes"],
        kind=sent["point"].map(chain.collection_points["kind"]),
    )
    by_point = sent.groupby("point", sort=True)
    sums = by_point[["kept_t", "tonnes", "spent"]].sum()
    communes = (
        sent.drop_duplicates(["point", "insee"])
        .join(study.communes[["population", "area_ha"]], on="insee")
        .groupby("point", sort=True)
    )
    parts = sent.groupby(["kind", "insee", "point"])["kept_t"].sum().reset_index().sort_values("kept_t", kind="stable")
    mainly = parts.drop_duplicates(["kind", "insee"], keep="last").set_index("insee")["point"]
    areas = study.communes[["geometry"]].join(mainly, how="inner").dissolve("point").geometry
    table = pd.DataFrame(
        {
            "kind": by_point["kind"].first(),
            "communes": communes.size(),
            "inhabitants": communes["population"].sum(),
            "area_ha": communes["area_ha"].sum(),
            "kept_t": sums["kept_t"],
            "tonnes": sums["tonnes"],
            "mean_minutes": sums["spent"] / sums["kept_t"],
            "max_minutes": by_point["minutes"].max(),
            "max_km": by_point["km"].max(),
        }
    )
    return gpd.GeoDataFrame(table, geometry=areas.reindex(table.index), crs=study.settings.crs)


def bands(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork]) -> gpd.GeoDataFrame:
    """Draw the ground within a third, two thirds and the whole of `near_min` of the points that inhabitants go to.

    Returns
    -------
    GeoDataFrame
        One row a kind and band: `kind`, `minutes` (the outer limit), geometry (what lies between it and the band
        before). Where the network is the atlas, which lacks the small roads, ground up to 1 km from a road belongs to
        it.
    """
    breaks = [chain.parameters.near_min.value * 60 * third / 3 for third in (1, 2, 3)]
    parts = []
    brought = {product.brought_by for product in chain.settings.products.values() if product.basis == BY_INHABITANT}
    for kind, points, carrier in _carried(study, chain):
        if carrier not in brought:
            continue  # no inhabitant goes there
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
    """The kinds of points that collect from communes: their points, and the first vehicle that brings what they accept.

    The first of the vehicles in sorted order.
    """
    for kind, points in chain.collection_points.groupby("kind", sort=True):
        taken = [
            chain.settings.products[name]
            for name in sorted({name for text in points["accepts"] for name in text.split()})
        ]
        if carriers := sorted(
            {collecting_vehicle(study, chain, product) for product in taken if not lies_at_points(chain, product)}
        ):
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
        told = accessibility(roads, places, points, near_s, demand=here["population"]).reset_index(names="insee")
        per_10000 = told["supply_per_demand"] * 10_000
        rows.append(told.assign(kind=kind, minutes=told["cost"] / 60, near=told["count"], per_10000=per_10000)[_ACCESS])
        both = overlap(roads, places, points, near_s, demand=here["population"]).rename_axis("point")
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
