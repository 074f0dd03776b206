"""What errors say, in French: one catalogue, `text/french/`, with a file for the messages of each room."""

from functools import cache
from importlib.resources import files
from numbers import Real

from babel.messages.pofile import read_po

from coopgeo.errors import Column, Message, Word, filled
from coopgeo.text import Lang, all_words, french_spaces


def said(message: object, lang: Lang) -> str:
    """A message in a language.

    Parameters
    ----------
    message : CoopgeoError, Message or str
        What no catalogue knows is said as it is.
    lang : {"fr", "en"}
    """
    if isinstance(message, Exception):
        message = message.args[0] if message.args else ""
    return str(message) if lang == "en" else str(_french(message))


def _french(value: object) -> object:
    if isinstance(value, Message):
        known = _catalogue().get(value.templates[0], value.templates)
        template = known[0 if abs(value.number) < 2 else -1]  # none and one are singular in French
        return filled(french_spaces(template), value.values, _french)
    if isinstance(value, Column):
        name = all_words("fr").get(f"column.{value}")
        return f"{name} ({value})" if name else str(value)
    if isinstance(value, Word):
        word = all_words("fr").get(value.key, str(value))
        return str(value) if word == value else f"{word} ({value})"
    return _FrenchNumber(value) if isinstance(value, Real) else value


class _FrenchNumber(float):
    """A number that is written with a comma, and with spaces between its thousands."""

    def __format__(self, spec: str) -> str:
        plain = format(int(self), spec) if not spec and self.is_integer() else super().__format__(spec)
        return plain.replace(",", "\u202f").replace(".", ",")


@cache
def _catalogue() -> dict[str, tuple[str, ...]]:
    """The French words of every English template, for one thing and for many."""
    known: dict[str, tuple[str, ...]] = {}
    for path in sorted((files("coopgeo.text") / "french").iterdir(), key=lambda one: one.name):
        with path.open("rb") as file:
            for entry in read_po(file, locale="fr"):
                if entry.id:
                    template = entry.id if isinstance(entry.id, str) else entry.id[0]
                    known[template] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return known
