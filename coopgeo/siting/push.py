"""Sources -> platforms -> outlets where supply pushes: all that is collected must go somewhere.

Model. Sources i with supply S_i, all of which enters platforms; platforms j with capacity K_j (units in) and opening
cost F_j; outputs o of which a platform gets A_io units per unit of source i, the rest being loss that costs nothing;
outlets k that each take one output o_k, Q_k units at most. Unit costs c_ij (per unit that leaves the source, handling
may be part of it) and d_jk (per unit from the platform, negative where the outlet pays); w_o of a unit that no outlet
takes. A platform that does not split is a plant of others: it takes all in, and nothing leaves it.

    min  sum c_ij f_ij + sum d_jk g_jk + sum w_o u_jo + sum F_j y_j
    s.t. sum_j f_ij = S_i                           all supply enters platforms
         sum_i A_io f_ij = sum_{k: o_k = o} g_jk + u_jo  for every j that splits; else g, u = 0
         sum_j g_jk <= Q_k,  g_jk <= Q_k y_j
         sum_i f_ij <= K_j y_j,  f_ij <= S_i y_j
         sum_{j in group} y_j <= 1,  sum_j y_j = p  one size a site; p platforms, if p is given (<= at_most, if that is)
         f, g, u >= 0;  y in {0, 1}

The value is negative where the outlets pay more than all else costs.

Sources: M. Fleischmann et al., Production and Operations Management 10 (2001), facility location for product returns;
S. A. Alumur et al., European J. Operational Research 220 (2012), where what returns comes apart into several outputs
and the most profit is sought. Solved in `engine/pushes.py`; one platform at most in `engine/disposal.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults, Message
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.pushes import Pushes
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution

_MOST_SHOWN = 10
_ROUNDING = 1e-9  # of one: shares that add up to more by less are one


class Push(Problem):
    """The platforms that all supply goes through, and the outlets of what they make of it, at the least cost.

    Parameters
    ----------
    inbound : array_like, shape (sources, platforms)
        Cost of a unit from a source to a platform, per unit that leaves the source; `inf` = not allowed.
    outlet_cost : array_like, shape (platforms, outlets)
        Cost of a unit from a platform to an outlet, negative where the outlet pays; `inf` = not allowed. No outlets at
        all (platforms, 0): all is wasted.
    supply : array_like, shape (sources,)
        Units that each source has, all of which must enter platforms; None for 1 each.
    shares : array_like, shape (sources, outputs) or (outputs,)
        Units of each output per unit that enters a platform, by source or the same for all; 1 in all at most, the rest
        is loss that costs nothing.
    outlet_output : array_like of int, shape (outlets,)
        The output that each outlet takes.
    outlet_capacity : array_like, shape (outlets,), optional
        Units that an outlet takes from all platforms at most; `inf` = no limit.
    waste_cost : float or array_like, shape (outputs,)
        Cost of a unit that no outlet takes, of all outputs or of each.
    splits : array_like of bool, shape (platforms,), optional
        Whether a platform makes outputs; False = a plant of others, which takes in what comes and sends nothing out.
        All split by default.
    opening : array_like, shape (platforms,), optional
        Fixed cost of opening a platform.
    capacity : array_like, shape (platforms,), optional
        Units that may enter a platform.
    p : int, optional
        Number of platforms to open, 1 or more; free by default.
    at_most : int, optional
        Most platforms that may open where `p` is free.
    groups : array_like, shape (platforms,), optional
        Platforms with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Platforms that must, or may not, open. A required platform with a group stands for the group.

    Attributes
    ----------
    inbound, outlet_cost, supply, outlet_capacity, waste_cost, opening, capacity : ndarray
        What was asked, as arrays of one kind.
    shares : ndarray, shape (sources, outputs)
    outlet_output : ndarray of int, shape (outlets,)
    splits : ndarray of bool, shape (platforms,)
    p, at_most : int or None

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or, where nothing may pay, a negative entry, or if the shares of a source
        add up to more than 1.

    Examples
    --------
    Of ten units six become what an outlet pays 5 a unit for, up to four units; what is left of it is wasted at 2:

    >>> problem = Push([[1, 2]], [[-5], [-5]], [10], shares=[0.6], outlet_output=[0], outlet_capacity=[4],
    ...                waste_cost=2, opening=[8, 3], p=1)
    >>> [(other.solution.sites.tolist(), other.solution.value) for other in problem.alternatives(2)]
    [([0], 2.0), ([1], 7.0)]
    >>> problem.alone()
    array([2., 7.])
    >>> into, out, wasted = problem.solve().flows
    >>> out.toarray().tolist(), wasted.toarray().tolist()
    ([[4.0], [0.0]], [[2.0], [0.0]])
    """

    def __init__(
        self,
        inbound: ArrayLike,
        outlet_cost: ArrayLike,
        supply: ArrayLike | None,
        *,
        shares: ArrayLike,
        outlet_output: ArrayLike,
        outlet_capacity: ArrayLike | None = None,
        waste_cost: ArrayLike = 0.0,
        splits: ArrayLike | None = None,
        opening: ArrayLike | None = None,
        capacity: ArrayLike | None = None,
        p: int | None = None,
        at_most: int | None = None,
        groups: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
    ) -> None:
        faults = Faults("push")
        into, (outlets, output) = arguments.amounts(faults, "inbound", inbound), _outlets(faults, outlet_output)
        if into.ndim != 2 or 0 in into.shape:
            found = Message("shape {shape}", shape=str(into.shape))
            faults.add(column="inbound", found=found, expected=Message("(sources, platforms), none empty"))
            faults.raise_if_any()
        sources, platforms = into.shape
        share = _shares(faults, shares, sources)
        outputs = share.shape[1]
        for k in np.flatnonzero((output < 0) | (output >= outputs))[:_MOST_SHOWN]:
            expected = Message("the number of an output, from 0 to {last}", last=outputs - 1)
            faults.add(column=f"outlet_output[{k}]", found=int(output[k]), expected=expected)
        must, never = arguments.site_masks(faults, required, forbidden, platforms)
        group = arguments.labels(faults, "groups", groups, platforms)
        waste = np.full(outputs, waste_cost) if np.ndim(waste_cost) == 0 else waste_cost
        pushes = Pushes(
            unit_cost=into,
            demand=arguments.per_point(faults, "supply", supply, sources, 1.0),
            opening=arguments.per_point(faults, "opening", opening, platforms, 0.0),
            capacity=arguments.rooms(faults, "capacity", capacity, platforms),
            p=arguments.number_of_sites(faults, p, group, must, never, may_be_free=True),
            group=group,
            shares=share,
            outlet_cost=arguments.costs_or_gains(faults, "outlet_cost", outlet_cost, (platforms, outlets)),
            outlet_output=output,
            outlet_capacity=arguments.rooms(faults, "outlet_capacity", outlet_capacity, outlets),
            waste_cost=arguments.per_point(faults, "waste_cost", waste, outputs, 0.0),
            splits=_splits(faults, splits, platforms),
            at_most=arguments.most_sites(faults, at_most, p, group, must, least=1),
            required=must,
            forbidden=never,
        )
        faults.raise_if_any()
        for name, costs in (
            ("inbound", into),
            ("outlet_cost", np.abs(pushes.outlet_cost)),
            ("waste_cost", pushes.waste_cost),
        ):
            arguments.countable(faults, name, costs, pushes.demand)
        for name, amounts in (("supply", pushes.demand), ("opening", pushes.opening)):
            arguments.countable(faults, name, amounts)
        faults.raise_if_any()
        super().__init__(pushes)
        self._pushes = pushes
        self.inbound, self.outlet_cost, self.supply = into, pushes.outlet_cost, pushes.demand
        self.shares, self.outlet_output, self.outlet_capacity = share, output, pushes.outlet_capacity
        self.waste_cost, self.splits = pushes.waste_cost, pushes.splits
        self.opening, self.capacity, self.p, self.at_most = pushes.opening, pushes.capacity, pushes.p, pushes.at_most

    def alone(self) -> Floats:
        """Find what each platform costs when it alone is open, whatever `p` says.

        Much faster than `best`, as it draws up no solutions: for those who ask often, with other figures each time.

        Returns
        -------
        ndarray, shape (platforms,)
            Cost in all; `inf` where the platform may not be the open one (`required`, `forbidden`) or cannot take in
            all supply.
        """
        return self._pushes.alone()


def _outlets(faults: Faults, values: ArrayLike) -> tuple[int, Ints]:
    """Check the numbers of the outputs; how many outlets there are, and the output of each."""
    array = np.asarray(values)
    if not array.size and array.ndim == 1:
        return 0, np.zeros(0, dtype=np.intp)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        found = Message("{kind} of shape {shape}", kind=str(array.dtype), shape=str(array.shape))
        faults.add(column="outlet_output", found=found, expected=Message("whole numbers, one for each outlet"))
        faults.raise_if_any()
    return len(array), array.astype(np.intp)


def _shares(faults: Faults, values: ArrayLike, sources: int) -> Floats:
    """Check the shares of the outputs; a row for each source. Raises if they are none, as nothing fits them then."""
    array = arguments.amounts(faults, "shares", values, finite=True)
    if array.ndim == 1:
        array = np.tile(array, (sources, 1))
    if array.ndim != 2 or len(array) != sources or not array.shape[1]:
        found = Message("shape {shape}", shape=str(array.shape))
        expected = Message("(outputs,) or ({count} sources, outputs), none empty", count=sources)
        faults.add(column="shares", found=found, expected=expected)
        faults.raise_if_any()
    with np.errstate(over="ignore"):
        total = array.sum(axis=1)
    for i in np.flatnonzero(total > 1 + _ROUNDING)[:_MOST_SHOWN]:
        found = Message("{total:.6g} in all", total=float(total[i]))
        faults.add(column=f"shares[{i}]", found=found, expected=Message("1 in all at most"))
    return array


def _splits(faults: Faults, values: ArrayLike | None, platforms: int) -> Mask:
    """Check which platforms make outputs."""
    if values is None:
        return np.ones(platforms, dtype=bool)
    array = np.asarray(values)
    if array.dtype != bool or array.shape != (platforms,):
        found = Message("{kind} of shape {shape}", kind=str(array.dtype), shape=str(array.shape))
        faults.add(column="splits", found=found, expected=Message("a mask of shape {shape}", shape=str((platforms,))))
        return np.ones(platforms, dtype=bool)
    return array.copy()


def push(
    inbound: ArrayLike,
    outlet_cost: ArrayLike,
    supply: ArrayLike | None,
    *,
    shares: ArrayLike,
    outlet_output: ArrayLike,
    outlet_capacity: ArrayLike | None = None,
    waste_cost: ArrayLike = 0.0,
    splits: ArrayLike | None = None,
    opening: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    p: int | None = None,
    at_most: int | None = None,
    groups: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the platforms that all supply goes through, and the outlets of what they make of it, at the least cost.

    Parameters
    ----------
    inbound, outlet_cost, supply, shares, outlet_output, outlet_capacity, waste_cost, splits
        As in `Push`.
    opening, capacity, p, at_most, groups, required, forbidden
        As in `Push`.
    time_limit_s, rel_gap, progress
        As in `Push.solve`.

    Returns
    -------
    Solution
        `flows` = (sources x platforms, platforms x outlets, platforms x outputs that are wasted). `value` is negative
        where the outlets pay more than all else costs.

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry where nothing may pay.
    InfeasibleError
        If the platforms cannot take in all supply; says which sources are out of reach, or how much room is lacking.

    Examples
    --------
    >>> answer = push([[1, 2]], [[-5], [-9]], [10], shares=[0.6], outlet_output=[0], waste_cost=2, opening=[8, 3])
    >>> answer.value, answer.status, answer.sites
    (-31.0, 'optimal', array([1]))
    """
    problem = Push(
        inbound, outlet_cost, supply, shares=shares, outlet_output=outlet_output, outlet_capacity=outlet_capacity,
        waste_cost=waste_cost, splits=splits, opening=opening, capacity=capacity, p=p, at_most=at_most, groups=groups,
        required=required, forbidden=forbidden,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
