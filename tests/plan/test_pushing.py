"""The dale by hand (see `dale`): all that is collected goes through one platform to outlets, or to waste.

    into       west             east             aval (plant)
    amont      20 km 11.00      40 km 19.00      54 km 24.60 EUR/t
    landing-a  10 km  7.00      30 km 15.00      44 km 20.60
    landing-b  30 km 15.00      10 km  7.00       4 km  4.60
    out of
    school     10 km  7.00      10 km  7.00
    pool       50 km 23.00      30 km 15.00

300 t to wear: 200 t to the school, 100 t are left as waste; 180 t of rags and 60 t of fuel to the pool; 60 t of waste.
"""

from itertools import chain as chained
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

import coopgeo
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.search import answers
from tests.plan.dale import FEE, OPENING, OUTLETS, SHARES, TONNES, WASTE, dale, placed, platform_sizes
from tests.plan.valley import KM, straight_road

OUT_OF = {
    "east": {"outbound": 200 * 7 + 180 * 15 + 60 * 15},
    "west": {"outbound": 200 * 7 + 180 * 23 + 60 * 23},
}
SORTED = {"sales": -200 * 300 - 180 * 50 + 60 * 20, "waste": (100 + 60) * 100, "support": 0.0}
BY_HAND = {
    "east": {
        "roadside": 600 * 30, "inbound": 100 * 19 + 200 * 15 + 300 * 7, "platform": 147_900 + 600 * 2,
        **OUT_OF["east"], **SORTED,
    },
    "west": {
        "roadside": 600 * 30, "inbound": 100 * 11 + 200 * 7 + 300 * 15, "platform": 148_850 + 600 * 2,
        **OUT_OF["west"], **SORTED,
    },
    "aval": {
        "roadside": 600 * 30, "inbound": 100 * 24.6 + 200 * 20.6 + 300 * 4.6, "platform": 600 * 150,
        "outbound": 0, "sales": 0, "waste": 0, "support": 0,
    },
}  # fmt: skip


def alone(placement, site):
    """The accounts and the value of one site."""
    found = placement.problem.evaluate(np.flatnonzero(placement.options["site"] == site))
    return accounts(placement, found), found


@pytest.fixture(scope="module")
def placement():
    return placed(dale())


@pytest.mark.parametrize("site", BY_HAND)
def test_every_stage_by_hand(placement, site):
    figures, found = alone(placement, site)
    assert figures.cost.stages_eur_year == pytest.approx(BY_HAND[site])
    assert found.value == pytest.approx(sum(BY_HAND[site].values()))
    assert figures.cost.paid_eur_year == pytest.approx(found.value)
    assert figures.cost.eur_per_t == pytest.approx(found.value / 600)
    assert figures.cost.eur_per_unit == pytest.approx(found.value / 600)


def test_the_best_site_and_the_others_in_order(placement):
    found = answers(placement, 3)
    names = [placement.options["site"].iloc[one.sites[0]] for one in found.solutions]
    assert names == ["aval", "east", "west"]
    assert [one.value for one in found.solutions] == pytest.approx([115_960, 127_300, 130_170])
    for one in found.solutions:
        assert one.bound <= one.value + 1e-6
        assert one.status == "optimal"
    assert found.exact == [True] * 3
    assert found.lacking == 0


def test_what_comes_in_is_sold_or_wasted(placement):
    for site, mass_t in (("east", 600), ("aval", 0)):
        figures, found = alone(placement, site)
        into, sold, wasted = (flow.toarray() for flow in found.flows)
        assert into.sum() == pytest.approx(600)
        assert sold.sum() + wasted.sum() == pytest.approx(mass_t)
        assert figures.tonnes_in == pytest.approx([600])
        assert figures.delivered.units == pytest.approx(600)
        assert figures.delivered.tonnes == pytest.approx(600)
    outlets = placement.outlets.assign(t=alone(placement, "east")[1].flows[1].toarray().sum(axis=0))
    taken = {(row.customer, row.output): row.t for row in outlets.itertuples() if row.t}
    assert taken == pytest.approx(
        {
            ("school", "reuse"): 200, ("", "reuse"): 100, ("pool", "rags"): 180, ("pool", "fuel"): 60,
            ("", "waste"): 60,
        }
    )  # fmt: skip


