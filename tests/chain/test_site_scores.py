"""Scores of sites: each rule by hand, exclusions that hold, and a cost that no weight touches."""

import shutil
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from conftest import ROOT

import coopgeo
from coopgeo.chain.site_scores import MAIN_ROADS, excluded, site_scores
from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork

CRITERIA = ("area", "heavy_access", "main_road", "housing", "hazard", "zoning", "synergies")


@pytest.fixture(scope="module")
def scores(outcome):
    return outcome.site_scores


def with_settings(tmp_path, *changes):
    folder = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return coopgeo.open_study(folder)


def test_rules_by_hand(scores):
    assert scores.loc["maulevrier", "score_housing"] == pytest.approx((250 - 100) / 200)
    assert scores.loc["port-jerome-2", "score_housing"] == 1
    assert scores.loc["tancarville", "score_hazard"] == 0.3
    assert scores.loc["alvimare", "score_area"] == pytest.approx((1.5 - 0.5) / 1.5)
    assert scores.loc["saint-maurice-etelan", "score_zoning"] == 0.5
    assert scores.loc["grande-campagne-est", "score_synergies"] == 0.5


def test_the_score_is_the_weighted_mean(study, scores):
    weight = np.array([getattr(study.settings.site_scores.criteria, name).weight for name in CRITERIA])
    each = scores[[f"score_{name}" for name in CRITERIA]].to_numpy()
    known = ~np.isnan(each)
    assert ((each[known] >= 0) & (each[known] <= 1)).all()
    np.testing.assert_allclose(scores["score"], np.nansum(each * weight, axis=1) / (known * weight).sum(axis=1))


def way_of(study, *classes):
    """A straight way of half a kilometre a piece from a site to a primary road at its end.

    Beside it the study's chain with this site alone.
    """
    graph = nx.MultiDiGraph(crs="EPSG:2154")
    x, y = study.chefs_lieux.loc["76384"].x, study.chefs_lieux.loc["76384"].y
    for at in range(len(classes) + 2):
        graph.add_node(at, x=x + 500.0 * at, y=y)
    for at, highway in enumerate([*classes, "primary"]):
        graph.add_edge(at, at + 1, length=500.0, highway=highway, osmid=at)
        graph.add_edge(at + 1, at, length=500.0, highway=highway, osmid=at)
    site = study.chain().candidate_sites.iloc[[0]]
    chain = replace(
        study.chain(),
        candidate_sites=site.set_geometry(gpd.GeoSeries([shapely.Point(x, y)], index=site.index, crs="EPSG:2154")),
    )
    return chain, RoadNetwork.from_networkx(graph, study.vehicles["semi-44t"])


@pytest.mark.parametrize(
    ("classes", "km", "share"),
    [
        (["residential", "service", "tertiary"], 1.5, 2 / 3),
        (["residential"] * 4, 2.0, 0.0),
        (["living_street", "unclassified"], 1.0, 0.5),
    ],
)
def test_the_way_to_a_main_road_by_hand(study, classes, km, share):
    chain, roads = way_of(study, *classes)
    scores = site_scores(study, chain, roads).iloc[0]
    assert scores["main_road_km"] == pytest.approx(km)
    assert scores["heavy_access"] == pytest.approx(share)
    assert scores["score_main_road"] == pytest.approx(1 - km / 5)
    assert scores["score_heavy_access"] == pytest.approx(share)


def test_a_network_without_streets_of_housing_cannot_tell_the_access(study, scores):
    assert scores["score_heavy_access"].isna().all()
    chain, roads = way_of(study, "service", "tertiary")
    assert np.isnan(site_scores(study, chain, roads)["score_heavy_access"].iloc[0])


@pytest.mark.parametrize(
    ("zoning", "score", "out"),
    [
        ("UX", 1, False),
        ("ux", 1, False),
        ("1AUx", 0.7, False),
        ("2AU", 0.7, False),
        ("Ah", 0.5, False),
        ("n", 0, True),
        ("Nzh", 0, True),
    ],
)
def test_zonings_as_town_plans_write_them(study, zoning, score, out):
    rules = study.settings.site_scores
    assert rules.zoning_score(zoning) == score
    assert rules.excludes(zoning) == out


