"""What comes in is made plain or refused in words: kinds of numbers and arrays, sums beyond all measure."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import InputError
from coopgeo.siting.engine import knapsacks, lagrangian, swaps

COST = np.array([[1.0, 4.0, np.inf], [4.0, 1.0, 2.0], [9.0, 3.0, 1.0]])
ONES = np.ones(3)
# Each problem, asked with other arrays: name to (call, names of its costs, names of its amounts).
CALLS = {
    "p_median": (lambda **more: siting.p_median(**{"unit_cost": COST, "p": 2} | more), ["unit_cost"], ["demand"]),
    "p_center": (lambda **more: siting.p_center(**{"distance": COST, "p": 2} | more), ["distance"], []),
    "max_cover": (
        lambda **more: siting.max_cover(**{"distance": COST, "p": 2, "radius": 3.0} | more),
        ["distance"],
        ["demand"],
    ),
    "set_cover": (
        lambda **more: siting.set_cover(**{"distance": COST, "radius": 3.0} | more),
        ["distance"],
        ["opening"],
    ),
    "facility_location": (
        lambda **more: siting.facility_location(**{"unit_cost": COST, "demand": ONES, "opening": ONES} | more),
        ["unit_cost"],
        ["demand", "opening", "capacity"],
    ),
    "two_stage": (
        lambda **more: siting.two_stage(
            **{"inbound": COST, "outbound": COST, "demand": ONES, "supply": 9 * ONES} | more
        ),
        ["inbound", "outbound"],
        ["demand", "supply", "source_opening", "opening", "capacity", "yield_"],
    ),
    "push": (
        lambda **more: siting.push(
            **{"inbound": COST, "outlet_cost": COST, "supply": ONES, "shares": ONES / 4, "outlet_output": range(3)}
            | more
        ),
        ["inbound", "outlet_cost"],
        ["supply", "opening", "capacity", "outlet_capacity", "waste_cost", "shares"],
    ),
}
COSTS = [(name, column) for name, (_, costs, _) in CALLS.items() for column in costs]
AMOUNTS = [(name, column) for name, (_, _, amounts) in CALLS.items() for column in amounts]
NO_NUMBERS = {
    "masked": np.ma.masked_array(COST, mask=COST == 4.0),
    "datetime": np.full((3, 3), np.datetime64("2026-01-01")),
    "timedelta": np.full((3, 3), np.timedelta64(5, "m")),
    "complex": COST + 1j,
    "structured": np.zeros((3, 3), dtype=[("km", "f8")]),
    "bytes": np.full((3, 3), b"1"),
    "text": np.full((3, 3), "1"),
    "true or false": np.isfinite(COST),
    "none": [[1.0, None, 2.0]] * 3,
    "dates": [[datetime(2026, 1, 1)] * 3] * 3,  # noqa: DTZ001
    "spans": [[timedelta(minutes=5)] * 3] * 3,
    "text among numbers": np.array([[1.0, "2", 3.0]] * 3, dtype=object),
    "beyond all measure": [[10**400, 1, 1]] * 3,
}


@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize(("name", "column"), [*COSTS, *AMOUNTS])
def test_what_is_no_number_is_refused(name, column, kind):
    values = NO_NUMBERS[kind]
    if (name, column) in AMOUNTS:
        values = values[0]
    if kind == "masked" and (name, column) in AMOUNTS:
        values = np.ma.masked_array(ONES, mask=[True, False, False])
    with pytest.raises(InputError, match=rf"{name} has .*\n  {column}: found .*; expected (an array of )?numbers"):
        CALLS[name][0](**{column: values})


@pytest.mark.parametrize(
    "numbers",
    [
        COST.astype(np.float32),
        np.asfortranarray(COST),
        np.repeat(COST, 2, axis=1)[:, ::2],
        COST.tolist(),
        COST.astype(">f8"),
        COST.astype(object),
        np.ma.masked_array(COST, mask=False),
        [[Fraction(1), 4.0, np.inf], [4, 1, np.float32(2)], [np.int8(9), 3, 1]],
    ],
)
@pytest.mark.parametrize(("name", "column"), COSTS)
def test_numbers_of_any_kind_are_taken(name, column, numbers):
    call = CALLS[name][0]
    assert call(**{column: numbers}).value == pytest.approx(call().value)


def test_a_decimal_is_told_to_be_no_number_of_floating_point():
    with pytest.raises(InputError, match=r"found Decimal\('1'\); expected an array of numbers"):
        siting.p_median([[Decimal(1)]], 1)


@pytest.mark.parametrize("name", ["p_median", "p_center", "max_cover"])
@pytest.mark.parametrize("p", [np.int8(2), np.uint64(2), np.int64(2)])
def test_a_whole_number_of_any_kind_is_taken(name, p):
    call = CALLS[name][0]
    assert call(p=p).value == call().value


@pytest.mark.parametrize("name", ["p_median", "p_center", "max_cover", "facility_location", "two_stage", "push"])
@pytest.mark.parametrize("p", [pytest.param(10**5000, id="10**5000"), np.True_, np.float64(2), "2", 2j, [2]])
def test_what_is_no_whole_number_is_refused(name, p):
    with pytest.raises(InputError, match=r"p: found .*; expected a whole number from 1 to 3"):
        CALLS[name][0](p=p)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "sites",
    [[True, 0], [0, np.True_], (False, 1), [[0, 1]], "01", 1, None, [None], {0.5}, np.ma.masked_array([0, 1], [1, 0])],
)
def test_sites_are_indices_or_a_mask(name, sites):
    for column in ("required", "forbidden"):
        with pytest.raises(InputError, match=rf"{column}: found .*; expected site indices .whole numbers. or a boolea"):
            CALLS[name][0](**{column: sites})


@pytest.mark.parametrize("sites", [[1], (1,), {1}, range(1, 2), np.array([1], dtype=np.uint8), [False, True, False]])
def test_sites_may_be_told_in_any_collection(sites):
    for call, _, _ in CALLS.values():
        assert 1 in call(required=sites).sites
        assert 1 not in call(forbidden=sites, required=[0, 2]).sites


NEVER_ADDED_UP = ("capacity", "outlet_capacity", "shares")


@pytest.mark.parametrize(("name", "column"), [one for one in AMOUNTS if one[1] not in NEVER_ADDED_UP])
def test_amounts_that_cannot_be_added_up_are_refused(name, column):
    with pytest.raises(InputError, match=rf"{name} has .*\n.* in all.*; expected less than 1e\+100"):
        CALLS[name][0](**{column: np.full(3, 1e308)})


@pytest.mark.parametrize("single_source", [False, True])
def test_a_capacity_may_be_as_large_as_one_likes(single_source):
    room = np.full(3, 1e308)
    found = CALLS["facility_location"][0](capacity=room, single_source=single_source)
    assert found.value == CALLS["facility_location"][0]().value
    assert CALLS["two_stage"][0](capacity=room).value == CALLS["two_stage"][0]().value
    assert CALLS["push"][0](capacity=room, outlet_capacity=room).value == CALLS["push"][0]().value


def test_a_price_that_cannot_be_multiplied_is_refused():
    with pytest.raises(InputError, match=r"unmet_cost: found .* in all, times demand"):
        CALLS["two_stage"][0](unmet_cost=1e308)


@pytest.mark.parametrize("name", ["max_cover", "set_cover"])
@pytest.mark.parametrize("radius", [True, 10**400, 3j, None, [3.0]])
def test_a_radius_is_a_finite_number(name, radius):
    with pytest.raises(InputError, match=r"radius: (found .*)?expected a finite number, 0 or more"):
        CALLS[name][0](radius=radius)


def test_no_demand_means_one_each_in_every_problem():
    for name in ("p_median", "max_cover", "facility_location", "two_stage"):
        call = CALLS[name][0]
        assert call(demand=None).value == call(demand=ONES).value > 0, name


def test_a_yield_of_nothing_leaves_a_source_out():
    found = siting.two_stage(COST, COST, 1e9 * ONES, supply=1e12 * ONES, yield_=[0.0, 1.0, 1.0])
    assert found.status == "optimal"
    assert found.flows[0].toarray()[0].sum() == 0


def signatures():
    kernels = (swaps.improve, swaps.nearest_cost, lagrangian.ascend_nearest, knapsacks.ascend_split)
    return [len(kernel.signatures) for kernel in kernels]


def test_nothing_is_compiled_anew_for_another_kind_of_array():
    rng = np.random.default_rng(2)
    cost, demand, opening = rng.uniform(1, 9, (20, 9)), rng.uniform(1, 5, 20), rng.uniform(1, 9, 9)
    capacity = np.full(9, demand.sum() / 3)
    fixed = np.array(cost)
    fixed.flags.writeable = False
    kinds = [
        cost,
        cost.astype(np.float32),
        np.asfortranarray(cost),
        np.repeat(cost, 2, axis=1)[:, ::2],
        fixed,
        cost.astype(">f8"),
        np.rint(cost).astype(np.int8),
        cost.astype(object),
    ]
    for matrix in kinds:
        for p in (3, np.int8(3), np.int64(3)):
            siting.p_median(matrix, p, demand=demand[::-1].astype(np.float32))
        siting.facility_location(matrix, demand, opening[::-1])
        for single_source in (False, True):
            siting.facility_location(
                matrix, demand.tolist(), opening, capacity=capacity.astype(np.float32), single_source=single_source
            )
    assert signatures() == [1, 1, 1, 1]


def test_compiling_is_no_part_of_the_time(monkeypatch):
    """The clock starts when what is compiled has been called once."""
    events = []
    engine = siting.PMedian(COST, 2)._engine
    monkeypatch.setattr(type(engine), "warm", lambda _: events.append("compiled"))
    monkeypatch.setattr("coopgeo.siting.problem.Watch", lambda *_: events.append("clock") or pytest.fail("stop"))
    with pytest.raises(pytest.fail.Exception, match="stop"):
        siting.PMedian(COST, 2).solve()
    assert events == ["compiled", "clock"]
