"""The errors a user meets, what they say, and the collector that gathers every fault of an input before raising one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Self

_AT_MOST_SHOWN = 50


class Message(str):
    """What an error says, in English, kept with what it is made of: `coopgeo.text.said` says it in French.

    The template is the key of the French catalogue, so it must be a literal where a message is made.

    Parameters
    ----------
    template : str
        English words with {names} as `str.format` fills them.
    **values
        What fills them: texts, numbers, other messages, or a list of these, which is written with commas.

    Examples
    --------
    >>> Message("found {found}; expected {expected}", found=3, expected=Message("one of {choices}", choices=["a", "b"]))
    'found 3; expected one of a, b'
    """

    __slots__ = ("number", "templates", "values")
    number: float
    templates: tuple[str, ...]  # one, or that of one thing and that of many
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:  # noqa: D102 the class says it
        return cls._made((template,), 1, values)

    @classmethod
    def of_number(cls, one: str, many: str, count: float, /, **values: object) -> Self:
        """The words of one thing, or those of another number of them, which may stand in it as {count}."""
        return cls._made((one, many), count, {"count": count, **values})

    @classmethod
    def stacked(cls, lines: list[str]) -> Self:
        """Messages below each other."""
        return cls(
            "\n".join(f"{{line{at}}}" for at in range(len(lines))),
            **{f"line{at}": line for at, line in enumerate(lines)},
        )

    @classmethod
    def _made(cls, templates: tuple[str, ...], number: float, values: Mapping[str, object]) -> Self:
        message = super().__new__(cls, filled(templates[0 if number == 1 else -1], values))
        message.templates, message.number, message.values = templates, number, values
        return message

    def __reduce__(self) -> tuple[object, ...]:
        return Message._made, (self.templates, self.number, self.values)


class Column(str):
    """The name of a column of a table, which French messages explain."""

    __slots__ = ()


def filled(template: str, values: Mapping[str, object], say: Callable[[object], object] = lambda value: value) -> str:
    """A template with its {names} filled in.

    Parameters
    ----------
    template : str
    values : mapping
    say : callable
        What stands for a text, a message or a number.
    """

    def plain(value: object) -> object:
        if isinstance(value, list | tuple):
            return ", ".join(str(plain(one)) for one in value)
        said = isinstance(value, str | Real) and not isinstance(value, bool)
        return say(value) if said else str(value)

    return template.format(**{name: plain(value) for name, value in values.items()})


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
        place: list[str] = []
        if row is not None and id:
            place.append(Message('row {row} (id "{id}")', row=row, id=id))
        elif row is not None:
            place.append(Message("row {row}", row=row))
        elif id:
            place.append(Message('id "{id}"', id=id))
        if column is not None:
            place.append(Column(column))
        what = _found_and_expected(found, expected)
        self.lines.append(Message("{place}: {what}", place=place, what=what) if place else what)

    def extend(self, other: "Faults") -> None:
        """Take over the faults of a part of this input, each under the part's own name."""
        self.lines.extend(Message("{part}: {line}", part=other.where, line=line) for line in other.lines)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def raise_if_any(self) -> None:
        """Raise one `InputError` that lists every fault noted, if there is any."""
        if not self.lines:
            return
        count = len(self.lines)
        heading = Message.of_number("{where} has {count} fault", "{where} has {count} faults", count, where=self.where)
        shown: list[str] = [Message("  {line}", line=line) for line in self.lines[:_AT_MOST_SHOWN]]
        if count > _AT_MOST_SHOWN:
            shown.append(Message("  and {count} more", count=count - _AT_MOST_SHOWN))
        raise InputError(Message.stacked([heading, *shown]))


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
        if value is None or isinstance(value, str | int | float):
            found = Message("{nothing}", nothing=None) if value is None else value
        else:
            found = Message("a {kind}", kind=type(value).__name__)
        raise InputError(Message("{name}: {what}", name=name, what=_found_and_expected(found, expected)))


def _found_and_expected(found: object, expected: str) -> Message:
    if found is None:
        return Message("expected {expected}", expected=expected)
    if isinstance(found, str) and not isinstance(found, Message):
        return Message('found "{found}"; expected {expected}', found=found, expected=expected)
    return Message("found {found}; expected {expected}", found=found, expected=expected)
