"""What stands in each table of a study: columns, what they mean, kinds, units and checks.

The data dictionary of the docs site is drawn from here.
"""

import pandera.pandas as pa

from coopgeo.errors import Message
from coopgeo.roads.atlas import JUNCTION_KINDS
from coopgeo.study.chain_schemas import PARTNER_STAGES
from coopgeo.study.column_kinds import (
    A_KIND,
    KIND,
    id_column,
    insee_column,
    number_column,
    text_column,
    word_column,
)
from coopgeo.study.plain_schemas import PLAIN_TABLES
from coopgeo.study.schema_parts import (
    COVERS,
    MAY_BE_EMPTY,
    MAY_BE_MISSING,
    NAMES,
    NOTE,
    POINT,
    optional,
    own_status,
    table_of,
)
from coopgeo.study.wood_schemas import WOOD_TABLES

USES = ("point", "customer", "site")
SHAPES = ("triangle", "circle", "square", "diamond", "pentagon", "factory", "star", "ring")
PARTNER_KINDS = (
    "institution",
    "firm",
    "social_enterprise",
    "association",
    "farmers_group",
    "research",
)
BRINGS = ("money", "land", "staff", "fleet", "outlet", "knowledge", "support")
EVERY_CHAIN = "all"
SOURCE_COLUMNS = ("source", "hazard_source")  # columns that hold keys of `sources.csv`


def status_of(schema: pa.DataFrameSchema, column: str) -> str | None:
    """The status column that speaks for a column: one of its own, or that of the row; None for a status itself."""
    statuses = {
        name: other.metadata[COVERS] for name, other in schema.columns.items() if COVERS in (other.metadata or {})
    }
    if column in statuses or not statuses:
        return None
    return next((name for name, covers in statuses.items() if column in covers), "status")


def _bank() -> pa.Column:
    what = "Bank of its river that the commune lies on; `straddles` on both banks of one, blank without a river."
    return optional(word_column("bank", what, "left", "right", "straddles", blank=True), formerly="_bank")


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

KINDS = table_of(
    "a kind of place",
    {
        "id": pa.Column(
            str, pa.Check.str_matches(KIND, error=A_KIND), unique=True, description="Id of the kind: tables name it."
        ),
        "use": text_column(f"What is of this kind, any of {', '.join(USES)}; separated by blanks."),
        **NAMES,
        "shape": word_column("shape", "How places of this kind are drawn.", *SHAPES),
        "colour": pa.Column(
            str,
            pa.Check.str_matches(r"^#[0-9a-fA-F]{6}\Z", error=Message("a colour such as #1f6b3a")),
            description="Colour of the symbol, such as #1f6b3a.",
        ),
    },
    may_be_missing=True,
)

PARTNERS = table_of(
    "what a partner does at a stage of a chain",
    {
        "id": id_column(),
        "name": text_column("Name of the partner; blank = a role that nobody who is published fills.", blank=True),
        "kind": word_column("partner_kind", "What the partner is.", *PARTNER_KINDS),
        "chain": text_column(f"Id of a chain, or `{EVERY_CHAIN}`."),
        "stage": word_column("partner_stage", "Stage of the chain.", *PARTNER_STAGES),
        "role_fr": text_column("Role in French."),
        "role_en": text_column("Role in English."),
        "brings": text_column(f"What it brings, any of {', '.join(BRINGS)}; separated by blanks.", blank=True),
        "insee": optional(text_column("INSEE code of its commune.", blank=True)),
        "lon": optional(number_column("Longitude (degrees, WGS 84).", -180, 180, blank=True)),
        "lat": optional(number_column("Latitude (degrees, WGS 84).", -90, 90, blank=True)),
        "eur_year": optional(
            number_column("Support in money or in kind (€ a year); blank = not published.", high=1e9, blank=True)
        ),
        **NOTE,
    },
    may_be_missing=True,
)

