"""Layers of the map of an outcome, from the ground up."""

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.maps import symbols
from coopgeo.maps.ground import Ground, card
from coopgeo.outcome import Outcome
from coopgeo.text import Text


class Layers(Ground):
    """Draws the layers of one outcome in one language."""

    def __init__(self, outcome: Outcome, text: Text) -> None:
        super().__init__(outcome.study, outcome.roads, text)
        self.outcome = outcome

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

    def _source(self, row: pd.Series) -> str:
        source = self.outcome.study.sources["title"].get(row["source"], row["source"])
        return f"{self.text('status.' + row['status'])} – {source}"

    def catchments(self) -> list[folium.FeatureGroup]:
        """The catchments, a layer for each kind of point that collects from communes."""
        kinds = self.outcome.catchments["kind"]
        return [self._catchments(kind) for kind in ("landing", "hedge_depot", "recycling_centre") if (kinds == kind).any()]

    def _catchments(self, kind: str) -> folium.FeatureGroup:
        group, text = self._group(f"catchments_{kind}", show=False), self.text
        areas = self.outcome.catchments.query("kind == @kind").dropna(subset="geometry")
        names = self.outcome.collection_points["name"]
        tips = [
            card(
                names[point],
                [
                    (text("map.catchment"), text.number(row["communes"])),
                    (text("map.inhabitants"), text.number(row["inhabitants"])),
                    (text("map.tonnes"), f"{text.significant(row['tonnes'])} t"),
                    (text("map.way"), text("map.way_minutes", mean=text.number(row["mean_minutes"]), longest=text.number(row["max_minutes"]))),
                ],
            )
            for point, row in areas.iterrows()
        ]
        shapes = gpd.GeoDataFrame({"tip": tips}, geometry=areas.geometry.to_numpy(), crs=areas.crs)
        for at in range(len(shapes)):
            shade = symbols.CATCHMENTS[at % len(symbols.CATCHMENTS)]
            self._shapes(group, shapes.iloc[[at]], fillColor=shade, fillOpacity=0.55, color=shade, weight=2)
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
