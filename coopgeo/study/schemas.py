"""What stands in each table of a study: columns, what they mean, kinds, units and checks.

The data dictionary of the docs site is drawn from here.
"""

from typing import Literal, get_args

import pandas as pd
import pandera.pandas as pa

from coopgeo.roads.atlas import JUNCTION_KINDS

Status = Literal["attested", "computed", "assumed"]
STATUSES = get_args(Status)
MAY_BE_EMPTY = "may_be_empty"  # metadata of a schema: a header without rows will do
COVERS = "covers"  # metadata of a column: the columns whose status it is


def _text(what: str, *, blank: bool = False, unique: bool = False) -> pa.Column:
    checks = [] if blank else [pa.Check.str_length(min_value=1, error="a text, not a blank")]
    return pa.Column(str, checks, nullable=blank, unique=unique, description=what)


def _id(what: str = "Id of the row: other tables and the map name it by this.") -> pa.Column:
    pattern = r"[a-z0-9]+(-[a-z0-9]+)*"
    check = pa.Check.str_matches(
        f"^{pattern}$", error="lower-case letters, digits and hyphens, such as landing-brotonne"
    )
    return pa.Column(str, check, unique=True, description=what)


def _insee(*, unique: bool = False) -> pa.Column:
    check = pa.Check.str_matches(
        r"^[0-9AB]{5}$", error="an INSEE code of five characters, kept as text: 76114, not 76 114"
    )
    return pa.Column(str, check, unique=unique, description="INSEE code of the commune.")


def _number(
    what: str, low: float = 0.0, high: float | None = None, *, blank: bool = False, above: bool = False
) -> pa.Column:
    """A number >= low (> low if `above`) and <= high."""
    checks = [pa.Check.gt(low, error=f"more than {low:g}") if above else pa.Check.ge(low, error=f"{low:g} or more")]
    if high is not None:
        checks.append(pa.Check.le(high, error=f"at most {high:g}"))
    return pa.Column(float, checks, nullable=blank, description=what)


def _one_of(what: str, *choices: str) -> pa.Column:
    return pa.Column(str, pa.Check.isin(choices, error=f"one of {', '.join(choices)}"), description=what)


def _table(
    row: str, columns: dict[str, pa.Column], *, ranges: bool = False, may_be_empty: bool = False
) -> pa.DataFrameSchema:
    """A table whose rows are each a `row`, with where they come from."""
    marked = {
        **columns,
        "source": _text("Where the row comes from: a key of `sources.csv`."),
        "status": _status("How far the row is known."),
    }
    checks = [pa.Check(_in_order, error="low, value and high in rising order")] if ranges else []
    return pa.DataFrameSchema(marked, checks=checks, metadata={MAY_BE_EMPTY: may_be_empty}, description=row)


def _status(what: str, *covers: str) -> pa.Column:
    """A status; `covers` are the columns that it speaks for, where it does not speak for the row."""
    column = _one_of(what, *STATUSES)
    column.metadata = {COVERS: covers}
    return column


def status_of(schema: pa.DataFrameSchema, column: str) -> str | None:
    """The status column that speaks for a column: one of its own, or that of the row; None for a status itself."""
    statuses = {
        name: other.metadata[COVERS] for name, other in schema.columns.items() if COVERS in (other.metadata or {})
    }
    if column in statuses or not statuses:
        return None
    return next((name for name, covers in statuses.items() if column in covers), "status")


def _in_order(table: pd.DataFrame) -> pd.Series:
    return (table["low"] <= table["value"]) & (table["value"] <= table["high"])


def _range(quantity: str, unit: str = "") -> dict[str, pa.Column]:
    """The lowest, the used and the highest of a quantity, and their unit."""
    return {
        "low": _number(f"Lowest {quantity} thought possible{unit}.", -1000),
        "value": _number(f"{quantity.capitalize()} that is computed with{unit}.", -1000),
        "high": _number(f"Highest {quantity} thought possible{unit}.", -1000),
        "unit": _text("Unit of low, value and high; for the reader."),
    }


_POINT = {
    "lon": _number("Longitude (degrees, WGS 84).", -180, 180),
    "lat": _number("Latitude (degrees, WGS 84).", -90, 90),
}

_NAMES = {"name_fr": _text("Name in French."), "name_en": _text("Name in English.")}
_NOTE = {"note": _text("Remark for the reader.", blank=True)}

SOURCES = pa.DataFrameSchema(
    {
        "key": _id("Key that the other tables name in their column `source`."),
        "title": _text("Title."),
        "producer": _text("Who published it."),
        "date": _text("Date of the publication, or the year."),
        "licence": _text("Licence or terms of use."),
    },
    description="a source",
)

