"""The words that a chain is told in: those of every chain, of its material, of its kinds of places, and its own."""

from collections.abc import Mapping

from coopgeo.study.chain import Chain
from coopgeo.study.study import Study
from coopgeo.text import Lang, Text, layer, set_words


def chain_text(chain: Chain, study: Study, lang: Lang) -> Text:
    """The texts of a chain in a language.

    The texts of every chain, overlaid by the words of its material, by the names of kinds of places (`kinds.csv`), and
    by `[texts]` of its `chain.toml`.

    Parameters
    ----------
    chain : Chain
    study : Study
    lang : {"fr", "en"}

    Examples
    --------
    >>> import coopgeo
    >>> study = coopgeo.open_study()
    >>> Text("en")("key.cost"), chain_text(study.chain(), study, "en")("key.cost")
    ('Cost, delivery included', 'Cost of the wood delivered')
    """
    return _laid(chain, lang, {f"kind.{id}": str(name) for id, name in study.kinds[f"name_{lang}"].items()})


def chain_words(chain: Chain, lang: Lang) -> Text:
    """The texts of a chain in a language where its study is not at hand, without the names of kinds of places."""
    return _laid(chain, lang, {})


def _laid(chain: Chain, lang: Lang, kinds: Mapping[str, str]) -> Text:
    settings = chain.settings
    own = {**kinds, **settings.own_texts.get(lang, {})}
    words = {key: set_words(said, lang) for key, said in own.items()}
    return Text(lang, {**layer(settings.material, lang), **words}, settings.unit, settings.price_digits)
