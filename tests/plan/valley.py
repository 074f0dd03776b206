"""A valley small enough to plan with a pocket calculator: one straight road, two communes, two landings, two sites.

    km    0       10         20     30       40     50         54     70
          Amont   landing-a  west   school   east   landing-b  Aval   pool

All figures are round and invented. A tonne delivered (20 % water) holds 4 MWh and 0.8 dry tonnes. Hedge chips arrive
half water: a dry tonne of them is 2 t, dries for a month and loses a fifth, so that 0.8 dry tonnes leave the platform.
Old wood arrives as dry as it leaves (a dry tonne is 1.25 t) and loses nothing.
"""

import math
import tomllib
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely

from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.study import Chain, Study
from coopgeo.study.chain_schemas import MONTHS
from coopgeo.study.folder import shipped_kinds
from coopgeo.study.schema_parts import MAY_BE_ABSENT
from coopgeo.study.schemas import PARTNERS, SHARED_MEANS
from coopgeo.study.settings import StudySettings
from coopgeo.study.tables import empty_table
from coopgeo.study.wood_schemas import WOOD_TABLES
from coopgeo.study.wood_settings import WoodChain

CRS = "EPSG:2154"
KM = {"amont": 0, "landing-a": 10, "west": 20, "school": 30, "east": 40, "landing-b": 50, "aval": 54, "pool": 70}
SMALL, LARGE = 0, 1  # sizes of a platform, in the order of the table
SITES = {"east": 0, "west": 2}  # first option of each site: sites in sorted order, each with its sizes

PARAMETERS: dict[str, float | tuple[float, float, float]] = {
    "delivered_moisture": 0.2,
    "dry_mj_kg": 18.61075,  # (18.61075 x 0.8 - 2.443 x 0.2) / 3.6 = 4 MWh/t
    "dry_kg_map": 200.0,
    "fill": 0.8,
    "equilibrium_moisture": 0.1,
    "drying_months": 1 / math.log(4),  # from 0.4 above what the store tends to, to 0.1 above it: a quarter, one month
    "loss_per_month": 0.2,
    "collection_limit_min": 60.0,
    "near_min": 15.0,
    "working_days": 200.0,
    "return_load_share": 0.0,
    "price_index": 1.5,
    "discount_rate": 0.1,
    "amortisation_years": 2.0,  # a loan of 210 at 10 %: 231 - 121 = 110, 121 - 121 = 0; so 121 a year for 210
    "kept_share": 0.5,
    "subsidy_share": 0.3,
    "hangar_eur_m2": 200.0,
    "yard_eur_m2": 20.0,
    "handling_eur_t": 2.0,
    "fte_eur_year": 40_000.0,
    "market_price_eur_mwh": 50.0,
    "diesel_kg_l": 3.0,
    "loader_l_t": 0.5,
    "combustion_kg_mwh": 4.0,
    "wood_standard_kg_mwh": 20.0,
    "gas_kg_mwh": 200.0,
    "gas_efficiency": 0.8,
    "fte_per_1000_t": (1.0, 2.0, 3.0),
    "manual_work_share": 0.5,
    "insertion_share": 0.25,
    "insertion_productivity": 0.5,
}

PRODUCTS = {
    "hedge": {"basis": "area_ha", "moisture": 0.5, "collected_by": "tractor"},
    "old-wood": {"basis": "population", "moisture": 0.2, "brought_by": "car"},
}

# Lorry: 1 €/km + 60 €/h at 60 km/h = 2 €/km; half an hour of loading, 30 € a trip; 40 l for 100 km. 100 m3 filled to
# 80 % hold 16 dry tonnes: 20 t at 20 % water; at 50 % they would weigh 32 t, so that it takes its 24 t, 12 dry t.
# Tractor: 0.50 €/km + 60 €/h at 30 km/h = 2.50 €/km; half an hour, 30 €; 50 l for 100 km; 10 t, 5 dry t at 50 % water.
_LORRY = {
    "gross_t": 40.0, "volume_m3": 100.0, "payload_t": 24.0, "cost_eur_km": 1.0, "cost_eur_h": 60.0,
    "load_unload_h": 0.5, "diesel_l_km": 0.4, "speeds_kmh": {"primary": 60.0, "unclassified": 60.0},
}  # fmt: skip
_TRACTOR = {
    "gross_t": 20.0, "volume_m3": 50.0, "payload_t": 10.0, "cost_eur_km": 0.5, "cost_eur_h": 60.0,
    "load_unload_h": 0.5, "diesel_l_km": 0.5, "speeds_kmh": {"primary": 30.0, "unclassified": 30.0},
}  # fmt: skip
_CAR = {
    "gross_t": 1.5, "volume_m3": 0.5, "payload_t": 0.4, "cost_eur_km": 0.4, "cost_eur_h": 20.0,
    "load_unload_h": 0.0, "diesel_l_km": 0.06, "speeds_kmh": {"primary": 60.0, "unclassified": 60.0},
}  # fmt: skip
VEHICLES = {
    name: Vehicle(name, name, name, **figures)
    for name, figures in {"lorry": _LORRY, "tractor": _TRACTOR, "car": _CAR}.items()
}


