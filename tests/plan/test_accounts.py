"""Every account of a placement small enough to work out with a pocket calculator (see `valley`).

The large platform in the east. The pool needs 400 dry tonnes, the school 576: 976 in all, 1,220 t, 4,880 MWh. The
cheapest wood goes first: old wood 400 dry tonnes, 400 delivered; hedges of landing-b 480, of which 384 are delivered;
hedges of landing-a fill up the 192 that lack: 240 dry tonnes.

    from       to       dry t   tonnes   trips              km   € a trip      €
    landing-b  east     400     500      25 (20 t each)     10   4x10+30=70    1,750   old wood
    landing-b  east     480     960      40 (24 t each)     10   70            2,800   hedges
    landing-a  east     240     480      20 (24 t each)     30   4x30+30=150   3,000   hedges
    east       school   576     720      36 (20 t each)     10   70            2,520
    east       pool     400     500      25 (20 t each)     30   150           3,750
"""

import numpy as np
import pytest

from coopgeo.plan.accounts import accounts
from tests.plan.valley import customers, harvest_costs, large, placement_of, valley

LITRES_TO_THE_LANDING = 400 * 1.0 + 480 * (4.0 + 0.8) + 240 * (4.0 + 2.0)  # harvest + tractor: 4,144 l
LORRY_KM = 65 * 10 + 20 * 30 + 36 * 10 + 25 * 30  # one way: 2,360 km
LITRES_OF_THE_LOADER = 1_220 * 0.5
FUEL_MWH, USEFUL_MWH, TONNES = 4_880, 2_160 + 1_600, 1_220


@pytest.fixture(scope="module")
def placement():
    return placement_of(valley())


@pytest.fixture(scope="module")
def east(placement):
    return accounts(placement, large(placement, "east"))


@pytest.fixture(scope="module")
def shared_ways():
    """Another load pays half of the ways back: a way costs and burns one and a half times the way there."""
    placement = placement_of(valley(return_load_share=0.5))
    return accounts(placement, large(placement, "east"))


def test_cost_by_stage(east):
    roadside = (
        400 * 15  # old wood: 12 €/t ground, 0.8 dry t in a tonne; who has it brings it
        + 480 * (40 + 10)  # hedges: 20 €/t, 0.5 dry t in a tonne; tractor 4 km: (2 x 2.50 x 4 + 30) / 5 dry t
        + 240 * (40 + 16)  # tractor 10 km: (2 x 2.50 x 10 + 30) / 5 dry t
    )
    assert east.cost.stages_eur_year == pytest.approx(
        {
            "roadside": roadside,
            "inbound": 1_750 + 2_800 + 3_000,
            "platform": 150_000 + 1_220 * 2,
            "outbound": 2_520 + 3_750,
        }
    )
    assert roadside == 43_440


def test_cost_of_a_tonne_and_of_a_megawatt_hour(east):
    total = 43_440 + 7_550 + 152_440 + 6_270
    assert east.cost.eur_per_t == pytest.approx(total / 1_220)
    assert east.cost.eur_per_unit == pytest.approx(total / 4_880)


def test_the_objective_of_the_search_is_the_sum_of_the_stages(placement, east):
    assert large(placement, "east").value == pytest.approx(209_700)
    assert sum(east.cost.stages_eur_year.values()) == pytest.approx(209_700)


def test_the_west_costs_7360_more(placement):
    """Land dearer by 2,000 a year; landing-a gives all 600 dry tonnes, landing-b 120; the pool is 50 km off."""
    stages = accounts(placement, large(placement, "west")).cost.stages_eur_year
    assert stages == pytest.approx(
        {
            "roadside": 400 * 15 + 600 * 56 + 120 * 50,
            "inbound": 25 * 150 + 50 * 70 + 10 * 150,
            "platform": 152_000 + 2_440,
            "outbound": 36 * 70 + 25 * 230,
        }
    )
    best, second = placement.problem.best(2)
    assert (best.value, second.value) == pytest.approx((209_700, 217_060))


