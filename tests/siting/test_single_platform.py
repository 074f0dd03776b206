"""Two stages with one platform to open: which platforms will do, in which order, and what each ships."""

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.progress import Watch


@pytest.fixture(autouse=True)
def _no_branch_and_cut(monkeypatch):
    """The answers are those of the method for one platform; where it has none, what is lacking is still worked out."""
    real = Stages._solve

    def only_what_is_lacking(stages, *rest):
        assert stages.p is None or stages.unmet_cost is not None or not stages._of_few(1, rest[0])
        return real(stages, *rest)

    monkeypatch.setattr(Stages, "_solve", only_what_is_lacking)


def ranked(inbound, outbound, demand, **more):
    """Site and value of every place, best first."""
    problem = siting.TwoStage(inbound, outbound, demand, p=1, **more)
    found = problem.alternatives(len(outbound) + 1)
    return [(other.solution.sites.tolist(), other.solution.value) for other in found]


@pytest.mark.parametrize("plenty", [1e6, 1e9, 1e12, 1e17])
def test_a_source_without_limit_gives_just_what_the_cheaper_ones_lack(plenty):
    found = siting.two_stage([[1.0], [2.0], [3.0]], [[0.0]], [10.0], supply=[0.7, plenty, 5.0], p=1)
    assert found.flows[0].toarray().ravel() == pytest.approx([0.7, 9.3, 0.0], rel=1e-12)
    assert found.value == pytest.approx(0.7 + 2 * 9.3, rel=1e-12)


@pytest.mark.parametrize("plenty", [1e6, 1e9, 1e12, 1e17])
def test_plenty_elsewhere_does_not_blur_what_a_platform_gets(plenty):
    """The first source reaches the first platform only; at the second all comes from two small ones."""
    inbound = [[1.0, np.inf], [2.0, 2.0], [3.0, 3.0]]
    found = ranked(inbound, [[0.0], [0.0]], [1.0], supply=[plenty, 0.3, 0.9], yield_=[0.5, 1.0, 1.0])
    assert found == [([0], pytest.approx(2.0, rel=1e-12)), ([1], pytest.approx(0.3 * 2 + 0.7 * 3, rel=1e-12))]


def test_a_platform_too_small_for_all_demand_is_none():
    more = {"supply": [20], "opening": [1, 5, 9]}
    assert ranked([[0, 0, 0]], [[0]] * 3, [10], capacity=[9.9, 10, 11], **more) == [([1], 5.0), ([2], 9.0)]


def test_capacity_that_no_platform_has_is_said_to_lack():
    with pytest.raises(InfeasibleError, match="at least 1 of 10 is lacking"):
        siting.two_stage([[0, 0]], [[0], [0]], [10], supply=[20], capacity=[9, 8], p=1)


def test_a_place_stands_in_the_ranking_once_with_its_best_size():
    found = ranked([[0] * 4], [[0]] * 4, [1], supply=[1], opening=[4, 3, 2, 5], groups=["a", "a", "b", "b"])
    assert found == [([2], 2.0), ([1], 3.0)]


def test_a_place_stands_there_with_the_size_that_is_large_enough():
    found = ranked([[0] * 3], [[0]] * 3, [5], supply=[5], opening=[1, 7, 9], capacity=[4, 5, 5], groups=[0, 0, 1])
    assert found == [([1], 7.0), ([2], 9.0)]


def test_a_required_size_stands_for_its_place_and_a_forbidden_one_for_itself():
    more = {"supply": [1], "opening": [1, 4, 3, 2], "groups": [0, 1, 1, 1]}
    assert ranked([[0] * 4], [[0]] * 4, [1], required=[1], **more) == [([3], 2.0)]
    assert ranked([[0] * 4], [[0]] * 4, [1], required=[1], forbidden=[3], **more) == [([2], 3.0)]
    assert ranked([[0] * 4], [[0]] * 4, [1], forbidden=[0, 3], **more) == [([2], 3.0)]


def test_equal_costs_stay_in_the_order_of_the_platforms():
    assert ranked([[2] * 5], [[1]] * 5, [1], supply=[1]) == [([site], 3.0) for site in range(5)]


def test_supply_is_used_to_the_last_unit_and_no_further():
    inbound, outbound = [[1, 1], [5, 2]], [[0], [0]]
    found = siting.TwoStage(inbound, outbound, [9], supply=[4, 10], yield_=[1, 0.5], p=1).alternatives(2)
    assert [other.solution.value for other in found] == [4 + 20, 4 + 50]
    assert found[0].solution.flows[0].toarray().tolist() == [[0, 4], [0, 10]]


@pytest.mark.parametrize(("short", "enough"), [(1e-6, False), (1e-10, True)])
def test_a_sliver_that_is_lacking_is_a_matter_of_rounding(short, enough):
    """Less than a thousand-millionth of all demand."""
    problem = siting.TwoStage([[0]], [[0]], [10], supply=[10 * (1 - short)], capacity=[10], opening=[3], p=1)
    assert bool(problem.stages._of_few(1, Watch(np.inf))) is enough


def test_without_demand_the_cheapest_to_open_is_best():
    found = ranked([[np.inf, 1]], [[np.inf], [2]], [0], supply=[0], opening=[3, 4])
    assert found == [([0], 3.0), ([1], 4.0)]


def test_a_source_that_yields_nothing_gives_nothing():
    found = siting.two_stage([[0], [4]], [[1]], [6], supply=[1e17, 9], yield_=[0, 1], p=1)
    assert found.value == 6 * 5
    assert found.flows[0].toarray().tolist() == [[0], [6]]


def test_a_customer_out_of_reach_rules_a_platform_out_unless_he_needs_nothing():
    outbound = [[1, np.inf], [5, 5]]
    assert ranked([[0, 0]], outbound, [2, 1], supply=[9]) == [([1], 15.0)]
    assert ranked([[0, 0]], outbound, [2, 0], supply=[9]) == [([0], 2.0), ([1], 10.0)]