def valley(
    *,
    tables: dict[str, pd.DataFrame] | None = None,
    products: dict[str, dict[str, float]] | None = None,
    **parameters: float | tuple[float, float, float],
) -> Study:
    """The study of the valley, with other tables of its chain, entries of its products or values of its parameters."""
    chain = _chain({**PARAMETERS, **parameters}, {**_tables(), **(tables or {})}, products or {})
    return Study(
        folder=Path(),
        settings=_settings(),
        sources=pd.DataFrame(),
        communes=_communes(),
        rivers=river(shapely.LineString([(600_000, 6_800_000), (500_000, 6_800_000)])),  # far from every place
        vehicles=VEHICLES,
        road_tables=_no_atlas(),
        chains={"valley": chain},
        kinds=shipped_kinds(),
        partners=empty_table(PARTNERS),
        shared_means=empty_table(SHARED_MEANS),
        inputs_sha256="",
        inputs=None,  # nothing was read
    )


def river(line: shapely.Geometry) -> gpd.GeoDataFrame:
    """One river, drawn as a line."""
    index = pd.Index(["river"], name="name")
    course = gpd.GeoSeries([line], index=index, crs=CRS)
    return gpd.GeoDataFrame({"of_fr": "", "of_en": "", "course": course}, index=index, geometry=[line], crs=CRS)


def placement_of(study: Study, *, roads: RoadNetwork | None = None, **asked):
    """The placement of one platform in the valley."""
    return prepare(study, Job(roads=roads or straight_road(), **asked))


def large(placement, site: str):
    """The best use of a large platform on a site."""
    return placement.problem.evaluate([SITES[site] + LARGE])


def straight_road(name: str = "valley.gpkg", *, lines: gpd.GeoDataFrame | None = None, **more) -> RoadNetwork:
    """The road along the valley (or other lines), both ways, cut at every place, as the lorry sees it."""
    there = along_the_valley() if lines is None else lines
    back = there.rename(columns={"u": "v", "v": "u"}).set_geometry(there.reverse())
    edges = pd.concat([there, back], ignore_index=True).assign(length_m=lambda table: table.length)
    ends = dict(zip(edges["u"], edges.geometry.get_coordinates().groupby(level=0).first().to_numpy(), strict=True))
    nodes = gpd.GeoDataFrame(
        {"name": list(ends), "access": True}, geometry=shapely.points(list(ends.values())), index=list(ends), crs=CRS
    )
    return RoadNetwork.for_vehicle(nodes, edges, VEHICLES["lorry"], name=name, **more)


def along_the_valley() -> gpd.GeoDataFrame:
    """The road as lines from place to place."""
    pairs = list(pairwise(KM))
    return gpd.GeoDataFrame(
        {"u": [u for u, _ in pairs], "v": [v for _, v in pairs]}
        | dict.fromkeys(("name", "crossing"), "")
        | {"highway": "primary", "ref": "D1"},
        geometry=[shapely.LineString([_point(KM[u]), _point(KM[v])]) for u, v in pairs],
        crs=CRS,
    )


def with_bridge(*, detour: bool = True) -> gpd.GeoDataFrame:
    """The road leads over a bridge from 40 to 50 km; 20 km round about it, if there is a detour."""
    lines = along_the_valley()
    bridge = (lines["u"] == "east").to_numpy()
    lines.loc[bridge, ["name", "crossing"]] = ["Pont", "pont"]
    if not detour:
        return lines
    elbow = shapely.Point(_point(45).x, _point(45).y + 1000 * math.sqrt(10**2 - 5**2))
    round_about = lines[bridge].assign(name="", crossing="", ref="D2")
    round_about = round_about.set_geometry([shapely.LineString([_point(40), elbow, _point(50)])], crs=CRS)
    return pd.concat([lines, round_about], ignore_index=True)


