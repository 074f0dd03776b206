"""Which settings a chain has, by what it moves."""

from coopgeo.study.chain_settings import ChainSettings, PlainChain
from coopgeo.study.wood_settings import WoodChain
from coopgeo.text.vocabulary import code_of

MODELS: dict[str, type[ChainSettings]] = {"wood": WoodChain, "plain": PlainChain}


def chain_model(material: object) -> type[ChainSettings]:
    """The model of `chain.toml` for a material as written there; that of wood where nothing is, as in version 0.1.

    A word that is no material is left to the base, which says which words are.
    """
    return MODELS[known_material(material)]


def known_material(material: object) -> str:
    """The material that is meant by what is written in `chain.toml`; wood where that is none."""
    code = code_of(material, "material", MODELS) if isinstance(material, str) else None
    return code if code in MODELS else "wood"
