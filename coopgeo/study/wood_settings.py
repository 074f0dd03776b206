"""What stands in `chain.toml` of a wood-energy chain: moisture of its products, drying, boilers."""

from typing import Any, Literal

from pydantic import Field, model_validator

from coopgeo.errors import Message
from coopgeo.study.chain_settings import ChainSettings, Parameters, Product
from coopgeo.study.settings import Parameter

_FORMER_BASIS = {"sawmill_logs_m3": "logs_m3_year"}


class WoodProduct(Product):
    """A product of wood."""

    moisture: float = Field(strict=True, ge=0, lt=0.7)
    """Moisture on arrival, water / total mass."""
    direct_moisture: float | None = Field(default=None, strict=True, ge=0, lt=0.7)
    """Moisture at which it can go straight from its collection point to a boiler; left out where it cannot."""

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, entries: Any) -> Any:
        """The basis of sawmill chips had a name of its own in version 0.1."""
        if isinstance(entries, dict) and entries.get("basis") in _FORMER_BASIS:
            return {**entries, "basis": _FORMER_BASIS[entries["basis"]]}
        return entries

    @property
    def tare(self) -> float:
        """Its moisture."""
        return self.moisture

    @property
    def direct_tare(self) -> float | None:
        """Moisture at which it goes straight to a boiler."""
        return self.direct_moisture


class WoodParameters(Parameters):
    """The assumptions of the wood-energy chain, `[parameters]` of its `chain.toml`."""

    delivered_moisture: Parameter
    dry_kg_map: Parameter
    dry_mj_kg: Parameter
    fill: Parameter
    equilibrium_moisture: Parameter
    drying_months: Parameter
    loss_per_month: Parameter
    direct_loss: Parameter | None = None
    market_price_eur_mwh: Parameter
    combustion_kg_mwh: Parameter
    wood_standard_kg_mwh: Parameter
    gas_kg_mwh: Parameter
    gas_efficiency: Parameter

    @property
    def divisors(self) -> tuple[str, ...]:
        """Parameters that something is divided by."""
        return (*super().divisors, "dry_kg_map", "dry_mj_kg", "fill", "drying_months", "gas_efficiency")

    @property
    def market_price(self) -> Parameter:
        """What a MWh of chips costs on the market."""
        return self.market_price_eur_mwh

    @property
    def aside(self) -> frozenset[str]:
        """Parameters that no cost of the placement depends on."""
        return super().aside | {
            "market_price_eur_mwh", "combustion_kg_mwh", "wood_standard_kg_mwh", "gas_kg_mwh", "gas_efficiency",
        }  # fmt: skip

    @property
    def asked_first(self) -> tuple[str, ...]:
        """Parameters that an official asks first whether the answer turns on them."""
        return (*super().asked_first, "delivered_moisture")

    @model_validator(mode="after")
    def _can_dry(self) -> "WoodParameters":
        if self.delivered_moisture.value <= self.equilibrium_moisture.value:
            raise ValueError(
                Message("delivered_moisture: expected above equilibrium_moisture, which the store tends to")
            )
        return self


class WoodChain(ChainSettings):
    """`chain.toml` of a wood-energy chain."""

    material: Literal["wood"] = "wood"
    """What the chain moves: wood, which dries and burns."""
    products: dict[str, WoodProduct] = Field(min_length=1)  # type: ignore[assignment]
    """Products by id."""
    parameters: WoodParameters
    """Assumptions by id."""
    unit: Literal["MWh"] = "MWh"
    """Unit of what is delivered: energy of the wood, lower heating value."""
