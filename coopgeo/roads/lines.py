"""Files of road lines, as IGN (ROUTE 500, BD TOPO) and road services give them: GeoPackage, shapefile, GeoParquet.

Columns that are called as in OpenStreetMap (highway, maxweight, access, other_tags ...) are read as its tags. What
other columns say stands in a small TOML file beside the lines (`roads.gpkg` has `roads.toml`), or is given as a
mapping; docs/roads.md shows one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from coopgeo.errors import Column, Faults, InputError, Message
from coopgeo.roads.cutting import SPACING_M, Lines, RoadTables, cut
from coopgeo.roads.limits import Unread, shown
from coopgeo.roads.line_files import existing, normal, open_layer
from coopgeo.roads.line_rows import OURS, Columns, LineRows, rows_of
from coopgeo.roads.projection import lonlat_of
from coopgeo.roads.survey import surveyed
from coopgeo.roads.tags import is_read
from coopgeo.text.setting_faults import checked_settings
from coopgeo.text.toml_files import toml_entries

_MOST_DEGREES = 360.0  # a metric network of the size of a village is larger than this


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
    beside = existing(path.with_suffix(".toml"))
    meaning = _columns(columns if columns is not None else beside if beside.is_file() else {})
    layer, odd = open_layer(path, meaning.layer)
    return _tables(layer, meaning, crs, spacing_m, name=str(path), odd=odd)


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
        kind = type(lines).__name__
        raise InputError(
            Message("{name}: found {kind}; expected a GeoDataFrame of the lines of roads", name=name, kind=kind)
        )
    if lines.active_geometry_name is None:
        raise InputError(
            Message("{name}: found no geometry; expected the lines of roads: set_geometry(...)", name=name)
        )
    if {"u", "v"} <= set(lines.index.names):  # as osmnx has them
        lines = lines.reset_index()
    return _tables(normal(lines), _columns(columns or {}), crs, spacing_m, name=name)


def _tables(
    layer: gpd.GeoDataFrame, meaning: Columns, crs: Any, spacing_m: float, *, name: str, odd: Sequence[Message] = ()
) -> RoadTables:
    faults, unread = Faults(name), Unread(findings=list(odd))
    _check_layer(layer, meaning, faults)
    faults.raise_if_any()
    layer = layer.explode(ignore_index=True)
    layer.geometry = shapely.force_2d(layer.geometry.to_numpy())
    usable = (
        (layer.geom_type == "LineString")
        & ~layer.geometry.is_empty
        & np.isfinite(shapely.length(layer.geometry.to_numpy()))
    )
    if not usable.all():
        unread.found["geometry"] = Message.of_number(
            "geometry: {count} feature that is no line", "geometry: {count} features that are no line", (~usable).sum()
        )
    layer = layer[usable].reset_index(drop=True)
    if layer.empty:
        raise InputError(Message("{name}: found no line; expected the lines of roads", name=name))
    known = rows_of(layer, meaning, faults, unread)
    faults.raise_if_any()
    if not len(known.kept):
        raise InputError(
            Message("{name}: found no road that a vehicle drives on; expected the roads of a network", name=name)
        )
    nodes, edges = cut(_as_lines(layer.iloc[known.kept], known, name), crs, unread, spacing_m=spacing_m, own=layer.crs)
    return surveyed(nodes, edges, unread)


def _columns(source: Path | Mapping[str, Any]) -> Columns:
    faults = Faults(Message("columns") if isinstance(source, Mapping) else str(source))
    entries = source if isinstance(source, Mapping) else toml_entries(Path(source), faults)
    faults.raise_if_any()
    made, wrong = checked_settings(Columns, {} if entries is None else entries)
    for fault in wrong:
        hint = fault.hint or Message("docs/roads.md shows an example")
        faults.add(column=".".join(fault.path), found=fault.found, expected=fault.expected, hint=hint)
    faults.raise_if_any()
    return made or Columns()


def _check_layer(layer: gpd.GeoDataFrame, meaning: Columns, faults: Faults) -> None:
    if "geometry" not in layer or not len(layer):
        faults.add(found=Message('"no feature"'), expected=Message("the lines of roads"))
        return
    _check_crs(layer, faults)
    theirs = [f'"{name}"' for name in layer.columns if name != "geometry"] or ["(none)"]
    for ours, name in meaning.columns.items():
        if ours not in OURS and not is_read(ours):
            faults.add(column=f"columns.{ours}", found=ours, expected=_one_of_ours())
        elif meaning.column(ours, layer) is None:
            expected = Message("a column of the file: {columns}", columns=theirs)
            faults.add(column=f"columns.{ours}", found=name, expected=expected)
    for ours in sorted({*meaning.defaults, *meaning.missing, *meaning.translations}):
        if ours not in OURS and not is_read(ours):
            faults.add(column=ours, found=ours, expected=_one_of_ours())
    if "highway" not in {*meaning.columns, *meaning.defaults} and meaning.column("highway", layer) is None:
        expected = Message(
            "the class of each road: say in a TOML file which of the columns {columns} has it, or give a default",
            columns=theirs,
        )
        faults.add(column=Column("highway"), expected=expected)


def _one_of_ours() -> Message:
    return Message("one of {names}, or a key of OpenStreetMap that is read", names=list(OURS))


def _check_crs(layer: gpd.GeoDataFrame, faults: Faults) -> None:
    west, south, east, north = layer.total_bounds
    if layer.crs is None:
        faults.add(
            found=Message('"no CRS"'),
            expected=Message("one: add the .prj file of a shapefile, or save the layer again with its CRS set"),
        )
        return
    values = {"east": f"{east:.4f}", "north": f"{north:.4f}", "crs": shown(layer.crs.name)}
    found = Message("coordinates up to {east} {north} in {crs}", **values)
    if not layer.crs.is_geographic and max(abs(west), abs(east), abs(south), abs(north)) <= _MOST_DEGREES:
        faults.add(found=found, expected=Message("metres: these look like degrees, so the CRS is wrong"))
    elif layer.crs.is_geographic and not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        faults.add(found=found, expected=Message("degrees: these look like metres, so the CRS is wrong"))


def _as_lines(layer: gpd.GeoDataFrame, known: LineRows, name: str) -> Lines:
    lonlat = lonlat_of(layer.geometry, name)
    line = np.repeat(np.arange(len(layer)), shapely.get_num_coordinates(layer.geometry.to_numpy()))
    _, vertex = np.unique(lonlat.round(9), axis=0, return_inverse=True)  # a tenth of a millimetre
    cuts = np.flatnonzero(np.diff(line)) + 1
    vertices, places = np.split(vertex.ravel().astype(np.int64), cuts), np.split(lonlat, cuts)
    against = {} if known.against.equals(known.rows) else dict(enumerate(known.against.to_dict("records")))
    return Lines(known.rows.to_dict("records"), vertices, places, against)
