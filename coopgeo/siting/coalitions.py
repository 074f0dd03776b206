"""What it costs to serve some of the customers of a two-stage problem, of many sets of customers, each proved.

With one platform at most every choice is worked out. Two or more cost at least what the flows would if every platform
were open for nothing, and the two cheapest openings: where that is more, nothing is left to search.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Mask
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError, Message
from coopgeo.siting import arguments
from coopgeo.siting.engine.base import PROVED_GAP
from coopgeo.siting.engine.free_platforms import FreePlatforms
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.progress import Watch
from coopgeo.siting.two_stage import TwoStage

_SURE = 1e-9  # of a cost: what a bound must be above it to count


class Worth(NamedTuple):
    """What a set of customers costs.

    Attributes
    ----------
    value : float
        Least cost found; `inf` if they cannot be served.
    bound : float
        What no way to serve them costs less than; the value itself where it is proved.
    """

    value: float
    bound: float


class Coalitions:
    """Least costs of parts of a two-stage problem, which help each other.

    Parameters
    ----------
    problem : TwoStage
        `p` is given or free; a part may open fewer platforms than `p`, as few are enough for few customers.

    Examples
    --------
    Two customers, a platform beside each; one platform for both is cheaper than two.

    >>> problem = TwoStage([[1, 1]], [[0, 2], [2, 0]], [10, 10], supply=[100], opening=[30, 30])
    >>> parts = Coalitions(problem)
    >>> [parts.cost(served).value for served in ([True, False], [False, True], [True, True])]
    [40.0, 40.0, 70.0]
    """

    def __init__(self, problem: TwoStage) -> None:
        stages = problem.stages
        self._most = problem.at_most if problem.p is None else problem.p
        self._stages = stages
        self._free = FreePlatforms(stages)

    def cost(
        self,
        served: ArrayLike,
        *,
        sources: ArrayLike | None = None,
        platforms: ArrayLike | None = None,
        time_limit_s: float = 60.0,
    ) -> Worth:
        """The least cost of serving some customers.

        Parameters
        ----------
        served : array_like of bool, shape (customers,)
        sources : array_like, shape (sources,), optional
            What part of each source they may use, 0 to 1; all by default.
        platforms : array_like of bool, shape (platforms,), optional
            Which platforms they may open; all by default.
        time_limit_s : float

        Raises
        ------
        InputError
            If an array has the wrong shape, a part is none, or the limit is no time.
        """
        limit_s = arguments.limits(time_limit_s)
        stages, faults = self._stages, Faults("coalition")
        who = _mask(faults, "served", served, len(stages.demand))
        part = _parts(faults, sources, len(stages.supply))
        through = _mask(faults, "platforms", platforms, len(stages.opening)) & ~stages.forbidden
        faults.raise_if_any()
        if not (stages.demand[who] > 0).any():
            return Worth(0.0, 0.0)
        demand, supply = np.where(who, stages.demand, 0.0), part * stages.supply
        watch, few = Watch(limit_s), stages.part(who, supply, through, at_most=self._most)
        alone = few.alone(watch, one=self._most != 0, none=True)
        value = float(alone.value.min())
        bound = _rounded(value, float(alone.bound.min()))
        if self._most is not None and self._most <= 1:
            return Worth(value, bound)
        openings = np.sort(
            [few.opening[through & (few.group == place)].min() for place in np.unique(few.group[through])]
        )
        if len(openings) < 2:
            return Worth(value, bound)
        fixed = float(openings[:2].sum())
        enough = value * (1 + _SURE) if np.isfinite(value) else np.inf
        if (least := fixed + self._free.known(demand, supply)) <= enough:
            least = fixed + self._free.bound(demand, supply, watch.part())
        if least > enough:
            return Worth(value, bound)
        return self._searched(few, Worth(value, min(bound, least)), watch)

    def _searched(self, few: Stages, known: Worth, watch: Watch) -> Worth:
        """The same where several platforms may be cheaper, by branch and cut."""
        try:
            found = few.ranked(1, watch.part(), PROVED_GAP)[0]
        except InfeasibleError:
            return Worth(known.value, known.value)
        except CoopgeoError:  # not in time
            return known
        value = min(known.value, found.value)
        return Worth(value, value if found.status == "optimal" else min(value, found.bound))


def _rounded(value: float, bound: float) -> float:
    """A bound that is the value but for rounding is the value."""
    return value if np.isfinite(value) and value - bound <= PROVED_GAP * abs(value) else bound


def _parts(faults: Faults, values: ArrayLike | None, count: int) -> Floats:
    if values is None:
        return np.ones(count)
    part = arguments.amounts(faults, "sources", values, (count,), finite=True)
    if part.size and part.max() > 1:
        expected = Message("{count} numbers from 0 to 1", count=count)
        faults.add(column="sources", found=float(part.max()), expected=expected)
    return part


def _mask(faults: Faults, name: str, values: ArrayLike | None, count: int) -> Mask:
    expected = Message("{count} times true or false", count=count)
    try:
        mask = np.ones(count, dtype=bool) if values is None else np.asarray(values)
    except ValueError:  # rows of several lengths
        faults.add(column=name, found=type(values).__name__, expected=expected)
        return np.zeros(count, dtype=bool)
    if mask.shape != (count,) or mask.dtype != bool:
        found = Message("{kind} {shape}", kind=str(mask.dtype), shape=str(mask.shape))
        faults.add(column=name, found=found, expected=expected)
        return np.zeros(count, dtype=bool)
    return mask
