"""The kinds of columns that the tables of a study have, each with its checks and what is said of a value that fails."""

import re

import pandas as pd
import pandera.pandas as pa

from coopgeo.errors import Message
from coopgeo.text.vocabulary import choices, choices_or_blank, known_codes

SHARE = "share"  # metadata of a column of numbers: a part of one, which may be written as a percentage
CODES = "codes"  # metadata of a column of words: those that it may have
INSEE_CODE = "[0-9AB]{5}"
AN_INSEE_CODE = Message("an INSEE code of five characters, kept as text: 76114, not 76 114")
KIND = r"^[a-z0-9]+(_[a-z0-9]+)*\Z"
A_KIND = Message("a kind of kinds.csv: lower-case letters, digits and underscores, such as recycling_centre")
INSEE = "insee"  # metadata of a column of INSEE codes


def text_column(what: str, *, blank: bool = False, unique: bool = False) -> pa.Column:
    """A text."""
    checks = [] if blank else [pa.Check.str_length(min_value=1, error=Message("a text, not a blank"))]
    return pa.Column(str, checks, nullable=blank, unique=unique, description=what)


def id_column(what: str = "Id of the row: other tables and the map name it by this.") -> pa.Column:
    """What names a row."""
    pattern = r"[a-z0-9]+(-[a-z0-9]+)*"
    error = Message("lower-case letters, digits and hyphens, such as landing-brotonne")
    return pa.Column(str, pa.Check.str_matches(rf"^{pattern}\Z", error=error), unique=True, description=what)


def is_insee_code(value: object) -> bool:
    """Whether a value is the code of a commune, as the tables have it."""
    return isinstance(value, str) and re.fullmatch(INSEE_CODE, value) is not None


def insee_column(*, unique: bool = False) -> pa.Column:
    """The code of a commune; one that names a commune of another table is held against those of that table alone."""
    check = pa.Check.str_matches(rf"^{INSEE_CODE}\Z", error=AN_INSEE_CODE)
    return pa.Column(
        str, check if unique else None, unique=unique, description="INSEE code of the commune.", metadata={INSEE: True}
    )


def number_column(
    what: str,
    low: float = 0,
    high: float = 1e9,
    *,
    blank: bool = False,
    above: bool = False,
    share: bool = False,
    whole: bool = False,
) -> pa.Column:
    """A number >= low (> low if `above`) and <= high, which no true figure of its kind comes near unless it is a limit.

    A `share` may be written as a percentage; a `whole` number has no decimals.
    """
    low, high = (int(bound) if bound == int(bound) else bound for bound in (low, high))
    least = Message("more than {low}", low=low) if above else Message("{low} or more", low=low)
    most = (
        Message("at most {high}: a share, so that 35 % is 0.35", high=high)
        if share
        else Message("at most {high}", high=high)
    )
    checks = [pa.Check.gt(low, error=least) if above else pa.Check.ge(low, error=least), pa.Check.le(high, error=most)]
    if whole:
        checks.append(pa.Check(_is_whole, error=Message("a whole number")))
    return pa.Column(float, checks, nullable=blank, description=what, metadata={SHARE: share})


def _is_whole(numbers: pd.Series) -> pd.Series:
    return numbers % 1 == 0


def kind_column(what: str) -> pa.Column:
    """A kind of place: an id of `kinds.csv`, against which it is held with all tables read, or what it is called."""
    check = pa.Check.str_matches(KIND, error=A_KIND)
    return pa.Column(str, check, description=what, metadata={CODES: tuple(known_codes("kind"))})


def word_column(column: str, what: str, *codes: str, blank: bool = False) -> pa.Column:
    """One of some words; `column` is what the catalogue of texts calls a column that has these."""
    allowed, expected = ((*codes, ""), choices_or_blank) if blank else (codes, choices)
    check = pa.Check.isin(allowed, error=expected(column, codes))
    return pa.Column(str, check, nullable=blank, description=what, metadata={CODES: codes})
