"""Compiled: cheapest walks from the depot and back under prices of the stops, for a lower bound of what rounds cost.

Model. c_R is what a round R costs (start and ways), in a plan each stop is in one round, and there are K rounds at
least. Take weights w_i >= 1 of the stops and a W with sum w_i <= W over every round, and prices p_i of the stops and
p >= 0 of a round. With

    u_i = p_i + w_i min (c_R - p - p(R)) / w(R), over all walks R from the depot and back that pass i, w(R) <= W,

p(R) and w(R) added up along the walk, K p + sum u_i is a lower bound of the cost of every plan. Proof: a round R is
such a walk through each of its stops, so sum over i in R of u_i <= p(R) + sum w_i (c_R - p - p(R)) / w(R) = c_R - p.
Added up over the rounds of a plan, at least K: sum u_i + K p <= sum c_R. A walk may pass a stop more than once (not
there, away and there again at once), so it is found by dynamic programming over the weights (Christofides, Mingozzi
and Toth 1981, Exact algorithms for the vehicle routing problem, Mathematical Programming 20, 255-282; the prices as in
Baldacci, Christofides and Mingozzi 2008, An exact algorithm for the vehicle routing problem based on the set
partitioning formulation, Mathematical Programming 115, 351-385). Prices rise where walks pass a stop too rarely, and
fall where they do too often (subgradient); every step gives a bound, the best one counts.
"""

from typing import Any

import numpy as np

from coopgeo.siting.engine.compiled import compiled


@compiled
def walks(cost: Any, price: Any, of_round: float, weight: Any, most: int) -> Any:
    """For each stop the least (c_R - p - p(R)) / w(R); how often these walks pass each stop, and how many they are."""
    stops = len(weight)
    there, before, there2, before2 = ways_out(cost.T.copy(), price, weight, most)
    back, after, back2, after2 = ways_out(cost, price, weight, most)
    ratio, passed, rounds = np.full(stops, np.inf), np.zeros(stops), 0.0
    for stop in range(stops):
        own = weight[stop]
        at_out, at_back, second_out, second_back = -1, -1, False, False
        home_best, home_second, home_next = back[:, stop].copy(), back2[:, stop].copy(), after[:, stop].copy()
        for out in range(own, most + 1):
            if there[out, stop] == np.inf:
                continue
            come, come2, came_from = there[out, stop], there2[out, stop], before[out, stop]
            for home in range(own, most + own - out + 1):
                two_out, two_back = False, False
                total = come + home_best[home]
                if came_from == home_next[home] and came_from >= 0:
                    one, other = come2 + home_best[home], come + home_second[home]
                    two_out, two_back = one <= other, one > other
                    total = min(one, other)
                each = (total + price[stop] - of_round) / (out + home - own)
                if each < ratio[stop]:
                    ratio[stop], at_out, at_back, second_out, second_back = each, out, home, two_out, two_back
        share = own / (at_out + at_back - own)
        rounds += share
        passed[stop] += share
        passed_on_the_way(stop, at_out, second_out, before, before2, weight, share, passed)
        passed_on_the_way(stop, at_back, second_back, after, after2, weight, share, passed)
    return ratio, passed, rounds


@compiled
def ways_out(into: Any, price: Any, weight: Any, most: int) -> Any:
    """Least cost less prices from the depot to each stop by weight, the stop before, and both of the next best.

    `into` has the costs of the ways to each node as its rows; with those of the ways that leave it, it is all turned
    round.
    """
    stops = len(weight)
    best, second = np.full((most + 1, stops), np.inf), np.full((most + 1, stops), np.inf)
    first, other = np.full((most + 1, stops), -2), np.full((most + 1, stops), -2)
    for total in range(1, most + 1):
        for stop in range(stops):
            left = total - weight[stop]
            if left < 0:
                continue
            if left == 0:
                best[total, stop] = into[stop + 1, 0] - price[stop]
                first[total, stop] = -1
                continue
            for last in range(stops):
                if last == stop:
                    continue
                value = best[left, last] if first[left, last] != stop else second[left, last]
                value += into[stop + 1, last + 1] - price[stop]
                if value < best[total, stop]:
                    second[total, stop], other[total, stop] = best[total, stop], first[total, stop]
                    best[total, stop], first[total, stop] = value, last
                elif value < second[total, stop]:
                    second[total, stop], other[total, stop] = value, last
    return best, first, second, other


@compiled
def passed_on_the_way(
    stop: int, total: int, next_best: bool, first: Any, other: Any, weight: Any, share: float, passed: Any
) -> None:
    """Count what a walk passed before it came to a stop."""
    last = other[total, stop] if next_best else first[total, stop]
    while last >= 0:
        total -= weight[stop]
        passed[last] += share
        next_best = first[total, last] == stop
        stop, last = last, other[total, last] if next_best else first[total, last]
