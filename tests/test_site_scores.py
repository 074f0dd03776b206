"""Scores of sites: each rule by hand, exclusions that hold, and a cost that no weight touches."""

import shutil

import numpy as np
import pytest
import shapely
from conftest import ROOT

import coopgeo
from coopgeo.errors import InputError
from coopgeo.site_scores import MAIN_ROADS, excluded, site_scores

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
    assert scores.loc["port-jerome-2", "score_synergies"] == 0.5


def test_the_score_is_the_weighted_mean(study, scores):
    weight = np.array([getattr(study.settings.site_scores.criteria, name).weight for name in CRITERIA])
    each = scores[[f"score_{name}" for name in CRITERIA]].to_numpy()
    assert ((each >= 0) & (each <= 1)).all()
    np.testing.assert_allclose(scores["score"], each @ weight / weight.sum())


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
    study = with_settings(tmp_path, ("weight = 3\n", "weight = 30\n"))
    again = coopgeo.run(study, alternatives=0)
    assert again.objective.value_eur_year == pytest.approx(outcome.objective.value_eur_year, rel=1e-9)
    assert not np.allclose(again.site_scores["score"], outcome.site_scores["score"])


@pytest.mark.parametrize(("column", "value", "reason"), [("hazard", "pprt", "hazard"), ("zoning", "N", "zoning"), ("zoning", "EBC", "zoning")])
def test_an_excluded_site_is_not_proposed_and_that_is_said(study, outcome, column, value, reason):
    best = outcome.platforms.index[0]
    changed = study.with_row("candidate_sites", best, **{column: value})
    assert excluded(changed.chain(), study.settings.site_scores)[best] == reason
    without = coopgeo.run(changed, alternatives=0)
    assert best not in without.platforms.index
    assert without.site_scores.loc[best, "excluded"] == reason
    remark = next(remark for remark in without.remarks if remark.key == "sites_excluded")
    assert outcome.platforms["name"].iloc[0] in remark.facts["sites"]
    asked_for = coopgeo.run(changed, alternatives=0, required=[best])
    assert best in asked_for.platforms.index


def test_a_site_that_no_lorry_reaches_is_excluded_for_its_access(study):
    roads = study.roads()
    near_road = roads.edges["highway"].isin(MAIN_ROADS).to_numpy()
    scores = site_scores(study, study.chain(), roads.with_changes(closed_edges=near_road))
    assert set(scores["excluded"]) == {"access"}
    assert (scores[["score_heavy_access", "score_main_road"]] == 0).all().all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("worst = 0.5\nbest = 2\n", "worst = 2\nbest = 2\n"), "worst and best that differ"),
        (("ppi = 0.8, ", ""), "a score of each of ppi"),
        (("ppi = 0.8", "ppi = 8"), "less than or equal to 1"),
        (("weight = 2\n", "weight = -2\n"), "greater than or equal to 0"),
        (('excluded_hazards = ["pprt"]', 'excluded_hazards = ["lava"]'), "excluded_hazards"),
        (('source = "biomasse-normandie-plateformes"', 'source = "hearsay"'), "a key of sources.csv"),
    ],
)
def test_rules_that_cannot_be_are_named(tmp_path, change, expected):
    with pytest.raises(InputError, match=expected):
        with_settings(tmp_path, change)


def test_weights_that_are_all_nothing_are_refused(tmp_path):
    text = (ROOT / "data/raw/study.toml").read_text(encoding="utf-8")
    changes = [(f"weight = {line.split()[-1]}\n", "weight = 0\n") for line in text.splitlines() if line.startswith("weight")]
    with pytest.raises(InputError, match="a weight above 0 at least"):
        with_settings(tmp_path, *changes)
