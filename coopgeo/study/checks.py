"""Checks of the tables of a study against one another: codes that exist, points that lie where they are said to."""

import re
from collections.abc import Collection, Hashable, Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.errors import Faults, Message
from coopgeo.roads.vehicles import ACCESS_HIGHWAY
from coopgeo.study.chain_schemas import POTENTIALS, ROLES, SYNERGIES
from coopgeo.study.chain_settings import ChainSettings, Product
from coopgeo.study.column_kinds import AN_INSEE_CODE, INSEE_CODE
from coopgeo.study.settings import SiteScores
from coopgeo.study.tables import line_of
from coopgeo.text.nearest import nearest
from coopgeo.text.vocabulary import meant_name, named_code

OFF_COMMUNE_M = 1500.0  # simplified boundaries and points at a precision of about 1 km
OFF_LAND_M = 500.0
FOREST = ("forest_broadleaf_ha", "forest_conifer_ha", "forest_other_ha")


def known(faults: Faults, table: pd.DataFrame, column: str, codes: Collection[str], expected: str) -> None:
    """Every value of a column must be one of the codes."""
    for label, row in rows_of(table, ~table[column].isin(list(codes))):
        found = row[column]
        hint = None if column == "insee" else meant_name(found, codes)  # the codes of neighbours are alike
        faults.add(row=line_of(row), id=id_of(label), column=column, found=found, expected=expected, hint=hint)


def check_communes(faults: Faults, table: pd.DataFrame, names: pd.Series) -> None:
    """Every commune that a row names must be known by its code; who wrote its name is told the code."""
    for label, row in rows_of(table, ~table["insee"].isin(names.index)):
        found = row["insee"]
        near = next(iter(nearest(found, names, 1, whole=True)), None) if any(map(str.isalpha, found)) else None
        code = names.index[names == near][0] if near else None
        hint = Message("{commune} has the code {code}", commune=near, code=code) if near else None
        expected = Message("a code of territory/communes.csv; a commune that merged has a new one")
        expected = expected if re.fullmatch(INSEE_CODE, found) else AN_INSEE_CODE
        faults.add(row=line_of(row), id=id_of(label), column="insee", found=found, expected=expected, hint=hint)


def one_known(faults: Faults, entry: str, name: str, names: Collection[str], expected: str) -> None:
    """The name that an entry of the settings holds must be one of the names."""
    if name not in names:
        faults.add(column=entry, found=name, expected=expected, hint=meant_name(name, names))


def check_forests(faults: Faults, forests: pd.DataFrame, communes: pd.DataFrame) -> None:
    """No commune has more forest than ground; a hundredth may be due to how both were drawn."""
    area_ha = communes["area_ha"][~communes.index.duplicated()].reindex(forests.index)
    forest_ha = forests[[name for name in FOREST if name in forests]].sum(axis=1)
    for label, row in rows_of(forests, forest_ha.to_numpy() > area_ha.to_numpy() * 1.01 + 1):
        found = Message("{forest} ha of forest", forest=round(float(row[list(FOREST)].sum()), 1))
        expected = Message(
            "no more than the area of the commune, {area} ha in communes.csv", area=float(area_ha[label])
        )
        faults.add(row=line_of(row), id=id_of(label), column=", ".join(FOREST), found=found, expected=expected)


