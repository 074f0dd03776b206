"""The checks that every location problem makes of its input before any solver starts: faults are gathered."""

from collections.abc import Iterable
from numbers import Real
from typing import TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults, Message
from coopgeo.siting.solution import listed

Sites = Iterable[int] | Mask  # site indices or a boolean mask
_MOST_SHOWN, _MOST_TEXT, _MOST_BITS = 10, 60, 128
_MOST_VALUE = 1e100


def amounts(
    faults: Faults, name: str, values: ArrayLike, shape: tuple[int, ...] | None = None, *, finite: bool = False
) -> Floats:
    """Check an array of costs or amounts and make it plain: contiguous float64 that may be written to.

    Its shape is checked, and that no entry is NaN, negative or (if `finite`) infinite. Compiled code meets one kind of
    array only: it would be compiled anew for each other one.
    """
    array = _plain(faults, name, values)
    if array is None:
        return np.zeros(shape or (0, 0))
    if shape is not None and array.shape != shape:
        faults.add(column=name, found=_shape(array.shape), expected=_shape(shape))
    if array.size and (not array.min() >= 0 or (finite and array.max() == np.inf)):
        _name_entries(faults, name, array, finite=finite)
    return array


def costs_or_gains(faults: Faults, name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Check an array of costs that are negative where something is paid, as `amounts` does those of 0 or more."""
    array = _plain(faults, name, values)
    if array is None:
        return np.zeros(shape)
    if array.shape != shape:
        faults.add(column=name, found=_shape(array.shape), expected=_shape(shape))
        return np.zeros(shape)
    wrong = np.argwhere(~(array > -np.inf))
    for index in wrong[:_MOST_SHOWN]:
        expected = Message("a number, negative where it pays, or inf for a pair that is not allowed")
        faults.add(column=f"{name}[{', '.join(map(str, index))}]", found=float(array[tuple(index)]), expected=expected)
    return array


def _plain(faults: Faults, name: str, values: ArrayLike) -> Floats | None:
    """Turn numbers of any kind into contiguous float64; None, with a fault noted, if they are no numbers."""
    if np.ma.is_masked(values):
        faults.add(
            column=name,
            found=Message("masked entries"),
            expected=Message("numbers everywhere; fill the masked ones in"),
        )
        return None
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "fiuO":
            found = Message("entries of type {kind}", kind=str(array.dtype))
            faults.add(column=name, found=found, expected=Message("an array of numbers"))
            return None
        if array.dtype.kind == "O" and not all(_is_number(entry) for entry in array.flat):
            entry = next(entry for entry in array.flat if not _is_number(entry))
            faults.add(column=name, found=_short(entry), expected=Message("an array of numbers"))
            return None
        with np.errstate(over="ignore"):
            return np.require(array, np.float64, ["C", "W", "A"])
    except (TypeError, ValueError, OverflowError):
        faults.add(
            column=name,
            found=Message("what is none"),
            expected=Message("an array of numbers, its rows of one length"),
        )
        return None


def _is_number(entry: object) -> bool:
    return isinstance(entry, Real) and not isinstance(entry, bool | np.bool_)


def _short(value: object) -> object:
    """A value as it is, or the beginning of its text."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return Message("a whole number of {count} bits", count=value.bit_length())
    if value is None:
        return Message("nothing")
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    return Message("{value}", value=repr(value)[:_MOST_TEXT])


def _shape(shape: tuple[int, ...]) -> Message:
    return Message("shape {shape}", shape=str(shape))


def is_whole(number: object) -> TypeGuard[int | np.integer]:
    """Whether a number is a whole one: a truth value is none, nor is 3.0."""
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _name_entries(faults: Faults, name: str, array: Floats, *, finite: bool) -> None:
    expected = Message("0 or more, or inf for a pair that is not allowed")
    if finite:
        expected = Message("a finite number, 0 or more")
    wrong = np.argwhere(~(array >= 0) | (np.isinf(array) if finite else False))
    for index in wrong[:_MOST_SHOWN]:
        place = ", ".join(map(str, index))
        faults.add(column=f"{name}[{place}]" if place else name, found=float(array[tuple(index)]), expected=expected)
    if len(wrong) > _MOST_SHOWN:
        rows = np.unique(wrong[:, 0])
        found = Message("{count} such entries, in rows {rows}", count=len(wrong), rows=listed(rows))
        faults.add(column=name, found=found, expected=expected)


def cost_matrix(faults: Faults, name: str, values: ArrayLike) -> Floats:
    """Check a matrix of costs, demand points as rows and sites as columns.

    Raises if it is no matrix, because nothing else can be checked then.
    """
    matrix = amounts(faults, name, values)
    if matrix.ndim != 2 or 0 in matrix.shape:
        faults.add(
            column=name,
            found=_shape(matrix.shape),
            expected=Message("a matrix: demand points as rows, sites as columns, one of each at least"),
        )
        faults.raise_if_any()
    return matrix


def per_point(faults: Faults, name: str, values: ArrayLike | None, n: int, default: float) -> Floats:
    """Check one finite amount for each of n points or sites; all `default` if there are none."""
    if values is None:
        return np.full(n, default)
    return amounts(faults, name, values, (n,), finite=True)


def rooms(faults: Faults, name: str, values: ArrayLike | None, n: int) -> Floats:
    """Check the capacity of each of n sites; all infinite if there are none."""
    return np.full(n, np.inf) if values is None else amounts(faults, name, values, (n,))


def number_of_sites(
    faults: Faults,
    p: int | None,
    place: Ints,
    required: Mask,
    forbidden: Mask,
    *,
    may_be_free: bool = False,
    least: int = 1,
) -> int | None:
    """Check p against the places, and which are required and forbidden; p as a plain number, None where it is free.

    Sizes of one place share the number of their place.
    """
    both = np.flatnonzero(required & forbidden)
    if len(both):
        faults.add(
            column="required, forbidden",
            found=Message("sites {sites} in both", sites=listed(both)),
            expected=Message("a site either required or forbidden"),
        )
    if p is None and may_be_free:
        return None
    sites, must, left = len(place), len(np.unique(place[required])), int((~forbidden).sum())
    if not is_whole(p) or not least <= p <= sites:
        expected = Message("a whole number from {least} to {most}", least=least, most=sites)
        faults.add(column="p", found=_short(p), expected=expected)
        return None
    if must > p:
        found = Message.of_number("{count} site", "{count} sites", must)
        faults.add(column="required", found=found, expected=Message("p = {p} at most", p=int(p)))
    elif left < p:
        found = Message.of_number("{count} site left", "{count} sites left", left)
        faults.add(column="forbidden", found=found, expected=Message("p = {p} at least", p=int(p)))
    return int(p)


def most_sites(
    faults: Faults, at_most: int | None, p: int | None, place: Ints, required: Mask, *, least: int
) -> int | None:
    """Check the most sites that may open where p is free; a plain number, None where there is no such limit."""
    if at_most is None:
        return None
    if p is not None:
        expected = Message("no such limit where p says how many open")
        faults.add(column="at_most", found=_short(at_most), expected=expected)
        return None
    if not is_whole(at_most) or at_most < least:
        expected = Message("a whole number, {least} or more", least=least)
        faults.add(column="at_most", found=_short(at_most), expected=expected)
        return None
    must, most = len(np.unique(place[required])), min(int(at_most), len(place))
    if must > most:
        found = Message.of_number("{count} site", "{count} sites", must)
        faults.add(column="required", found=found, expected=Message("at_most = {most} at most", most=most))
    return most


def prices(faults: Faults, name: str, values: ArrayLike | None, n: int) -> Floats | None:
    """Check a price for all of n points, or one for each, where `inf` stands for what no price allows."""
    if values is None:
        return None
    if np.ndim(values) == 0:
        return np.full(n, positive(faults, name, values))
    return amounts(faults, name, values, (n,))


def site_masks(faults: Faults, required: Sites, forbidden: Sites, n: int) -> tuple[Mask, Mask]:
    """Masks of length n of the sites that must, and that may not, be open."""
    return site_mask(faults, "required", required, n), site_mask(faults, "forbidden", forbidden, n)


def site_mask(faults: Faults, name: str, sites: Sites, n: int) -> Mask:
    """Turn site indices, or a boolean mask, into a mask of length n."""
    mask, expected = np.zeros(n, dtype=bool), Message("site indices (whole numbers) or a boolean mask")
    try:
        entries = sites if isinstance(sites, np.ndarray) else list(sites)
        array = np.asarray(entries)
    except (TypeError, ValueError):
        faults.add(column=name, found=_short(sites), expected=expected)
        return mask
    if array.dtype == bool and array.size:
        if array.shape != (n,):
            found, expected = (Message("a mask of shape {shape}", shape=str(one)) for one in (array.shape, (n,)))
            faults.add(column=name, found=found, expected=expected)
            return mask
        if not np.ma.is_masked(sites):
            return array.copy()
    mixed = any(isinstance(entry, bool | np.bool_) for entry in entries)
    if array.size and (array.dtype.kind not in "iu" or array.ndim != 1 or mixed or np.ma.is_masked(sites)):
        faults.add(
            column=name, found=_short(array.tolist() if isinstance(sites, np.ndarray) else entries), expected=expected
        )
        return mask
    inside = (array >= 0) & (array < n)
    for site in array[~inside]:
        faults.add(column=name, found=int(site), expected=Message("a site index from 0 to {last}", last=n - 1))
    mask[array[inside].astype(np.intp)] = True
    return mask


def labels(faults: Faults, name: str, values: ArrayLike | None, n: int) -> Ints:
    """Check the labels of n sites and number them; each a group of its own if there are none."""
    if values is None:
        return np.arange(n)
    array = np.asarray(values)
    if array.shape != (n,):
        faults.add(column=name, found=_shape(array.shape), expected=_shape((n,)))
        return np.arange(n)
    # What is missing (NaN, NaT, None, NA) does not equal itself, or cannot be compared.
    if np.ma.is_masked(values) or any(label is None or label != label for label in array.tolist()):  # noqa: PLR0124
        faults.add(column=name, found=Message("labels that are missing"), expected=Message("a label for every site"))
        return np.arange(n)
    try:
        return np.unique(array, return_inverse=True)[1].astype(np.intp)
    except TypeError:
        faults.add(column=name, found=Message("labels of several kinds"), expected=Message("all numbers or all text"))
        return np.arange(n)


def countable(faults: Faults, name: str, costs: Floats, amounts: Floats | None = None) -> None:
    """Check that costs (times amounts, if there are any) are numbers that can be added up."""
    finite = np.where(np.isfinite(costs), costs, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        most = finite.sum() if amounts is None else finite.max(initial=0.0) * max(1.0, amounts.sum())
    if not most < _MOST_VALUE:
        found = Message("{most:.3g} in all", most=float(most))
        if amounts is not None:
            found = Message("{most:.3g} in all, times demand", most=float(most))
        expected = Message("less than {most:g}; write inf for a pair that is not allowed", most=_MOST_VALUE)
        faults.add(column=name, found=found, expected=expected)


def positive(faults: Faults, name: str, number: object, *, finite: bool = True) -> float:
    """Check a number, 0 or more, and make it plain; whole numbers beyond all measure count as infinite."""
    if isinstance(number, int | float | np.integer | np.floating) and not isinstance(number, bool):
        try:
            plain = float(number)
        except OverflowError:
            plain = np.inf if number > 0 else -np.inf
        if plain >= 0 and not (finite and plain == np.inf):
            return plain
    expected = Message("a finite number, 0 or more") if finite else Message("a number, 0 or more")
    faults.add(column=name, found=_short(number), expected=expected)
    return 0.0


def limits(time_limit_s: float, rel_gap: float = 0.0) -> float:
    """Check the limits of a search; the seconds, plainly; raises `InputError`."""
    faults = Faults("limits of the search")
    limit_s = positive(faults, "time_limit_s", time_limit_s, finite=False)
    positive(faults, "rel_gap", rel_gap)
    faults.raise_if_any()
    return limit_s
