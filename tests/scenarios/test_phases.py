"""When to open and to enlarge in the valley, against every plan worked out year by year."""

from itertools import product

import numpy as np
import pytest

from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.job import Job
from coopgeo.scenarios.phases import Periods, phases
from tests.plan.valley import LARGE, SITES, SMALL, customers, placement_of, platform_sizes, straight_road, valley

TWO = Periods((2030, 2032), 2035)
RATE = 0.1  # of the valley
WORTH = [1.1**-1 + 1.1**-2, 1.1**-3 + 1.1**-4 + 1.1**-5]


def growing(**parameters):
    """The pool, 500 t, comes two years after the school, 720 t, which a small platform can serve."""
    return valley(tables={"customers": customers(from_year=[np.nan, 2032.0])}, **parameters)


def asked(study, periods=TWO, **more):
    return phases(study, periods, job=Job(roads=straight_road(), **more))


def every_plan(kept_share):
    """Least present worth over all plans of one platform: yearly costs, and what is lost of works that do not serve on.

    Each year costs what the placement of that year says; the works of a small platform that was enlarged are paid on.
    """
    school = placement_of(valley(tables={"customers": customers(role=["served", "shown"])}))
    both = placement_of(valley())
    works = both.options["works_eur_year"].to_numpy()
    best = {}
    for place, size in product(SITES.values(), (SMALL, LARGE)):
        first, second = place + size, place + LARGE
        lost = WORTH[1] * (1 - kept_share) * works[first] if first != second else 0.0
        value = WORTH[0] * school.problem.evaluate([first]).value + WORTH[1] * both.problem.evaluate([second]).value
        best[first, second] = value + lost
    return min(best.items(), key=lambda item: item[1])


@pytest.mark.parametrize("kept_share", [0.0, 0.5, 1.0])
def test_the_plan_is_the_cheapest_of_all(kept_share):
    plan, value = every_plan(kept_share)
    found = asked(growing(kept_share=kept_share))
    assert found.total_eur == pytest.approx(value)
    assert [int(np.flatnonzero(now)[0]) for now in found.plan.open] == list(plan)
    assert found.status == "optimal"
    assert found.bound_eur == pytest.approx(found.total_eur)


def test_a_share_that_is_left_out_means_that_all_serves_on():
    whole = growing(kept_share=1.0)
    without = growing()
    parameters = without.chains["valley"].settings.parameters
    object.__setattr__(parameters, "kept_share", None)
    assert asked(without).total_eur == pytest.approx(asked(whole).total_eur)


def test_equal_periods_cost_what_one_year_costs_times_the_factors():
    """Whatever is paid when: the annuities of the works end with the last period (construction a)."""
    once = placement_of(valley()).problem.solve()
    for periods in (Periods((2030,), 2031), TWO, Periods((2030, 2033, 2041), 2060)):
        found = asked(valley(), periods)
        assert found.total_eur == pytest.approx(once.value * periods.worth(RATE).sum(), rel=1e-9)
        assert (found.plan.open == found.plan.open[0]).all()
        assert found.others.set_index("kind").loc["at_once", "extra_eur"] == pytest.approx(0, abs=1e-3)


def test_worth_of_the_years():
    assert TWO.worth(RATE) == pytest.approx(WORTH)
    assert Periods((2030, 2031), 2034).worth(0.0).tolist() == [1.0, 3.0]
    assert TWO.years == [2, 3]


def test_the_table_tells_what_opens_grows_and_stays_and_adds_up():
    found = asked(growing(kept_share=1.0), Periods((2030, 2032, 2033), 2035))
    assert found.platforms["step"].tolist() == ["opens", "grows", "stays"]
    assert found.platforms["size"].tolist() == ["small", "large", "large"]
    assert found.platforms["from_year"].tolist() == [2030, 2032, 2033]
    assert found.platforms["tonnes"].tolist() == pytest.approx([720, 1220, 1220])
    assert found.periods["customers"].tolist() == [1, 2, 2]
    assert found.periods["tonnes"].tolist() == pytest.approx([720, 1220, 1220])
    assert found.periods["units"].tolist() == pytest.approx([2880, 4880, 4880])
    assert found.periods["to_year"].tolist() == [2031, 2032, 2034]
    total = float(found.periods["worth"] @ found.platforms["eur_year"])
    assert total == pytest.approx(found.total_eur)
    assert found.periods["eur_year"].tolist() == pytest.approx(found.platforms["eur_year"].tolist())
    assert found.eur_unit == pytest.approx(total / float(found.periods["worth"] @ found.periods["units"]))


def test_the_table_adds_up_where_part_of_the_works_is_lost():
    found = asked(growing(kept_share=0.5, hangar_eur_m2=600.0, fte_eur_year=1_000.0))
    assert found.platforms["step"].tolist() == ["opens", "grows"]
    assert float(found.periods["worth"] @ found.platforms["eur_year"]) == pytest.approx(found.total_eur)


