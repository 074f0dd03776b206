"""Numbers as people and spreadsheets write them: 0,85, 1 200, 35 %. What can be read in two ways is said to be so."""

import re
from collections.abc import Callable, Collection, Iterable

from coopgeo.errors import Message
from coopgeo.study.raw_tables import Figure

MARKS = ".,"
_SPACES = " \u00a0\u2009\u202f'’"  # that stand between thousands; the last two as the Swiss write them
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}([{_SPACES}]\d{{3}})+(?![\d{_SPACES}])", re.ASCII)
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)  # 1,234: a decimal mark, or one between thousands
_THOUSANDS = {mark: re.compile(rf"[+-]?\d{{1,3}}(\{mark}\d{{3}})+", re.ASCII) for mark in MARKS}
_MONTH = "(jan|f[eé]v|feb|mar|avr|apr|mai|may|jui|jun|jul|ao[uû]|aug|sep|oct|nov|d[eé]c)[a-zûé]*\\.?"
_DATE = re.compile(
    rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}.*|\d{{1,4}}[-/ .]{_MONTH}([-/ .]\d{{2,4}})?|{_MONTH}[-/ .]\d{{2,4}}"
)
_ERROR = re.compile(r"#[A-Z]\S*")
_UNIT = re.compile(r"[^\W\d_](?!\d)[^\W\d_/²³]*|[€$]\S*")
_LONGEST = 40  # signs of a number with its unit; longer texts are no slips
_LETTERS = str.maketrans("oOlI", "0011")


def readings(text: str) -> tuple[float, ...]:
    """What a text may mean as a number: nothing, one number, or two, that with a decimal mark first.

    Examples
    --------
    >>> readings("1 234,5"), readings("1.234,5"), readings("1,234"), readings("45O")
    ((1234.5,), (1234.5,), (1.234, 1234.0), ())
    """
    digits = _ungrouped(text)
    mark = _last_mark(digits)
    other = MARKS.replace(mark, "") if mark else ""
    if mark and digits.count(mark) > 1:  # 1.234.567
        return _number(digits.replace(mark, "")) if _THOUSANDS[mark].fullmatch(digits) else ()
    if other and other in digits:  # 1.234,5
        whole = digits.partition(mark)[0]
        return _number(digits.replace(other, "").replace(mark, ".")) if _THOUSANDS[other].fullmatch(whole) else ()
    number = _number(digits.replace(",", "."))
    if digits == _signed(text) and _EITHER.fullmatch(digits):
        return (*number, *_number(digits.replace(mark, "")))
    return number


def decimal_mark(text: str) -> str:
    """The mark that is the decimal one of a text beyond doubt; none if it has none, or may be read in two ways.

    Examples
    --------
    >>> decimal_mark("0.677"), decimal_mark("1 200,5"), decimal_mark("1.234"), decimal_mark("1.234.567")
    ('.', ',', '', '')
    """
    digits = _ungrouped(text)
    mark = _last_mark(digits)
    return mark if mark and digits.count(mark) == 1 and len(readings(text)) == 1 else ""


def decimal_marks(cells: Iterable[str]) -> set[str]:
    """The decimal marks that the texts of a table use beyond doubt; a cell that holds a number has none of its own."""
    texts = {cell for cell in cells if not isinstance(cell, Figure)}
    return {mark for text in texts if (mark := decimal_mark(text.removesuffix("%").rstrip(_SPACES)))}


def number_of(
    text: str, marks: Collection[str], fits: Callable[[float], bool] = lambda _: True, *, share: bool = False
) -> float | None:
    """The one number that a text means; None if it is none, or can be read in two ways.

    Parameters
    ----------
    text : str
    marks : collection of str
        Decimal marks that its table uses; none if no other text settles it.
    fits : callable, optional
        Whether a number may stand there.
    share : bool, optional
        Whether it is a share, which may be written as a percentage.

    Examples
    --------
    >>> number_of("1.500", {"."}), number_of("1.500", {","}), number_of("1.500", ())
    (1.5, None, None)
    >>> number_of("35 %", (), share=True), number_of("12,5%", (), share=True), number_of("35 %", ())
    (0.35, 0.125, None)
    """
    if isinstance(text, Figure):
        return next(iter(readings(text)), None)
    stem = text.removesuffix("%").rstrip(_SPACES) if share else text
    found = tuple(round(one / 100, 12) for one in readings(stem)) if stem != text else readings(text)
    if len(found) > 1:
        if set(marks) == {_last_mark(text)}:
            return found[0]
        found = tuple(filter(fits, found))
    return found[0] if len(found) == 1 else None


def number_expected(text: str, *, may_be_blank: bool) -> Message:
    """What should stand in place of a text that is no number, and what to do about it."""
    short = text[:_LONGEST]
    causes = (
        (
            len(readings(text)) > 1,
            Message(
                "a number that can be read in one way only: write it without a mark between thousands, "
                "or with one decimal more"
            ),
        ),
        (_ERROR.fullmatch(short), Message("a number (the spreadsheet writes this where a formula failed)")),
        (
            _DATE.fullmatch(short.casefold()),
            Message("a number (the spreadsheet made a date of it); set the cells to text and type it again"),
        ),
        (readings(short.translate(_LETTERS)), Message("a number (a letter O, l or I stands where a figure should)")),
        (short.endswith("%"), Message("a number without %: the column has a unit of its own")),
        (_with_unit(short), Message("a number without its unit")),
        (may_be_blank, Message("a number, such as 12.5 or 12,5, or a blank")),
    )
    return next((message for applies, message in causes if applies), Message("a number, such as 12.5 or 12,5"))


def _signed(text: str) -> str:
    return text.replace("\u2212", "-")


def _ungrouped(text: str) -> str:
    """A text without the spaces between its thousands."""
    plain = _signed(text)
    grouped = _GROUPED.match(plain)
    return re.sub(f"[{_SPACES}]", "", grouped[0]) + plain[grouped.end() :] if grouped else plain


def _last_mark(digits: str) -> str:
    return max(MARKS, key=digits.rfind) if any(mark in digits for mark in MARKS) else ""


def _number(digits: str) -> tuple[float, ...]:
    number = float(digits) if _PLAIN.fullmatch(digits) else float("inf")
    return (number,) if abs(number) < float("inf") else ()


def _with_unit(text: str) -> bool:
    unit = _UNIT.search(text)
    return bool(unit and readings(text[: unit.start()].rstrip(_SPACES)))