def with_island(km: float) -> gpd.GeoDataFrame:
    """A road of some kilometres beside the valley, that nothing joins to it."""
    island = along_the_valley().iloc[:1].assign(u="cape", v="quay")
    island = island.set_geometry([shapely.LineString([_point(100), _point(100 + km)])], crs=CRS)
    return pd.concat([along_the_valley(), island], ignore_index=True)


def at(places, **columns) -> gpd.GeoDataFrame:
    """A table of places that stand on the road where their ids say, attested."""
    table = gpd.GeoDataFrame(columns, index=pd.Index(places, name="id"), crs=CRS, geometry=_points(places))
    return table.assign(name=[place.capitalize() for place in places], status=columns.get("status", "attested"))


def _point(km: float) -> shapely.Point:
    return shapely.Point(500_000 + 1000 * km, 6_900_000)


def _points(places) -> list[shapely.Point]:
    return [_point(KM[place]) for place in places]


def _settings() -> StudySettings:
    own = tomllib.loads(Path("data/raw/study.toml").read_text(encoding="utf-8"))
    own |= {"crs": CRS, "epci": ["1"], "chain": "valley", "network": "valley", "truck": "lorry"}
    return StudySettings.model_validate(own)


def _no_atlas() -> dict[str, pd.DataFrame]:
    crossings = ["id", "name", "kind", "ref", "highway", "from_junction", "to_junction", "length_m", "wait_min"]
    return {
        "junctions": gpd.GeoDataFrame({"name": [], "kind": []}, geometry=[], crs=CRS),
        "axes": pd.DataFrame(columns=["id", "ref", "name", "highway", "toll_eur_km", "waypoints"]),
        "crossings": pd.DataFrame(columns=[*crossings, "sailing_min", "toll_eur", "max_weight_t"]),
        "classes": pd.DataFrame({"highway": ["primary", "ferry"], "winding_factor": 1.0}),
    }


def _communes() -> gpd.GeoDataFrame:
    """Amont: 6,000 ha and nobody; Aval: 4,800 ha and 4,000 inhabitants."""
    points = _points(["amont", "aval"])
    return gpd.GeoDataFrame(
        {
            "name": ["Amont", "Aval"],
            "epci_siren": "1",
            "bank": "right",
            "area_ha": [6_000.0, 4_800.0],
            "population": [0.0, 4_000.0],
            "chef_lieu": gpd.GeoSeries(points, crs=CRS).to_numpy(),
        },
        index=pd.Index(["1", "2"], name="insee"),
        geometry=[point.buffer(2_000) for point in points],
        crs=CRS,
    )


def _tables() -> dict[str, pd.DataFrame]:
    return {
        "resources": resources(),
        "competitors": competitors(),
        "harvest_costs": harvest_costs(),
        "collection_points": at(
            ["landing-a", "landing-b"],
            accepts=["hedge", "hedge old-wood"],
            insee=["1", "2"],
            kind="landing",
            logs_m3_year=np.nan,
        ),
        "customers": customers(),
        "candidate_sites": sites(),
        "platform_sizes": platform_sizes(),
        "suppliers": suppliers(),
        "seasons": seasons(),
        "heat_prices": pd.DataFrame({"status": []}),
    }


def suppliers(*rows: tuple[str, float, float, float]) -> gpd.GeoDataFrame:
    """Rows of place, price (EUR/t), moisture and tonnes a year; none by default."""
    places, value, moisture, tonnes_year = zip(*rows, strict=True) if rows else ([], [], [], [])
    figures = {"price_year": 2025, "value": value, "moisture": moisture, "tonnes_year": tonnes_year}
    return at(list(places), **{name: np.full(len(places), column, dtype=float) for name, column in figures.items()})


def seasons(**months: tuple[float, ...]) -> pd.DataFrame:
    """Parts of the year's wood by month, of each kind that is named; none by default."""
    table = pd.DataFrame.from_dict(months, orient="index", columns=list(MONTHS)).rename_axis("kind")
    return table.reset_index().assign(status="attested")


def resources(status: str = "attested") -> pd.DataFrame:
    """0.1 dry tonnes a hectare of hedge chips: Amont 600, Aval 480. 0.1 an inhabitant of old wood: Aval 400."""
    product = ["hedge", "old-wood"]
    figures = dict.fromkeys(("low", "value", "high"), 0.1)
    return pd.DataFrame({"product": product, "factor": "yield", "potential": "theoretical", "effect": "times"}).assign(
        **figures, status=status
    )


