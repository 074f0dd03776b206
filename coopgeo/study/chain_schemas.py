"""What stands in the tables that every chain has: columns, what they mean, kinds, units and checks."""

from typing import Literal, get_args

from coopgeo.study.column_kinds import (
    id_column,
    insee_column,
    kind_column,
    number_column,
    text_column,
    word_column,
)
from coopgeo.study.schema_parts import NAMES, NOTE, POINT, optional, range_columns, status_column, table_of

PARTNER_STAGES = ("resource", "collection", "transport", "platform", "outlet", "coordination", "research")
ROLES = ("served", "competitor", "shown")
Hazard = Literal["none", "ppi", "pprt", "flood", "unknown"]
HAZARDS = get_args(Hazard)
SYNERGIES = ("recycling_centre", "composting", "ess_hub", "weighbridge", "quay", "farm_equipment", "waste_plant")
POTENTIALS = (
    "theoretical",
    "unused",
    "technical",
    "economic",
    "sustainable",
)  # each is what the factors so far leave of the one before
EFFECTS = ("times", "less")
ACCESS = {
    "access_road": optional(
        text_column("Number of the road that it is reached by, such as D982; blank = the nearest road.", blank=True)
    )
}
PARTNER = {
    "partner": optional(
        text_column(
            "Id of the row of `partners.csv` that says whose it is, or who runs it, for `coopgeo share --by partners`; "
            "blank = nobody's.",
            blank=True,
        )
    )
}
YEARS = (1990, 2200)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
PRODUCT = {"product": text_column("Id of a product of `chain.toml`.")}
RESOURCES = table_of(
    "a factor of a product",
    {
        **PRODUCT,
        "factor": text_column("Id of the factor; once a product."),
        "potential": word_column("potential", "Step of the resource that the factor belongs to.", *POTENTIALS),
        "effect": word_column(
            "effect", "How it is used: `times` multiplies; `less` takes a share out (1 - factor).", *EFFECTS
        ),
        **NAMES,
        **range_columns("value"),
    },
    ranges=True,
)
COMPETITORS = table_of(
    "a product that a large plant takes",
    {
        "customer": text_column("Id of a row of `customers.csv` whose role is `competitor`."),
        **PRODUCT,
        **range_columns("quantity", " (t as received a year)", 1e7),
        "radius_km": number_column("How far its catchment reaches, by road (km).", high=5000, above=True),
        "radius_status": status_column("How far the radius is known.", "radius_km"),
        **NOTE,
    },
    ranges=True,
    may_be_empty=True,
)
HARVEST_COSTS = table_of(
    "a step of the harvest of a product",
    {
        **PRODUCT,
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
                "Part of the tonnes that the step is paid for, such as the felled part; blank = all.",
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
)
CANDIDATE_SITES = table_of(
    "a site that the platform could take",
    {
        "id": id_column(),
        "name": text_column("Name."),
        "kind": kind_column("What it is: a kind of `kinds.csv`."),
        "insee": insee_column(),
        **POINT,
        "area_ha": number_column("Free area (ha).", high=1e4, above=True),
        "zoning": text_column("Zoning of the town plan, as the plan writes it, such as UX or 1AUx."),
        "distance_housing_m": number_column("Distance to the nearest housing (m).", high=1e5),
        "hazard": word_column("hazard", "Hazard zone that the site lies in.", *HAZARDS),
        "hazard_source": optional(
            text_column("Where the hazard comes from: a key of `sources.csv`; blank = that of the row.", blank=True)
        ),
        **ACCESS,
        "synergies": text_column(
            f"Synergies of the site, any of {', '.join(SYNERGIES)}; separated by blanks.", blank=True
        ),
        "land_eur_m2": number_column("Price of the land (€/m²).", high=1e5),
        "plot_status": status_column(
            "How far area, price and distance to housing are known.", "area_ha", "land_eur_m2", "distance_housing_m"
        ),
        **PARTNER,
        **NOTE,
    },
)
PLATFORM_SIZES = table_of(
    "a size of platform",
    {
        "id": id_column(),
        **NAMES,
        "store_m3": optional(number_column("What its hall holds (m³).", high=1e7, blank=True, above=True)),
        "turns_year": optional(
            number_column("How often a year the hall is filled and emptied.", high=365, blank=True, above=True)
        ),
        "capacity_t_year": optional(
            number_column(
                "What it can deliver (t delivered a year), where `store_m3` and `turns_year` are not known.",
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
)
SEASONS = table_of(
    "how the demand of a kind of customer, or what comes in at a kind of collection point, spreads over the year",
    {
        "kind": kind_column("Kind of customer, or of collection point whose goods go out: one of `kinds.csv`."),
        **{month: number_column(f"Part of the year in {month.capitalize()}.", 0, 1, share=True) for month in MONTHS},
    },
    may_be_missing=True,
)
WORK_PLACES = ("points", "platform", "departure")
WORK = table_of(
    "a part of the jobs of the chain, as `fte_per_1000_t` of `chain.toml` counts them",
    {
        "id": id_column(),
        **NAMES,
        "stage": word_column("stage", "Stage of the chain whose partners do this work.", *PARTNER_STAGES),
        "work_place": word_column(
            "work_place",
            "Where it is done: at the collection `points`, on the `platform`, or from where goods depart "
            "(`departure`), be it a platform or, straight, a point.",
            *WORK_PLACES,
        ),
        "share": number_column("Part of all jobs; the parts sum to 1.", 0, 1, share=True),
        "by_hand_share": number_column("Part of this work that insertion crews may do.", 0, 1, share=True),
        **NOTE,
    },
    may_be_missing=True,
)
