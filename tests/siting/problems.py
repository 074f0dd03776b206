"""Small location problems with everything that is awkward in them, and their answers by trying every set of sites."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

COSTS = st.sampled_from([0.0, 1.0, 2.0, 2.0, 3.5, 7.0, np.inf])
AMOUNTS = st.sampled_from([0.0, 1.0, 1.0, 2.5])


def arrays(draw, strategy, *shape):
    size = int(np.prod(shape))
    return np.array(draw(st.lists(strategy, min_size=size, max_size=size))).reshape(shape)


@st.composite
def matrices(draw, most_points=12, most_sites=7):
    return arrays(draw, COSTS, draw(st.integers(1, most_points)), draw(st.integers(1, most_sites)))


@st.composite
def choices(draw, sites, *, number=True):
    """p, required and forbidden that do not contradict each other."""
    kinds = arrays(draw, st.sampled_from([0, 0, 0, 1, -1]), sites)
    required, forbidden = np.flatnonzero(kinds == 1), np.flatnonzero(kinds == -1)
    if not number:
        return {"required": required, "forbidden": forbidden}
    if len(forbidden) == sites:
        forbidden = forbidden[1:]
    return {
        "p": draw(st.integers(max(1, len(required)), sites - len(forbidden))),
        "required": required,
        "forbidden": forbidden,
    }


def sets(sites, p=None, required=(), forbidden=(), groups=None):
    """Every set of sites that is allowed."""
    for size in range(sites + 1) if p is None else (p,):
        for chosen in combinations(range(sites), size):
            if not set(required) <= set(chosen) or set(forbidden) & set(chosen):
                continue
            if groups is None or len({groups[j] for j in chosen}) == size:
                yield list(chosen)


def median_value(cost, demand, chosen):
    if not chosen:
        return 0.0 if not demand.any() else np.inf
    near = cost[:, chosen].min(axis=1)
    return float((demand[demand > 0] * near[demand > 0]).sum())


def center_value(cost, chosen):
    return float(cost[:, chosen].min(axis=1).max())


def covered(cost, radius, chosen):
    return (cost[:, chosen] <= radius).any(axis=1)


def split_value(cost, demand, capacity, chosen):
    """Least cost of serving all demand from a set of sites within their capacities, by linear programming."""
    pairs = [(i, j) for i in np.flatnonzero(demand) for j in chosen if np.isfinite(cost[i, j])]
    if not pairs:
        return np.inf if demand.any() else 0.0
    equal = [[float(a == i) for a, _ in pairs] for i in np.flatnonzero(demand)]
    upper = [[float(b == j) for _, b in pairs] for j in chosen]
    room = [min(capacity[j], 1e6) for j in chosen]
    found = linprog([cost[pair] for pair in pairs], A_ub=upper, b_ub=room, A_eq=equal, b_eq=demand[demand > 0])
    return found.fun if found.status == 0 else np.inf


def single_value(cost, demand, capacity, chosen):
    """The same, each point from one site, by trying every assignment."""
    points = np.flatnonzero(demand)
    best = np.inf if len(points) else 0.0
    for sites in product(chosen, repeat=len(points)):
        load = np.bincount(sites, demand[points], minlength=len(capacity))
        if (load <= capacity).all():
            best = min(best, float((demand[points] * cost[points, list(sites)]).sum()))
    return best


def plain_model(cost, demand, *, p=None, opening=0.0, capacity=None, single_source=False):
    """Value of the textbook model of facility location, solved by SciPy."""
    n, m = cost.shape
    point, site = (part.ravel() for part in np.indices((n, m)))
    x, y = np.arange(n * m), n * m + np.arange(m)
    each = coo_array((np.ones(n * m), (point, x)), shape=(n, n * m + m))
    link = coo_array(
        (np.r_[np.ones(n * m), -np.ones(n * m)], (np.r_[x, x], np.r_[x, y[site]])), shape=(n * m, n * m + m)
    )
    rules = [LinearConstraint(each, 1, 1), LinearConstraint(link, -np.inf, 0)]
    if p is not None:
        rules.append(LinearConstraint(coo_array((np.ones(m), (np.zeros(m, dtype=int), y)), shape=(1, n * m + m)), p, p))
    if capacity is not None:
        load = coo_array(
            (np.r_[demand[point], -capacity], (np.r_[site, np.arange(m)], np.r_[x, y])), shape=(m, n * m + m)
        )
        rules.append(LinearConstraint(load, -np.inf, 0))
    prices = np.r_[(demand[:, None] * cost).ravel(), np.broadcast_to(opening, m)]
    return milp(
        prices,
        constraints=rules,
        integrality=np.r_[np.full(n * m, float(single_source)), np.ones(m)],
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    ).fun
