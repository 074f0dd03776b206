"""Small problems over periods with everything that is awkward in them, and their answers by trying every plan."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.siting.problems import arrays
from tests.siting.stages import flow_cost


@st.composite
def phased_problems(draw, platforms=3, periods=3):
    """Small problems: forbidden pairs, sizes of one place, ties, free sites, periods without demand."""
    sources, customers = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    cost = st.sampled_from([0.0, 1.0, 1.0, 2.0, 2.0, 5.0, 5.0, 9.0, 9.0, np.inf])
    demand = arrays(draw, st.sampled_from([0.0, 1.0, 4.0]), periods, customers)
    case = {
        "inbound": arrays(draw, cost, sources, platforms),
        "outbound": arrays(draw, cost, periods, platforms, customers),
        "demand": np.sort(demand, axis=0) if draw(st.booleans()) else demand,
        "supply": arrays(draw, st.sampled_from([3.0, 9.0, 20.0, 20.0]), sources),
        "capacity": arrays(draw, st.sampled_from([2.0, 6.0, 20.0]), platforms),
        "running": arrays(draw, st.sampled_from([0.0, 3.0, 7.0]), periods, platforms),
        "investment": arrays(draw, st.sampled_from([2.0, 4.0, 9.0]), platforms),
        "yield_": arrays(draw, st.sampled_from([0.5, 1.0]), sources),
        "groups": arrays(draw, st.sampled_from([0, 0, 1, 2]), platforms),
        "discount": arrays(draw, st.sampled_from([0.0, 0.5, 1.0, 2.5]), periods),
        "investment_discount": arrays(draw, st.sampled_from([0.0, 0.5, 1.0]), periods),
        "kept_share": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "may_close": draw(st.booleans()),
    }
    return case | {"p": draw(st.sampled_from([None, 1, 2]))}


@st.composite
def with_direct_flows(draw):
    """The same with flows that go straight, and customers who may be left unserved at a price."""
    case = draw(phased_problems())
    (sources, _), (periods, customers) = case["inbound"].shape, case["demand"].shape
    return case | {
        "direct": arrays(draw, st.sampled_from([1.0, 6.0, np.inf]), periods, sources, customers),
        "direct_yield": arrays(draw, st.sampled_from([0.5, 1.0]), sources, customers),
        "unmet_cost": arrays(draw, st.sampled_from([3.0, 12.0, np.inf]), customers),
    }


def least_cost(case):
    """Least present worth over every plan that is allowed; the flows of each period by linear programming."""
    periods, platforms = case["running"].shape
    sets = [
        frozenset(chosen)
        for size in range(platforms + 1)
        for chosen in combinations(range(platforms), size)
        if len({case["groups"][j] for j in chosen}) == size and (case["p"] is None or size <= case["p"])
    ]
    yearly = {(t, chosen): _yearly(case, t, chosen) for t in range(periods) for chosen in sets}
    best = np.inf
    for plan in product(sets, repeat=periods):
        costs = [yearly[t, chosen] for t, chosen in enumerate(plan)]
        value = float(case["discount"] @ costs) if np.isfinite(costs).all() else np.inf
        if value < best:
            best = min(best, value + _invested(case, plan))
    return best


def static(case, t):
    """The arrays of one period."""
    plain = {name: case[name] for name in ("inbound", "supply", "capacity", "yield_", "groups")}
    return plain | {"outbound": case["outbound"][t], "demand": case["demand"][t], "opening": case["running"][t]}


def _yearly(case, t, chosen):
    if "direct" in case:
        return _all_flows(case, t, sorted(chosen)) + sum(case["running"][t, j] for j in chosen)
    return flow_cost(static(case, t), sorted(chosen)) + sum(case["running"][t, j] for j in chosen)


def _all_flows(case, t, chosen):
    """Least cost of the flows of a period, straight ones and unmet demand among them, by linear programming.

    Columns: source to platform, platform to customer, source to customer, unmet.
    """
    (sources, platforms), customers = case["inbound"].shape, case["demand"].shape[1]
    closed = np.where(np.isin(np.arange(platforms), chosen), 0.0, np.inf)
    costs = [case["inbound"] + closed, case["outbound"][t] + closed[:, None], case["direct"][t], case["unmet_cost"]]
    f, g, h, u = (np.zeros((sources + 2 * platforms + customers, part.size)) for part in costs)
    for i, j in product(range(sources), range(platforms)):
        f[[i, sources + j], i * platforms + j] = 1.0, case["yield_"][i]
    for j, k in product(range(platforms), range(customers)):
        rows = [sources + j, sources + platforms + j, sources + 2 * platforms + k]
        g[rows, j * customers + k] = -1.0, 1.0, 1.0
    for i, k in product(range(sources), range(customers)):
        h[[i, sources + 2 * platforms + k], i * customers + k] = 1.0, case["direct_yield"][i, k]
    u[sources + 2 * platforms + np.arange(customers), np.arange(customers)] = 1.0
    cost = np.concatenate([part.ravel() for part in costs])
    if not np.isfinite(cost).any():
        return np.inf if case["demand"][t].any() else 0.0
    left = np.hstack([f, g, h, u])[:, np.isfinite(cost)]
    most = np.r_[:sources, sources + platforms : sources + 2 * platforms]
    equal = np.r_[sources : sources + platforms, sources + 2 * platforms : len(left)]
    found = linprog(
        cost[np.isfinite(cost)],
        A_ub=left[most],
        b_ub=np.concatenate([case["supply"], case["capacity"]]),
        A_eq=left[equal],
        b_eq=np.concatenate([np.zeros(platforms), case["demand"][t]]),
    )
    return found.fun if found.status == 0 else np.inf


def _invested(case, plan):
    """What a plan pays once, discounted; infinite for one that is not allowed."""
    total, before = 0.0, frozenset()
    for t, now in enumerate(plan):
        for i in before - now:
            successors = [j for j in now - before if _may_follow(case, i, j)]
            if not successors and not case["may_close"]:
                return np.inf
        for j in now - before:
            prices = [case["investment"][j]]
            former = [i for i in before if case["groups"][i] == case["groups"][j]]
            if former and _may_follow(case, former[0], j):
                prices.append(max(0.0, prices[0] - case["kept_share"] * case["investment"][former[0]]))
            total += case["investment_discount"][t] * min(prices)
        before = now
    return total


def _may_follow(case, i, j):
    return case["groups"][i] == case["groups"][j] and case["capacity"][j] >= case["capacity"][i]
