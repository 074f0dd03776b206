"""A folium map of land, water, roads and names, for notebooks to draw on; it needs no internet."""

from collections.abc import Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from markupsafe import escape

from coopgeo.maps import symbols
from coopgeo.maps.basemap import corners, drawn_rivers, main_roads, named_communes
from coopgeo.maps.leaflet import addresses
from coopgeo.maps.shapes import DECIMALS, SIMPLIFY_M
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study

_LIVE = str.maketrans({"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"})
_MARGIN_PX = (24, 24)
RIVER = "#6fa8c7"
_NO_PICTURE = "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="  # a clear point, GIF
_SCRIPT = f"""<script>
L.Icon.Default.imagePath = "data:image/gif;base64,"; // what a mark has before its own; else asked of the server
L.Icon.Default.mergeOptions({{iconUrl: "{_NO_PICTURE}", iconRetinaUrl: "{_NO_PICTURE}", shadowUrl: "{_NO_PICTURE}"}});
</script>"""
_STYLE = f"""<style>
html,body{{margin:0;height:100%}}
.leaflet-container{{background:{symbols.SEA}!important;font:13px sans-serif}}
.town{{white-space:nowrap;font:600 11px sans-serif;text-shadow:0 0 3px #fff,0 0 3px #fff}}
.leaflet-tooltip td,.leaflet-tooltip th{{padding:0 .6em 0 0;text-align:left}}
.number{{background:#fff;border:1px solid #333;border-radius:50%;padding:0 .35em;font:700 11px sans-serif}}
.legend{{position:absolute;right:10px;bottom:10px;z-index:1000;max-width:42%;max-height:calc(100% - 20px);overflow:auto;
  box-sizing:border-box;padding:6px 10px;border-radius:4px;background:rgba(255,255,255,.93);color:{symbols.INK};
  font:12px/1.5 sans-serif;box-shadow:0 1px 4px rgba(0,0,0,.35)}}
.legend div{{display:flex;align-items:center;gap:.5em}}
.legend .box{{flex:none;width:18px;height:12px;border:1px solid #777}}
.legend svg{{flex:none}}
</style>"""


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
    rivers = drawn_rivers(study)
    is_surface = rivers.area > 0
    _draw(chart, rivers[~is_surface], color=RIVER, weight=7, opacity=0.9, lineCap="round")
    _draw(chart, rivers[is_surface], fillColor=RIVER, fillOpacity=0.9, weight=0)
    for lines, (colour, width) in main_roads(roads):
        _draw(chart, lines, color=colour, weight=width, opacity=0.8)
    outline = gpd.GeoSeries([study.territory.geometry.union_all().boundary], crs=communes.crs)
    _draw(chart, outline, color=symbols.INK, weight=2.2, opacity=0.85, dashArray="7 4")
    for at, name in named_communes(study):
        folium.Marker(
            at,
            icon=folium.DivIcon(html=inert(name), icon_size=(0, 0), class_name="town"),
            interactive=False,
            keyboard=False,
        ).add_to(chart)
    figure: Any = chart.get_root()
    figure.height = height  # of the frame: else it is as high as a share of its width, and white under the map
    figure.header.add_child(folium.Element(_STYLE))
    figure.html.add_child(folium.Element(_SCRIPT))
    chart.fit_bounds(corners(study.territory.geometry), padding=_MARGIN_PX)
    return chart


def add_legend(chart: folium.Map, title: str, entries: Sequence[tuple[str, str]]) -> None:
    """Put a legend into the lower right corner of a map.

    Parameters
    ----------
    chart : folium.Map
    title : str
    entries : sequence of pairs
        The mark (HTML) and what it means.
    """
    lines = "".join(f"<div>{mark}<span>{escape(words)}</span></div>" for mark, words in entries)
    figure: Any = chart.get_root()
    legend = f'<div class="legend" role="note"><strong>{escape(title)}</strong>{lines}</div>'
    figure.html.add_child(folium.Element(legend.translate(_LIVE)))


def add_shapes(
    chart: folium.Map, shapes: gpd.GeoSeries, fills: Sequence[str], labels: Sequence[str], **style: Any
) -> None:
    """Draw areas on a map, each with its colour and what it says when it is pointed at.

    Parameters
    ----------
    chart : folium.Map
    shapes : GeoSeries
    fills : sequence of str
        Colour of each.
    labels : sequence of str
        HTML of each, its names escaped.
    **style
        Of their outline, as Leaflet names it.
    """
    drawn = gpd.GeoDataFrame(
        {"fill": list(fills), "label": [inert(label, escaped=True) for label in labels]},
        geometry=_rounded(shapes),
        crs="EPSG:4326",
    )
    folium.GeoJson(
        drawn.to_json(drop_id=True),
        style_function=lambda shape: {**style, "fillColor": shape["properties"]["fill"]},
        highlight_function=lambda _: {"weight": 3, "color": symbols.INK},
        tooltip=folium.GeoJsonTooltip(["label"], labels=False),
    ).add_to(chart)


def _draw(chart: folium.Map, shapes: gpd.GeoSeries, **style: Any) -> None:
    drawn = gpd.GeoDataFrame(geometry=_rounded(shapes), crs="EPSG:4326").to_json(drop_id=True)
    folium.GeoJson(drawn, style_function=lambda _: style, interactive=False).add_to(chart)


def _rounded(shapes: gpd.GeoSeries) -> Any:
    return shapely.transform(shapes.to_crs("EPSG:4326").to_numpy(), lambda xy: np.round(xy, DECIMALS))


def inert(words: str, *, escaped: bool = False) -> str:
    """Words that stay text where folium puts them: HTML in a literal of JavaScript, through Jinja a second time.

    Parameters
    ----------
    words : str
    escaped : bool
        They are HTML whose names are escaped already.
    """
    return (words if escaped else str(escape(words))).translate(_LIVE)
