"""The ways of a job: roads are read once, and serve every case that has the same places and roads."""

import dataclasses

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import InputError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.job import Job
from coopgeo.plan.local_effects import commune_effects
from coopgeo.plan.placement import prepare
from coopgeo.roads import RoadNetwork, files
from coopgeo.study import Study
from coopgeo.text.messages import said
from tests.plan.valley import customers, large, straight_road, valley, with_bridge


@pytest.fixture(scope="module")
def road_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("roads") / "valley.gpkg"
    with_bridge().drop(columns=["u", "v"]).to_file(path)
    return path


def figures(outcome):
    """All figures of an outcome and of its cases."""
    own = [outcome.objective, outcome.cost, outcome.co2, outcome.jobs, outcome.alternatives]
    cases = [(case.kind, case.ids, figures(case.outcome)) for case in outcome.what_ifs]
    return own, outcome.accounts.flows.to_dict("list"), cases


def test_a_road_file_is_opened_once_in_a_run_with_closings(road_file, monkeypatch):
    opened = []
    read_lines = files.read_lines
    monkeypatch.setattr(files, "read_lines", lambda path, **more: opened.append(path) or read_lines(path, **more))
    outcome = coopgeo.run(valley(), roads=road_file, what_ifs=1)
    assert [case.kind for case in outcome.what_ifs] == ["sites", "closed"]
    assert opened == [road_file]


def test_no_road_file_is_opened_for_a_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a network was given")

    monkeypatch.setattr(Study, "roads", refuse)
    monkeypatch.setattr(files, "_tables", refuse)
    outcome = coopgeo.run(valley(), roads=straight_road(lines=with_bridge()), what_ifs=1)
    assert outcome.objective.value_eur_year == pytest.approx(209_700)


@pytest.mark.parametrize("vehicle", ["lorry", "tractor", "car"])
def test_a_network_read_before_gives_the_figures_of_its_file(road_file, vehicle):
    """Whichever vehicle it was read for: each vehicle of the chain sees it its own way."""
    study = valley()
    network = study.roads(str(road_file), vehicle=vehicle)
    by_network, by_path = (coopgeo.run(study, roads=roads, what_ifs=1) for roads in (network, road_file))
    assert figures(by_network) == figures(by_path)


def test_the_path_of_a_file_may_be_text(road_file):
    by_text, by_path = (coopgeo.run(valley(), roads=roads) for roads in (str(road_file), road_file))
    assert figures(by_text) == figures(by_path)


