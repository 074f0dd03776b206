"""Each remark is made where it must be, and not a hair before (see `valley`, of which nothing need be said)."""

import math
from dataclasses import replace

import pandas as pd
import pytest
import shapely

from coopgeo.errors import Message
from coopgeo.plan.accounts import accounts
from coopgeo.plan.remarks import Remark, remarks
from coopgeo.plan.room import room_t
from coopgeo.words.sentences import remark_text
from tests.plan.valley import (
    at,
    competitors,
    customers,
    large,
    placement_of,
    platform_sizes,
    resources,
    seasons,
    sites,
    straight_road,
    valley,
    with_island,
)
from tests.wood_text import wood_text

ALWAYS = {"assumed", "even_demand"}


@pytest.fixture(scope="module")
def placement():
    return placement_of(valley())


def facts(placement, *, site="east", lacking=0, eur_per_unit=None, **changes):
    """The remarks on a large platform by key, each once."""
    solution = large(placement, site)
    cost = accounts(placement, solution).cost
    cost = cost if eur_per_unit is None else replace(cost, eur_per_unit=eur_per_unit)
    made = remarks(placement, replace(solution, **changes), cost, lacking=lacking)
    assert len({remark.key for remark in made}) == len(made)
    return {remark.key: dict(remark.facts) for remark in made}


def in_valley(**tables):
    return placement_of(valley(tables=tables))


def test_of_a_plain_case_only_the_shares_of_assumptions_are_told():
    even = (1 / 12,) * 12
    assert facts(in_valley(seasons=seasons(school=even, pool=even))) == {"assumed": {"share": 0.0}}


def test_the_share_that_is_assumed_is_of_all_rows():
    """2 factors, 3 harvest steps, 2 landings, 2 customers, 2 sites are 11 rows; 2 factors and a customer assumed."""
    tables = {"resources": resources(status="assumed"), "customers": customers(status=["attested", "assumed"])}
    assert facts(in_valley(**tables))["assumed"] == {"share": pytest.approx(3 / 11)}


def test_what_is_computed_is_not_assumed():
    assert facts(in_valley(resources=resources(status="computed")))["assumed"] == {"share": 0.0}


def test_potential_customers_are_counted_among_those_served():
    table = customers(role=["served", "other"], status=["attested", "assumed"])
    assert not {"potential_customers", "all_customers_potential"} & facts(in_valley(customers=table)).keys()
    table = customers(status=["attested", "assumed"])
    assert facts(in_valley(customers=table))["potential_customers"] == {"count": 1.0, "total": 2.0}
    table = customers(role=["served", "other"], status=["assumed", "attested"])
    assert facts(in_valley(customers=table))["all_customers_potential"] == {"count": 1.0}
    table = customers(status=["assumed", "assumed"])
    assert facts(in_valley(customers=table))["all_customers_potential"] == {"count": 2.0}


def test_heat_beside_a_boiler_is_told_with_both_names():
    table = customers(role=["served", "shown"], fuel=["chips", "waste_heat"])
    beside = table.geometry.iloc[0]
    for metres, told in ((4_999, True), (5_001, False)):
        moved = table.set_geometry([beside, shapely.affinity.translate(beside, yoff=metres)], crs=table.crs)
        assert ("waste_heat" in facts(in_valley(customers=moved))) is told
    moved = table.set_geometry([beside, beside], crs=table.crs)
    heat = facts(in_valley(customers=moved))["waste_heat"]
    assert (heat["count"], heat["names"], heat["place"]) == (1.0, table["name"].iloc[0], table["name"].iloc[1])


def test_above_the_market_price():
    """The wood costs 209,700 € / 4,880 MWh = 42.97 €/MWh."""
    assert "above_market" not in facts(placement_of(valley(market_price_eur_mwh=42.98)))
    made = facts(placement_of(valley(market_price_eur_mwh=42.97)))["above_market"]
    assert made == {"cost": pytest.approx(209_700 / 4_880), "price": 42.97}


def test_at_the_market_price_is_not_above_it(placement):
    assert "above_market" not in facts(placement, eur_per_unit=50.0)
    assert facts(placement, eur_per_unit=math.nextafter(50, 51))["above_market"]["price"] == 50


