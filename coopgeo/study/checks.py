"""Checks of the tables of a study against one another: codes that exist, points that lie where they are said to."""

from collections.abc import Collection, Hashable, Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from coopgeo.errors import Faults
from coopgeo.roads.vehicles import ACCESS_HIGHWAY
from coopgeo.study.schemas import POTENTIALS, SYNERGIES
from coopgeo.study.settings import ChainSettings, Product, SiteScores
from coopgeo.study.tables import line_of

OFF_COMMUNE_M = 1500.0  # simplified boundaries and points at a precision of about 1 km
OFF_LAND_M = 500.0
_DEMAND = ("tonnes_year", "moisture", "power_kw", "full_load_h", "efficiency")


def check_crs(faults: Faults, crs: str) -> None:
    """The coordinate system of a study must be metric."""
    try:
        if CRS.from_user_input(crs).is_projected:
            return
    except CRSError:
        pass
    faults.add(column="study.toml: crs", found=crs, expected="a metric CRS, such as EPSG:2154")


def known(faults: Faults, table: pd.DataFrame, column: str, codes: Collection[str], expected: str) -> None:
    """Every value of a column must be one of the codes."""
    for label, row in _rows(table, ~table[column].isin(list(codes))):
        faults.add(row=line_of(row), id=_id(label), column=column, found=row[column], expected=expected)


def check_points(
    faults: Faults, table: pd.DataFrame, communes: gpd.GeoDataFrame, frame: tuple[float, float, float, float]
) -> None:
    """Points must lie in the frame of the study, on land, and in the commune that their row names."""
    west, south, east, north = frame
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    swapped = (west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)
    for at in np.flatnonzero(~inside):
        row = table.iloc[at]
        expected = f"a place between {west:g} and {east:g} east, {south:g} and {north:g} north (frame of study.toml)"
        hint = "; lon and lat look swapped" if swapped[at] else ""
        faults.add(
            row=line_of(row),
            id=_id(table.index[at]),
            column="lon, lat",
            found=f"{lon[at]:g}, {lat[at]:g}",
            expected=expected + hint,
        )
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
        faults.add(row=line_of(row), id=_id(table.index[at]), column="lon, lat", found=found, expected=expected)


def check_banks(
    faults: Faults,
    table: pd.DataFrame,
    places: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    river: shapely.Geometry,
) -> None:
    """A point of a commune on one bank must lie on that bank: a slip of 100 m over the river is a detour of 20 km."""
    points = places.geometry.to_numpy()
    own = communes.reindex(table["insee"])
    to_town_hall = shapely.linestrings(
        np.stack([shapely.get_coordinates(points), shapely.get_coordinates(own["chef_lieu"].to_numpy())], axis=1)
    )
    times_crossed = shapely.get_num_coordinates(shapely.intersection(to_town_hall, river))
    for at in np.flatnonzero((times_crossed % 2 == 1) & (own["seine_bank"] != "straddles").to_numpy()):
        row = table.iloc[at]
        bank = own["seine_bank"].iloc[at]
        found = f"{row['lon']:g}, {row['lat']:g}, over the river from the town hall of {own['name'].iloc[at]}"
        faults.add(
            row=line_of(row),
            id=_id(table.index[at]),
            column="lon, lat",
            found=found,
            expected=f"a place on the {bank} bank, as its commune",
        )


def check_speeds(speeds: pd.DataFrame, vehicles: pd.DataFrame, classes: pd.DataFrame) -> Faults:
    """Each speed belongs to a vehicle and stands once, and every vehicle has one for each class of the atlas."""
    faults = Faults("roads/speeds.csv")
    known(faults, speeds, "vehicle", vehicles.index, "an id of vehicles.csv")
    for _, row in _rows(speeds, speeds.duplicated(["vehicle", "highway"])):
        faults.add(
            row=line_of(row),
            column="highway",
            found=f"{row['vehicle']}, {row['highway']} again",
            expected="one row for each pair",
        )
    stand = set(zip(speeds["vehicle"], speeds["highway"], strict=True))
    for vehicle in vehicles.index:
        for highway in sorted({*classes.index, ACCESS_HIGHWAY}):
            if (vehicle, highway) not in stand:
                faults.add(
                    column="highway",
                    found=f"no speed of {vehicle} on {highway}",
                    expected="a row; 0 where the vehicle may not go",
                )
    slow = speeds[(speeds["highway"] == ACCESS_HIGHWAY) & (speeds["speed_kmh"] == 0)]
    for _, row in slow.iterrows():
        faults.add(
            row=line_of(row),
            column="speed_kmh",
            found=0,
            expected="more than 0 on local roads, which every way begins and ends on",
        )
    return faults


