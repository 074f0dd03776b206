"""The errors a user meets, and the collector that gathers every fault of an input before raising one."""

from dataclasses import dataclass, field
from typing import Any

_AT_MOST_SHOWN = 50


class CoopgeoError(Exception):
    """Any error that coopgeo raises on purpose."""


class InputError(CoopgeoError, ValueError):
    """An input that cannot be used: the message lists every fault found, and what to do about each."""


class InfeasibleError(CoopgeoError, ValueError):
    """A well-formed problem that has no solution: the message says what is lacking, and where."""


class NoPathError(CoopgeoError, ValueError):
    """Two places that no road open to the vehicle joins."""


@dataclass
class Faults:
    """Faults of one input, gathered so that a user can mend them all at once.

    Parameters
    ----------
    where : str
        Name of the input (usually a file, relative to the study folder), which opens every message.

    Examples
    --------
    >>> faults = Faults("customers.csv")
    >>> faults.add(row=4, id="lycee", column="power_kw", found=-120, expected="0 or more")
    >>> faults.raise_if_any()
    Traceback (most recent call last):
    coopgeo.errors.InputError: customers.csv has 1 fault
      row 4 (id "lycee"), power_kw: found -120; expected 0 or more
    """

    where: str
    lines: list[str] = field(default_factory=list)

    def add(
        self,
        *,
        expected: str,
        found: object = None,
        row: int | None = None,
        id: str | None = None,  # the word that users know from the tables
        column: str | None = None,
    ) -> None:
        """Note one fault.

        Parameters
        ----------
        expected : str
            What should stand there, and what to do if that is not plain.
        found : object, optional
            What stands there.
        row : int, optional
            Line of the file as a spreadsheet numbers it: the header is row 1.
        id : str, optional
            Value of the row's id column.
        column : str, optional
            Name of the column.
        """
        named = f'id "{id}"' if id else ""
        place = [named] if row is None else [f"row {row}" + (f" ({named})" if named else "")]
        if column is not None:
            place.append(column)
        what = ([] if found is None else [f"found {_shown(found)}"]) + [f"expected {expected}"]
        self.lines.append(": ".join(filter(None, [", ".join(filter(None, place)), "; ".join(what)])))

    def extend(self, other: "Faults") -> None:
        """Take over the faults of a part of this input, each under the part's own name."""
        self.lines.extend(f"{other.where}: {line}" for line in other.lines)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def raise_if_any(self) -> None:
        """Raise one `InputError` that lists every fault noted, if there is any."""
        if not self.lines:
            return
        shown = [f"  {line}" for line in self.lines[:_AT_MOST_SHOWN]]
        if len(self.lines) > _AT_MOST_SHOWN:
            shown.append(f"  and {len(self.lines) - _AT_MOST_SHOWN} more")
        count = f"{len(self.lines)} fault" + ("s" if len(self.lines) > 1 else "")
        raise InputError("\n".join([f"{self.where} has {count}", *shown]))


def check_kind(name: str, value: object, kinds: Any, expected: str) -> None:
    """Refuse an argument of another kind.

    Parameters
    ----------
    name : str
        Of the argument.
    value : object
    kinds : type or union of types
    expected : str
        What should be passed, in words.

    Raises
    ------
    InputError
        If the value is none of these kinds.
    """
    if not isinstance(value, kinds):
        found = _shown(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
        raise InputError(f"{name}: found {found}; expected {expected}")


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