@pytest.mark.parametrize(("pool_t", "tight"), [(653.9, False), (654.0, True)])
def test_tight_supply(pool_t, tight):
    """600 x 0.8 + 480 x 0.8 + 400 = 1,264 dry tonnes, 1,580 t delivered: 1.15 x 1,373.9 t, 720 of it for the school."""
    made = facts(in_valley(customers=customers(tonnes_year=[math.nan, pool_t])))
    assert ("tight_supply" in made) is tight
    if tight:
        assert made["tight_supply"] == {"margin": pytest.approx(1_580 / 1_374 - 1)}


@pytest.mark.parametrize("column", ["status", "plot_status"])
def test_an_assumed_site_is_told_where_it_is_chosen(column):
    table = sites(**{column: ["assumed", "attested"]})
    placement = in_valley(candidate_sites=table)
    assert facts(placement, site="east")["site_assumed"] == {"site": "East"}
    assert "site_assumed" not in facts(placement, site="west")


@pytest.mark.parametrize("hazard", ["flood", "ppi", "pprt", "unknown"])
def test_a_hazard_is_told_where_its_site_is_chosen(hazard):
    placement = in_valley(candidate_sites=sites(hazard=[hazard, "none"]))
    assert facts(placement, site="east")[f"hazard_{hazard}"] == {"site": "East"}
    assert not {key for key in facts(placement, site="west") if key.startswith("hazard")}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ({"hazard": ["none", "pprt"]}, "hazard"),
        ({"zoning": ["UX", "N"]}, "zoning"),
        ({"zoning": ["UX", "Nh"]}, "zoning"),
        ({"area_ha": [1.0, 0.0999]}, "too_small"),
    ],
)
def test_sites_left_out_are_told_with_the_reason(column, reason):
    """A technological risk, a natural zone (and its parts), or less ground than the smallest platform takes, 0.1 ha."""
    placement = in_valley(candidate_sites=sites(**column))
    assert facts(placement)["sites_excluded"] == {"count": 1.0, "sites": (("West", reason),)}


@pytest.mark.parametrize(
    "column",
    [{"hazard": ["none", "flood"]}, {"zoning": ["UX", "A"]}, {"zoning": ["UX", "UN"]}, {"area_ha": [1.0, 0.1]}],
)
def test_sites_that_may_be_chosen_are_not_told_as_left_out(column):
    assert "sites_excluded" not in facts(in_valley(candidate_sites=sites(**column)))


def test_a_site_asked_for_is_not_left_out():
    placement = placement_of(valley(tables={"candidate_sites": sites(hazard=["pprt", "none"])}), required=["east"])
    assert "sites_excluded" not in facts(placement, site="east")
    assert facts(placement, site="west")["sites_excluded"] == {"count": 1.0, "sites": (("East", "hazard"),)}


def test_wood_out_of_reach():
    """The tractor takes 20 min from Amont to landing-a, 8 min from Aval to landing-b."""
    assert "out_of_reach" not in facts(placement_of(valley(collection_limit_min=20.0)))
    near = placement_of(valley(collection_limit_min=19.9, tables={"customers": customers(role=["served", "other"])}))
    assert facts(near)["out_of_reach"] == {"kept_t": pytest.approx(600), "minutes": 19.9}


def rivals(km_off, tonnes):
    """A plant that takes both products as far as 1 km, `km_off` kilometres beside the road at the school."""
    plant = at(["school"], role="other", vehicle="", insee="1").rename({"school": "plant"}).assign(name="Plant")
    table = pd.concat([customers(), plant.set_geometry(plant.translate(0, 1000 * km_off))])
    rows = [("plant", "hedge", tonnes, 1.0), ("plant", "old-wood", tonnes, 1.0)]
    return in_valley(customers=table, competitors=competitors(*rows))


def test_competitors_off_the_roads_are_told_once_by_name():
    """A place is on the roads as far as 10 km beside them."""
    assert facts(rivals(10.01, 5.0))["competitors_off_roads"] == {"count": 1.0, "names": "Plant"}
    assert "competitors_off_roads" not in facts(rivals(9.99, 5.0))


def test_competitors_that_want_nothing_are_not_told():
    assert "competitors_off_roads" not in facts(rivals(10.01, 0.0))


def test_an_answer_without_proof_is_told(placement):
    assert facts(placement, status="feasible", gap=0.02)["not_proved"] == {"gap": 0.02}
    assert "not_proved" not in facts(placement, status="optimal", gap=1e-7)


def test_alternatives_that_the_time_did_not_allow_are_told(placement):
    assert facts(placement, lacking=1)["alternatives_lacking"] == {"count": 1.0}
    assert "alternatives_lacking" not in facts(placement, lacking=0)


