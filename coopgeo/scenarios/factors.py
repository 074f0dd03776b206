"""What is not known for certain in a study, factor by factor: each range, each customer that may not come, the roads.

A factor is one quantity that is drawn once. Rows that mean the same quantity move together, and their names say which
they are: rows of `resources.csv` with the same `factor`, and rows of `harvest_costs.csv` with the same `step`, take the
same place in their ranges, whatever the product. So one level of prices holds for a step of the harvest, and what is
brought to the recycling centres is more, or less, of every class. What has a name of its own is a factor of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from coopgeo.chain.platforms import existing_plants
from coopgeo.chain.vehicles import delivery_vehicles, leg_vehicle
from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.changes import PAIRS
from coopgeo.study.scenarios import demand_column
from coopgeo.study.settings import Parameter
from coopgeo.study.texts import chain_text
from coopgeo.text import LANGS, Lang, Text

Kind = Literal["range", "times", "exists", "road", "delay"]
SPREADS = (
    "demand_spread", "vehicle_cost_spread", "land_price_spread", "gate_fee_spread", "road_error_site",
    "road_error_pair",
)  # fmt: skip
# A mass of a loose cubic metre is one quantity, whether a resource is counted by it or lorries filled.
_SAME_QUANTITY = {"resources.dry-mass": "parameters.dry_kg_map"}


@dataclass(frozen=True)
class Cell:
    """A value of a study that a factor moves.

    Attributes
    ----------
    table, row, column : str, label, str
        As `Study.changed` names them.
    low, high : float
        Ends of its range.
    """

    table: str
    row: Any
    column: str
    low: float
    high: float


@dataclass(frozen=True)
class Factor:
    """A quantity that is not known for certain.

    Attributes
    ----------
    id : str
        Table, then the row, factor or step: "parameters.fill", "resources.willing-share".
    kind : {"range", "times", "exists", "road", "delay"}
        A value between two ends; what several values are multiplied by; whether a customer is there; by how much the
        roads to a site are longer or shorter than counted; what the times of a vehicle are multiplied by.
    fr, en : str
        Its name.
    status : str
        How far its range is known.
    cells : tuple of Cell
        What it moves. Those of one factor all stand at the same place between their ends.
    low, high : float
        Ends of its range; 0 and 1 where the ranges of its cells differ. Of "exists", 0 and 1; of "road", one standard
        deviation below and above.
    probability : float
        Of "exists": that it is there.
    """

    id: str
    kind: Kind
    fr: str
    en: str
    status: str
    cells: tuple[Cell, ...]
    low: float
    high: float
    probability: float = 1.0

    def name(self, lang: Lang) -> str:
        """Its name in a language."""
        return self.fr if lang == "fr" else self.en


def factors_of(study: Study, chain: Chain) -> tuple[Factor, ...]:
    """List all factors of a study, in an order that hangs on its names alone; a range that is closed is none."""
    found = [*_ranges(study, chain), *_customers(study, chain), *_spreads(study, chain), *_delays(study, chain)]
    return tuple(sorted(found, key=lambda factor: factor.id))


def spread(chain: Chain, name: str) -> Parameter | None:
    """A parameter that says how far other figures are uncertain; None where the chain has none, or it is 0."""
    parameter: Parameter | None = getattr(chain.parameters, name, None)
    return parameter if parameter is not None and parameter.value > 0 else None


def _ranges(study: Study, chain: Chain) -> Iterator[Factor]:
    """Factors of everything that has a low and a high end, a factor for all cells of one id."""
    cells = [entry for entry in _cells(study, chain) if entry.cell.low < entry.cell.high]
    for id in dict.fromkeys(entry.id for entry in cells):
        members = [entry for entry in cells if entry.id == id]
        ends = {(entry.cell.low, entry.cell.high) for entry in members}
        statuses = {entry.status for entry in members}
        names = [
            "; ".join(dict.fromkeys(entry.text(lang) for entry in members))
            if members[0].key is None
            else Text(lang)(members[0].key, name="; ".join(dict.fromkeys(entry.text(lang) for entry in members)))
            for lang in LANGS
        ]
        yield Factor(
            id,
            "range",
            *_pair(names),
            statuses.pop() if len(statuses) == 1 else "assumed",
            tuple(entry.cell for entry in members),
            *(ends.pop() if len(ends) == 1 else (0.0, 1.0)),
        )


@dataclass(frozen=True)
class _Entry:
    """A cell with a range: the id of its factor, what the rows of its kind are called, and its own name."""

    id: str
    cell: Cell
    status: str
    names: Mapping[Lang, str]
    key: str | None = None

    def text(self, lang: Lang) -> str:
        return _short(self.names[lang])


def _cells(study: Study, chain: Chain) -> Iterator[_Entry]:
    for name, parameter in chain.parameters:
        if name not in chain.parameters.aside and name not in SPREADS:
            cell = Cell("parameters", name, "value", parameter.low, parameter.high)
            status = parameter.range_status or parameter.status
            yield _Entry(f"parameters.{name}", cell, status, {"fr": parameter.fr, "en": parameter.en})
    for table, word, key in (("resources", "factor", None), ("harvest_costs", "step", "factor.harvest_costs")):
        for row in getattr(chain, table).to_dict("records"):
            id, names = f"{table}.{row[word]}", {lang: row[f"name_{lang}"] for lang in LANGS}
            cell = _row_cell(table, tuple(row[part] for part in PAIRS[table]), row)
            yield _Entry(_SAME_QUANTITY.get(id, id), cell, _range_status(row), names, key)
    for row in chain.competitors.to_dict("records"):
        plant, product = row["customer"], chain.settings.products[row["product"]]
        names = {
            lang: Text(lang)("pair", name=chain.customers["name"].get(plant, plant), value=getattr(product, lang))
            for lang in LANGS
        }
        cell = _row_cell("competitors", (plant, row["product"]), row)
        yield _Entry(f"competitors.{plant}.{row['product']}", cell, _range_status(row), names, "factor.competitors")
    outputs = chain.settings.outputs if isinstance(chain.settings, PlainChain) else {}
    for name, output in outputs.items():
        cell = Cell("outputs", name, "value", output.low, output.high)
        names = {"fr": output.fr, "en": output.en}
        yield _Entry(f"outputs.{name}", cell, output.range_status or output.status, names, "factor.outputs")
    for row in chain.outlets.to_dict("records"):
        buyer, output = row["customer"], row["output"]
        names = dict.fromkeys(LANGS, _short(str(chain.customers["name"].get(buyer, buyer))))
        yield _Entry(
            f"outlets.{buyer}.{output}", _row_cell("outlets", (buyer, output), row), _range_status(row), names,
            "factor.outlets",
        )  # fmt: skip
    for id, row in chain.suppliers.to_dict("index").items():
        names = dict.fromkeys(LANGS, row["name"])
        yield _Entry(f"suppliers.{id}", _row_cell("suppliers", id, row), _range_status(row), names, "factor.suppliers")
    for id, row in study.inputs.tables["roads/crossings"].to_dict("index").items():
        names = dict.fromkeys(LANGS, row["name"])
        cell = Cell("crossings", id, "toll_eur", row["toll_low_eur"], row["toll_high_eur"])
        yield _Entry(f"crossings.{id}", cell, row["status"], names, "factor.crossings")


def _range_status(row: Mapping[str, Any]) -> str:
    """How far low and high of a row are known: its value may be attested where they are not."""
    return str(row.get("range_status") or row["status"])


def _row_cell(table: str, label: Any, row: Mapping[str, Any]) -> Cell:
    return Cell(table, label, "value", row["low"], row["high"])


def _pair(names: list[str]) -> tuple[str, str]:
    by_lang = dict(zip(LANGS, names, strict=True))
    return by_lang["fr"], by_lang["en"]


def _short(name: str) -> str:
    """A name without the remark in brackets."""
    return name.partition(" (")[0]


def _customers(study: Study, chain: Chain) -> Iterator[Factor]:
    """Whether each customer that is not certain is there."""
    served, texts = chain.served(), [chain_text(chain, study, lang) for lang in LANGS]
    for id, name, probability, status in zip(
        served.index, served["name"], served["probability"].to_numpy(float), served["status"], strict=True
    ):
        if probability < 1:  # blank: certain
            names = [text("factor.exists", name=_short(name)) for text in texts]
            yield Factor(
                f"customers.{id}.exists", "exists", *_pair(names), status, (), 0.0, 1.0, probability=probability
            )


def _spreads(study: Study, chain: Chain) -> Iterator[Factor]:
    """What the spreads of `chain.toml` say of figures without a range of their own."""
    if demand := spread(chain, "demand_spread"):
        for id, row in chain.served().iterrows():
            column = demand_column(row)
            cell = _around("customers", id, column, row[column], demand.value)
            yield _times(f"customers.{id}.demand", "factor.demand", _short(row["name"]), demand, (cell,))
    if cost := spread(chain, "vehicle_cost_spread"):
        cells = [
            _around("vehicles", id, column, getattr(vehicle, column), cost.value)
            for id, vehicle in study.vehicles.items()
            for column in ("cost_eur_km", "cost_eur_h")
        ]
        yield _times("vehicles.cost", "factor.vehicles", "", cost, tuple(cells))
    sites = chain.candidate_sites
    if land := spread(chain, "land_price_spread"):
        built = sites[~sites.index.isin(existing_plants(sites).index)]
        for id, name, eur_m2 in zip(built.index, built["name"], built["land_eur_m2"].to_numpy(float), strict=True):
            cell = _around("candidate_sites", id, "land_eur_m2", eur_m2, land.value)
            yield _times(f"candidate_sites.{id}.land", "factor.land", name, land, (cell,))
    if fee := spread(chain, "gate_fee_spread"):
        for id, row in existing_plants(sites).iterrows():
            cell = _around("candidate_sites", id, "gate_fee_eur_t", float(row["gate_fee_eur_t"]), fee.value)
            yield _times(f"candidate_sites.{id}.fee", "factor.fee", _short(str(row["name"])), fee, (cell,))
    if road := spread(chain, "road_error_site"):
        for id, name in zip(sites.index, sites["name"], strict=True):
            names = [Text(lang)("factor.road", name=name) for lang in LANGS]
            ends = float(np.exp(-road.value)), float(np.exp(road.value))
            yield Factor(f"roads.{id}", "road", *_pair(names), road.status, (), *ends)


def _delays(study: Study, chain: Chain) -> Iterator[Factor]:
    """How much longer or shorter each vehicle that hauls takes, by the ranges of its delays on all classes of road.

    All classes move together, by their mean: which of them a way goes over is not looked at again.
    """
    speeds = study.inputs.tables["roads/speeds"]
    if not {"delay_factor_low", "delay_factor_high"} <= set(speeds):
        return
    served = (chain.customers["role"].sort_index() == "served").to_numpy(bool)
    for vehicle in sorted({leg_vehicle(study, chain, "inbound"), *delivery_vehicles(study, chain)[served]}):
        known = speeds[(speeds["vehicle"] == vehicle) & speeds["delay_factor"].notna()]
        ends = [float((known["delay_factor"] / known[f"delay_factor_{end}"]).mean()) for end in ("high", "low")]
        if len(known) and ends[0] < ends[1]:
            names = [
                Text(lang)("factor.delay", name=getattr(study.vehicles[vehicle], f"name_{lang}")) for lang in LANGS
            ]
            statuses = set(known["status"])
            status = statuses.pop() if len(statuses) == 1 else "assumed"
            yield Factor(f"delays.{vehicle}", "delay", *_pair(names), status, (), *ends)


def _around(table: str, row: Any, column: str, value: float, share: float) -> Cell:
    return Cell(table, row, column, value * (1 - share), value * (1 + share))


def _times(id: str, key: str, name: str, by: Parameter, cells: tuple[Cell, ...]) -> Factor:
    names = [Text(lang)(key, name=name) for lang in LANGS]
    return Factor(id, "times", *_pair(names), by.status, cells, 1 - by.value, 1 + by.value)
