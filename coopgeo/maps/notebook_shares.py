"""How often each site is the best, on the map of a notebook: the larger its circle, the more often."""

import math
from collections.abc import Callable

import folium
import geopandas as gpd
import pandas as pd
from markupsafe import escape

from coopgeo.maps import symbols
from coopgeo.maps.notebook_map import add_legend, ground_map, inert
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study
from coopgeo.text import Text

_FULL_PX = 40.0  # radius of a share of 1: the area goes with the share
_NEVER_PX = 4.0
_IN_LEGEND = (0.1, 0.3, 0.5)
_COLOUR = symbols.PLACES["platform"].colour
_DASH = "4 3"


def shares_map(
    study: Study,
    roads: RoadNetwork,
    sites: gpd.GeoDataFrame,
    shares: pd.Series,
    title: str,
    *,
    words: Callable[[float], str],
    facts: pd.DataFrame | None = None,
    text: Text | None = None,
    height: str = "560px",
) -> folium.Map:
    """The sites of a study, each a circle whose area is a share of draws.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    sites : GeoDataFrame
        Indexed by id: `name`, `status` (of "assumed" the circle is broken) and geometry.
    shares : Series
        From 0 to 1, by id; 0 where there is none.
    title : str
        Of the legend: what the share is.
    words : callable
        Writes a share.
    facts : DataFrame, optional
        By id: what the label of a site says besides, in words, by heading.
    text : Text, optional
        Language; French by default.
    height : str
        CSS height.
    """
    text = text or Text("fr")
    chart = ground_map(study, roads, height=height)
    places = sites.geometry.to_crs("EPSG:4326")
    share = shares.reindex(sites.index).fillna(0.0).sort_values(ascending=False, kind="stable")
    assumed = sites["status"] == "assumed"
    for id, part in share.items():  # the largest below
        lines = [(title, words(part))]
        lines += [] if facts is None else [(str(key), str(word)) for key, word in facts.loc[id].items()]
        label = f"<b>{escape(sites.loc[id, 'name'])}</b><table>"
        label += "".join(f"<tr><td>{escape(key)}</td><th>{escape(word)}</th></tr>" for key, word in lines) + "</table>"
        folium.CircleMarker(
            [places[id].y, places[id].x],
            radius=radius_px(part),
            color=_COLOUR,
            weight=1.8,
            dash_array=_DASH if assumed[id] else None,
            fill_color=_COLOUR if part else "#fff",
            fill_opacity=0.55 if part else 0.9,
            tooltip=folium.Tooltip(inert(label, escaped=True)),
        ).add_to(chart)
    entries = [(_circle(part), words(part)) for part in _IN_LEGEND]
    entries.append((_circle(0.0), text("legend.never")))
    if assumed.any():
        entries.append((_circle(0.0, assumed=True), text("legend.assumed")))
    add_legend(chart, title, entries)
    return chart


def radius_px(share: float) -> float:
    """Radius of a circle whose area goes with a share; one that is none is a point still.

    Examples
    --------
    >>> radius_px(0.25), radius_px(1.0)
    (20.0, 40.0)
    """
    return max(_NEVER_PX, round(_FULL_PX * math.sqrt(share), 1))


def _circle(share: float, *, assumed: bool = False) -> str:
    """SVG of a circle, for the legend."""
    radius = radius_px(share)
    side = 2 * radius + 4
    dash = f' stroke-dasharray="{_DASH}"' if assumed else ""
    fill = f'fill="{_COLOUR}" fill-opacity=".55"' if share else 'fill="#fff"'
    return (
        f'<svg width="{side:g}" height="{side:g}" aria-hidden="true"><circle cx="{side / 2:g}" cy="{side / 2:g}" '
        f'r="{radius:g}" {fill} stroke="{_COLOUR}" stroke-width="1.8"{dash}/></svg>'
    )
