"""What stands in each table of a chain: columns, what they mean, kinds, units and checks."""

from typing import Literal, get_args

from coopgeo.study.column_kinds import id_column, insee_column, number_column, text_column, word_column
from coopgeo.study.schema_parts import NAMES, NOTE, POINT, optional, own_status, range_columns, status_column, table_of

POINT_KINDS = ("recycling_centre", "landing", "hedge_depot", "sawmill")
ROLES = ("served", "competitor", "shown")
SITE_KINDS = ("port_zone", "business_zone", "recycling_centre", "farm", "quay")
Hazard = Literal["none", "ppi", "pprt", "flood", "unknown"]
HAZARDS = get_args(Hazard)
FUELS = ("chips", "pellets", "logs", "waste_wood", "waste_heat")
CUSTOMER_KINDS = ("heat_network", "hospital", "school", "pool", "town", "industry", "housing")
SYNERGIES = ("recycling_centre", "composting", "ess_hub", "weighbridge", "quay", "farm_equipment", "waste_plant")
POTENTIALS = (
    "theoretical",
    "unused",
    "technical",
    "economic",
    "sustainable",
)  # each is what the factors so far leave of the one before
EFFECTS = ("times", "less")
_ACCESS = {
    "access_road": optional(
        text_column("Number of the road that it is reached by, such as D982; blank = the nearest road.", blank=True)
    )
}
TAXES = ("included", "excluded")
YEARS = (1990, 2200)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_PRODUCT = {"product": text_column("Id of a product of `chain.toml`.")}
CHAIN = {
    "resources.csv": table_of(
        "a factor of a product",
        {
            **_PRODUCT,
            "factor": text_column("Id of the factor; once a product."),
            "potential": word_column("potential", "Step of the resource that the factor belongs to.", *POTENTIALS),
            "effect": word_column(
                "effect", "How it is used: `times` multiplies; `less` takes a share out (1 - factor).", *EFFECTS
            ),
            **NAMES,
            **range_columns("value"),
        },
        ranges=True,
    ),
    "competitors.csv": table_of(
        "a product that a large plant takes",
        {
            "customer": text_column("Id of a row of `customers.csv` whose role is `competitor`."),
            **_PRODUCT,
            **range_columns("quantity", " (t as received a year)", 1e7),
            "radius_km": number_column("How far its catchment reaches, by road (km).", high=5000, above=True),
            "radius_status": status_column("How far the radius is known.", "radius_km"),
            **NOTE,
        },
        ranges=True,
        may_be_empty=True,
    ),
    "harvest_costs.csv": table_of(
        "a step of the harvest of a product",
        {
            **_PRODUCT,
            "step": text_column("Id of the step."),
            **NAMES,
            **range_columns("cost", " (€/t as received)", 1e4),
            "price_year": number_column(
                "Year of the price; one older than 2015 is multiplied by `price_index` of `chain.toml`.",
                1990,
                2100,
                whole=True,
            ),
            "share": optional(
                number_column(
                    "Part of the tonnes that the step is paid for, such as the felled part of chips; blank = all.",
                    0,
                    1,
                    blank=True,
                    share=True,
                )
            ),
            "diesel_l_t": number_column("Diesel (l/t as received).", high=1000),
            "diesel_status": status_column("How far the diesel is known.", "diesel_l_t"),
        },
        ranges=True,
    ),
    "collection_points.csv": table_of(
        "a recycling centre, forest landing, hedge depot or sawmill",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is.", *POINT_KINDS),
            "insee": insee_column(),
            **POINT,
            "accepts": text_column("Products that it takes, ids of `chain.toml`, separated by blanks."),
            "logs_m3_year": number_column("Logs that a sawmill saws (m³ a year).", high=1e7, blank=True),
            **_ACCESS,
            **NOTE,
        },
    ),
    "customers.csv": table_of(
        "a boiler or plant",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it heats or is.", *CUSTOMER_KINDS),
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
            **NOTE,
        },
    ),
    "candidate_sites.csv": table_of(
        "a site that the platform could take",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is.", *SITE_KINDS),
            "insee": insee_column(),
            **POINT,
            "area_ha": number_column("Free area (ha).", high=1e4, above=True),
            "zoning": text_column("Zoning of the town plan, as the plan writes it, such as UX or 1AUx."),
            "distance_housing_m": number_column("Distance to the nearest housing (m).", high=1e5),
            "hazard": word_column("hazard", "Hazard zone that the site lies in.", *HAZARDS),
            "hazard_source": optional(
                text_column("Where the hazard comes from: a key of `sources.csv`; blank = that of the row.", blank=True)
            ),
            **_ACCESS,
            "synergies": text_column(
                f"Synergies of the site, any of {', '.join(SYNERGIES)}; separated by blanks.", blank=True
            ),
            "land_eur_m2": number_column("Price of the land (€/m²).", high=1e5),
            "plot_status": status_column(
                "How far area, price and distance to housing are known.", "area_ha", "land_eur_m2", "distance_housing_m"
            ),
            **NOTE,
        },
    ),
    "platform_sizes.csv": table_of(
        "a size of platform",
        {
            "id": id_column(),
            **NAMES,
            "store_m3": optional(
                number_column("Loose chips that its hall holds (m³).", high=1e7, blank=True, above=True)
            ),
            "turns_year": optional(
                number_column("How often a year the hall is filled and emptied.", high=365, blank=True, above=True)
            ),
            "capacity_t_year": optional(
                number_column(
                    "Wood that it can deliver (t delivered a year), where `store_m3` and `turns_year` are not known.",
                    high=1e7,
                    blank=True,
                    above=True,
                )
            ),
            "hangar_m2": number_column("Hall (m²).", high=1e6),
            "yard_m2": number_column("Yard (m²).", high=1e7),
            "equipment_eur": number_column("Equipment (€)."),
            "staff_fte": number_column("Staff (full-time equivalents).", high=1e4),
            "fixed_eur_year": number_column("Fixed costs (€ a year)."),
        },
    ),
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
    "seasons.csv": table_of(
        "how the demand of a kind of customer, or the wood of a kind of collection point, spreads over the year",
        {
            "kind": word_column(
                "kind", "Kind of customer, or of collection point whose wood goes out.", *CUSTOMER_KINDS, *POINT_KINDS
            ),
            **{
                month: number_column(f"Part of the wood of the year in {month.capitalize()}.", 0, 1, share=True)
                for month in MONTHS
            },
        },
        may_be_missing=True,
    ),
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
