"""How sure an answer is: draws that can be had again, that are what the study says, and that add up."""

import itertools
import math
import subprocess
import sys
from dataclasses import replace
from itertools import count

import distributed
import numpy as np
import pandas as pd
import pytest

import coopgeo
from coopgeo.errors import CoopgeoError, InputError, Message
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.scenarios import draw, seconds_of
from coopgeo.scenarios.drawn import ENDS, Model, choice_name, costs
from coopgeo.scenarios.factors import factors_of
from coopgeo.siting import TwoStage
from coopgeo.words.certainty import certainty
from coopgeo.words.draw_sheets import draw_sheets
from tests.scenarios.small import closed, is_spread, known_delays, small_study, with_probabilities
from tests.wood_text import wood_text

MAYBE = {"ecole": 0.5, "piscine": 0.3, "haut": 0.7}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def draws(small):
    """Everything varies."""
    return draw(with_probabilities(small, MAYBE), n=120, seed=3, workers=1)


def as_bytes(draws):
    tables = (draws.samples, draws.values, draws.eur, draws.best.to_frame(), draws.near.to_frame(), draws.decides)
    return [pd.util.hash_pandas_object(table).to_numpy().tobytes() for table in tables]


def test_the_same_seed_gives_the_same_bytes_on_one_process_and_on_two(small, draws):
    again = draw(with_probabilities(small, MAYBE), n=120, seed=3, workers=2)
    assert as_bytes(again) == as_bytes(draws)
    assert not draw(with_probabilities(small, MAYBE), n=120, seed=4, workers=1).values.equals(draws.values)


def test_a_cluster_gives_the_same_bytes(small, draws):
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert as_bytes(draw(with_probabilities(small, MAYBE), n=120, seed=3, client=client)) == as_bytes(draws)


def test_shares_add_up(draws):
    served = (draws.states == "served").mean()
    assert 0 < draws.no_customer < 1
    assert served + draws.infeasible + draws.no_customer == pytest.approx(1)
    assert draws.best.sum() == pytest.approx(1)
    assert (draws.near.reindex(draws.best.index) >= draws.best).all()
    assert draws.best.is_monotonic_decreasing
    assert draws.eur["eur_per_unit"].is_monotonic_increasing


def test_each_factor_is_drawn_once_from_each_part_of_its_range(draws):
    moved = draws.factors[draws.factors["kind"].isin(["range", "times"])]
    assert len(moved) > 30
    place = (draws.samples[moved.index] - moved["low"]) / (moved["high"] - moved["low"])
    parts = np.floor(place.to_numpy() * draws.n).astype(int)
    np.testing.assert_array_equal(np.sort(parts, axis=0), np.tile(np.arange(draws.n)[:, None], (1, len(moved))))
    built = draws.samples[[f"customers.{id}.exists" for id in MAYBE]].mean().to_numpy()
    np.testing.assert_allclose(built, list(MAYBE.values()), atol=1 / draws.n)


def test_rows_of_one_meaning_move_together(small, draws):
    for number in (0, 7):
        changes = draws.changes(number)
        willing = {changes["resources"][kind, "willing-share"]["value"] for kind in _forests()}
        felling = {changes["harvest_costs"][kind, "felling"]["value"] for kind in _forests()}
        assert len(willing) == len(felling) == 1
        kept_t_map = changes["resources"]["hedge", "dry-mass"]["value"]
        assert kept_t_map == pytest.approx(changes["parameters"]["dry_kg_map"]["value"] / 1000)
    density = draws.samples["resources.dry-density"]
    assert density.between(0, 1).all()  # the ranges differ by product: a place between their ends
    rows = small.chain().resources.set_index(["product", "factor"])
    for product in ("forest-broadleaf", "forest-conifer", "sawmill"):
        low, high = rows.loc[(product, "dry-density"), ["low", "high"]]
        drawn = draws.changes(7)["resources"][product, "dry-density"]["value"]
        assert (drawn - low) / (high - low) == pytest.approx(density[7])


def _forests():
    return ("forest-broadleaf", "forest-conifer", "forest-other")


