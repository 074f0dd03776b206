"""The main job on the embedded study: its figures hold together, and it answers changes as a planner expects."""

import re

import numpy as np
import pytest

import coopgeo
from coopgeo.chain.wood import energy_content
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.local_effects import commune_effects
from coopgeo.plan.placement import prepare
from coopgeo.text.messages import said


@pytest.fixture(scope="module")
def closed(study):
    return coopgeo.run(study, road_changes={"closed": ["pont-de-brotonne"]}, alternatives=0)


def test_the_answer_is_proved(outcome):
    objective = outcome.objective
    assert objective.status == "optimal"
    assert objective.bound_eur_year <= objective.value_eur_year
    assert objective.gap <= 1e-6
    assert len(outcome.platforms) == 1


def test_cost_stages_add_up_to_the_objective(outcome):
    assert sum(outcome.cost.stages_eur_year.values()) == pytest.approx(outcome.objective.value_eur_year, rel=1e-6)
    assert outcome.cost.eur_per_unit * outcome.customers["wanted_units"].sum() == pytest.approx(
        outcome.objective.value_eur_year, rel=1e-6
    )
    assert outcome.cost.eur_per_t * outcome.accounts.delivered.tonnes == pytest.approx(
        outcome.objective.value_eur_year, rel=1e-6
    )


def test_dry_matter_is_kept_but_for_the_loss(outcome):
    inbound, outbound = (outcome.flows.query("stage == @stage")["kept_t"].sum() for stage in ("inbound", "outbound"))
    assert 0.93 < outbound / inbound < 1
    tonnes = outcome.platforms["tonnes_out"].sum()
    assert outbound == pytest.approx(tonnes * 0.70)
    assert outcome.platforms["units"].sum() == pytest.approx(tonnes * float(energy_content(0.30)))


def test_every_customer_gets_what_it_needs(outcome):
    flows, products = outcome.flows, outcome.chain.settings.products.values()
    (straight,) = {product.direct_moisture for product in products} - {None}
    moisture = {"outbound": outcome.chain.parameters.delivered_moisture.value, "direct": straight}
    delivered = flows[flows["stage"].isin(moisture)]
    mwh = delivered["tonnes"] * energy_content(delivered["stage"].map(moisture).to_numpy(float))
    got = mwh.groupby(delivered["destination"]).sum()
    np.testing.assert_allclose(got.reindex(outcome.customers.index), outcome.customers["wanted_units"], rtol=1e-6)
    assert outcome.accounts.delivered.units == pytest.approx(outcome.customers["wanted_units"].sum())
    assert 2_000 <= outcome.accounts.delivered.tonnes <= 5_000


def test_no_collection_point_gives_more_than_it_has(outcome):
    points = outcome.collection_points
    assert (points["tonnes_used"] <= points["tonnes"] * (1 + 1e-6)).all()


def test_all_wood_is_collected_or_out_of_reach(study, outcome):
    assert outcome.origins["kept_t"].sum() == pytest.approx(
        outcome.resource.balance["available_kept_t"].sum(), rel=1e-9
    )
    limit = study.chain().parameters.collection_limit_min.value
    assert (outcome.origins.dropna(subset="point")["minutes"] <= limit).all()


def test_alternatives_are_dearer_and_differ(outcome):
    regrets = [other.regret_eur_year for other in outcome.alternatives]
    assert len(regrets) == len(outcome.chain.candidate_sites) - 1  # all others, each proved
    assert {other.status for other in outcome.alternatives} == {"optimal"}
    assert regrets == sorted(regrets)
    assert regrets[0] >= -1e-6 * outcome.objective.value_eur_year
    assert len({other.sites for other in outcome.alternatives} | {tuple(outcome.platforms.index)}) == len(regrets) + 1


def test_an_alternative_costs_what_forcing_it_costs(study, outcome):
    second = outcome.alternatives[0]
    forced = coopgeo.run(study, required=second.sites, alternatives=0)
    assert tuple(forced.platforms.index) == second.sites
    assert forced.objective.value_eur_year == pytest.approx(second.value_eur_year, rel=1e-5)


def test_forbidding_the_best_site_gives_the_second(study, outcome):
    without = coopgeo.run(study, forbidden=list(outcome.platforms.index), alternatives=0)
    assert tuple(without.platforms.index) == outcome.alternatives[0].sites


