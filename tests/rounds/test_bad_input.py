"""What is refused, and in which words."""

import numpy as np
import pytest

from coopgeo.errors import InputError
from coopgeo.rounds import Fleet, estimated_rounds_cost, least_rounds_cost, plan_rounds

WAYS = np.full((3, 3), 100.0)
FLEET = Fleet(1, cost_eur_km=1)
FUNCTIONS = pytest.mark.parametrize("function", [plan_rounds, least_rounds_cost, estimated_rounds_cost])


def test_a_fleet_tells_all_its_faults():
    with pytest.raises(InputError) as error:
        Fleet(0, cost_eur_km=-1, shift_s=0, stop_s=np.inf, depot_s="x")
    assert str(error.value).startswith("fleet has 5 faults")
    assert "capacity_t: found 0; expected more than 0" in str(error.value)
    assert "cost_eur_km: found -1; expected a finite number, 0 or more" in str(error.value)


@FUNCTIONS
def test_all_faults_are_told_at_once(function):
    with pytest.raises(InputError) as error:
        function(-WAYS, WAYS[:2], [1, 1], fleet=FLEET, toll_eur=WAYS * np.nan)
    for fault in (
        "length_m[0, 0]: found -100.0",
        "time_s: found shape (2, 3); expected shape (3, 3)",
        "toll_eur[0, 0]",
    ):
        assert fault in str(error.value)


@FUNCTIONS
@pytest.mark.parametrize("load", [[1, np.inf], [1, -1], [1, np.nan], ["a", "b"], [[[1, 1]]]])
def test_loads_are_finite_numbers(function, load):
    with pytest.raises(InputError, match="load_t"):
        function(WAYS, WAYS, load, fleet=FLEET)


@FUNCTIONS
def test_kilograms_in_the_place_of_tonnes_are_asked_about(function):
    with pytest.raises(InputError, match=r"load_t: found 200000.0; expected at most 100000 loads of a vehicle"):
        function(WAYS, WAYS, [1, 200_000], fleet=FLEET)


@FUNCTIONS
def test_a_fleet_is_a_fleet(function):
    with pytest.raises(InputError, match="fleet: found a dict; expected a Fleet"):
        function(WAYS, WAYS, [1, 1], fleet={"capacity_t": 1})


def test_a_plan_is_for_one_set_of_loads():
    with pytest.raises(InputError, match=r"load_t: found shape \(2, 2\); expected one load for each stop"):
        plan_rounds(WAYS, WAYS, [[1, 1], [1, 1]], fleet=FLEET)


@pytest.mark.parametrize(("name", "value"), [("iterations", 0), ("iterations", 1.5), ("seed", -1), ("bound_steps", -1)])
def test_how_long_to_search_is_a_whole_number(name, value):
    with pytest.raises(InputError, match=rf"{name}: found {value}; expected a whole number from"):
        plan_rounds(WAYS, WAYS, [1, 1], fleet=FLEET, **{name: value})


@pytest.mark.parametrize("depots", [0, 1.0, True])
def test_depots_are_counted(depots):
    with pytest.raises(InputError, match=r"depots: found .*; expected a whole number, 1 or more"):
        least_rounds_cost(WAYS, WAYS, [1, 1], fleet=FLEET, depots=depots)


@pytest.mark.parametrize("windows", [[[5, 3], [0, 9]], [[np.inf, np.inf], [0, 9]], [[0, 9]], [[-1, 4], [0, 9]]])
def test_windows_are_in_order(windows):
    with pytest.raises(InputError, match="windows_s"):
        plan_rounds(WAYS, WAYS, [1, 1], fleet=FLEET, windows_s=windows)
