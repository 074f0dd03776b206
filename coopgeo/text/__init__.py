"""The words that people read, in French and English, with numbers and dates written as each language writes them."""

import math
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from coopgeo.errors import InputError

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True)
class Text:
    r"""The texts of one language.

    Examples
    --------
    >>> text = Text("fr")
    >>> text.number(12345.678, 1)
    '12\u202f345,7'
    >>> text("key.jobs")
    'Emplois'
    """

    lang: Lang

    def __post_init__(self) -> None:
        if self.lang not in LANGS:
            raise InputError(f'lang: found "{self.lang}"; expected one of {", ".join(LANGS)}')

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its {values} filled in; a missing key raises `KeyError`."""
        return catalogue(self.lang)[key].format(**values)

    def counted(self, key: str, count: float, **values: object) -> str:
        """The text of one thing (`key` followed by `_one`) or of many (`_many`), with their {count} filled in.

        None is singular in French.
        """
        one = abs(count) < 2 if self.lang == "fr" else count == 1
        return self(f"{key}_{'one' if one else 'many'}", count=self.number(count), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its separators; a value that rounds to zero has no sign, one that is not known is a dash."""
        if math.isnan(value):
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(round(value, digits) + 0.0, format=pattern, locale=self.lang)

    def significant(self, value: float, digits: int = 2) -> str:
        """A whole number rounded to its first digits, for figures that are no more certain than that."""
        scale = 10 ** max(0, len(str(int(abs(value)))) - digits)
        return self.number(round(value / scale) * scale)

    def plain(self, value: float) -> str:
        """A figure of a table: whole numbers and hundreds without decimals, small ones with three."""
        return self.number(value, decimals(value))

    def short(self, value: float, most: int = 4) -> str:
        """A number with the fewest decimals that show it as it was given."""
        return self.number(value, fewest_decimals(value, most))

    def percent(self, share: float, digits: int = 0) -> str:
        """A share as a percentage."""
        return format_percent(
            share,
            format="#,##0" + ("." + "0" * digits if digits else "") + ("\u202f%" if self.lang == "fr" else "%"),
            locale=self.lang,
        )

    def percent_of_many(self, share: float) -> str:
        """A share of many things as a percentage, which is 0 or 100 only if none or all of them are meant."""
        digits = next(
            (digits for digits in range(4) if (round(100 * share, digits) in (0, 100)) == (share in (0, 1))), 4
        )
        return self.percent(share, digits)

    def percent_as_given(self, share: float) -> str:
        """A share that was set as a percentage, with the decimals that it was set with."""
        return self.percent(share, fewest_decimals(round(100 * share, 9)))

    def unit(self, unit: str) -> str:
        """A unit of the tables, which are in French."""
        return catalogue(self.lang).get(f"unit.{unit}", unit)

    def date(self, iso: str) -> str:
        """A date in words."""
        return format_date(date.fromisoformat(iso), format="long", locale=self.lang)

    def joined(self, names: list[str]) -> str:
        """Names in a row: a, b et c; empty if there are none."""
        *first, last = names or [""]
        return f"{', '.join(first)} {self('and')} {last}" if first else last


def fewest_decimals(value: float, most: int = 4) -> int:
    """The fewest decimals that show a value as it was given; `most` if it takes more."""
    return next((digits for digits in range(most) if round(value, digits) == value), most)


def decimals(value: float) -> int:
    """Decimals that a figure of a table is shown with."""
    return 0 if value == round(value) else decimals_of_size(value)


def decimals_of_size(value: float) -> int:
    """Decimals that figures up to a size are shown with: three digits or so."""
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All texts of a language by dotted key."""
    tree = tomllib.loads((files(__name__) / f"{lang}.toml").read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(branch: dict[str, object], path: str) -> None:
        for name, value in branch.items():
            if isinstance(value, dict):
                walk(value, f"{path}{name}.")
            else:
                flat[path + name] = french_spaces(str(value)) if lang == "fr" else str(value)

    walk(tree, "")
    return flat


def french_spaces(words: str) -> str:
    """No-break spaces where French sets them: narrow before ; ? ! % €, wide before a colon and inside guillemets."""
    narrow = re.sub(r" (?=[;?!%€])", "\u202f", words)
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", narrow)
