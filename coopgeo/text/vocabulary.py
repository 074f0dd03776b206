"""The names that people write for columns and for their words: codes, and what French and English call them."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from coopgeo.errors import Message, Word
from coopgeo.text import LANGS, catalogues
from coopgeo.text.nearest import bare, nearest

_STATUS = "status"


def column_of(heading: str, columns: Iterable[str]) -> str | None:
    """The column that a heading names, by its code or by its French or English name, with or without the unit.

    Examples
    --------
    >>> column_of("Puissance bois (kW)", ("id", "power_kw")), column_of("POWER_KW ", ("id", "power_kw"))
    ('power_kw', 'power_kw')
    """
    return _headings(tuple(columns)).get(bare(heading))


def code_of(word: str, column: str, codes: Iterable[str]) -> str | None:
    """The code of a column that a word stands for, whatever its case, accents, gender and number.

    Examples
    --------
    >>> code_of("Attestée", "status", ("attested", "assumed")), code_of("Assumed", "status", ("attested", "assumed"))
    ('attested', 'assumed')
    """
    return _words(column, tuple(codes)).get(_stem(word))


def code_key(column: str, code: str) -> str:
    """Key of what a code of a column is called, in the catalogue of texts."""
    return f"{_STATUS if column.endswith(_STATUS) else column}.{code}"


def known_codes(column: str) -> list[str]:
    """The codes of a column that the catalogue of texts has words for."""
    section = code_key(column, "")
    return sorted({key.removeprefix(section) for texts in _all_texts() for key in texts if key.startswith(section)})


def choices(column: str, codes: Iterable[str]) -> Message:
    """The words that a column may have, for a fault."""
    return Message("one of {choices}", choices=[named_code(column, code) for code in codes])


def choices_or_blank(column: str, codes: Iterable[str]) -> Message:
    """The words that a column may have which may be blank, for a fault."""
    return Message("one of {choices}, or a blank", choices=[named_code(column, code) for code in codes])


def named_code(column: str, code: str) -> Word:
    """A code of a column, for a fault."""
    return Word(code, code_key(column, code))


def meant_code(word: str, column: str, codes: Iterable[str]) -> Message | None:
    """The code that a word which is none may have meant."""
    spellings = {spelling: code for code in codes for spelling in _spellings(column, code)}
    return next((meant(named_code(column, spellings[near])) for near in nearest(word, spellings, 1, whole=True)), None)


def meant_name(name: str, known: Iterable[str]) -> Message | None:
    """The name that somebody may have meant by one that is not known."""
    return next(map(meant, nearest(name, known, 1, whole=True)), None)


def meant_heading(column: str, headings: Collection[str]) -> Message | None:
    """The heading that may have been meant for a column which is lacking."""
    names = [column, *_called(column)]
    near = next((found for name in names for found in nearest(name, headings, 1)), None)
    if near is None:
        return None
    return Message('if "{heading}" is meant, rename it {column}', heading=near, column=column)


def meant(name: str) -> Message:
    """That a name may have been meant."""
    return Message('did you mean "{name}"?', name=name)


def _spellings(column: str, code: str) -> list[str]:
    texts = _all_texts()
    called = [text[code_key(column, code)] for text in texts if code_key(column, code) in text]
    others = [word for text in texts for word in text.get(f"also.{code}", "").split(", ") if word]
    return [code, *called, *others]


def _all_texts() -> list[Mapping[str, str]]:
    """The texts of every chain and of each material, in each language: tables may be written in any of these words."""
    return [texts for lang in LANGS for texts in catalogues(lang)]


def _called(column: str) -> list[str]:
    """What a column is called in words, whatever the chain."""
    return [texts[key] for texts in _all_texts() if (key := f"column.{column}") in texts]


@cache
def _headings(columns: tuple[str, ...]) -> dict[str, str]:
    """Columns by their bare names; a name of two columns is none."""
    named = {bare(column): column for column in columns}
    spoken: dict[str, set[str]] = {}
    for column in columns:
        for name in _called(column):
            for part in {name, re.sub(r"\s*\([^()]*\)$", "", name)} - {""}:
                spoken.setdefault(bare(part), set()).add(column)
    return {name: next(iter(those)) for name, those in spoken.items() if len(those) == 1} | named


@cache
def _words(column: str, codes: tuple[str, ...]) -> dict[str, str]:
    stems: dict[str, set[str]] = {}
    for code in codes:
        for spelling in _spellings(column, code):
            stems.setdefault(_stem(spelling), set()).add(code)
    return {stem: next(iter(those)) for stem, those in stems.items() if len(those) == 1}


def _stem(word: str) -> str:
    """A word without the endings of gender and number."""
    return " ".join(part.rstrip("es") or part for part in bare(word).split())
