"""Layers of places: crossings, collection points, customers, candidate sites and the platforms."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.maps.page_layer import PageLayer, Scene, Theme
from coopgeo.maps.symbols import PLACES, PlaceSymbol, look_alike, symbol
from coopgeo.words.plants import shown_customers
from coopgeo.words.ranking import ranked_sites, undecided, without_room

_MARKS = ["note", "status", "source"]


def crossing_layer(scene: Scene) -> PageLayer:
    """Bridges and ferries over the river, and what they mean for a lorry."""
    edges, text = scene.outcome.roads.edges, scene.text
    crossings = edges[edges["crossing"] != ""].drop_duplicates("crossing")
    kinds = ["ferry" if highway == "ferry" else "bridge" for highway in crossings["highway"]]
    rows = pd.DataFrame(
        {
            "name": crossings["name"],
            "lorry": [text("map.no_lorry" if np.isinf(time_s) else "map.lorry") for time_s in crossings["time_s"]],
            "toll_eur": crossings["toll_eur"].where(crossings["toll_eur"] > 0),
        }
    )
    pictures = [_picture(kind, 18) for kind in kinds]
    legend = [(symbol(kind, 18), text(f"legend.{kind}")) for kind in dict.fromkeys(sorted(kinds))]
    middles = crossings.geometry.interpolate(0.5, normalized=True)
    return _places("crossings", "landmarks", rows, middles, pictures, legend)


def collection_layer(scene: Scene) -> PageLayer:
    """Collection points, larger with their tonnes; hollow where assumed."""
    points, text = scene.outcome.collection_points, scene.text
    straight = ["tonnes_direct"] if scene.outcome.chain.settings.may_go_straight else []
    communes = ["catchment_communes"] if len(scene.outcome.catchments) else []
    figures = ["tonnes", "tonnes_used", *straight, *communes, "minutes_to_platform"]
    rows = pd.DataFrame(points).assign(kind=[text(f"kind.{kind}") for kind in points["kind"]], **scene.marks(points))
    pictures = [
        _picture(scene.places[kind], 12 + 14 * size, assumed=status == "assumed")
        for kind, size, status in zip(points["kind"], _sizes(points["tonnes"]), points["status"], strict=True)
    ]
    legend = [(symbol(scene.places[kind], 18), text(f"kind.{kind}")) for kind in dict.fromkeys(points["kind"])]
    columns = ["name", "kind", *figures, *_MARKS]
    return _places("collection_points", "resource", rows[columns], points.geometry, pictures, legend)


def customer_layer(scene: Scene) -> PageLayer:
    """Customers served, larger with what they need."""
    customers, text = shown_customers(scene.outcome), scene.text
    rows = pd.DataFrame(customers).assign(
        kind=[text(f"kind.{kind}") for kind in customers["kind"]],
        demand_status=[text(f"status.{status}") for status in customers["demand_status"]],
        **scene.marks(customers),
    )
    pictures = [
        _picture(scene.places[kind], 14 + 12 * size, assumed=status == "assumed")
        for kind, size, status in zip(customers["kind"], _sizes(customers["tonnes"]), customers["status"], strict=True)
    ]
    kinds = list(dict.fromkeys(customers["kind"]))
    legend = [(symbol(scene.places[kind], 18), text(f"kind.{kind}")) for kind in kinds]
    if kinds and look_alike(kinds, scene.places):
        legend = [(symbol(scene.places[kinds[0]], 18), text("legend.customer"))]
    columns = ["name", "kind", *_needs(scene), "minutes", "demand_status", *_MARKS]
    return _places("customers", "answer", rows[columns], customers.geometry, pictures, legend)


def _needs(scene: Scene) -> list[str]:
    """What a card tells of the need of a customer, where the chain has it."""
    units = [] if scene.outcome.chain.settings.tells_tonnes else ["wanted_units"]
    return ["tonnes", *units, *(["power_kw"] if "power_kw" in scene.outcome.customers else [])]


def other_customer_layer(scene: Scene, name: str, role: str, *, shown: bool) -> PageLayer:
    """Plants and customers of a role that the platform does not serve; competitors are all drawn alike."""
    customers = scene.outcome.chain.customers.loc[lambda table: table["role"] == role]
    rows = pd.DataFrame(customers).assign(tonnes=customers["tonnes_year"], **scene.marks(customers))
    drawn = [PLACES["competitor"] if role == "competitor" else scene.places[kind] for kind in customers["kind"]]
    pictures = [
        _picture(place, 18, assumed=status == "assumed")
        for place, status in zip(drawn, customers["status"], strict=True)
    ]
    legend = [(symbol(place, 18), scene.text(f"legend.{name}")) for place in dict.fromkeys(drawn)]
    columns = ["name", "tonnes", *_MARKS]
    return _places(name, "landmarks", rows[columns], customers.geometry, pictures, legend, shown=shown)


def candidate_layer(scene: Scene) -> PageLayer:
    """Candidate sites not chosen; the next best carry their rank."""
    outcome, text, ranked = scene.outcome, scene.text, ranked_sites(scene.ranked)
    open_to = 1 + undecided(scene.ranked)
    sites = outcome.chain.candidate_sites.loc[lambda table: ~table.index.isin(list(outcome.platforms.index))]
    rows = pd.DataFrame(sites).assign(
        rank=ranked["rank"].astype(float).reindex(sites.index),
        regret=ranked["regret_eur_year"].where(ranked["rank"] > open_to).reindex(sites.index),
        score=outcome.site_scores["score"].reindex(sites.index),
        hazard=[text(f"hazard.{hazard}") for hazard in sites["hazard"]],
        **scene.marks(sites),
    )
    why = without_room(scene.ranked, text)
    rows["excluded"] = [why.get(str(site), "") for site in sites.index]
    ranks = {str(site): str(rank) for site, rank in ranked["rank"].items()}
    pictures = [
        _picture("candidate", 21 if site in ranks else 12, assumed=status == "assumed", label=ranks.get(site, ""))
        for site, status in sites["status"].items()
    ]
    legend = [(symbol("candidate", 18), text("legend.candidate"))]
    columns = [
        "name",
        "rank",
        "regret",
        *(["excluded"] if why else []),
        "score",
        "area_ha",
        "zoning",
        "hazard",
        *_MARKS,
    ]
    return _places("candidates", "answer", rows[columns], sites.geometry, pictures, legend)


def platform_layer(scene: Scene) -> PageLayer:
    """The answer."""
    platforms, text = scene.outcome.platforms, scene.text
    hazards = [text(f"hazard.{hazard}") for hazard in platforms["hazard"]]
    rows = pd.DataFrame(platforms).assign(hazard=hazards, **scene.marks(platforms))
    units = [] if scene.outcome.chain.settings.tells_tonnes else ["units"]
    figures = ["tonnes_in", "tonnes_out", "room_t", *units, "capital_eur", "built_m2", "distance_housing_m"]
    columns = ["name", "commune", *figures, "zoning", "hazard", *_MARKS]
    pictures = [_picture("platform", 42)] * len(platforms)
    legend = [(symbol("platform", 18), text("legend.platform"))]
    return _places("platforms", "answer", rows[columns], platforms.geometry, pictures, legend)


def _sizes(amounts: pd.Series) -> pd.Series:
    """Sizes from 0 to 1 whose areas are as the amounts."""
    return (amounts / (float(amounts.max()) or 1.0)) ** 0.5


def _picture(kind: str | PlaceSymbol, size_px: float, *, assumed: bool = False, label: str = "") -> list[Any]:
    """SVG of a symbol, with its size in whole pixels."""
    return [symbol(kind, round(size_px), assumed=assumed, label=label), round(size_px)]


def _places(
    name: str,
    theme: Theme,
    rows: pd.DataFrame,
    shapes: gpd.GeoSeries,
    pictures: Sequence[list[Any]],
    legend: list[tuple[str, str]],
    *,
    shown: bool = True,
) -> PageLayer:
    return PageLayer(name, theme, "places", rows, shapes, pictures, legend, shown=shown)
