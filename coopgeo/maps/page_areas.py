"""Layers of areas: communes, what is left for the chain and the forest in them, catchments and bands of minutes."""

import itertools
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.maps import symbols
from coopgeo.maps.classes import class_words, density_breaks, ranges
from coopgeo.maps.page_layer import PageLayer, Scene
from coopgeo.maps.shapes import SIMPLIFY_M
from coopgeo.plan.local_effects import available_goods, commune_effects
from coopgeo.study import Chain

_BAND_SIMPLIFY_M = 60.0
FOREST = "forest_"  # how columns of communes begin that are hectares of it
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
    """What is left for the chain, per square kilometre of each commune."""
    rows = available_goods(scene.outcome).rename(columns={"kept_t": "left_kept_t"})
    breaks, digits = density_breaks(rows["kept_t_km2"])
    return _classed(
        scene, "available", rows, rows["kept_t_km2"], breaks, lambda value: scene.text.number(value, digits), shown=True
    )


def forest_layer(scene: Scene) -> PageLayer:
    """Share of forest of each commune."""
    communes = scene.outcome.study.territory
    hectares = communes.filter(like=FOREST).sum(axis=1)
    share = (hectares / communes["area_ha"]).clip(upper=1)
    rows = pd.DataFrame({"commune": communes["name"], "forest_ha": hectares, "forest_percent": 100 * share})
    return _classed(scene, "forest", rows, share, symbols.FOREST_BREAKS, scene.text.percent, shown=False)


def catchment_layer(scene: Scene, kind: str) -> PageLayer:
    """The catchments of the points of a kind."""
    areas = scene.outcome.catchments.query("kind == @kind").assign(name=scene.outcome.collection_points["name"])
    if any(product.spreads for product in scene.outcome.chain.settings.products.values()):
        areas = _by_commune(scene, areas)
    areas = areas.dropna(subset="geometry")
    rows = areas[["name", "communes", "inhabitants", "tonnes", "mean_minutes", "max_minutes"]]
    shades = [f"p-catchment-{at % len(symbols.CATCHMENTS)}" for at in range(len(rows))]
    shapes = gpd.GeoSeries(areas.geometry.simplify_coverage(SIMPLIFY_M), crs=areas.crs)
    legend = [(symbols.swatch(shade), str(name)) for shade, name in zip(shades, rows["name"], strict=True)]
    styles = [{**_fill(shade), "fillOpacity": 0.65, "color": symbols.INK, "weight": 1.5} for shade in shades]
    name = _kind_name(scene, "catchments", kind)
    rows = pd.DataFrame(rows)
    return PageLayer(f"catchments_{kind}", "areas", "areas", rows, shapes, styles, legend, shown=False, name=name)


def _by_commune(scene: Scene, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The catchments of points among which communes share their goods, those of a commune together."""
    outcome = scene.outcome
    communes, points = outcome.study.communes, outcome.collection_points
    at = points["insee"].reindex(areas.index).rename("at")
    if not at.duplicated().any():
        return areas
    sent = outcome.origins[outcome.origins["point"].isin(areas.index)]
    sent = sent.assign(at=sent["point"].map(at)).drop_duplicates(["at", "insee"])
    sent = sent.assign(people=sent["insee"].map(communes["population"]))
    spent = (areas["mean_minutes"] * areas["kept_t"]).groupby(at).sum()
    groups = areas.groupby(at)
    counts = groups.size()
    names = [
        scene.text("map.points", commune=communes["name"][insee], count=scene.text.number(count)) if count > 1 else name
        for insee, count, name in zip(counts.index, counts, groups["name"].first(), strict=True)
    ]
    table = pd.DataFrame(
        {
            "name": names,
            "communes": sent.groupby("at")["insee"].nunique(),
            "inhabitants": sent.groupby("at")["people"].sum(),
            "tonnes": groups["tonnes"].sum(),
            "mean_minutes": spent / groups["kept_t"].sum(),
            "max_minutes": groups["max_minutes"].max(),
        }
    )
    shapes = areas[["geometry"]].assign(at=at).dropna(subset="geometry").dissolve("at").geometry
    return gpd.GeoDataFrame(table, geometry=shapes.reindex(table.index), crs=areas.crs)


def band_layer(scene: Scene, kind: str) -> PageLayer:
    """Ground by the minutes to the nearest point of a kind."""
    text, bands = scene.text, scene.outcome.bands
    bands = bands.query("kind == @kind and not geometry.is_empty").sort_values("minutes")
    ends = [text.number(minutes) for minutes in bands["minutes"]]
    words = [text("legend.minutes", minutes=end) for end in ends[:1]]
    words += [text("legend.minutes_between", low=low, minutes=end) for low, end in itertools.pairwise(ends)]
    rows = pd.DataFrame({"band": words, "area_ha": bands.area / 10_000}, index=bands.index)
    legend = [(symbols.swatch(f"p-bands-{at}"), word) for at, word in enumerate(words)]
    styles = [{**_fill(f"p-bands-{at}"), "weight": 0} for at in range(len(bands))]
    shapes = bands.geometry.simplify(_BAND_SIMPLIFY_M)
    name = _kind_name(scene, "bands", kind)
    return PageLayer(f"bands_{kind}", "areas", "areas", rows, shapes, styles, legend, shown=False, name=name)


def _kind_name(scene: Scene, layer: str, kind: str) -> str:
    """Name of a layer of a kind of collection point: words of its own, or the name of the kind."""
    text, own = scene.text, f"layer.{layer}_{kind}"
    return text(own) if own in text else text(f"layer.{layer}", kind=text(f"kind.{kind}"))


def counts_forest(chain: Chain) -> bool:
    """Whether a chain counts anything from forests."""
    return any(product.basis.startswith(FOREST) for product in chain.settings.products.values())


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