def check_points(
    faults: Faults, table: pd.DataFrame, communes: gpd.GeoDataFrame | None, frame: tuple[float, float, float, float]
) -> None:
    """Points must lie in the frame of the study, on land, and in the commune of their row where that is known."""
    west, south, east, north = frame
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    swapped = (west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)
    sides = dict(zip(("west", "south", "east", "north"), frame, strict=True))
    expected = Message(
        "a place between {west} and {east} east, {south} and {north} north (frame of study.toml)", **sides
    )
    for at in np.flatnonzero(~inside & ~np.isnan(lon) & ~np.isnan(lat)):
        row = table.iloc[at]
        faults.add(
            row=line_of(row),
            id=id_of(table.index[at]),
            column="lon, lat",
            found=Message("{place}", place=_place(lon[at], lat[at])),
            expected=expected,
            hint=Message("lon and lat look swapped") if swapped[at] else None,
        )
    if communes is None or ("insee" not in table.columns and table.index.name != "insee"):
        return
    codes = table["insee"] if "insee" in table.columns else table.index.to_series()
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat, crs="EPSG:4326")).to_crs(communes.crs).to_numpy()
    own = communes.geometry.reindex(codes).to_numpy()
    astray = inside & ~(shapely.is_missing(own)) & (shapely.distance(points, own) > OFF_COMMUNE_M)
    tree = shapely.STRtree(communes.geometry.to_numpy())
    for at in np.flatnonzero(astray):
        closest = communes.iloc[int(tree.nearest(points[at]))]
        off_land = shapely.distance(points[at], closest.geometry) > OFF_LAND_M
        place = _place(lon[at], lat[at])
        row = table.iloc[at]
        found = (
            Message("{place}, which lies in the sea or a river", place=place)
            if off_land
            else Message("{place}, which lies in {commune}", place=place, commune=closest["name"])
        )
        expected = Message(
            "a place in the commune {code} that the row names; mend the point or the code", code=codes.iloc[at]
        )
        faults.add(row=line_of(row), id=id_of(table.index[at]), column="lon, lat", found=found, expected=expected)


def _place(lon: float, lat: float) -> list[float]:
    """Longitude and latitude as a fault shows them."""
    return [float(f"{degrees:g}") for degrees in (lon, lat)]


def check_banks(
    faults: Faults,
    table: pd.DataFrame,
    places: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
) -> None:
    """A point of a commune on one bank must lie on that bank: a slip of 100 m over the river is a detour of 20 km."""
    points = places.geometry.to_numpy()
    own = communes.reindex(table["insee"])
    to_town_hall = shapely.linestrings(
        np.stack([shapely.get_coordinates(points), shapely.get_coordinates(own["chef_lieu"].to_numpy())], axis=1)
    )
    inner = shapely.buffer(own.geometry.to_numpy(), -OFF_LAND_M)
    over = np.zeros(len(table), dtype=bool)
    for course in rivers["course"]:
        times_crossed = shapely.get_num_coordinates(shapely.intersection(to_town_hall, course))
        unsaid = (own["bank"] == "").to_numpy() & shapely.intersects(inner, course)  # it may lie on both
        over |= (times_crossed % 2 == 1) & (own["bank"] != "straddles").to_numpy() & ~unsaid
    for at in np.flatnonzero(over):
        row = table.iloc[at]
        bank = own["bank"].iloc[at]
        place, commune = _place(row["lon"], row["lat"]), own["name"].iloc[at]
        found = Message("{place}, over the river from the town hall of {commune}", place=place, commune=commune)
        expected = {
            "left": Message("a place on the left bank, as its commune"),
            "right": Message("a place on the right bank, as its commune"),
        }.get(bank, Message("a place on the bank of its town hall"))
        faults.add(row=line_of(row), id=id_of(table.index[at]), column="lon, lat", found=found, expected=expected)


def check_speeds(faults: Faults, speeds: pd.DataFrame, vehicles: pd.Index, classes: pd.DataFrame) -> Faults:
    """Each speed belongs to a vehicle and stands once, and every vehicle has one for each class of the atlas."""
    known(faults, speeds, "vehicle", vehicles, Message("an id of vehicles.csv"))
    for _, row in rows_of(speeds, speeds.duplicated(["vehicle", "highway"])):
        faults.add(
            row=line_of(row),
            column="highway",
            found=Message("{vehicle}, {highway} again", vehicle=row["vehicle"], highway=row["highway"]),
            expected=Message("one row for each pair"),
        )
    stand = set(zip(speeds["vehicle"], speeds["highway"], strict=True))
    for vehicle in vehicles:
        for highway in sorted({*classes.index, ACCESS_HIGHWAY}):
            if (vehicle, highway) not in stand:
                faults.add(
                    column="highway",
                    found=Message("no speed of {vehicle} on {highway}", vehicle=vehicle, highway=highway),
                    expected=Message("a row; 0 where the vehicle may not go"),
                )
    slow = speeds[(speeds["highway"] == ACCESS_HIGHWAY) & (speeds["speed_kmh"] == 0)]
    for _, row in slow.iterrows():
        faults.add(
            row=line_of(row),
            column="speed_kmh",
            found=0,
            expected=Message("more than 0 on local roads, which every way begins and ends on"),
        )
    return faults


