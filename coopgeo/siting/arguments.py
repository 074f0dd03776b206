"""The checks that every location problem makes of its input, before any solver starts; faults are gathered, not raised one by one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults
from coopgeo.siting.solution import listed

_MOST_SHOWN = 10
_MOST_VALUE = 1e100


def amounts(
    faults: Faults, name: str, values: ArrayLike, shape: tuple[int, ...] | None = None, *, finite: bool = False
) -> Floats:
    """Check an array of costs or amounts: its shape, and that no entry is NaN, negative or (if `finite`) infinite.

    float32 stays float32; all else becomes float64.
    """
    try:
        array = np.asarray(values)
        array = array if array.dtype in (np.float32, np.float64) else np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        faults.add(column=name, found=str(error), expected="an array of numbers, its rows of one length")
        return np.zeros(shape or (0, 0))
    if shape is not None and array.shape != shape:
        faults.add(column=name, found=f"shape {array.shape}", expected=f"shape {shape}")
    if array.size and (not array.min() >= 0 or (finite and array.max() == np.inf)):
        _name_entries(faults, name, array, finite=finite)
    return array


def _name_entries(faults: Faults, name: str, array: Floats, *, finite: bool) -> None:
    wanted = "a finite number, 0 or more" if finite else "0 or more, or inf for a pair that is not allowed"
    wrong = np.argwhere(~(array >= 0) | (np.isinf(array) if finite else False))
    for where in wrong[:_MOST_SHOWN]:
        place = ", ".join(map(str, where))
        faults.add(column=f"{name}[{place}]" if place else name, found=array[tuple(where)], expected=wanted)
    if len(wrong) > _MOST_SHOWN:
        rows = np.unique(wrong[:, 0])
        faults.add(column=name, found=f"{len(wrong)} such entries, in rows {listed(rows)}", expected=wanted)


def cost_matrix(faults: Faults, name: str, values: ArrayLike) -> Floats:
    """Check a matrix of costs, demand points as rows and sites as columns; raises if it is no matrix, because nothing else can be checked then."""
    matrix = amounts(faults, name, values)
    if matrix.ndim != 2 or 0 in matrix.shape:
        faults.add(
            column=name,
            found=f"shape {matrix.shape}",
            expected="a matrix: demand points as rows, sites as columns, one of each at least",
        )
        faults.raise_if_any()
    return matrix


def per_point(faults: Faults, name: str, values: ArrayLike | None, n: int, default: float) -> Floats:
    """Check one finite amount for each of n points or sites; all `default` if not given."""
    if values is None:
        return np.full(n, default)
    return np.asarray(amounts(faults, name, values, (n,), finite=True), dtype=np.float64)


def number_of_sites(
    faults: Faults, p: int | None, place: Ints, required: Mask, forbidden: Mask, *, may_be_free: bool = False
) -> None:
    """Check p against the places there are (sizes of one place share its number), those required and those forbidden; None where p may be free."""
    both = np.flatnonzero(required & forbidden)
    if len(both):
        faults.add(
            column="required, forbidden",
            found=f"sites {listed(both)} in both",
            expected="a site either required or forbidden",
        )
    if p is None and may_be_free:
        return
    sites, must, left = len(place), len(np.unique(place[required])), int((~forbidden).sum())
    if not isinstance(p, int | np.integer) or isinstance(p, bool) or not 1 <= p <= sites:
        faults.add(column="p", found=p, expected=f"a whole number from 1 to {sites}")
    elif must > p:
        faults.add(column="required", found=f"{must} sites", expected=f"p = {p} at most")
    elif left < p:
        faults.add(column="forbidden", found=f"{left} sites left", expected=f"p = {p} at least")


def site_masks(
    faults: Faults, required: Sequence[int] | ArrayLike, forbidden: Sequence[int] | ArrayLike, n: int
) -> tuple[Mask, Mask]:
    """Masks of length n of the sites that must, and that may not, be open."""
    return site_mask(faults, "required", required, n), site_mask(faults, "forbidden", forbidden, n)


def site_mask(faults: Faults, name: str, sites: Sequence[int] | ArrayLike, n: int) -> Mask:
    """Turn site indices, or a boolean mask, into a mask of length n."""
    given = np.asarray(sites)
    if given.dtype == bool:
        if given.shape != (n,):
            faults.add(column=name, found=f"a mask of shape {given.shape}", expected=f"a mask of shape ({n},)")
            return np.zeros(n, dtype=bool)
        return given.copy()
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


def labels(faults: Faults, name: str, values: ArrayLike | None, n: int) -> Ints:
    """Check the labels of n sites and number them; each a group of its own if not given."""
    if values is None:
        return np.arange(n)
    given = np.asarray(values)
    if given.shape != (n,):
        faults.add(column=name, found=f"shape {given.shape}", expected=f"shape ({n},)")
        return np.arange(n)
    if None in given.tolist() or (given.dtype.kind == "f" and np.isnan(given).any()):
        faults.add(column=name, found="labels that are missing", expected="a label for every site")
        return np.arange(n)
    try:
        return np.unique(given, return_inverse=True)[1].astype(np.intp)
    except TypeError:
        faults.add(column=name, found="labels of several kinds", expected="all numbers or all text")
        return np.arange(n)


def countable(faults: Faults, name: str, costs: Floats, demand: Floats) -> None:
    """Check that costs times demand are numbers that can be added up."""
    with np.errstate(over="ignore"):
        most = np.where(np.isfinite(costs), costs, 0.0).max(initial=0.0) * demand.sum()
    if not most < _MOST_VALUE:
        faults.add(
            column=name,
            found=f"{most:.3g} in all, times demand",
            expected=f"less than {_MOST_VALUE:g}; write inf for a pair that is not allowed",
        )


def positive(faults: Faults, name: str, number: float) -> None:
    """Check a number that must be finite and not negative."""
    if not (isinstance(number, int | float | np.number) and np.isfinite(number) and number >= 0):
        faults.add(column=name, found=number, expected="a finite number, 0 or more")


def limits(time_limit_s: float, rel_gap: float = 0.0) -> None:
    """Check the limits of a search; raises `InputError`."""
    faults = Faults("limits of the search")
    for name, limit in (("time_limit_s", time_limit_s), ("rel_gap", rel_gap)):
        if not isinstance(limit, int | float | np.number) or not limit >= 0:
            faults.add(column=name, found=limit, expected="a number, 0 or more")
    faults.raise_if_any()