SHARED_MEANS = table_of(
    "what a chain needs of means that another chain could use too",
    {
        "means": text_column("Id of the means, such as `weighbridge`: the rows of the chains that could share it."),
        **NAMES,
        "chain": text_column("Id of a chain of the study."),
        "low": number_column("Lowest cost of means of its own thought possible (€ a year).", high=1e7),
        "value": number_column("Cost of means of its own that is computed with (€ a year).", high=1e7),
        "high": number_column("Highest cost of means of its own thought possible (€ a year).", high=1e7),
        "hours_week": number_column(
            "Hours that the chain uses it in its busiest week; 0 = it is never in the way.", high=168
        ),
        "open_hours_week": number_column("Hours a week that it can be used.", high=168, above=True),
        "ground_m2": number_column("Ground that it takes, of that which its platform takes (m²).", high=1e6),
        "anywhere": word_column("anywhere", "Whether chains on different sites can share it, as a lorry.", "yes", "no"),
        "counted": word_column("counted", "Whether the costs of the chain's platform hold it already.", "yes", "no"),
        **NOTE,
    },
    ranges=True,
    may_be_missing=True,
)

TERRITORY = {
    "communes.csv": table_of(
        "a commune",
        {
            "insee": insee_column(unique=True),
            "name": text_column("Name."),
            "department": text_column("Code of the department."),
            "epci_siren": text_column("SIREN of the intermunicipal body (EPCI) that the commune belongs to."),
            "epci_name": text_column("Name of that EPCI."),
            "population": number_column("Inhabitants.", high=1e7, whole=True),
            **POINT,
            "point_source": text_column("What the point is, such as the town hall."),
            "point_status": own_status("How far the point is known", "lon", "lat", "point_source"),
            "area_ha": number_column("Area of the commune (ha).", high=3e6),
            "bank": _bank(),
            "area_status": own_status("How far area and bank are known", "area_ha", "bank"),
        },
    ),
    "forest_by_commune.csv": table_of(
        "a commune",
        {
            "insee": insee_column(unique=True),
            "name": text_column("Name of the commune."),
            "forest_broadleaf_ha": number_column("Broadleaf forest (ha).", high=3e6),
            "forest_conifer_ha": number_column("Conifer forest (ha).", high=3e6),
            "forest_other_ha": number_column("Forest whose kind of stand is not stated (ha).", high=3e6),
        },
        may_be_missing=True,
    ),
}

ROADS = {
    "junctions.csv": table_of(
        "an interchange, bridgehead, ferry landing, junction or bend",
        {
            "id": id_column(),
            "name": text_column("Name."),
            "kind": word_column("kind", "What it is; a bend shapes its own road only.", *JUNCTION_KINDS),
            **POINT,
        },
        may_be_empty=True,
    ),
    "axes.csv": table_of(
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
            "winding_factor": optional(
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
    "crossings.csv": table_of(
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
    "classes.csv": table_of(
        "a class of road",
        {
            "highway": pa.Column(str, unique=True, description="Class of road, named as in OpenStreetMap."),
            "winding_factor": number_column(
                "Length of the road divided by the straight length between two way points.", 1.0, 3.0
            ),
        },
    ),
    "vehicles.csv": table_of(
        "a vehicle",
        {
            "id": id_column(),
            **NAMES,
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
    "speeds.csv": table_of(
        "the speed of a vehicle on a class of road",
        {
            "vehicle": text_column("Id of a vehicle of `vehicles.csv`."),
            "highway": text_column("Class of road; `track_grade1` to `track_grade5` for tracks whose type is known."),
            "speed_kmh": number_column("Speed (km/h); 0 = closed to the vehicle.", 0, 130),
            **{
                name: optional(
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

# Every table of a study folder by its path; "*" is the folder of a chain.
TABLES: dict[str, pa.DataFrameSchema] = {
    "sources.csv": SOURCES,
    **{f"territory/{name}": schema for name, schema in TERRITORY.items()},
    **{f"roads/{name}": schema for name, schema in ROADS.items()},
    "kinds.csv": KINDS,
    "partners.csv": PARTNERS,
    "shared_means.csv": SHARED_MEANS,
    **{f"chains/*/{name}": schema for name, schema in WOOD_TABLES.items()},
}
# The tables of a chain by its material.
CHAIN_TABLES: dict[str, dict[str, pa.DataFrameSchema]] = {"wood": WOOD_TABLES, "plain": PLAIN_TABLES}
