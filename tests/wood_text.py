"""The texts of wood energy, for outcomes of chains that were made by hand."""

from coopgeo.text import Lang, Text, layer


def wood_text(lang: Lang) -> Text:
    """The texts of a chain of wood, without names of kinds of places and words of its own."""
    return Text(lang, layer("wood", lang), "MWh")
