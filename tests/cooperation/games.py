"""Games of a few players: those of the literature, those of placements by trying every set of sites, any at all."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from tests.siting.problems import arrays


def bankruptcy(estate, claims):
    """What is left to each coalition when all others have had their claims (the Talmud)."""
    return [max(0.0, estate - sum(claims) + sum(part)) for part in parts(claims)]


def airport(lengths):
    """Each coalition pays for the longest runway that one of it needs."""
    return [max(part, default=0.0) for part in parts(lengths)]


def parts(amounts):
    """The amounts of the players of each coalition, in the order of a game."""
    return [
        [amount for amount, one in zip(amounts, bits[::-1], strict=True) if one]
        for bits in product([0, 1], repeat=len(amounts))
    ]


def sizes(players):
    """How many there are in each coalition."""
    return np.array([coalition.bit_count() for coalition in range(1 << players)])


def additive(amounts):
    """The game in which nobody gains by joining."""
    return np.array([sum(part) for part in parts(amounts)], dtype=float)


def placement_costs(unit_cost, demand, opening):
    """What each coalition of clients pays: the cheapest of all sets of sites, each client at the nearest."""
    (clients, sites), demand = np.shape(unit_cost), np.asarray(demand)
    best = np.full(1 << clients, np.inf)
    best[0] = 0.0
    inside = np.array(list(product([False, True], repeat=clients)))[:, ::-1]
    for chosen in product([False, True], repeat=sites):
        nearest = np.min(unit_cost, axis=1, initial=np.inf, where=np.array(chosen)[None])
        service = np.where(demand > 0, nearest, 0.0) * np.where(demand > 0, demand, 1.0)
        best = np.minimum(best, np.where(inside, service, 0.0).sum(axis=1) + np.dot(chosen, opening))
    return best


@st.composite
def value_games(draw, most=5, least=1):
    """Whole worths with many ties, some negative, all together worth no less than the sum of each alone."""
    players = draw(st.integers(least, most))
    worth = arrays(draw, st.integers(-3, 12), 1 << players).astype(float)
    worth[0] = 0.0
    worth[-1] = max(worth[-1], worth[1 << np.arange(players)].sum()) + draw(st.integers(0, 6))
    return worth


@st.composite
def placements(draw, clients=5, sites=4):
    """Clients, sites and openings in whole numbers: any, or such that each client is near to two sites.

    The second kind often has a program with a gap: sites as corners and clients as edges, one triangle is enough.
    """
    if draw(st.booleans()):
        pairs = draw(st.lists(st.permutations(range(sites)), min_size=clients, max_size=clients))
        return pairwise_near([order[:2] for order in pairs], sites)
    return {
        "unit_cost": arrays(draw, st.sampled_from([0.0, 1.0, 1.0, 4.0]), clients, sites),
        "demand": arrays(draw, st.sampled_from([1.0, 1.0, 2.0]), clients),
        "opening": arrays(draw, st.sampled_from([1.0, 2.0, 2.0, 3.0]), sites),
    }


def pairwise_near(pairs, sites):
    """Clients that two sites each serve for nothing, and the others at more than another one costs."""
    unit_cost = np.full((len(pairs), sites), 4.0)
    np.put_along_axis(unit_cost, np.array(pairs), 0.0, axis=1)
    return {"unit_cost": unit_cost, "demand": np.ones(len(pairs)), "opening": np.full(sites, 2.0)}


@st.composite
def cost_games(draw, most=5):
    """What coalitions of clients pay for their sites."""
    return placement_costs(**draw(placements(draw(st.integers(1, most)))))
