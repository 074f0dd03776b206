"""Layers of lines: the main roads, the flows on them, and the lorries."""

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.maps import symbols
from coopgeo.maps.basemap import main_roads
from coopgeo.maps.classes import class_words, ranges
from coopgeo.maps.page_layer import PageLayer, Scene

_SIMPLIFY_M = 10.0


def road_layer(scene: Scene) -> PageLayer:
    """Main roads, a line a class."""
    drawn = main_roads(scene.outcome.roads)
    names = {style: scene.text(f"highway.{name}") for name, style in symbols.ROAD_CLASSES.items()}
    shapes = gpd.GeoSeries(pd.concat([lines.simplify(_SIMPLIFY_M) for lines, _ in drawn], ignore_index=True))
    rows = pd.DataFrame(
        {
            "road": [names[style] for _, style in drawn],
            "length_km": [float(lines.length.sum()) / 1000 for lines, _ in drawn],
        }
    )
    styles = [{"color": colour, "weight": width, "opacity": 0.8} for _, (colour, width) in drawn]
    legend = [(symbols.stroke(colour, max(width, 1.2)), names[colour, width]) for _, (colour, width) in reversed(drawn)]
    return PageLayer("roads", "landmarks", "ground", rows, shapes, styles, legend)


def flow_layer(scene: Scene, stage: str) -> PageLayer:
    """Tonnes of a stage on each road."""
    used = scene.outcome.roads_used
    used = used[used[f"{stage}_t"] > 0]
    most = float(scene.outcome.road_loads["tonnes"].max())
    colour, dash = symbols.STAGES[stage]
    rows = pd.DataFrame(used).assign(road=scene.road_names(used))[["road", *_tonnes(used), "lorries_day"]]
    styles = [
        {"color": colour, "weight": symbols.flow_width(tonnes, most), "opacity": 0.8, "dashArray": dash}
        for tonnes in used[f"{stage}_t"]
    ]
    legend = [(symbols.stroke(colour, 6, dash and "8 4"), scene.text(f"stage.{stage}"))]
    return PageLayer(stage, "lorries", "lines", rows, used.geometry, styles, legend)


def _tonnes(used: gpd.GeoDataFrame) -> list[str]:
    """The columns of tonnes; those of straight deliveries where there are any."""
    return ["inbound_t", "outbound_t", *(["direct_t"] if used["direct_t"].any() else [])]


def lorry_layer(scene: Scene) -> PageLayer:
    """Lorries a day on each road, loaded and empty."""
    used, text = scene.outcome.roads_used, scene.text
    columns = ["road", "lorries_day", "lorries_year", *_tonnes(used)]
    rows = pd.DataFrame(used).assign(road=scene.road_names(used))[columns]
    lines = [
        {"color": colour, "weight": width, "opacity": 0.9, "dashArray": dash} for colour, width, dash in symbols.LORRIES
    ]
    styles = [lines[at] for at in np.digitize(used["lorries_day"], symbols.LORRY_BREAKS)]
    words = [class_words(low, high, text, text.number) for low, high in ranges(symbols.LORRY_BREAKS)]
    legend = [
        (symbols.stroke(*line), text("legend.a_day", count=word))
        for line, word in zip(symbols.LORRIES, words, strict=True)
    ]
    return PageLayer("lorries", "lorries", "lines", rows, used.geometry, styles, legend, shown=False)