def test_capital_and_opening_cost_of_a_year(placement):
    """Works 1,000 x 200 + 3,000 x 20 + 40,000 = 300,000; land 4,000 m2 x 10 = 40,000.

    A subsidy of 30 % leaves 210,000 to pay off in two years at 10 %: 121,000 a year. Land costs its interest, 4,000;
    then 5,000 of fixed costs and half a post, 20,000.
    """
    option = placement.options.set_index(["site", "size"]).loc[("east", "large")]
    assert option["capital_eur"] == pytest.approx(300_000 + 40_000)
    assert option["opening_eur_year"] == pytest.approx(121_000 + 4_000 + 5_000 + 20_000)


def test_works_without_a_subsidy_are_paid_off_in_full():
    option = placement_of(valley(subsidy_share=0.0)).options.set_index(["site", "size"]).loc[("east", "small")]
    works = 200 * 200 + 800 * 20 + 10_000
    assert option["opening_eur_year"] == pytest.approx(works * 121 / 210 + 1_000 * 10 * 0.1 + 2_000 + 0.25 * 40_000)


def test_tonnes_and_energy(east):
    np.testing.assert_allclose(east.tonnes_in, [500 + 960 + 480])
    np.testing.assert_allclose(east.tonnes_out, [1_220])
    np.testing.assert_allclose(east.units, [4_880])
    assert list(east.sites) == ["east"]


def test_flows_between_places(east):
    """What goes between the same two places is one flow, whatever the product."""
    flows = east.flows.set_index(["origin", "destination"])
    expected = {
        ("landing-a", "east"): (240, 480, 20, 3_000, 30, 30),
        ("landing-b", "east"): (400 + 480, 500 + 960, 25 + 40, 1_750 + 2_800, 10, 10),
        ("east", "school"): (576, 720, 36, 2_520, 10, 10),
        ("east", "pool"): (400, 500, 25, 3_750, 30, 30),
    }
    assert set(flows.index) == set(expected)
    columns = ["kept_t", "tonnes", "trips", "haulage_eur", "km", "minutes"]  # 60 km/h: a kilometre a minute
    for pair, figures in expected.items():
        np.testing.assert_allclose(flows.loc[pair, columns].astype(float), figures)
    assert list(east.flows["stage"]) == ["inbound", "inbound", "outbound", "outbound"]


def test_greenhouse_gas_counts_the_ways_back(east):
    litres = LITRES_TO_THE_LANDING + 2 * LORRY_KM * 0.4 + LITRES_OF_THE_LOADER
    assert litres == pytest.approx(6_642)
    assert east.co2.kg_per_unit == pytest.approx((litres * 3 + 4 * FUEL_MWH) / USEFUL_MWH)


def test_gas_that_is_avoided(east):
    """Gas: 200 kg / 0.8 = 250 kg a MWh of heat."""
    assert east.co2.avoided_t_year == pytest.approx((250 * USEFUL_MWH - 6_642 * 3 - 4 * FUEL_MWH) / 1_000)
    assert east.co2.standard_kg_per_unit == pytest.approx(20 * FUEL_MWH / USEFUL_MWH)
    assert east.co2.standard_avoided_t_year == pytest.approx((250 * USEFUL_MWH - 20 * FUEL_MWH) / 1_000)


def test_ways_back_that_another_load_pays_burn_nothing(shared_ways):
    tractor = 480 * 0.8 * 1.5 / 2 + 240 * 2.0 * 1.5 / 2
    litres = 400 * 1.0 + 720 * 4.0 + tractor + 1.5 * LORRY_KM * 0.4 + LITRES_OF_THE_LOADER
    assert shared_ways.co2.kg_per_unit == pytest.approx((litres * 3 + 4 * FUEL_MWH) / USEFUL_MWH)


def test_ways_back_that_another_load_pays_cost_nothing(shared_ways):
    stages = shared_ways.cost.stages_eur_year
    assert stages["inbound"] == pytest.approx(65 * (3 * 10 + 30) + 20 * (3 * 30 + 30))
    assert stages["outbound"] == pytest.approx(36 * (3 * 10 + 30) + 25 * (3 * 30 + 30))
    tractor_b, tractor_a = (3.75 * 4 + 30) / 5, (3.75 * 10 + 30) / 5
    assert stages["roadside"] == pytest.approx(400 * 15 + 480 * (40 + tractor_b) + 240 * (40 + tractor_a))


