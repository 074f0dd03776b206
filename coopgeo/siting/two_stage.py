"""Sources -> platforms -> customers, with platforms to open: the two-stage fixed-charge location problem.

Model. Sources i with supply S_i and opening cost G_i, platforms j with capacity K_j (units out), opening cost F_j, customers k with
demand D_k; unit costs c_ij (per unit leaving the source) and d_jk (per unit delivered); yield a_i = units out per unit of source i in.

    min  sum c_ij f_ij + sum d_jk g_jk + sum F_j y_j + sum G_i z_i + sum U u_k
    s.t. sum_j f_ij <= S_i z_i                      a source ships what it has; what it keeps costs nothing
         sum_i a_i f_ij = sum_k g_jk                a platform keeps nothing but the loss
         sum_j g_jk + u_k = D_k                     every customer is served (u_k only if unmet demand has a price U)
         sum_k g_jk <= K_j y_j,  g_jk <= min(D_k, K_j) y_j
         sum_{j in group} y_j <= 1,  sum_j y_j = p  one size a site; p platforms, if p is given
         f, g, u >= 0;  y, z in {0, 1}

Source: R. K. Martin, Large Scale Linear and Integer Optimization (1999); instances of Fernandes et al., Computers & OR 2014.
Solved by HiGHS branch and cut with the strong links g_jk <= min(D_k, K_j) y_j.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from coopgeo.errors import CoopgeoError, Faults, InfeasibleError
from coopgeo.siting.solution import Floats, Ints, Solution, cost_array, relative_gap, site_mask

_FLOW_TOLERANCE = 1e-9
_SMALL_FIRST = 1e-3  # cost of serving the largest customer, against 1 for leaving it out


@dataclass(frozen=True)
class TwoStage:
    """A checked two-stage problem; see the module for the meaning of each array.

    Attributes
    ----------
    inbound : ndarray, shape (sources, platforms)
    outbound : ndarray, shape (platforms, customers)
    demand, supply, source_opening, capacity, opening, yield_ : ndarray
    group : ndarray of int, shape (platforms,)
        Label of the group of each platform; at most one of a group opens.
    p : int, optional
    required, forbidden : ndarray of bool, shape (platforms,)
        A required platform stands for its group: some platform of the group opens.
    excluded : tuple of frozenset of int
        Sets of groups that are not to be the answer again.
    unmet_cost : float, optional
    """

    inbound: Floats
    outbound: Floats
    demand: Floats
    supply: Floats
    source_opening: Floats
    capacity: Floats
    opening: Floats
    yield_: Floats
    group: Ints
    p: int | None
    required: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    excluded: tuple[frozenset[int], ...] = ()
    unmet_cost: float | None = None

    @classmethod
    def checked(
        cls,
        inbound: ArrayLike,
        outbound: ArrayLike,
        demand: ArrayLike,
        *,
        supply: ArrayLike,
        source_opening: ArrayLike | None = None,
        capacity: ArrayLike | None = None,
        opening: ArrayLike | None = None,
        yield_: ArrayLike = 1.0,
        p: int | None = None,
        groups: ArrayLike | None = None,
        required: Sequence[int] | NDArray[np.bool_] = (),
        forbidden: Sequence[int] | NDArray[np.bool_] = (),
        unmet_cost: float | None = None,
    ) -> "TwoStage":
        """Check the arrays of `two_stage` and gather every fault; raises `InputError`."""
        faults = Faults("two_stage")
        into = cost_array(faults, "inbound", inbound)
        out = cost_array(faults, "outbound", outbound)
        if into.ndim != 2 or out.ndim != 2 or into.shape[1] != out.shape[0] or 0 in into.shape + out.shape:
            found = f"shapes {into.shape} and {out.shape}"
            faults.add(column="inbound, outbound", found=found, expected="(sources, platforms) and (platforms, customers), none empty")
            faults.raise_if_any()
        (sources, platforms), customers = into.shape, out.shape[1]
        if p is not None and not (isinstance(p, int | np.integer) and 1 <= p <= platforms):
            faults.add(column="p", found=p, expected=f"a whole number from 1 to {platforms}")
        if unmet_cost is not None and not (np.isfinite(unmet_cost) and unmet_cost >= 0):
            faults.add(column="unmet_cost", found=unmet_cost, expected="a finite price, 0 or more")
        group = np.arange(platforms) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1].astype(np.intp)
        if group.shape != (platforms,):
            faults.add(column="groups", found=f"shape {group.shape}", expected=f"shape ({platforms},)")
        problem = cls(
            inbound=into,
            outbound=out,
            demand=cost_array(faults, "demand", demand, (customers,), finite=True),
            supply=cost_array(faults, "supply", supply, (sources,), finite=True),
            source_opening=cost_array(faults, "source_opening", np.zeros(sources) if source_opening is None else source_opening, (sources,), finite=True),
            capacity=cost_array(faults, "capacity", np.full(platforms, np.inf) if capacity is None else capacity, (platforms,)),
            opening=cost_array(faults, "opening", np.zeros(platforms) if opening is None else opening, (platforms,), finite=True),
            yield_=cost_array(faults, "yield_", np.full(sources, yield_) if np.ndim(yield_) == 0 else yield_, (sources,), finite=True),
            group=group,
            p=p,
            required=site_mask(faults, "required", required, platforms),
            forbidden=site_mask(faults, "forbidden", forbidden, platforms),
            unmet_cost=unmet_cost,
        )
        faults.raise_if_any()
        return problem

    def solve(self, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6) -> Solution:
        """Solve the problem; see `two_stage`."""
        faults = Faults("two_stage")
        for name, limit in (("time_limit_s", time_limit_s), ("rel_gap", rel_gap)):
            if not limit >= 0:
                faults.add(column=name, found=limit, expected="0 or more")
        faults.raise_if_any()
        start = time.perf_counter()
        if self.unmet_cost is None:
            self._refuse_what_cannot_be_served()
        answer = _Model.of(self).run(time_limit_s, rel_gap)
        if answer is None:
            raise InfeasibleError(self._shortage(time_limit_s))
        return replace(answer, seconds=time.perf_counter() - start)

    def without_costs(self) -> "TwoStage":
        """The same problem in which only unmet demand costs, 1 a unit, and small customers are served first.

        Its unmet demand is the least there is, and falls on the largest customers: the ones to look at.
        """
        last = _SMALL_FIRST * self.demand / max(float(self.demand.max()), 1e-9)
        return replace(
            self,
            inbound=np.where(np.isfinite(self.inbound), 0.0, np.inf),
            outbound=np.where(np.isfinite(self.outbound), last, np.inf),
            opening=np.zeros_like(self.opening),
            source_opening=np.zeros_like(self.source_opening),
            unmet_cost=1.0,
        )

    def _refuse_what_cannot_be_served(self) -> None:
        usable = ~self.forbidden & (np.isfinite(self.inbound) & (self.supply * self.yield_ > 0)[:, None]).any(axis=0)
        alone = np.flatnonzero((self.demand > 0) & ~np.isfinite(self.outbound[usable]).any(axis=0))
        if len(alone):
            raise InfeasibleError(f"no platform that can be supplied reaches customers {', '.join(map(str, alone))}")

    def _shortage(self, time_limit_s: float) -> str:
        """Say who lacks what."""
        best = _Model.of(self.without_costs()).run(time_limit_s, 1e-6)
        if best is None or best.unmet is None:
            return "no set of platforms meets p, required, forbidden and groups together"
        lacking = np.flatnonzero(best.unmet > 1e-6)
        who = ", ".join(f"{k} lacks {best.unmet[k]:.6g}" for k in lacking)
        deliverable = float(self.supply @ self.yield_)
        return (
            f"demand cannot be met: at least {best.unmet.sum():.6g} of {self.demand.sum():.6g} is lacking (customers: {who}); "
            f"all sources together can deliver {deliverable:.6g} after losses"
        )


def two_stage(
    inbound: ArrayLike,
    outbound: ArrayLike,
    demand: ArrayLike,
    *,
    supply: ArrayLike,
    source_opening: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    opening: ArrayLike | None = None,
    yield_: ArrayLike = 1.0,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sequence[int] | NDArray[np.bool_] = (),
    forbidden: Sequence[int] | NDArray[np.bool_] = (),
    unmet_cost: float | None = None,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
) -> Solution:
    """Choose the platforms, and the flows through them, that serve all customers at the least cost.

    Parameters
    ----------
    inbound : array_like, shape (sources, platforms)
        Cost of a unit from a source to a platform, per unit that leaves the source; `inf` = not allowed.
    outbound : array_like, shape (platforms, customers)
        Cost of a unit from a platform to a customer; `inf` = not allowed.
    demand : array_like, shape (customers,)
        Units that each customer must get.
    supply : array_like, shape (sources,)
        Units that each source has; what it does not ship costs nothing.
    source_opening, opening : array_like, optional
        Fixed cost of using a source, of opening a platform.
    capacity : array_like, shape (platforms,), optional
        Units that may leave a platform.
    yield_ : float or array_like, shape (sources,)
        Units that leave the platform per unit of this source that enters it.
    p : int, optional
        Number of platforms to open; free by default.
    groups : array_like, shape (platforms,), optional
        Platforms with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Platforms that must, or may not, open. A required platform with a group stands for the group.
    unmet_cost : float, optional
        Price of a unit of unmet demand; without it all demand must be met.
    time_limit_s, rel_gap : float
        Limits of the search.

    Returns
    -------
    Solution
        `flows` = (sources x platforms, platforms x customers).

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry.
    InfeasibleError
        If the demand cannot be met; says which customers lack how much.

    Examples
    --------
    >>> answer = two_stage([[1, 3]], [[2], [1]], [10], supply=[20], opening=[50, 5])
    >>> answer.value, answer.status, answer.sites
    (45.0, 'optimal', array([1]))
    """
    problem = TwoStage.checked(
        inbound, outbound, demand, supply=supply, source_opening=source_opening, capacity=capacity, opening=opening, yield_=yield_,
        p=p, groups=groups, required=required, forbidden=forbidden, unmet_cost=unmet_cost,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap)


def _pairs(cost: Floats) -> tuple[Ints, Ints]:
    """Rows and columns of the pairs that are allowed."""
    row, column = np.nonzero(np.isfinite(cost))
    return row, column


@dataclass
class _Rows:
    """Rows of a linear model, gathered as blocks of (row, column, value)."""

    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    count: int = 0

    def add(self, lower: ArrayLike, upper: ArrayLike, *terms: tuple[ArrayLike, ArrayLike, ArrayLike]) -> None:
        """Add rows `lower <= sum of terms <= upper`; a term is (row within this block, column, value)."""
        low, high = (np.atleast_1d(np.asarray(side, dtype=np.float64)) for side in (lower, upper))
        low, high = np.broadcast_arrays(low, high)
        for row, column, value in terms:
            r, c, v = np.broadcast_arrays(np.asarray(row, dtype=np.intp), np.asarray(column, dtype=np.intp), np.asarray(value, dtype=np.float64))
            self.entries.append((r.ravel() + self.count, c.ravel(), v.ravel()))
        self.lower.append(low)
        self.upper.append(high)
        self.count += len(low)

    def matrix(self, columns: int) -> csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        return coo_array((value, (row, column)), shape=(self.count, columns)).tocsr()


@dataclass(frozen=True)
class _Model:
    """The mixed-integer model of a problem, and where each kind of variable stands in it."""

    problem: TwoStage
    rows: _Rows
    cost: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    into: tuple[Ints, Ints]
    out: tuple[Ints, Ints]

    @classmethod
    def of(cls, problem: TwoStage) -> "_Model":
        into, out = _pairs(problem.inbound), _pairs(problem.outbound)
        sources, platforms, customers = len(problem.supply), len(problem.capacity), len(problem.demand)
        f = np.arange(len(into[0]))
        g = len(f) + np.arange(len(out[0]))
        y = len(f) + len(g) + np.arange(platforms)
        z = y[-1] + 1 + np.arange(sources)
        u = z[-1] + 1 + np.arange(customers)
        most = np.minimum(problem.capacity, problem.demand.sum())
        rows = _Rows()
        ones = np.ones
        rows.add(np.full(sources, -np.inf), 0.0, (into[0], f, ones(len(f))), (np.arange(sources), z, -problem.supply))
        rows.add(np.zeros(platforms), 0.0, (into[1], f, problem.yield_[into[0]]), (out[0], g, -ones(len(g))))
        rows.add(problem.demand, problem.demand, (out[1], g, ones(len(g))), (np.arange(customers), u, ones(customers)))
        rows.add(np.full(platforms, -np.inf), 0.0, (out[0], g, ones(len(g))), (np.arange(platforms), y, -most))
        strong = np.minimum(problem.demand[out[1]], most[out[0]])
        link = np.arange(len(g))
        rows.add(np.full(len(g), -np.inf), 0.0, (link, g, ones(len(g))), (link, y[out[0]], -strong))
        group_count = int(problem.group.max()) + 1
        at_least = np.zeros(group_count)
        at_least[problem.group[problem.required]] = 1.0
        rows.add(at_least, 1.0, (problem.group, y, ones(platforms)))
        if problem.p is not None:
            rows.add(problem.p, problem.p, (np.zeros(platforms, dtype=int), y, ones(platforms)))
        for groups in problem.excluded:
            inside = np.isin(problem.group, sorted(groups))
            rows.add(-np.inf, len(groups) - 1, (np.zeros(platforms, dtype=int), y, np.where(inside, 1.0, -1.0)))
        free_source = problem.source_opening == 0
        unmet = np.zeros(customers) if problem.unmet_cost is None else problem.demand
        upper = np.concatenate([np.full(len(f) + len(g), np.inf), np.where(problem.forbidden, 0.0, 1.0), ones(sources), unmet])
        cost = np.concatenate(
            [problem.inbound[into], problem.outbound[out], problem.opening, problem.source_opening, np.full(customers, problem.unmet_cost or 0.0)]
        )
        integer = np.concatenate([np.zeros(len(f) + len(g), dtype=bool), ones(platforms, dtype=bool), ~free_source, np.zeros(customers, dtype=bool)])
        return cls(problem, rows, cost, upper, integer, into, out)

    def run(self, time_limit_s: float, rel_gap: float) -> Solution | None:
        """Run HiGHS; None if the model has no solution."""
        solver = self._loaded(time_limit_s, rel_gap)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise CoopgeoError(f"no answer was found within {time_limit_s:g} s ({solver.modelStatusToString(status)}); allow more time")
        x = np.array(solver.getSolution().col_value)
        value, bound = float(info.objective_function_value), float(info.mip_dual_bound if self.integer.any() else info.objective_function_value)
        gap = relative_gap(value, bound)
        proved = status == highspy.HighsModelStatus.kOptimal and gap <= max(rel_gap, 1e-9)
        return self._solution(x, value, bound, gap, proved)

    def _solution(self, x: Floats, value: float, bound: float, gap: float, proved: bool) -> Solution:
        problem, f, g = self.problem, len(self.into[0]), len(self.out[0])
        is_open = x[f + g : f + g + len(problem.capacity)] > 0.5
        flows = []
        for amounts, pairs, shape in ((x[:f], self.into, problem.inbound.shape), (x[f : f + g], self.out, problem.outbound.shape)):
            kept = amounts > _FLOW_TOLERANCE * max(1.0, problem.demand.max())
            flows.append(csr_array((amounts[kept], (pairs[0][kept], pairs[1][kept])), shape=shape))
        unmet = None if problem.unmet_cost is None else x[-len(problem.demand) :]
        status = "optimal" if proved else "feasible"
        return Solution(value, bound, gap, status, np.flatnonzero(is_open), flows=tuple(flows), unmet=unmet)  # type: ignore[arg-type]

    def _loaded(self, time_limit_s: float, rel_gap: float) -> highspy.Highs:
        matrix = self.rows.matrix(len(self.cost))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), self.rows.count
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, np.zeros(len(self.cost)), self.upper
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.rows.lower), np.concatenate(self.rows.upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in self.integer]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", float(time_limit_s))
        solver.setOptionValue("mip_rel_gap", float(rel_gap))
        solver.setOptionValue("random_seed", 0)
        solver.passModel(lp)
        return solver
