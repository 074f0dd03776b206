"""Wood that passes no platform, in the valley (see `valley`): straight from the landings, bought outside, or none.

Hedge chips dry at the landing to 20 %, as the platform delivers; nothing is lost. By lorry at 2 EUR a km, 16 dry tonnes
a trip: (2 x 2 x km + 30) / 16 EUR a dry tonne.
"""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

import coopgeo
from coopgeo.errors import InfeasibleError
from coopgeo.exports.results_json import results
from coopgeo.plan.accounts import accounts
from coopgeo.plan.choices import OtherSites
from coopgeo.text.messages import said
from coopgeo.words.ranking import choices_in_words
from coopgeo.words.sentences import answer, headline_figures, key_figures, stages
from tests.plan.valley import customers, placement_of, platform_sizes, straight_road, suppliers, valley
from tests.wood_text import wood_text

STRAIGHT = {"hedge": {"direct_moisture": 0.2}}


def run(study, **asked):
    return coopgeo.run(study, roads=straight_road(), **asked)


def total(outcome):
    return sum(outcome.cost.stages_eur_year.values())


def test_wood_goes_straight_where_the_boiler_takes_it_as_it_is():
    straight = run(valley(products=STRAIGHT))
    without = run(valley(products=STRAIGHT), direct=False)
    assert without.objective.value_eur_year == pytest.approx(209_700)
    assert straight.objective.value_eur_year < 209_700
    assert straight.accounts.direct.tonnes.sum() > 0
    assert total(straight) == pytest.approx(straight.objective.value_eur_year)


def test_a_boiler_that_takes_drier_wood_gets_none_straight():
    wet = run(valley(products={"hedge": {"direct_moisture": 0.3}}))
    assert not len(wet.accounts.direct.tonnes)
    assert wet.objective.value_eur_year == pytest.approx(209_700)


def test_a_straight_trip_costs_its_haul_and_no_platform():
    outcome = run(valley(products=STRAIGHT), platforms=0)
    assert not len(outcome.accounts.sites)
    direct = outcome.accounts.direct
    np.testing.assert_allclose(direct.haulage_eur, direct.kept_t * (2 * 2 * direct.km + 30) / 16)
    np.testing.assert_allclose(direct.trips, direct.kept_t / 16)
    assert direct.kept_t.sum() == pytest.approx(976)  # 1,220 t at 20 %
    assert outcome.cost.stages_eur_year["platform"] == 0
    assert outcome.accounts.delivered.units == pytest.approx(outcome.placement.demand["wanted_units"].sum())
    assert outcome.solution.status == "optimal"


def test_nothing_can_be_delivered_without_a_platform_and_without_straight_ways():
    with pytest.raises(InfeasibleError, match="all goods go straight: 0 t can"):
        run(valley(), platforms=0)


def test_a_boiler_that_takes_no_wood_so_wet_is_named_where_there_is_no_platform():
    study = valley(products={"hedge": {"direct_moisture": 0.25}}, tables={"customers": customers(moisture=[0.3, 0.2])})
    with pytest.raises(InfeasibleError) as refused:
        run(study, platforms=0)
    words = said(refused.value, "fr")
    assert "Pool (pool)\u00a0: 500,0 t, car il prend 0,20 d’eau au plus" in words
    assert "le plus sec qui va droit en a 0,25" in words
    assert "School" not in words


def test_what_is_lacking_is_told_where_the_number_of_platforms_is_free():
    study = valley(tables={"customers": customers(tonnes_year=[9_000.0, 500.0], moisture=[0.2, 0.2])})
    with pytest.raises(InfeasibleError, match=r"5 platform\(s\) can pass 4000 t"):
        run(study, platforms=None)


def test_what_is_asked_of_straight_ways_is_told_as_an_assumption_of_the_try():
    study = valley(products=STRAIGHT, tables={"suppliers": suppliers(("aval", 70.0, 0.2, 300.0))})
    assert tries(run(study, platforms=0, outside=True)) == {"try_no_platform", "try_outside"}
    assert tries(run(study, platforms=None, direct=False)) == {"try_free", "try_no_direct"}
    assert not tries(run(study))


def tries(outcome):
    return {remark.key for remark in outcome.remarks if remark.key.startswith("try_")}


@pytest.mark.parametrize(("platforms", "headline"), [(0, "Livrer sans plateforme"), (1, "Où placer la plateforme")])
def test_an_answer_with_or_without_a_platform_reads_as_one(platforms, headline):
    text, outcome = wood_text("fr"), run(valley(products=STRAIGHT), platforms=platforms)
    assert headline in answer(outcome, text)["headline"]
    assert ("livraison directe" in answer(outcome, text)["sure"]) is not bool(platforms)
    capital = headline_figures(outcome, text)[1]
    assert (capital["note"] == text("figure.capital_none")) is not bool(platforms)
    assert (text("stage.platform") in {stage["name"] for stage in stages(outcome, text)}) is bool(platforms)
    first = choices_in_words(outcome, text)[0]
    assert (first["sites"] == "Aucune plateforme") is not bool(platforms)