def test_haulage_told_by_flow_is_that_told_by_stage(placement):
    figures, _ = alone(placement, "east")
    assert figures.inbound.haulage_eur.sum() == pytest.approx(7_000)
    assert figures.outbound.haulage_eur.sum() == pytest.approx(5_000)
    flows = figures.flows.set_index(["origin", "destination"])
    expected = {
        ("amont", "east"): (100, 10, 40, 1_900),
        ("landing-a", "east"): (200, 20, 30, 3_000),
        ("landing-b", "east"): (300, 30, 10, 2_100),
        ("east", "school"): (200, 20, 10, 1_400),
        ("east", "pool"): (240, 24, 30, 3_600),
    }
    assert set(flows.index) == set(expected)
    for pair, by_hand in expected.items():
        found = flows.loc[pair, ["tonnes", "trips", "km", "haulage_eur"]].astype(float)
        np.testing.assert_allclose(found, by_hand)


@pytest.mark.parametrize(
    ("support", "tonnes", "site"),
    [  # 69,300 + 58,000 k - 600 k s against 115,960 k, of 600 k tonnes at a support of s
        (0.0, 717.0, "aval"),
        (0.0, 718.0, "east"),
        (10.0, 650.0, "aval"),
        (10.0, 651.0, "east"),
        (18.8, 600.0, "aval"),
        (19.0, 600.0, "east"),
    ],
)
def test_support_moves_the_answer_to_the_own_site_at_the_tonnage_by_hand(support, tonnes, site):
    k = tonnes / 600
    study = dale(tonnes={point: k * amount for point, amount in TONNES.items()}, support_eur_t=support)
    outcome = coopgeo.run(study, roads=straight_road(), alternatives=2)
    own, plant = 69_300 + 58_000 * k - tonnes * support, 115_960 * k
    assert outcome.objective.value_eur_year == pytest.approx(min(own, plant))
    assert list(outcome.accounts.sites) == [site]
    if site == "east":
        assert outcome.cost.stages_eur_year["support"] == pytest.approx(-support * tonnes)
        assert outcome.jobs.elsewhere_fte == 0
    else:
        assert outcome.cost.stages_eur_year["support"] == 0
        assert outcome.jobs.elsewhere_fte == pytest.approx(tonnes / 1_000 * 2)
        assert outcome.jobs.fte_high == 0


def test_a_plant_takes_no_more_than_it_can():
    full = placed(dale(plant_t=599.0))
    best, second = answers(full, 3).solutions
    assert [full.options["site"].iloc[one.sites[0]] for one in (best, second)] == ["east", "west"]
    with pytest.raises(InfeasibleError, match=r"599|1 of 600"):
        coopgeo.run(dale(plant_t=599.0), roads=straight_road(), forbidden=["east", "west"])


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"plant_t": 250.0},
        {"fee": None},
        {"support_eur_t": 40.0, "plant_t": 400.0},
        {"outlets": ()},
        {"outlets": (*OUTLETS, ("pool", "reuse", 200.0, np.nan), ("school", "rags", 60.0, 50.0)), "plant_t": 300.0},
        {"shares": {"fuel": 0.1, "rags": 0.4, "reuse": 0.5}, "fee": 400.0},
        {"outlets": (("school", "reuse", 1_500.0, np.nan),), "fee": None},  # more comes in than is paid
        {"tables": {"platform_sizes": platform_sizes(350.0)}, "plant_t": 300.0},
    ],
)
@pytest.mark.parametrize("platforms", [1, 2, None])
def test_no_other_choice_of_sites_costs_less(changed, platforms):
    study = dale(**changed)
    problem = placed(study, platforms=platforms, alternatives=0)
    sizes = [1, 2, 3] if platforms is None else [platforms]
    names = sorted(study.chain().candidate_sites.index)
    tried = chained.from_iterable(combinations(names, size) for size in sizes if size <= len(names))
    costs = {chosen: _cheapest(study, chosen) for chosen in tried}
    if not np.isfinite(min(costs.values())):
        with pytest.raises(InfeasibleError):
            answers(problem)
        return
    best = answers(problem).solutions[0]
    assert best.value == pytest.approx(min(costs.values()), abs=0.5)
    assert best.bound <= best.value + 1e-6
    assert sum(accounts(problem, best).cost.stages_eur_year.values()) == pytest.approx(best.value, abs=0.01)


