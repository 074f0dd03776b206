"""The rivers of a study, `barriers` of `study.toml`: lines or surfaces that roads pass by bridges and ferries alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message
from coopgeo.roads.barriers import MOUTHS, course
from coopgeo.study.boundaries import BOUNDARIES, Frame
from coopgeo.study.geojson import WGS84, Layer, mended, parts_of, read_layer

_AROUND_M = 20_000.0
_COLUMNS = ("name", "of_fr", "of_en", "mouth")


def river_files(folder: Path, named: Sequence[str] | None, faults: Faults) -> list[str]:
    """The files of rivers that `barriers` of `study.toml` names, from the study folder; what cannot be is noted."""
    if named is None:
        named = []
        others = [path.name for path in sorted((folder / "territory").glob("*.geojson")) if path != folder / BOUNDARIES]
        if others:
            found = Message("no entry, and {files} in territory/", files=others)
            such = [f"territory/{name}" for name in others]
            expected = Message("the files of rivers, barriers = {such}, or barriers = [] for none", such=str(such))
            faults.add(column="study.toml: barriers", found=found, expected=expected)
    files = []
    for name in dict.fromkeys(named):
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or path.suffix.lower() not in (".geojson", ".json"):
            expected = Message("GeoJSON files in the study folder, such as territory/river.geojson")
            faults.add(column="study.toml: barriers", found=name, expected=expected)
        elif str(path) == BOUNDARIES:
            faults.add(column="study.toml: barriers", found=name, expected=Message("the files of rivers"))
        else:
            files.append(str(path))
    return files


def read_rivers(path: Path, name: str, crs: str, frame: Frame, faults: Faults) -> gpd.GeoDataFrame | None:
    """Read the rivers of one file.

    Parameters
    ----------
    path : Path
        GeoJSON of lines and polygons. Properties, none of which is needed: `name`, features of one name are one river;
        `of_fr` and `of_en`, the words for what is its own ("du Rhône", "of the Rhône"); `mouth` (west, east, south,
        north), where its banks stay apart beyond what is drawn.
    name : str
        What the river is called if the file does not say.
    crs : str
        Metric CRS of the study.
    frame : tuple of float
        West, south, east, north of the study, degrees.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    GeoDataFrame or None
        One row a feature, in the metric CRS: `name`, `of_fr`, `of_en`, `mouth` ("" if the file does not say),
        `geometry`.
        None if it cannot be trusted.
    """
    before = len(faults)
    layer = read_layer(path, faults)
    if layer is None:
        return None
    rows = []
    for feature in layer.features:
        said = {column: str(feature.value_of(column) or "").strip() for column in _COLUMNS}
        if said["mouth"] and said["mouth"] not in MOUTHS:
            expected = Message("one of {known}, or no mouth", known=list(MOUTHS))
            faults.add(column="mouth", found=said["mouth"], expected=expected)
        rows.append({**said, "name": said["name"] or name})
    shapes = [_drawn(feature.geometry) for feature in layer.features]
    for feature, shape in zip(layer.features, shapes, strict=True):
        if shape.is_empty:
            found = Message("{feature}, a {kind}", feature=feature.label, kind=feature.geometry.geom_type)
            faults.add(found=found, expected=Message("a line or a surface; delete the feature, or draw the river"))
    _check_frame(layer, frame, faults)
    projected = layer.projected(shapes, crs).to_numpy()
    for feature, shape in zip(layer.features, projected, strict=True):
        if not np.isfinite(shapely.get_coordinates(shape)).all():
            expected = Message("the river in the area of the study; cut off what lies far from it")
            faults.add(found=Message("{feature}, far from the frame", feature=feature.label), expected=expected)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=projected, crs=crs) if len(faults) == before else None


def together(layers: Iterable[gpd.GeoDataFrame | None], crs: str) -> gpd.GeoDataFrame:
    """The features of all files that could be read."""
    read = [layer for layer in layers if layer is not None]
    return pd.concat(read, ignore_index=True) if read else gpd.GeoDataFrame(columns=_COLUMNS, geometry=[], crs=crs)


def _near(shapes: NDArray[Any], ground: Floats) -> NDArray[Any]:
    """Lines, and surfaces as far as they lie near the study: to find the middle of what lies beyond takes time."""
    is_surface = shapely.get_dimensions(shapes) == 2
    near = shapely.get_parts(shapely.clip_by_rect(shapes[is_surface], *ground))
    return np.concatenate([shapes[~is_surface], near])


def _drawn(shape: shapely.Geometry) -> shapely.Geometry:
    """The lines and surfaces of a geometry; as it is where it is one of them."""
    if isinstance(shape, shapely.LineString) or (isinstance(shape, shapely.Polygon) and shape.is_valid):
        return shape if shape.length > 0 else shapely.LineString()
    parts = parts_of(shape)
    lines = [part for part in parts if isinstance(part, shapely.LineString) and part.length > 0]
    return shapely.union_all([*lines, *mended([part for part in parts if isinstance(part, shapely.Polygon)])])


def _check_frame(layer: Layer, frame: Frame, faults: Faults) -> None:
    """Some feature at least lies in the frame of the study."""
    west, south, east, north = frame
    boxes = np.array([(*xy.min(axis=0), *xy.max(axis=0)) for xy in layer.lonlat()])

    def meet(w: int, s: int, e: int, n: int) -> bool:
        lon, lat = (boxes[:, w] <= east) & (boxes[:, e] >= west), (boxes[:, s] <= north) & (boxes[:, n] >= south)
        return bool((lon & lat).any())

    if meet(0, 1, 2, 3):
        return
    x, y = boxes[0, :2]
    expected = Message("a river in the frame of study.toml, {frame}", frame=[f"{side:g}" for side in frame])
    hint = Message("; longitude and latitude look swapped")
    found = Message("a river at {x}, {y}", x=f"{x:g}", y=f"{y:g}")
    faults.add(
        found=found, expected=Message("{expected}{hint}", expected=expected, hint=hint if meet(1, 0, 3, 2) else "")
    )


def rivers_of(features: gpd.GeoDataFrame, frame: Frame) -> gpd.GeoDataFrame:
    """The rivers of a study from the features of its files, in its metric CRS.

    Parameters
    ----------
    features : GeoDataFrame
        As `read_rivers` gives them.
    frame : tuple of float
        West, south, east, north of the study, degrees.

    Returns
    -------
    GeoDataFrame
        Indexed by name; `of_fr`, `of_en` as the first feature that says so, `geometry` as drawn, `course` the line that
        roads may not pass (see `roads.barriers`); without a row where no file is named.
    """
    rows: dict[str, dict[str, object]] = {}
    ground = gpd.GeoSeries([shapely.box(*frame)], crs=WGS84).to_crs(features.crs).buffer(_AROUND_M).total_bounds
    for name, parts in features.groupby("name", sort=False):
        said = {column: next(filter(None, parts[column]), "") for column in _COLUMNS[1:]}
        shapes = np.array([piece for shape in parts["geometry"] for piece in parts_of(shape)], dtype=object)
        rows[str(name)] = {
            **said,
            "geometry": shapely.union_all(shapes),
            "course": course(_near(shapes, ground), said["mouth"]),
        }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["of_fr", "of_en", "geometry", "course"])
    rivers = gpd.GeoDataFrame(table.rename_axis("name"), geometry="geometry", crs=features.crs)
    return rivers.assign(course=gpd.GeoSeries(rivers["course"], crs=features.crs))
