"""Write layers as a GeoPackage that has the same bytes for the same content."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio


def write_geopackage(
    layers: Mapping[str, gpd.GeoDataFrame], path: Path, *, date: str, tables: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Write layers by name, and tables without geometry, with a given date (ISO) instead of the clock's.

    SQLite does not wait for the disk after each layer: a file that is not finished is of no use to anybody.
    """
    options = {"OGR_CURRENT_DATE": f"{date}T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    pyogrio.set_gdal_config_options(options)
    try:
        for name, layer in layers.items():
            pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG")
        for name, table in (tables or {}).items():
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", layer_options={"FID": "id"})
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))
