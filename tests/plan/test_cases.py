"""Other cases of a job are worked out in full (see `valley`): what they say is what a run of their own says."""

import pytest

import coopgeo
from tests.plan.valley import straight_road, valley, with_bridge


@pytest.fixture(scope="module")
def found():
    return coopgeo.run(valley(), roads=straight_road(lines=with_bridge()), what_ifs=1)


def closed(found):
    return next(case for case in found.what_ifs if case.kind == "closed")


def test_a_closed_bridge_worked_out_by_hand(found):
    """10 km more for the 65 trips from landing-b and the 25 to the pool, each 4 € a kilometre."""
    case = closed(found)
    assert (case.ids, case.names) == (("pont",), ("Pont",))
    assert case.outcome.cost.stages_eur_year == pytest.approx(
        {"roadside": 43_440, "inbound": 7_550 + 65 * 40, "platform": 152_440, "outbound": 6_270 + 25 * 40}
    )
    assert case.outcome.co2.kg_per_unit - found.co2.kg_per_unit == pytest.approx(90 * 20 * 0.4 * 3 / 3_760)
    assert not case.outcome.alternatives


def test_a_closed_bridge_is_what_a_run_without_it_gives(found):
    own = coopgeo.run(
        valley(), roads=straight_road(lines=with_bridge()), road_changes={"closed": ["pont"]}, alternatives=0
    )
    case = closed(found).outcome
    assert (own.cost, own.co2, own.jobs) == (case.cost, case.co2, case.jobs)
    assert own.accounts.flows.equals(case.accounts.flows)
    assert own.remarks == case.remarks


def test_other_changes_of_the_roads_hold_in_every_case():
    """Roads at half their speed: a lorry goes 30 km/h, 3 € a kilometre there, 6 € there and back."""
    found = coopgeo.run(
        valley(), roads=straight_road(lines=with_bridge()), road_changes={"speed_factor": 0.5}, what_ifs=1
    )
    case = closed(found).outcome
    assert case.cost.stages_eur_year["inbound"] - found.cost.stages_eur_year["inbound"] == pytest.approx(65 * 60)
    assert found.accounts.inbound.minutes.tolist() == pytest.approx([60, 20])


def test_a_bridge_that_the_job_cannot_do_without_is_left_out():
    """Without a detour landing-b is cut off, and landing-a alone feeds 480 of 976 dry tonnes."""
    found = coopgeo.run(valley(), roads=straight_road(lines=with_bridge(detour=False)), what_ifs=1)
    assert [case.kind for case in found.what_ifs] == ["sites"]


def test_a_bridge_that_no_lorry_takes_is_left_out():
    """The bridge of the case is asked for by the roads used alone."""
    lines = with_bridge()
    lines.loc[lines["u"] == "amont", ["name", "crossing"]] = ["Passerelle", "passerelle"]
    found = coopgeo.run(valley(), roads=straight_road(lines=lines), what_ifs=1)
    assert [case.ids for case in found.what_ifs if case.kind == "closed"] == [("pont",)]


def test_other_sites_are_what_a_run_that_requires_them_gives(found):
    case = found.what_ifs[0]
    own = coopgeo.run(valley(), roads=straight_road(lines=with_bridge()), required=["west"], alternatives=0)
    assert (case.kind, case.ids, case.names) == ("sites", ("west",), ("West",))
    assert (own.cost, own.co2, own.jobs) == (case.outcome.cost, case.outcome.co2, case.outcome.jobs)
    assert case.outcome.objective.value_eur_year == pytest.approx(217_060)


def test_no_case_is_worked_out_unless_asked_for():
    assert not coopgeo.run(valley(), roads=straight_road(lines=with_bridge())).what_ifs


def test_other_ways_to_serve_are_those_of_runs_of_their_own():
    study = valley(products={"hedge": {"direct_moisture": 0.2}})
    outcome = coopgeo.run(study, roads=straight_road(), what_ifs=1)
    found = {way.key: way for way in outcome.ways_to_serve}
    assert set(found) == {"no_platform", "all_by_platform"}  # there is no supplier
    for key, asked in (("no_platform", {"platforms": 0}), ("all_by_platform", {"direct": False})):
        own = coopgeo.run(study, roads=straight_road(), **asked)
        assert found[key].eur_per_unit == pytest.approx(own.cost.eur_per_unit)
        assert found[key].sites == tuple(own.accounts.sites)
        assert found[key].status == "optimal"
    without = coopgeo.run(valley(), roads=straight_road(), what_ifs=1)
    assert next((way.key, way.eur_per_unit) for way in without.ways_to_serve) == ("no_platform", None)