def test_a_draw_is_what_a_changed_study_gives(small, draws):
    """Without errors of the roads, which no table holds: the same sites at the same cost."""
    spreads = {"road_error_site": 0.0, "road_error_pair": 0.0}
    study = with_probabilities(small, MAYBE).with_values(**spreads).changed({"speeds": known_delays(small)})
    without = draw(study, n=12, seed=5, workers=1)
    assert (without.states == "served").sum() > 3
    for number in np.flatnonzero(without.states == "served"):
        changed = study.changed(without.changes(number))
        found = costs(prepare(changed, Job(alternatives=0)))
        expected = without.values.iloc[number]
        assert found == pytest.approx(expected[np.isfinite(expected)].to_dict(), rel=1e-12)
        outcome = coopgeo.run(changed, alternatives=0)
        assert outcome.objective.value_eur_year == pytest.approx(expected.min(), rel=1e-9)
        assert outcome.cost.eur_per_unit == pytest.approx(without.costs["eur_per_unit"][number], rel=1e-9)


def test_closed_ranges_give_the_answer_of_the_run_in_every_draw(small):
    study = closed(small)
    found, outcome = draw(study, n=5, workers=1), coopgeo.run(study)
    assert found.factors.empty
    assert found.decides.empty
    assert found.best[outcome.platforms.index[0]] == 1
    np.testing.assert_allclose(found.costs["eur_year"], outcome.objective.value_eur_year, rtol=1e-12)
    np.testing.assert_allclose(found.eur["eur_per_unit"], outcome.cost.eur_per_unit, rtol=1e-12)
    others = {other.sites[0]: other.value_eur_year for other in outcome.alternatives}
    assert found.values.iloc[3][list(others)].to_dict() == pytest.approx(others)


def test_a_customer_without_a_chance_never_counts(small):
    never = draw(closed(with_probabilities(small, {"haut": 0.0})), n=8, workers=1)
    without = closed(small.changed({"customers": {"haut": {"role": "shown"}}}))
    assert (never.samples["customers.haut.exists"] == 0).all()
    np.testing.assert_allclose(never.costs["eur_year"], coopgeo.run(without).objective.value_eur_year, rtol=1e-12)


def test_no_customer_at_all_is_counted_apart(small):
    nobody = draw(closed(with_probabilities(small, dict.fromkeys(MAYBE, 0.0))), n=4, workers=1)
    assert (nobody.no_customer, nobody.infeasible) == (1.0, 0.0)
    assert nobody.best.eq(0).all()
    assert nobody.eur.isna().all().all()
    assert nobody.decides["effect"].eq(0).all()


def test_draws_tend_to_the_sum_over_all_cases(small):
    """Each of 2^3 cases has its own best site: the shares are their probabilities, as far as chance goes."""
    study, n = closed(small), 300
    exact, served = {"vallee": 0.0, "col": 0.0}, 0.0
    for there in itertools.product((True, False), repeat=3):
        weight = math.prod(p if is_there else 1 - p for p, is_there in zip(MAYBE.values(), there, strict=True))
        absent = [id for id, is_there in zip(MAYBE, there, strict=True) if not is_there]
        if any(there):
            case = study.changed({"customers": {id: {"role": "shown"} for id in absent}}) if absent else study
            exact[coopgeo.run(case, alternatives=0).platforms.index[0]] += weight
            served += weight
    found = draw(with_probabilities(study, MAYBE), n=n, seed=1, workers=1)
    sigma = math.sqrt(served * (1 - served) / n)
    assert found.no_customer == pytest.approx(1 - served, abs=4 * sigma)
    for site, weight in exact.items():
        share = weight / served
        assert 0.1 < share < 0.9  # else the question would be none
        assert found.best[site] == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / (n * served)))


def test_demand_beyond_the_wood_cannot_be_served(small):
    study = closed(small.changed({"customers": {"haut": {"power_kw": 100_000.0}}}))
    found = draw(study, n=3, workers=1)
    assert found.infeasible == 1.0
    assert np.isinf(found.values).all().all()