def test_a_zoning_that_no_score_knows_is_named(study):
    with pytest.raises(
        InputError, match='zoning: found "ZAC"; expected a zoning that begins with one of U, AU, A, N, EBC'
    ):
        study.with_row("candidate_sites", "baclair", zoning="ZAC")


def test_the_main_road_is_the_nearest_by_road(study, scores):
    roads = study.roads()
    edges = roads.edges[roads.edges["highway"].isin(MAIN_ROADS) & np.isfinite(roads.edges["time_s"])]
    main = roads.nodes.loc[sorted(set(edges["u"]) | set(edges["v"]), key=str)]
    main = main[main["access"] & main["joined"]]
    site = study.chain().candidate_sites.geometry.loc[["baclair"]]
    nearest_km = roads.matrix(site, main.geometry, "length_m").min() / 1000
    assert scores.loc["baclair", "main_road_km"] <= nearest_km + 1e-9
    assert scores.loc["baclair", "main_road_km"] >= shapely.distance(site.iloc[0], edges.geometry.union_all()) / 1000


def test_one_weight_alone_is_its_criterion(tmp_path):
    weights = [(f"weight = {n}\n", "weight = 0\n") for n in (2, 3, 2, 3)]
    study = with_settings(tmp_path, *weights, ("weight = 2\n", "weight = 0\n"), ("weight = 1\n", "weight = 0\n"))
    scores = site_scores(study, study.chain(), study.roads())
    np.testing.assert_allclose(scores["score"], scores["score_hazard"])


def test_weights_never_touch_the_cost(tmp_path, outcome):
    study = with_settings(tmp_path, ("weight = 2\n", "weight = 30\n"))  # of the area
    again = coopgeo.run(study, alternatives=0)
    assert again.objective.value_eur_year == pytest.approx(outcome.objective.value_eur_year, rel=1e-9)
    assert not np.allclose(again.site_scores["score"], outcome.site_scores["score"])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("hazard", "pprt", "hazard"), ("zoning", "N", "zoning"), ("zoning", "EBC", "zoning")],
)
def test_an_excluded_site_is_not_proposed_and_that_is_said(study, outcome, column, value, reason):
    best = outcome.platforms.index[0]
    changed = study.with_row("candidate_sites", best, **{column: value})
    assert excluded(changed.chain(), study.settings.site_scores)[best] == reason
    without = coopgeo.run(changed, alternatives=0)
    assert best not in without.platforms.index
    assert without.site_scores.loc[best, "excluded"] == reason
    remark = next(remark for remark in without.remarks if remark.key == "sites_excluded")
    assert (outcome.platforms["name"].iloc[0], reason) in remark.facts["sites"]
    asked_for = coopgeo.run(changed, alternatives=0, required=[best])
    assert best in asked_for.platforms.index


def test_a_site_without_any_main_road_near_scores_nothing_for_it(study):
    roads = study.roads()
    near_road = roads.edges["highway"].str.removesuffix("_link").isin(MAIN_ROADS).to_numpy()
    scores = site_scores(study, study.chain(), roads.with_changes(closed_edges=near_road))
    assert set(scores["excluded"]) == {""}
    assert (scores[["score_heavy_access", "score_main_road"]] == 0).all().all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("worst = 0.5\nbest = 2\n", "worst = 2\nbest = 2\n"), "worst and best that differ"),
        (("ppi = 0.8, ", ""), "a score of each of ppi"),
        (("ppi = 0.8", "ppi = 8"), "at most 1"),
        (("weight = 2\n", "weight = -2\n"), "0 or more"),
        (('excluded_hazards = ["pprt"]', 'excluded_hazards = ["lava"]'), "excluded_hazards"),
        (('source = "biomasse-normandie-plateformes"', 'source = "hearsay"'), "a key of sources.csv"),
    ],
)
def test_rules_that_cannot_be_are_named(tmp_path, change, expected):
    with pytest.raises(InputError, match=expected):
        with_settings(tmp_path, change)


def test_weights_that_are_all_nothing_are_refused(tmp_path):
    text = (ROOT / "data/raw/study.toml").read_text(encoding="utf-8")
    changes = [
        (f"weight = {line.split()[-1]}\n", "weight = 0\n") for line in text.splitlines() if line.startswith("weight")
    ]
    with pytest.raises(InputError, match="a weight above 0 at least"):
        with_settings(tmp_path, *changes)
