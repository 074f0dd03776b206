"""What stands in the tables of a wood-energy chain, where they are not those of every chain."""

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
from coopgeo.study.schema_parts import NAMES, NOTE, POINT, optional, own_status, range_columns, status_column, table_of

FUELS = ("chips", "pellets", "logs", "waste_wood", "waste_heat")
TAXES = ("included", "excluded")
WOOD_TABLES = {
    "resources.csv": RESOURCES,
    "competitors.csv": COMPETITORS,
    "harvest_costs.csv": HARVEST_COSTS,
    "collection_points.csv": table_of(
        "a recycling centre, forest landing, hedge depot or sawmill",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": kind_column("What it is: a kind of `kinds.csv`."),
            "insee": insee_column(),
            **POINT,
            "accepts": text_column("Products that it takes, ids of `chain.toml`, separated by blanks."),
            "logs_m3_year": number_column("Logs that a sawmill saws (m³ a year).", high=1e7, blank=True),
            **ACCESS,
            **PARTNER,
            **NOTE,
        },
    ),
    "customers.csv": table_of(
        "a boiler or plant",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": kind_column("What it heats or is: a kind of `kinds.csv`."),
            "insee": insee_column(),
            **POINT,
            "fuel": word_column("fuel", "What it burns or takes.", *FUELS),
            "power_kw": number_column(
                "Power of the wood boiler (kW). With `full_load_h`, in place of `tonnes_year`.",
                high=1e6,
                blank=True,
                above=True,
            ),
            "full_load_h": number_column("Hours a year at full power.", 0, 8760, blank=True, above=True),
            "efficiency": number_column(
                "Useful heat divided by the heating value of the wood.", 0, 1.2, blank=True, above=True, share=True
            ),
            "tonnes_year": number_column(
                "Wood that it takes, at `moisture` (t a year).", high=1e7, blank=True, above=True
            ),
            "moisture": number_column(
                "Wettest chips that it takes, water / total mass; also that of `tonnes_year`.",
                0,
                0.69,
                blank=True,
                share=True,
            ),
            "role": word_column(
                "role", "`served` by the platform; `competitor` for the wood; or `shown` on the map alone.", *ROLES
            ),
            "vehicle": optional(
                text_column("Vehicle that delivers, an id of `vehicles.csv`; blank = that of `study.toml`.", blank=True)
            ),
            "unserved_eur_mwh": optional(
                number_column(
                    "Price of leaving it without wood (€/MWh of wood); blank = it must be served.", high=1e4, blank=True
                )
            ),
            "probability": optional(
                number_column(
                    "Probability that it burns wood at all, such as that a boiler gets built; blank = certain.",
                    0,
                    1,
                    blank=True,
                    share=True,
                )
            ),
            "from_year": optional(
                number_column(
                    "First year in which it takes wood, for `coopgeo phases`; blank = from the start.",
                    *YEARS,
                    blank=True,
                    whole=True,
                )
            ),
            "demand_status": status_column(
                "How far the demand is known.", "power_kw", "full_load_h", "efficiency", "tonnes_year", "moisture"
            ),
            **PARTNER,
            **NOTE,
        },
    ),
    "candidate_sites.csv": CANDIDATE_SITES,
    "platform_sizes.csv": PLATFORM_SIZES,
    "suppliers.csv": table_of(
        "a supplier outside the chain, whose wood could be bought",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "insee": insee_column(),
            **POINT,
            **range_columns("price", " (€/t as received, ex works)", 1e4),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            "moisture": number_column("Moisture of its chips, water / total mass.", 0, 0.69, share=True),
            "tonnes_year": number_column("Most that it sells (t as received a year).", high=1e7, above=True),
            **NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
    "seasons.csv": SEASONS,
    "work.csv": WORK,
    "heat_prices.csv": table_of(
        "what another fuel costs those who heat with it",
        {
            "id": id_column(),
            **NAMES,
            **range_columns("price", " (€/MWh of fuel)", 1e4),
            "efficiency": number_column(
                "Useful heat divided by the heating value of the fuel.", 0, 1.2, above=True, share=True
            ),
            "efficiency_status": own_status("How far the efficiency is known", "efficiency"),
            "taxes": optional(
                word_column("taxes", "Whether the price holds taxes; blank = not known.", *TAXES, blank=True)
            ),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            **NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
}
