"""A small study for the extract of Andorra: four parishes as communes, a river far to the south, a few places.

The chain's factors, prices, vehicles and speeds are those of the embedded study; all places and quantities are
invented.
"""

import json
import shutil

PARISHES = {  # name: (lon, lat) of a place on the main road, population
    "90001": ("Andorra la Vella", 1.5218, 42.5063, 23_000),
    "90002": ("Encamp", 1.5800, 42.5350, 12_000),
    "90003": ("Ordino", 1.5330, 42.5560, 5_000),
    "90004": ("La Massana", 1.5147, 42.5450, 10_000),
}
FRAME = [1.40, 42.30, 1.80, 42.66]
CHAIN = "chains/wood-energy"


def write_small_study(raw, folder):
    """Write the study into `folder`, taking what does not depend on the place from `raw`; returns the folder."""
    folder.mkdir(parents=True)
    for name in ("territory", "roads", CHAIN):
        (folder / name).mkdir(parents=True)
    for name in ("sources.csv", "roads/classes.csv", "roads/speeds.csv", "roads/vehicles.csv"):
        shutil.copy(raw / name, folder / name)
    for name in ("chain.toml", "resources.csv", "harvest_costs.csv", "platform_sizes.csv"):
        shutil.copy(raw / CHAIN / name, folder / CHAIN / name)
    settings = (raw / "study.toml").read_text(encoding="utf-8")
    settings = settings.replace('"200010700"', '"999999999"').replace("[-0.15, 49.15, 1.85, 50.1]", str(FRAME))
    (folder / "study.toml").write_text(settings, encoding="utf-8")
    tables = {
        "territory/communes.csv": _communes(),
        "territory/forest_by_commune.csv": "insee,name,forest_broadleaf_ha,forest_conifer_ha,forest_other_ha\n"
        + "".join(f"{insee},{name},900,300,100\n" for insee, (name, *_) in PARISHES.items()),
        "roads/junctions.csv": "id,name,kind,lon,lat\n"
        "nord,Nord,bridgehead,1.55,42.345\n"
        "sud,Sud,bridgehead,1.55,42.335\n",
        "roads/axes.csv": "id,ref,name,highway,toll_eur_km,waypoints\n"
        "cg-1,CG1,Carretera general 1,primary,0,90001 90002\n",
        "roads/crossings.csv": "id,name,kind,ref,highway,from_junction,to_junction,length_m,wait_min,sailing_min,"
        "toll_low_eur,toll_eur,toll_high_eur,max_weight_t,hours\n"
        "pont,Pont,bridge,,primary,nord,sud,,0,0,0,0,0,,00:00-24:00\n",
        f"{CHAIN}/collection_points.csv": "id,name,kind,insee,lon,lat,accepts,logs_m3_year,note\n"
        "decheterie,Déchèterie,recycling_centre,90001,1.5100,42.4990,recycled-a green-waste,,\n"
        "place-ordino,Place de dépôt d'Ordino,landing,90003,1.5330,42.5560,"
        "forest-broadleaf forest-conifer forest-other,,\n"
        "place-encamp,Place de dépôt d'Encamp,landing,90002,1.5800,42.5350,"
        "forest-broadleaf forest-conifer forest-other hedge clos-masure,,\n"
        "scierie,Scierie,sawmill,90004,1.5147,42.5450,sawmill,2000,\n",
        f"{CHAIN}/customers.csv": "id,name,kind,insee,lon,lat,fuel,power_kw,full_load_h,efficiency,tonnes_year,"
        "moisture,role,demand_status,note\n"
        "ecole,École,school,90001,1.5218,42.5063,chips,200,2000,0.82,,0.3,served,assumed,\n"
        "piscine,Piscine,pool,90004,1.5147,42.5450,chips,300,3000,0.85,,0.35,served,assumed,\n",
        f"{CHAIN}/candidate_sites.csv": "id,name,kind,insee,lon,lat,area_ha,zoning,distance_housing_m,hazard,"
        "synergies,land_eur_m2,plot_status,note\n"
        "vallee,Vallée,business_zone,90001,1.4950,42.4800,2,UX,300,none,recycling_centre weighbridge,20,assumed,\n"
        "col,Col,farm,90002,1.6600,42.5400,2,A,600,none,,5,assumed,\n",
        f"{CHAIN}/competitors.csv": "customer,product,low,value,high,unit,radius_km,radius_status,note\n",
    }
    for name, text in tables.items():
        header, *rows = text.splitlines()
        marked = [f"{header},source,status", *(f"{row},planning-hypothesis,assumed" for row in rows)]
        (folder / name).write_text("\n".join(marked) + "\n", encoding="utf-8")
    squares = [
        _feature({"insee": insee, "name": name}, "Polygon", [_square(lon, lat)])
        for insee, (name, lon, lat, _) in PARISHES.items()
    ]
    _layer(folder / "territory/communes.geojson", squares)
    _layer(
        folder / "territory/seine.geojson", [_feature({"name": "Riu"}, "LineString", [[1.79, 42.34], [1.41, 42.34]])]
    )
    return folder


def _communes():
    header = "insee,name,department,epci_siren,epci_name,population,lon,lat,point_source,area_ha,bank\n"
    rows = (
        f"{insee},{name},90,999999999,Andorra,{people},{lon},{lat},town hall,6000,right\n"
        for insee, (name, lon, lat, people) in PARISHES.items()
    )
    return header + "".join(rows)


def _square(lon, lat, half=0.2):
    return [
        [lon - half, lat - half],
        [lon + half, lat - half],
        [lon + half, lat + half],
        [lon - half, lat + half],
        [lon - half, lat - half],
    ]


def _feature(properties, kind, coordinates):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _layer(path, features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
