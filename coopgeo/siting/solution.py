"""What every location problem returns, and the checks that every one makes of its input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from coopgeo.errors import Faults

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Status = Literal["optimal", "feasible"]


@dataclass(frozen=True)
class Solution:
    """An answer to a location problem, with what is known of its quality.

    Attributes
    ----------
    value : float
        Value of the answer, in the units of the costs given.
    bound : float
        No answer can be better than this.
    gap : float
        |value - bound| / max(|value|, 1e-9).
    status : {"optimal", "feasible"}
        "optimal" only when bound and value meet within the gap asked for; "feasible" when a limit stopped the search.
    sites : ndarray of int
        Sorted indices of the open sites.
    assignment : ndarray of int, optional
        Site of each demand point, where a point has just one.
    flows : tuple of csr_array
        Amounts shipped: (sources x platforms as they leave the source, platforms x customers); empty where the problem has none.
    unmet : ndarray of float, optional
        Demand left unserved, where that was allowed at a price.
    seconds : float
        Wall time of the search.
    """

    value: float
    bound: float
    gap: float
    status: Status
    sites: Ints
    assignment: Ints | None = None
    flows: tuple[csr_array, ...] = ()
    unmet: Floats | None = None
    seconds: float = 0.0


def relative_gap(value: float, bound: float) -> float:
    """Distance of the bound from the value, relative to the value."""
    return abs(value - bound) / max(abs(value), 1e-9)


def cost_array(faults: Faults, name: str, values: ArrayLike, shape: tuple[int, ...] | None = None, *, finite: bool = False) -> Floats:
    """Check an array of costs or amounts: its shape, and that no entry is NaN, negative or (if `finite`) infinite."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        faults.add(column=name, found=str(error), expected="an array of numbers, its rows of one length")
        return np.zeros(shape or (0, 0))
    if shape is not None and array.shape != shape:
        faults.add(column=name, found=f"shape {array.shape}", expected=f"shape {shape}")
    wrong = np.isnan(array) | (array < 0) | (np.isinf(array) if finite else False)
    for where in np.argwhere(wrong)[:10]:
        place = ", ".join(map(str, where))
        wanted = "a finite number, 0 or more" if finite else "0 or more, or inf for a pair that is not allowed"
        faults.add(column=f"{name}[{place}]" if place else name, found=array[tuple(where)], expected=wanted)
    return array


def site_mask(faults: Faults, name: str, sites: Sequence[int] | ArrayLike, n: int) -> NDArray[np.bool_]:
    """Turn site indices, or a boolean mask, into a mask of length n."""
    given = np.asarray(sites)
    if given.dtype == bool:
        if given.shape != (n,):
            faults.add(column=name, found=f"a mask of shape {given.shape}", expected=f"a mask of shape ({n},)")
            return np.zeros(n, dtype=bool)
        return given
    mask = np.zeros(n, dtype=bool)
    if given.size and given.dtype.kind not in "iu":
        faults.add(column=name, found=given.tolist(), expected="site indices (whole numbers) or a boolean mask")
        return mask
    index = given.astype(np.intp).ravel()
    inside = (index >= 0) & (index < n)
    for site in index[~inside]:
        faults.add(column=name, found=int(site), expected=f"a site index from 0 to {n - 1}")
    mask[index[inside]] = True
    return mask
