"""What stands in the tables of a chain of a plain material, where they are not those of every chain."""

import pandera.pandas as pa

from coopgeo.study.chain_schemas import (
    ACCESS,
    CANDIDATE_SITES,
    COMPETITORS,
    HARVEST_COSTS,
    PARTNER,
    PLATFORM_SIZES,
    RESOURCES,
    ROLES,
    SEASONS,
    WORK,
    YEARS,
)
from coopgeo.study.column_kinds import (
    id_column,
    insee_column,
    kind_column,
    number_column,
    text_column,
    word_column,
)
from coopgeo.study.schema_parts import NOTE, POINT, optional, range_columns, status_column, table_of

_PLANT = {
    "gate_fee_eur_t": optional(
        number_column(
            "What an existing plant of others asks for a tonne, all that comes after included (€/t); blank = a site to "
            "build on.",
            high=1e4,
            blank=True,
        )
    ),
    "plant_t_year": optional(
        number_column(
            "Most that this plant takes (t a year); blank = no limit known.", high=1e7, blank=True, above=True
        )
    ),
}


def _with(table: pa.DataFrameSchema, columns: dict[str, pa.Column], before: str) -> pa.DataFrameSchema:
    """A table with further columns before one of its own."""
    at = list(table.columns).index(before)
    known = list(table.columns.items())
    return pa.DataFrameSchema(
        {**{name: column for name, column in known[:at] if name not in columns}, **columns, **dict(known[at:])},
        checks=table.checks,
        metadata=table.metadata,
        description=table.description,
    )


_CUSTOMERS = {
    "id": id_column(),
    "name": text_column("Name."),
    "kind": kind_column("What it is: a kind of `kinds.csv`."),
    "insee": insee_column(),
    **POINT,
    "role": word_column(
        "role", "`served` by the platform; `competitor` for the material; or `shown` on the map alone.", *ROLES
    ),
    "tonnes_year": number_column("What it takes (t a year).", high=1e7, blank=True, above=True),
    "units_year": optional(
        number_column(
            "What it takes in units of the chain (a year), in place of `tonnes_year`.", high=1e9, blank=True, above=True
        )
    ),
    "vehicle": optional(
        text_column("Vehicle that delivers, an id of `vehicles.csv`; blank = that of `study.toml`.", blank=True)
    ),
    "unserved_eur_unit": optional(
        number_column("Price of leaving it unserved (€ a unit); blank = it must be served.", high=1e6, blank=True)
    ),
    "probability": optional(
        number_column("Probability that it takes part at all; blank = certain.", 0, 1, blank=True, share=True)
    ),
    "from_year": optional(
        number_column(
            "First year in which it takes part, for `coopgeo phases`; blank = from the start.",
            *YEARS,
            blank=True,
            whole=True,
        )
    ),
    "demand_status": status_column("How far the demand is known.", "tonnes_year", "units_year"),
    **PARTNER,
    **NOTE,
}

PLAIN_TABLES = {
    "resources.csv": RESOURCES,
    "competitors.csv": table_of(
        str(COMPETITORS.description),
        {name: column for name, column in COMPETITORS.columns.items() if name not in ("source", "status")},
        ranges=True,
        may_be_missing=True,
    ),
    "harvest_costs.csv": HARVEST_COSTS,
    "collection_points.csv": table_of(
        "a place that the material is brought to, or collected at",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": kind_column("What it is: a kind of `kinds.csv`."),
            "insee": insee_column(),
            **POINT,
            "accepts": text_column("Products that it takes, ids of `chain.toml`, separated by blanks."),
            "tonnes_year": optional(
                number_column("What lies there itself (t a year), as the basis of a product.", high=1e7, blank=True)
            ),
            **ACCESS,
            **PARTNER,
            **NOTE,
        },
    ),
    "customers.csv": table_of("a customer, an outlet or a plant", _CUSTOMERS),
    "outlets.csv": table_of(
        "an output that a customer takes",
        {
            "customer": text_column("Id of a row of `customers.csv` with the role `served`."),
            "output": text_column("Id of an output of `chain.toml`."),
            **range_columns("price that it pays at its gate, below 0 if it asks for one,", " (€/t)", 1e5),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            "capacity_t_year": number_column("Most that it takes (t a year); blank = no limit.", high=1e7, blank=True),
            **NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
    "candidate_sites.csv": _with(
        CANDIDATE_SITES,
        {
            **_PLANT,
            "plot_status": status_column(
                "How far area, price and distance to housing are known, or the fee and room of a plant.",
                "area_ha",
                "land_eur_m2",
                "distance_housing_m",
                *_PLANT,
            ),
        },
        "note",
    ),
    "platform_sizes.csv": PLATFORM_SIZES,
    "suppliers.csv": table_of(
        "a supplier outside the chain",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "insee": insee_column(),
            **POINT,
            **range_columns("price", " (€/t, ex works)", 1e5),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            "tonnes_year": number_column("Most that it sells (t a year).", high=1e7, above=True),
            **NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
    "seasons.csv": SEASONS,
    "work.csv": WORK,
    "basis_by_commune.csv": table_of(
        "a commune and quantities of it that a product may be counted from, in columns of its own",
        {"insee": insee_column(unique=True)},
        may_be_missing=True,
    ),
}
