"""Checks of the tables of a study against one another: codes that must exist, points that must lie where they are said to."""

from collections.abc import Collection, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.errors import Faults

OFF_COMMUNE_M = 1500.0  # simplified boundaries and points at a precision of about 1 km
OFF_LAND_M = 500.0


def known(faults: Faults, table: pd.DataFrame, column: str, codes: Collection[str], expected: str) -> None:
    """Every value of a column must be one of the codes."""
    for label, row in table[~table[column].isin(list(codes))].iterrows():
        faults.add(row=int(row["row"]), id=_id(label), column=column, found=row[column], expected=expected)


def check_points(faults: Faults, table: pd.DataFrame, communes: gpd.GeoDataFrame, frame: tuple[float, float, float, float]) -> None:
    """Points must lie in the frame of the study, on land, and in the commune that their row names."""
    west, south, east, north = frame
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    swapped = (west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)
    for at in np.flatnonzero(~inside):
        row = table.iloc[at]
        expected = f"a place between {west:g} and {east:g} east, {south:g} and {north:g} north (frame of study.toml)"
        hint = "; lon and lat look swapped" if swapped[at] else ""
        faults.add(row=int(row["row"]), id=_id(table.index[at]), column="lon, lat", found=f"{lon[at]:g}, {lat[at]:g}", expected=expected + hint)
    if "insee" not in table.columns and table.index.name != "insee":
        return
    codes = table["insee"] if "insee" in table.columns else table.index.to_series()
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat, crs="EPSG:4326")).to_crs(communes.crs).to_numpy()
    own = communes.geometry.reindex(codes).to_numpy()
    astray = inside & ~(shapely.is_missing(own)) & (shapely.distance(points, own) > OFF_COMMUNE_M)
    tree = shapely.STRtree(communes.geometry.to_numpy())
    for at in np.flatnonzero(astray):
        nearest = communes.iloc[int(tree.nearest(points[at]))]
        off_land = shapely.distance(points[at], nearest.geometry) > OFF_LAND_M
        place = "in the sea or a river" if off_land else f"in {nearest['name']}"
        row = table.iloc[at]
        found = f"{lon[at]:g}, {lat[at]:g}, which lies {place}"
        expected = f"a place in the commune {codes.iloc[at]} that the row names; mend the point or the code"
        faults.add(row=int(row["row"]), id=_id(table.index[at]), column="lon, lat", found=found, expected=expected)


def check_banks(faults: Faults, table: pd.DataFrame, communes: gpd.GeoDataFrame, river: shapely.Geometry) -> None:
    """A point of a commune on one bank must lie on that bank: a slip of 100 m over the river is a detour of 20 km."""
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")).to_crs(communes.crs).to_numpy()
    own = communes.reindex(table["insee"])
    to_town_hall = shapely.linestrings(np.stack([shapely.get_coordinates(points), shapely.get_coordinates(own["chef_lieu"].to_numpy())], axis=1))
    times_crossed = shapely.get_num_coordinates(shapely.intersection(to_town_hall, river))
    for at in np.flatnonzero((times_crossed % 2 == 1) & (own["seine_bank"] != "straddles").to_numpy()):
        row = table.iloc[at]
        bank = own["seine_bank"].iloc[at]
        found = f"{row['lon']:g}, {row['lat']:g}, over the river from the town hall of {own['name'].iloc[at]}"
        faults.add(row=int(row["row"]), id=_id(table.index[at]), column="lon, lat", found=found, expected=f"a place on the {bank} bank, as its commune")


def check_speeds(speeds: pd.DataFrame, vehicles: pd.DataFrame) -> Faults:
    """Each speed belongs to a vehicle, and stands once."""
    faults = Faults("roads/speeds.csv")
    known(faults, speeds, "vehicle", vehicles.index, "an id of vehicles.csv")
    for _, row in speeds[speeds.duplicated(["vehicle", "highway"])].iterrows():
        faults.add(row=int(row["row"]), column="highway", found=f"{row['vehicle']}, {row['highway']} again", expected="one row for each pair")
    return faults


def check_chain(folder: str, files: dict[str, Any], sources: pd.DataFrame, vehicles: pd.DataFrame) -> Iterator[Faults]:
    """The tables of a chain must fit its products, and every customer to be served must have a demand."""
    settings, products = files["chain.toml"], files["chain.toml"].products
    faults = Faults(f"{folder}/chain.toml")
    sourced = {f"products.{n}": p for n, p in products.items()} | {f"parameters.{n}": p for n, p in settings.parameters}
    for name, entry in sourced.items():
        if entry.source not in sources.index:
            faults.add(column=f"{name}.source", found=entry.source, expected="a key of sources.csv")
    for name, product in products.items():
        if product.collected_by not in vehicles.index:
            faults.add(column=f"products.{name}.collected_by", found=product.collected_by, expected="an id of roads/vehicles.csv")
    yield faults
    for table, what in (("resources.csv", "factor"), ("harvest_costs.csv", "step")):
        faults = Faults(f"{folder}/{table}")
        known(faults, files[table], "product", products, "a product of chain.toml")
        for name in sorted(set(products) - set(files[table]["product"])):
            faults.add(column="product", found=f"no row of {name}", expected=f"a {what} at least for each product of chain.toml")
        yield faults
    yield _check_collection_points(Faults(f"{folder}/collection_points.csv"), files["collection_points.csv"], products)
    yield _check_customers(Faults(f"{folder}/customers.csv"), files["customers.csv"], settings.parameters.delivered_moisture.value)


def _check_collection_points(faults: Faults, points: pd.DataFrame, products: Collection[str]) -> Faults:
    accepted = points["accepts"].str.split()
    for label, names in accepted.items():
        for name in names:
            if name not in products:
                faults.add(
                    row=int(points.loc[label, "row"]), id=_id(label), column="accepts", found=name, expected="products of chain.toml, separated by blanks"
                )
    for name in sorted(set(products) - set(accepted.explode())):
        faults.add(column="accepts", found=f"no point that accepts {name}", expected="one at least, or the product taken out of chain.toml")
    return faults


def _check_customers(faults: Faults, customers: pd.DataFrame, delivered_moisture: float) -> Faults:
    served = customers[customers["role"] == "served"]
    if served.empty:
        faults.add(column="role", found="no customer to serve", expected='one row at least with the role "served"')
    by_mass = served["tonnes_year"].notna() & served["moisture"].notna()
    by_power = served[["power_kw", "full_load_h", "efficiency"]].notna().all(axis=1)
    for label, row in served[~(by_mass | by_power)].iterrows():
        expected = "either tonnes_year and moisture, or power_kw, full_load_h and efficiency"
        faults.add(row=int(row["row"]), id=_id(label), found="no demand that can be computed", expected=expected)
    for label, row in served[served["moisture"] < delivered_moisture - 1e-9].iterrows():
        expected = f"{delivered_moisture:g} (delivered_moisture of chain.toml) or more, or another role"
        faults.add(row=int(row["row"]), id=_id(label), column="moisture", found=row["moisture"], expected=expected)
    for label, row in served[served["fuel"] != "chips"].iterrows():
        faults.add(row=int(row["row"]), id=_id(label), column="fuel", found=row["fuel"], expected="chips for a customer to serve, or another role")
    return faults


def _id(label: object) -> str | None:
    return label if isinstance(label, str) else None