def _cheapest(study, chosen):
    """Least cost through a set of sites, by a linear program of its own, from kilometres and prices."""
    chain = study.chain()
    lying = chain.collection_points["tonnes_year"].to_dict()
    plants = chain.candidate_sites["gate_fee_eur_t"].dropna().to_dict()
    shares = {name: output.value for name, output in chain.settings.outputs.items()}
    shares["waste"] = 1 - sum(shares.values())
    support = chain.parameters.support_eur_t.value if chain.parameters.support_eur_t else 0.0
    ends = list(chain.outlets[["customer", "output", "value", "capacity_t_year"]].itertuples(index=False, name=None))
    own = [site for site in chosen if site not in plants]
    pairs = [(point, site) for point in lying for site in chosen]
    ways = [(site, *end) for site in own for end in ends]
    rest = [(site, output) for site in own for output in shares]

    def haul(start, end):
        return 0.4 * abs(KM[start] - KM[end]) + 3

    cost = [30 + haul(point, site) + plants.get(site, 2.0) for point, site in pairs]
    cost += [haul(site, customer) - pays - support for site, customer, _, pays, _ in ways]
    cost += [WASTE - support for _ in rest]
    count = len(cost)
    equal, equals, at_most, most = [], [], [], []
    for point, amount in lying.items():
        equal.append([float(start == point) for start, _ in pairs] + [0.0] * (count - len(pairs)))
        equals.append(amount)
    for site, output in rest:
        row = [shares[output] * (end == site) for _, end in pairs]
        row += [-float(start == site and made == output) for start, _, made, _, _ in ways]
        row += [-float((site, output) == left) for left in rest]
        equal.append(row)
        equals.append(0.0)
    capacity = {site: float(chain.platform_sizes["capacity_t_year"].iloc[0]) for site in own}
    capacity |= {site: chain.candidate_sites.loc[site, "plant_t_year"] for site in chosen if site in plants}
    for site, room in capacity.items():
        if np.isfinite(room):
            at_most.append([float(end == site) for _, end in pairs] + [0.0] * (count - len(pairs)))
            most.append(room)
    for end in ends:
        if np.isfinite(end[3]):
            at_most.append([0.0] * len(pairs) + [float(way[1:3] == end[:2]) for way in ways] + [0.0] * len(rest))
            most.append(end[3])
    found = linprog(cost, at_most or None, most or None, equal, equals)
    return found.fun + sum(OPENING[site] for site in own) if found.success else np.inf


def test_where_waste_is_cheapest_all_is_wasted():
    placement = placed(dale(outlets=(("school", "reuse", -200.0, np.nan),)))
    stages = accounts(placement, placement.problem.evaluate([1])).cost.stages_eur_year
    assert placement.options["site"].iloc[1] == "east"
    assert stages["waste"] == pytest.approx(600 * WASTE)
    assert stages["sales"] == stages["outbound"] == 0


def test_a_customer_out_of_reach_gets_nothing():
    """The pool lies half an hour from the east, 50 minutes from the west."""
    limits = {"outbound_min": 29.0, "source": "invented", "status": "assumed"}
    placement = placed(dale(settings={"limits": limits}))
    stages = alone(placement, "east")[0].cost.stages_eur_year
    assert stages["sales"] == pytest.approx(-200 * 300)
    assert stages["waste"] == pytest.approx(400 * WASTE)
    wider = placed(dale(settings={"limits": limits | {"outbound_min": 30.1}}))
    assert alone(wider, "east")[0].cost.stages_eur_year == pytest.approx(BY_HAND["east"])


def test_all_must_go_somewhere():
    with pytest.raises(InputError, match="found 0; expected 1 or more"):
        placed(dale(), platforms=0)


def test_the_outcome_tells_what_each_customer_takes():
    outcome = coopgeo.run(dale(fee=None), roads=straight_road())
    assert outcome.customers["tonnes"].to_dict() == pytest.approx({"pool": 240, "school": 200})
    assert set(outcome.customers["platform"]) == {"east"}
    assert outcome.platforms["tonnes_in"].to_dict() == pytest.approx({"east": 600})
    assert outcome.platforms["room_t"].to_dict() == pytest.approx({"east": 400})
    points = outcome.collection_points
    assert points["tonnes_used"].to_dict() == pytest.approx(TONNES)
    assert points["tonnes"].to_dict() == pytest.approx(TONNES)
    driven = outcome.driven
    assert (driven["passes"] == 2 * driven["trips"]).all()
    assert (driven["round"] == 0).all()


def test_shares_that_make_up_the_whole_leave_no_waste():
    whole = SHARES | {"rags": 0.4}
    placement = placed(dale(shares=whole, outlets=(*OUTLETS, ("pool", "reuse", 0.0, np.nan))))
    assert alone(placement, "east")[0].cost.stages_eur_year["waste"] == pytest.approx(0)


def test_the_plant_asks_for_its_fee_alone(placement):
    option = placement.options.set_index("site").loc["aval"]
    assert option["handling_eur_t"] == FEE
    assert option["opening_eur_year"] == option["built_m2"] == option["capital_eur"] == 0
    assert placement.options.set_index("site")["opening_eur_year"].drop("aval").to_dict() == pytest.approx(OPENING)
