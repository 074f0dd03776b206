"""What stands in each table of a study: columns, what they mean, kinds, units and checks.

The data dictionary of the docs site is drawn from here.
"""

from typing import Literal, get_args

import pandas as pd
import pandera.pandas as pa

from coopgeo.errors import Message
from coopgeo.roads.atlas import JUNCTION_KINDS
from coopgeo.study.column_kinds import id_column, insee_column, number_column, text_column, word_column

Status = Literal["attested", "computed", "assumed"]
STATUSES = get_args(Status)
MAY_BE_EMPTY = "may_be_empty"  # metadata of a schema: a header without rows will do
MAY_BE_MISSING = "may_be_missing"  # metadata of a schema: no file, or a header without rows, will do
MAY_BE_ABSENT = "may_be_absent"  # metadata of a column: blank where a file has none; how names it had before may end
SOURCE_COLUMNS = ("source", "hazard_source")  # columns that hold keys of `sources.csv`
COVERS = "covers"  # metadata of a column: the columns whose status it is
SHARE_UNITS = ("part", "part/mois", "par an", "t eau/t")  # units of shares, in French as all words of the tables


def _bank() -> pa.Column:
    what = "Bank of its river that the commune lies on; `straddles` on both banks of one, blank without a river."
    return _optional(word_column("bank", what, "left", "right", "straddles", blank=True), formerly="_bank")


def _optional(column: pa.Column, formerly: str = "") -> pa.Column:
    """A column that a file may lack; `formerly` is how its name may have ended before."""
    column.metadata = {**(column.metadata or {}), MAY_BE_ABSENT: formerly}
    return column


def _table(
    row: str,
    columns: dict[str, pa.Column],
    *,
    ranges: bool = False,
    may_be_empty: bool = False,
    may_be_missing: bool = False,
) -> pa.DataFrameSchema:
    """A table whose rows are each a `row`, with where they come from."""
    marked = {
        **columns,
        "source": text_column("Where the row comes from: a key of `sources.csv`."),
        "status": _status("How far the row is known."),
    }
    checks = [pa.Check(_in_order, error=Message("low, value and high in rising order"))] if ranges else []
    metadata = {MAY_BE_EMPTY: may_be_empty or may_be_missing, MAY_BE_MISSING: may_be_missing}
    return pa.DataFrameSchema(marked, checks=checks, metadata=metadata, description=row)


def _status(what: str, *covers: str, blank: bool = False) -> pa.Column:
    """A status; `covers` are the columns that it speaks for, where it does not speak for the row."""
    column = word_column("status", what, *STATUSES, blank=blank)
    column.metadata = {**column.metadata, COVERS: covers}
    return column


def _own_status(what: str, *covers: str) -> pa.Column:
    """A status that a file may lack, or leave blank: that of the row then speaks for these columns too."""
    return _optional(_status(f"{what}; blank = as the row.", *covers, blank=True))


def status_of(schema: pa.DataFrameSchema, column: str) -> str | None:
    """The status column that speaks for a column: one of its own, or that of the row; None for a status itself."""
    statuses = {
        name: other.metadata[COVERS] for name, other in schema.columns.items() if COVERS in (other.metadata or {})
    }
    if column in statuses or not statuses:
        return None
    return next((name for name, covers in statuses.items() if column in covers), "status")


def _in_order(table: pd.DataFrame) -> pd.Series:
    return ~((table["low"] > table["value"]) | (table["value"] > table["high"]))  # one that is lacking is noted already


def _range(quantity: str, unit: str = "", most: float = 1e6) -> dict[str, pa.Column]:
    """The lowest, the used and the highest of a quantity, and their unit."""
    return {
        "low": number_column(f"Lowest {quantity} thought possible{unit}.", -1000, most),
        "value": number_column(f"{quantity.capitalize()} that is computed with{unit}.", -1000, most),
        "high": number_column(f"Highest {quantity} thought possible{unit}.", -1000, most),
        "unit": text_column("Unit of low, value and high; for the reader."),
        "range_status": _own_status("How far low and high are known", "low", "high"),
    }


_POINT = {
    "lon": number_column("Longitude (degrees, WGS 84).", -180, 180),
    "lat": number_column("Latitude (degrees, WGS 84).", -90, 90),
}

_NAMES = {"name_fr": text_column("Name in French."), "name_en": text_column("Name in English.")}
_NOTE = {"note": text_column("Remark for the reader.", blank=True)}