def test_the_schematic_atlas_is_told():
    assert facts(placement_of(valley(), roads=straight_road("atlas")))["atlas"] == {}


def test_limits_of_a_file_that_were_not_understood_are_told():
    roads = straight_road(unread=("maxweight=heavy", "maxheight=low"))
    made = facts(placement_of(valley(), roads=roads))
    assert made["unread_limits"] == {"count": 2.0, "first": "maxweight=heavy"}
    assert set(made) == ALWAYS | {"unread_limits"}


def test_what_is_odd_about_a_road_file_is_a_remark_of_its_own():
    finding = Message.of_number(
        "{count} road is cut where it is drawn straight over more than {km} km",
        "{count} roads are cut where they are drawn straight over more than {km} km",
        2,
        km=100,
    )
    made = facts(placement_of(valley(), roads=straight_road(unread=(finding, "maxweight=heavy"))))
    assert made["road_file"] == {"finding": finding}
    assert made["unread_limits"] == {"count": 1.0, "first": "maxweight=heavy"}
    remark = Remark("road_file", made["road_file"])
    assert remark_text(remark, wood_text("en")) == f"Road file: {finding}."
    french = remark_text(remark, wood_text("fr"))
    assert french.endswith("2 routes sont coupées là où elles sont dessinées droites sur plus de 100 km.")


def test_roads_apart_from_the_rest_are_told():
    """A road of 35 km in a row, both ways, beside the 70 of the valley: a third of all."""
    made = facts(placement_of(valley(), roads=straight_road(lines=with_island(35.0))))["stray_roads"]
    assert made == {"km": pytest.approx(35), "share": pytest.approx(1 / 3), "vehicle": "lorry"}


@pytest.mark.parametrize("outside", [0, 1, 2])
def test_customers_that_all_lie_outside_the_territory(outside):
    made = facts(in_valley(customers=customers(insee=["9"] * outside + ["2"] * (2 - outside))))
    assert ("all_customers_elsewhere" in made) == (outside == 2)
    assert "customers_elsewhere" not in made


def test_customers_of_which_more_than_half_lie_outside_the_territory():
    three = pd.concat([customers(), customers().iloc[:1].rename(index={"school": "college"})])
    made = facts(in_valley(customers=three.assign(insee=["9", "9", "2"], tonnes_year=300.0)))
    assert made["customers_elsewhere"] == {"count": 2.0, "total": 3.0, "place": made["customers_elsewhere"]["place"]}


@pytest.mark.parametrize(("pool_t", "few"), [(100.0, False), (20.0, True)])
def test_few_tonnes_for_the_platform_that_was_chosen(pool_t, few):
    """The large platform passes 2,000 t a year; the school burns 400 t of them."""
    made = facts(in_valley(customers=customers(tonnes_year=[400.0, pool_t])))
    assert ("hardly_used" in made) == few


def test_a_plot_that_leaves_no_room_to_grow_is_told():
    """A small platform passes 1,000 t on 1,000 m2, a large one 2,000 t on 4,000 m2; the boilers need 1,220 or 950 t."""
    few = {"customers": customers(tonnes_year=[450.0, 500.0], moisture=[0.2, 0.2])}
    tight = placement_of(valley(tables={**few, "candidate_sites": sites(area_ha=0.3)}))
    solution = tight.problem.evaluate([0])
    cost = accounts(tight, solution).cost
    made = {remark.key: dict(remark.facts) for remark in remarks(tight, solution, cost)}
    assert made["little_room"] == {"site": "East", "tonnes": pytest.approx(50)}
    assert "little_room" not in facts(in_valley(**few))  # a large one fits
    full = platform_sizes().assign(capacity_t_year=[1_000.0, 1_250.0])
    assert "little_room" not in facts(in_valley(platform_sizes=full))  # there is no larger size, whatever the plot


def test_room_to_grow_is_what_the_largest_size_that_fits_could_deliver_more(placement):
    room = room_t(placement, large(placement, "east"))
    assert room.to_dict() == pytest.approx({"east": 2_000 - 1_220, "west": 2_000 - 1_220})
    half = placement_of(valley(tables={"candidate_sites": sites(area_ha=[1.0, 0.3])}))
    assert room_t(half, large(half, "east")).to_dict() == pytest.approx({"east": 780, "west": 1_000 - 1_220})