def check_chain_settings(
    faults: Faults, name: str, settings: ChainSettings, sources: Collection[str], vehicles: Collection[str]
) -> Faults:
    """A chain bears the name of its folder; its products and parameters name sources and vehicles that are known."""
    products = settings.products
    if settings.id != name:
        expected = Message("{name}, the name of its folder", name=name)
        faults.add(column="id", found=settings.id, expected=expected)
    named = {f"products.{n}": p.source for n, p in products.items()}
    named |= {f"parameters.{n}": p.source for n, p in settings.parameters}
    named |= {name: part.source for name, part in settings.sourced()}
    for entry, source in named.items():
        one_known(faults, f"{entry}.source", source, sources, Message("a key of sources.csv"))
    for id, product in products.items():
        for column in ("collected_by", "brought_by"):
            vehicle = getattr(product, column)
            if vehicle is not None:
                expected = Message("an id of roads/vehicles.csv")
                one_known(faults, f"products.{id}.{column}", vehicle, vehicles, expected)
    return faults


def check_products(
    faults: Faults, table: pd.DataFrame, row: str, products: Collection[str], needed: Collection[str]
) -> Faults:
    """A table names products of its chain only, and has a row at least of each that needs one."""
    known(faults, table, "product", products, Message("a product of chain.toml"))
    for name in sorted(set(needed) - set(table["product"])):
        expected = Message("a {row} at least for each product of chain.toml", row=row)
        faults.add(column="product", found=Message("no row of {name}", name=name), expected=expected)
    return faults


