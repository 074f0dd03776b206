"""A linear program that is solved again and again with other costs and limits, every answer proved by its duals."""

from typing import Any, NamedTuple

import highspy
import numpy as np

from coopgeo.arrays import Floats, Ints
from coopgeo.siting.engine.linear import Model
from coopgeo.siting.progress import Watch

_TOLERANCE = 1e-9  # in the units of the model, whose amounts and costs are about 1
_ROUNDING = 1e-14  # of the same: what a sum of many is off by


class Proved(NamedTuple):
    """The optimum of one program of a series; value and bound are infinite where it is proved that there is none.

    `duals` are those of the rows: what one unit more of each would cost. Where there is no solution they are the proof.
    """

    x: Floats
    value: float
    bound: float
    duals: Floats


class Series:
    """Programs `min cost x, lower <= rows x <= upper, 0 <= x` that differ in costs and limits only.

    Each begins where the last one ended. HiGHS is not believed: the duals that it gives are put into the Lagrangian
    bound, which holds whatever they are (A. Neumaier and O. Shcherbina, Mathematical Programming 99, 2004).

    Parameters
    ----------
    model : Model
        Without whole variables, all of them 0 or more.
    most : ndarray, shape (variables,)
        What each variable can be at most in any solution of any program of the series; finite.
    """

    def __init__(self, model: Model, most: Floats) -> None:
        self._most, self._program = most, model.program()
        parts = self._program
        self._costs, self._upper, self._sides = parts.costs.copy(), parts.upper.copy(), parts.sides[1].copy()
        self._across = parts.matrix.T.tocsr()
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {
            "output_flag": False,
            "presolve": "off",  # it would cost more than it saves, and leaves no proof where there is no solution
            "solver": "simplex",
            "parallel": "off",
            "random_seed": 0,
            "primal_feasibility_tolerance": _TOLERANCE,
            "dual_feasibility_tolerance": _TOLERANCE,
        }
        for name, setting in options.items():
            self._solver.setOptionValue(name, setting)
        self._solver.passModel(parts.lp())

    def price(self, variables: Ints, costs: Floats) -> None:
        """Give variables other costs; infinite ones are ruled out."""
        allowed, count = np.isfinite(costs), len(variables)
        self._costs[variables] = np.where(allowed, costs, 0.0)
        self._solver.changeColsCost(count, variables, self._costs[variables])
        upper = np.where(allowed, np.inf, 0.0)
        if (upper != self._upper[variables]).any():
            self._upper[variables] = upper
            self._solver.changeColsBounds(count, variables, np.zeros(count), upper)

    def limit(self, row: int, most: float) -> None:
        """Give a row without lower side another upper side."""
        self._sides[row] = most
        self._solver.changeRowBounds(row, -np.inf, most)

    def solve(self, watch: Watch) -> Proved | None:
        """Solve the program as it now stands; None if the time was up, or nothing could be proved."""
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + watch.left_s)
        try:
            self._solver.run()
        except KeyboardInterrupt:
            watch.stop()
            return None
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._no_solution()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        x, duals = np.array(solution.col_value), np.array(solution.row_dual)
        np.clip(x, 0.0, self._upper, out=x)
        value, bound = float(self._costs @ x), self._bound(self._costs, duals)
        lower, sums = self._program.sides[0], self._program.matrix @ x
        over = np.maximum(lower - sums, sums - self._sides)
        if over.max(initial=0.0) > _TOLERANCE or value - bound > _TOLERANCE * abs(value) + _ROUNDING:
            return None
        return Proved(x, value, min(bound, value), duals)

    def _no_solution(self) -> Proved | None:
        """A mixture of rows that no x satisfies: where nothing costs anything, its bound is above 0."""
        _, there_is, ray = self._solver.getDualRay()  # type: ignore[attr-defined]
        if not there_is:
            return None
        for duals in (np.array(ray), -np.array(ray)):
            largest = np.abs(duals).max(initial=0.0)
            if largest > 0 and self._bound(np.zeros_like(self._costs), duals / largest) > _TOLERANCE:
                return Proved(np.zeros_like(self._costs), np.inf, np.inf, duals)
        return None

    def _bound(self, costs: Floats, duals: Floats) -> float:
        """What no x can cost less than, by any duals."""
        lower = self._program.sides[0]
        duals = np.where(np.isinf(lower), np.minimum(duals, 0.0), duals)
        duals = np.where(np.isinf(self._sides), np.maximum(duals, 0.0), duals)
        sides = np.where(duals > 0, lower, np.where(duals < 0, self._sides, 0.0))
        reduced = costs - self._across @ duals
        return float(duals @ sides + np.minimum(reduced, 0.0) @ np.minimum(self._most, self._upper))
