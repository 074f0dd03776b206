"""What stands in each table of a study: columns, kinds, units and checks. `data/raw/README.md` says it in words."""

from typing import Literal, get_args

import pandas as pd
import pandera.pandas as pa

from coopgeo.roads.atlas import JUNCTION_KINDS

Status = Literal["attested", "computed", "assumed"]
STATUSES = get_args(Status)
MAY_BE_EMPTY = "may_be_empty"  # metadata of a schema: a header without rows will do


def _text(*, blank: bool = False, unique: bool = False) -> pa.Column:
    checks = [] if blank else [pa.Check.str_length(min_value=1, error="a text, not a blank")]
    return pa.Column(str, checks, unique=unique)


def _id() -> pa.Column:
    pattern = r"[a-z0-9]+(-[a-z0-9]+)*"
    return pa.Column(str, pa.Check.str_matches(f"^{pattern}$", error="lower-case letters, digits and hyphens, such as landing-brotonne"), unique=True)


def _insee() -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(r"^[0-9AB]{5}$", error="an INSEE code of five characters, kept as text: 76114, not 76 114"))


def _number(low: float = 0.0, high: float | None = None, *, blank: bool = False, above: bool = False) -> pa.Column:
    """A number >= low (> low if `above`) and <= high."""
    checks = [pa.Check.gt(low, error=f"more than {low:g}") if above else pa.Check.ge(low, error=f"{low:g} or more")]
    if high is not None:
        checks.append(pa.Check.le(high, error=f"at most {high:g}"))
    return pa.Column(float, checks, nullable=blank)


def _one_of(*choices: str) -> pa.Column:
    return pa.Column(str, pa.Check.isin(choices, error=f"one of {', '.join(choices)}"))


def _table(columns: dict[str, pa.Column], *, ranges: bool = False, may_be_empty: bool = False) -> pa.DataFrameSchema:
    marked = {**columns, "source": _text(), "status": _one_of(*STATUSES)}
    checks = [pa.Check(_in_order, error="low, value and high in rising order")] if ranges else []
    return pa.DataFrameSchema(marked, checks=checks, metadata={MAY_BE_EMPTY: may_be_empty})


def _in_order(table: pd.DataFrame) -> pd.Series:
    return (table["low"] <= table["value"]) & (table["value"] <= table["high"])


_POINT = {"lon": _number(-180, 180), "lat": _number(-90, 90)}
_RANGE = {"low": _number(-1000), "value": _number(-1000), "high": _number(-1000), "unit": _text()}

SOURCES = pa.DataFrameSchema({"key": _id(), "title": _text(), "producer": _text(), "date": _text(), "licence": _text()})

TERRITORY = {
    "communes.csv": _table(
        {
            "insee": pa.Column(str, _insee().checks, unique=True),
            "name": _text(),
            "department": _text(),
            "epci_siren": _text(),
            "epci_name": _text(),
            "population": _number(),
            **_POINT,
            "point_source": _text(),
            "area_ha": _number(above=True),
            "seine_bank": _one_of("left", "right", "straddles"),
        }
    ),
    "forest_by_commune.csv": _table(
        {
            "insee": pa.Column(str, _insee().checks, unique=True),
            "name": _text(),
            "forest_broadleaf_ha": _number(),
            "forest_conifer_ha": _number(),
            "forest_other_ha": _number(),
        }
    ),
}

ROADS = {
    "junctions.csv": _table({"id": _id(), "name": _text(), "kind": _one_of(*JUNCTION_KINDS), **_POINT}),
    "axes.csv": _table({"id": _id(), "ref": _text(blank=True), "name": _text(), "highway": _text(), "toll_eur_km": _number(), "waypoints": _text()}),
    "crossings.csv": _table(
        {
            "id": _id(),
            "name": _text(),
            "kind": _one_of("bridge", "ferry"),
            "ref": _text(blank=True),
            "highway": _text(),
            "from_junction": _text(),
            "to_junction": _text(),
            "length_m": _number(blank=True, above=True),
            "wait_min": _number(),
            "sailing_min": _number(),
            "toll_low_eur": _number(),
            "toll_eur": _number(),
            "toll_high_eur": _number(),
            "max_weight_t": _number(blank=True, above=True),
            "hours": _text(blank=True),
        }
    ),
    "classes.csv": _table({"highway": pa.Column(str, unique=True), "winding_factor": _number(1.0, 3.0)}),
    "vehicles.csv": _table(
        {
            "id": _id(),
            "name_fr": _text(),
            "name_en": _text(),
            "gross_t": _number(above=True),
            "volume_m3": _number(above=True),
            "payload_t": _number(above=True),
            "cost_eur_km": _number(),
            "cost_eur_h": _number(),
            "load_unload_h": _number(),
            "diesel_l_km": _number(),
            "axle_load_t": _number(above=True),
            "height_m": _number(above=True),
            "width_m": _number(above=True),
            "length_m": _number(above=True),
            "max_speed_kmh": _number(high=130, above=True),
            "unpaved_kmh": _number(above=True),
            "toll_eur_km": _number(),
        }
    ),
    "speeds.csv": _table({"vehicle": _text(), "highway": _text(), "speed_kmh": _number(0, 130)}),
}

