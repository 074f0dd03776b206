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
    """Least cost of the flows through a set of platforms, straight and unmet, by linear programming."""
    sources, customers, yield_ = len(case["supply"]), len(case["demand"]), case["yield_"]
    nothing = np.full((sources, customers), np.inf)
    direct = nothing if case.get("direct") is None else case["direct"]
    price = np.full(customers, np.inf) if case.get("unmet_cost") is None else case["unmet_cost"]
    gets, price = yields_of_pairs(case), np.broadcast_to(price, customers)
    into = [(i, j) for i, j in product(range(sources), chosen) if np.isfinite(case["inbound"][i, j]) and yield_[i] > 0]
    out = [(j, k) for j, k in product(chosen, range(customers)) if np.isfinite(case["outbound"][j, k])]
    straight = list(zip(*np.nonzero(np.isfinite(direct)), strict=True))
    unmet = np.flatnonzero(np.isfinite(price)).tolist()
    flows = (
        [("in", *pair) for pair in into] + [("out", *pair) for pair in out] + [("direct", *pair) for pair in straight]
    )
    flows += [("unmet", k, k) for k in unmet]
    if not flows:
        return 0.0 if case["demand"].sum() == 0 else np.inf
    costs = {"in": case["inbound"], "out": case["outbound"], "direct": direct, "unmet": np.diag(price)}
    upper, limits, equal, rights = [], [], [], []
    for i in range(sources):
        upper.append([float(kind in ("in", "direct") and a == i) for kind, a, _ in flows])
        # No source ships more than all demand needs: figures far apart are no matter for the linear program.
        used = [yield_[i]] * int(yield_[i] > 0) + gets[i, np.isfinite(direct[i])].tolist()
        limits.append(min(case["supply"][i], case["demand"].sum() / min(used)) if used else 0.0)
    for j in chosen:
        upper.append([float(kind == "out" and a == j) for kind, a, _ in flows])
        limits.append(min(case["capacity"][j], case["demand"].sum()))
        equal.append([
            yield_[a] * (b == j) if kind == "in" else -float(kind == "out" and a == j) for kind, a, b in flows
        ])  # fmt: skip
        rights.append(0.0)
    for k in range(customers):
        equal.append([(kind != "in" and b == k) * (gets[a, b] if kind == "direct" else 1.0) for kind, a, b in flows])
        rights.append(case["demand"][k])
    found = linprog([costs[kind][a, b] for kind, a, b in flows], A_ub=upper, b_ub=limits, A_eq=equal, b_eq=rights)
    return found.fun if found.status == 0 else np.inf


def yields_of_pairs(case):
    """Units that each customer gets per unit that leaves each source straight to him."""
    gets = np.asarray(case.get("direct_yield", 1.0))
    shape = len(case["supply"]), len(case["demand"])
    return np.broadcast_to(gets[:, None] if gets.ndim == 1 else gets, shape)


@st.composite
def direct_problems(draw, most_open=(None, 0, 1, 2, 3)):
    """As other two-stage problems, with flows straight to customers, and prices of unmet demand, in every kind."""
    case = draw(two_stage_problems())
    sources, platforms, customers = len(case["supply"]), len(case["capacity"]), len(case["demand"])
    if draw(st.booleans()):  # several sizes of the same places
        place = arrays(draw, st.integers(0, platforms - 1), platforms)
        case |= {"inbound": case["inbound"][:, place], "outbound": case["outbound"][place], "groups": place}
    case["capacity"] = arrays(draw, st.sampled_from([0.0, 1.0, 2.0, 2.5, 6.0, 20.0, np.inf]), platforms)
    cost = st.sampled_from([0.0, 1.0, 3.0, 6.0, 6.0, np.inf])
    gets = st.sampled_from([0.5, 0.9, 1.0, 1.25])
    case["direct"] = draw(st.sampled_from([None, *[arrays(draw, cost, sources, customers)] * 3]))
    shape = draw(st.sampled_from([(), (sources,), (sources, customers)]))
    case["direct_yield"] = arrays(draw, gets, *shape) if shape else draw(gets)
    prices = arrays(draw, st.sampled_from([0.0, 2.0, 9.0, np.inf]), customers)
    case["unmet_cost"] = draw(st.sampled_from([None, 4.0, prices]))
    kinds = arrays(draw, st.sampled_from([0, 0, 0, 0, 1, -1]), platforms)
    case["required"], case["forbidden"] = np.flatnonzero(kinds == 1), np.flatnonzero(kinds == -1)
    least = max(
        1 if case["direct"] is None and case["unmet_cost"] is None else 0,
        len(np.unique(case["groups"][case["required"]])),
    )
    limit = draw(st.sampled_from(most_open))
    if limit is None or (most := platforms - len(case["forbidden"])) < least:
        return case
    return case | {draw(st.sampled_from(["p", "at_most"])): min(max(limit, least), most)}


def ranking_by_trying(case):
    """The least cost of every set of places that may be open, cheapest first, as pairs of cost and set."""
    best = {}
    must, sites = set(case["groups"][case["required"]]), range(len(case["capacity"]))
    for size in range(len(sites) + 1):
        if size > case.get("at_most", len(sites)) or size != case.get("p", size):
            continue
        for chosen in map(list, combinations(sites, size)):
            places = frozenset(case["groups"][chosen].tolist())
            if len(places) == size and must <= places and not set(chosen) & set(case["forbidden"]):
                value = flow_cost(case, chosen) + case["opening"][chosen].sum()
                best[places] = min(best.get(places, np.inf), value)
    return sorted(((value, places) for places, value in best.items() if value < np.inf), key=lambda pair: pair[0])
