"""Layers for a GIS: one GeoPackage with the styles that QGIS opens them in, and the same as GeoParquet."""

from pathlib import Path

import geopandas as gpd

from coopgeo.exports.notes import notes_of, with_free_names
from coopgeo.exports.qgis_styles import STYLES, layer_styles
from coopgeo.maps.page_areas import FOREST, counts_forest
from coopgeo.maps.symbols import places_of
from coopgeo.plan.local_effects import available_goods
from coopgeo.plan.outcome import Outcome
from coopgeo.roads.geopackage import write_geopackage
from coopgeo.text import Text

LAYERS = (
    "platforms",
    "collection_points",
    "catchments",
    "customers",
    "flows",
    "road_loads",
    "candidate_sites",
    "communes",
)
_NOTED = {  # the table that the notes of a layer stand in
    "platforms": "candidate_sites",
    "collection_points": "collection_points",
    "customers": "customers",
    "candidate_sites": "candidate_sites",
    "communes": "communes",
}


def output_layers(outcome: Outcome) -> dict[str, gpd.GeoDataFrame]:
    """The layers of the outcome, for a GIS.

    Returns
    -------
    dict of str to GeoDataFrame
        By name, in the order of `LAYERS`, in the CRS of the study; ids are columns. Columns that a planner keeps for
        notes stand behind those of coopgeo; one whose name is taken has `_note` behind it.
    """
    communes = outcome.study.territory.drop(columns="chef_lieu")
    if not counts_forest(outcome.chain):
        communes = communes.drop(columns=list(communes.filter(like=FOREST)))
    communes["available_kept_t"] = available_goods(outcome)["kept_t"]
    judged = outcome.site_scores[["score", "excluded"]]
    own = {"candidate_sites": outcome.chain.candidate_sites.join(judged), "communes": communes}
    frames = own | {name: getattr(outcome, name) for name in LAYERS if name not in own}
    named = ("platforms", "collection_points", "catchments", "customers", "candidate_sites")
    for name, table in _NOTED.items():
        taken = [*frames[name].columns, frames[name].index.name or "", "id"]
        frames[name] = frames[name].join(with_free_names(notes_of(outcome, table), taken))
    ids = {**dict.fromkeys(named, "id"), "communes": "insee"}
    return {n: frames[n].rename_axis(ids[n]).reset_index() if n in ids else frames[n] for n in LAYERS}


def write_layers(outcome: Outcome, path: Path, text: Text) -> None:
    """Write the layers as a GeoPackage with the styles that QGIS opens them in, dated with the date of the study."""
    layers, date = output_layers(outcome), outcome.study.settings.date
    styles = layer_styles(layers, text, places_of(outcome.study.kinds), date=date)
    write_geopackage(layers, path, date=date, tables={STYLES: styles})


def write_geoparquet(outcome: Outcome, folder: Path) -> None:
    """Write the layers as GeoParquet, a file each."""
    folder.mkdir()
    for name, layer in output_layers(outcome).items():
        layer.to_parquet(folder / f"{name}.parquet", index=False)
