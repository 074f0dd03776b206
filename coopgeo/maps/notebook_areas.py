"""Coloured areas on the map of a notebook, with a legend inside it; nothing is asked of any network."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from markupsafe import escape

from coopgeo.maps import symbols
from coopgeo.maps.classes import class_words, ranges
from coopgeo.maps.notebook_map import RIVER, add_legend, add_shapes, ground_map, inert
from coopgeo.maps.symbols import stroke, symbol
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study
from coopgeo.text import Text

_OUTLINE = {"color": "#555", "weight": 0.7, "fillOpacity": 0.72}
_GREY = "#b9b9b9"


def shaded_map(
    study: Study,
    roads: RoadNetwork,
    values: pd.Series,
    title: str,
    *,
    breaks: Sequence[float],
    colours: Sequence[str],
    number: Callable[[float], str],
    facts: pd.DataFrame | None = None,
    missing: str = "",
    text: Text | None = None,
    height: str = "480px",
) -> folium.Map:
    """The communes of the territory, coloured by a value in classes, over the map of the ground.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    values : Series
        By INSEE code.
    title : str
        Of the legend: what the value is, with its unit.
    breaks : sequence of float
        Where each class but the first begins.
    colours : sequence of str
        One a class, the least first.
    number : callable
        Writes a limit of a class, and a value.
    facts : DataFrame, optional
        By INSEE code: what the label of a commune says besides, in words, by heading.
    missing : str
        What the legend and the label say where there is no value, or none that is finite.
    text : Text, optional
        Language; French by default.
    height : str
        CSS height.
    """
    text = text or Text("fr")
    communes = study.territory
    of_commune = values.reindex(communes.index)
    finite = np.isfinite(of_commune.to_numpy(float))
    at = np.searchsorted(np.asarray(breaks, dtype=float), of_commune.to_numpy(float), side="right")
    fills = [colours[min(c, len(colours) - 1)] if known else _GREY for c, known in zip(at, finite, strict=True)]
    labels = []
    for (insee, name), value, known in zip(communes["name"].items(), of_commune, finite, strict=True):
        lines = [(title, number(value) if known else missing)]
        lines += [] if facts is None else [(str(key), str(word)) for key, word in facts.loc[insee].items()]
        labels.append(_label(str(name), lines))
    chart = ground_map(study, roads, height=height)
    add_shapes(chart, communes.geometry, fills, labels, **_OUTLINE)
    entries = [
        (_box(colour), class_words(low, high, text, number))
        for colour, (low, high) in zip(colours, ranges(tuple(breaks)), strict=False)
    ]
    if missing and not finite.all():
        entries.append((_box(_GREY), missing))
    add_legend(chart, title, entries)
    return chart


def areas_map(
    study: Study,
    roads: RoadNetwork,
    areas: gpd.GeoDataFrame,
    title: str,
    *,
    facts: pd.DataFrame | None = None,
    colours: Sequence[str] | None = None,
) -> folium.Map:
    """Named areas, each in its colour; catchments bear the number that the legend names them by.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    areas : GeoDataFrame
        `name` and geometry, one row an area.
    title : str
        Of the legend.
    facts : DataFrame, optional
        Row by row: what the label says besides, in words, by heading.
    colours : sequence of str, optional
        One an area, where their order says what they are; by default those of catchments, told apart by numbers too.
    """
    names = list(areas["name"].astype(str))
    lines = (
        [[(str(key), str(word)) for key, word in row.items()] for _, row in facts.iterrows()]
        if facts is not None
        else [[]] * len(names)
    )
    fills = list(colours or [symbols.CATCHMENTS[at % len(symbols.CATCHMENTS)] for at in range(len(areas))])
    chart = ground_map(study, roads)
    labels = [_label(name, its) for name, its in zip(names, lines, strict=True)]
    add_shapes(chart, areas.geometry, fills, labels, color="#333", weight=1.6, fillOpacity=0.55)
    marks = [""] * len(names) if colours else [f'<b class="number">{at}</b>' for at in range(1, len(names) + 1)]
    for mark, middle in zip(marks, areas.geometry.representative_point().to_crs("EPSG:4326"), strict=True):
        if mark:
            _write(chart, middle, mark)
    add_legend(chart, title, [(_box(fill) + mark, name) for fill, mark, name in zip(fills, marks, names, strict=True)])
    return chart


def roads_map(study: Study, roads: RoadNetwork, text: Text | None = None, *, height: str = "520px") -> folium.Map:
    """The roads by class, the river, the largest communes and the crossings, each with its name and its mark.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    text : Text, optional
        Language; French by default.
    height : str
        CSS height.
    """
    text = text or Text("fr")
    chart = ground_map(study, roads, height=height)
    crossings = roads.edges[roads.edges["crossing"] != ""].drop_duplicates("crossing")
    kinds = ["ferry" if highway == "ferry" else "bridge" for highway in crossings["highway"]]
    middles = crossings.geometry.interpolate(0.5, normalized=True).to_crs("EPSG:4326")
    for middle, kind, name in zip(middles, kinds, crossings["name"].astype(str), strict=True):
        label = _label(name, [(text("column.kind"), text(f"legend.{kind}"))])
        _write(chart, middle, symbol(kind, 20), label)
    present = {highway.removesuffix("_link") for highway in roads.edges["highway"]}
    entries = [
        (stroke(colour, width), text(f"highway.{highway}"))
        for highway, (colour, width) in symbols.ROAD_CLASSES.items()
        if highway in present
    ]
    entries += [
        (stroke(RIVER, 6), text("legend.river")),
        (stroke(symbols.INK, 2.2, "7 4"), text("legend.territory")),
    ]
    entries += [(symbol(kind, 18), text(f"legend.{kind}")) for kind in ("bridge", "ferry") if kind in kinds]
    add_legend(chart, text("layer.roads"), entries)
    return chart


def _box(colour: str) -> str:
    return f'<span class="box" style="background:{colour}"></span>'


def _label(name: str, lines: Sequence[tuple[str, str]]) -> str:
    """What a place says when it is pointed at."""
    rows = "".join(f"<tr><td>{escape(key)}</td><th>{escape(word)}</th></tr>" for key, word in lines)
    return f"<b>{escape(name)}</b><table>{rows}</table>"


def _write(chart: folium.Map, point: Any, words: str, label: str = "") -> None:
    """Put a mark at a point."""
    options: Mapping[str, Any] = {"interactive": bool(label), "keyboard": False}
    tooltip = folium.Tooltip(inert(label, escaped=True)) if label else None
    mark = folium.DivIcon(html=inert(words, escaped=True), icon_size=(20, 20), icon_anchor=(10, 10), class_name="mark")
    folium.Marker([point.y, point.x], icon=mark, tooltip=tooltip, **options).add_to(chart)
