"""The search for rounds by PyVRP, in whole numbers; the same input gives the same rounds.

PyVRP: Wouda, Lan and Kool 2024, PyVRP: a high-performance VRP solver package, INFORMS Journal on Computing 36,
943-955.
"""

import warnings
from typing import Any

import numpy as np

from coopgeo.arrays import Floats
from coopgeo.rounds.arguments import UNITS, Task, load_units, tenths

_WHOLE = 2.0**31  # what serving every stop alone costs, in the unit of the search
# What a unit of load or time beyond the limit costs the search at most, and after how many steps that is adapted.
# With less, rounds a few seconds too long look cheap, and small tasks end without an answer.
_DEAREST, _ADAPTED = 1e7, 50
_MOST = 2**44  # what PyVRP takes for a way


def searched(task: Task, load_t: Floats, *, iterations: int, seed: int) -> list[tuple[int, ...]]:
    """Rounds over all stops of a task with one depot, as positions in its loads; each stop can be served alone.

    Parameters
    ----------
    task : Task
    load_t : ndarray, shape (stops,)
        Loads, above 0 and no larger than the capacity.
    iterations, seed : int

    Returns
    -------
    list of tuple of int
        Within capacity, shift and windows as the search counts them.
    """
    import pyvrp  # noqa: PLC0415 - it writes to the log, and takes a while
    from pyvrp.stop import MaxIterations  # noqa: PLC0415

    stops = len(load_t)
    data, alone = _data(pyvrp, task, load_t), [[stop] for stop in range(stops)]
    params = pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(solutions_between_updates=_ADAPTED, max_penalty=_DEAREST))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it finds no rounds within the limits; `alone` always is
        best = pyvrp.solve(data, MaxIterations(iterations), seed=seed, collect_stats=False, params=params).best
    weigh = pyvrp.CostEvaluator([0.0], 0.0, 0.0)
    each = pyvrp.Solution(data, alone)
    if not best.is_feasible() or weigh.cost(each) < weigh.cost(best):
        best = each
    return sorted(tuple(visit.idx for visit in route if visit.is_client()) for route in best.routes())


def _data(pyvrp: Any, task: Task, load_t: Floats) -> Any:
    """The problem in whole numbers. Without windows nobody waits, so that the ways bear the cost of their time."""
    fleet, stops = task.fleet, len(load_t)
    way_eur = task.way_eur
    if task.has_windows:
        way_eur = way_eur - np.where(np.isfinite(way_eur), task.time_s, 0.0) / 3600 * fleet.cost_eur_h
    alone_eur = (task.way_eur[0, 1:] + task.way_eur[1:, 0]).sum() + stops * (fleet.start_eur + fleet.stop_eur)
    per_eur = _WHOLE / alone_eur if alone_eur > 0 else 1.0
    no_way = int(4 * _WHOLE)  # dearer than serving all alone, however that is rounded
    cost = np.where(np.isfinite(way_eur), np.round(np.minimum(way_eur * per_eur, _MOST)), no_way).astype(np.int64)
    time = np.where(np.isfinite(task.time_s), tenths(task.time_s), 0.0)
    limited, no_limit = np.isfinite(fleet.shift_s), np.iinfo(np.int64).max
    if not limited and not task.has_windows:
        time = np.zeros_like(time)
    shift, stop, depot = (int(tenths(part)) if np.isfinite(part) else no_limit
                          for part in (fleet.shift_s, fleet.stop_s, fleet.depot_s))  # fmt: skip
    windows = [
        (int(tenths(earliest)), int(tenths(latest)) if np.isfinite(latest) else no_limit)
        for earliest, latest in zip(task.earliest_s, task.latest_s, strict=True)
    ]
    clients = [
        pyvrp.Client(at + 1, pickup=[int(load)], service_duration=stop, tw_early=early, tw_late=late)
        for at, (load, (early, late)) in enumerate(zip(load_units(load_t, fleet), windows, strict=True))
    ]
    waiting = task.has_windows
    vehicles = pyvrp.VehicleType(
        num_available=stops,
        capacity=[UNITS],
        fixed_cost=round((fleet.round_eur if waiting else fleet.start_eur) * per_eur),
        tw_late=shift if waiting else no_limit,
        shift_duration=shift,
        unit_distance_cost=1,
        unit_duration_cost=round(fleet.cost_eur_h / 3600 / 10 * per_eur) if waiting else 0,
    )
    places = [pyvrp.Location(0, 0)] * (stops + 1)
    depots = [pyvrp.Depot(0, service_duration=depot)]
    return pyvrp.ProblemData(places, clients, depots, [vehicles], [cost], [time.astype(np.int64)])