def check_ids(faults: Faults, tables: Mapping[str, pd.DataFrame]) -> Faults:
    """No two places of a chain have the same id: flows and maps tell them apart by it."""
    where: dict[str, str] = {}
    for name, table in tables.items():
        for label, row in table.iterrows():
            if label and (first := where.setdefault(str(label), name)) != name:
                faults.add(
                    row=line_of(row),
                    id=id_of(label),
                    column=name,
                    found=Message("{id}, which stands in {first} too", id=label, first=first),
                    expected=Message("an id of its own"),
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
    for _, row in rows_of(factors, shares & ((high > 1) | (low < 0))):
        expected = Message(
            "a share between 0 and 1, so that 30 % is written 0.30: "
            "only factors of the {potential} potential are anything else",
            potential=named_code("potential", POTENTIALS[0]),
        )
        found = Message("{low} to {high}", low=row["low"], high=row["high"])
        faults.add(row=line_of(row), id=row["product"], column="low, value, high", found=found, expected=expected)
    for _, row in rows_of(factors, ~shares & (low < 0)):
        faults.add(row=line_of(row), id=row["product"], column="low", found=row["low"], expected=Message("0 or more"))
    return faults


def check_factors(faults: Faults, factors: pd.DataFrame) -> Faults:
    """No factor of a product stands twice, and one at least is of the theoretical resource."""
    refuse_twice(faults, factors, "product", "factor", Message("one row for each factor of a product"))
    theoretical = factors.loc[factors["potential"] == POTENTIALS[0], "product"]
    for name in sorted(set(factors["product"]) - set(theoretical)):
        expected = Message(
            'one row at least with the potential "{potential}"', potential=named_code("potential", POTENTIALS[0])
        )
        faults.add(id=name, column="potential", found=Message("no theoretical factor"), expected=expected)
    return faults


def check_harvest_costs(faults: Faults, steps: pd.DataFrame) -> Faults:
    """No step of a product stands twice."""
    return refuse_twice(faults, steps, "product", "step", Message("one row for each step of a product"))


def check_competitors(
    faults: Faults, competitors: pd.DataFrame, products: Collection[str], customers: pd.DataFrame
) -> Faults:
    """Competitors are customers of that role, take products of the chain, and stand once for each."""
    rivals = customers.index[customers["role"] == "competitor"]
    role = named_code("role", ROLES[1])
    expected = Message('the id of a customer with the role "{role}" in customers.csv', role=role)
    known(faults, competitors, "customer", rivals, expected)
    known(faults, competitors, "product", products, Message("a product of chain.toml"))
    return refuse_twice(faults, competitors, "customer", "product", Message("one row for each product of a competitor"))


def refuse_twice(faults: Faults, table: pd.DataFrame, owner: str, column: str, expected: str) -> Faults:
    """No value of a column stands twice for one owner."""
    for _, row in rows_of(table, table.duplicated([owner, column])):
        found = Message("{name} again", name=row[column])
        faults.add(row=line_of(row), id=row[owner], column=column, found=found, expected=expected)
    return faults


def check_claims(faults: Faults, competitors: pd.DataFrame) -> Faults:
    """No competitor takes less than nothing."""
    for _, row in rows_of(competitors, competitors["low"].to_numpy() < 0):
        faults.add(row=line_of(row), id=row["customer"], column="low", found=row["low"], expected=Message("0 or more"))
    return faults


def check_sites(faults: Faults, sites: pd.DataFrame, rules: SiteScores) -> Faults:
    """Zonings of sites have a score, and their synergies are words that are known."""
    known = rules.criteria.zoning.scores
    for at, zone in enumerate(sites["zoning"]):
        if zone and rules.zoning_score(zone) is None:
            expected = Message(
                "a zoning that begins with one of {known}, "
                "or a score of it in study.toml (site_scores.criteria.zoning)",
                known=list(known),
            )
            faults.add(
                row=line_of(sites.iloc[at]), id=id_of(sites.index[at]), column="zoning", found=zone, expected=expected
            )
    expected = Message("words of {words}, separated by blanks", words=list(SYNERGIES))
    return words_of(faults, sites, "synergies", SYNERGIES, expected)


def words_of(faults: Faults, table: pd.DataFrame, column: str, words: Collection[str], expected: str) -> Faults:
    """Each word of a column must be known."""
    for at, text in enumerate(table[column]):
        for word in text.split():
            if word not in words:
                row, hint = table.iloc[at], meant_name(word, words)
                id = id_of(table.index[at])
                faults.add(row=line_of(row), id=id, column=column, found=word, expected=expected, hint=hint)
    return faults


def check_collection_points(faults: Faults, points: pd.DataFrame, products: Mapping[str, Product]) -> Faults:
    """Points accept products that the platform takes, and every such product has a point."""
    taken = accepted(products)
    for at, text in enumerate(points["accepts"]):
        for name in text.split():
            if name in products and name not in taken:
                found = (
                    Message("{name}, which is refused (fate in chain.toml)", name=name)
                    if products[name].fate == "refused"
                    else Message("{name}, which is for other plants (fate in chain.toml)", name=name)
                )
                expected = Message("products of {names}", names=taken)
                row, id = line_of(points.iloc[at]), id_of(points.index[at])
                faults.add(row=row, id=id, column="accepts", found=found, expected=expected)
    words_of(faults, points, "accepts", products, Message("products of chain.toml, separated by blanks"))
    lacking = set(taken) - set(points["accepts"].str.split().explode()) if len(points) else set()  # empty: told already
    for name in sorted(lacking):
        found = Message("no point that accepts {name}", name=name)
        expected = Message("one at least, or the product taken out of chain.toml")
        faults.add(column="accepts", found=found, expected=expected)
    return faults


def rows_of(table: pd.DataFrame, mask: "pd.Series | np.ndarray") -> Iterator[tuple[Hashable, pd.Series]]:
    """The rows of a mask with their labels; as a rule there is none, and nothing to draw up."""
    if mask.any():
        yield from table[mask].iterrows()


def id_of(label: object) -> str | None:
    """The id that a row is called by; None where it has none."""
    return label if isinstance(label, str) else None
