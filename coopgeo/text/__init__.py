"""The words that people read, in French and English, with numbers and dates written as each language writes them."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from string import Formatter
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from coopgeo.errors import InputError

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
OF_ANY_TEXT = frozenset({"unit", "units"})  # blanks that are filled in for every text
_ANY = "any"  # unit of a chain that is not known


@dataclass(frozen=True)
class Text:
    r"""The texts of one language: those of every chain, and what is said otherwise of one chain.

    Attributes
    ----------
    lang : {"fr", "en"}
    own : mapping of str to str
        Words by dotted key that are laid over those of every chain (see `coopgeo.study.texts.chain_text`).
    chain_unit : str
        Unit of what the chain delivers: `{unit}` and `{units}` (many of it) of any text.
    price_digits : int
        Decimals that a price of a unit takes beyond those of a price of a large one, such as a tonne.

    Examples
    --------
    >>> text = Text("fr")
    >>> text.number(12345.678, 1)
    '12\u202f345,7'
    >>> text("key.jobs")
    'Emplois'
    """

    lang: Lang
    own: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    chain_unit: str = _ANY
    price_digits: int = 0

    def __post_init__(self) -> None:
        if self.lang not in LANGS:
            raise InputError(f'lang: found "{self.lang}"; expected one of {", ".join(LANGS)}')

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its {values} filled in; a missing key raises `KeyError`."""
        return self.words[key].format(**{**self.units, **values})

    def __contains__(self, key: str) -> bool:
        """Whether there is a text of a key."""
        return key in self.words

    @cached_property
    def words(self) -> Mapping[str, str]:
        """All texts by dotted key, their {values} not filled in."""
        return {**catalogue(self.lang), **self.own}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """What the unit of the chain is called: `unit`, one of it, and `units`, many."""
        one = self.words.get(f"unit_name.{self.chain_unit}", self.chain_unit)
        return {"unit": one, "units": self.words.get(f"unit_names.{self.chain_unit}", one)}

    @property
    def eur_unit(self) -> str:
        """The unit of a price of what the chain delivers, such as €/t."""
        return f"€/{self.units['unit']}"

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

    def price(self, eur: float, digits: int = 1) -> str:
        """A price of a unit of what the chain delivers; with more decimals where the unit is small."""
        return self.number(eur, digits + self.price_digits)

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
        return self.words.get(f"unit.{unit}", unit)

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
    """The texts of every chain in a language, by dotted key."""
    return _read(lang, f"{lang}.toml")


@cache
def layer(material: str, lang: str) -> dict[str, str]:
    """The words of a material, which are laid over those of every chain; none for a material without any."""
    return _read(lang, material, f"{lang}.toml") if material in materials() else {}


@cache
def materials() -> tuple[str, ...]:
    """The materials that have words of their own: the folders beside the texts of every chain."""
    return tuple(sorted(one.name for one in files(__name__).iterdir() if (one / f"{LANGS[0]}.toml").is_file()))


@cache
def catalogues(lang: str) -> tuple[Mapping[str, str], ...]:
    """The texts of every chain, then the words of each material, for what is read or said whatever chain it is of."""
    unit, units = (catalogue(lang)[f"{key}.{_ANY}"] for key in ("unit_name", "unit_names"))
    texts = (catalogue(lang), *(layer(material, lang) for material in materials()))
    return tuple(
        {key: words.replace("{unit}", unit).replace("{units}", units) for key, words in one.items()} for one in texts
    )


@cache
def all_words(lang: str) -> dict[str, str]:
    """Every text of a language; what is said of every chain stands before what is said of one material."""
    return {key: words for texts in reversed(catalogues(lang)) for key, words in texts.items()}


def _read(lang: str, *path: str) -> dict[str, str]:
    """The texts of a file by dotted key."""
    tree = tomllib.loads(files(__name__).joinpath(*path).read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(branch: dict[str, object], above: str) -> None:
        for name, value in branch.items():
            if isinstance(value, dict):
                walk(value, f"{above}{name}.")
            else:
                flat[above + name] = set_words(str(value), lang)

    walk(tree, "")
    return flat


def blanks_of(words: str) -> set[str]:
    """Names of the blanks of a text; raises `ValueError` for braces that are none."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def set_words(words: str, lang: str) -> str:
    """Words with the spaces that their language sets."""
    return french_spaces(words) if lang == "fr" else words


def french_spaces(words: str) -> str:
    """No-break spaces where French sets them: narrow before ; ? ! % €, wide before a colon and inside guillemets."""
    narrow = re.sub(r" (?=[;?!%€])", "\u202f", words)
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", narrow)
