"""Known names that somebody may have meant."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

_ALIKE = 60.0  # of 100: under that, no name is near


def bare(name: str) -> str:
    """A name without case, accents and signs, for comparing.

    Examples
    --------
    >>> bare("Port-Jérôme II") == bare("port jerome ii")
    True
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters if letter.isascii()).split())


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are most like a name, the nearest first; all of a few if none is.

    Examples
    --------
    >>> nearest("subsidy_shar", ["fill", "subsidy_share", "handling_eur_t"], most=1)
    ['subsidy_share']
    """
    choices = list(dict.fromkeys(known))
    found = process.extract(name, choices, scorer=fuzz.WRatio, processor=bare, limit=most, score_cutoff=_ALIKE)
    return [choice for choice, *_ in found]
