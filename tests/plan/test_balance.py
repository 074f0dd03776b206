"""The balance of a job: what is wanted, what can be delivered, how far that may lie off; the sites nearly as good."""

from dataclasses import replace

import pytest

from coopgeo.chain.wood import energy_content
from coopgeo.errors import InfeasibleError
from coopgeo.plan.balance import balance
from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared
from coopgeo.study.scenarios import multiplied_demand


@pytest.fixture(scope="module")
def prepared(study):
    return Prepared(study, Job(direct=False, alternatives=0))  # what goes straight loses less than in the store


def test_wanted_is_what_the_customers_get(outcome):
    found = outcome.balance
    assert found.tonnes.wanted == pytest.approx(outcome.customers["tonnes"].sum())
    assert found.units.wanted == pytest.approx(outcome.customers["wanted_units"].sum())
    units_t = float(energy_content(0.3))
    assert found.units.deliverable == pytest.approx(found.tonnes.deliverable * units_t)
    assert found.tonnes.low < found.tonnes.deliverable < found.tonnes.high


def test_demand_can_grow_to_what_is_deliverable_and_no_further(prepared, outcome):
    tonnes, study = outcome.balance.tonnes, prepared.study
    for share, served in ((0.999, True), (1.001, False)):
        factor = share * tonnes.deliverable / tonnes.wanted
        more = study.changed({"customers": multiplied_demand(study.chain().served(), factor)})
        if served:
            assert prepared.outcome(more).platforms["tonnes_out"].sum() == pytest.approx(share * tonnes.deliverable)
        else:
            with pytest.raises(InfeasibleError, match="are lacking"):
                prepared.outcome(more)


def test_low_and_high_are_what_the_levels_of_the_resource_give(prepared, outcome):
    for level in ("low", "high"):
        at_level = balance(prepared.placement(job=replace(prepared.job, level=level)))
        assert at_level.tonnes.deliverable == pytest.approx(getattr(outcome.balance.tonnes, level))


def test_no_wood_at_all_at_the_low_level_is_nothing_deliverable(prepared):
    factors = prepared.study.chain().resources
    first = factors[factors["potential"] == "theoretical"].drop_duplicates("product")
    rows = {(p, f): {"low": 0.0} for p, f in zip(first["product"], first["factor"], strict=True)}
    found = balance(prepared.placement(prepared.study.changed({"resources": rows})))
    assert found.tonnes.low == 0
    assert found.tonnes.deliverable > 0


def test_sites_nearly_as_good_stand_in_the_order_of_their_cost(outcome):
    near, most = outcome.near_best, 0.01 * outcome.objective.value_eur_year
    assert near[0].sites == tuple(outcome.platforms.index)
    assert near[0].extra_eur_year == 0
    extra = [one.extra_eur_year for one in near]
    assert extra == sorted(extra)
    within = [other.sites for other in outcome.alternatives if other.regret_eur_year <= most]
    assert 0 < len(within) < len(outcome.alternatives)
    assert [one.sites for one in near[1:]] == within
    for one in near:
        assert one.score == pytest.approx(outcome.site_scores.loc[list(one.sites), "score"].mean())


def test_the_tolerance_is_that_of_the_study(outcome):
    strict = outcome.study.changed({"settings": {"near_share": 0.0}})
    other = replace(outcome, placement=replace(outcome.placement, study=strict))
    assert [one.sites for one in other.near_best] == [tuple(outcome.platforms.index)]
