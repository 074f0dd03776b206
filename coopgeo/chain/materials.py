"""The material of a chain, by the name that its `chain.toml` gives."""

from coopgeo.chain.material import Material
from coopgeo.chain.plain import Plain
from coopgeo.chain.wood.fuel import Wood
from coopgeo.study import Chain
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.wood_settings import WoodChain


def material_of(chain: Chain) -> Material:
    """The material of a chain, at the values of its parameters.

    Examples
    --------
    >>> import coopgeo
    >>> material_of(coopgeo.open_study().chain()).unit
    'MWh'
    """
    settings = chain.settings
    if isinstance(settings, WoodChain):
        return Wood(settings.parameters)
    assert isinstance(settings, PlainChain)
    return Plain(settings.parameters, settings.products, settings.unit)