def test_closing_the_brotonne_bridge_costs_more(outcome, closed):
    assert closed.objective.value_eur_year > outcome.objective.value_eur_year
    crossing = closed.roads.edges.query("crossing == 'pont-de-brotonne'")
    assert np.isinf(crossing["time_s"]).all()


def test_closing_the_brotonne_bridge_makes_the_left_bank_farther(outcome, closed):
    left = outcome.study.communes.query("bank == 'left'").index
    points = outcome.collection_points[outcome.collection_points["insee"].isin(left)].geometry
    right = outcome.study.chefs_lieux.loc[["76164"]]
    assert (closed.roads.matrix(points, right) >= outcome.roads.matrix(points, right) - 1e-6).all()
    assert (closed.roads.matrix(points, right) > outcome.roads.matrix(points, right) + 60).any()


def test_moving_a_boiler_away_costs_more_and_to_the_platform_costs_less(study, outcome):
    by_platform = outcome.accounts.outbound
    largest = by_platform.destination[by_platform.tonnes.argmax()]
    platform = outcome.platforms.to_crs("EPSG:4326").geometry.iloc[0]
    commune = outcome.platforms["insee"].iloc[0]
    near = coopgeo.run(
        study.with_row("customers", largest, insee=commune, lon=platform.x, lat=platform.y), alternatives=0
    )
    far = coopgeo.run(study.with_row("customers", largest, insee="76217", lon=1.077, lat=49.922), alternatives=0)
    assert near.objective.value_eur_year < outcome.objective.value_eur_year < far.objective.value_eur_year


def test_dearer_haulage_never_makes_the_chain_cheaper(study, outcome):
    half_paid = coopgeo.run(study.with_values(return_load_share=0.5), alternatives=0)
    assert half_paid.objective.value_eur_year < outcome.objective.value_eur_year


def test_two_platforms(study, outcome):
    two = coopgeo.run(study, platforms=2, alternatives=1)
    assert len(two.platforms) == 2
    assert two.accounts.delivered.units == pytest.approx(outcome.accounts.delivered.units)
    assert len(two.alternatives[0].sites) == 2


def test_a_boiler_too_large_is_named_with_what_is_lacking(study):
    name = study.chain().served().index[0]
    with pytest.raises(InfeasibleError, match=r"t a year are lacking .*lacks [\d.]+ t") as error:
        coopgeo.run(study.with_row("customers", name, tonnes_year=50_000.0, moisture=0.30))
    assert study.chain().customers.loc[name, "name"] in str(error.value)
    assert str(error.value).count("lacks") == 1  # the boiler that asks too much, not those it would starve


def test_lorries_never_take_a_small_ferry(outcome):
    small = outcome.roads.edges.query("max_weight_t < 44")
    assert len(small) == 12  # six river ferries, both ways
    assert np.isinf(small["time_s"]).all()


def test_the_wood_of_the_left_bank_crosses_at_a_crossing(study):
    """Cut off from every bridge and ferry, the two banks do not reach each other."""
    roads = study.roads()
    crossings = set(roads.edges["crossing"]) - {""}
    parted = roads.with_changes(closed=crossings)
    left, right = roads.nodes.index.get_indexer(["76727", "76384"])
    from coopgeo import travel

    assert np.isinf(travel.matrix(parted.graph(), np.array([left]), np.array([right]))[0, 0])


def test_closing_every_crossing_is_infeasible_and_says_whom_it_cuts_off(study):
    crossings = sorted(set(study.road_tables["crossings"]["id"]))
    with pytest.raises(InfeasibleError, match="t a year are lacking"):
        coopgeo.run(study, road_changes={"closed": crossings}, forbidden=["arelaune"])


def test_a_pprt_site_is_left_out_unless_it_is_asked_for(study, outcome):
    best = outcome.platforms.index[0]
    risky = study.with_row("candidate_sites", best, hazard="pprt")
    assert best not in coopgeo.run(risky, alternatives=0).platforms.index
    assert best in coopgeo.run(risky, alternatives=0, required=[best]).platforms.index


def test_lorry_passes_of_both_stages_add_up(outcome):
    """Each trip passes twice over each road of its way."""
    passes = (outcome.road_loads["lorries_year"] * outcome.road_loads.geometry.length).sum()
    trips = (outcome.flows["trips"] * 2 * outcome.flows.geometry.length).sum()
    assert passes == pytest.approx(trips, rel=1e-6)
    used = outcome.roads_used
    assert (used["lorries_year"] * used.geometry.length).sum() == pytest.approx(trips, rel=1e-6)
    assert used["lorries_year"].max() > outcome.road_loads["lorries_year"].max()
    assert used["lorries_day"].max() == pytest.approx(
        used["lorries_year"].max() / outcome.chain.parameters.working_days.value
    )


