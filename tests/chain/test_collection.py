"""Catchments of the collection points hold together: every commune is counted once, no figure is lost on the way."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import ROOT

import coopgeo
from coopgeo.chain.collection import _nearest
from coopgeo.chain.wood import dry_mass
from coopgeo.exports import export


def test_every_inhabitant_belongs_to_one_recycling_centre(study, outcome):
    centres = outcome.catchments.query("kind == 'recycling_centre'")
    assert centres["inhabitants"].sum() == study.territory["population"].sum() == 77_968
    assert centres["communes"].sum() == 50
    assert centres["area_ha"].sum() == pytest.approx(study.territory["area_ha"].sum())


@pytest.mark.parametrize("kind", ["recycling_centre", "landing", "hedge_depot"])
def test_catchments_of_a_kind_share_out_the_territory(study, outcome, kind):
    areas = outcome.catchments.query("kind == @kind").geometry.to_numpy()
    whole = shapely.union_all(areas)
    assert sum(area.area for area in areas) == pytest.approx(whole.area, rel=1e-6)
    assert whole.area == pytest.approx(study.territory.geometry.union_all().area, rel=1e-3)


def test_tonnes_of_the_catchments_are_those_of_the_points(outcome):
    spread = outcome.origins[outcome.origins["product"] != "sawmill"]
    assert outcome.catchments["kept_t"].sum() == pytest.approx(spread["kept_t"].sum(), rel=1e-9)
    points = outcome.collection_points
    np.testing.assert_allclose(outcome.catchments["tonnes"], points.loc[outcome.catchments.index, "tonnes"], rtol=1e-9)
    assert points.loc["scierie-saint-maclou", "catchment_communes"] == 0


def test_minutes_are_a_mean_and_a_largest(outcome):
    areas = outcome.catchments
    assert (areas["mean_minutes"] <= areas["max_minutes"] + 1e-9).all()
    point = areas["kept_t"].idxmax()
    sent = outcome.origins[outcome.origins["point"] == point]
    assert areas.loc[point, "mean_minutes"] == pytest.approx(np.average(sent["minutes"], weights=sent["kept_t"]))
    assert areas.loc[point, "max_km"] == pytest.approx(sent["km"].max())


def test_minutes_are_those_of_the_fastest_way_to_the_nearest_point(study, outcome):
    roads, points = outcome.roads, outcome.chain.collection_points.geometry
    ways = _nearest(roads, study.chefs_lieux[study.in_territory], points)
    hours = roads.matrix(study.chefs_lieux[ways.places], points, "time_s") / 3600
    np.testing.assert_allclose(ways.minutes, 60 * hours.min(axis=1), rtol=1e-9)
    np.testing.assert_array_equal(ways.point, points.index[hours.argmin(axis=1)])


def test_what_is_out_of_reach_is_said(study):
    near = coopgeo.run(study.with_values(collection_limit_min=12.5), level="high", alternatives=0)
    reach = near.reach
    assert 0 < reach.loc["forest-broadleaf", "out_of_reach"] < 1
    lost = near.origins[near.origins["point"].isna()].groupby("product")["kept_t"].sum()
    expected = lost.reindex(reach.index, fill_value=0.0) / reach["kept_t"]
    np.testing.assert_allclose(reach["out_of_reach"], expected, atol=1e-9)
    assert (reach["max_minutes"].dropna() <= 12.5).all()
    assert any(remark.key == "out_of_reach" for remark in near.remarks)


def test_access_agrees_with_the_roads(study, outcome):
    centres = outcome.chain.collection_points.query("kind == 'recycling_centre'").geometry.sort_index()
    access = outcome.access.query("kind == 'recycling_centre'").set_index("insee")
    minutes = study.roads(vehicle="car").matrix(study.chefs_lieux.loc[access.index], centres) / 60
    np.testing.assert_allclose(access["minutes"], minutes.min(axis=1))
    assert list(access["near"]) == list((minutes <= outcome.chain.parameters.near_min.value).sum(axis=1))


def test_the_two_step_catchment_gives_out_every_point_that_someone_reaches(study, outcome):
    access = outcome.access.query("kind == 'recycling_centre'").set_index("insee")
    shared_out = (access["per_10000"] / 10_000 * study.territory["population"].reindex(access.index)).sum()
    assert shared_out == pytest.approx(6)  # all six centres have somebody near


def test_overlaps_are_told_both_ways(outcome):
    pairs = outcome.overlaps.set_index(["point", "other"])["inhabitants"]
    there, back = pairs.sort_index(), pairs.swaplevel().sort_index()
    pd.testing.assert_series_equal(there, back, check_names=False)
    assert ((outcome.overlaps["share"] > 0) & (outcome.overlaps["share"] <= 1)).all()


def test_tonnes_as_received_hold_the_kept_tonnes(outcome):
    centre = outcome.catchments.loc["decheterie-lillebonne"]
    sent = outcome.origins[outcome.origins["point"] == "decheterie-lillebonne"].groupby("product")["kept_t"].sum()
    assert centre["tonnes"] == pytest.approx(sent["recycled-a"] / 0.78 + sent["green-waste"] / 0.50)
    assert dry_mass(sent["recycled-a"] / 0.78, 0.22) == pytest.approx(sent["recycled-a"])


def test_a_chain_of_sawmills_alone_has_no_catchments_and_still_gets_its_files(tmp_path):
    folder = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    chain = folder / "chains" / "wood-energy"
    entries = re.split(r"(?m)^(?=\[)", (chain / "chain.toml").read_text(encoding="utf-8"))
    kept = [entry for entry in entries if not entry.startswith("[products.") or entry.startswith("[products.sawmill]")]
    (chain / "chain.toml").write_text("".join(kept), encoding="utf-8")
    for name, column in (
        ("resources", "product"),
        ("harvest_costs", "product"),
        ("competitors", "product"),
        ("collection_points", "accepts"),
    ):
        table = pd.read_csv(chain / f"{name}.csv", dtype=str)
        table = table[table[column] == "sawmill"]
        if name == "collection_points":
            table = table.assign(logs_m3_year="300000")
        table.to_csv(chain / f"{name}.csv", index=False)
    outcome = coopgeo.run(coopgeo.open_study(folder), alternatives=0)
    assert outcome.catchments.empty
    assert outcome.access.empty
    export(outcome, tmp_path / "exports")
    found = json.loads((tmp_path / "exports" / "wood-energy" / "results.json").read_text(encoding="utf-8"))
    assert found["catchments"] == []
    assert found["supply"]["competitors"] == []
