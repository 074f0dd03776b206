"""Linear models with whole variables, built block by block and solved by HiGHS in this process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from coopgeo.arrays import Floats, Ints
from coopgeo.errors import CoopgeoError, Message
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import judged

_POLL_S = 0.1
_LEAST_S = 1.0  # time to compute flows anew, however late it is
_DEAR = 1e6  # times the usual cost: so much that HiGHS would lose sight of the others
_LEAST_USE = 1e-6  # share of its unit that a variable is used to at least, or not at all
_ROUNDING = 1e-7  # share of a value that HiGHS may be off


@dataclass(frozen=True)
class Answer:
    """What a model gave: the variables, their value, a bound on every value, and whether the two meet."""

    x: Floats
    value: float
    bound: float
    proved: bool


class _Request(NamedTuple):
    """What a caller of `Model.solve` asks for."""

    rel_gap: float
    target: float | None
    start: Floats | None
    shown: Callable[[float], float]


class Program(NamedTuple):
    """A model put together: `min costs x, sides[0] <= matrix x <= sides[1], lower <= x <= upper`."""

    costs: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    sides: tuple[Floats, Floats]
    matrix: csr_array

    def lp(self) -> highspy.HighsLp:
        """The same as HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = self.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.costs, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.sides
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        parts = self.matrix.indptr, self.matrix.indices, self.matrix.data
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = parts
        if self.whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(one)] for one in self.whole]
        return lp


@dataclass
class Model:
    """A model `min cost x, lower <= rows x <= upper`, some of x whole numbers."""

    _columns: list[tuple[Floats, Floats, Floats, NDArray[np.bool_]]] = field(default_factory=list)
    _sides: list[tuple[Floats, Floats]] = field(default_factory=list)
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    width: int = 0
    height: int = 0

    def variables(
        self, cost: ArrayLike, lower: ArrayLike = 0.0, upper: ArrayLike = np.inf, *, whole: ArrayLike = False
    ) -> Ints:
        """Add variables, one for each cost; their numbers."""
        costs = np.atleast_1d(np.asarray(cost, dtype=np.float64))
        low, high, kind = (np.broadcast_to(np.asarray(part), costs.shape) for part in (lower, upper, whole))
        self._columns.append((costs, low.astype(np.float64), high.astype(np.float64), kind.astype(bool)))
        self.width += len(costs)
        return np.arange(self.width - len(costs), self.width)

    def rows(self, lower: ArrayLike, upper: ArrayLike, *terms: tuple[ArrayLike, ArrayLike, ArrayLike]) -> None:
        """Add rows `lower <= sum of terms <= upper`; a term is (row within this block, variable, factor)."""
        low, high = np.broadcast_arrays(*(np.atleast_1d(np.asarray(side, dtype=np.float64)) for side in (lower, upper)))
        for row, variable, factor in terms:
            r, v, f = np.broadcast_arrays(
                np.asarray(row, dtype=np.intp),
                np.asarray(variable, dtype=np.intp),
                np.asarray(factor, dtype=np.float64),
            )
            self._entries.append((r.ravel() + self.height, v.ravel(), f.ravel()))
        self._sides.append((low, high))
        self.height += len(low)

    def program(self) -> Program:
        """Put the model together."""
        costs, lower, upper, whole = (np.concatenate(part) for part in zip(*self._columns, strict=True))
        low, high = (np.concatenate(side) for side in zip(*self._sides, strict=True))
        row, column, factor = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = csr_array(coo_array((factor, (row, column)), shape=(self.height, self.width)))
        return Program(costs, lower, upper, whole, (low, high), matrix)

    def solve(self, watch: Watch, *, rel_gap: float = 1e-6, target: float | None = None, start: Floats | None = None,
              offset: float = 0.0, sign: float = 1.0) -> Answer | None:  # fmt: skip
        """Solve the model; None if it has no solution.

        Parameters
        ----------
        watch : Watch
        rel_gap : float
            Relative distance of value and bound that counts as a proof.
        target : float, optional
            Any solution of at most this cost will do.
        start : ndarray, optional
            A solution to begin with, and to fall back on.
        offset, sign : float
            The watch hears `offset + sign * value`.

        Raises
        ------
        CoopgeoError
            If the limit came before any solution.
        """
        program = self.program()
        costs, lower, upper, whole = program.costs, program.lower, program.upper, program.whole
        request = _Request(rel_gap, target, start, lambda value: offset + sign * value)
        some = costs[costs > 0]
        dear = (
            (lower == 0) & (costs > _DEAR * np.median(some))
            if len(some) and not (costs < 0).any()
            else np.zeros(len(costs), dtype=bool)
        )
        if dear.any():
            # A few costs that dwarf the others would hide them from HiGHS: do without them, then see whether any
            # could pay.
            known = np.inf if start is None else float(costs @ start)
            if start is None:
                first = _solved(program._replace(upper=np.where(dear, 0.0, upper)), watch, request)
                if first is not None:
                    known, request = first.value, request._replace(start=first.x)
                    if watch.over:
                        return Answer(first.x, first.value, -np.inf, proved=False)
            upper = np.where(dear & (costs * np.where(whole, 1.0, _LEAST_USE) > known), 0.0, upper)
        return _solved(program._replace(upper=upper), watch, request)