def test_wetter_chips_than_a_boiler_takes_are_no_delivery(small):
    study = closed(small).changed(
        {"parameters": {"delivered_moisture": {"low": 0.25, "high": 0.35}}}  # the school takes up to 30 %
    )
    found = draw(study, n=20, workers=1)
    assert found.infeasible == pytest.approx(0.5)
    assert (found.samples["parameters.delivered_moisture"] > 0.3).eq(found.states == "infeasible").all()


def test_of_several_platforms_each_draw_proves_the_best_choice(small):
    """However little time the job grants, so that the bytes never hang on the machine."""
    study, job = with_probabilities(small, MAYBE), Job(platforms=None, time_limit_s=1e-9)
    found = draw(study, n=16, seed=2, job=job, workers=1)
    served = np.flatnonzero(found.states == "served")
    assert len(served) > 3
    for number in served[:4]:
        placement = prepare(
            found.model.study_at(found.places[number]),
            found.model.job,
            ways=found.model.ways_at(found.places[number], number),
        )
        best = placement.problem.solve()
        assert best.status == "optimal"
        assert found.values.iloc[number].dropna().to_dict() == {
            choice_name(placement.options["site"].iloc[best.sites]): pytest.approx(best.value)
        }
    assert found.values.iloc[served].notna().sum(axis=1).eq(1).all()
    assert found.best.sum() == pytest.approx(1)


def test_of_several_platforms_nothing_is_said_of_those_that_were_not_worked_out(small):
    study = with_probabilities(closed(small, but=("handling_eur_t",)), MAYBE)
    found = draw(study, n=120, job=Job(platforms=None), workers=1)
    assert len(found.best) > 1
    assert found.near.empty
    assert not found.confidence.near
    lines = certainty(found.confidence, {}, wood_text("fr"))
    assert not any("à moins de" in line for line in lines)
    assert any("meilleur choix" in line for line in lines)
    assert "near_share" not in draw_sheets(found, wood_text("fr"))["draw_sites"].rows
    assert found.decides["effect"].idxmax().endswith(".exists")


def test_an_answer_without_a_proof_is_none(small, monkeypatch):
    solve = TwoStage.solve
    monkeypatch.setattr(TwoStage, "solve", lambda *known, **asked: replace(solve(*known, **asked), status="feasible"))
    assert draw(small, n=3, job=Job(platforms=2), workers=1).unproved == 1.0


def test_how_long_draws_take_is_measured_on_one_of_them(small, monkeypatch):
    """With every boiler there, however improbable: one that is not built takes no time."""
    asked = []
    monkeypatch.setattr(Model, "cost", lambda model, place, _: asked.append(model.not_built(place)))
    assert seconds_of(with_probabilities(small, MAYBE), 100, job=Job(platforms=2)) > 0
    assert asked == [[]]


def test_the_roads_to_a_site_err_together(small):
    """Only the roads vary: what a site costs more or less than in the run has the sign of its own factor."""
    study = closed(small, but=("road_error_site",))
    found, base = draw(study, n=30, workers=1), draw(closed(small), n=1, workers=1).values.iloc[0]
    for site in ("col", "vallee"):
        longer = found.samples[f"roads.{site}"] > 1
        assert longer.eq(found.values[site] > base[site]).all()
    assert found.samples["roads.col"].apply(math.log).std() == pytest.approx(0.05, rel=0.1)


def test_what_decides_is_named_first(small):
    """Of two customers with one chance each, the one by a site decides for it; nothing else varies."""
    study = with_probabilities(closed(small, but=("handling_eur_t",)), {"piscine": 0.5, "haut": 0.5})
    found = draw(study, n=200, workers=1)
    assert set(found.decides.index[:2]) == {"customers.piscine.exists", "customers.haut.exists"}
    assert found.decides["effect"].is_monotonic_decreasing
    assert 0.8 < found.decides["effect"][:2].sum() <= 1.1
    assert found.decides.loc["parameters.handling_eur_t", "effect"] < 0.05
    assert found.decides["name"].iloc[0].endswith("se fait ou non")


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"n": 0}, "n: found 0"),
        ({"n": 2.5}, "n: found 2.5"),
        ({"seed": -1}, "seed: found -1"),
        ({"tolerance": math.nan}, "tolerance: found nan"),
        ({"workers": 0}, "workers: found 0"),
    ],
)
def test_what_is_asked_is_checked(small, asked, fault):
    with pytest.raises(InputError, match=fault):
        draw(small, **asked)


