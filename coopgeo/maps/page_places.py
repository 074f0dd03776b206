"""Layers of the page: for each, one table that its cards, its table twin and its CSV file tell, with a shape and a style for each row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.maps import symbols
from coopgeo.maps.basemap import main_roads
from coopgeo.maps.shapes import SIMPLIFY_M
from coopgeo.plan.local_effects import commune_effects, roads_used
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.sentences import road_name

COLLECTING = ("landing", "hedge_depot", "recycling_centre")
Theme = Literal["answer", "lorries", "wood", "landmarks", "areas"]
_ROAD_SIMPLIFY_M = 10.0
_BAND_SIMPLIFY_M = 60.0


@dataclass(frozen=True)
class Layer:
    """A layer of the page.

    Attributes
    ----------
    id : str
        Key of its name in the texts, `layer.<id>`.
    theme : str
        Where its switch stands; of "areas", one shows at a time.
    form : {"places", "lines", "areas", "ground"}
        "ground" lines answer no click.
    rows : DataFrame
        What is told of each shape, in columns whose names are keys of the texts (`column.<name>`); the first one is
        its title.
    shapes : GeoSeries
        As many, in any CRS.
    styles : list of str or dict
        One a row: the SVG of a symbol with its size (places), or what Leaflet calls path options.
    legend : list of (str, str)
        SVG and words.
    """

    id: str
    theme: Theme
    form: Literal["places", "lines", "areas", "ground"]
    rows: pd.DataFrame
    shapes: gpd.GeoSeries
    styles: Sequence[Any]
    legend: list[tuple[str, str]] = field(default_factory=list)
    shown: bool = True


class Layers:
    """Draws up the layers of one outcome in one language.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    base : Layers, optional
        Those of the outcome that this one is another case of: its sites are ranked as there.
    """

    def __init__(self, outcome: Outcome, text: Text, base: "Layers | None" = None) -> None:
        self.outcome, self.text, self.ranked = outcome, text, base.outcome if base else outcome
        self.study, self.chain = outcome.study, outcome.chain
        communes = outcome.study.communes
        self.simple: gpd.GeoSeries = (
            base.simple if base else gpd.GeoSeries(communes.geometry.simplify_coverage(SIMPLIFY_M), crs=communes.crs)
        )

    def lines(self, shape: shapely.Geometry) -> gpd.GeoSeries:
        """A line of the study, as simple as the communes."""
        return gpd.GeoSeries([shape], crs=self.study.settings.crs).simplify(SIMPLIFY_M)

    def all(self) -> list[Layer]:
        """Every layer, from the ground up."""
        return [
            self.communes(),
            self.available(),
            self.forest(),
            *(self.catchments(kind) for kind in self._kinds(self.outcome.catchments)),
            *(self.bands(kind) for kind in self._kinds(self.outcome.bands)),
            self.roads(),
            self.flows("outbound"),
            self.flows("inbound"),
            self.lorries(),
            self.crossings(),
            self.others("competitors", "competitor", "competitor", shown=True),
            self.others("other_customers", "shown", "customer", shown=False),
            self.collection_points(),
            self.customers(),
            self.candidates(),
            self.platforms(),
        ]

    def of_sites(self) -> list[Layer]:
        """The layers that other sites change."""
        flows = (self.flows("outbound"), self.flows("inbound"), self.lorries())
        return [
            self.communes(),
            *flows,
            self.collection_points(),
            self.customers(),
            self.candidates(),
            self.platforms(),
        ]

    def _kinds(self, table: pd.DataFrame) -> list[str]:
        return [kind for kind in COLLECTING if (table["kind"] == kind).any()]

    def _marks(self, rows: pd.DataFrame) -> dict[str, list[str]]:
        """Status and source of rows in words."""
        titles = self.study.sources["title"]
        return {
            "status": [self.text(f"status.{status}") for status in rows["status"]],
            "source": [titles.get(key, key) for key in rows["source"]],
        }

    def _roads(self, rows: pd.DataFrame) -> list[str]:
        """Names of roads."""
        return [road_name(ref, highway, self.text) for ref, highway in zip(rows["ref"], rows["highway"], strict=True)]

    def communes(self) -> Layer:
        """What changes for each commune; shows nothing until a commune is pointed at or sought."""
        effects = commune_effects(self.outcome)
        names = {
            "population": "inhabitants",
            "minutes": "max_minutes",
            "name": "commune",
            "available_dry_t": "left_dry_t",
            "ref": "road",
        }
        rows = effects.assign(ref=self._roads(effects)).drop(columns="highway").rename(columns=names)
        style = {"fillOpacity": 0, "color": "#8b938d", "weight": 0.8}
        return Layer("communes", "landmarks", "areas", rows, self.simple.loc[rows.index], [style] * len(rows))

    def available(self) -> Layer:
        """Wood that is left for the chain, per square kilometre of each commune, in five classes of as many communes each."""
        here = self.study.territory
        dry_t = (
            self.outcome.resource.balance.groupby("insee")["available_dry_t"].sum().reindex(here.index, fill_value=0.0)
        )
        density = dry_t / here["area_ha"] * 100
        breaks = tuple(float(value) for value in np.unique(np.round(np.quantile(density, (0.2, 0.4, 0.6, 0.8)), 1)))
        rows = pd.DataFrame({"commune": here["name"], "left_dry_t": dry_t, "dry_t_km2": density})
        return self._classed("available", rows, density, breaks, lambda value: self.text.number(value, 1), shown=True)

    def forest(self) -> Layer:
        """Share of forest of each commune."""
        here = self.study.territory
        hectares = here.filter(like="forest_").sum(axis=1)
        share = (hectares / here["area_ha"]).clip(upper=1)
        rows = pd.DataFrame({"commune": here["name"], "forest_ha": hectares, "forest_percent": 100 * share})
        return self._classed("forest", rows, share, symbols.FOREST_BREAKS, self.text.percent, shown=False)

    def _classed(
        self, name: str, rows: pd.DataFrame, values: pd.Series, breaks: tuple[float, ...], say: Any, *, shown: bool
    ) -> Layer:
        """Communes by the class of a value."""
        styles = [self._fill(f"p-{name}-{at}") for at in np.digitize(values, breaks)]
        legend = [
            (symbols.swatch(f"p-{name}-{at}"), self._between(*limits, say))
            for at, limits in enumerate(symbols.ranges(breaks))
        ]
        return Layer(name, "areas", "areas", rows, self.simple.loc[rows.index], styles, legend, shown=shown)

    def _between(self, low: float | None, high: float | None, say: Any) -> str:
        if low is None:
            return self.text("legend.under", high=say(high))
        return (
            self.text("legend.over", low=say(low))
            if high is None
            else self.text("legend.between", low=say(low), high=say(high))
        )

    @staticmethod
    def _fill(pattern: str) -> dict[str, Any]:
        return {"fillColor": f"url(#{pattern})", "fillOpacity": 0.8, "color": "#8b938d", "weight": 0.8}

    def catchments(self, kind: str) -> Layer:
        """The catchments of the points of a kind."""
        areas = self.outcome.catchments.query("kind == @kind").dropna(subset="geometry")
        figures = ["communes", "inhabitants", "tonnes", "mean_minutes", "max_minutes"]
        rows = areas[figures].assign(name=self.outcome.collection_points["name"])[["name", *figures]]
        shades = [f"p-catchment-{at % len(symbols.CATCHMENTS)}" for at in range(len(rows))]
        shapes = gpd.GeoSeries(areas.geometry.simplify_coverage(SIMPLIFY_M), crs=areas.crs)
        legend = [(symbols.swatch(shade), str(name)) for shade, name in zip(shades, rows["name"], strict=True)]
        styles = [{**self._fill(shade), "fillOpacity": 0.65, "color": symbols.INK, "weight": 1.5} for shade in shades]
        return Layer(f"catchments_{kind}", "areas", "areas", pd.DataFrame(rows), shapes, styles, legend, shown=False)

    def bands(self, kind: str) -> Layer:
        """Ground by the minutes to the nearest point of a kind."""
        bands = self.outcome.bands.query("kind == @kind and not geometry.is_empty").sort_values("minutes")
        words = [self.text("legend.minutes", minutes=self.text.number(minutes)) for minutes in bands["minutes"]]
        rows = pd.DataFrame({"band": words, "area_ha": bands.area / 10_000}, index=bands.index)
        legend = [(symbols.swatch(f"p-bands-{at}"), word) for at, word in enumerate(words)]
        styles = [{**self._fill(f"p-bands-{at}"), "weight": 0} for at in range(len(bands))]
        return Layer(
            f"bands_{kind}",
            "areas",
            "areas",
            rows,
            bands.geometry.simplify(_BAND_SIMPLIFY_M),
            styles,
            legend,
            shown=False,
        )

    def roads(self) -> Layer:
        """Main roads, a line a class."""
        drawn = main_roads(self.outcome.roads)
        names = {style: self.text(f"highway.{name}") for name, style in symbols.ROADS.items()}
        shapes = gpd.GeoSeries(pd.concat([lines.simplify(_ROAD_SIMPLIFY_M) for lines, _ in drawn], ignore_index=True))
        rows = pd.DataFrame(
            {
                "road": [names[style] for _, style in drawn],
                "length_km": [float(lines.length.sum()) / 1000 for lines, _ in drawn],
            }
        )
        styles = [{"color": colour, "weight": width, "opacity": 0.8} for _, (colour, width) in drawn]
        legend = [
            (symbols.stroke(colour, max(width, 1.2)), names[colour, width]) for _, (colour, width) in reversed(drawn)
        ]
        return Layer("roads", "landmarks", "ground", rows, shapes, styles, legend)

    def flows(self, stage: str) -> Layer:
        """Tonnes of a stage on each road."""
        used = roads_used(self.outcome)
        used = used[used[f"{stage}_t"] > 0]
        most = float(self.outcome.road_loads["tonnes"].max())
        colour, dash = (symbols.INBOUND, "") if stage == "inbound" else (symbols.OUTBOUND, "10 6")
        rows = pd.DataFrame(used).assign(road=self._roads(used))[["road", "inbound_t", "outbound_t", "lorries_day"]]
        styles = [
            {"color": colour, "weight": symbols.flow_width(t, most), "opacity": 0.8, "dashArray": dash}
            for t in used[f"{stage}_t"]
        ]
        return Layer(
            stage,
            "lorries",
            "lines",
            rows,
            used.geometry,
            styles,
            [(symbols.stroke(colour, 6, dash and "8 4"), self.text(f"stage.{stage}"))],
        )

    def lorries(self) -> Layer:
        """Lorries a day on each road, loaded and empty."""
        used = roads_used(self.outcome)
        rows = pd.DataFrame(used).assign(road=self._roads(used))[
            ["road", "lorries_day", "lorries_year", "inbound_t", "outbound_t"]
        ]
        lines = [
            {"color": colour, "weight": width, "opacity": 0.9, "dashArray": dash}
            for colour, width, dash in symbols.LORRIES
        ]
        styles = [lines[at] for at in np.digitize(used["lorries_day"], symbols.LORRY_BREAKS)]
        words = [self._between(*limits, self.text.number) for limits in symbols.ranges(symbols.LORRY_BREAKS)]
        legend = [
            (symbols.stroke(*line), self.text("legend.a_day", count=word))
            for line, word in zip(symbols.LORRIES, words, strict=True)
        ]
        return Layer("lorries", "lorries", "lines", rows, used.geometry, styles, legend, shown=False)

    def crossings(self) -> Layer:
        """Bridges and ferries over the river, and what they mean for a lorry."""
        edges = self.outcome.roads.edges
        found = edges[edges["crossing"] != ""].drop_duplicates("crossing")
        kinds = ["ferry" if highway == "ferry" else "bridge" for highway in found["highway"]]
        rows = pd.DataFrame(
            {
                "name": found["name"],
                "lorry": [
                    self.text("map.no_lorry") if np.isinf(time_s) else self.text("map.lorry")
                    for time_s in found["time_s"]
                ],
                "toll_eur": found["toll_eur"].where(found["toll_eur"] > 0),
            }
        )
        legend = [(symbols.symbol(kind, 18), self.text(f"legend.{kind}")) for kind in dict.fromkeys(sorted(kinds))]
        return self._places(
            "crossings",
            "landmarks",
            rows,
            found.geometry.interpolate(0.5, normalized=True),
            [(kind, 18, False, "") for kind in kinds],
            legend,
        )

    def _places(
        self,
        name: str,
        theme: Theme,
        rows: pd.DataFrame,
        at: gpd.GeoSeries,
        pictures: Sequence[tuple[str, float, bool, str]],
        legend: list[tuple[str, str]],
        *,
        shown: bool = True,
    ) -> Layer:
        """Places with a symbol each: kind, size, whether assumed, label."""
        drawn = [
            [symbols.symbol(kind, round(size), assumed=assumed, label=label), round(size)]
            for kind, size, assumed, label in pictures
        ]
        return Layer(name, theme, "places", rows, at, drawn, legend, shown=shown)

    def collection_points(self) -> Layer:
        """Collection points, larger with their tonnes; hollow where assumed."""
        points = self.outcome.collection_points
        most = float(points["tonnes"].max()) or 1.0
        told = {"kind": [self.text(f"kind.{kind}") for kind in points["kind"]], **self._marks(points)}
        columns = [
            "name",
            "kind",
            "tonnes",
            "tonnes_used",
            "catchment_communes",
            "minutes_to_platform",
            "note",
            "status",
            "source",
        ]
        pictures = [
            (row["kind"], 12 + 14 * (row["tonnes"] / most) ** 0.5, row["status"] == "assumed", "")
            for _, row in points.iterrows()
        ]
        legend = [(symbols.symbol(kind, 18), self.text(f"kind.{kind}")) for kind in dict.fromkeys(points["kind"])]
        return self._places(
            "collection_points", "wood", pd.DataFrame(points).assign(**told)[columns], points.geometry, pictures, legend
        )

    def customers(self) -> Layer:
        """Boilers served, larger with what they need."""
        rows = self.outcome.customers
        most = float(rows["tonnes"].max())
        words = {
            name: [self.text(f"{kind}.{value}") for value in rows[name]]
            for name, kind in (("kind", "kind"), ("demand_status", "status"))
        }
        columns = [
            "name",
            "kind",
            "tonnes",
            "fuel_mwh",
            "power_kw",
            "minutes",
            "demand_status",
            "note",
            "status",
            "source",
        ]
        told = pd.DataFrame(rows).assign(**words, **self._marks(rows))[columns]
        pictures = [
            ("customer", 14 + 12 * (row["tonnes"] / most) ** 0.5, row["status"] == "assumed", "")
            for _, row in rows.iterrows()
        ]
        return self._places(
            "customers",
            "answer",
            told,
            rows.geometry,
            pictures,
            [(symbols.symbol("customer", 18), self.text("legend.customer"))],
        )

    def others(self, name: str, role: str, kind: str, *, shown: bool) -> Layer:
        """Plants and boilers that the platform does not serve."""
        rows = self.chain.customers.loc[lambda customers: customers["role"] == role]
        told = pd.DataFrame(rows).assign(tonnes=rows["tonnes_year"], **self._marks(rows))
        legend = [(symbols.symbol(kind, 18), self.text(f"legend.{name}"))]
        pictures = [(kind, 18, status == "assumed", "") for status in rows["status"]]
        columns = ["name", "tonnes", "note", "status", "source"]
        return self._places(name, "landmarks", told[columns], rows.geometry, pictures, legend, shown=shown)

    def candidates(self) -> Layer:
        """Candidate sites not chosen; the next best carry their rank."""
        rows = self.chain.candidate_sites.loc[lambda sites: ~sites.index.isin(list(self.outcome.platforms.index))]
        choices = [
            (tuple(self.ranked.platforms.index), 0.0),
            *((other.sites, other.regret_eur_year) for other in self.ranked.alternatives),
        ]
        rank = {sites[0]: at for at, (sites, _) in reversed(list(enumerate(choices, start=1))) if len(sites) == 1}
        regret = {sites[0]: eur for sites, eur in reversed(choices) if len(sites) == 1}
        told = pd.DataFrame(rows).assign(
            rank=rows.index.map(pd.Series(rank, dtype=float)),
            regret=rows.index.map(pd.Series(regret, dtype=float)),
            score=self.outcome.site_scores["score"].reindex(rows.index),
            hazard=[self.text(f"hazard.{hazard}") for hazard in rows["hazard"]],
            **self._marks(rows),
        )
        columns = ["name", "rank", "regret", "score", "area_ha", "zoning", "hazard", "note", "status", "source"]
        pictures = [
            ("candidate", 21 if site in rank else 12, rows.loc[site, "status"] == "assumed", str(rank.get(site, "")))
            for site in rows.index
        ]
        legend = [(symbols.symbol("candidate", 18), self.text("legend.candidate"))]
        return self._places("candidates", "answer", told[columns], rows.geometry, pictures, legend)

    def platforms(self) -> Layer:
        """The answer."""
        rows = self.outcome.platforms
        told = pd.DataFrame(rows).assign(
            hazard=[self.text(f"hazard.{hazard}") for hazard in rows["hazard"]], **self._marks(rows)
        )
        columns = [
            "name",
            "commune",
            "tonnes_in",
            "tonnes_out",
            "energy_mwh",
            "capital_eur",
            "built_m2",
            "distance_housing_m",
            "zoning",
            "hazard",
        ]
        legend = [(symbols.symbol("platform", 18), self.text("legend.platform"))]
        pictures = [("platform", 42, False, "")] * len(rows)
        return self._places(
            "platforms", "answer", told[[*columns, "note", "status", "source"]], rows.geometry, pictures, legend
        )
