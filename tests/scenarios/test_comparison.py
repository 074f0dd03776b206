"""Scenarios: each is a run of its own, regrets are what enumeration says, roads are searched only where they change."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import CoopgeoError, InfeasibleError, InputError, Message
from coopgeo.plan.job import Job
from coopgeo.roads import RoadNetwork
from coopgeo.scenarios import Case, Comparison, Prepared, check_scenarios, compare
from coopgeo.siting import TwoStage
from coopgeo.study.settings import Scenario, ScenarioSettings
from coopgeo.text.messages import said

SITES = ("alvimare", "caudebec-saint-wandrille", "la-frenaye", "port-jerome-2")


def scenario(**parts):
    names = dict.fromkeys(("fr", "en", "why_fr", "why_en"), "")
    return Scenario(**names, source="planning-hypothesis", status="assumed", **parts)


SCENARIOS = {
    "half": scenario(demand_factor=0.5),
    "tenth more": scenario(demand_factor=1.1),
    "third more": scenario(demand_factor=1.3),
    "hedges": scenario(changes={"resources": {"hedge": {"managed-share": {"value": 0.3}}}}),
    "no bridge": scenario(road_changes={"closed": ["pont-de-brotonne"]}),
    "west alone": scenario(job={"forbidden": ["caudebec-saint-wandrille", "alvimare"]}),
}


@pytest.fixture(scope="module")
def prepared(study):
    others = sorted(set(study.chain().candidate_sites.index) - set(SITES))
    return Prepared(study, Job(roads=study.roads(), forbidden=others, alternatives=3))


@pytest.fixture(scope="module")
def comparison(prepared):
    return compare(prepared, SCENARIOS)


def enumerated(prepared, count, names=("", *SCENARIOS)):
    """Cost of each choice of `count` sites in each case, each a run of its own that must take these sites."""
    study, job = prepared.study, prepared.job
    factors = {"half": 0.5, "tenth more": 1.1, "third more": 1.3}
    cases = {"": study} | {
        name: study.changed(
            {"customers": {i: {"power_kw": kw * factor} for i, kw in study.chain().served()["power_kw"].items()}}
        )
        for name, factor in factors.items()
    }
    cases["hedges"] = study.with_factor("hedge", "managed-share", 0.3)
    cases["no bridge"] = cases["west alone"] = study
    table = []
    for name, case in ((name, cases[name]) for name in names):
        closed = {"closed": ["pont-de-brotonne"]} if name == "no bridge" else {}
        row = []
        for sites in combinations(SITES, count):
            shut = name == "west alone" and set(sites) & {"alvimare", "caudebec-saint-wandrille"}
            asked = {"platforms": count, "required": sites, "alternatives": 0, "road_changes": closed}
            try:
                own = np.nan if shut else coopgeo.run(case, roads=job.roads, **asked).objective.value_eur_year
            except InfeasibleError:
                own = np.inf
            row.append(own)
        table.append(row)
    return np.array(table)


def test_costs_and_regrets_are_those_of_enumeration(prepared, comparison):
    costs = enumerated(prepared, 1)
    assert [case.id for case in comparison.cases] == ["", *SCENARIOS]
    assert comparison.choices == tuple((site,) for site in SITES)
    np.testing.assert_allclose(comparison.cost_eur_year, costs, rtol=1e-9)
    served = np.isfinite(costs).any(axis=1)
    assert served.tolist() == [True, True, True, False, True, True, True]
    least = np.nanmin(costs[served], axis=1, keepdims=True)
    regret = costs[served] - least
    np.testing.assert_allclose(comparison.regret_eur_year[served], regret, atol=0.01)
    np.testing.assert_allclose(comparison.max_regret_eur_year, np.nanmax(regret, axis=0), atol=0.01)
    np.testing.assert_allclose(comparison.mean_regret_eur_year, np.nanmean(regret, axis=0), atol=0.01)
    np.testing.assert_allclose(comparison.near, (regret <= 0.01 * least).mean(axis=0))
    assert comparison.aside.tolist() == [1, 1, 0, 0]  # "west alone"
    assert comparison.unserved.tolist() == np.isinf(regret).sum(axis=0).tolist()
    assert (
        comparison.least_max_regret == comparison.choices[int(np.nan_to_num(regret, nan=np.inf).max(axis=0).argmin())]
    )


def test_the_best_of_each_case_is_proved_and_the_cheapest(comparison):
    for case, costs in zip(comparison.cases, comparison.cost_eur_year, strict=True):
        assert case.proved
        if case.sites:
            assert case.outcome.objective.value_eur_year == pytest.approx(np.nanmin(costs))
            assert comparison.choices[int(np.nanargmin(costs))] == case.sites


def test_a_case_that_nobody_can_serve_says_what_is_lacking(comparison):
    case = next(case for case in comparison.cases if case.id == "third more")
    assert case.outcome is None
    assert "t a year are lacking" in str(case.lacking)
    assert not comparison.compared[list(comparison.cases).index(case)]


def test_several_platforms_are_chosen_together(prepared):
    two = {name: SCENARIOS[name] for name in ("half", "no bridge")}
    found = compare(Prepared(prepared.study, replace(prepared.job, platforms=2, alternatives=0)), two)
    costs = enumerated(prepared, 2, ("", *two))
    pairs = list(combinations(SITES, 2))
    assert set(found.choices) == {pairs[int(row.argmin())] for row in costs}
    columns = [pairs.index(choice) for choice in found.choices]
    np.testing.assert_allclose(found.cost_eur_year, costs[:, columns], rtol=1e-9)


def test_of_a_case_with_another_number_of_platforms_the_best_choice_is_told_alone(prepared):
    found = compare(prepared, {"two": scenario(job={"platforms": 2})})
    costs = enumerated(prepared, 2, ("",))[0]
    best = list(combinations(SITES, 2))[int(costs.argmin())]
    assert list(found.cases[1].value_eur_year) == [best] == [found.cases[1].sites]
    assert found.cases[1].proved
    assert found.cases[1].value_eur_year[best] == pytest.approx(costs.min(), rel=1e-9)
    assert np.isnan(found.cost_eur_year[1]).all()
    assert set(found.choices) == {(site,) for site in SITES}


def test_only_other_roads_or_places_make_the_roads_be_searched(prepared, monkeypatch):
    calls = []
    search = RoadNetwork.paths
    monkeypatch.setattr(RoadNetwork, "paths", lambda *args, **more: calls.append(1) or search(*args, **more))
    own = Prepared(prepared.study, prepared.job)
    own.outcome()
    first = len(calls)
    assert first
    compare(own, {name: SCENARIOS[name] for name in ("half", "tenth more", "hedges", "west alone")})
    assert len(calls) == first
    compare(own, {"no bridge": SCENARIOS["no bridge"]})
    assert len(calls) > first
    closed = len(calls)
    compare(own, {"no bridge, half": scenario(demand_factor=0.5, road_changes={"closed": ["pont-de-brotonne"]})})
    assert len(calls) == closed


def test_roads_of_the_job_stay_changed_under_a_scenario(prepared):
    job = replace(prepared.job, road_changes={"closed": ["pont-de-brotonne"], "speed_factor": 0.8})
    other = scenario(road_changes={"closed": ["pont-de-tancarville"], "speed_factor": 0.5, "ferries": False})
    _, together = Prepared(prepared.study, job).under(other)
    closed = ["pont-de-brotonne", "pont-de-tancarville"]
    assert together.road_changes == {"closed": closed, "speed_factor": 0.4, "ferries": False}


def test_all_faults_of_all_scenarios_are_told_at_once(prepared):
    wrong = {
        "a": scenario(changes={"customers": {"nobody": {"power_kw": 1.0}}}),
        "b": scenario(road_changes={"closed": "pont-de-brotonne"}),
        "c": scenario(job={"alternatives": 3, "level": "middling"}),
        "d": scenario(road_changes={"closed": ["pont-neuf"]}),
        "e": scenario(job={"required": ["yebleron"]}),
    }
    with pytest.raises(InputError) as error:
        compare(prepared, wrong)
    words = said(error.value, "fr")
    assert words.count("scénario «") == len(wrong)
    assert "nobody" in words
    assert "alternatives" in words


def test_the_choice_of_least_regret_serves_in_the_most_cases_before_it_is_cheap():
    costs = np.array([[10.0, 11.0, 12.0], [20.0, np.inf, 15.0], [np.inf, 5.0, 6.0], [np.inf, np.inf, np.inf]])
    cases = tuple(Case(str(i), None, Job(), None, None, {}) for i in range(4))
    found = Comparison(cases, (("a",), ("b",), ("c",)), costs)
    assert found.max_regret_eur_year.tolist() == [np.inf, np.inf, 2.0]
    assert found.unserved.tolist() == [1, 1, 0]
    assert found.least_max_regret == ("c",)
    assert found.order.tolist() == [2, 1, 0]
    assert found.near.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_a_scenario_of_another_number_of_platforms_has_its_answer_and_no_regrets(prepared):
    found = compare(prepared, {"two": scenario(job={"platforms": 2})})
    assert len(found.cases[1].sites) == 2
    assert np.isnan(found.cost_eur_year[1]).all()
    assert found.compared.tolist() == [True, False]


def test_a_check_lists_the_faults_of_the_file_without_searching_a_road(study, monkeypatch):
    monkeypatch.setattr(RoadNetwork, "paths", None)
    check_scenarios(study)
    wrong = {
        "a": scenario(changes={"parameters": {"fil": 0.9}}),
        "b": scenario(road_changes={"max_weight_t": {"pont-neuf": 3.5}}),
    }
    spoilt = replace(study, inputs=replace(study.inputs, scenarios={"wood-energy": ScenarioSettings(scenarios=wrong)}))
    with pytest.raises(InputError) as error:
        check_scenarios(spoilt)
    assert all(words in said(error.value, "fr") for words in ("fil", "pont-neuf"))


def test_a_cost_that_is_unknown_is_never_the_least_regret():
    cases = tuple(Case(str(i), None, Job(), None, None, {}) for i in range(3))
    costs = np.array([[10.0, 11.0], [np.nan, 15.0], [5.0, 6.0]])
    found = Comparison(cases, (("a",), ("b",)), costs)
    assert found.unknown.tolist() == [1, 0]
    assert found.least_max_regret == ("b",)
    assert np.isnan(found.max_regret_eur_year).tolist() == [True, False]
    assert np.isnan(found.mean_regret_eur_year).tolist() == [True, False]
    assert found.near.tolist() == pytest.approx([2 / 3, 1 / 3])
    both = Comparison(cases, (("a",), ("b",)), np.array([[np.nan, 11.0], [1.0, np.nan], [5.0, 6.0]]))
    assert both.least_max_regret is None
    never = Comparison(cases, (("a",), ("b",)), np.array([[np.nan, 11.0], [np.inf, 15.0], [5.0, 6.0]]))
    assert never.max_regret_eur_year.tolist() == [np.inf, 1.0]


def test_a_scenario_that_leaves_no_site_is_told_for_itself_and_stops_no_other(prepared):
    found = compare(prepared, {"none": scenario(job={"forbidden": SITES}), "half": SCENARIOS["half"]})
    none, half = found.cases[1:]
    assert none.sites is None
    assert none.proved
    assert "0" in said(none.lacking, "fr")
    assert half.sites
    assert found.compared.tolist() == [True, False, True]
    assert found.set_aside.tolist() == [[False] * 4, [True] * 4, [False] * 4]
    assert not found.unserved.any()
    assert not found.aside.any()


def test_a_site_that_a_scenario_makes_unfit_is_set_aside_as_one_that_it_forbids(prepared):
    hazard = prepared.study.settings.site_scores.excluded_hazards[0]
    drowned = scenario(changes={"candidate_sites": {"la-frenaye": {"hazard": hazard}}})
    found = compare(prepared, {"drowned": drowned})
    assert found.set_aside[1].tolist() == [site == "la-frenaye" for site in SITES]
    assert np.isnan(found.cost_eur_year[1]).tolist() == [site == "la-frenaye" for site in SITES]


def test_a_case_without_answer_in_time_says_so_and_is_not_compared(prepared, monkeypatch):
    best = TwoStage.best

    def late(problem, *asked, **limits):
        if problem.demand.sum() < 0.9 * prepared.placement().problem.demand.sum():
            raise CoopgeoError(Message("no time is left"))
        return best(problem, *asked, **limits)

    monkeypatch.setattr(TwoStage, "best", late)
    found = compare(prepared, {"half": SCENARIOS["half"], "hedges": SCENARIOS["hedges"]})
    assert [case.proved for case in found.cases] == [True, False, True]
    assert [case.in_time for case in found.cases] == [True, False, True]
    assert found.compared.tolist() == [True, False, True]
    assert np.isnan(found.cost_eur_year[1]).all()


def test_costs_without_proof_are_unknown(prepared, monkeypatch):
    best = TwoStage.best

    def unproved(problem, *asked, **limits):
        first, *others = best(problem, *asked, **limits)
        return [first, *(replace(other, status="feasible") for other in others)]

    monkeypatch.setattr(TwoStage, "best", unproved)
    found = compare(prepared, {})
    assert np.isnan(found.cost_eur_year).sum() == len(SITES) - 1
    assert (found.least_max_regret,) == (found.cases[0].sites,)


@pytest.mark.parametrize("share", [np.nan, -0.1, np.inf])
def test_a_tolerance_that_is_none_is_refused(prepared, share):
    with pytest.raises(InputError, match="near_share"):
        compare(prepared, {}, near_share=share)