def test_the_second_choice_may_have_a_platform_where_the_best_has_none():
    outcome = run(valley(products=STRAIGHT), platforms=None)
    assert not len(outcome.accounts.sites)
    assert "Avec une plateforme, " in answer(outcome, wood_text("fr"))["sure"]
    none_second = replace(outcome, alternatives=(OtherSites((), 1.0, 1.0, "optimal"),))
    assert "Sans plateforme, la filière" in answer(none_second, wood_text("fr"))["sure"]


def test_the_figures_of_an_answer_without_a_platform_are_numbers_of_json():
    outcome = run(valley(products=STRAIGHT), platforms=0)
    assert outcome.near_best[0].sites == ()
    found = json.loads(json.dumps(results(outcome, wood_text("fr")), allow_nan=False))
    assert found["near_best"][0]["score"] is None


@pytest.mark.parametrize(
    ("price", "words"),
    [((40.0, 41.0, 42.0), "plus que"), ((40.0, 41.0, 43.0), "dans la fourchette"), ((43.0, 44.0, 45.0), "moins que")],
)
def test_the_cost_is_held_against_the_whole_range_of_the_market_price(price, words):
    """The wood costs 42.97 EUR/MWh."""
    serves = answer(run(valley(market_price_eur_mwh=price)), wood_text("fr"))["serves"]
    assert f"C’est {words}" in serves
    assert f"{price[0]:.0f} à {price[2]:.0f}" in serves


def test_the_number_of_platforms_is_that_which_costs_least():
    study = valley(products=STRAIGHT)
    free = run(study, platforms=None)
    values = [run(study, platforms=count).objective.value_eur_year for count in (0, 1, 2)]
    assert free.objective.value_eur_year == pytest.approx(min(values))
    assert free.solution.status == "optimal"


def test_what_dries_at_the_landing_loses_its_share():
    whole, less = (run(valley(products=STRAIGHT, direct_loss=loss), platforms=0) for loss in (0.0, 0.05))
    assert less.accounts.direct.kept_t.sum() == pytest.approx(whole.accounts.direct.kept_t.sum())
    leaving = less.solution.flows[2].sum()
    assert leaving == pytest.approx(whole.solution.flows[2].sum() / 0.95)


def test_wood_is_bought_outside_only_if_that_is_asked_for():
    study = valley(tables={"suppliers": suppliers(("amont", 1.0, 0.2, 10_000.0))})
    assert run(study).objective.value_eur_year == pytest.approx(209_700)
    bought = run(study, outside=True, platforms=0)
    assert bought.cost.stages_eur_year["bought"] == pytest.approx(1_220)  # 1 EUR a tonne
    assert bought.cost.stages_eur_year["roadside"] == 0
    assert bought.jobs.fte_high == 0  # the chain delivers nothing itself


def test_an_old_price_of_outside_wood_is_brought_to_today_as_those_of_the_harvest_are():
    """1 EUR a tonne of 2014 is 1.50 EUR today."""
    old = suppliers(("amont", 1.0, 0.2, 10_000.0)).assign(price_year=2014)
    bought = run(valley(tables={"suppliers": old}), outside=True, platforms=0)
    assert bought.cost.stages_eur_year["bought"] == pytest.approx(1.5 * 1_220)


def test_a_customer_may_be_left_unserved_at_a_price():
    cheap = valley(tables={"customers": customers(unserved_eur_mwh=[1.0, np.nan])})
    left = run(cheap)
    assert left.accounts.delivered.unserved_units.tolist() == pytest.approx([0, 2_880])  # pool, school
    assert left.cost.stages_eur_year["unserved"] == pytest.approx(2_880)
    assert left.cost.eur_per_unit == pytest.approx((total(left) - 2_880) / 2_000)
    dear = run(valley(tables={"customers": customers(unserved_eur_mwh=[1_000.0, np.nan])}))
    assert dear.accounts.delivered.unserved_units.sum() == 0
    assert dear.objective.value_eur_year == pytest.approx(209_700)


def test_each_customer_has_its_vehicle():
    both = run(valley(tables={"customers": customers(vehicle=["tractor", ""])}))
    outbound = both.accounts.outbound
    vehicle = dict(zip(outbound.destination, outbound.vehicle, strict=True))
    assert vehicle == {"school": "tractor", "pool": "lorry"}
    trips = dict(zip(outbound.destination, outbound.trips, strict=True))
    assert trips == pytest.approx({"school": 720 / 10, "pool": 500 / 20})  # a tractor takes 10 t
    loads = both.road_loads[both.road_loads["stage"] == "outbound"]
    assert loads["lorries_year"].max() == pytest.approx(2 * 72)


def test_a_hall_holds_the_same_dry_mass_at_any_moisture():
    hall = platform_sizes().assign(store_m3=2_000.0, turns_year=[2.5, 5.0])
    capacity = placement_of(valley(tables={"platform_sizes": hall})).options["capacity_kept_t"]
    dry_kg_m3 = valley().chain().parameters.dry_kg_map.value
    assert sorted(set(capacity)) == pytest.approx([5_000 * dry_kg_m3 / 1000, 10_000 * dry_kg_m3 / 1000])


