"""What the shipped study says of the world: ranges that can be used, points in their communes, sources cited."""

import re

import pandas as pd
import pytest
from conftest import ROOT

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study.schemas import SOURCE_COLUMNS

RAW = ROOT / "data" / "raw"
CHAIN = "wood-energy"
RANGED = ("resources", "harvest_costs", "competitors", "suppliers", "heat_prices")


def parameters(study):
    return [name for name, _ in study.chain().parameters]


def test_every_parameter_may_have_its_lowest_and_its_highest_value(study):
    refused = {}
    for name, parameter in study.chain().parameters:
        for end in ("low", "high"):
            try:
                study.with_values(**{name: getattr(parameter, end)})
            except InputError as error:
                refused[name, end] = str(error)
    assert refused == {}


@pytest.mark.parametrize("delivered", ["low", "high"])
@pytest.mark.parametrize("equilibrium", ["low", "high"])
def test_moistures_go_together_at_any_end_of_their_ranges(study, delivered, equilibrium):
    known = study.chain().parameters
    study.with_values(
        delivered_moisture=getattr(known.delivered_moisture, delivered),
        equilibrium_moisture=getattr(known.equilibrium_moisture, equilibrium),
    )


@pytest.mark.parametrize("table", RANGED)
@pytest.mark.parametrize("end", ["low", "high"])
def test_every_row_may_have_its_lowest_and_its_highest_value(study, table, end):
    rows = study.inputs.tables[f"chains/{CHAIN}/{table}"]
    key = {
        "resources": ["product", "factor"],
        "harvest_costs": ["product", "step"],
        "competitors": ["customer", "product"],
    }
    labels = list(rows[key[table]].itertuples(index=False, name=None)) if table in key else list(rows.index)
    ends = {label: {"value": value} for label, value in zip(labels, rows[end].tolist(), strict=True)}
    assert ends
    changed = study.changed({table: ends}).inputs.tables[f"chains/{CHAIN}/{table}"]
    assert changed["value"].tolist() == rows[end].tolist()


def test_points_lie_in_the_commune_that_they_name(study):
    for table in ("collection_points", "customers", "candidate_sites", "suppliers"):
        places = getattr(study.chain(), table)
        own = study.communes.geometry.loc[places["insee"]]
        outside = ~places.geometry.within(own.set_axis(places.index), align=False)
        assert list(places.index[outside]) == []


def test_no_two_sites_lie_in_one_another_s_yard(study):
    sites = study.chain().candidate_sites.geometry
    pairs = [(a, b) for a in sites.index for b in sites.index if a < b and sites[a].distance(sites[b]) < 500]
    assert pairs == []


def test_every_source_is_cited_and_every_citation_is_a_source(study):
    cited = set()
    for path, table in study.inputs.tables.items():
        if path != "sources":
            cited |= {key for column in SOURCE_COLUMNS if column in table for key in table[column]} - {""}
    for path in RAW.rglob("*.toml"):
        cited |= set(re.findall(r'^source = "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in RAW.rglob("*.geojson"):
        cited |= set(re.findall(r'"source": "([^"]*)"', path.read_text(encoding="utf-8")))
    known = set(study.sources.index)
    assert cited - known == set()
    assert known - cited == set()


def test_what_is_attested_is_not_a_hypothesis(study):
    for path, table in study.inputs.tables.items():
        if {"source", "status"} <= set(table):
            assert not ((table["status"] == "attested") & table["source"].str.endswith("-hypothesis")).any(), path


def test_an_attested_value_that_is_not_the_whole_range_says_how_far_the_range_is_known(study):
    for table in RANGED:
        rows = study.inputs.tables[f"chains/{CHAIN}/{table}"]
        wide = (rows["status"] == "attested") & (rows["low"] != rows["high"])
        assert (rows.loc[wide, "range_status"] != "").all(), table


def test_halls_of_the_former_sizes_hold_what_they_held(study):
    sizes = study.chain().platform_sizes
    parameters = study.chain().parameters
    kept_t = sizes["store_m3"] * sizes["turns_year"] * parameters.dry_kg_map.value / 1000
    tonnes = kept_t / (1 - parameters.delivered_moisture.value)
    assert tonnes.to_numpy() == pytest.approx(sizes["capacity_t_year"].to_numpy(), rel=0.01)


def test_every_kind_of_customer_that_is_served_has_its_seasons(study):
    assert set(study.chain().served()["kind"]) <= set(study.chain().seasons["kind"])


def test_a_boiler_that_may_not_be_there_has_its_probability_and_no_other(study):
    served = study.chain().served()
    assert (served["probability"].notna() == (served["status"] == "assumed")).all()


def test_boilers_beside_waste_heat_are_told(outcome):
    told = {remark.key: remark.facts for remark in outcome.remarks}
    assert "Réseau de chaleur de Lillebonne" in told["waste_heat"]["names"]


def test_months_that_make_no_year_are_a_fault(folder):
    path = folder / "chains/wood-energy/seasons.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[0, "january"] = "0.3"
    table.loc[2, "kind"] = table.loc[1, "kind"]
    table.to_csv(path, index=False)
    with pytest.raises(InputError) as caught:
        coopgeo.open_study(folder)
    faults = str(caught.value)
    assert "months that sum to 1.145; expected twelve parts that sum to 1" in faults
    assert "one row for each kind of customer" in faults
    assert faults.startswith(f"{folder} has 2 faults")


def test_a_hazard_cites_a_source_that_is_known(folder):
    path = folder / "chains/wood-energy/candidate_sites.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("incase-normandy-ppi", "incase-normandie", 1), encoding="utf-8")
    with pytest.raises(InputError, match="hazard_source"):
        coopgeo.open_study(folder)


def test_a_range_is_assumed_once_it_is_changed(study):
    before = study.chain().parameters.fte_per_1000_t
    assert (before.status, before.range_status) == ("computed", "attested")
    after = study.changed({"parameters": {"fte_per_1000_t": {"high": 1.6}}}).chain().parameters.fte_per_1000_t
    assert after.range_status == "assumed"
