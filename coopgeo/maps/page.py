"""The page round the map: headline, key figures, legend, tables, sources."""

from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

import coopgeo
from coopgeo.maps import symbols
from coopgeo.maps.ground import Ground
from coopgeo.maps.layers import Layers
from coopgeo.maps.leaflet import addresses
from coopgeo.outcome import Outcome
from coopgeo.roads import RoadNetwork
from coopgeo.sheets import column_decimals, sheets
from coopgeo.study import Study
from coopgeo.text import Text, decimals
from coopgeo.words import remark_text

_MARGIN_PX = (24, 24)
_LEAST_SHARE = 0.001
_SHOWN_ALTERNATIVES = 5
_CLOSE_CALL = 0.02  # regret / cost under which the reader is told that the sites are nearly equal


def folium_map(outcome: Outcome, text: Text | None = None, *, height: str = "640px") -> folium.Map:
    """The map alone, for a notebook or the page.

    Parameters
    ----------
    outcome : Outcome
    text : Text, optional
        French by default.
    height : str
        CSS height.

    Returns
    -------
    folium.Map
        Without any tile and any address: everything on it comes from the study, Leaflet from its package.
    """
    chart = _blank(height)
    for group in Layers(outcome, text or Text("fr")).all():
        group.add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    chart.fit_bounds(_bounds(outcome), padding=_MARGIN_PX)
    return chart


def ground_map(study: Study, roads: RoadNetwork, text: Text | None = None, *, height: str = "480px") -> folium.Map:
    """A map of the land, the river, the roads and the names of a study, to draw on: `table.explore(m=ground_map(study, roads))`.

    Parameters
    ----------
    study : Study
    roads : RoadNetwork
    text : Text, optional
        French by default.
    height : str
        CSS height.

    Returns
    -------
    folium.Map
        Without any tile and any address; shows the territory.
    """
    chart, ground = _blank(height), Ground(study, roads, text or Text("fr"))
    for group in (ground.ground(), ground.water(), ground.roads(), ground.territory(), ground.names()):
        group.add_to(chart)
    figure: Any = chart.get_root()
    style = f"<style>.leaflet-container{{background:{symbols.SEA}!important}} .town{{white-space:nowrap;font:600 11px sans-serif}}</style>"
    figure.header.add_child(folium.Element(style))
    chart.fit_bounds(_corners(study.territory.geometry), padding=_MARGIN_PX)
    return chart


def _blank(height: str) -> folium.Map:
    """A map without tiles that loads nothing from the internet."""
    chart = folium.Map(tiles=None, control_scale=False, attribution_control=False, zoom_snap=0.25, height=height, min_zoom=8, max_zoom=15)
    chart.default_js, chart.default_css = [("leaflet", addresses()["script"])], [("leaflet_style", addresses()["style"])]
    return chart


def _bounds(outcome: Outcome) -> list[list[float]]:
    """South-west and north-east of what the map must show, as latitudes and longitudes."""
    return _corners(pd.concat([frame.geometry for frame in (outcome.platforms, outcome.customers, outcome.study.territory)]))


def _corners(shown: gpd.GeoSeries) -> list[list[float]]:
    west, south, east, north = (round(float(side), 5) for side in shown.to_crs("EPSG:4326").total_bounds)
    return [[south, west], [north, east]]


