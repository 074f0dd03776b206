"""The errors a user meets, what they say, and the collector that gathers every fault of an input before raising one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any, Self

_AT_MOST_SHOWN = 50
_FIRST = 3  # faults of one cause that are shown one by one


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


class Word(str):
    """A word of a table that stands for something, such as a status; French messages say what it stands for.

    Parameters
    ----------
    word : str
        As the table has it.
    key : str
        Of what it stands for, in the catalogue of texts.
    """

    __slots__ = ("key",)
    key: str

    def __new__(cls, word: str, key: str = "") -> Self:  # noqa: D102 the class says it
        made = super().__new__(cls, word)
        made.key = key
        return made


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
            parts = [f"{plain(one)}" for one in value]
            is_decimal = any("," in part for one, part in zip(value, parts, strict=True) if isinstance(one, Real))
            return ("\u202f; " if is_decimal else ", ").join(parts)
        said = isinstance(value, str | Real) and not isinstance(value, bool)
        return say(value) if said else str(value)

    return template.format(**{name: plain(value) for name, value in values.items()})


class CoopgeoError(Exception):
    """Any error that coopgeo raises on purpose."""


class InputError(CoopgeoError, ValueError):
    """An input that cannot be used: the message lists every fault found, and what to do about each."""


class TooFewSitesError(InputError):
    """So many sites are forbidden or excluded that fewer are left than must open."""


class InfeasibleError(CoopgeoError, ValueError):
    """A well-formed problem that has no solution: the message says what is lacking, and where."""


class NoPathError(CoopgeoError, ValueError):
    """Two places that no road open to the vehicle joins."""


_Cell = tuple[tuple[str, ...], int | None, str]  # parts of the input, row (None = all), column


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input, and where; see `Faults.add`."""

    expected: str
    found: object = None
    row: int | None = None
    id: str | None = None
    column: str | None = None
    hint: str | None = None
    rests_on: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def cause(self) -> tuple[object, ...]:
        """What faults of one cause have in common: those of many rows are said at once."""
        return self.parts, self.column, self.expected

    def cells(self) -> set[_Cell]:
        """The cells that it speaks of, where it speaks of a row."""
        return {(self.parts, self.row, column) for column in self._columns()} if self.row is not None else set()

    def rest(self) -> set[_Cell]:
        """The cells and whole columns (of row None) that it would not hold without."""
        columns = (*self._columns(), *self.rests_on)
        return {(self.parts, row, column) for column in columns for row in {self.row, None}}

    def _columns(self) -> list[str]:
        return self.column.split(", ") if self.column else []


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
    noted: list[Fault] = field(default_factory=list)
    _cells: set[_Cell] = field(default_factory=set)  # that a fault was noted of

    def add(
        self,
        *,
        expected: str,
        found: object = None,
        row: int | None = None,
        id: str | None = None,  # the word that users know from the tables
        column: str | None = None,
        hint: str | None = None,
        rests_on: tuple[str, ...] = (),
    ) -> None:
        """Note one fault; a second one of a cell is passed over.

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
        hint : str, optional
            What may have been meant.
        rests_on : tuple of str, optional
            Other columns whose faults make this one meaningless.
        """
        self._note(Fault(expected, found, row, id, column, hint, rests_on))

    def add_column(self, column: str, *, expected: str, found: object = None, hint: str | None = None) -> None:
        """Note that a whole column cannot be used; later faults of its cells are passed over."""
        self._note(Fault(expected, found, None, None, column, hint))
        self.pass_over(column)

    def pass_over(self, column: str) -> None:
        """Pass over later faults of the cells of a column."""
        self._cells.add(((), None, column))

    def extend(self, other: "Faults") -> None:
        """Take over the faults of a part of this input, each under the part's own name."""
        for fault in other.noted:
            self._note(replace(fault, parts=(other.where, *fault.parts)))
        cells = other._cells  # noqa: SLF001 - its own kind
        self._cells |= {((other.where, *parts), row, column) for parts, row, column in cells}

    def _note(self, fault: Fault) -> None:
        if self._cells.isdisjoint(fault.rest()):
            self.noted.append(fault)
            self._cells |= fault.cells()

    @property
    def lines(self) -> list[Message]:
        """What each fault says."""
        return [_said_of([fault]) for fault in self.noted]

    @property
    def causes(self) -> list[Message]:
        """What the faults say, those of one cause in one line."""
        return [line for faults in _by_cause(self.noted) for line in _lines_of(faults)]

    def __bool__(self) -> bool:
        return bool(self.noted)

    def __len__(self) -> int:
        return len(self.noted)

    def raise_if_any(self, kind: type[InputError] = InputError) -> None:
        """Raise one `InputError`, or one of its kinds, that lists every fault noted, if any; one line a cause."""
        if not self.noted:
            return
        lines = self.causes
        count = len(lines)
        heading = Message.of_number("{where} has {count} fault", "{where} has {count} faults", count, where=self.where)
        shown: list[str] = [Message("  {line}", line=line) for line in lines[:_AT_MOST_SHOWN]]
        if count > _AT_MOST_SHOWN:
            shown.append(Message("  and {count} more", count=count - _AT_MOST_SHOWN))
        raise kind(Message.stacked([heading, *shown]))