TERRITORY = {
    "communes.csv": _table(
        "a commune",
        {
            "insee": _insee(unique=True),
            "name": _text("Name."),
            "department": _text("Code of the department."),
            "epci_siren": _text("SIREN of the intermunicipal body (EPCI) that the commune belongs to."),
            "epci_name": _text("Name of that EPCI."),
            "population": _number("Inhabitants."),
            **_POINT,
            "point_source": _text("What the point is, such as the town hall."),
            "area_ha": _number("Area of the commune (ha)."),
            "seine_bank": _one_of("Bank of the Seine that the commune lies on.", "left", "right", "straddles"),
        },
    ),
    "forest_by_commune.csv": _table(
        "a commune",
        {
            "insee": _insee(unique=True),
            "name": _text("Name of the commune."),
            "forest_broadleaf_ha": _number("Broadleaf forest (ha)."),
            "forest_conifer_ha": _number("Conifer forest (ha)."),
            "forest_other_ha": _number("Forest whose kind of stand is not stated (ha)."),
        },
    ),
}

ROADS = {
    "junctions.csv": _table(
        "an interchange, bridgehead, ferry landing, junction or bend",
        {
            "id": _id(),
            "name": _text("Name."),
            "kind": _one_of("What it is; a bend shapes its own road only.", *JUNCTION_KINDS),
            **_POINT,
        },
    ),
    "axes.csv": _table(
        "a named road",
        {
            "id": _id(),
            "ref": _text("Number of the road, such as A29.", blank=True),
            "name": _text("Name."),
            "highway": _text("Class of the road: a class of `classes.csv`."),
            "toll_eur_km": _number("Toll of an articulated lorry (€/km)."),
            "waypoints": _text("Ids of junctions and INSEE codes that the road passes, in order, separated by blanks."),
        },
    ),
    "crossings.csv": _table(
        "a bridge or ferry over the Seine",
        {
            "id": _id(),
            "name": _text("Name."),
            "kind": _one_of("What it is.", "bridge", "ferry"),
            "ref": _text("Number of its road.", blank=True),
            "highway": _text("Class of its road: a class of `classes.csv`."),
            "from_junction": _text("Id of the junction at one end."),
            "to_junction": _text("Id of the junction at the other end."),
            "length_m": _number("Length (m); blank = straight from end to end.", blank=True, above=True),
            "wait_min": _number("Mean wait for a ferry (minutes)."),
            "sailing_min": _number("Time of the passage by ferry (minutes)."),
            "toll_low_eur": _number("Lowest toll of one passage, class 4 (€)."),
            "toll_eur": _number("Toll of one passage, class 4, that is computed with (€)."),
            "toll_high_eur": _number("Highest toll of one passage, class 4 (€)."),
            "max_weight_t": _number("Weight limit (t); blank = none.", blank=True, above=True),
            "hours": _text("Hours of service; blank = not known. For the reader: not computed with.", blank=True),
        },
    ),
    "classes.csv": _table(
        "a class of road",
        {
            "highway": pa.Column(str, unique=True, description="Class of road, named as in OpenStreetMap."),
            "winding_factor": _number(
                "Length of the road divided by the straight length between two way points.", 1.0, 3.0
            ),
        },
    ),
    "vehicles.csv": _table(
        "a vehicle",
        {
            "id": _id(),
            **_NAMES,
            "gross_t": _number("Gross weight (t), compared with the weight limits of roads.", above=True),
            "volume_m3": _number("Volume of the body (m³).", above=True),
            "payload_t": _number("Largest load (t).", above=True),
            "cost_eur_km": _number("Cost of a kilometre (€/km)."),
            "cost_eur_h": _number("Cost of an hour, driver included (€/h)."),
            "load_unload_h": _number("Time of loading and unloading, a trip (hours)."),
            "diesel_l_km": _number("Diesel (l/km)."),
            "axle_load_t": _number(
                "Load of the heaviest axle (t), compared with the limits of real roads.", above=True
            ),
            "height_m": _number("Height (m), compared with the limits of real roads.", above=True),
            "width_m": _number("Width (m), compared with the limits of real roads.", above=True),
            "length_m": _number("Length (m), compared with the limits of real roads.", above=True),
            "max_speed_kmh": _number("Legal speed of the vehicle on any road (km/h).", high=130, above=True),
            "unpaved_kmh": _number("Speed without a hard surface (km/h).", above=True),
            "toll_eur_km": _number("Toll where one is due and its tariff is not known (€/km)."),
        },
    ),
    "speeds.csv": _table(
        "the speed of a vehicle on a class of road",
        {
            "vehicle": _text("Id of a vehicle of `vehicles.csv`."),
            "highway": _text("Class of road; `track_grade1` to `track_grade5` for tracks whose type is known."),
            "speed_kmh": _number("Speed (km/h); 0 = closed to the vehicle.", 0, 130),
        },
    ),
}