CHANGES = {
    "prices": {"handling_eur_t": 5.0, "price_index": 2.0, "subsidy_share": 0.0, "return_load_share": 0.5},
    "wood": {"loss_per_month": 0.1, "dry_kg_map": 150.0},
    "limit": {"collection_limit_min": 19.0, "tables": {"customers": customers(role=["served", "other"])}},
    "demand": {"tables": {"customers": customers(tonnes_year=[np.nan, 300.0])}},
    "customers served": {"tables": {"customers": customers(role=["served", "other"])}},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_ways_found_before_give_the_accounts_of_a_study_that_changed(changes):
    job = Job(roads=straight_road())
    before, study = prepare(valley(), job), valley(**changes)
    again, anew = (
        accounts(placement, placement.problem.solve())
        for placement in (prepare(study, job, ways=before.ways), prepare(study, job))
    )
    assert (again.cost, again.co2, again.jobs) == (anew.cost, anew.co2, anew.jobs)
    assert again.flows.equals(anew.flows)
    unchanged = accounts(before, before.problem.solve())
    assert again.cost != unchanged.cost


def test_prices_of_the_vehicles_apply_to_ways_found_before():
    """Kilometres at 2 € instead of 1: 1 € more a kilometre, there and back, on 2,360 km."""
    study, roads = valley(), straight_road()
    dear = dataclasses.replace(study.vehicles["lorry"], cost_eur_km=2.0)
    dearer = dataclasses.replace(study, vehicles={**study.vehicles, "lorry": dear})
    before = prepare(study, Job(roads=roads))
    after = prepare(dearer, Job(roads=roads), ways=before.ways)
    assert large(after, "east").value - large(before, "east").value == pytest.approx(2 * 2_360)


def test_the_roads_are_searched_once_for_studies_that_share_ways(monkeypatch):
    job = Job(roads=straight_road())
    ways = prepare(valley(), job).ways
    monkeypatch.setattr("coopgeo.roads.RoadNetwork.paths", None)
    monkeypatch.setattr("coopgeo.roads.RoadNetwork.matrix", None)
    monkeypatch.setattr("coopgeo.roads.RoadNetwork.snap", None)
    again = prepare(valley(handling_eur_t=3.0), job, ways=ways)
    assert large(again, "east").value == pytest.approx(209_700 + 1_220)


def test_changes_of_the_roads_hold_for_every_vehicle():
    """A bridge closed: landing-b is 10 km farther from the east for the lorry; everyone goes round."""
    job = Job(roads=straight_road(lines=with_bridge()), road_changes={"closed": ["pont"]})
    ways = prepare(valley(), job).ways
    for vehicle, network in ways.networks.items():
        bridge = (network.edges["crossing"] == "pont").to_numpy()
        assert bridge.sum() == 2, vehicle
        assert np.isinf(network.edges.loc[bridge, "time_s"]).all(), vehicle
    np.testing.assert_allclose(ways.inbound.length_m, [[30_000, 10_000], [20_000, 40_000]])  # landings x east, west
    np.testing.assert_allclose(ways.outbound.length_m, [[40_000, 10_000], [60_000, 10_000]])  # sites x pool, school


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"road_changes": {"closed": ["pont-de-brotonne"]}}, "road_changes"),
        ({"roads": "other.gpkg"}, "roads"),
    ],
)
def test_ways_of_another_job_are_refused(study, outcome, asked, named):
    with pytest.raises(InputError, match=rf"ways: found those of other {named}"):
        prepare(study, Job(**asked), ways=outcome.placement.ways)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": {"truck": "rigid-26t"}}, "truck"),
        ({"vehicles": {"semi-44t": {"gross_t": 40.0}}}, "vehicles"),
        ({"crossings": {"pont-de-tancarville": {"toll_eur": 99.0}}}, "road tables"),
        ({"candidate_sites": {"arelaune": {"lon": 0.7661}}}, "candidate sites"),
    ],
)
def test_ways_of_another_study_are_refused(study, outcome, change, named):
    with pytest.raises(InputError, match=rf"ways: .*{named}"):
        prepare(study.changed(change), Job(), ways=outcome.placement.ways)


def test_a_network_in_another_crs_tells_the_communes_the_same_lorries(study, outcome):
    atlas = study.roads()
    utm = RoadNetwork.for_vehicle(
        atlas.nodes.to_crs("EPSG:32631"), atlas.edges.to_crs("EPSG:32631"), atlas.vehicle, name="atlas"
    )
    elsewhere = coopgeo.run(study, roads=utm, alternatives=0)
    assert elsewhere.flows.crs == study.settings.crs
    lorries = commune_effects(elsewhere)["lorries_day"]
    assert lorries.sum() == pytest.approx(commune_effects(outcome)["lorries_day"].sum(), rel=0.02)


def test_a_site_names_its_access_road(study, outcome):
    """La Frénaye lies beside a local road; told to join the D982, it goes there first."""
    before = outcome.placement.ways
    change = {"candidate_sites": {"la-frenaye": {"access_road": "d 982"}}}
    after = prepare(study.changed(change), Job()).ways
    site = before.sites.get_loc("la-frenaye")
    others = np.arange(len(before.sites)) != site
    assert (after.inbound.length_m[:, site] != before.inbound.length_m[:, site]).all()
    np.testing.assert_array_equal(after.inbound.length_m[:, others], before.inbound.length_m[:, others])
    with pytest.raises(InputError, match=r"ways: .*candidate sites"):
        prepare(study.changed(change), Job(), ways=before)


def test_an_access_road_that_is_not_there_is_named_with_the_nearest(study):
    lost = study.changed({"candidate_sites": {"la-frenaye": {"access_road": "D9999"}}})
    with pytest.raises(
        InputError, match=r'candidate_sites.csv: id "la-frenaye", access_road: found "D9999".*D982'
    ) as error:
        coopgeo.run(lost)
    assert "le numéro d’une route à moins de" in said(error.value, "fr")
