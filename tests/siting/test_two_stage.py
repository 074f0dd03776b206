"""Two-stage placement: sizes of a site, sites insisted on or ruled out, bad input, what is lacking."""

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import InfeasibleError, InputError


def test_one_more_platform_is_never_dearer_where_opening_is_free():
    rng = np.random.default_rng(0)
    inbound, outbound = rng.uniform(1, 9, (4, 6)), rng.uniform(1, 9, (6, 8))
    values = [siting.two_stage(inbound, outbound, np.ones(8), supply=[5, 5, 5, 5], p=p).value for p in range(1, 7)]
    assert values == sorted(values, reverse=True)


def test_only_one_size_of_a_site_opens():
    found = siting.two_stage(
        [[0, 0, 9]], [[0, 0], [0, 0], [0, 0]], [3, 3], supply=[9], capacity=[3, 3, 3], groups=["a", "a", "b"]
    )
    assert 2 in found.sites
    assert len(found.sites) == 2


def test_required_and_forbidden_sites():
    case = {"inbound": [[1, 3]], "outbound": [[2], [1]], "demand": [10], "supply": [20], "opening": [50, 5]}
    assert siting.two_stage(**case, required=[0]).sites.tolist() == [0]
    assert siting.two_stage(**case, forbidden=np.array([False, True])).sites.tolist() == [0]


def test_unmet_demand_at_a_price():
    found = siting.two_stage([[1]], [[1]], [10], supply=[4], unmet_cost=100)
    assert found.value == pytest.approx(4 * 2 + 6 * 100)
    assert found.unmet.tolist() == [pytest.approx(6)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supply": [4]}, "at least 6 of 10 is lacking .customers: 0 lacks 6."),
        ({"capacity": [7]}, "0 lacks 3"),
        ({"outbound": [[np.inf]]}, "no platform that can be supplied reaches customers 0"),
    ],
)
def test_what_is_lacking_is_said(change, words):
    case = {"inbound": [[1]], "outbound": [[1]], "demand": [10], "supply": [20]} | change
    with pytest.raises(InfeasibleError, match=words):
        siting.two_stage(**case)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inbound": [[1, -1]]}, r"inbound\[0, 1\]: found -1.0; expected 0 or more"),
        ({"outbound": [[1], [np.nan]]}, r"outbound\[1, 0\]: found nan"),
        ({"outbound": [[1]]}, r"inbound, outbound: found shapes \(1, 2\) and \(1, 1\)"),
        ({"demand": [1, 2]}, r"demand: found shape \(2,\); expected shape \(1,\)"),
        ({"demand": [np.inf]}, r"demand\[0\]: found inf; expected a finite number"),
        ({"p": 0}, "p: found 0; expected a whole number from 1 to 2"),
        ({"p": 3}, "p: found 3; expected a whole number"),
        ({"p": 1.5}, "p: found 1.5; expected a whole number"),
        ({"demand": 1.0}, r"demand: found shape \(\)."),
        ({"inbound": [[1, 1], [1]]}, "inbound: found .*expected an array of numbers"),
        ({"required": [0.7]}, r"required: found \[0.7\]; expected site indices"),
        ({"required": ["a"]}, "expected site indices"),
        ({"time_limit_s": float("nan")}, "time_limit_s: found nan"),
        ({"required": [2]}, "required: found 2; expected a site index from 0 to 1"),
        ({"forbidden": np.array([True])}, "forbidden: found a mask of shape"),
        ({"yield_": [-0.5]}, r"yield_\[0\]: found -0.5"),
    ],
)
def test_bad_input_is_refused_before_any_solver(change, words):
    case = {"inbound": [[1, 1]], "outbound": [[1], [1]], "demand": [1], "supply": [2]} | change
    with pytest.raises(InputError, match=words):
        siting.two_stage(**case)


def test_a_source_that_yields_nothing_lacks_whatever_it_has():
    with pytest.raises(InfeasibleError, match=r"at least 0\.5 of 1 is lacking"):
        siting.two_stage([[0], [0]], [[0]], [1], supply=[0.5, 1e17], yield_=[1, 0])
