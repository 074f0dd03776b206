"""Searches that a limit or Ctrl-C stops, and what they tell on the way."""

import signal
from functools import partial

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import InputError


def hard(name):
    """A call that no machine proves within seconds."""
    rng = np.random.default_rng(1)
    cost = rng.uniform(1, 1000, (400, 150))
    demand = rng.integers(1, 30, 400).astype(float)
    places, many = rng.uniform(0, 10, (1000, 2)), rng.integers(5, 36, 1000).astype(float)
    near = np.hypot(*(places[:, None] - places[None, :100]).transpose(2, 0, 1))
    capacity = rng.uniform(0.1, 3.9, 100) * many.sum() / 100
    calls = {
        "p_median": partial(siting.p_median, cost, 10),
        "p_center": partial(siting.p_center, cost, 10),
        "max_cover": partial(siting.max_cover, cost, 10, 100.0, demand=demand),
        "open": partial(siting.facility_location, cost, demand, np.full(150, 1e5)),
        "capacity": partial(siting.facility_location, near, many, rng.uniform(0, 90, 100) + 105 * capacity**0.5, capacity=capacity),
        "single": partial(siting.facility_location, near[:400, :60], many[:400], 105 * capacity[:60]**0.5, capacity=capacity[:60], single_source=True),
        "two_stage": partial(siting.two_stage, cost.T[:100, :100], cost[:100, :150], demand[:150], supply=np.full(100, 60.0),
                             opening=rng.uniform(1e4, 1e5, 100), source_opening=rng.uniform(1e4, 1e5, 100), capacity=np.full(100, 250.0)),
    }  # fmt: skip
    return calls[name]


NAMES = ["p_median", "p_center", "max_cover", "open", "capacity", "single", "two_stage"]


def check_unproved(found, name):
    assert found.status == "feasible"
    assert found.gap > 1e-6
    assert (found.bound > found.value) if name == "max_cover" else (found.bound < found.value)
    assert len(found.sites)


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_gives_the_best_so_far(name):
    limit = 3.0 if name in ("capacity", "single", "two_stage") else 1.0  # HiGHS takes a moment to find a first answer
    found = hard(name)(time_limit_s=limit)
    check_unproved(found, name)
    assert found.seconds >= 0.9 * limit


@pytest.fixture
def ctrl_c():
    """Ctrl-C raises `KeyboardInterrupt`, even where the tests run in the background and it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("name", NAMES)
def test_ctrl_c_gives_the_best_so_far(name):
    def press(progress):
        if np.isfinite(progress.value):
            signal.raise_signal(signal.SIGINT)

    check_unproved(hard(name)(time_limit_s=120.0, progress=press), name)


@pytest.mark.parametrize("name", NAMES)
def test_progress_narrows(name):
    told = []
    found = hard(name)(time_limit_s=3.0, progress=told.append)
    assert told
    sign = -1 if name == "max_cover" else 1
    values, bounds = [sign * one.value for one in told], [sign * one.bound for one in told]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)
    assert sign * found.value <= values[-1] + 1e-9 * abs(values[-1])


def test_alternatives_within_the_time_are_told_as_unproved():
    ranking = siting.PMedian(*hard("p_median").args).alternatives(3, time_limit_s=2.0)
    assert len(ranking) == 3
    assert {other.solution.status for other in ranking} == {"feasible"}
    assert [other.regret for other in ranking] == sorted(other.regret for other in ranking)


def test_a_wide_gap_may_be_asked_for():
    found = hard("p_median")(rel_gap=0.3)
    assert found.status == "optimal"
    assert found.gap <= 0.3


@pytest.mark.parametrize(
    "limits",
    [
        {"time_limit_s": -1},
        {"time_limit_s": float("nan")},
        {"time_limit_s": "5"},
        {"time_limit_s": None},
        {"rel_gap": -0.1},
    ],
)
def test_limits_are_checked(limits):
    with pytest.raises(InputError, match="limits of the search has 1 fault"):
        siting.p_median([[1.0]], 1, **limits)
