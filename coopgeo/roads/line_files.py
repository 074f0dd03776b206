"""Open a vector file of roads: which of its layers, in which encoding, and whether it can be used at all."""

import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj

from coopgeo.errors import InputError, Message
from coopgeo.roads.limits import shown

_PARQUET = (".parquet", ".geoparquet")
_WHOLE = Message("a whole vector file (.gpkg, .shp with its .dbf and .shx, .parquet)")


def open_layer(path: Path, layer: str | None) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """The layer of a file that holds lines, its texts decoded, and what was odd about them.

    Parameters
    ----------
    path : Path
    layer : str, optional
        Which one; by default the only one that holds lines, or that is called edges.

    Raises
    ------
    InputError
        If the file cannot be read, or has several layers of lines.
    """
    try:
        if path.suffix.lower() in _PARQUET:
            return normal(gpd.read_parquet(path)), []
        name = _layer_name(path, layer)
        lines, odd = _decoded(path, name)
    except InputError:
        raise
    except UnboundLocalError:  # of pyogrio, where the words of a .prj are no UTF-8
        raise _unusable(path, Message("a CRS that cannot be used ({error})", error=".prj")) from None
    except pyproj.exceptions.ProjError as error:
        raise _unusable(path, Message("a CRS that cannot be used ({error})", error=shown(error))) from None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise _unusable(path, shown(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise _unusable(path, Message("no geometry that can be read ({error})", error=shown(error))) from None
    if not isinstance(lines, gpd.GeoDataFrame):
        raise _unusable(path, Message("no geometry"))
    return normal(lines), odd


def existing(path: Path) -> Path:
    """The same path, or that of a file of the folder whose name differs in case or Unicode form only."""
    if path.exists() or not path.parent.is_dir():
        return path
    alike = (other for other in sorted(path.parent.iterdir()) if _plain_name(other) == _plain_name(path))
    return next(alike, path)


def _plain_name(path: Path) -> str:
    return unicodedata.normalize("NFC", path.name).casefold()


def _unusable(path: Path, found: str) -> InputError:
    return InputError(Message("{path}: found {found}; expected {whole}", path=str(path), found=found, whole=_WHOLE))


def normal(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same lines with a column `geometry`, the names of columns as texts in one form of Unicode."""
    if lines.active_geometry_name != "geometry":
        lines = lines.drop(columns="geometry", errors="ignore").rename_geometry("geometry")
    names = [unicodedata.normalize("NFC", str(name)) for name in lines.columns]
    lines = lines.set_axis(names, axis=1)
    return lines.loc[:, ~lines.columns.duplicated()]


def _layer_name(path: Path, name: str | None) -> str:
    """The layer that is asked for, or the only one that holds lines."""
    layers = [(str(layer), str(kind)) for layer, kind in pyogrio.list_layers(path)]
    if name is not None and name not in dict(layers):
        raise InputError(
            Message(
                '{path}: found no layer "{name}"; expected one of {layers}',
                path=str(path),
                name=name,
                layers=list(dict(layers)),
            )
        )
    lines = [layer for layer, kind in layers if "Line" in kind] or [layer for layer, _ in layers]
    if not lines:
        raise _unusable(path, Message("no layer"))
    if name is None and len(lines) > 1:
        raise InputError(
            Message(
                '{path}: found the layers {layers}; expected one: say layer = "{first}" at the head of the TOML file',
                path=str(path),
                layers=lines,
                first=lines[0],
            )
        )
    return name or lines[0]


def _decoded(path: Path, layer: str) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """A layer in the encoding that its bytes are in, whatever its .cpg says.

    Texts that are valid UTF-8 are UTF-8: no text in another encoding is by chance.
    """
    shapefile = path.suffix.lower() in (".shp", ".dbf")
    for encoding in ["UTF-8", None] if shapefile else [None]:
        try:
            return gpd.read_file(path, layer=layer, encoding=encoding), []
        except UnicodeDecodeError:
            continue
    lines = gpd.read_file(path, layer=layer, encoding="ISO-8859-1")  # which gives each byte as it is
    lines = lines.set_axis([_text(name) for name in lines.columns], axis=1)
    for name, column in lines.items():
        if pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column):
            lines[name] = column.map(_text, na_action="ignore")
    odd = Message(
        "the texts of {file} are not in the encoding that it names (a wrong .cpg): they are read as Windows-1252",
        file=path.name,
    )
    return lines, [odd]


def _text(value: object) -> object:
    """A text whose bytes were read as Latin-1: UTF-8 where it is valid, else Windows-1252."""
    if not isinstance(value, str):
        return value
    raw = value.encode("latin-1", errors="replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value
