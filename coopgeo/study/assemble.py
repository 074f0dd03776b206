"""Make the pieces of a study from its tables; what a change has not touched is taken over from the study before it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from coopgeo.roads import Vehicle
from coopgeo.roads.atlas import AtlasTables
from coopgeo.study import schemas
from coopgeo.study.basis import amounts, numbers, own_columns
from coopgeo.study.chain import Chain
from coopgeo.study.chain_settings import ChainSettings
from coopgeo.study.geojson import WGS84
from coopgeo.study.inputs import (
    CHAIN_POINTS,
    STUDY_TOML,
    Inputs,
    Touched,
    chain_tables,
    chain_toml,
    materials_of,
    schema_of,
)
from coopgeo.study.rivers import rivers_of

if TYPE_CHECKING:
    from coopgeo.study.study import Study

OWN_BASIS = "basis_by_commune"  # whose columns are the planner's own
ATLAS_TABLES = ("junctions", "axes", "crossings", "classes")


def pieces(inputs: Inputs, before: "Study | None" = None, touched: Touched | None = None) -> dict[str, Any]:
    """The attributes of a study that its inputs make.

    Parameters
    ----------
    inputs : Inputs
    before : Study, optional
        Study that was changed: what nobody touched is the very object that it has.
    touched : Touched, optional
        What was changed in it; everything by default.
    """
    touched = Touched() if before is None or touched is None else touched
    if touched.any(STUDY_TOML, "crs"):
        before, touched = None, Touched()
    made: dict[str, Any] = {"inputs": inputs, "settings": inputs.settings, "sources": inputs.tables["sources"]}
    made["communes"] = _communes(inputs, before, touched)
    made["kinds"], made["partners"] = inputs.tables["kinds"], inputs.tables["partners"]
    made["shared_means"] = inputs.tables["shared_means"]
    settings = inputs.settings
    made["rivers"] = before.rivers if before else rivers_of(inputs.rivers.to_crs(settings.crs), settings.frame)
    if before is None or touched.any("roads/vehicles") or touched.any("roads/speeds"):
        made["vehicles"] = _vehicles(inputs.tables)
    if before is None or any(touched.any(f"roads/{name}") for name in ATLAS_TABLES):
        made["road_tables"] = _road_tables(inputs, before, touched)
    chains = {
        name: _chain(inputs, name, before.chains[name] if before else None, touched)
        for name in inputs.chains
        if before is None or any(touched.any(path) for path in _paths_of(inputs, name))
    }
    made["chains"] = {**(before.chains if before else {}), **chains} if chains or before is None else before.chains
    return made


def as_points(table: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """A table with `lon` and `lat` as points in a metric CRS."""
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=WGS84)
    return gpd.GeoDataFrame(table, geometry=points).to_crs(crs)


def atlas_tables(study: "Study") -> AtlasTables:
    """What the atlas of a study is compiled from."""
    crs = study.settings.crs
    towns = gpd.GeoDataFrame(study.communes[["name", "bank"]], geometry=study.chefs_lieux, crs=crs)
    return AtlasTables(towns, **study.road_tables, barrier=study.barrier, crs=crs)


def _paths_of(inputs: Inputs, chain: str) -> list[str]:
    return [chain_toml(chain), *(f"chains/{chain}/{name}" for name in chain_tables(inputs.chains[chain].material))]


def _communes(inputs: Inputs, before: "Study | None", touched: Touched) -> gpd.GeoDataFrame:
    """Communes with their forest and town hall; what is drawn is projected anew only if a town hall has moved."""
    if before is not None and not any(touched.any(f"territory/{name}") for name in ("communes", "forest_by_commune")):
        return before.communes
    figures, forest = (_listed(inputs, f"territory/{name}") for name in ("communes", "forest_by_commune"))
    table = figures.join(forest.filter(like="forest_").reindex(figures.index, fill_value=0.0))
    if before is not None and not touched.any("territory/communes", "lon", "lat"):
        return _with_columns(before.communes, table, table.columns)
    crs = inputs.settings.crs
    shapes = inputs.boundaries.to_crs(crs).reindex(table.index)
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"], crs=WGS84), index=table.index).to_crs(crs)
    return gpd.GeoDataFrame(table.assign(chef_lieu=points), geometry=shapes, crs=crs)


def _listed(inputs: Inputs, path: str) -> pd.DataFrame:
    """The columns of a table that are computed with: none of those that a planner keeps for notes."""
    table = inputs.tables[path]
    return table[[name for name in schema_of(path, materials_of(inputs.chains)).columns if name in table.columns]]


def _vehicles(tables: Mapping[str, pd.DataFrame]) -> dict[str, Vehicle]:
    speeds = tables["roads/speeds"]
    by_vehicle: dict[str, dict[str, float]] = {}
    kept = speeds["delay_factor"].fillna(1.0) if "delay_factor" in speeds else 1.0
    driven_kmh = speeds["speed_kmh"] * kept
    for vehicle, highway, speed_kmh in zip(speeds["vehicle"], speeds["highway"], driven_kmh, strict=True):
        by_vehicle.setdefault(vehicle, {})[highway] = speed_kmh
    table = tables["roads/vehicles"]
    columns = [name for name in schemas.ROADS["vehicles.csv"].columns if name not in ("id", "source", "status")]
    rows = zip(*(table[name].tolist() for name in columns), strict=True)
    return {
        id: Vehicle(id=id, speeds_kmh=by_vehicle.get(id, {}), **dict(zip(columns, row, strict=True)))
        for id, row in zip(table.index, rows, strict=True)
    }


def _road_tables(inputs: Inputs, before: "Study | None", touched: Touched) -> dict[str, pd.DataFrame]:
    made = dict(before.road_tables) if before else {}
    for name in ATLAS_TABLES:
        if before is not None and not touched.any(f"roads/{name}"):
            continue
        path, table = f"roads/{name}", _listed(inputs, f"roads/{name}")
        if before is not None and not touched.any(path, "lon", "lat"):
            made[name] = _with_columns(made[name], table, touched.of(path))
        else:
            made[name] = as_points(table, inputs.settings.crs) if name == "junctions" else table.reset_index()
    return {name: made[name] for name in ATLAS_TABLES}


def _chain(inputs: Inputs, chain: str, before: Chain | None, touched: Touched) -> Chain:
    made: dict[str, Any] = {"settings": inputs.chains[chain]}
    for name in chain_tables(inputs.chains[chain].material):
        path = f"chains/{chain}/{name}"
        if before is not None and not touched.any(path):
            made[name] = getattr(before, name)
            continue
        table = (
            amounts(inputs.tables[path])
            if name == OWN_BASIS
            else _counted(inputs, path, inputs.chains[chain])
            if name == "collection_points"
            else _listed(inputs, path)
        )
        if before is not None and not touched.any(path, "lon", "lat"):
            made[name] = _with_columns(getattr(before, name), table, touched.of(path))
        else:
            made[name] = as_points(table, inputs.settings.crs) if name in CHAIN_POINTS else table
    return Chain(**made)


def _counted(inputs: Inputs, path: str, chain: ChainSettings) -> pd.DataFrame:
    """Collection points with the columns of their own that products are counted from, as numbers."""
    table, listed = inputs.tables[path], _listed(inputs, path)
    own = [product.basis for product in chain.products.values() if product.basis in own_columns(table)]
    return listed.assign(**{name: numbers(table[name]) for name in dict.fromkeys(own) if name not in listed})


def _with_columns(frame: Any, table: pd.DataFrame, columns: Iterable[str]) -> Any:
    """A frame with columns of a table that has the same rows."""
    return frame.assign(**{name: table[name].array for name in columns})
