"""Where the answer turns: on either side of the point found, a run of its own says so."""

from dataclasses import replace

import numpy as np
import pytest

from coopgeo.errors import CoopgeoError, InfeasibleError, InputError
from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared, pays_from, turns, with_break_even
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.text.messages import said


@pytest.fixture(scope="module")
def prepared(study):
    return Prepared(study, Job(direct=False, alternatives=0))


def best(prepared, study):
    return tuple(prepared.outcome(study).platforms.index)


def demanding(prepared, factor):
    return prepared.study.changed({"customers": multiplied_demand(prepared.study.chain().served(), factor)})


def test_on_either_side_of_a_turn_a_run_of_its_own_gives_the_answer(prepared):
    base = tuple(prepared.outcome().platforms.index)
    fewer, more = turns(prepared, "demand")
    assert (fewer.grows, more.grows) == (False, True)
    assert fewer.sites
    for turn, step in ((fewer, 2e-3), (more, -2e-3)):
        assert best(prepared, demanding(prepared, turn.at + step)) == base
        if turn.sites is None:
            with pytest.raises(InfeasibleError):
                prepared.outcome(demanding(prepared, turn.at))
        else:
            assert best(prepared, demanding(prepared, turn.at)) == turn.sites != base
            assert prepared.outcome(demanding(prepared, turn.at)).cost.eur_per_unit == pytest.approx(turn.eur_per_unit)


def test_an_answer_that_does_not_turn_says_how_far_was_looked(prepared):
    fewer, more = turns(prepared, "handling_eur_t", low=0.0, high=10.0)
    assert (fewer.at, fewer.sites, fewer.end) == (None, None, 0.0)
    assert (more.at, more.sites, more.end) == (None, None, 10.0)


def test_customers_that_cannot_be_served_are_a_turn_without_sites(prepared):
    wet = turns(Prepared(prepared.study, Job(alternatives=0, required=["la-frenaye"])), "demand", low=0.9, high=1.5)[1]
    assert wet.sites is None
    assert 1.0 < wet.at < 1.5


def test_values_that_the_study_refuses_end_the_range(prepared):
    moisture = turns(prepared, "delivered_moisture")[1]  # some customers take 30 % and no wetter
    assert moisture.end == pytest.approx(0.30)
    assert moisture.at is None


def test_the_chain_pays_from_the_subsidy_at_which_it_costs_what_the_market_asks(prepared):
    price = prepared.outcome().cost.eur_per_unit - 1.0
    share = pays_from(prepared, "subsidy_share", market_eur_unit=price)
    assert 0 < share < 0.625
    assert prepared.outcome(prepared.study.with_values(subsidy_share=share)).cost.eur_per_unit == pytest.approx(
        price, abs=0.01
    )
    assert pays_from(prepared, "subsidy_share", market_eur_unit=10.0) is None
    assert pays_from(prepared, "subsidy_share", market_eur_unit=1000.0) == 0.0


def test_an_assumption_that_is_unknown_is_named(prepared):
    with pytest.raises(InputError) as error:
        turns(prepared, "dreams")
    assert "dreams" in said(error.value, "fr")
    assert "subsidy_share" in said(error.value, "fr")


class Short(Prepared):
    """A job whose time is up at some prices of diesel: before the proof, or before any answer."""

    def __init__(self, prepared, *, unproved, unanswered=lambda _: False):
        super().__init__(prepared.study, prepared.job, ways=prepared.placement().ways)
        self._unproved, self._unanswered = unproved, unanswered

    def outcome(self, study=None, job=None):
        found = super().outcome(study, job)
        diesel = found.chain.parameters.diesel_eur_l.value
        if self._unanswered(diesel):
            raise CoopgeoError("no answer was found")
        return replace(found, solution=replace(found.solution, status="feasible")) if self._unproved(diesel) else found


def test_a_point_that_is_not_proved_marks_the_side_it_lies_on(prepared):
    value = prepared.study.chain().parameters.diesel_eur_l.value
    fewer, more = turns(Short(prepared, unproved=lambda diesel: diesel > value), "diesel_eur_l")
    assert (fewer.proved, more.proved) == (True, False)
    fewer, more = turns(Short(prepared, unproved=lambda diesel: diesel == value), "diesel_eur_l")
    assert (fewer.proved, more.proved) == (False, False)
    assert all(turn.proved for turn in turns(prepared, "diesel_eur_l"))


def test_where_time_allows_no_answer_the_range_ends_before_and_nobody_is_said_to_go_without(prepared):
    value = prepared.study.chain().parameters.diesel_eur_l.value
    short = Short(prepared, unproved=lambda _: False, unanswered=lambda diesel: diesel > value + 0.3)
    _, more = turns(short, "diesel_eur_l", low=value, high=value + 1.0)
    assert (more.at, more.sites, more.proved) == (None, None, False)
    assert more.end == pytest.approx(value + 0.25)


def test_the_subsidy_from_which_it_pays_says_whether_it_is_proved(prepared):
    outcome = prepared.outcome()
    cheap = prepared.study.with_values(market_price_eur_mwh=outcome.cost.eur_per_unit - 1.0)
    never = Short(Prepared(cheap, prepared.job), unproved=lambda _: True)
    assert not with_break_even(never.outcome(), never).break_even.pays_proved
    always = Prepared(cheap, prepared.job, ways=prepared.placement().ways)
    assert with_break_even(always.outcome(), always).break_even.pays_proved


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"high": np.nan}, "high"),
        ({"low": -np.inf}, "low"),
        ({"high": "dear"}, "high"),
        ({"low": 2.0, "high": 1.5}, "low"),
        ({"low": 1.2, "high": 1.5}, "low"),
        ({"high": 0.9}, "high"),
    ],
)
@pytest.mark.parametrize("looked", [turns, pays_from])
def test_a_range_that_does_not_hold_the_value_of_the_study_is_refused(prepared, looked, ends, words):
    with pytest.raises(InputError) as error:
        looked(prepared, "demand", **ends)
    assert words in said(error.value, "fr")
    assert "demand" in said(error.value, "fr")


@pytest.mark.parametrize("price", [np.nan, -1.0, np.inf, "dear"])
def test_a_price_of_the_market_that_is_none_is_refused(prepared, price):
    with pytest.raises(InputError, match="market_eur_unit"):
        pays_from(prepared, "subsidy_share", market_eur_unit=price)
