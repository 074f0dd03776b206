"""A folium map of land, water, roads and names, for notebooks to draw on; it needs no internet."""

from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from markupsafe import escape

from coopgeo.maps import symbols
from coopgeo.maps.basemap import corners, main_roads, named_communes
from coopgeo.maps.leaflet import addresses
from coopgeo.maps.shapes import DECIMALS, SIMPLIFY_M
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study

_LIVE = str.maketrans({"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"})
_MARGIN_PX = (24, 24)


def ground_map(study: Study, roads: RoadNetwork, *, height: str = "480px") -> folium.Map:
    """A map of the land, the river, the roads and the names of a study: `table.explore(m=ground_map(study, roads))`.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    height : str
        CSS height.

    Returns
    -------
    folium.Map
        Without any tile and any address; shows the territory.
    """
    chart = folium.Map(
        tiles=None,
        control_scale=False,
        attribution_control=False,
        zoom_snap=0.25,
        height=height,
        min_zoom=8,
        max_zoom=15,
    )
    chart.default_js, chart.default_css = (
        [("leaflet", addresses()["script"])],
        [("leaflet_style", addresses()["style"])],
    )
    communes = study.communes
    land = gpd.GeoSeries(communes.geometry.simplify_coverage(SIMPLIFY_M), crs=communes.crs)
    _draw(chart, land, fillColor="#fbfaf6", fillOpacity=1, color="#c9ccc6", weight=0.4)
    _draw(
        chart, gpd.GeoSeries([study.seine], crs=communes.crs), color="#6fa8c7", weight=7, opacity=0.9, lineCap="round"
    )
    for lines, (colour, width) in main_roads(roads):
        _draw(chart, lines, color=colour, weight=width, opacity=0.8)
    outline = gpd.GeoSeries([study.territory.geometry.union_all().boundary], crs=communes.crs)
    _draw(chart, outline, color=symbols.INK, weight=2.2, opacity=0.85, dashArray="7 4")
    for at, name in named_communes(study):
        folium.Marker(
            at,
            icon=folium.DivIcon(html=_inert(name), icon_size=(0, 0), class_name="town"),
            interactive=False,
            keyboard=False,
        ).add_to(chart)
    figure: Any = chart.get_root()
    style = (
        f"<style>.leaflet-container{{background:{symbols.SEA}!important}} "
        ".town{white-space:nowrap;font:600 11px sans-serif}</style>"
    )
    figure.header.add_child(folium.Element(style))
    chart.fit_bounds(corners(study.territory.geometry), padding=_MARGIN_PX)
    return chart


def _draw(chart: folium.Map, shapes: gpd.GeoSeries, **style: Any) -> None:
    rounded = shapely.transform(shapes.to_crs("EPSG:4326").to_numpy(), lambda xy: np.round(xy, DECIMALS))
    drawn = gpd.GeoDataFrame(geometry=rounded, crs="EPSG:4326").to_json(drop_id=True)
    folium.GeoJson(drawn, style_function=lambda _: style, interactive=False).add_to(chart)


def _inert(name: str) -> str:
    """A name that stays text where folium puts it: HTML in a literal of JavaScript, through Jinja a second time."""
    return str(escape(name)).translate(_LIVE)
