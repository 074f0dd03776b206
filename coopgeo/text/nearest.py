"""Known names that somebody may have meant."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

_ALIKE = 65.0  # of 100: what is less like a name was not meant by it
_LONGEST = 100  # signs of a name; a longer text is no slip
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # which Unicode does not take apart


def bare(name: str) -> str:
    """A name without case, accents and signs, for comparing; whatever apostrophe it is written with.

    Examples
    --------
    >>> bare("Port-Jérôme II") == bare("port jerome ii"), bare("L’Œuvre") == bare("l'oeuvre")
    (True, True)
    """
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LIGATURES))
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())


def nearest(name: str, known: Iterable[str], most: int = 3, *, whole: bool = False) -> list[str]:
    """The known names that are most like a name, the nearest first; none if none is near.

    Parameters
    ----------
    name : str
    known : iterable of str
    most : int, optional
        How many names.
    whole : bool, optional
        Whether names are like as wholes; else a part of a name, or its words in another order, will do.

    Examples
    --------
    >>> nearest("subsidy_shar", ["fill", "subsidy_share", "handling_eur_t"], most=1)
    ['subsidy_share']
    """
    choices = list(dict.fromkeys(known))
    scorer = fuzz.ratio if whole else fuzz.WRatio
    found = process.extract(name[:_LONGEST], choices, scorer=scorer, processor=bare, limit=most, score_cutoff=_ALIKE)
    return [choice for choice, *_ in found]