def test_what_changes_for_each_commune(outcome):
    effects = commune_effects(outcome)
    assert list(effects.index) == list(outcome.study.territory.index)
    site = outcome.platforms.iloc[0]
    assert site["name"] in effects.loc[site["insee"], "places"]
    assert effects.loc[site["insee"], "lorries_day"] == outcome.roads_used["lorries_day"].max()
    sending = set(outcome.origins.dropna(subset="point")["insee"])
    assert set(effects.index[effects["points"] != ""]) == sending & set(effects.index)
    assert effects["available_kept_t"].sum() <= outcome.resource.balance["available_kept_t"].sum() + 1e-6
    assert (effects.loc[effects["highway"] == "", "lorries_day"] == 0).all()


def test_what_ifs_are_what_a_run_of_their_own_gives(study, outcome):
    sites = [case for case in outcome.what_ifs if case.kind == "sites"]
    assert [case.ids for case in sites] == [other.sites for other in outcome.alternatives[: len(sites)]]
    for case, other in zip(sites, outcome.alternatives, strict=False):
        assert case.outcome.objective.value_eur_year == pytest.approx(other.value_eur_year)
    own = coopgeo.run(study, required=sites[0].ids, alternatives=0)
    assert own.objective.value_eur_year == pytest.approx(sites[0].outcome.objective.value_eur_year)
    assert own.co2.kg_per_unit == pytest.approx(sites[0].outcome.co2.kg_per_unit)
    assert own.road_loads["tonnes"].sum() == pytest.approx(sites[0].outcome.road_loads["tonnes"].sum())
    closed = {case.ids[0]: case.outcome for case in outcome.what_ifs if case.kind == "closed"}
    assert set(closed) == set(outcome.road_loads["crossing"]) - {""}
    for crossing, case in closed.items():
        assert crossing not in set(case.road_loads["crossing"])
        assert case.objective.value_eur_year > outcome.objective.value_eur_year


def test_what_nobody_hauls_costs_no_haul(outcome):
    brought = outcome.origins[outcome.origins["product"].isin(["recycled-a", "sawmill"])].dropna(subset="point")
    assert (brought["haul_eur_kept_t"] == 0).all()
    assert (outcome.origins.query("product == 'hedge'").dropna(subset="point")["haul_eur_kept_t"] > 0).all()


@pytest.mark.parametrize(
    "call", [{"required": ["arelaune"], "forbidden": ["arelaune"]}, {"required": ["arelaune", "alvimare"]}]
)
def test_contradictory_sites_are_named(study, call):
    with pytest.raises(InputError, match="arelaune"):
        coopgeo.run(study, **call)


@pytest.mark.parametrize(
    "call",
    [
        {"platforms": -1},
        {"direct": "yes"},
        {"platforms": 6},
        {"required": ["atlantis"]},
        {"road_changes": {"closed": ["tunnel"]}},
        {"roads": "x.pbf"},
    ],
)
def test_bad_arguments_are_refused(study, call):
    with pytest.raises(InputError, match="found"):
        coopgeo.run(study, **call)


def test_steps_are_told_in_order(study):
    told = []
    coopgeo.run(study, alternatives=0, on_step=told.append)
    assert told == ["roads", "catchments", "haulage", "placement", "figures"]


def test_placement_arrays_fit_together(study):
    placement = prepare(study)
    lots, options, demand = placement.collection.lots, placement.options, placement.demand
    assert placement.problem.inbound.shape == (len(lots), len(options))
    assert placement.problem.outbound.shape == (len(options), len(demand))
    assert (placement.problem.yield_ <= 1).all()


def test_what_is_lacking_is_said_in_french(study):
    with pytest.raises(InfeasibleError) as error:
        coopgeo.run(study, level="low")
    words = said(error.value, "fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert re.match(
        r"Il manque \d \d\d\d,\d t par an sur les 3 204 t dont les clients ont besoin\. Il manque à : .* t\. Les", words
    )
    assert "Réseau de chaleur" in words
    assert "lacks" not in words