def page(outcome: Outcome, text: Text, leaflet: dict[str, str]) -> str:
    """The whole page as HTML.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    leaflet : dict of str
        `script` and `style` of Leaflet, to stand in the page.
    """
    chart = folium_map(outcome, text, height="100%")
    chart.default_js, chart.default_css = [], []  # stand in the page instead
    figure: Any = chart.get_root()
    figure.render()
    control = next(child for child in chart._children.values() if isinstance(child, folium.LayerControl))  # noqa: SLF001 - branca has no public way to find a child
    environment = Environment(loader=PackageLoader("coopgeo.maps", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("page.html.jinja").render(
        text=text,
        outcome=outcome,
        settings=outcome.study.settings,
        chain=getattr(outcome.chain.settings, text.lang),
        forest=_forest_scale(text),
        version=coopgeo.__version__,
        leaflet=leaflet,
        map_html=figure.html.render(),
        map_script=figure.script.render(),
        bounds=_bounds(outcome),
        map=chart.get_name(),
        control=control.get_name(),
        answer=answer(outcome, text),
        figures=headline_figures(outcome, text),
        remarks=[remark_text(outcome, text, at) for at in range(len(outcome.remarks))],
        stages=_stages(outcome, text),
        alternatives=_alternatives(outcome, text),
        legend=_legend(outcome, text),
        tables=[(title, list(table.columns), _cells(table, text)) for title, table in sheets(outcome, text).items() if title in _shown_tables(text)],
        sources=outcome.study.sources.loc[_sources_used(outcome)],
    )


def answer(outcome: Outcome, text: Text) -> dict[str, str]:
    """The answer in a sentence, and how sure it is in another."""
    places = [place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()]
    tonnes = float(outcome.platforms["tonnes_out"].sum())
    proof = text(f"proof.{outcome.objective.status}", gap=text.percent(outcome.objective.gap, 2))
    names = outcome.chain.candidate_sites["name"]
    sure = text("page.sure", proof=proof)
    if outcome.alternatives:
        second = outcome.alternatives[0]
        share = second.regret_eur_year / outcome.objective.value_eur_year
        site = text.joined([names[site] for site in second.sites])
        sure += " " + text("page.second", site=site, regret=text.significant(second.regret_eur_year), share=_percent_of(share, text))
        sure += " " + text("page.close") if share < _CLOSE_CALL else ""
    existing = int((outcome.customers["status"] == "attested").sum())
    market = outcome.chain.parameters.market_price_eur_mwh
    serves = text(
        "page.serves_one" if len(places) == 1 else "page.serves_many",
        tonnes=text.significant(tonnes),
        boilers=text.number(len(outcome.customers)),
        existing=text.number(existing),
        price=text.number(outcome.cost.eur_per_mwh, 0),
    )
    if outcome.cost.eur_per_mwh > market.value:
        serves += " " + text("page.above_market", low=text.number(market.low), high=text.number(market.high))
    headline = text("page.headline_one" if len(places) == 1 else "page.headline_many", sites=text.joined(places), count=len(places))
    return {"headline": headline, "serves": serves, "sure": sure}


def place_name(name: str, commune: str) -> str:
    """Name of a site with its commune, unless the name says it already."""
    return name if commune in name else f"{name} ({commune})"


def headline_figures(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """The key figures: value, unit, what it is, what it leaves out."""
    market = outcome.chain.parameters.market_price_eur_mwh
    used = int((outcome.collection_points["tonnes_used"] > 0).sum())
    busiest = busiest_lorries_year(outcome)
    capital, area_m2 = float(outcome.platforms["capital_eur"].sum()), float(outcome.platforms["built_m2"].sum())
    figures = [
        (text.number(outcome.cost.eur_per_mwh, 1), "€/MWh", text("key.cost"), text("figure.cost", low=text.number(market.low), high=text.number(market.high))),
        (text.significant(float(outcome.platforms["tonnes_out"].sum())), "t", text("key.tonnes"), text("figure.tonnes", points=used)),
        (text.significant(capital), "€", text("figure.capital"), text("figure.capital_note", area=text.number(area_m2 / 10_000, 1))),
        (text.number(busiest / 220, 1 if busiest / 220 < 10 else 0), text("figure.a_day"), text("figure.lorries"), text("figure.lorries_note")),
        (
            f"{text.number(outcome.jobs.fte_low, 1)} – {text.number(outcome.jobs.fte_high, 1)}",
            text("key.fte"),
            text("key.jobs"),
            text("figure.jobs", insertion=text.number(outcome.jobs.insertion_fte, 1)),
        ),
        (
            text.significant(outcome.co2.avoided_t_year),
            "t",
            text("key.co2"),
            text("figure.co2", standard=text.significant(outcome.co2.standard_avoided_t_year)),
        ),
    ]
    return [dict(zip(("value", "unit", "name", "note"), figure, strict=True)) for figure in figures]


def busiest_lorries_year(outcome: Outcome) -> float:
    """Lorry passes a year on the busiest road, both stages and both directions together."""
    loads = outcome.road_loads
    return float(loads.groupby(loads.geometry.normalize().to_wkb())["lorries_year"].sum().max()) if len(loads) else 0.0


def _percent_of(share: float, text: Text) -> str:
    return text.percent(share, 1) if share >= _LEAST_SHARE else f"< {text.percent(_LEAST_SHARE, 1)}"


def _stages(outcome: Outcome, text: Text) -> list[dict[str, Any]]:
    total, energy = outcome.objective.value_eur_year, float(outcome.platforms["energy_mwh"].sum())
    return [
        {"name": text(f"stage.{name}"), "share": value / total, "year": text.significant(value, 3), "mwh": text.number(value / energy, 1)}
        for name, value in outcome.cost.stages_eur_year.items()
    ]


def _alternatives(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """The chosen sites and the best alternatives, each with what it costs more and, beside it, the score of its sites."""
    names, scores = outcome.chain.candidate_sites["name"], outcome.site_scores["score"]
    ranked = [(tuple(outcome.platforms.index), "–")]
    ranked += [(other.sites, f"+ {text.significant(other.regret_eur_year)} €") for other in outcome.alternatives[:_SHOWN_ALTERNATIVES]]
    return [
        {
            "rank": str(rank),
            "sites": text.joined([names[site] for site in sites]),
            "regret": regret,
            "score": " / ".join(text.number(scores[site], 2) for site in sites),
        }
        for rank, (sites, regret) in enumerate(ranked, start=1)
    ]


def _legend(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """Pictures and words, in the order of the map; pictures are SVG of our own."""
    kinds = list(dict.fromkeys(outcome.collection_points["kind"]))
    entries = [("platform", False, "legend.platform"), *((kind, False, f"kind.{kind}") for kind in kinds), ("customer", False, "legend.customer")]
    entries += [("customer", True, "legend.assumed"), ("candidate", False, "legend.candidate"), ("competitor", False, "legend.competitor")]
    entries += [("bridge", False, "legend.bridge"), ("ferry", False, "legend.ferry")]
    pictures = [{"picture": symbols.symbol(kind, 18, assumed=assumed), "words": text(key)} for kind, assumed, key in entries]
    lines = [(symbols.INBOUND, 6.0, "stage.inbound"), (symbols.OUTBOUND, 6.0, "stage.outbound"), (symbols.ROADS["motorway"][0], 3.0, "legend.motorway")]
    lines += [
        (symbols.INK, 2.0, "legend.territory"),
        (symbols.ROADS["primary"][0], 2.0, "legend.primary"),
        (symbols.ROADS["secondary"][0], 1.5, "legend.secondary"),
    ]
    strokes = [
        {"picture": f'<svg width="26" height="18" aria-hidden="true"><path d="M1 9h24" stroke="{colour}" stroke-width="{width:g}"/></svg>', "words": text(key)}
        for colour, width, key in lines
    ]
    return pictures + strokes


def _cells(table: pd.DataFrame, text: Text) -> list[list[dict[str, Any]]]:
    """The cells of a table as texts; numbers of a column share their decimals."""
    digits = {name: column_decimals(table[name]) for name in table}

    def cell(name: str, value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            return {"text": value, "number": False}
        shared = digits[name]
        shown = "" if value is None or pd.isna(value) else text.number(value, decimals(value) if shared is None else shared)
        return {"text": shown, "number": True}

    return [[cell(name, value) for name, value in zip(table.columns, row, strict=True)] for row in table.itertuples(index=False)]


def _forest_scale(text: Text) -> list[tuple[str, str]]:
    """Colours of the forest layer with the share that each begins at."""
    return [(colour, text.percent(start)) for colour, start in zip(symbols.FOREST, (0.0, *symbols.FOREST_BREAKS), strict=True)]


def _shown_tables(text: Text) -> list[str]:
    return [text(f"sheet.{key}") for key in ("collection_points", "catchments", "site_scores", "customers", "parameters")]


def _sources_used(outcome: Outcome) -> list[str]:
    chain, study = outcome.chain, outcome.study
    tables = [
        chain.resources,
        chain.competitors,
        chain.harvest_costs,
        chain.collection_points,
        chain.customers,
        chain.candidate_sites,
        chain.platform_sizes,
        study.communes,
    ]
    tables += list(study.road_tables.values())
    used = set(pd.concat([table["source"] for table in tables])) | {parameter.source for _, parameter in chain.parameters}
    used |= {criterion.source for _, criterion in study.settings.site_scores.criteria}
    return [key for key in study.sources.index if key in used]
