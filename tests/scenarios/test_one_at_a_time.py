"""One factor at a time: each end is what the study changed by hand costs."""

import numpy as np
import pytest

from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared
from coopgeo.scenarios.one_at_a_time import swings

from .small import closed, small_study


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    study = small_study(tmp_path_factory.mktemp("small"), probability={"haut": 0.5})
    few = closed(study, but=("handling_eur_t", "subsidy_share"))
    return Prepared(few, Job(alternatives=0))


def test_ends_cost_what_the_study_changed_by_hand_costs(prepared):
    moves = []
    table = swings(prepared, on_progress=lambda done, whole: moves.append((done, whole)))
    assert set(table.index) == {"customers.haut.exists", "parameters.handling_eur_t", "parameters.subsidy_share"}
    assert moves == [(1, 3), (2, 3), (3, 3)]
    for name in ("handling_eur_t", "subsidy_share"):
        row = table.loc[f"parameters.{name}"]
        for end in ("low", "high"):
            outcome = prepared.outcome(prepared.study.with_values(**{name: row[end]}))
            assert row[f"eur_unit_{end}"] == pytest.approx(outcome.cost.eur_per_unit)
            assert row[f"sites_{end}"] == tuple(sorted(outcome.accounts.sites))
    there = table.loc["customers.haut.exists"]
    without = prepared.outcome(prepared.study.with_row("customers", "haut", role="shown"))
    assert there["eur_unit_low"] == pytest.approx(without.cost.eur_per_unit)
    assert there["eur_unit_high"] == pytest.approx(prepared.outcome().cost.eur_per_unit)


def test_the_widest_swing_comes_first_and_an_end_that_cannot_be_served_before_all(prepared):
    wide = swings(prepared)
    width = (wide["eur_unit_high"] - wide["eur_unit_low"]).abs()
    assert width.is_monotonic_decreasing
    assert width.iloc[0] > 0
    study = prepared.study.changed(
        {"parameters": {"delivered_moisture": {"low": 0.3, "value": 0.3, "high": 0.45}}}
    )  # wetter than its boilers take
    first = swings(Prepared(study, prepared.job)).iloc[0]
    assert first.name == "parameters.delivered_moisture"
    assert np.isnan(first["eur_unit_high"])
    assert first["sites_high"] == ()
