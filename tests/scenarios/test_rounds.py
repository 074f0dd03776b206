"""Rounds that serve other customers than those the ways were found for."""

import numpy as np
import pytest

from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared, draw

LEFT_OUT = "magasin-bolbec"


@pytest.fixture(scope="module")
def organic(study):
    return Prepared(study, Job(chain="organic", alternatives=0), measure="estimate")


@pytest.mark.parametrize(("customer", "role"), [(LEFT_OUT, "shown"), ("saint-valery", "served")])
def test_a_customer_more_or_less_costs_what_it_costs_on_ways_of_its_own(study, organic, customer, role):
    changed = study.changed({"customers": {customer: {"role": role}}}, chain="organic")
    anew = Prepared(changed, organic.job, measure="estimate").outcome()
    organic.placement()
    assert organic.outcome(changed).objective.value_eur_year == pytest.approx(anew.objective.value_eur_year)
    assert anew.objective.value_eur_year != pytest.approx(organic.base.objective.value_eur_year)


def test_draws_leave_out_customers_that_may_not_be_there(study):
    draws = draw(study, 8, seed=1, job=Job(chain="organic"), workers=1)
    shops = draws.samples[[f"customers.{LEFT_OUT}.exists"]].to_numpy()
    assert {0.0, 1.0} <= set(shops.ravel())
    assert (draws.states == "served").any()
    assert np.isfinite(draws.costs["eur_per_unit"]).all()