POINT_KINDS = ("recycling_centre", "landing", "hedge_depot", "sawmill")
ROLES = ("served", "competitor", "shown")
SITE_KINDS = ("port_zone", "business_zone", "recycling_centre", "farm", "quay")
Hazard = Literal["none", "ppi", "pprt", "flood", "unknown"]
HAZARDS = get_args(Hazard)
FUELS = ("chips", "pellets", "logs", "waste_wood")
CUSTOMER_KINDS = ("heat_network", "hospital", "school", "pool", "town", "industry", "housing")
SYNERGIES = ("recycling_centre", "composting", "ess_hub", "weighbridge", "quay", "farm_equipment", "waste_plant")
POTENTIALS = ("theoretical", "unused", "technical", "economic", "sustainable")  # each is what the factors so far leave of the one before
EFFECTS = ("times", "less")
CHAIN = {
    "resources.csv": _table(
        {
            "product": _text(),
            "factor": _text(),
            "potential": _one_of(*POTENTIALS),
            "effect": _one_of(*EFFECTS),
            "name_fr": _text(),
            "name_en": _text(),
            **_RANGE,
        },
        ranges=True,
    ),
    "competitors.csv": _table(
        {
            "customer": _text(),
            "product": _text(),
            **_RANGE,
            "radius_km": _number(above=True),
            "radius_status": _one_of(*STATUSES),
            "note": _text(blank=True),
        },
        ranges=True,
        may_be_empty=True,
    ),
    "harvest_costs.csv": _table(
        {
            "product": _text(),
            "step": _text(),
            "name_fr": _text(),
            "name_en": _text(),
            **_RANGE,
            "price_year": _number(1990, 2100),
            "diesel_l_t": _number(),
            "diesel_status": _one_of(*STATUSES),
        },
        ranges=True,
    ),
    "collection_points.csv": _table(
        {
            "id": _id(),
            "name": _text(),
            "kind": _one_of(*POINT_KINDS),
            "insee": _insee(),
            **_POINT,
            "accepts": _text(),
            "logs_m3_year": _number(blank=True),
            "note": _text(blank=True),
        }
    ),
    "customers.csv": _table(
        {
            "id": _id(),
            "name": _text(),
            "kind": _one_of(*CUSTOMER_KINDS),
            "insee": _insee(),
            **_POINT,
            "fuel": _one_of(*FUELS),
            "power_kw": _number(blank=True, above=True),
            "full_load_h": _number(0, 8760, blank=True, above=True),
            "efficiency": _number(0, 1.2, blank=True, above=True),
            "tonnes_year": _number(blank=True, above=True),
            "moisture": _number(0, 0.69, blank=True),
            "role": _one_of(*ROLES),
            "demand_status": _one_of(*STATUSES),
            "note": _text(blank=True),
        }
    ),
    "candidate_sites.csv": _table(
        {
            "id": _id(),
            "name": _text(),
            "kind": _one_of(*SITE_KINDS),
            "insee": _insee(),
            **_POINT,
            "area_ha": _number(above=True),
            "zoning": _text(),
            "distance_housing_m": _number(),
            "hazard": _one_of(*HAZARDS),
            "synergies": _text(blank=True),
            "land_eur_m2": _number(),
            "plot_status": _one_of(*STATUSES),
            "note": _text(blank=True),
        }
    ),
    "platform_sizes.csv": _table(
        {
            "id": _id(),
            "name_fr": _text(),
            "name_en": _text(),
            "capacity_t_year": _number(above=True),
            "hangar_m2": _number(),
            "yard_m2": _number(),
            "equipment_eur": _number(),
            "staff_fte": _number(),
            "fixed_eur_year": _number(),
        }
    ),
}