SOURCES = pa.DataFrameSchema(
    {
        "key": id_column("Key that the other tables name in their column `source`."),
        "title": text_column("Title."),
        "producer": text_column("Who published it."),
        "date": text_column("Date of the publication, or the year."),
        "licence": text_column("Licence or terms of use."),
    },
    metadata={MAY_BE_EMPTY: False, MAY_BE_MISSING: False},
    description="a source",
)

TERRITORY = {
    "communes.csv": _table(
        "a commune",
        {
            "insee": insee_column(unique=True),
            "name": text_column("Name."),
            "department": text_column("Code of the department."),
            "epci_siren": text_column("SIREN of the intermunicipal body (EPCI) that the commune belongs to."),
            "epci_name": text_column("Name of that EPCI."),
            "population": number_column("Inhabitants.", high=1e7, whole=True),
            **_POINT,
            "point_source": text_column("What the point is, such as the town hall."),
            "point_status": _own_status("How far the point is known", "lon", "lat", "point_source"),
            "area_ha": number_column("Area of the commune (ha).", high=3e6),
            "bank": _bank(),
            "area_status": _own_status("How far area and bank are known", "area_ha", "bank"),
        },
    ),
    "forest_by_commune.csv": _table(
        "a commune",
        {
            "insee": insee_column(unique=True),
            "name": text_column("Name of the commune."),
            "forest_broadleaf_ha": number_column("Broadleaf forest (ha).", high=3e6),
            "forest_conifer_ha": number_column("Conifer forest (ha).", high=3e6),
            "forest_other_ha": number_column("Forest whose kind of stand is not stated (ha).", high=3e6),
        },
    ),
}