@pytest.mark.parametrize("platforms", [0, 1, 2])
@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_the_least_cost_is_that_of_an_enumeration(platforms, loss):
    """Every set of open sites and sizes, each worked out as a linear program by another solver."""
    placement = placement_of(
        valley(
            products=STRAIGHT,
            direct_loss=loss,
            tables={
                "customers": customers(unserved_eur_mwh=[40.0, np.nan]),
                "suppliers": suppliers(("aval", 70.0, 0.2, 300.0)),
            },
        ),
        platforms=platforms,
        outside=True,
    )
    found = placement.problem.solve()
    assert found.status == "optimal"
    assert found.value == pytest.approx(_enumerated(placement.problem, placement.options, platforms), rel=1e-6)
    figures = accounts(placement, found)
    assert sum(figures.cost.stages_eur_year.values()) == pytest.approx(found.value)
    _check_balances(placement, found, figures)


def _check_balances(placement, found, figures):
    """Mass: no source gives more than it has, what comes in goes out but for the loss. Energy: served or told."""
    into, out, direct = found.flows
    problem = placement.problem
    assert (into.sum(axis=1) + direct.sum(axis=1) <= problem.supply * (1 + 1e-9)).all()
    np.testing.assert_allclose((into.T @ problem.yield_), out.sum(axis=1), atol=1e-6)
    got = out.sum(axis=0) + direct.multiply(problem.direct_yield).sum(axis=0) + found.unmet
    np.testing.assert_allclose(got, problem.demand, rtol=1e-9)
    wanted = placement.demand["wanted_units"].sum()
    assert figures.delivered.units + figures.delivered.unserved_units.sum() == pytest.approx(wanted)


def _enumerated(problem, options, platforms):
    sites = options["site"].to_numpy()
    every = map(list, combinations(range(len(options)), platforms))
    return min(_linear(problem, opened) for opened in every if len(set(sites[opened])) == platforms)


def _linear(problem, opened):
    """Cost of a set of open platforms: flows in, out and straight, and unmet demand, as one linear program."""
    n, k, p = len(problem.supply), len(problem.demand), len(opened)
    into, out, direct = problem.inbound[:, opened], problem.outbound[opened], problem.direct
    cost = np.concatenate([into.ravel(), out.ravel(), direct.ravel(), problem.unmet_cost])
    allowed = np.isfinite(cost)
    f, g, h, u = np.split(np.arange(len(cost)), np.cumsum([n * p, p * k, n * k]))
    f, g, h = f.reshape(n, p), g.reshape(p, k), h.reshape(n, k)
    upper, limit, equal, fixed = [], [], [], []
    for i in range(n):
        row = np.zeros(len(cost))
        row[f[i]], row[h[i]] = 1, 1
        upper.append(row)
        limit.append(problem.supply[i])
    for j in range(p):
        row = np.zeros(len(cost))
        row[g[j]] = 1
        upper.append(row)
        limit.append(problem.stages.capacity[opened[j]])
        row = np.zeros(len(cost))
        row[f[:, j]], row[g[j]] = problem.yield_, -1
        equal.append(row)
        fixed.append(0.0)
    for at in range(k):
        row = np.zeros(len(cost))
        row[g[:, at]], row[h[:, at]], row[u[at]] = 1, problem.direct_yield[:, at], 1
        equal.append(row)
        fixed.append(problem.demand[at])
    bounds = [(0, None) if free else (0, 0) for free in allowed]
    answer = linprog(np.where(allowed, cost, 0), upper, limit, equal, fixed, bounds)
    return answer.fun + problem.opening[opened].sum() if answer.success else np.inf


def test_an_answer_that_serves_nobody_can_still_be_written():
    """To leave both boilers cold at 1 EUR a MWh is cheaper than any wood: no cost per tonne is told."""
    outcome = run(valley(tables={"customers": customers(unserved_eur_mwh=1.0)}, products=STRAIGHT), platforms=0)
    assert outcome.cost.stages_eur_year["unserved"] == pytest.approx(4_880)
    found = json.loads(json.dumps(results(outcome, wood_text("fr")), allow_nan=False))
    assert found["cost"]["eur_per_unit"] is None
    assert found["co2"]["kg_per_unit"] is None
    assert stages(outcome, wood_text("fr")) == []  # nothing is paid
    assert answer(outcome, wood_text("fr"))["serves"] == wood_text("fr")("page.serves_nobody")
    assert ("Coût du bois livré", "– €/MWh (– €/t)") in key_figures(outcome, wood_text("fr"))


def test_what_goes_straight_counts_as_used_at_its_point():
    outcome = run(valley(products=STRAIGHT), platforms=0)
    points = outcome.collection_points
    sent = outcome.accounts.direct.kept_t.sum() / 0.5  # as received, at 50 %
    assert points["tonnes_used"].sum() == pytest.approx(sent)
    assert points["tonnes_direct"].sum() == pytest.approx(sent)
    assert points["platform"].isna().all()
    assert outcome.customers["platform"].isna().all()
    assert outcome.customers["minutes"].notna().all()
