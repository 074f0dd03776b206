"""Rounds from one depot: the search, what they cost, and how far from the best they can be."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, InfeasibleError, Message
from coopgeo.rounds.arguments import TENTHS, Task, checked, load_units, tenths
from coopgeo.rounds.bounds import least
from coopgeo.rounds.fleet import Fleet
from coopgeo.rounds.proof import closer
from coopgeo.rounds.search import searched
from coopgeo.siting import arguments
from coopgeo.siting.solution import Proof, judged, listed

_REL_GAP = 1e-6  # of cost and bound: nearer counts as met
_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Rounds:
    """Rounds that carry every load once, and how far from the best they can be.

    Attributes
    ----------
    routes : tuple of tuple of int
        Stops of each round in order, as positions in the loads: first the full trips, then the others.
    load_t : ndarray, shape (rounds,)
        What each round carries.
    route_km, route_h, route_eur : ndarray, shape (rounds,)
        Kilometres, hours (depot, ways, stops and waiting) and cost of each round.
    bound_eur : float
        No rounds cost less that begin with the full trips.
    gap : float
        |eur - bound_eur| / eur.
    status : {"optimal", "feasible"}
        "optimal" only when cost and bound meet.
    """

    routes: tuple[tuple[int, ...], ...]
    load_t: Floats
    route_km: Floats
    route_h: Floats
    route_eur: Floats
    bound_eur: float
    gap: float
    status: Proof

    def __len__(self) -> int:
        return len(self.routes)

    @property
    def km(self) -> float:
        """Kilometres of all rounds."""
        return float(self.route_km.sum())

    @property
    def hours(self) -> float:
        """Hours of all rounds."""
        return float(self.route_h.sum())

    @property
    def eur(self) -> float:
        """Cost of all rounds."""
        return float(self.route_eur.sum())


def plan_rounds(
    length_m: ArrayLike,
    time_s: ArrayLike,
    load_t: ArrayLike,
    *,
    fleet: Fleet,
    toll_eur: ArrayLike | None = None,
    windows_s: ArrayLike | None = None,
    iterations: int = 2_000,
    seed: int = 0,
    bound_steps: int = 100,
) -> Rounds:
    """Plan rounds that serve every stop from one depot.

    Parameters
    ----------
    length_m, time_s, toll_eur : array_like, shape (1 + stops, 1 + stops)
        The ways, from row to column; the depot is the first. `inf` where none leads.
    load_t : array_like, shape (stops,)
        Load of each stop, brought there or taken from there. A stop without a load is passed over. A load that no
        vehicle carries at once fills vehicles that go there and back, and what is left joins the rounds.
    fleet : Fleet
    windows_s : array_like, shape (stops, 2), optional
        When the work at each stop may begin: earliest and latest, in seconds after the start of the shift, at whose
        end every vehicle is back. A vehicle leaves as late as it can, and waits where it is early.
    iterations : int
        How long to search; not by the clock, so that the same input gives the same rounds.
    seed : int
    bound_steps : int
        How long to raise the bound beyond that of `least_rounds_cost`; 0: not at all.

    Returns
    -------
    Rounds

    Raises
    ------
    InputError
        Lists every fault of the arguments.
    InfeasibleError
        Names the stops that no way leads to, or that not even a vehicle of their own reaches in time.

    Examples
    --------
    >>> ways = [[0, 9000, 9000], [9000, 0, 1000], [9000, 1000, 0]]
    >>> plan = plan_rounds(ways, ways, [1, 1], fleet=Fleet(2, cost_eur_km=1))
    >>> plan.routes, plan.eur, plan.status
    (((0, 1),), 19.0, 'optimal')
    """
    faults = Faults("rounds")
    for name, number, least_number in (
        ("iterations", iterations, 1),
        ("seed", seed, 0),
        ("bound_steps", bound_steps, 0),
    ):
        if not arguments.is_whole(number) or not least_number <= number < 2**32:
            expected = Message("a whole number from {least} to {most}", least=least_number, most=2**32 - 1)
            faults.add(column=name, found=number, expected=expected)
    faults.raise_if_any()
    task = checked(length_m, time_s, load_t, fleet, toll_eur, windows_s=windows_s)
    _refuse_what_no_vehicle_does(task)
    trips, rest_t = _full_trips(task.load_t, fleet)
    left = np.flatnonzero(rest_t > 0)
    rounds = searched(_part(task, left), rest_t[left], iterations=int(iterations), seed=int(seed)) if len(left) else []
    routes: list[tuple[int, ...]] = [(int(stop),) for stop in np.repeat(np.arange(len(trips)), trips)]
    full_t = np.repeat((task.load_t - rest_t) / np.maximum(trips, 1), trips)
    routes += [tuple(int(left[at]) for at in route) for route in rounds]
    carried = [*full_t, *(float(rest_t[list(route)].sum()) for route in routes[len(full_t) :])]
    accounts = np.array([_account(task, route) for route in routes]).reshape(-1, 3)
    eur = float(accounts[:, 2].sum())
    bound = float(least(task)[0])
    if bound_steps and len(left):
        alone_eur = float(accounts[: len(full_t), 2].sum())
        bound = max(bound, alone_eur + closer(_part(task, left), rest_t[left], eur - alone_eur, steps=int(bound_steps)))
    gap, status = judged(eur, bound, _REL_GAP)
    km, hours, costs = accounts.T
    return Rounds(tuple(routes), np.array(carried), km, hours, costs, bound, gap, status)


def _refuse_what_no_vehicle_does(task: Task) -> None:
    """Raise if a stop cannot be served even by a vehicle that serves nothing else."""
    needed = task.load_t > 0
    way = np.isfinite(task.way_eur)
    unreached = np.flatnonzero(needed & ~(way[0, 1:] & way[1:, 0]))
    if len(unreached):
        raise InfeasibleError(
            Message("no way leads from the depot to stops {stops} and back", stops=listed(unreached.tolist()))
        )
    fleet, out, back = task.fleet, tenths(task.time_s[0, 1:]), tenths(task.time_s[1:, 0])
    begun = np.maximum(tenths(fleet.depot_s) + out, tenths(task.earliest_s))
    late = begun > tenths(task.latest_s)
    asked = tenths(fleet.depot_s) + out + tenths(fleet.stop_s) + back
    if task.has_windows:
        asked = begun + tenths(fleet.stop_s) + back
    too_long = np.flatnonzero(needed & (late | (asked > tenths(fleet.shift_s))))
    if len(too_long):
        raise InfeasibleError(
            Message(
                "stops {stops} cannot be served in time, even alone: "
                "a shift is {shift:.0f} s, a round to the first ends after {asked:.0f} s",
                stops=listed(too_long.tolist()),
                shift=fleet.shift_s,
                asked=float(asked[too_long[0]]) / TENTHS,
            )
        )


def _full_trips(load_t: Floats, fleet: Fleet) -> tuple[np.ndarray, Floats]:
    """How often a full vehicle goes to each stop, and the load that is left for the rounds."""
    trips = np.floor(load_t / fleet.capacity_t * (1 + _NEAR)).astype(np.intp)
    rest_t = np.maximum(load_t - trips * fleet.capacity_t, 0.0)
    crumbs = (trips > 0) & (load_units(rest_t, fleet) == 0)  # they go with the trips
    return trips, np.where(crumbs, 0.0, rest_t)


def _part(task: Task, stops: np.ndarray) -> Task:
    """The same task with some of the stops."""
    rows = np.concatenate([[0], stops + 1])
    length_m, time_s, way_eur = (part[np.ix_(rows, rows)] for part in (task.length_m, task.time_s, task.way_eur))
    load_t, earliest_s, latest_s = (part[stops] for part in (task.load_t, task.earliest_s, task.latest_s))
    return replace(
        task,
        length_m=length_m,
        time_s=time_s,
        way_eur=way_eur,
        load_t=load_t,
        earliest_s=earliest_s,
        latest_s=latest_s,
    )


def _account(task: Task, route: tuple[int, ...]) -> tuple[float, float, float]:
    """Kilometres, hours and cost of a round, in the order given.

    It leaves as late as it may without coming home later or missing a window (forward slack, Savelsbergh 1992, The
    vehicle routing problem with time windows: minimizing route duration, ORSA Journal on Computing 4, 146-154).
    """
    fleet, nodes = task.fleet, np.array([0, *(stop + 1 for stop in route), 0])
    ways = nodes[:-1], nodes[1:]
    now, waited, slack = fleet.depot_s, 0.0, np.inf
    for stop, time_s in zip(route, task.time_s[ways][:-1], strict=True):
        begun = max(now + time_s, float(task.earliest_s[stop]))
        waited += begun - now - time_s
        slack = min(slack, max(waited + float(task.latest_s[stop]) - begun, 0.0))
        now = begun + fleet.stop_s
    hours = (now + float(task.time_s[nodes[-2], 0]) - min(slack, waited)) / 3600
    driven_h = float(task.time_s[ways].sum()) / 3600
    eur = fleet.round_eur + float(task.way_eur[ways].sum()) + (hours - driven_h) * fleet.cost_eur_h
    return float(task.length_m[ways].sum()) / 1000, hours, eur