def test_a_toll_falls_on_the_ways_that_pass_its_bridge(study):
    """Whatever vehicle delivers: ways that stay the same have the toll that a search with that toll finds."""
    certain = with_probabilities(study, dict.fromkeys(study.chain().served().index, 1.0))
    tolls = closed(certain, but=("crossings",))
    found = draw(tolls, n=3, workers=1)
    assert set(found.factors.index) == {"crossings.pont-de-normandie", "crossings.pont-de-tancarville"}
    base = prepare(tolls, Job(alternatives=0)).ways
    again = prepare(tolls.changed(found.changes(0)), Job(alternatives=0)).ways
    ways = found.model.ways_at(found.places[0], 0)
    for name in ENDS:
        drawn, searched, before = (getattr(one, name) for one in (ways, again, base))
        same = np.isfinite(before.length_m) & (before.length_m == searched.length_m)
        assert same.mean() > 0.9
        np.testing.assert_allclose(drawn.toll_eur[same], searched.toll_eur[same], atol=1e-9)
        assert (drawn.toll_eur[same] != before.toll_eur[same]).any(), name


def test_delays_slow_all_ways_of_a_vehicle(small):
    """Ways, lengths and tolls stay; the times of those that a vehicle drives change by its own factor alone."""
    van = small.changed({"customers": {"haut": {"vehicle": "rigid-26t"}}})
    found = draw(closed(van, but=("delays",)), n=6, workers=1)
    truck, other = found.samples.columns.sort_values(ascending=False)
    assert (truck, other) == ("delays.semi-44t", "delays.rigid-26t")
    assert found.factors["low"].between(0.8, 0.999).all()
    assert found.factors["high"].between(1.001, 1.3).all()
    before, ways = found.model.ways, found.model.ways_at(found.places[0], 0)
    by_truck, by_other = found.samples.loc[0, [truck, other]]
    assert by_truck != by_other
    np.testing.assert_allclose(ways.inbound.time_s, before.inbound.time_s * by_truck)
    column = before.customers.get_loc("haut")
    for name in ("outbound", "direct", "bought"):
        new, old = getattr(ways, name), getattr(before, name)
        expected = old.time_s * np.where(np.arange(len(before.customers)) == column, by_other, by_truck)
        np.testing.assert_allclose(new.time_s, expected)
        np.testing.assert_array_equal(new.length_m, old.length_m)
    dearer = found.values.min(axis=1)
    assert dearer.nunique() == len(dearer)


def test_parameters_left_aside_are_those_that_no_cost_depends_on(study):
    """Nor where the price of diesel is not that of the tables, as in most draws."""
    study = study.with_values(diesel_eur_l=study.chain().parameters.diesel_eur_l.high)
    base = prepare(study, Job(alternatives=0))
    arrays = ("inbound", "outbound", "direct", "demand", "supply", "opening", "yield_")
    apart = set()
    for name, parameter in study.chain().parameters:
        ends = {parameter.low, parameter.high} - {parameter.value}
        others = [
            prepare(study.with_values(**{name: end}), base.job, ways=base.ways).problem
            for end in ends
            if name != "delivered_moisture" or end < parameter.value
        ]
        same = all(np.array_equal(getattr(one, part), getattr(base.problem, part)) for one in others for part in arrays)
        if same and others and not is_spread(name):
            apart.add(name)
    aside = study.chain().parameters.aside
    assert apart - aside == {"collection_limit_min"}  # no wood lies so far
    assert apart >= aside


def test_spreads_are_no_factors(draws):
    assert not [name for name in draws.samples if is_spread(name)]


def test_nothing_of_sensitivity_is_imported_before_it_is_asked_for():
    code = "import sys, coopgeo; coopgeo.run; coopgeo.scenarios.draw; print('SALib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_a_factor_is_as_well_known_as_its_range(small):
    """The value may be attested where its ends are assumed, and the other way round."""
    attested, assumed = (
        {"status": own, "range_status": ends} for own, ends in (("attested", "assumed"), ("assumed", "attested"))
    )
    study = small.changed(
        {
            "parameters": {"fill": attested},
            "resources": {(kind, "willing-share"): attested for kind in _forests()},
            "harvest_costs": {(kind, "felling"): assumed for kind in _forests()},
        }
    )
    status = {factor.id: factor.status for factor in factors_of(study, study.chain())}
    assert status["parameters.fill"] == status["resources.willing-share"] == "assumed"
    assert status["harvest_costs.felling"] == "attested"