def check_chain_settings(
    faults: Faults, name: str, settings: ChainSettings, sources: Collection[str], vehicles: Collection[str]
) -> Faults:
    """A chain bears the name of its folder; its products and parameters name sources and vehicles that are known."""
    products = settings.products
    if settings.id != name:
        faults.add(column="id", found=settings.id, expected=f"{name}, the name of its folder")
    sourced = {f"products.{n}": p for n, p in products.items()} | {f"parameters.{n}": p for n, p in settings.parameters}
    for entry, content in sourced.items():
        if content.source not in sources:
            faults.add(column=f"{entry}.source", found=content.source, expected="a key of sources.csv")
    for id, product in products.items():
        for column in ("collected_by", "brought_by"):
            vehicle = getattr(product, column)
            if vehicle is not None and vehicle not in vehicles:
                faults.add(column=f"products.{id}.{column}", found=vehicle, expected="an id of roads/vehicles.csv")
    return faults


def check_products(
    faults: Faults, table: pd.DataFrame, row: str, products: Collection[str], needed: Collection[str]
) -> Faults:
    """A table names products of its chain only, and has a row at least of each that needs one."""
    known(faults, table, "product", products, "a product of chain.toml")
    for name in sorted(set(needed) - set(table["product"])):
        expected = f"a {row} at least for each product of chain.toml"
        faults.add(column="product", found=f"no row of {name}", expected=expected)
    return faults


def check_ids(faults: Faults, tables: Mapping[str, pd.DataFrame]) -> Faults:
    """No two places of a chain have the same id: flows and maps tell them apart by it."""
    where: dict[str, str] = {}
    for name, table in tables.items():
        for label, row in table.iterrows():
            if (first := where.setdefault(str(label), name)) != name:
                faults.add(
                    row=line_of(row),
                    id=_id(label),
                    column=name,
                    found=f"{label}, which stands in {first} too",
                    expected="an id of its own",
                )
    return faults


def accepted(products: Mapping[str, Product]) -> list[str]:
    """Products that the platform takes, in sorted order."""
    return sorted(name for name, product in products.items() if product.fate == "platform")


def check_shares(faults: Faults, factors: pd.DataFrame) -> Faults:
    """The theoretical resource may be of any size, what follows are shares of it."""
    low, high = factors["low"].to_numpy(), factors["high"].to_numpy()
    of_any_size = (factors["potential"].array == POTENTIALS[0]) & (factors["effect"].array != "less")
    shares = ~np.asarray(of_any_size, dtype=bool)
    for _, row in _rows(factors, shares & ((high > 1) | (low < 0))):
        expected = f"a share between 0 and 1: only factors of the {POTENTIALS[0]} potential are anything else"
        found = f"{row['low']:g} to {row['high']:g}"
        faults.add(row=line_of(row), id=row["product"], column="low, value, high", found=found, expected=expected)
    for _, row in _rows(factors, ~shares & (low < 0)):
        faults.add(row=line_of(row), id=row["product"], column="low", found=row["low"], expected="0 or more")
    return faults


def check_factors(faults: Faults, factors: pd.DataFrame) -> Faults:
    """No factor of a product stands twice, and one at least is of the theoretical resource."""
    _refuse_twice(faults, factors, "product", "factor", "one row for each factor of a product")
    theoretical = factors.loc[factors["potential"] == POTENTIALS[0], "product"]
    for name in sorted(set(factors["product"]) - set(theoretical)):
        expected = f'one row at least with the potential "{POTENTIALS[0]}"'
        faults.add(id=name, column="potential", found="no theoretical factor", expected=expected)
    return faults


def check_harvest_costs(faults: Faults, steps: pd.DataFrame) -> Faults:
    """No step of a product stands twice."""
    return _refuse_twice(faults, steps, "product", "step", "one row for each step of a product")


def check_competitors(
    faults: Faults, competitors: pd.DataFrame, products: Collection[str], customers: pd.DataFrame
) -> Faults:
    """Competitors are customers of that role, take products of the chain, and stand once for each."""
    rivals = customers.index[customers["role"] == "competitor"]
    known(faults, competitors, "customer", rivals, 'the id of a customer with the role "competitor" in customers.csv')
    known(faults, competitors, "product", products, "a product of chain.toml")
    return _refuse_twice(faults, competitors, "customer", "product", "one row for each product of a competitor")


