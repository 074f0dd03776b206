"""Layers of the map, drawn with folium from the tables of an outcome. Every name is escaped on its way into a card."""

from collections.abc import Iterable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup, escape

from coopgeo.maps import symbols
from coopgeo.outcome import Outcome
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


class Layers:
    """Draws the layers of one outcome in one language."""

    def __init__(self, outcome: Outcome, text: Text) -> None:
        self.outcome, self.text = outcome, text
        self.communes = outcome.study.communes

    def all(self) -> list[folium.FeatureGroup]:
        """Every layer, from the ground up."""
        return [
            self.ground(),
            self.forest(),
            *self.catchments(),
            self.water(),
            self.roads(),
            self.territory(),
            self.loads("outbound"),
            self.loads("inbound"),
            self.names(),
            self.crossings(),
            self.competitors(),
            self.other_customers(),
            self.collection_points(),
            self.customers(),
            self.candidates(),
            self.platforms(),
        ]

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

    def _source(self, row: pd.Series) -> str:
        source = self.outcome.study.sources["title"].get(row["source"], row["source"])
        return f"{self.text('status.' + row['status'])} – {source}"

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

    def catchments(self) -> list[folium.FeatureGroup]:
        """Communes joined by the point that collects their wood, a layer for each kind of point that collects from communes."""
        points, origins = self.outcome.collection_points, self.outcome.origins.dropna(subset="point")
        kinds = origins["point"].map(points["kind"])
        return [self._catchments(kind, origins[kinds == kind]) for kind in ("landing", "hedge_depot", "recycling_centre") if (kinds == kind).any()]

    def _catchments(self, kind: str, origins: pd.DataFrame) -> folium.FeatureGroup:
        group, text, points = self._group(f"catchments_{kind}", show=False), self.text, self.outcome.collection_points
        by_commune = origins.groupby(["insee", "point"])["dry_t"].sum().reset_index().sort_values("dry_t", kind="stable").drop_duplicates("insee", keep="last")
        joined = gpd.GeoDataFrame(by_commune, geometry=self.communes.geometry.reindex(by_commune["insee"]).to_numpy(), crs=self.communes.crs)
        areas = joined.dissolve("point", aggfunc={"dry_t": "sum", "insee": "count"})
        areas["tip"] = [
            card(points.loc[point, "name"], [(text("map.catchment"), text.number(row["insee"])), (text("map.dry"), f"{text.number(row['dry_t'])} t")])
            for point, row in areas.iterrows()
        ]
        for at, point in enumerate(areas.index):
            shade = symbols.CATCHMENTS[at % len(symbols.CATCHMENTS)]
            self._shapes(group, areas.loc[[point]], fillColor=shade, fillOpacity=0.55, color=shade, weight=2)
        return group

    def water(self) -> folium.FeatureGroup:
        """The river."""
        group = self._group("water", control=False)
        seine = gpd.GeoDataFrame({"tip": [card(self.text("map.seine"))]}, geometry=[self.outcome.study.seine], crs=self.communes.crs)
        self._shapes(group, seine, color="#6fa8c7", weight=7, opacity=0.9, lineCap="round")
        return group

    def roads(self) -> folium.FeatureGroup:
        """Main roads by class."""
        group = self._group("roads")
        edges = self.outcome.roads.edges
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
        outline = gpd.GeoDataFrame(geometry=[self.outcome.study.territory.geometry.union_all().boundary], crs=self.communes.crs)
        self._shapes(group, outline, color=symbols.INK, weight=2.2, opacity=0.85, dashArray="7 4", interactive=False)
        return group

    def loads(self, stage: str) -> folium.FeatureGroup:
        """Tonnes and lorries on each road."""
        group, text = self._group(stage), self.text
        loads = self.outcome.road_loads
        rows = loads[loads["stage"] == stage].sort_values("tonnes", kind="stable")
        colour = symbols.INBOUND if stage == "inbound" else symbols.OUTBOUND
        most = float(loads["tonnes"].max())
        per_road = loads.assign(road=loads.geometry.normalize().to_wkb()).groupby(["road", "stage"])[["tonnes", "lorries_year"]].sum()
        tips = []
        for road, ref in zip(rows.geometry.normalize().to_wkb(), rows["ref"], strict=True):
            lines = [
                (text(f"stage.{name}"), text("map.load", tonnes=text.number(load["tonnes"]), lorries=text.number(load["lorries_year"])))
                for name, load in per_road.loc[road].iterrows()
            ]
            tips.append(card(ref or text("map.road"), lines))
        widths = [symbols.flow_width(tonnes, most) for tonnes in rows["tonnes"]]
        shapes = gpd.GeoDataFrame({"tip": tips}, geometry=rows.geometry.to_numpy(), crs=loads.crs)
        for width in sorted(set(widths)):
            self._shapes(group, shapes[np.equal(widths, width)], color=colour, weight=width, opacity=0.75, lineCap="round")
        return group

    def names(self) -> folium.FeatureGroup:
        """Names of the largest communes, thinned so that none hides another."""
        group = self._group("names")
        largest = self.communes.sort_values("population", ascending=False, kind="stable")
        inside = largest.index.isin(self.outcome.study.territory.index)
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
        edges = self.outcome.roads.edges
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

    def collection_points(self) -> folium.FeatureGroup:
        """Collection points, larger with their tonnes; hollow where assumed."""
        group, text = self._group("collection_points"), self.text
        points = self.outcome.collection_points
        most = float(points["tonnes"].max()) or 1.0
        cards = [
            card(
                row["name"],
                [
                    (text("map.kind"), text(f"kind.{row['kind']}")),
                    (text("map.tonnes"), f"{text.significant(row['tonnes'])} t"),
                    (text("map.used"), f"{text.significant(row['tonnes_used'])} t"),
                    (text("map.catchment"), text.number(row["catchment_communes"])),
                    *([] if pd.isna(row["minutes_to_platform"]) else [(text("map.minutes"), f"{text.number(row['minutes_to_platform'])} min")]),
                ],
                self._source(row),
            )
            for _, row in points.iterrows()
        ]
        sizes = 12 + 14 * (points["tonnes"] / most) ** 0.5
        pictures = [
            (symbols.symbol(row["kind"], round(size), assumed=row["status"] == "assumed"), round(size))
            for (_, row), size in zip(points.iterrows(), sizes, strict=True)
        ]
        self._symbols(group, points, cards, pictures)
        return group

    def customers(self) -> folium.FeatureGroup:
        """Boilers served."""
        group, text = self._group("customers"), self.text
        rows = self.outcome.customers
        cards = [
            card(
                row["name"],
                [
                    (text("map.kind"), text(f"kind.{row['kind']}")),
                    (text("map.tonnes"), f"{text.significant(row['tonnes'])} t"),
                    (text("map.energy"), f"{text.significant(row['fuel_mwh'])} MWh"),
                    *([] if pd.isna(row["power_kw"]) else [(text("map.power"), f"{text.number(row['power_kw'])} kW")]),
                    (text("column.demand_status"), text(f"status.{row['demand_status']}")),
                    (text("map.minutes"), f"{text.number(row['minutes'])} min"),
                ],
                self._source(row),
            )
            for _, row in rows.iterrows()
        ]
        most = float(rows["tonnes"].max())
        sizes = [round(14 + 12 * (tonnes / most) ** 0.5) for tonnes in rows["tonnes"]]
        assumed = rows["status"] == "assumed"
        self._symbols(group, rows, cards, [(symbols.symbol("customer", s, assumed=a), s) for s, a in zip(sizes, assumed, strict=True)])
        return group

    def _others(self, key: str, role: str, kind: str, *, show: bool) -> folium.FeatureGroup:
        group, text = self._group(key, show=show), self.text
        rows = self.outcome.chain.customers.loc[lambda customers: customers["role"] == role]
        cards = [
            card(
                row["name"],
                []
                if pd.isna(row["tonnes_year"])
                else [(text("map.tonnes"), f"{text.number(row['tonnes_year'])} t ({text('status.' + row['demand_status'])})")],
                f"{text('map.not_served')} {row['note']} {self._source(row)}",
            )
            for _, row in rows.iterrows()
        ]
        self._symbols(group, rows, cards, [(symbols.symbol(kind, 18, assumed=status == "assumed"), 18) for status in rows["status"]])
        return group

    def competitors(self) -> folium.FeatureGroup:
        """Large plants that buy the same wood."""
        return self._others("competitors", "competitor", "competitor", show=True)

    def other_customers(self) -> folium.FeatureGroup:
        """Boilers that burn something else, or lie too far."""
        return self._others("other_customers", "shown", "customer", show=False)

    def candidates(self) -> folium.FeatureGroup:
        """Candidate sites not chosen; the next best carry their rank."""
        group, text = self._group("candidates"), self.text
        chosen = set(self.outcome.platforms.index)
        rows = self.outcome.chain.candidate_sites.loc[lambda sites: ~sites.index.isin(list(chosen))]
        rank = {other.sites[0]: at for at, other in reversed(list(enumerate(self.outcome.alternatives, start=2))) if len(other.sites) == 1}
        regret = {other.sites[0]: other.regret_eur_year for other in reversed(self.outcome.alternatives) if len(other.sites) == 1}
        cards = [
            card(
                row["name"],
                [
                    *([(text("map.rank"), text.number(rank[site])), (text("map.regret"), f"+ {text.number(regret[site])} €")] if site in rank else []),
                    (text("map.area"), f"{text.number(row['area_ha'], 1)} ha"),
                    (text("map.zoning"), f"{row['zoning']}, {text('hazard.' + row['hazard'])}"),
                ],
                f"{row['note']} {self._source(row)}",
            )
            for site, row in rows.iterrows()
        ]
        pictures = [
            (
                symbols.symbol("candidate", 21 if site in rank else 12, assumed=rows.loc[site, "status"] == "assumed", label=str(rank.get(site, ""))),
                21 if site in rank else 12,
            )
            for site in rows.index
        ]
        self._symbols(group, rows, cards, pictures)
        return group

    def platforms(self) -> folium.FeatureGroup:
        """The answer."""
        group, text = self._group("platforms"), self.text
        rows = self.outcome.platforms
        cards = [
            card(
                row["name"],
                [
                    (text("map.commune"), row["commune"]),
                    (text("map.in"), f"{text.significant(row['tonnes_in'])} t"),
                    (text("map.out"), f"{text.significant(row['tonnes_out'])} t"),
                    (text("map.energy"), f"{text.significant(row['energy_mwh'])} MWh"),
                    (text("figure.capital"), f"{text.significant(row['capital_eur'])} €"),
                    (text("map.built"), f"{text.number(row['built_m2'])} m²"),
                    (text("map.housing"), f"{text.number(row['distance_housing_m'])} m"),
                    (text("map.zoning"), f"{row['zoning']}, {text('hazard.' + row['hazard'])}"),
                ],
                f"{row['note']} {self._source(row)}",
            )
            for _, row in rows.iterrows()
        ]
        self._symbols(group, rows, cards, [(symbols.symbol("platform", 42), 42)] * len(rows))
        return group
