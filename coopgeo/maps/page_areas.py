"""Layers of areas: communes, the wood and forest in them, catchments and bands of minutes."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.maps import symbols
from coopgeo.maps.classes import class_words, inner_breaks, ranges
from coopgeo.maps.page_layer import PageLayer, Scene
from coopgeo.maps.shapes import SIMPLIFY_M
from coopgeo.plan.local_effects import available_goods, commune_effects

_BAND_SIMPLIFY_M = 60.0
_BORDER = {"color": "#8b938d", "weight": 0.8}


def commune_layer(scene: Scene) -> PageLayer:
    """What changes for each commune; shows nothing until a commune is pointed at or sought."""
    effects = commune_effects(scene.outcome)
    names = {
        "population": "inhabitants",
        "minutes": "max_minutes",
        "name": "commune",
        "available_kept_t": "left_kept_t",
        "ref": "road",
    }
    rows = effects.assign(ref=scene.road_names(effects)).drop(columns="highway").rename(columns=names)
    styles = [{"fillOpacity": 0, **_BORDER}] * len(rows)
    return PageLayer("communes", "landmarks", "areas", rows, scene.ground.loc[rows.index], styles)


def available_layer(scene: Scene) -> PageLayer:
    """Wood that is left for the chain, per square kilometre of each commune."""
    rows = available_goods(scene.outcome).rename(columns={"kept_t": "left_kept_t"})
    breaks = inner_breaks(rows["kept_t_km2"], digits=1)
    return _classed(
        scene, "available", rows, rows["kept_t_km2"], breaks, lambda value: scene.text.number(value, 1), shown=True
    )


def forest_layer(scene: Scene) -> PageLayer:
    """Share of forest of each commune."""
    communes = scene.outcome.study.territory
    hectares = communes.filter(like="forest_").sum(axis=1)
    share = (hectares / communes["area_ha"]).clip(upper=1)
    rows = pd.DataFrame({"commune": communes["name"], "forest_ha": hectares, "forest_percent": 100 * share})
    return _classed(scene, "forest", rows, share, symbols.FOREST_BREAKS, scene.text.percent, shown=False)


def catchment_layer(scene: Scene, kind: str) -> PageLayer:
    """The catchments of the points of a kind."""
    areas = scene.outcome.catchments.query("kind == @kind").dropna(subset="geometry")
    figures = ["communes", "inhabitants", "tonnes", "mean_minutes", "max_minutes"]
    rows = areas[figures].assign(name=scene.outcome.collection_points["name"])[["name", *figures]]
    shades = [f"p-catchment-{at % len(symbols.CATCHMENTS)}" for at in range(len(rows))]
    shapes = gpd.GeoSeries(areas.geometry.simplify_coverage(SIMPLIFY_M), crs=areas.crs)
    legend = [(symbols.swatch(shade), str(name)) for shade, name in zip(shades, rows["name"], strict=True)]
    styles = [{**_fill(shade), "fillOpacity": 0.65, "color": symbols.INK, "weight": 1.5} for shade in shades]
    return PageLayer(f"catchments_{kind}", "areas", "areas", pd.DataFrame(rows), shapes, styles, legend, shown=False)


def band_layer(scene: Scene, kind: str) -> PageLayer:
    """Ground by the minutes to the nearest point of a kind."""
    text, bands = scene.text, scene.outcome.bands
    bands = bands.query("kind == @kind and not geometry.is_empty").sort_values("minutes")
    words = [text("legend.minutes", minutes=text.number(minutes)) for minutes in bands["minutes"]]
    rows = pd.DataFrame({"band": words, "area_ha": bands.area / 10_000}, index=bands.index)
    legend = [(symbols.swatch(f"p-bands-{at}"), word) for at, word in enumerate(words)]
    styles = [{**_fill(f"p-bands-{at}"), "weight": 0} for at in range(len(bands))]
    shapes = bands.geometry.simplify(_BAND_SIMPLIFY_M)
    return PageLayer(f"bands_{kind}", "areas", "areas", rows, shapes, styles, legend, shown=False)


def _classed(
    scene: Scene,
    name: str,
    rows: pd.DataFrame,
    values: pd.Series,
    breaks: tuple[float, ...],
    number: Callable[[float], str],
    *,
    shown: bool,
) -> PageLayer:
    """Communes by the class of a value."""
    styles = [_fill(f"p-{name}-{at}") for at in np.digitize(values, breaks)]
    legend = [
        (symbols.swatch(f"p-{name}-{at}"), class_words(low, high, scene.text, number))
        for at, (low, high) in enumerate(ranges(breaks))
    ]
    return PageLayer(name, "areas", "areas", rows, scene.ground.loc[rows.index], styles, legend, shown=shown)


def _fill(pattern: str) -> dict[str, Any]:
    return {"fillColor": f"url(#{pattern})", "fillOpacity": 0.8, **_BORDER}