def competitors(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Rows of customer, product, tonnes and radius (km); none by default."""
    table = pd.DataFrame(list(rows), columns=["customer", "product", "value", "radius_km"])
    return table.assign(low=table["value"], high=table["value"], status="attested")


def harvest_costs() -> pd.DataFrame:
    """Hedge: 10 € of 2014, so 15 € today, and 5 € of 2015: 20 €/t, 40 € a dry tonne; 2 l/t, 4 l a dry tonne.

    Old wood: 12 €/t, 15 € a dry tonne; 0.8 l/t, 1 l a dry tonne.
    """
    return pd.DataFrame(
        {
            "product": ["hedge", "hedge", "old-wood"],
            "step": ["cutting", "chipping", "grinding"],
            "value": [10.0, 5.0, 12.0],
            "price_year": [2014, 2015, 2025],
            "share": np.nan,
            "diesel_l_t": [1.5, 0.5, 0.8],
            "status": "attested",
        }
    )


def customers(**columns) -> gpd.GeoDataFrame:
    """School: 900 kW x 2,400 h = 2,160 MWh of heat / 0.75 = 2,880 MWh, 720 t. Pool: 500 t, 2,000 MWh x 0.8 of heat."""
    own = {
        "power_kw": [900.0, np.nan],
        "full_load_h": [2_400.0, np.nan],
        "efficiency": [0.75, 0.8],
        "tonnes_year": [np.nan, 500.0],
        "moisture": [np.nan, 0.2],
        "role": "served",
        "vehicle": "",
        "unserved_eur_mwh": np.nan,
        "probability": np.nan,
        "from_year": np.nan,
        "fuel": "chips",
        "insee": ["1", "2"],
        "kind": ["school", "pool"],
    }
    return at(["school", "pool"], **{**own, **columns})


def sites(**columns) -> gpd.GeoDataFrame:
    """Land at 10 €/m2 in the east, 15 €/m2 in the west; a hectare each."""
    own = {
        "area_ha": 1.0,
        "land_eur_m2": [10.0, 15.0],
        "zoning": "UX",
        "distance_housing_m": 500.0,
        "synergies": "",
        "hazard": "none",
        "plot_status": "attested",
        "insee": ["2", "1"],
    }
    return at(["east", "west"], **{**own, **columns})


def platform_sizes() -> pd.DataFrame:
    """Small: 1,000 t a year on 1,000 m2. Large: 2,000 t a year on 4,000 m2."""
    return pd.DataFrame(
        {
            "store_m3": np.nan,
            "turns_year": np.nan,
            "capacity_t_year": [1_000.0, 2_000.0],
            "hangar_m2": [200.0, 1_000.0],
            "yard_m2": [800.0, 3_000.0],
            "equipment_eur": [10_000.0, 40_000.0],
            "staff_fte": [0.25, 0.5],
            "fixed_eur_year": [2_000.0, 5_000.0],
        },
        index=pd.Index(["small", "large"], name="id"),
    )


def _chain(parameters: dict, tables: dict, products: dict) -> Chain:
    known = {"source": "invented", "status": "assumed"}
    named = {"fr": "", "en": "", **known}
    settings = WoodChain.model_validate(
        {
            "id": "valley",
            "fr": "Vallée",
            "en": "Valley",
            "products": {name: {**named, **own, **products.get(name, {})} for name, own in PRODUCTS.items()},
            "parameters": {
                name: {**named, "unit": "", **dict(zip(("low", "value", "high"), _range(value), strict=True))}
                for name, value in parameters.items()
            },
        }
    )
    return Chain(settings, **with_what_may_be_left_out(tables, WOOD_TABLES))


def with_what_may_be_left_out(
    tables: dict[str, pd.DataFrame], schemas: dict[str, pa.DataFrameSchema]
) -> dict[str, pd.DataFrame]:
    """The tables as a folder gives them that lacks every table and column that it may lack."""
    whole = {}
    for file, schema in schemas.items():
        name = file.removesuffix(".csv")
        table = tables[name] if name in tables else empty_table(schema)
        blank = {column: np.nan if str(kind.dtype) == "float64" else "" for column, kind in schema.columns.items()}
        optional = [name for name, column in schema.columns.items() if MAY_BE_ABSENT in (column.metadata or {})]
        whole[name] = table.assign(**{column: blank[column] for column in optional if column not in table})
    return whole


def _range(value: float | tuple[float, float, float]) -> tuple[float, float, float]:
    return value if isinstance(value, tuple) else (value, value, value)