def _solved(program: Program, watch: Watch, request: _Request) -> Answer | None:
    """Solve a program; None if it has no solution."""
    costs, upper, whole = program.costs, program.upper, program.whole
    rel_gap, target, start = request.rel_gap, request.target, request.start
    largest = float(np.abs(costs[upper > 0]).max(initial=0.0))
    scale = float(2.0 ** np.round(np.log2(largest))) / 1024 if largest > 0 else 1.0  # a power of two: exact
    scaled = program._replace(costs=costs / scale)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "output_flag": False,
        "time_limit": watch.left_s,
        "mip_rel_gap": float(rel_gap),
        "mip_abs_gap": 1e-9,
        "random_seed": 0,
        "parallel": "off",
    }
    for name, setting in options.items():
        solver.setOptionValue(name, setting)
    if target is not None:
        solver.setOptionValue("objective_target", float(target / scale))
    solver.passModel(scaled.lp())
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = start.tolist()
        solver.setSolution(begin)
    _run(solver, watch, lambda value: request.shown(scale * value))
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        if start is not None:
            return Answer(start, float(costs @ start), -np.inf, proved=False)
        raise CoopgeoError(
            Message(
                "no answer was found within {seconds:.3g} s ({status}); allow more time",
                seconds=watch.seconds,
                status=solver.modelStatusToString(status),
            )
        )
    value = float(info.objective_function_value) * scale
    bound = (
        float(info.mip_dual_bound) * scale
        if whole.any()
        else value
        if status == highspy.HighsModelStatus.kOptimal
        else -np.inf
    )
    met = status == highspy.HighsModelStatus.kOptimal and (
        judged(value, bound, rel_gap)[1] == "optimal" or abs(value - bound) <= 1e-9 * scale
    )
    x = np.array(solver.getSolution().col_value)
    if whole.any() and not whole.all():
        settled = _settled(scaled, x, watch.part(least_s=_LEAST_S))
        x, met = (x, False) if settled is None else (settled, met)
        value = float(costs @ x)
        met = met and judged(value, min(bound, value), max(rel_gap, _ROUNDING))[1] == "optimal"
    return Answer(x, value, min(bound, value), met)


def _settled(program: Program, x: Floats, watch: Watch) -> Floats | None:
    """The best of the other variables with the whole ones fixed; None if that leaves no solution.

    HiGHS takes 1e-6 for nothing, and may ship a little through a closed site.
    """
    exact = np.rint(x)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    lower, upper = (np.where(program.whole, exact, side) for side in (program.lower, program.upper))
    solver.passModel(program._replace(lower=lower, upper=upper, whole=np.zeros_like(program.whole)).lp())
    _run(solver, watch, float)
    done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return np.array(solver.getSolution().col_value) if done else None


def _run(solver: highspy.Highs, watch: Watch, shown: Any) -> None:
    """Run HiGHS in a thread of its own, so that Ctrl-C, the clock and the caller's progress bar are served here."""
    latest: list[tuple[int, float, float]] = []

    def note(event: Any) -> None:
        out = event.data_out
        latest[:] = [(int(out.mip_node_count), float(out.mip_primal_bound), float(out.mip_dual_bound))]

    solver.HandleUserInterrupt = True
    solver.cbMipInterrupt.subscribe(note)
    solver.startSolve()
    last = None
    while True:
        try:
            if solver.wait(_POLL_S)[0]:
                return
            if latest and latest[0] != last:
                last = latest[0]
                watch.tell(last[0], shown(last[1]), shown(last[2]))
        except KeyboardInterrupt:
            watch.stop()
        if watch.over:
            solver.cancelSolve()  # type: ignore[no-untyped-call]


def choose_sites(model: Model, y: Ints, group: Ints, required: NDArray[np.bool_], p: int | None) -> None:
    """At most one site a group, one in those of required sites, and p in all if it is request."""
    at_least = np.zeros(int(group.max()) + 1)
    at_least[group[required]] = 1.0
    model.rows(at_least, 1.0, (group, y, 1.0))
    if p is not None:
        model.rows(p, p, (0, y, 1.0))


def exclude(model: Model, y: Ints, excluded: Sequence[frozenset[int]], group: Ints | None = None) -> None:
    """Rule out sets of columns (of groups, if any) that were answers before.

    Source: E. Balas and R. Jeroslow, SIAM J. Appl. Math. 23 (1972).
    """
    for sites in excluded:
        inside = np.isin(np.arange(len(y)) if group is None else group, sorted(sites))
        model.rows(-np.inf, len(sites) - 1, (0, y, np.where(inside, 1.0, -1.0)))