ROADS = {
    "junctions.csv": _table(
        "an interchange, bridgehead, ferry landing, junction or bend",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is; a bend shapes its own road only.", *JUNCTION_KINDS),
            **_POINT,
        },
        may_be_empty=True,
    ),
    "axes.csv": _table(
        "a named road",
        {
            "id": id_column(),
            "ref": text_column("Number of the road, such as A29.", blank=True),
            "name": text_column("Name."),
            "highway": text_column("Class of the road: a class of `classes.csv`."),
            "toll_eur_km": number_column("Toll of an articulated lorry (€/km).", high=100),
            "waypoints": text_column(
                "Ids of junctions and INSEE codes that the road passes, in order, separated by blanks."
            ),
            "winding_factor": _optional(
                number_column(
                    "Winding factor of this road, as on the side of a valley; blank = of its class.",
                    1.0,
                    3.0,
                    blank=True,
                )
            ),
        },
        may_be_empty=True,
    ),
    "crossings.csv": _table(
        "a bridge or ferry over a river",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is.", "bridge", "ferry"),
            "ref": text_column("Number of its road.", blank=True),
            "highway": text_column("Class of its road: a class of `classes.csv`."),
            "from_junction": text_column("Id of the junction at one end."),
            "to_junction": text_column("Id of the junction at the other end."),
            "length_m": number_column(
                "Length (m); blank = straight from end to end.", high=1e5, blank=True, above=True
            ),
            "wait_min": number_column("Mean wait for a ferry (minutes).", high=1440),
            "sailing_min": number_column("Time of the passage by ferry (minutes).", high=1440),
            "toll_low_eur": number_column("Lowest toll of one passage, class 4 (€).", high=1e4),
            "toll_eur": number_column("Toll of one passage, class 4, that is computed with (€).", high=1e4),
            "toll_high_eur": number_column("Highest toll of one passage, class 4 (€).", high=1e4),
            "max_weight_t": number_column("Weight limit (t); blank = none.", high=1000, blank=True, above=True),
            "hours": text_column("Hours of service; blank = not known. For the reader: not computed with.", blank=True),
        },
        may_be_empty=True,
    ),
    "classes.csv": _table(
        "a class of road",
        {
            "highway": pa.Column(str, unique=True, description="Class of road, named as in OpenStreetMap."),
            "winding_factor": number_column(
                "Length of the road divided by the straight length between two way points.", 1.0, 3.0
            ),
        },
    ),
    "vehicles.csv": _table(
        "a vehicle",
        {
            "id": id_column(),
            **_NAMES,
            "gross_t": number_column(
                "Gross weight (t), compared with the weight limits of roads.", high=200, above=True
            ),
            "volume_m3": number_column("Volume of the body (m³).", high=500, above=True),
            "payload_t": number_column("Largest load (t).", high=200, above=True),
            "cost_eur_km": number_column("Cost of a kilometre (€/km).", high=100),
            "cost_eur_h": number_column("Cost of an hour, driver included (€/h).", high=1000),
            "load_unload_h": number_column("Time of loading and unloading, a trip (hours).", high=24),
            "diesel_l_km": number_column("Diesel (l/km).", high=10),
            "axle_load_t": number_column(
                "Load of the heaviest axle (t), compared with the limits of real roads.", high=50, above=True
            ),
            "height_m": number_column("Height (m), compared with the limits of real roads.", high=10, above=True),
            "width_m": number_column("Width (m), compared with the limits of real roads.", high=10, above=True),
            "length_m": number_column("Length (m), compared with the limits of real roads.", high=60, above=True),
            "max_speed_kmh": number_column("Legal speed of the vehicle on any road (km/h).", high=130, above=True),
            "unpaved_kmh": number_column("Speed without a hard surface (km/h).", high=130, above=True),
            "toll_eur_km": number_column("Toll where one is due and its tariff is not known (€/km).", high=100),
        },
    ),
    "speeds.csv": _table(
        "the speed of a vehicle on a class of road",
        {
            "vehicle": text_column("Id of a vehicle of `vehicles.csv`."),
            "highway": text_column("Class of road; `track_grade1` to `track_grade5` for tracks whose type is known."),
            "speed_kmh": number_column("Speed (km/h); 0 = closed to the vehicle.", 0, 130),
            **{
                name: _optional(
                    number_column(
                        f"{which}, 0 to 1: junctions, villages, climbs; blank = all of it.",
                        0.0,
                        1.0,
                        blank=True,
                        above=True,
                    )
                )
                for name, which in (
                    ("delay_factor_low", "Least part of the speed that delays leave"),
                    ("delay_factor", "Part of the speed that delays leave, that is computed with"),
                    ("delay_factor_high", "Largest part of the speed that delays leave"),
                )
            },
        },
    ),
}

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
    "access_road": _optional(
        text_column("Number of the road that it is reached by, such as D982; blank = the nearest road.", blank=True)
    )
}
YEARS = (1990, 2200)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_PRODUCT = {"product": text_column("Id of a product of `chain.toml`.")}
CHAIN = {
    "resources.csv": _table(
        "a factor of a product",
        {
            **_PRODUCT,
            "factor": text_column("Id of the factor; once a product."),
            "potential": word_column("potential", "Step of the resource that the factor belongs to.", *POTENTIALS),
            "effect": word_column(
                "effect", "How it is used: `times` multiplies; `less` takes a share out (1 - factor).", *EFFECTS
            ),
            **_NAMES,
            **_range("value"),
        },
        ranges=True,
    ),
    "competitors.csv": _table(
        "a product that a large plant takes",
        {
            "customer": text_column("Id of a row of `customers.csv` whose role is `competitor`."),
            **_PRODUCT,
            **_range("quantity", " (t as received a year)", 1e7),
            "radius_km": number_column("How far its catchment reaches, by road (km).", high=5000, above=True),
            "radius_status": _status("How far the radius is known.", "radius_km"),
            **_NOTE,
        },
        ranges=True,
        may_be_empty=True,
    ),
    "harvest_costs.csv": _table(
        "a step of the harvest of a product",
        {
            **_PRODUCT,
            "step": text_column("Id of the step."),
            **_NAMES,
            **_range("cost", " (€/t as received)", 1e4),
            "price_year": number_column(
                "Year of the price; one older than 2015 is multiplied by `price_index` of `chain.toml`.",
                1990,
                2100,
                whole=True,
            ),
            "share": _optional(
                number_column(
                    "Part of the tonnes that the step is paid for, such as the felled part of chips; blank = all.",
                    0,
                    1,
                    blank=True,
                    share=True,
                )
            ),
            "diesel_l_t": number_column("Diesel (l/t as received).", high=1000),
            "diesel_status": _status("How far the diesel is known.", "diesel_l_t"),
        },
        ranges=True,
    ),
    "collection_points.csv": _table(
        "a recycling centre, forest landing, hedge depot or sawmill",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is.", *POINT_KINDS),
            "insee": insee_column(),
            **_POINT,
            "accepts": text_column("Products that it takes, ids of `chain.toml`, separated by blanks."),
            "logs_m3_year": number_column("Logs that a sawmill saws (m³ a year).", high=1e7, blank=True),
            **_ACCESS,
            **_NOTE,
        },
    ),
    "customers.csv": _table(
        "a boiler or plant",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it heats or is.", *CUSTOMER_KINDS),
            "insee": insee_column(),
            **_POINT,
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
            "vehicle": _optional(
                text_column("Vehicle that delivers, an id of `vehicles.csv`; blank = that of `study.toml`.", blank=True)
            ),
            "unserved_eur_mwh": _optional(
                number_column(
                    "Price of leaving it without wood (€/MWh of wood); blank = it must be served.", high=1e4, blank=True
                )
            ),
            "probability": _optional(
                number_column(
                    "Probability that it burns wood at all, such as that a boiler gets built; blank = certain.",
                    0,
                    1,
                    blank=True,
                    share=True,
                )
            ),
            "from_year": _optional(
                number_column(
                    "First year in which it takes wood, for `coopgeo phases`; blank = from the start.",
                    *YEARS,
                    blank=True,
                    whole=True,
                )
            ),
            "demand_status": _status(
                "How far the demand is known.", "power_kw", "full_load_h", "efficiency", "tonnes_year", "moisture"
            ),
            **_NOTE,
        },
    ),
    "candidate_sites.csv": _table(
        "a site that the platform could take",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is.", *SITE_KINDS),
            "insee": insee_column(),
            **_POINT,
            "area_ha": number_column("Free area (ha).", high=1e4, above=True),
            "zoning": text_column("Zoning of the town plan, as the plan writes it, such as UX or 1AUx."),
            "distance_housing_m": number_column("Distance to the nearest housing (m).", high=1e5),
            "hazard": word_column("hazard", "Hazard zone that the site lies in.", *HAZARDS),
            "hazard_source": _optional(
                text_column("Where the hazard comes from: a key of `sources.csv`; blank = that of the row.", blank=True)
            ),
            **_ACCESS,
            "synergies": text_column(
                f"Synergies of the site, any of {', '.join(SYNERGIES)}; separated by blanks.", blank=True
            ),
            "land_eur_m2": number_column("Price of the land (€/m²).", high=1e5),
            "plot_status": _status(
                "How far area, price and distance to housing are known.", "area_ha", "land_eur_m2", "distance_housing_m"
            ),
            **_NOTE,
        },
    ),
    "platform_sizes.csv": _table(
        "a size of platform",
        {
            "id": id_column(),
            **_NAMES,
            "store_m3": _optional(
                number_column("Loose chips that its hall holds (m³).", high=1e7, blank=True, above=True)
            ),
            "turns_year": _optional(
                number_column("How often a year the hall is filled and emptied.", high=365, blank=True, above=True)
            ),
            "capacity_t_year": _optional(
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
    "suppliers.csv": _table(
        "a supplier outside the chain, whose wood could be bought",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "insee": insee_column(),
            **_POINT,
            **_range("price", " (€/t as received, ex works)", 1e4),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            "moisture": number_column("Moisture of its chips, water / total mass.", 0, 0.69, share=True),
            "tonnes_year": number_column("Most that it sells (t as received a year).", high=1e7, above=True),
            **_NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
    "seasons.csv": _table(
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
    "heat_prices.csv": _table(
        "what another fuel costs those who heat with it",
        {
            "id": id_column(),
            **_NAMES,
            **_range("price", " (€/MWh of fuel)", 1e4),
            "efficiency": number_column(
                "Useful heat divided by the heating value of the fuel.", 0, 1.2, above=True, share=True
            ),
            "efficiency_status": _own_status("How far the efficiency is known", "efficiency"),
            "price_year": number_column("Year of the price.", 1990, 2100, whole=True),
            **_NOTE,
        },
        ranges=True,
        may_be_missing=True,
    ),
}

# Every table of a study folder by its path; "*" is the folder of a chain.
TABLES: dict[str, pa.DataFrameSchema] = {
    "sources.csv": SOURCES,
    **{f"territory/{name}": schema for name, schema in TERRITORY.items()},
    **{f"roads/{name}": schema for name, schema in ROADS.items()},
    **{f"chains/*/{name}": schema for name, schema in CHAIN.items()},
}
