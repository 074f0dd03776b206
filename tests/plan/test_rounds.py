"""Rounds of the dale (see `dale`): fifty times a year a lorry empties amont (2 t), landing-a (4 t), landing-b (6 t).

12 t need two rounds of 10 t at least, each 30 EUR at the depot and 2 EUR a kilometre.
"""

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.plan.search import answers
from tests.plan.dale import dale, placed, pulling, rounds
from tests.plan.test_pushing import BY_HAND
from tests.plan.valley import sites, straight_road


def in_rounds(*, limits=None, leg="inbound", **figures):
    settings = {"rounds": {leg: rounds(**figures)}}
    if limits:
        settings["limits"] = {**limits, "source": "invented", "status": "assumed"}
    return dale(fee=None, settings=settings)


def run(study, **asked):
    return coopgeo.run(study, roads=straight_road(), **{"alternatives": 2, **asked})


@pytest.fixture(scope="module")
def outcome():
    return run(in_rounds())


def test_the_stage_costs_what_its_rounds_cost(outcome):
    """East: amont and landing-a together, 40 km there and back; landing-b alone, 10 km. 80 and 20 km, 60 EUR."""
    (made,) = outcome.accounts.rounds
    assert (made.leg, made.site, made.vehicle, made.times_year) == ("inbound", "east", "lorry", 50)
    assert made.rounds.eur == pytest.approx(2 * 80 + 2 * 20 + 60)
    assert made.rounds.km == pytest.approx(100)
    stages = outcome.cost.stages_eur_year
    assert stages["inbound"] == pytest.approx(made.rounds.eur * made.times_year)
    assert stages == pytest.approx(BY_HAND["east"] | {"inbound": 50 * 260})
    assert outcome.objective.value_eur_year == pytest.approx(sum(stages.values()))


def test_the_cost_is_not_below_its_bound(outcome):
    objective = outcome.objective
    assert objective.bound_eur_year <= objective.value_eur_year
    assert objective.bound_eur_year > 127_300  # more than full lorries there and back
    assert (objective.status == "optimal") is (objective.gap <= 1e-6)


def test_every_point_is_visited_once(outcome):
    (made,) = outcome.accounts.rounds
    visited = [made.stops[stop] for route in made.rounds.routes for stop in route]
    assert sorted(visited) == ["amont", "landing-a", "landing-b"]
    assert made.rounds.load_t.sum() == pytest.approx(12)
    assert (made.rounds.load_t <= 10).all()


def test_lorries_on_the_roads_follow_the_rounds(outcome):
    """The round from the east to amont passes each road on its way there and back; none is driven twice."""
    driven = outcome.driven[outcome.driven["stage"] == "inbound"]
    assert set(driven["round"]) == {1, 2}
    assert (driven["passes"] == 50).all()
    assert driven["km"].isna().all() or driven["km"].sum() == pytest.approx(100)
    loads = outcome.road_loads[outcome.road_loads["stage"] == "inbound"]
    passes = {
        tuple(sorted(round((x - 500_000) / 1000) for x in (west, east))): lorries
        for (west, _, east, _), lorries in zip(loads.bounds.to_numpy(), loads["lorries_year"], strict=True)
    }
    expected = {(0, 10): 100, (10, 20): 100, (20, 30): 100, (30, 40): 100, (40, 50): 100}
    assert passes == pytest.approx(expected)
    assert outcome.flows.geometry.notna().all()


def test_diesel_is_that_of_the_rounds(outcome):
    stands = 0.5 * 600  # the loader
    outbound_km = 20 * 10 + 24 * 30
    litres = 100 * 50 * 0.4 + 2 * outbound_km * 0.4 + stands
    assert outcome.co2.emitted_t == pytest.approx(litres * 3 / 1000)


def test_a_site_that_cannot_win_is_known_by_a_bound_below_its_cost():
    study = in_rounds()
    found = run(study)
    assert {other.sites for other in found.alternatives} == {("west",)}
    (west,) = found.alternatives
    itself = run(study, required=["west"])
    if west.status == "at_least":
        assert west.value_eur_year <= itself.objective.value_eur_year + 1e-6
    else:
        assert west.value_eur_year == pytest.approx(itself.objective.value_eur_year)
    assert west.value_eur_year >= found.objective.value_eur_year
    assert west.regret_eur_year == pytest.approx(west.value_eur_year - found.objective.value_eur_year)


def test_a_site_far_dearer_is_not_planned():
    own = sites(land_eur_m2=[10.0, 900.0], gate_fee_eur_t=np.nan, plant_t_year=np.nan)
    study = dale(tables={"candidate_sites": own}, settings={"rounds": {"inbound": rounds()}})
    found = run(study)
    (west,) = found.alternatives
    assert west.status == "at_least"
    planned = found.placement.ways.planned
    assert [site for site in ("east", "west") if any(site in key for key in planned)] == ["east"]
    itself = run(study, required=["west"])
    assert west.value_eur_year <= itself.objective.value_eur_year
    assert itself.accounts.rounds[0].site == "west"


def test_rounds_beat_no_full_lorry_and_few_beat_many():
    """The more stops a round can serve, the less it costs; never less than full lorries there and back."""
    costs = [
        run(in_rounds(times_year=times), required=["east"]).cost.stages_eur_year["inbound"] for times in (60, 120, 600)
    ]
    full = BY_HAND["east"]["inbound"]
    assert costs[0] >= full
    assert costs[0] < costs[1] < costs[2]


