"""The best choices of sites of a placement, with what is proved of each; rounds are planned while a site can win.

Without rounds the search proves every answer. With rounds its costs are bounds: choices are taken in the order of their
bounds, and the rounds of each are planned until the next bound lies above the best cost found. What is left cannot win,
and stays known by its bound.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from coopgeo import siting
from coopgeo.errors import InfeasibleError, Message
from coopgeo.plan.accounts import accounts
from coopgeo.plan.placement import Placement
from coopgeo.plan.rounds_made import rounds_made
from coopgeo.plan.shipped import shipped
from coopgeo.plan.shortage import shortage
from coopgeo.siting import Solution
from coopgeo.siting.solution import judged

PROVED_GAP = 1e-6
_AT_LEAST_LOOKED_AT = 21  # choices whose bounds are compared: a study has about as many sites


@dataclass(frozen=True, eq=False)
class Answers:
    """Choices of sites, best first.

    Attributes
    ----------
    solutions : list of Solution
    exact : list of bool
        Whether the value of each is its cost; of the others it is a bound that the cost is not below.
    lacking : int
        How many the time did not allow.
    """

    solutions: list[Solution]
    exact: list[bool]
    lacking: int


def answers(
    placement: Placement,
    most: int = 1,
    on_progress: Callable[[siting.Progress], None] | None = None,
    *,
    every: bool = False,
) -> Answers:
    """The best choices of sites, found in one search; with `every`, the rounds of all of them are planned.

    Raises
    ------
    InfeasibleError
        If not all customers can be served, or not all that is collected can go somewhere; says what is lacking.
    """
    limit_s = placement.job.time_limit_s
    wanted = max(most, _AT_LEAST_LOOKED_AT) if placement.rounds else most
    placement.problem.warm()
    start = time.perf_counter()
    try:
        found = placement.problem.best(wanted, time_limit_s=limit_s, progress=on_progress)
    except InfeasibleError as error:
        if placement.outlets is not None:
            raise
        raise InfeasibleError(shortage(placement, limit_s)) from error
    in_time = time.perf_counter() - start < limit_s
    found = sorted(found, key=lambda one: one.value)
    if not placement.rounds:
        return Answers(found, [True] * len(found), 0 if in_time else most - len(found))
    ranked = _planned(placement, found, every=every) if placement.measure == "bound" else _estimated(found)
    solutions, exact = ranked
    return Answers(solutions[:most], exact[:most], 0 if in_time else max(0, most - len(found)))


def best_of(placement: Placement) -> Solution:
    """The best choice of sites; raises as `answers`."""
    return answers(placement).solutions[0]


def _planned(placement: Placement, found: list[Solution], *, every: bool) -> tuple[list[Solution], list[bool]]:
    """Plan the rounds of choices in the order of their bounds, until the next is not even nearly as good."""
    least = min(one.bound for one in found)
    costs: list[tuple[float, bool, Solution]] = []
    best, near, undriven = float("inf"), placement.study.settings.near_share, None
    for one in found:
        if one.bound > best + near * abs(best) and not every:
            costs.append((one.bound, False, one))
            continue
        try:
            value = sum(accounts(placement, one).cost.stages_eur_year.values())
        except InfeasibleError as error:  # its rounds take longer than a shift
            undriven = error
            continue
        best = min(best, value)
        costs.append((value, True, one))
    if not costs:
        raise InfeasibleError(_undriven(placement)) from undriven
    costs.sort(key=lambda cost: (cost[0], not cost[1]))
    least = max(least, min(_own_bound(placement, *costs[0]), *(one.bound for _, _, one in costs[1:]), best))
    made, exact = [], []
    for value, planned, one in costs:
        gap, status = judged(value, min(least, value), PROVED_GAP, proved=planned)
        made.append(replace(one, value=value, bound=min(least, value), gap=gap, status=status))
        exact.append(planned)
    return made, exact


def _undriven(placement: Placement) -> Message:
    """That no choice of sites has rounds that can be driven, and what to change."""
    legs = [Message("rounds.{leg}.shift_h = {hours:g}", leg=leg, hours=one.settings.shift_h)
            for leg, one in sorted(placement.rounds.items())]  # fmt: skip
    return Message(
        "no site serves every stop within a shift: see {legs} in chain.toml, limits, or stops that lie too far",
        legs=legs,
    )


def _own_bound(placement: Placement, value: float, planned: bool, solution: Solution) -> float:
    """What the best choice costs at least by the bound of its own rounds, where nothing else of it could be otherwise.

    That is so where all that is collected goes to one platform, and none of what is sold goes in rounds, which other
    outlets could make cheaper: what it ships is known, only its rounds are open.
    """
    known = placement.outlets is not None and placement.job.platforms == 1 and "outbound" not in placement.rounds
    if not planned or not known:
        return solution.bound
    flows = shipped(placement, solution)
    made = rounds_made(placement, flows, solution)
    bounded = rounds_made(placement, flows, solution, bounded=True)
    open_eur = sum(
        (one.eur_year - tight.rounds.bound_eur * tight.times_year) for one, tight in zip(made, bounded, strict=True)
    )
    return max(solution.bound, value - open_eur)


def _estimated(found: list[Solution]) -> tuple[list[Solution], list[bool]]:
    """Choices whose rounds are estimated: nothing is proved of their cost."""
    return [replace(one, status="feasible") for one in found], [True] * len(found)