def test_other_ways_to_go_about_it():
    found = asked(growing(kept_share=1.0))
    others = found.others.set_index("kind")
    school = placement_of(valley(tables={"customers": customers(role=["served", "shown"])})).problem
    both = placement_of(valley()).problem
    large = int(both.solve().sites[0])
    at_once = WORTH[0] * school.evaluate([large]).value + WORTH[1] * both.solve().value
    assert others.loc["at_once", "total_eur"] == pytest.approx(at_once)
    bought = WORTH[0] * 2880 * 50  # the market price of the valley, €/MWh
    assert others.loc["wait", "total_eur"] == pytest.approx(bought + WORTH[1] * both.solve().value)
    assert others.loc["wait", "from_year"] == 2032
    assert others.loc["elsewhere", "total_eur"] == pytest.approx(bought + WORTH[1] * 4880 * 50)
    assert (others["extra_eur"] == others["total_eur"] - found.total_eur).all()
    assert others["status"].unique().tolist() == ["optimal"]


def test_two_platforms_at_most():
    tables = {"customers": customers(from_year=[np.nan, 2032.0]), "platform_sizes": platform_sizes().iloc[:1]}
    with pytest.raises(InfeasibleError, match=r"2032: School \(school\) lacks 220.0 t"):
        asked(valley(tables=tables))
    found = asked(valley(tables=tables), platforms=2)
    assert found.plan.open.sum(axis=1).tolist() == [1, 2]
    assert found.platforms["step"].tolist().count("opens") == 2


def test_wood_that_is_lacking_is_told_by_year_and_customer():
    with pytest.raises(InfeasibleError, match=r"2032: Pool \(pool\) lacks 540.0 t"):
        asked(valley(tables={"customers": customers(from_year=[np.nan, 2032.0], tonnes_year=[np.nan, 1_400.0])}))


def test_a_customer_is_counted_from_the_period_that_begins_in_its_year_or_later():
    study = valley(tables={"customers": customers(from_year=[2031.0, 2033.0])})
    found = asked(study, Periods((2030, 2031, 2034), 2036))
    assert found.periods["customers"].tolist() == [0, 1, 2]
    assert found.platforms["from_year"].tolist() == [2031, 2034]
    assert found.periods["eur_year"].tolist() == pytest.approx([0, *found.platforms["eur_year"]])
    late = asked(study, Periods((2030, 2031), 2036))
    assert (late.periods["customers"].tolist(), late.later) == ([0, 1], ("pool",))


def test_a_site_that_is_required_or_forbidden():
    plan, value = every_plan(1.0)
    study = growing(kept_share=1.0)
    other = "west" if plan[0] < SITES["west"] else "east"
    insisted = asked(study, required=[other])
    assert set(insisted.platforms["site"]) == {other}
    assert insisted.total_eur > value
    assert asked(study, forbidden=[{"west": "east", "east": "west"}[other]]).total_eur == pytest.approx(
        insisted.total_eur
    )


@pytest.mark.parametrize(("begins", "until"), [((), 2030), ((2030,), 2030), ((2031, 2030), 2035), ((2030, 2030), 2035)])
def test_periods_follow_each_other(begins, until):
    with pytest.raises(InputError, match="begins, then until, in rising order"):
        Periods(begins, until)


def test_a_chain_without_periods_asks_for_them():
    with pytest.raises(InputError, match=r"(?s)chain.toml.*phases: expected a section \[phases\]"):
        phases(valley(), job=Job(roads=straight_road()))


def test_the_embedded_study_grows_and_its_proof_holds(study):
    found = phases(study)
    assert found.status == "optimal"
    assert found.periods["from_year"].tolist() == [2027, 2030, 2034]
    assert found.periods["customers"].is_monotonic_increasing
    total = float(found.periods["worth"] @ found.periods["eur_year"])
    assert total == pytest.approx(found.total_eur, rel=1e-6)
    assert found.others.set_index("kind").loc["at_once", "extra_eur"] >= -1e-6 * found.total_eur


def test_what_goes_straight_stands_in_tonnes_and_euros_beside_the_platforms(study):
    found = phases(study)
    at_platforms = found.platforms.groupby("from_year")[["tonnes", "eur_year"]].sum()
    years = found.periods.set_index("from_year")
    assert (years["direct_t"] > 0).any()
    for whole, straight, left in (
        ("tonnes", "direct_t", "unserved_t"),
        ("eur_year", "direct_eur_year", "unserved_eur_year"),
    ):
        parts = years[straight] + years[left] + at_platforms[whole].reindex(years.index, fill_value=0.0)
        assert years[whole].tolist() == pytest.approx(parts.tolist())
