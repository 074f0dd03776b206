"""Small tasks of rounds, and their best answers by trying every partition of the stops in every order."""

from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from coopgeo.rounds import Fleet

# Christofides and Eilon (1969), An algorithm for the vehicle-dispatching problem, instance E-n22-k4: coordinates of the
# depot and 21 stops, demands, capacity 6,000; distances rounded to whole numbers. Its optimum is 375, with 4 rounds.
E_N22_XY = np.array(
    [(145, 215), (151, 264), (159, 261), (130, 254), (128, 252), (163, 247), (146, 246), (161, 242), (142, 239),
     (163, 236), (148, 232), (128, 231), (156, 217), (129, 214), (146, 208), (164, 208), (141, 206), (147, 193),
     (164, 193), (129, 189), (155, 185), (139, 182)]
)  # fmt: skip
E_N22_DEMAND = np.array(
    [1100, 700, 800, 1400, 2100, 400, 800, 100, 500, 600, 1200, 1300, 1300, 300, 900, 2100, 1000, 900, 2500, 1800, 700]
)  # fmt: skip
E_N22_OPTIMUM = 375.0


def e_n22():
    apart = np.linalg.norm(E_N22_XY[:, None] - E_N22_XY, axis=2).round()
    return apart * 1000, E_N22_DEMAND, Fleet(6000, cost_eur_km=1)


def on_a_plane(random, stops, *, asymmetry=0.0):
    """Lengths in metres, times in seconds, loads below 1 t."""
    xy = random.uniform(0, 20_000, (stops + 1, 2))
    length = np.linalg.norm(xy[:, None] - xy, axis=2) * (1 + asymmetry * random.random((stops + 1,) * 2))
    return length, length / 14, random.uniform(0.05, 0.9, stops)


def round_of(length_m, time_s, stops, fleet, windows_s=None):
    """Hours and cost of a round; infinite where it comes too late. Leaving time: the best of every second of a few."""
    nodes = [0, *(stop + 1 for stop in stops), 0]
    ways = nodes[:-1], nodes[1:]
    driving = fleet.cost_eur_km * length_m[ways].sum() / 1000 + fleet.round_eur
    if windows_s is None:
        seconds = fleet.depot_s + time_s[ways].sum() + len(stops) * fleet.stop_s
        return (
            (seconds / 3600, driving + seconds / 3600 * fleet.cost_eur_h) if seconds <= fleet.shift_s else (np.inf,) * 2
        )
    shortest = np.inf
    for leave in np.arange(0, np.nanmax(np.where(np.isfinite(windows_s), windows_s, 0)) + 1):
        now = leave + fleet.depot_s
        for stop, way in zip(stops, time_s[ways], strict=False):
            now = max(now + way, windows_s[stop][0])
            if now > windows_s[stop][1]:
                break
            now += fleet.stop_s
        else:
            now += time_s[nodes[-2], 0]
            if now <= fleet.shift_s:
                shortest = min(shortest, now - leave)
    return shortest / 3600, driving + shortest / 3600 * fleet.cost_eur_h


def partitions(items):
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for parts in partitions(rest):
        yield [[first], *parts]
        for at, part in enumerate(parts):
            yield [*parts[:at], [first, *part], *parts[at + 1 :]]


def best_cost(length_m, time_s, load_t, fleet, windows_s=None):
    """The least cost of all rounds that serve every stop once."""
    known = {}

    def cheapest(part):
        key = tuple(part)
        if key not in known:
            over = load_t[list(part)].sum() > fleet.capacity_t * (1 + 1e-9)
            orders = () if over else permutations(part)
            known[key] = min(
                (round_of(length_m, time_s, order, fleet, windows_s)[1] for order in orders), default=np.inf
            )
        return known[key]

    return min(sum(map(cheapest, parts)) for parts in partitions(list(range(len(load_t)))))


@st.composite
def fleets(draw):
    return Fleet(
        capacity_t=draw(st.sampled_from([1.0, 1.5, 2.5, 10.0])),
        cost_eur_km=draw(st.sampled_from([0.0, 0.4, 1.0])),
        cost_eur_h=draw(st.sampled_from([0.0, 30.0])),
        shift_s=draw(st.sampled_from([np.inf, 14_000.0, 20_000.0])),
        stop_s=draw(st.sampled_from([0.0, 300.0])),
        depot_s=draw(st.sampled_from([0.0, 900.0])),
        round_eur=draw(st.sampled_from([0.0, 12.0])),
    )


@st.composite
def tasks(draw, most_stops=5, most_load=1.0):
    """Lengths, times, loads and a fleet; some ways are longer one way than the other."""
    stops = draw(st.integers(1, most_stops))
    steps = st.integers(0, 9)
    xy = np.array(draw(st.lists(st.tuples(steps, steps), min_size=stops + 1, max_size=stops + 1))) * 2_000.0
    length = np.abs(xy[:, None] - xy).sum(axis=2)
    length += 500.0 * np.array(draw(st.lists(st.integers(0, 2), min_size=length.size, max_size=length.size))).reshape(
        length.shape
    )
    np.fill_diagonal(length, 0.0)
    time = length / draw(st.sampled_from([8.0, 13.0]))
    load = np.array(draw(st.lists(st.floats(0.01, most_load), min_size=stops, max_size=stops)))
    return length, time, load, draw(fleets())