def test_diesel_of_the_collection_is_burnt_there_and_back(placement):
    """Harvest 4 l a dry tonne; the tractor, 0.5 l/km, takes 5 dry tonnes over 2 x 10 km or 2 x 4 km."""
    lots = placement.collection.lots.set_index(["point", "product"])["diesel_l_kept_t"]
    assert lots["landing-a", "hedge"] == pytest.approx(4 + 20 * 0.5 / 5)
    assert lots["landing-b", "hedge"] == pytest.approx(4 + 8 * 0.5 / 5)
    assert lots["landing-b", "old-wood"] == pytest.approx(1)  # nobody of the chain drives


def test_lots_at_the_landings(placement):
    lots = placement.collection.lots.set_index(["point", "product"])
    amounts = {("landing-a", "hedge"): 600, ("landing-b", "hedge"): 480, ("landing-b", "old-wood"): 400}
    assert lots["kept_t"].to_dict() == pytest.approx(amounts)
    prices = {("landing-a", "hedge"): 56, ("landing-b", "hedge"): 50, ("landing-b", "old-wood"): 15}
    assert lots["roadside_eur_kept_t"].to_dict() == pytest.approx(prices)


def test_costs_observed_before_2015_are_brought_to_todays_euros():
    """Index 1.5; of the 20 €/t of hedges 10 are of 2014. Were all: (10 + 5) x 1.5 = 22.50 €/t, 45 a dry tonne."""
    old = valley(tables={"harvest_costs": harvest_costs().assign(price_year=2014)})
    lots = placement_of(old).collection.lots.set_index(["point", "product"])["roadside_eur_kept_t"]
    assert lots["landing-a", "hedge"] == pytest.approx(45 + 16)
    assert lots["landing-b", "old-wood"] == pytest.approx(12 * 1.5 / 0.8)


def test_jobs(east):
    """1, 2 or 3 posts for 1,000 t; half of the 2 are work by hand, a quarter of it for insertion crews half as fast."""
    assert east.jobs.fte_low == pytest.approx(1.22)
    assert east.jobs.fte_high == pytest.approx(3.66)
    assert east.jobs.insertion_fte == pytest.approx(2.44 * 0.5 * 0.25 / 0.5)


def test_two_platforms_are_counted_apart():
    """Small platforms, at 39,620 € a year in the east and 40,120 in the west, pass 800 dry tonnes each.

    All wood of landing-b goes east, 784 dry tonnes delivered: the pool's 400, 384 for the school. The 192 that the
    school lacks come from landing-a over the west, 10 km instead of 30; the school lies 10 km from both.
    """
    placement = placement_of(valley(), platforms=2)
    found = accounts(placement, placement.problem.solve())
    assert list(found.sites) == ["east", "west"]
    np.testing.assert_allclose(found.tonnes_in, [500 + 960, 480])
    np.testing.assert_allclose(found.tonnes_out, [980, 240])
    np.testing.assert_allclose(found.units, [3_920, 960])
    assert found.cost.stages_eur_year == pytest.approx(
        {
            "roadside": 43_440,
            "inbound": 1_750 + 2_800 + 20 * 70,
            "platform": 39_620 + 40_120 + 2_440,
            "outbound": 24 * 70 + 12 * 70 + 25 * 150,
        }
    )


def test_places_beside_the_road_are_driven_to():
    """The pool 100 m off the road: 130 m more by lorry, each way."""
    table = customers()
    moved = table.geometry.where(table.index != "pool", table.translate(0, 100))
    placement = placement_of(valley(tables={"customers": table.set_geometry(moved)}))
    outbound = accounts(placement, large(placement, "east")).outbound
    assert dict(zip(outbound.destination, outbound.km, strict=True)) == pytest.approx({"pool": 30.13, "school": 10})


def test_customers_that_are_not_served_need_nothing():
    placement = placement_of(valley(tables={"customers": customers(role=["served", "other"])}))
    found = accounts(placement, large(placement, "east"))
    assert list(found.outbound.destination) == ["school"]
    np.testing.assert_allclose(found.outbound.haulage_eur, [2_520])
    assert found.cost.eur_per_unit == pytest.approx(sum(found.cost.stages_eur_year.values()) / 2_880)
