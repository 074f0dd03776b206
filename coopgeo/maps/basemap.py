"""What every map stands on: the roads that it shows, the names that it writes, its corners."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.maps import symbols
from coopgeo.maps.shapes import DECIMALS
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study

_NAMED_INSIDE, _NAMED_OUTSIDE = 2_000, 8_000  # inhabitants from which a commune is named on the map
_NAMES_APART_M = 3_500.0


def main_roads(roads: RoadNetwork) -> list[tuple[gpd.GeoSeries, tuple[str, float]]]:
    """The roads of each class that a map shows, smallest first, as one line, with colour and width (px)."""
    ends = roads.edges[["u", "v"]].astype(str)
    is_other_side = (ends["u"] > ends["v"]) & pd.MultiIndex.from_frame(ends).isin(
        pd.MultiIndex.from_frame(ends[["v", "u"]])
    )
    edges = roads.edges[~is_other_side]  # a road that is open one way only has one edge
    highway = edges["highway"].str.removesuffix("_link")
    classes = [(edges.geometry[highway == name], style) for name, style in reversed(symbols.ROAD_CLASSES.items())]
    return [
        (gpd.GeoSeries([shapely.line_merge(shapely.multilinestrings(some.to_list()))], crs=edges.crs), style)
        for some, style in classes
        if len(some)
    ]


def drawn_rivers(study: Study) -> gpd.GeoSeries:
    """The rivers of a study as its files draw them: lines and surfaces, one a row."""
    return study.rivers.geometry.explode(ignore_index=True)


def named_communes(study: Study) -> list[tuple[list[float], str]]:
    """Where (latitude, longitude) to name the largest communes, thinned so that none hides another."""
    largest = study.communes.sort_values("population", ascending=False, kind="stable")
    inside = largest.index.isin(study.territory.index)
    named = largest[largest["population"] >= np.where(inside, _NAMED_INSIDE, _NAMED_OUTSIDE)]
    placed: dict[str, shapely.Point] = {}
    for name, place in zip(named["name"], named["chef_lieu"], strict=True):
        if all(place.distance(other) > _NAMES_APART_M for other in placed.values()):
            placed[str(name)] = place
    at = gpd.GeoSeries(placed.values(), crs=study.communes.crs).to_crs("EPSG:4326")
    return [
        ([round(place.y, DECIMALS), round(place.x, DECIMALS)], name) for name, place in zip(placed, at, strict=True)
    ]


def corners(shown: gpd.GeoSeries) -> list[list[float]]:
    """South-west and north-east of some shapes, as latitudes and longitudes."""
    west, south, east, north = (round(float(side), DECIMALS) for side in shown.to_crs("EPSG:4326").total_bounds)
    return [[south, west], [north, east]]