POINT_KINDS = ("recycling_centre", "landing", "hedge_depot", "sawmill")
ROLES = ("served", "competitor", "shown")
SITE_KINDS = ("port_zone", "business_zone", "recycling_centre", "farm", "quay")
Hazard = Literal["none", "ppi", "pprt", "flood", "unknown"]
HAZARDS = get_args(Hazard)
FUELS = ("chips", "pellets", "logs", "waste_wood")
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
_PRODUCT = {"product": _text("Id of a product of `chain.toml`.")}
CHAIN = {
    "resources.csv": _table(
        "a factor of a product",
        {
            **_PRODUCT,
            "factor": _text("Id of the factor; once a product."),
            "potential": _one_of("Step of the resource that the factor belongs to.", *POTENTIALS),
            "effect": _one_of("How it is used: `times` multiplies; `less` takes a share out (1 - factor).", *EFFECTS),
            **_NAMES,
            **_range("value"),
        },
        ranges=True,
    ),
    "competitors.csv": _table(
        "a product that a large plant takes",
        {
            "customer": _text("Id of a row of `customers.csv` whose role is `competitor`."),
            **_PRODUCT,
            **_range("quantity", " (t as received a year)"),
            "radius_km": _number("How far its catchment reaches, by road (km).", above=True),
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
            "step": _text("Id of the step."),
            **_NAMES,
            **_range("cost", " (€/t as received)"),
            "price_year": _number(
                "Year of the price; one older than 2015 is multiplied by `price_index` of `chain.toml`.", 1990, 2100
            ),
            "diesel_l_t": _number("Diesel (l/t as received)."),
            "diesel_status": _status("How far the diesel is known.", "diesel_l_t"),
        },
        ranges=True,
    ),
    "collection_points.csv": _table(
        "a recycling centre, forest landing, hedge depot or sawmill",
        {
            "id": _id(),
            "name": _text("Name."),
            "kind": _one_of("What it is.", *POINT_KINDS),
            "insee": _insee(),
            **_POINT,
            "accepts": _text("Products that it takes, ids of `chain.toml`, separated by blanks."),
            "logs_m3_year": _number("Logs that a sawmill saws (m³ a year).", blank=True),
            **_NOTE,
        },
    ),
    "customers.csv": _table(
        "a boiler or plant",
        {
            "id": _id(),
            "name": _text("Name."),
            "kind": _one_of("What it heats or is.", *CUSTOMER_KINDS),
            "insee": _insee(),
            **_POINT,
            "fuel": _one_of("What it burns or takes.", *FUELS),
            "power_kw": _number(
                "Power of the wood boiler (kW). With `full_load_h`, in place of `tonnes_year`.", blank=True, above=True
            ),
            "full_load_h": _number("Hours a year at full power.", 0, 8760, blank=True, above=True),
            "efficiency": _number(
                "Useful heat divided by the heating value of the wood.", 0, 1.2, blank=True, above=True
            ),
            "tonnes_year": _number("Wood that it takes, at `moisture` (t a year).", blank=True, above=True),
            "moisture": _number(
                "Wettest chips that it takes, water / total mass; also that of `tonnes_year`.", 0, 0.69, blank=True
            ),
            "role": _one_of(
                "`served` by the platform; `competitor` for the wood; or `shown` on the map alone.", *ROLES
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
            "id": _id(),
            "name": _text("Name."),
            "kind": _one_of("What it is.", *SITE_KINDS),
            "insee": _insee(),
            **_POINT,
            "area_ha": _number("Free area (ha).", above=True),
            "zoning": _text("Zoning of the town plan, as the plan writes it, such as UX or 1AUx."),
            "distance_housing_m": _number("Distance to the nearest housing (m)."),
            "hazard": _one_of("Hazard zone that the site lies in.", *HAZARDS),
            "synergies": _text(
                f"Synergies of the site, any of {', '.join(SYNERGIES)}; separated by blanks.", blank=True
            ),
            "land_eur_m2": _number("Price of the land (€/m²)."),
            "plot_status": _status(
                "How far area, price and distance to housing are known.", "area_ha", "land_eur_m2", "distance_housing_m"
            ),
            **_NOTE,
        },
    ),
    "platform_sizes.csv": _table(
        "a size of platform",
        {
            "id": _id(),
            **_NAMES,
            "capacity_t_year": _number("Wood that it can deliver (t delivered a year).", above=True),
            "hangar_m2": _number("Hall (m²)."),
            "yard_m2": _number("Yard (m²)."),
            "equipment_eur": _number("Equipment (€)."),
            "staff_fte": _number("Staff (full-time equivalents)."),
            "fixed_eur_year": _number("Fixed costs (€ a year)."),
        },
    ),
}

# Every table of a study folder by its path; "*" is the folder of a chain.
TABLES: dict[str, pa.DataFrameSchema] = {
    "sources.csv": SOURCES,
    **{f"territory/{name}": schema for name, schema in TERRITORY.items()},
    **{f"roads/{name}": schema for name, schema in ROADS.items()},
    **{f"chains/*/{name}": schema for name, schema in CHAIN.items()},
}
