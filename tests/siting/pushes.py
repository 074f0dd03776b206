"""Small problems of supply that must go somewhere, and their answers by trying every set."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.siting.problems import arrays


@st.composite
def push_problems(draw, most_open=(None, None, 1, 2, 3)):
    """Small problems with ties, gains, full outlets, forbidden pairs, sizes, plants of others; not all can be done."""
    sources, platforms = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    outputs, outlets = draw(st.integers(1, 2)), draw(st.integers(0, 4))
    row = st.sampled_from([[0.0, 0.0], [0.5, 0.0], [0.25, 0.5], [0.5, 0.5], [0.9, 0.1], [1.0, 0.0]])
    shares = np.array([draw(row)[:outputs] for _ in range(sources)])
    kinds = arrays(draw, st.sampled_from([0, 0, 0, 0, 1, -1]), platforms)
    group = arrays(draw, st.integers(0, 2), platforms)
    case = {
        "inbound": arrays(draw, st.sampled_from([0.0, 1.0, 1.0, 3.0, 5.0, 5.0, np.inf]), sources, platforms),
        "outlet_cost": arrays(draw, st.sampled_from([-9.0, -4.0, -4.0, 0.0, 2.0, 7.0, np.inf]), platforms, outlets),
        "supply": arrays(draw, st.sampled_from([0.0, 1.0, 4.0, 4.0, 10.0]), sources),
        "shares": draw(st.sampled_from([shares, shares[0]])),
        "outlet_output": arrays(draw, st.integers(0, outputs - 1), outlets).astype(int),
        "outlet_capacity": draw(
            st.sampled_from([None, arrays(draw, st.sampled_from([0.0, 0.5, 2.0, 5.0, np.inf]), outlets)])
        ),
        "waste_cost": draw(st.sampled_from([0.0, 3.0, arrays(draw, st.sampled_from([0.0, 1.0, 8.0]), outputs)])),
        "splits": draw(st.sampled_from([None, arrays(draw, st.booleans(), platforms)])),
        "opening": arrays(draw, st.sampled_from([0.0, 3.0, 20.0]), platforms),
        "capacity": arrays(draw, st.sampled_from([0.0, 2.0, 6.0, 20.0, np.inf]), platforms),
        "groups": group,
        "required": np.flatnonzero(kinds == 1),
        "forbidden": np.flatnonzero(kinds == -1),
    }
    limit, least = draw(st.sampled_from(most_open)), max(1, len(np.unique(group[case["required"]])))
    if limit is None or (most := platforms - len(case["forbidden"])) < least:
        return case
    return case | {draw(st.sampled_from(["p", "at_most"])): min(max(limit, least), most)}


def whole(case):
    """The same case with every array in full."""
    sources, platforms = case["inbound"].shape
    shares = np.atleast_2d(case["shares"])
    shares = np.broadcast_to(shares, (sources, shares.shape[1]))
    capacity, splits = case.get("outlet_capacity"), case.get("splits")
    return case | {
        "shares": shares,
        "outlet_capacity": np.full(len(case["outlet_output"]), np.inf) if capacity is None else capacity,
        "waste_cost": np.broadcast_to(case.get("waste_cost", 0.0), shares.shape[1]),
        "splits": np.ones(platforms, dtype=bool) if splits is None else splits,
    }


def push_cost(case, chosen):
    """Least cost of all flows through a set of platforms, by linear programming; without opening."""
    case = whole(case)
    supply, shares, outlet_output = case["supply"], case["shares"], case["outlet_output"]
    outputs, splitting = shares.shape[1], [j for j in chosen if case["splits"][j]]
    flows = [("in", i, j, case["inbound"][i, j]) for i in range(len(supply)) for j in chosen]
    flows += [("out", j, k, case["outlet_cost"][j, k]) for j in splitting for k in range(len(outlet_output))]
    flows += [("waste", j, o, case["waste_cost"][o]) for j in splitting for o in range(outputs)]
    flows = [flow for flow in flows if np.isfinite(flow[3])]
    if not flows:
        return np.inf if supply.any() else 0.0
    equal = [[float(kind == "in" and a == i) for kind, a, *_ in flows] for i in range(len(supply))]
    for j, o in product(splitting, range(outputs)):
        balance = []
        for kind, a, b, _ in flows:
            leaves = a == j and (outlet_output[b] if kind == "out" else b) == o
            balance.append(shares[a, o] * (b == j) if kind == "in" else -float(leaves))
        equal.append(balance)
    rights = supply.tolist() + [0.0] * (len(splitting) * outputs)
    upper = [[float(kind == "in" and b == j) for kind, _, b, _ in flows] for j in chosen]
    limits = [min(case["capacity"][j], supply.sum()) for j in chosen]
    upper += [[float(kind == "out" and b == k) for kind, _, b, _ in flows] for k in range(len(outlet_output))]
    limits += [min(room, supply.sum()) for room in case["outlet_capacity"]]
    found = linprog([cost for *_, cost in flows], A_ub=upper, b_ub=limits, A_eq=equal, b_eq=rights)
    return found.fun if found.status == 0 else np.inf


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
                value = push_cost(case, chosen) + case["opening"][chosen].sum()
                best[places] = min(best.get(places, np.inf), value)
    return sorted(((value, places) for places, value in best.items() if value < np.inf), key=lambda pair: pair[0])
