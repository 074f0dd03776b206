"""Small two-stage problems with everything that is awkward in them, and their answers by trying every set."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.siting.problems import arrays


@st.composite
def two_stage_problems(draw, yields=(0.5, 0.9, 1.0), supplies=(0.0, 3.0, 8.0)):
    """Small problems with forbidden pairs, ties, free sites, yields and groups; not all can be served."""
    sources, platforms, customers = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cost = st.sampled_from([0.0, 1.0, 2.0, 2.0, 5.0, np.inf])

    return {
        "inbound": arrays(draw, cost, sources, platforms),
        "outbound": arrays(draw, cost, platforms, customers),
        "demand": arrays(draw, st.sampled_from([0.0, 1.0, 4.0]), customers),
        "supply": arrays(draw, st.sampled_from(supplies), sources),
        "capacity": arrays(draw, st.sampled_from([2.0, 6.0, 20.0]), platforms),
        "opening": arrays(draw, st.sampled_from([0.0, 3.0, 7.0]), platforms),
        "yield_": arrays(draw, st.sampled_from(yields), sources),
        "groups": arrays(draw, st.integers(0, 2), platforms),
    }


def least_cost(case, p=None, forbidden_sets=()):
    """Least cost over every set of platforms, the flows of each by linear programming."""
    best = np.inf
    platforms = len(case["capacity"])
    for size in range(platforms + 1):
        for chosen in combinations(range(platforms), size):
            groups = case["groups"][list(chosen)]
            if len(set(groups)) < size or (p is not None and size != p) or frozenset(groups.tolist()) in forbidden_sets:
                continue
            best = min(best, flow_cost(case, list(chosen)) + case["opening"][list(chosen)].sum())
    return best


def flow_cost(case, chosen):
    """Least cost of the flows through a set of platforms, by linear programming."""
    sources, customers, yield_ = len(case["supply"]), len(case["demand"]), case["yield_"]
    into = [(i, j) for i, j in product(range(sources), chosen) if np.isfinite(case["inbound"][i, j]) and yield_[i] > 0]
    out = [(j, k) for j, k in product(chosen, range(customers)) if np.isfinite(case["outbound"][j, k])]
    if not out:
        return 0.0 if case["demand"].sum() == 0 else np.inf
    cost = [case["inbound"][pair] for pair in into] + [case["outbound"][pair] for pair in out]
    upper, limits, equal, rights = [], [], [], []
    for i in range(sources):
        upper.append([float(a == i) for a, _ in into] + [0.0] * len(out))
        # No source ships more than all demand needs: figures far apart are no matter for the linear program.
        limits.append(min(case["supply"][i], case["demand"].sum() / yield_[i]) if yield_[i] > 0 else 0.0)
    for j in chosen:
        upper.append([0.0] * len(into) + [float(a == j) for a, _ in out])
        limits.append(case["capacity"][j])
        equal.append([case["yield_"][a] * (b == j) for a, b in into] + [-float(a == j) for a, _ in out])
        rights.append(0.0)
    for k in range(customers):
        equal.append([0.0] * len(into) + [float(b == k) for _, b in out])
        rights.append(case["demand"][k])
    found = linprog(cost, A_ub=upper, b_ub=limits, A_eq=equal, b_eq=rights)
    return found.fun if found.status == 0 else np.inf