def test_near_the_best_means_what_the_study_says(small):
    """One tolerance for the answer and for the draws, unless another is asked for."""
    wide = small.changed({"settings": {"near_share": 0.2}})
    assert draw(wide, n=2, workers=1).tolerance == draw(wide, n=2, workers=1).confidence.tolerance == 0.2
    assert draw(wide, n=2, workers=1, tolerance=0.03).tolerance == 0.03
    assert (draw(wide, n=30, workers=1).near >= draw(small, n=30, workers=1).near).all()


def test_a_draw_that_cannot_be_proved_is_counted_apart(small, monkeypatch):
    """As where figures lie too far apart for the solver: the others are as they were."""
    study = with_probabilities(small, MAYBE)
    found, proved = TwoStage.alone, draw(study, n=12, seed=3, workers=1)
    number = count(1)

    def alone(problem):
        if next(number) == 3:
            raise CoopgeoError(Message("no answer was found"))
        return found(problem)

    monkeypatch.setattr(TwoStage, "alone", alone)
    draws = draw(study, n=12, seed=3, workers=1)
    assert (draws.states == "unproved").sum() == 1
    others = draws.states != "unproved"
    assert draws.values[others].equals(proved.values[others])
    assert draws.values[~others].isna().all(axis=None)
    assert draws.confidence.unproved == pytest.approx(1 / 12)
    assert draws.confidence.served == (draws.states == "served").sum()
    assert draws.best.sum() == pytest.approx(1)
    assert "8\u202f% des tirages" in " ".join(certainty(draws.confidence, {}, wood_text("fr")))


def test_a_draw_of_the_shipped_study_is_what_its_roads_give_when_searched_anew(study):
    """With a bridge closed, all tolls and prices drawn, straight and bought wood: but for ways that then change."""
    spreads = {"road_error_site": 0.0, "road_error_pair": 0.0}
    certain = study.with_values(**spreads).changed({"speeds": known_delays(study)})
    job = Job(alternatives=0, outside=True, road_changes={"closed": ["pont-de-brotonne"]})
    found = draw(certain, n=4, seed=1, job=job, workers=1)
    assert (found.states == "served").all()
    for number, values in enumerate(found.values.to_numpy()):
        again = prepare(certain.changed(found.changes(number)), job)
        expected = found.values.iloc[number][np.isfinite(values)].to_dict()
        assert costs(again) == pytest.approx(expected, rel=2e-4)
        ways = found.model.ways_at(found.places[number], number)
        for name in ENDS:
            drawn, searched = (getattr(one, name) for one in (ways, again.ways))
            same = np.isfinite(drawn.length_m) & (drawn.length_m == searched.length_m)
            np.testing.assert_allclose(drawn.toll_eur[same], searched.toll_eur[same], atol=1e-9, err_msg=name)
            assert (drawn.toll_eur[same] > 0).any(), name


def test_each_way_errs_by_itself_whatever_it_leads_to(study):
    """Ways from and to the sites, straight ones and those of bought wood: lengths and times by one error each."""
    found = draw(closed(study, but=("road_error_pair",)), n=1, workers=1)
    before, ways = found.model.ways, found.model.ways_at(found.places[0], 0)
    sigma, errors = study.chain().parameters.road_error_pair.value, []
    for name in ENDS:
        old, new = (getattr(one, name) for one in (before, ways))
        known = np.isfinite(old.length_m) & (old.length_m > 0)
        longer, slower = new.length_m[known] / old.length_m[known], new.time_s[known] / old.time_s[known]
        np.testing.assert_allclose(longer, slower)
        assert np.log(longer).std() == pytest.approx(sigma, rel=0.25), name
        errors.append(longer)
    every = np.concatenate(errors)
    assert len(np.unique(every)) == len(every)