@pytest.mark.parametrize("platforms", [0, 2, None])
def test_rounds_are_planned_from_one_platform(platforms):
    with pytest.raises(InputError, match="expected 1: the rounds of this chain"):
        placed(in_rounds(), platforms=platforms)


def test_a_longest_way_closes_a_site():
    """60 km/h: amont lies 20 minutes from the west, 40 from the east."""
    assert run(in_rounds(limits={"inbound_min": 41.0})).accounts.sites == ["east"]
    found = run(in_rounds(limits={"inbound_min": 35.0}))
    assert found.accounts.sites == ["west"]
    assert not found.alternatives
    with pytest.raises(InfeasibleError):
        run(in_rounds(limits={"inbound_min": 25.0}))


def test_a_longest_way_closes_a_site_without_rounds_too():
    limits = {"inbound_min": 35.0, "source": "invented", "status": "assumed"}
    found = run(dale(fee=None, settings={"limits": limits}))
    assert found.accounts.sites == ["west"]
    assert not found.alternatives


def test_a_shift_too_short_for_a_stop_closes_a_site():
    """Half an hour at the depot, then there and back: to amont 40 minutes from the west, 80 from the east."""
    found = run(in_rounds(shift_h=1.6))
    assert list(found.accounts.sites) == ["west"]
    with pytest.raises(InfeasibleError):
        run(in_rounds(shift_h=0.9))


def test_an_estimate_is_told_apart():
    placement = prepare(in_rounds(), Job(roads=straight_road()), measure="estimate")
    (best, _) = answers(placement, 2).solutions
    assert best.status == "feasible"
    figures = accounts(placement, best)
    assert figures.rounds == ()
    assert sum(figures.cost.stages_eur_year.values()) == pytest.approx(best.value)


def test_rounds_that_bring_what_is_sold():
    """Of a chain that pushes nobody asks for anything, so that rounds to outlets follow from what they take."""
    study = in_rounds(leg="outbound")
    found = run(study)
    assert found.objective.bound_eur_year <= found.objective.value_eur_year
    (made,) = found.accounts.rounds
    assert made.leg == "outbound"
    assert set(made.stops) == {"pool", "school"}
    assert found.cost.stages_eur_year["outbound"] == pytest.approx(made.eur_year)


def test_what_is_sold_elsewhere_may_cost_less_than_the_bound_of_the_rounds_that_are_driven():
    """6 t a round from the east: 150 EUR to the pool, 70 EUR to the school. Full, a tonne costs 15 and 7 EUR.

    The pool pays 9 EUR more a tonne, so that it is chosen: 300 x 109 - 7,500 = 25,200 EUR a year. The school would have
    left 300 x 100 - 3,500 = 26,500.
    """
    pays = {"school": 100.0, "pool": 109.0}
    asked = {"fee": None, "shares": {"reuse": 0.5}, "settings": {"rounds": {"outbound": rounds()}}}
    both, school = (
        run(dale(outlets=tuple((one, "reuse", pays[one], np.nan) for one in ends), **asked), required=["east"])
        for ends in (("school", "pool"), ("school",))
    )
    assert school.objective.value_eur_year < both.objective.value_eur_year
    assert both.objective.bound_eur_year <= school.objective.value_eur_year


BOTH = {"inbound": rounds(), "outbound": rounds()}


def test_customers_are_served_in_rounds():
    """School 5 t, pool 1 t a round: one round from the east, 30 km one way and 10 the other, 80 km in all."""
    found = run(pulling(settings={"rounds": BOTH}), required=["east"])
    collected, served = found.accounts.rounds
    assert (collected.leg, served.leg) == ("inbound", "outbound")
    assert served.rounds.eur == pytest.approx(2 * 80 + 30)
    stages = found.cost.stages_eur_year
    assert stages["outbound"] == pytest.approx(served.eur_year)
    assert stages["inbound"] == pytest.approx(collected.eur_year)
    assert found.objective.bound_eur_year <= found.objective.value_eur_year == pytest.approx(sum(stages.values()))
    assert found.accounts.tonnes_in == pytest.approx([300 / 0.8])
    assert found.accounts.tonnes_out == pytest.approx([300])
    assert collected.rounds.load_t.sum() * 50 == pytest.approx(300 / 0.8)


@pytest.mark.parametrize(
    ("asked", "customers", "product"),
    [
        ({}, {"unserved_eur_unit": [1.0, np.nan], "tonnes_year": [50.0, 500.0]}, {"yield_share": 1.0}),
        ({"direct": True}, {"tonnes_year": [50.0, 500.0]}, {"yield_share": 1.0, "direct": True}),
    ],
)
def test_a_bound_counts_no_stop_that_the_rounds_may_leave_out(asked, customers, product):
    """The school takes whole lorries; the pool may stay unserved, or be served from landing-b."""
    study = pulling(customers=customers, product=product, settings={"rounds": {"outbound": rounds()}})
    placement = placed(study, required=["east"], alternatives=0, **asked)
    (best,) = placement.problem.best(1)
    assert best.value <= sum(accounts(placement, best).cost.stages_eur_year.values()) + 1e-6
