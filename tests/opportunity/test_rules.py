"""Start, wait or stop: figures made by hand on either side of each threshold."""

import math
from dataclasses import replace

import pytest

from coopgeo.opportunity.rules import ANSWERS, ASSUMED_MOST, POTENTIAL_MOST, Figures, Span, judge

MARKET = Span(24.0, 32.0, 42.0)
ABOVE, BELOW = 1 + 1e-9, 1 - 1e-9
GOOD = Figures(
    cost=Span(25.0, 28.0, 31.0),
    market=MARKET,
    potential=0.2,
    wanted=100.0,
    within_reach_low=120.0,
    roles=5,
    roles_missing=0,
    delivery=Span(0.04, 0.05, 0.08),
    delivery_most=0.2,
    assumed=0.3,
)


def rules_of(figures):
    return {reason.rule: reason.answer for reason in judge(figures).reasons}


def test_a_chain_that_no_rule_speaks_against_goes():
    verdict = judge(GOOD)
    assert verdict.answer == "go"
    assert {reason.answer for reason in verdict.reasons} == {"go"}
    assert len(verdict.reasons) == 6


@pytest.mark.parametrize(
    ("change", "rule", "answer"),
    [
        ({"cost": Span(25.0, 28.0, 32.0 * BELOW)}, "pays", "go"),
        ({"cost": Span(25.0, 28.0, 32.0 * ABOVE)}, "straddles", "wait"),
        ({"cost": Span(32.0 * BELOW, 33.0, 40.0)}, "straddles", "wait"),
        ({"cost": Span(32.0 * ABOVE, 33.0, 40.0)}, "dear", "wait"),
        ({"cost": Span(42.0 * BELOW, 50.0, 60.0)}, "dear", "wait"),
        ({"cost": Span(42.0 * ABOVE, 50.0, 60.0)}, "never_pays", "stop"),
        ({"cost": Span(42.0 * ABOVE, 50.0, 60.0), "subsidy": 0.4}, "dear", "wait"),
        ({"potential": POTENTIAL_MOST * BELOW}, "certain", "go"),
        ({"potential": POTENTIAL_MOST * ABOVE}, "potential", "wait"),
        ({"within_reach_low": 100.0}, "resource_enough", "go"),
        ({"within_reach_low": 100.0 * BELOW}, "resource_unsure", "wait"),
        ({"roles_missing": 1}, "roles_missing", "wait"),
        ({"delivery": Span(0.1, 0.15, 0.2)}, "delivery_fits", "go"),
        ({"delivery": Span(0.1, 0.15, 0.2 * ABOVE)}, "delivery_unsure", "wait"),
        ({"delivery": Span(0.2 * ABOVE, 0.3, 0.4)}, "delivery_dear", "wait"),
        ({"assumed": ASSUMED_MOST * BELOW}, "known", "go"),
        ({"assumed": ASSUMED_MOST * ABOVE}, "assumed", "wait"),
        ({"served": False}, "not_served", "wait"),
    ],
)
def test_each_rule_turns_at_its_threshold(change, rule, answer):
    found = replace(GOOD, **change)
    assert rules_of(found)[rule] == answer
    assert judge(found).answer == answer


@pytest.mark.parametrize(
    ("own", "supported", "rule", "answer"),
    [
        (100.0, 80.0, "own_cheaper", "go"),
        (100.0 * ABOVE, 80.0, "support_decides", "wait"),
        (200.0, 100.0, "support_decides", "wait"),
        (200.0, 100.0 * ABOVE, "existing_cheaper", "stop"),
    ],
)
def test_plants_of_others_decide_over_the_whole_range_of_the_support(own, supported, rule, answer):
    found = replace(GOOD, own=own, own_supported=supported, existing=100.0, support=304.0)
    verdict = judge(found)
    assert (rules_of(found)[rule], verdict.answer) == (answer, answer)
    assert verdict.about == ("own_platform" if answer == "stop" else "chain")


def test_what_stops_prevails_then_what_waits_and_their_reasons_come_first():
    worst = replace(
        GOOD,
        cost=Span(50.0, 60.0, 70.0),
        roles_missing=2,
        own=200.0,
        own_supported=150.0,
        existing=100.0,
        support=304.0,
    )
    verdict = judge(worst)
    assert (verdict.answer, verdict.about) == ("stop", "chain")  # not the platform alone: the chain does not pay
    order = [ANSWERS.index(reason.answer) for reason in verdict.reasons]
    assert order == sorted(order)
    waiting = judge(replace(GOOD, roles_missing=2))
    assert [reason.answer for reason in waiting.reasons][:2] == ["wait", "go"]


def test_each_reason_holds_a_figure_against_a_threshold():
    figures = replace(GOOD, own=200.0, own_supported=150.0, existing=100.0, support=304.0, roles_missing=1)
    for reason in judge(figures).reasons:
        assert math.isfinite(reason.figure)
        assert math.isfinite(reason.threshold)


def test_a_chain_of_which_little_is_known_still_has_a_verdict():
    assert judge(Figures(assumed=1.0)).answer == "wait"
    assert judge(Figures(assumed=0.0)).answer == "go"
