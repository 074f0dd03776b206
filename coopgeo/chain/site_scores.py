"""Site scores: what speaks for and against each candidate site besides its cost.

They are shown beside the cost, never mixed into it.

Each criterion gives 0 (worst) to 1 (best); the score is their mean, weighted by `[site_scores]` of `study.toml`.
Exclusions keep a site from being proposed unless it is asked for by name.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.chain.platforms import M2_PER_HA, built_m2
from coopgeo.roads import RoadNetwork, searches
from coopgeo.roads.joining import joints_of
from coopgeo.study import Chain, Study
from coopgeo.study.settings import MeasuredCriterion, SiteScores

MAIN_ROADS = ("motorway", "trunk", "primary")
HOUSING_STREETS = ("residential", "living_street")
_SEARCHED_M = 30_000.0


def excluded(chain: Chain, rules: SiteScores) -> pd.Series:
    """Why each site is not proposed, in the table's order: "too_small" (no size fits), "hazard", "zoning" or ""."""
    sites = chain.candidate_sites
    too_small = sites["area_ha"] * M2_PER_HA < built_m2(chain.platform_sizes).min()
    zoning = sites["zoning"].map(rules.excludes)
    reasons = {"too_small": too_small, "hazard": sites["hazard"].isin(rules.excluded_hazards), "zoning": zoning}
    reason = np.select(list(reasons.values()), list(reasons), default="")
    return pd.Series(reason, index=sites.index, name="excluded", dtype=object)


def site_scores(study: Study, chain: Chain, roads: RoadNetwork) -> pd.DataFrame:
    """Judge all candidate sites.

    Parameters
    ----------
    study, chain
    roads : RoadNetwork
        As the haulage lorry sees it.

    Returns
    -------
    DataFrame
        Indexed by site in sorted order: `score` (0 to 1, weighted mean of the criteria that are known), `excluded`
        ("", "too_small", "hazard" or "zoning"), then what was measured (`area_ha`, `heavy_access`, `main_road_km`,
        `distance_housing_m`, `hazard`, `zoning`, `synergies`: number), and the score of each criterion (`score_area`
        and so on). `heavy_access` is NaN where the network has no streets of housing, as the atlas: it cannot tell.
    """
    sites, rules = chain.candidate_sites.sort_index(), study.settings.site_scores
    facts = (
        sites[["area_ha", "distance_housing_m", "hazard", "zoning"]]
        .assign(synergies=sites["synergies"].str.split().str.len().astype(float))
        .join(_to_main_roads(roads, sites))
    )
    criteria = rules.criteria
    scores = pd.DataFrame(
        {
            "area": _measured(facts["area_ha"], criteria.area),
            "heavy_access": _measured(facts["heavy_access"], criteria.heavy_access),
            "main_road": _measured(facts["main_road_km"], criteria.main_road),
            "housing": _measured(facts["distance_housing_m"], criteria.housing),
            "hazard": facts["hazard"].map(criteria.hazard.scores),
            "zoning": facts["zoning"].map(rules.zoning_score),
            "synergies": _measured(facts["synergies"], criteria.synergies),
        },
        dtype=float,
    )
    weight = pd.Series({name: criterion.weight for name, criterion in criteria})[scores.columns]
    told = scores.notna() * weight
    mean = (scores * weight).sum(axis=1) / told.sum(axis=1).where(lambda total: total > 0)
    why = excluded(chain, rules).reindex(sites.index)
    return pd.DataFrame({"score": mean, "excluded": why}).join(facts).join(scores.add_prefix("score_"))


def _measured(value: pd.Series, criterion: MeasuredCriterion) -> pd.Series:
    """0 at the worst, 1 at the best, a straight line between; what is infinitely bad is 0."""
    share = (value - criterion.worst) / (criterion.best - criterion.worst)
    return share.clip(0.0, 1.0)


def _main_roads(roads: RoadNetwork) -> np.ndarray:
    """Edges of the main roads that the lorry may use."""
    main = roads.edges["highway"].str.removesuffix("_link").isin(MAIN_ROADS) & np.isfinite(roads.edges["time_s"])
    return main.to_numpy(bool)


def _to_main_roads(roads: RoadNetwork, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """For each place, the share of its way to the nearest main road outside streets of housing, and its length, km.

    `heavy_access` is 0 and `main_road_km` infinite where the lorry finds none.
    """
    is_main, has_streets = _main_roads(roads), bool(roads.edges["highway"].isin(HOUSING_STREETS).any())
    ends = pd.Index(roads.edges.loc[is_main, "u"]).union(roads.edges.loc[is_main, "v"])
    rows = []
    for at, place in enumerate(places.geometry):
        joint = joints_of(roads, places.iloc[[at]])
        edge = joint.out.edge
        if is_main[edge[edge >= 0]].any():  # it lies on one
            straight_km = float(roads.vehicle.access(joint.straight_m, "length_m")[0]) / 1000
            rows.append((1.0 if has_streets else np.nan, straight_km))
            continue
        reach = searches.tree(roads, joint, "length_m", limit=_SEARCHED_M, direction="from")
        near = reach[reach.index.isin(ends)]
        node = None if near.empty else near.sort_values(kind="stable").index[0]
        if node is None:
            rows.append((0.0, np.inf))
        elif not has_streets:
            rows.append((np.nan, float(near[node]) / 1000))
        else:
            rows.append((_outside_housing(roads, place, roads.nodes.geometry[node]), float(near[node]) / 1000))
    return pd.DataFrame(rows, index=places.index, columns=["heavy_access", "main_road_km"])


def _outside_housing(roads: RoadNetwork, place: shapely.Point, node: shapely.Point) -> float:
    """Share of the way from a place to a node that lies outside streets of housing."""
    driven = roads.path(place, node, "length_m")
    total_m = float(driven["length_m"].sum())
    housing_m = float(driven.loc[driven["highway"].isin(HOUSING_STREETS), "length_m"].sum())
    return 1 - housing_m / total_m if total_m else 1.0