def _by_cause(faults: list[Fault]) -> list[list[Fault]]:
    causes: dict[tuple[object, ...], list[Fault]] = {}
    for fault in faults:
        causes.setdefault(fault.cause, []).append(fault)
    return list(causes.values())


def _lines_of(faults: list[Fault]) -> list[Message]:
    """The lines that faults of one cause take: one where they are many, or all the same."""
    alike = len({str(fault.found) for fault in faults}) == 1
    return [_said_of(faults)] if alike or len(faults) > _FIRST else [_said_of([fault]) for fault in faults]


def _said_of(faults: list[Fault]) -> Message:
    """What faults of one cause say: where the first of them are, what is found there, what is expected."""
    first, others = faults[0], len(faults) - _FIRST
    place: list[str] = [where for fault in faults[:_FIRST] if (where := _row_of(fault))]
    if place and others > 0:
        if first.row is None:
            place = [Message("{rows} and {count} more", rows=place, count=others)]
        else:
            place = [
                Message.of_number("{rows} and {count} more row", "{rows} and {count} more rows", others, rows=place)
            ]
    if first.column is not None:
        place.extend(map(Column, first.column.split(", ")))
    found = list({str(fault.found): fault.found for fault in faults[:_FIRST]}.values())
    what: Message = _found_and_expected(found[0], first.expected)
    if len(found) > 1:
        values = [_quoted(value) for value in found]
        if others > 0 and len(place) <= 1:
            values.append(Message("{count} more", count=others))
        what = _found_and_expected(Message("{values}", values=values), first.expected)
    hints = list(dict.fromkeys(fault.hint for fault in faults[:_FIRST] if fault.hint))
    if hints:
        what = Message("{what}; {hint}", what=what, hint=hints)
    if place:
        what = Message("{place}: {what}", place=place, what=what)
    for part in reversed(first.parts):
        what = Message("{part}: {line}", part=part, line=what)
    return what


def _row_of(fault: Fault) -> Message | None:
    if fault.row is not None and fault.id:
        return Message('row {row} (id "{id}")', row=fault.row, id=fault.id)
    if fault.row is not None:
        return Message("row {row}", row=fault.row)
    return Message('id "{id}"', id=fault.id) if fault.id else None


def _quoted(value: object) -> object:
    return Message('"{found}"', found=value) if isinstance(value, str) and not isinstance(value, Message) else value


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
        known = Message("None") if value is None else Message("a {kind}", kind=type(value).__name__)
        found = value if isinstance(value, str | int | float) else known
        raise InputError(Message("{name}: {what}", name=name, what=_found_and_expected(found, expected)))


def _found_and_expected(found: object, expected: str) -> Message:
    if found is None:
        return Message("expected {expected}", expected=expected)
    if found == "" and not isinstance(found, Message):
        return Message('found ""; expected {expected}', expected=expected)
    if isinstance(found, str) and not isinstance(found, Message):
        return Message('found "{found}"; expected {expected}', found=found, expected=expected)
    return Message("found {found}; expected {expected}", found=found, expected=expected)
