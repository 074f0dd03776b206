"""Files of road lines, as IGN (ROUTE 500, BD TOPO) and road services give them: GeoPackage, shapefile, GeoParquet.

Which column says what stands in a small TOML file beside the lines (`roads.gpkg` has `roads.toml`), or is given as a
mapping:

    layer = "troncon_de_route"      # only where a file has several layers of lines
    [columns]                       # ours = theirs; highway, or [defaults] highway, must be there
    highway = "NATURE"
    ref = "NUMERO"
    oneway = "SENS"
    max_weight_t = "RESTR_P"        # also name, osmid, max_height_m, max_speed_kmh, ... as in docs/roads.md
    [highway]                       # class of road of each value of that column; not needed where they are those of
    OpenStreetMap "Autoroute" = "motorway" [oneway]                        # values for a road driven as it is drawn
    only, and against it only forth = ["Sens direct"] back = ["Sens inverse"] [defaults]                      # where
    a column is lacking or blank highway = "unclassified" [missing]                       # values that mean "not
    known" max_speed_kmh = ["0"]
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pydantic import BaseModel, ConfigDict, ValidationError

from coopgeo.errors import Faults, InputError
from coopgeo.roads.cutting import SPACING_M, Lines, RoadTables, cut
from coopgeo.roads.tags import FERRY, HIGHWAYS, LIMIT_UNITS, Unread, quantity
from coopgeo.roads.vehicles import UNTOLD

_TEXTS = ("ref", "name", "crossing", "tracktype")
_NUMBERS = tuple(name for name in UNTOLD if name not in (*_TEXTS, "unpaved"))
_OURS = ("highway", "oneway", "osmid", "unpaved", *_TEXTS, *_NUMBERS)
_MOST_DEGREES = 360.0  # a metric network of the size of a village is larger than this


class _OneWay(BaseModel):
    model_config = ConfigDict(extra="forbid")
    forth: list[str] = ["yes", "1", "true", "F"]
    back: list[str] = ["-1", "reverse", "T"]


class Columns(BaseModel):
    """Which layer and which column of a line file says what."""

    model_config = ConfigDict(extra="forbid")
    layer: str | None = None
    columns: dict[str, str] = {}
    highway: dict[str, str] = {}
    oneway: _OneWay = _OneWay()
    defaults: dict[str, str | float] = {}
    missing: dict[str, list[str]] = {}


def read_lines(
    path: Path, *, crs: Any, spacing_m: float = SPACING_M, columns: Path | Mapping[str, Any] | None = None
) -> RoadTables:
    """Read a file of road lines; they are joined wherever they share a vertex.

    Parameters
    ----------
    path : Path
        `.gpkg`, `.shp`, `.parquet`, or another vector file that GDAL reads.
    crs : anything that pyproj takes, or None
        Metric CRS of the result; None estimates it.
    spacing_m : float
        As in `cut`.
    columns : Path or mapping, optional
        Which column says what; by default the file of the same name that ends in `.toml`, if there is one.

    Returns
    -------
    RoadTables
        Nodes numbered from 0 in order of longitude, then latitude.

    Raises
    ------
    InputError
        If the file or the columns cannot be used; lists every fault.
    """
    beside = path.with_suffix(".toml")
    meaning = _columns(columns if columns is not None else beside if beside.is_file() else {})
    return _tables(_layer(path, meaning.layer), meaning, crs, spacing_m, name=str(path))


def lines_as_roads(
    lines: gpd.GeoDataFrame, *, crs: Any, spacing_m: float, columns: Path | Mapping[str, Any] | None, name: str
) -> RoadTables:
    """Road lines in memory, as `read_lines` reads them from a file.

    Raises
    ------
    InputError
        If the lines or the columns cannot be used; lists every fault.
    """
    if not isinstance(lines, gpd.GeoDataFrame):
        raise InputError(f"{name}: found {type(lines).__name__}; expected a GeoDataFrame of the lines of roads")
    if lines.active_geometry_name is None:
        raise InputError(f"{name}: found no geometry; expected the lines of roads: set_geometry(...)")
    return _tables(_plain(lines), _columns(columns or {}), crs, spacing_m, name=name)


def _tables(layer: gpd.GeoDataFrame, meaning: Columns, crs: Any, spacing_m: float, *, name: str) -> RoadTables:
    faults = Faults(name)
    _check_layer(layer, meaning, faults)
    faults.raise_if_any()
    unread = Unread()
    layer = layer.explode(ignore_index=True)
    blank = (layer.geometry.isna() | layer.geometry.is_empty | (layer.geom_type != "LineString")).to_numpy()
    if blank.any():
        unread.found["geometry"] = f"{blank.sum()} features that are no line"
    layer = layer[~blank].reset_index(drop=True)
    rows = _rows(layer, meaning, faults, unread)
    faults.raise_if_any()
    if rows.empty:
        raise InputError(f"{name}: found no line; expected the lines of roads")
    nodes, edges = cut(_as_lines(layer, rows), crs, spacing_m=spacing_m, own=layer.crs)
    return RoadTables(nodes, edges, unread.lines())


def _plain(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer if layer.geometry.name == "geometry" else layer.rename_geometry("geometry")


def _layer(path: Path, name: str | None) -> gpd.GeoDataFrame:
    try:
        parquet = path.suffix in (".parquet", ".geoparquet")
        layer = gpd.read_parquet(path) if parquet else gpd.read_file(path, layer=_layer_name(path, name))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise InputError(
            f"{path}: found {str(error).strip()}; "
            "expected a whole vector file (.gpkg, .shp with its .dbf and .shx, .parquet)"
        ) from None
    except InputError:
        raise
    except ValueError:
        raise InputError(
            f"{path}: found no geometry; expected a whole vector file (.gpkg, .shp with its .dbf and .shx, .parquet)"
        ) from None
    return _plain(layer)


def _layer_name(path: Path, name: str | None) -> str:
    """The layer that is asked for, or the only one that holds lines."""
    layers = [(str(layer), str(kind)) for layer, kind in pyogrio.list_layers(path)]
    if name is not None and name not in dict(layers):
        raise InputError(f'{path}: found no layer "{name}"; expected one of {", ".join(dict(layers))}')
    lines = [layer for layer, kind in layers if "Line" in kind] or [layer for layer, _ in layers]
    if name is None and len(lines) > 1:
        raise InputError(
            f"{path}: found the layers {', '.join(lines)}; "
            f'expected one: say layer = "{lines[0]}" at the head of the TOML file'
        )
    return name or lines[0]


def _columns(source: Path | Mapping[str, Any]) -> Columns:
    name = "columns" if isinstance(source, Mapping) else str(source)
    try:
        return Columns.model_validate(
            source if isinstance(source, Mapping) else tomllib.loads(Path(source).read_text("utf-8"))
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{name}: found {error}; expected a TOML file as described in docs/roads.md") from None
    except ValidationError as errors:
        faults = Faults(name)
        for fault in errors.errors():
            faults.add(
                column=".".join(map(str, fault["loc"])),
                found=str(fault["input"]),
                expected=f"{fault['msg']}; docs/roads.md shows an example",
            )
        faults.raise_if_any()
        raise


def _check_layer(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults) -> None:
    if "geometry" not in layer or not len(layer):
        faults.add(found="no feature", expected="the lines of roads")
        return
    west, south, east, north = layer.total_bounds
    if layer.crs is None:
        faults.add(
            found="no CRS", expected="one: add the .prj file of a shapefile, or save the layer again with its CRS set"
        )
    elif not layer.crs.is_geographic and max(abs(west), abs(east), abs(south), abs(north)) <= _MOST_DEGREES:
        faults.add(
            found=f"coordinates up to {east:.4f} {north:.4f} in {layer.crs.name}",
            expected="metres: these look like degrees, so the CRS is wrong",
        )
    elif layer.crs.is_geographic and not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        faults.add(
            found=f"coordinates up to {east:.0f} {north:.0f} in {layer.crs.name}",
            expected="degrees: these look like metres, so the CRS is wrong",
        )
    theirs = [f'"{name}"' for name in layer.columns if name != "geometry"]
    for ours, name in meaning.columns.items():
        if ours not in _OURS:
            faults.add(column=f"columns.{ours}", found=ours, expected=f"one of {', '.join(_OURS)}")
        elif name not in layer.columns:
            faults.add(column=f"columns.{ours}", found=name, expected=f"a column of the file: {', '.join(theirs)}")
    for ours in sorted((set(meaning.defaults) | set(meaning.missing)) - set(_OURS)):
        faults.add(column=ours, found=ours, expected=f"one of {', '.join(_OURS)}")
    if "highway" not in meaning.columns and "highway" not in meaning.defaults and "highway" not in layer.columns:
        columns = ", ".join(theirs) or "(none)"
        expected = (
            f"the class of each road: say in a TOML file which of the columns {columns} has it, or give a default"
        )
        faults.add(column="highway", expected=expected)


def _rows(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults, unread: Unread) -> pd.DataFrame:
    """What is told of each line, in our columns."""
    # As osmnx and `RoadNetwork.to_file` write edges: one row a direction, limits as plain numbers.
    directed = {"u", "v"} <= set(layer.columns)
    texts = {
        ours: _text(layer, ours, meaning)
        for ours in _OURS
        if ours in meaning.columns or ours in meaning.defaults or ours in layer.columns
    }
    rows = {name: texts[name] for name in ("osmid", *_TEXTS) if name in texts}
    for name in (name for name in _NUMBERS if name in texts):
        each = {value: _number(name, value, unread, written=not directed) for value in texts[name].unique()}
        rows[name] = texts[name].map(each).where(texts[name] != "", UNTOLD[name]).astype(float)
    classes = texts["highway"].map(lambda value: meaning.highway.get(value, value))
    for value in sorted(set(classes) - HIGHWAYS - {FERRY}):
        count = int((classes == value).sum())
        expected = (
            f"a class of road ({', '.join(sorted(HIGHWAYS))}, ferry); say in [highway] of the TOML file which one it is"
        )
        faults.add(column="highway", found=value or "a blank", expected=f"{expected} ({count} lines)")
    oneway = texts.get("oneway", pd.Series("", index=layer.index)).str.lower()
    rows |= {
        "highway": classes,
        "forth": ~oneway.isin(_lower(meaning.oneway.back)),
        "back": ~oneway.isin(_lower(meaning.oneway.forth)),
    }
    if directed:
        rows |= {"forth": True, "back": False}
    if "unpaved" in texts:
        rows["unpaved"] = texts["unpaved"].str.lower().isin(["1", "true", "yes", "oui"])
    return pd.DataFrame(rows, index=layer.index)


def _lower(values: list[str]) -> list[str]:
    return [value.lower() for value in values]


def _number(name: str, value: str, unread: Unread, *, written: bool) -> float:
    """A limit as people write it (with or without its unit), or a plain number.

    What cannot be understood counts as untold.
    """
    if written and name in LIMIT_UNITS:
        return quantity("of the file", name, value, LIMIT_UNITS[name], unread)
    number = float(pd.to_numeric(value, errors="coerce"))
    if value and not number >= 0:
        unread.note("of the file", name, value)
    return number if number >= 0 else float(UNTOLD[name])  # type: ignore[arg-type]


def _text(layer: gpd.GeoDataFrame, ours: str, meaning: Columns) -> "pd.Series[str]":
    """A column as texts, the default where it is lacking, blank or means "not known"."""
    name = meaning.columns.get(ours, ours)
    default = str(meaning.defaults.get(ours, ""))
    if name not in layer.columns:
        return pd.Series(default, index=layer.index)
    column = layer[name]
    whole = pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all()
    text = (
        (column.astype("Int64") if whole else column)
        .astype(object)
        .where(column.notna(), "")
        .map(lambda value: str(value).strip())
    )
    return text.mask(text.isin(["", *meaning.missing.get(ours, [])]), default)


def _as_lines(layer: gpd.GeoDataFrame, rows: pd.DataFrame) -> Lines:
    shapes = shapely.force_2d(layer.geometry.to_crs("EPSG:4326").to_numpy())
    lonlat, line = shapely.get_coordinates(shapes, return_index=True)
    _, vertex = np.unique(lonlat.round(9), axis=0, return_inverse=True)  # a tenth of a millimetre
    cuts = np.flatnonzero(np.diff(line)) + 1
    return Lines(rows.to_dict("records"), np.split(vertex.ravel().astype(np.int64), cuts), np.split(lonlat, cuts))