def _refuse_twice(faults: Faults, table: pd.DataFrame, owner: str, column: str, expected: str) -> Faults:
    """No value of a column stands twice for one owner."""
    for _, row in _rows(table, table.duplicated([owner, column])):
        faults.add(row=line_of(row), id=row[owner], column=column, found=f"{row[column]} again", expected=expected)
    return faults


def check_claims(faults: Faults, competitors: pd.DataFrame) -> Faults:
    """No competitor takes less than nothing."""
    for _, row in _rows(competitors, competitors["low"].to_numpy() < 0):
        faults.add(row=line_of(row), id=row["customer"], column="low", found=row["low"], expected="0 or more")
    return faults


def check_sites(faults: Faults, sites: pd.DataFrame, rules: SiteScores) -> Faults:
    """Zonings of sites have a score, and their synergies are words that are known."""
    known = rules.criteria.zoning.scores
    for label, zone in sites["zoning"].items():
        if zone and rules.zoning_score(zone) is None:
            expected = (
                f"a zoning that begins with one of {', '.join(known)}, "
                "or a score of it in study.toml (site_scores.criteria.zoning)"
            )
            faults.add(row=line_of(sites.loc[label]), id=_id(label), column="zoning", found=zone, expected=expected)
    return _words(faults, sites, "synergies", SYNERGIES, f"words of {', '.join(SYNERGIES)}, separated by blanks")


def _words(faults: Faults, table: pd.DataFrame, column: str, words: Collection[str], expected: str) -> Faults:
    """Each word of a column must be known."""
    for label, text in table[column].items():
        for word in text.split():
            if word not in words:
                faults.add(row=line_of(table.loc[label]), id=_id(label), column=column, found=word, expected=expected)
    return faults


def check_collection_points(faults: Faults, points: pd.DataFrame, products: Mapping[str, Product]) -> Faults:
    """Points accept products that the platform takes, and every such product has a point."""
    taken = accepted(products)
    for label, text in points["accepts"].items():
        for name in text.split():
            if name in products and name not in taken:
                fate = "refused" if products[name].fate == "refused" else "for other plants"
                found = f"{name}, which is {fate} (fate in chain.toml)"
                faults.add(
                    row=line_of(points.loc[label]),
                    id=_id(label),
                    column="accepts",
                    found=found,
                    expected=f"products of {', '.join(taken)}",
                )
    _words(faults, points, "accepts", products, "products of chain.toml, separated by blanks")
    for name in sorted(set(taken) - set(points["accepts"].str.split().explode())):
        faults.add(
            column="accepts",
            found=f"no point that accepts {name}",
            expected="one at least, or the product taken out of chain.toml",
        )
    return faults


def check_customers(faults: Faults, customers: pd.DataFrame, delivered_moisture: float) -> Faults:
    """Every customer to be served burns chips, takes them as wet as they come, and has a demand and an efficiency."""
    served = np.asarray(customers["role"].array == "served", dtype=bool)
    if not served.any():
        faults.add(column="role", found="no customer to serve", expected='one row at least with the role "served"')
    moisture, is_there = customers["moisture"].to_numpy(), {n: customers[n].notna().to_numpy() for n in _DEMAND}
    by_mass = is_there["tonnes_year"] & is_there["moisture"]
    by_power = is_there["power_kw"] & is_there["full_load_h"]
    for label, row in _rows(customers, served & ~((by_mass | by_power) & is_there["efficiency"])):
        expected = "efficiency, and either tonnes_year and moisture, or power_kw and full_load_h"
        faults.add(row=line_of(row), id=_id(label), found="no demand that can be computed", expected=expected)
    for label, row in _rows(customers, served & (moisture < delivered_moisture - 1e-9)):
        expected = f"{delivered_moisture:g} (delivered_moisture of chain.toml) or more, or another role"
        faults.add(row=line_of(row), id=_id(label), column="moisture", found=row["moisture"], expected=expected)
    for label, row in _rows(customers, served & np.asarray(customers["fuel"].array != "chips", dtype=bool)):
        faults.add(
            row=line_of(row),
            id=_id(label),
            column="fuel",
            found=row["fuel"],
            expected="chips for a customer to serve, or another role",
        )
    return faults


def _rows(table: pd.DataFrame, mask: "pd.Series | np.ndarray") -> Iterator[tuple[Hashable, pd.Series]]:
    """The rows of a mask with their labels; as a rule there is none, and nothing to draw up."""
    if mask.any():
        yield from table[mask].iterrows()


def _id(label: object) -> str | None:
    return label if isinstance(label, str) else None
