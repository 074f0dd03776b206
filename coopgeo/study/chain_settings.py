"""What stands in `chain.toml` of every chain: names, products, assumptions, rounds, periods; and of a plain chain."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from coopgeo.errors import Message
from coopgeo.study.chain_schemas import YEARS
from coopgeo.study.settings import MarkedStatus, Parameter, Strict

MATERIALS = ("wood", "plain")
_SUM_OF_SHARES = 1.0 + 1e-9
_SMALL_UNIT_KG = 100.0  # under that, a unit costs cents, and prices are told with the two decimals that these take

Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Above0 = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1e7)]


class Sourced(Strict):
    """Something that comes from somewhere, and is known so far."""

    source: str
    """Where it comes from: a key of `sources.csv`."""
    status: MarkedStatus
    """How far it is known."""


class Product(Strict):
    """A product of a chain: what it is counted from, and how it leaves its source."""

    fr: str
    """Name in French."""
    en: str
    """Name in English."""
    basis: str
    """Quantity that the factors of `resources.csv` multiply: a numeric column of communes, or of collection points."""
    fate: Literal["platform", "other_plants", "refused"] = "platform"
    """Where it goes: to the platform, to other plants, or nowhere."""
    collected_by: str | None = None
    """Vehicle that brings it to the collection point and that the chain pays."""
    brought_by: str | None = None
    """Vehicle of those who bring it, at no cost to the chain."""
    source: str
    """Where it comes from: a key of `sources.csv`."""
    status: MarkedStatus
    """How far it is known."""

    @model_validator(mode="after")
    def _one_way(self) -> "Product":
        if self.collected_by and self.brought_by:
            raise ValueError(Message("either collected_by (the chain pays) or brought_by (those who have it pay)"))
        return self

    @property
    def tare(self) -> float:
        """Share of its mass on arrival that does not count."""
        return 0.0

    @property
    def direct_tare(self) -> float | None:
        """Tare at which it can go straight to a customer; None where it cannot."""
        return None

    @property
    def spreads(self) -> bool:
        """Whether the points of a commune share evenly what comes to one of them."""
        return False


class PlainProduct(Product):
    """A product of a plain chain."""

    yield_share: Annotated[float, Field(strict=True, gt=0, le=1)] = 1.0
    """Tonnes that leave the platform for a tonne that arrives."""
    spread: bool = False
    """Whether what comes to a point is shared evenly with the other points of its commune, as of many containers."""
    direct: bool = False
    """Whether it may go straight from its collection point to a customer."""

    @property
    def spreads(self) -> bool:
        """Whether the points of a commune share evenly what comes to one of them."""
        return self.spread

    @property
    def direct_tare(self) -> float | None:
        """No tare, where it may go straight."""
        return 0.0 if self.direct else None


class Parameters(Strict):
    """The assumptions of every chain, `[parameters]` of its `chain.toml`."""

    collection_limit_min: Parameter
    near_min: Parameter
    working_days: Parameter
    return_load_share: Parameter
    price_index: Parameter
    discount_rate: Parameter
    amortisation_years: Parameter
    kept_share: Parameter | None = None
    subsidy_share: Parameter
    hangar_eur_m2: Parameter
    yard_eur_m2: Parameter
    handling_eur_t: Parameter
    fte_eur_year: Parameter
    diesel_eur_l: Parameter | None = None
    diesel_eur_l_costs: Parameter | None = None
    diesel_kg_l: Parameter
    loader_l_t: Parameter
    fte_per_1000_t: Parameter
    manual_work_share: Parameter
    insertion_share: Parameter
    insertion_productivity: Parameter
    demand_spread: Parameter | None = None
    vehicle_cost_spread: Parameter | None = None
    land_price_spread: Parameter | None = None
    road_error_site: Parameter | None = None
    road_error_pair: Parameter | None = None

    def __iter__(self) -> Iterator[tuple[str, Parameter]]:  # type: ignore[override]
        """Ids and parameters, without those that a chain leaves out."""
        return (entry for entry in super().__iter__() if entry[1] is not None)

    @property
    def divisors(self) -> tuple[str, ...]:
        """Parameters that something is divided by."""
        return ("amortisation_years", "insertion_productivity")

    @property
    def market_price(self) -> Parameter | None:
        """What a unit costs on the market; None where the chain has no price to hold its own against."""
        return None

    @property
    def aside(self) -> frozenset[str]:
        """Parameters that no cost of the placement depends on: they tell of CO2, jobs, lorries, the market, periods."""
        return frozenset(
            (
                "near_min", "working_days", "diesel_kg_l", "fte_per_1000_t", "manual_work_share", "insertion_share",
                "insertion_productivity", "kept_share",
            )
        )  # fmt: skip

    @property
    def asked_first(self) -> tuple[str, ...]:
        """Parameters that an official asks first whether the answer turns on them."""
        return ("subsidy_share", "price_index", "diesel_eur_l")

    @model_validator(mode="after")
    def _can_divide(self) -> "Parameters":
        for name in self.divisors:
            parameter = getattr(self, name)
            if parameter is not None and parameter.low <= 0:
                raise ValueError(Message("{name}.low: expected more than 0", name=name))
        if (self.diesel_eur_l is None) != (self.diesel_eur_l_costs is None):
            raise ValueError(Message("diesel_eur_l and diesel_eur_l_costs: expected both, or neither"))
        return self


class PlainParameters(Parameters):
    """The assumptions of a chain of a plain material."""

    load_kg_m3: Parameter | None = None
    market_price_eur_unit: Parameter | None = None
    kg_per_unit: Parameter | None = None
    demand_share: Parameter | None = None
    waste_eur_t: Parameter | None = None
    support_eur_t: Parameter | None = None
    collection_fte_per_1000_t: Parameter | None = None
    goods_eur_t: Parameter | None = None
    gate_fee_spread: Parameter | None = None

    @property
    def divisors(self) -> tuple[str, ...]:
        """Parameters that something is divided by."""
        return (*super().divisors, "load_kg_m3", "kg_per_unit", "demand_share", "goods_eur_t")

    @property
    def market_price(self) -> Parameter | None:
        """What a unit costs on the market."""
        return self.market_price_eur_unit

    @property
    def aside(self) -> frozenset[str]:
        """Parameters that no cost of the placement depends on."""
        return super().aside | {"market_price_eur_unit", "collection_fte_per_1000_t", "goods_eur_t"}

    @property
    def asked_first(self) -> tuple[str, ...]:
        """Parameters that an official asks first whether the answer turns on them."""
        return (*super().asked_first, "support_eur_t")


_Year = Annotated[int, Field(strict=True, ge=YEARS[0], le=YEARS[1])]


class PhasesSettings(Sourced):
    """`[phases]` of `chain.toml`: the periods that a plan over time is made for."""

    begins: list[_Year] = Field(min_length=1)
    """First year of each period, in rising order."""
    until: _Year
    """Year in which the last period ends, itself not counted."""
    demand_factor: list[Above0] | None = None
    """Part of the demand that each period asks for; left out where it is all of it from the start."""

    @model_validator(mode="after")
    def _rise(self) -> "PhasesSettings":
        years = [*self.begins, self.until]
        if any(later <= earlier for earlier, later in pairwise(years)):
            raise ValueError(Message("begins, then until, in rising order, found {years}", years=list(map(str, years))))
        if self.demand_factor is not None and len(self.demand_factor) != len(self.begins):
            raise ValueError(Message("demand_factor: one number for each period of begins"))
        return self


class RoundsSettings(Sourced):
    """`[rounds.inbound]` or `[rounds.outbound]`: many small stops are served in rounds from the platform."""

    vehicle: str
    """Vehicle of the rounds, an id of `vehicles.csv`."""
    times_year: Above0
    """How often a year each stop is served."""
    stop_min: Annotated[float, Field(strict=True, ge=0, le=1000)]
    """Minutes at each stop."""
    shift_h: Annotated[float, Field(strict=True, gt=0, le=24)]
    """Longest round, hours."""


class ChainRounds(Strict):
    """`[rounds]` of `chain.toml`."""

    inbound: RoundsSettings | None = None
    """Rounds that empty the collection points."""
    outbound: RoundsSettings | None = None
    """Rounds that serve the customers."""


class LegLimits(Sourced):
    """`[limits]` of `chain.toml`: the longest way on a leg, as of a cold chain."""

    inbound_min: Above0 | None = None
    """Longest way from a collection point to the platform, minutes."""
    outbound_min: Above0 | None = None
    """Longest way from the platform to a customer, minutes."""


class Output(Sourced):
    """What a platform makes of a part of what comes in, `[outputs.NAME]` of `chain.toml`."""

    fr: str
    """Name in French."""
    en: str
    """Name in English."""
    low: Share
    """Lowest share thought possible."""
    value: Share
    """Share of the tonnes that come in that is computed with."""
    high: Share
    """Highest share thought possible."""
    range_status: MarkedStatus | None = None
    """How far low and high are known; left out where it is as far as the value."""

    @model_validator(mode="after")
    def _in_order(self) -> "Output":
        if not self.low <= self.value <= self.high:
            raise ValueError(
                Message(
                    "low <= value <= high, found {low}, {value}, {high}", low=self.low, value=self.value, high=self.high
                )
            )
        return self


class ChainSettings(Strict):
    """`chain.toml`."""

    id: str
    """Id of the chain: the name of its folder."""
    fr: str
    """Name in French."""
    en: str
    """Name in English."""
    material: Literal["wood", "plain"] = "wood"
    """What the chain moves: `wood`, which dries and burns; `plain`, whose tonnes are tonnes."""
    unit: str = "t"
    """Unit of what is delivered, that costs are told for."""
    truck: str | None = None
    """Vehicle that hauls where no other does; that of `study.toml` by default."""
    products: dict[str, Product] = Field(min_length=1)
    """Products by id."""
    parameters: Parameters
    """Assumptions by id."""
    phases: PhasesSettings | None = None
    """Periods that `coopgeo phases` plans for; without them it is told which."""

    @property
    def pushes(self) -> bool:
        """Whether all that is collected must go somewhere, rather than that customers must be served."""
        return False

    @property
    def own_texts(self) -> Mapping[str, Mapping[str, str]]:
        """Words of its own by language and key of the texts."""
        return {}

    @property
    def tells_tonnes(self) -> bool:
        """Whether the unit that it delivers is the tonne, so that units need no figures beside those of tonnes."""
        return self.unit == "t"

    @property
    def price_digits(self) -> int:
        """Decimals that prices of its unit take beyond those of a tonne."""
        return 0

    @property
    def may_go_straight(self) -> bool:
        """Whether any product may go straight from its collection point to a customer."""
        return any(product.direct_tare is not None for product in self.products.values())

    @property
    def has_tare(self) -> bool:
        """Whether a share of the mass of any product does not count."""
        return any(product.tare for product in self.products.values())

    def sourced(self) -> Iterator[tuple[str, Sourced]]:
        """What comes from somewhere besides products and parameters, by the name of its entry."""
        if self.phases:
            yield "phases", self.phases


class PlainChain(ChainSettings):
    """`chain.toml` of a chain of a plain material."""

    material: Literal["plain"] = "plain"
    """What the chain moves: a material whose tonnes are tonnes."""
    flow: Literal["pull", "push"] = "pull"
    """Whether customers must be served (`pull`), or all that is collected must go somewhere (`push`)."""
    unit: Annotated[str, Field(min_length=1, max_length=20)] = "t"
    """Unit of what is delivered, that costs are told for: `t`, or another with `kg_per_unit`, such as `meal`."""
    products: dict[str, PlainProduct] = Field(min_length=1)  # type: ignore[assignment]
    """Products by id."""
    outputs: dict[str, Output] = Field(default_factory=dict)
    """What a platform splits what comes in into, by id; of a chain that pushes."""
    rounds: ChainRounds | None = None
    """Rounds of collection and delivery; left out where each load goes there and back."""
    limits: LegLimits | None = None
    """Longest ways."""
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Words of its own: by language (`fr`, `en`), keys of the catalogue of texts with other words."""
    parameters: PlainParameters
    """Assumptions by id."""

    @property
    def pushes(self) -> bool:
        """Whether all that is collected must go somewhere."""
        return self.flow == "push"

    @property
    def own_texts(self) -> Mapping[str, Mapping[str, str]]:
        """Words of its own by language and key of the texts."""
        return self.texts

    @property
    def price_digits(self) -> int:
        """Decimals that prices of its unit take beyond those of a tonne."""
        kg = self.parameters.kg_per_unit
        return 2 if kg is not None and not self.tells_tonnes and kg.value < _SMALL_UNIT_KG else 0

    def sourced(self) -> Iterator[tuple[str, Sourced]]:
        """What comes from somewhere besides products and parameters, by the name of its entry."""
        yield from super().sourced()
        yield from ((f"outputs.{name}", output) for name, output in self.outputs.items())
        if self.limits:
            yield "limits", self.limits
        for leg, rounds in self.rounds or ():
            if rounds is not None:
                yield f"rounds.{leg}", rounds

    @model_validator(mode="after")
    def _fits(self) -> "PlainChain":
        if self.pushes != bool(self.outputs):
            raise ValueError(Message('outputs: expected with flow = "push", and with that alone'))
        if sum(output.value for output in self.outputs.values()) > _SUM_OF_SHARES:
            raise ValueError(Message("outputs: shares whose sum is 1 at most; what they leave is waste"))
        if self.unit != "t" and self.parameters.kg_per_unit is None:
            raise ValueError(Message('unit: "t", or another with kg_per_unit among the parameters'))
        return self
