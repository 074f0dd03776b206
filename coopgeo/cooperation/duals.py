"""What a placement costs, shared by the prices of its linear program.

Clients k with demand d_k, sites j with opening cost f_j, unit costs c_kj. The cost of a coalition is that of serving
its clients at the least cost, each site opening as the coalition likes. The dual of the linear program of all:

    max  sum a_k
    s.t. a_k - b_kj <= d_k c_kj,  sum_k b_kj <= f_j,  b >= 0

No coalition pays more than it would alone, whatever its cost is: b of its clients alone is a dual of its own program.
Where the program has no gap, that is where some placement costs no more than sum a_k, the a_k are a sharing in the
core; where it has one there is no such sharing, and the gap is the least aid with which there is.

Source: M. X. Goemans and M. Skutella, Cooperative facility location games, Journal of Algorithms 50 (2004), 194-214.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog
from scipy.sparse import coo_array

from coopgeo.arrays import Floats
from coopgeo.cooperation.allocation import Allocation
from coopgeo.errors import CoopgeoError, Message
from coopgeo.siting import arguments
from coopgeo.siting.facility import FacilityLocation

_GAP = 1e-7  # of the cost: a gap that is rounding


def dual_sharing(
    unit_cost: ArrayLike, demand: ArrayLike | None, opening: ArrayLike | None, *, time_limit_s: float = 60.0
) -> Allocation:
    """Share the cost of a placement without limits of capacity so that no coalition would pay less alone.

    It takes a linear program and a placement, not one a coalition: hundreds of clients can share.

    Parameters
    ----------
    unit_cost : array_like, shape (clients, sites)
        Cost of a unit of demand of a client served from a site; `inf` = not allowed.
    demand : array_like, shape (clients,)
        Units of demand; None for 1 each. Who asks for nothing pays nothing.
    opening : array_like, shape (sites,)
        Cost of opening each site; None if opening costs nothing.
    time_limit_s : float
        Of the search for the placement.

    Returns
    -------
    Allocation
        Together they pay the value of the linear program, and no coalition pays more than alone. If `certified`, that
        is the least cost of all: the shares are in the core. If not, the rest must come from outside or the core is
        not proved to be empty (time was up).

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry.
    InfeasibleError
        If a client that asks for something is out of reach.

    Examples
    --------
    Two hamlets, each beside a site of its own, and a third site between them.

    >>> found = dual_sharing([[0, 9, 2], [9, 0, 2]], [1, 1], [6, 6, 6])
    >>> float(found.shares.sum().round(6)), found.certified
    (10.0, True)

    Three sites that serve two of three communes each: the last half must come from outside.

    >>> found = dual_sharing([[0, 0, 9], [0, 9, 0], [9, 0, 0]], [1, 1, 1], [1, 1, 1])
    >>> float(found.shares.sum().round(6)), found.certified
    (1.5, False)
    """
    limit_s = arguments.limits(time_limit_s)
    best = FacilityLocation(unit_cost, demand, opening).solve(time_limit_s=limit_s)
    cost = np.asarray(unit_cost, dtype=np.float64)
    weight = np.ones(len(cost)) if demand is None else np.asarray(demand, dtype=np.float64)
    fixed = np.zeros(cost.shape[1]) if opening is None else np.asarray(opening, dtype=np.float64)
    asks = weight > 0
    shares = np.zeros(len(cost))
    if not asks.any():
        return Allocation(shares, certified=True)
    scale = best.value if best.value > 0 else 1.0
    with np.errstate(invalid="ignore"):
        service = np.where(asks[:, None], weight[:, None] * cost, np.inf)
    shares[asks] = scale * _prices(service[asks] / scale, fixed / scale)
    return Allocation(shares, certified=bool(best.value - shares.sum() <= _GAP * scale))


def _prices(service: Floats, opening: Floats) -> Floats:
    """What each client pays at most in all, so that no site gets more than it costs; costs of about 1."""
    (clients, sites), (client, site) = service.shape, np.nonzero(np.isfinite(service))
    row, pairs = np.arange(len(client)), len(client)
    matrix = coo_array(
        (
            np.concatenate([np.ones(pairs), -np.ones(pairs), np.ones(pairs)]),
            (
                np.concatenate([row, row, pairs + site]),
                np.concatenate([client, clients + row, clients + row]),
            ),
        ),
        shape=(pairs + sites, clients + pairs),
    )
    found = linprog(
        np.concatenate([-np.ones(clients), np.zeros(pairs)]),
        A_ub=matrix.tocsr(),
        b_ub=np.concatenate([service[client, site], opening]),
        bounds=(0.0, None),
        method="highs",
    )
    if found.status != 0:
        raise CoopgeoError(Message("no answer was found: amounts or costs differ too much in size to be computed with"))
    return _not_overpaid(np.asarray(found.x[:clients]), service, opening)


def _not_overpaid(shares: Floats, service: Floats, opening: Floats) -> Floats:
    """Shares by which no site gets more than it costs to the last digit: lowered by what the program lets pass."""
    over = np.maximum(shares[:, None] - service, 0.0).sum(axis=0) - opening
    return np.maximum(shares - max(float(over.max()), 0.0), 0.0)
