"""A made-up outcome small enough to be worked out by hand: two sites, two roads, three communes.

It has the attributes of `Outcome` that words and maps read, and no others.
"""

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

from coopgeo.plan.routes import loads_by_road

CRS = "EPSG:2154"
EAST, NORTH = 500_000.0, 6_900_000.0
MARKS = {"note": "", "source": "survey", "status": ["attested", "assumed", "attested"]}
KINDS = pd.DataFrame(
    {"shape": ["triangle", "square", "pentagon"], "colour": ["#1f6b3a", "#8a5a2b", "#c8401e"]},
    index=pd.Index(["landing", "recycling_centre", "school"], name="id"),
)


def at(x_m, y_m):
    return Point(EAST + x_m, NORTH + y_m)


def line(*places):
    return LineString([(EAST + x_m, NORTH + y_m) for x_m, y_m in places])


def made_up_outcome(**other):
    """Platform at "port"; 30 dry t in Amont (2 km²), 50 in Bourg (10 km²), none in Clos (0.5 km²)."""
    communes = gpd.GeoDataFrame(
        {
            "name": ["Amont", "Bourg", "Clos"],
            "population": [100, 2000, 10],
            "area_ha": [200.0, 1000.0, 50.0],
            "forest_broadleaf_ha": [20.0, 100.0, 0.0],
            "forest_conifer_ha": [10.0, 400.0, 0.0],
        },
        index=pd.Index(["00001", "00002", "00003"], name="insee"),
        geometry=[box(EAST + x, NORTH - 500, EAST + x + 1000, NORTH + 500) for x in (0, 1000, 5000)],
        crs=CRS,
    )
    places = {"name": ["Port", "Gare", "Ferme"], "insee": ["00001", "00002", "00002"], "hazard": "none", **MARKS}
    sites = gpd.GeoDataFrame(
        {**places, "area_ha": 1.0, "zoning": "UX", "plot_status": "assumed"},
        index=pd.Index(["port", "gare", "ferme"], name="id"),
        geometry=[at(100, 0), at(1500, 0), at(1600, 0)],
        crs=CRS,
    )
    platforms = sites.loc[["port"]].assign(
        commune="Amont",
        size="small",
        capacity_t=900.0,
        capital_eur=500_000.0,
        built_m2=2000.0,
        tonnes_in=800.0,
        tonnes_out=700.0,
        room_t=200.0,
        units=2000.0,
        distance_housing_m=300.0,
    )
    points = gpd.GeoDataFrame(
        {
            "name": ["Lisière", "Déchèterie"],
            "kind": ["landing", "recycling_centre"],
            "insee": ["00002", "00001"],
            "tonnes": [400.0, 100.0],
            "tonnes_used": [400.0, 0.0],
            "tonnes_direct": 0.0,
            "units": [1000.0, 250.0],
            "catchment_communes": [2, 1],
            "minutes_to_platform": [12.5, float("nan")],
            "note": "",
            "status": ["attested", "assumed"],
            "source": "survey",
        },
        index=pd.Index(["edge", "depot"], name="id"),
        geometry=[at(1200, 100), at(300, 100)],
        crs=CRS,
    )
    road_loads = gpd.GeoDataFrame(
        {
            "stage": ["inbound", "outbound", "outbound"],
            "highway": ["primary", "primary", "access"],
            "ref": ["D 1", "D 1", ""],
            "crossing": "",
            "tonnes": [100.0, 50.0, 50.0],
            "lorries_year": [20.0, 10.0, 10.0],
        },
        geometry=[line((0, 0), (900, 0)), line((900, 0), (0, 0)), line((900, 0), (1500, 0))],
        crs=CRS,
    )
    balance = pd.DataFrame(
        {
            "insee": ["00001", "00001", "00002"],
            "product": ["hedge", "forest", "forest"],
            "available_kept_t": [10.0, 20.0, 50.0],
        }
    )
    resource = SimpleNamespace(by_commune=balance.groupby("insee")["available_kept_t"].sum())
    sources = pd.DataFrame({"title": ["Survey of 2025"]}, index=pd.Index(["survey"], name="key"))
    study = SimpleNamespace(
        communes=communes,
        territory=communes,
        sources=sources,
        kinds=KINDS,
        settings=SimpleNamespace(crs=CRS, name="Pays", near_share=0.01),
    )
    chain = SimpleNamespace(
        candidate_sites=sites,
        parameters=SimpleNamespace(working_days=SimpleNamespace(value=10.0)),
        settings=SimpleNamespace(
            tells_tonnes=False, may_go_straight=True, has_tare=True, pushes=False, material="wood"
        ),
        platform_sizes=pd.DataFrame({"name_fr": ["petite"], "name_en": ["small one"]}, index=["small"]),
    )
    parts = {
        "study": study,
        "chain": chain,
        "platforms": platforms,
        "collection_points": points,
        "customers": points.iloc[:0],
        "origins": pd.DataFrame(
            {
                "insee": ["00001", "00001", "00002", "00003"],
                "point": ["edge", "depot", "edge", None],
                "kept_t": [20.0, 10.0, 50.0, 1.0],
                "minutes": [9.0, 4.0, 7.0, float("nan")],
            }
        ),
        "resource": resource,
        "catchments": points,
        "road_loads": road_loads,
        "site_scores": pd.DataFrame({"score": [0.5, 0.25, 0.75]}, index=sites.index),
        "objective": SimpleNamespace(value_eur_year=100_000.0, bound_eur_year=100_000.0, gap=0.0, status="optimal"),
        "site_proved": True,
        "placement": SimpleNamespace(rounds={}),
        "cost": SimpleNamespace(
            eur_per_unit=50.0,
            eur_per_t=142.9,
            paid_eur_year=100_000.0,
            stages_eur_year={"roadside": 60_000.0, "platform": 40_000.0},
        ),
        "accounts": SimpleNamespace(
            sites=["port"],
            delivered=SimpleNamespace(tonnes=700.0, units=2_000.0),
            direct=SimpleNamespace(tonnes=pd.Series(dtype=float), destination=[]),
        ),
        "what_ifs": (),
        "co2": SimpleNamespace(avoided_t_year=300.0),
        "jobs": SimpleNamespace(fte_low=1.0, fte_high=2.0, insertion_fte=0.5),
        "alternatives": (alternative("gare", more=1000.0), alternative("ferme", more=5000.0)),
        "near_best": (SimpleNamespace(sites=("port",), extra_eur_year=0.0, score=0.5),),
        "confidence": None,
        "remarks": (),
    }
    made = parts | other
    used = loads_by_road(made["road_loads"], made["chain"].parameters.working_days.value)
    return SimpleNamespace(**({"roads_used": used} | made))


def alternative(*sites, more):
    """A choice of sites that costs so much more than the best."""
    return SimpleNamespace(sites=sites, value_eur_year=100_000.0 + more, regret_eur_year=more, status="optimal")
