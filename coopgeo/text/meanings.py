"""What the tables, columns and settings of a study are called, what they mean and what their words are, in French too.

The English meanings stand beside the checks (`schemas.py`, `settings.py`) and are the keys of `meanings.po`.
"""

from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from coopgeo.text import Lang, Text, all_words, french_spaces

_STATUS = "status"


def meaning(english: str, lang: Lang) -> str:
    """What a table, a column or a setting means.

    Parameters
    ----------
    english : str
        Description in a schema, or docstring of an entry of the settings.
    lang : {"fr", "en"}

    Raises
    ------
    KeyError
        If it has no French words.
    """
    return english if lang == "en" else _french()[english]


def heading(column: str, lang: Lang, text: Text | None = None) -> str:
    """Name of a column or an entry with its unit, as a planner reads it.

    Parameters
    ----------
    column : str
    lang : {"fr", "en"}
    text : Text, optional
        That of the chain whose table it is.
    """
    key = f"column.{column}"
    return text(key) if text and key in text else all_words(lang)[key]


def word(column: str, code: str, lang: Lang) -> str:
    """A code that a column allows (a kind, a role, a status), in words; as it is if it is none.

    Examples
    --------
    >>> word("demand_status", "assumed", "fr")
    'supposé'
    """
    section = _STATUS if column.endswith(_STATUS) else column
    return all_words(lang).get(f"{section}.{code}", code)


@cache
def _french() -> dict[str, str]:
    with (files(__name__.rpartition(".")[0]) / "meanings.po").open("rb") as file:
        return {str(entry.id): french_spaces(str(entry.string)) for entry in read_po(file, locale="fr") if entry.id}
