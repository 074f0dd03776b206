"""The ground of every map: land, water, roads, the territory and names, drawn with folium. Every name is escaped on its way into a card."""

from collections.abc import Iterable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from coopgeo.maps import symbols
from coopgeo.roads import RoadNetwork
from coopgeo.study import Study
from coopgeo.text import Text

_LIVE = str.maketrans({"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"})
_DECIMALS = 5  # of a degree: about a metre
_SIMPLIFY_M = 30.0
_NAMED_INSIDE, _NAMED_OUTSIDE = 2_000, 8_000  # inhabitants from which a commune is named on the map
_NAMES_APART_M = 3_500.0


def card(title: str, rows: Iterable[tuple[str, str]] = (), note: str = "") -> str:
    """A card that opens on hover or click: title, lines of name and value, a remark; all escaped."""
    lines = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in rows)
    return inert(Markup('<div class="card"><strong>{}</strong><dl>{}</dl>{}</div>').format(title, lines, Markup("<p>{}</p>").format(note) if note else ""))


def inert(html: str) -> str:
    """HTML that stays text where folium puts it: inside a JavaScript template literal, and through Jinja a second time."""
    return str(html).translate(_LIVE)


def for_web(frame: gpd.GeoDataFrame, *, simplify: bool = False) -> gpd.GeoDataFrame:
    """The same features in WGS 84, coordinates rounded, boundaries simplified together if asked."""
    shapes = frame.geometry.simplify_coverage(_SIMPLIFY_M) if simplify else frame.geometry
    rounded = shapely.transform(shapes.to_crs("EPSG:4326").to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    return gpd.GeoDataFrame({column: frame[column] for column in frame if column == "tip"}, geometry=rounded, index=frame.index, crs="EPSG:4326")


class Ground:
    """Draws what all maps of a study share, in one language."""

    def __init__(self, study: Study, roads: RoadNetwork, text: Text) -> None:
        self.study, self.network, self.text = study, roads, text
        self.communes = study.communes

    def _group(self, key: str, *, show: bool = True, control: bool = True) -> folium.FeatureGroup:
        return folium.FeatureGroup(name=str(escape(self.text(f"layer.{key}"))), show=show, control=control)

    def _shapes(self, group: folium.FeatureGroup, frame: gpd.GeoDataFrame, *, simplify: bool = False, **style: Any) -> None:
        if frame.empty:
            return
        tooltip = folium.GeoJsonTooltip(["tip"], labels=False, sticky=True) if "tip" in frame else None
        folium.GeoJson(for_web(frame, simplify=simplify).to_json(drop_id=True), style_function=lambda _: style, tooltip=tooltip).add_to(group)

    def _symbols(self, group: folium.FeatureGroup, frame: gpd.GeoDataFrame, cards: Iterable[str], pictures: Iterable[tuple[str, int]]) -> None:
        places = frame.geometry.to_crs("EPSG:4326")
        for place, name, words, (picture, size) in zip(places, frame["name"], cards, pictures, strict=True):
            named = inert(f'{picture}<span class="spoken">{escape(name)}</span>')
            icon = folium.DivIcon(html=named, icon_size=(size, size), icon_anchor=(size // 2, size // 2), class_name="symbol")
            at = [round(place.y, _DECIMALS), round(place.x, _DECIMALS)]
            folium.Marker(at, icon=icon, tooltip=folium.Tooltip(words)).add_to(group)

    def ground(self) -> folium.FeatureGroup:
        """Land of all communes, so that the sea shows."""
        group = self._group("ground", control=False)
        self._shapes(group, self.communes[[]].assign(geometry=self.communes.geometry).pipe(gpd.GeoDataFrame, crs=self.communes.crs), simplify=True,
                     fillColor="#fbfaf6", fillOpacity=1, color="#c9ccc6", weight=0.4)  # fmt: skip
        return group

    def forest(self) -> folium.FeatureGroup:
        """Share of forest of each commune."""
        group = self._group("forest")
        text, communes = self.text, self.communes
        hectares = communes.filter(like="forest_").sum(axis=1)
        share = (hectares / communes["area_ha"]).clip(upper=1)
        tips = [
            card(
                row["name"],
                [(text("map.inhabitants"), text.number(row["population"])), (text("map.forest"), f"{text.number(ha)} ha ({text.percent(s)})")],
                row["epci_name"],
            )
            for (_, row), ha, s in zip(communes.iterrows(), hectares, share, strict=True)
        ]
        classes = np.digitize(share, symbols.FOREST_BREAKS)
        shapes = gpd.GeoDataFrame({"tip": tips}, geometry=communes.geometry.simplify_coverage(_SIMPLIFY_M).to_numpy(), crs=communes.crs)
        for at, colour in enumerate(symbols.FOREST):
            self._shapes(group, shapes[classes == at], fillColor=colour, fillOpacity=0.75, color="#c9ccc6", weight=0.4)
        return group

    def water(self) -> folium.FeatureGroup:
        """The river."""
        group = self._group("water", control=False)
        seine = gpd.GeoDataFrame({"tip": [card(self.text("map.seine"))]}, geometry=[self.study.seine], crs=self.communes.crs)
        self._shapes(group, seine, color="#6fa8c7", weight=7, opacity=0.9, lineCap="round")
        return group

    def roads(self) -> folium.FeatureGroup:
        """Main roads by class."""
        group = self._group("roads")
        edges = self.network.edges
        one_way = edges[edges["u"].astype(str) < edges["v"].astype(str)]
        for highway, (colour, width) in reversed(symbols.ROADS.items()):
            rows = one_way[one_way["highway"].str.removesuffix("_link") == highway]
            if len(rows):
                lines = gpd.GeoDataFrame(geometry=[shapely.multilinestrings(rows.geometry.to_list())], crs=edges.crs)
                self._shapes(group, lines, color=colour, weight=width, opacity=0.8, interactive=False)
        return group

    def territory(self) -> folium.FeatureGroup:
        """Outline of the intermunicipal body."""
        group = self._group("territory", control=False)
        outline = gpd.GeoDataFrame(geometry=[self.study.territory.geometry.union_all().boundary], crs=self.communes.crs)
        self._shapes(group, outline, color=symbols.INK, weight=2.2, opacity=0.85, dashArray="7 4", interactive=False)
        return group

    def names(self) -> folium.FeatureGroup:
        """Names of the largest communes, thinned so that none hides another."""
        group = self._group("names")
        largest = self.communes.sort_values("population", ascending=False, kind="stable")
        inside = largest.index.isin(self.study.territory.index)
        wanted = largest[(largest["population"] >= np.where(inside, _NAMED_INSIDE, _NAMED_OUTSIDE))]
        placed: list[shapely.Point] = []
        for _, row in wanted.iterrows():
            if all(row["chef_lieu"].distance(other) > _NAMES_APART_M for other in placed):
                placed.append(row["chef_lieu"])
                at = gpd.GeoSeries([row["chef_lieu"]], crs=self.communes.crs).to_crs("EPSG:4326")[0]
                icon = folium.DivIcon(html=inert(escape(row["name"])), icon_size=(0, 0), class_name="town")
                folium.Marker([round(at.y, _DECIMALS), round(at.x, _DECIMALS)], icon=icon, interactive=False, keyboard=False).add_to(group)
        return group

    def crossings(self) -> folium.FeatureGroup:
        """Bridges and ferries over the river, and what they mean for a lorry."""
        group, text = self._group("crossings"), self.text
        edges = self.network.edges
        rows = edges[edges["crossing"] != ""].drop_duplicates("crossing")
        middles = gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=rows.geometry.interpolate(0.5, normalized=True), crs=edges.crs)
        kinds = ["ferry" if highway == "ferry" else "bridge" for highway in middles["highway"]]
        lorry = [text("map.no_lorry") if np.isinf(time_s) else text("map.lorry") for time_s in middles["time_s"]]
        cards = [
            card(row["name"], [(text("map.toll"), f"{text.number(row['toll_eur'], 2)} €")] if row["toll_eur"] else [], note)
            for (_, row), note in zip(middles.iterrows(), lorry, strict=True)
        ]
        self._symbols(group, middles, cards, [(symbols.symbol(kind, 18), 18) for kind in kinds])
        return group
