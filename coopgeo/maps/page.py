"""The page: the answer first, key figures, the map with its switches, what else could be chosen, and every table."""

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import geopandas as gpd
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

import coopgeo
from coopgeo.maps import symbols
from coopgeo.maps.basemap import corners, drawn_rivers, named_communes
from coopgeo.maps.leaflet import leaflet
from coopgeo.maps.opportunity_page import options_table
from coopgeo.maps.page_areas import counts_forest
from coopgeo.maps.page_layer import PageLayer, Scene
from coopgeo.maps.page_layers import layers_of_sites, page_layers
from coopgeo.maps.policy import policy
from coopgeo.maps.shapes import ShapePool
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.actors import chain_actors, support_sentence
from coopgeo.words.decision import how_sure, in_detail
from coopgeo.words.heat import heat_rows
from coopgeo.words.opportunity import turning_rows
from coopgeo.words.plants import shown_customers, spoken
from coopgeo.words.ranking import choices_in_words
from coopgeo.words.sentences import answer, case_answer, case_name, headline_figures, of_river, remarks_in_words, stages
from coopgeo.words.sharing import plan_sentences, player_rows, rule_rows, sharing_sentences
from coopgeo.words.sheets import Sheet, column_decimals, sheets
from coopgeo.words.sources import sources_used
from coopgeo.words.work import work_table

BACKGROUNDS = {
    "ign": "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
    "osm": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
}  # shown only when a reader asks for one
_HOSTS = "https://data.geopf.fr https://tile.openstreetmap.org"
_ASIDE = frozenset({"note", "status", "source"})  # columns that a card tells in small print
_TABLES = ("site_scores", "parameters")


def page(outcome: Outcome, text: Text, *, story: bool = True, tables: Mapping[str, Sheet] | None = None) -> str:
    """The whole page as HTML.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    story : bool
        False for the map alone with its switches.
    tables : mapping of str to Sheet, optional
        The sheets of the outcome, where they were drawn up before.
    """
    scripts = [leaflet()["script"], (files("coopgeo.maps") / "page.js").read_text(encoding="utf-8")]
    styles = [leaflet()["style"], (files("coopgeo.maps") / "page.css").read_text(encoding="utf-8")]
    environment = Environment(
        loader=PackageLoader("coopgeo.maps", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
    what_ifs = outcome.what_ifs
    tables = tables or sheets(outcome, text)
    return environment.get_template("page.html.jinja").render(
        text=text,
        outcome=outcome,
        settings=outcome.study.settings,
        chain=getattr(outcome.chain.settings, text.lang),
        version=coopgeo.__version__,
        story=story,
        policy=policy(scripts, styles, hosts=_HOSTS),
        scripts=scripts,
        styles=styles,
        patterns=symbols.patterns(forest=counts_forest(outcome.chain)),
        data=_data(outcome, text),
        cases=[_case(outcome, text("case.name_base"), answer(outcome, text), text)]
        + [_case(other.outcome, case_name(other, text), case_answer(other, outcome, text), text) for other in what_ifs],
        alternatives=choices_in_words(outcome, text),
        how_sure=how_sure(outcome, text),
        in_detail=in_detail(outcome, text),
        heat=heat_rows(outcome, text) if story else [],
        options=_options(outcome, text) if story else None,
        sharing=_sharing(outcome, text) if story else None,
        work=work_table(outcome, text) if story else None,
        actors=chain_actors(outcome, text) if story else [],
        coordination=support_sentence(outcome, text),
        tables=[(tables[key].title, tables[key].headers, _cells(tables[key].rows, text)) for key in _TABLES],
        sources=sources_used(outcome),
    )


def _options(outcome: Outcome, text: Text) -> dict[str, Any] | None:
    """The other ways to run the chain, and from where the answer turns; None where they were not asked for."""
    compared = outcome.compared
    if compared is None:
        return None
    return {
        **options_table(compared, text, text("opportunity.options_here")),
        "turns": turning_rows(compared, text),
        "turn_title": text("opportunity.turns_here"),
    }


def _sharing(outcome: Outcome, text: Text) -> dict[str, Any] | None:
    """Who gains what; None where that was not asked for."""
    sharing = outcome.sharing
    if sharing is None:
        return None
    return {
        "sentences": [*sharing_sentences(sharing, text), *plan_sentences(sharing, outcome, text)],
        "players": player_rows(sharing, text),
        "rules": rule_rows(sharing, text),
        "drawn": sharing.draws > 0,
    }


def _case(outcome: Outcome, name: str, sentences: dict[str, str], text: Text) -> dict[str, Any]:
    """What the story says in one case."""
    return {
        "name": name,
        "answer": sentences,
        "figures": headline_figures(outcome, text),
        "stages": stages(outcome, text),
        "total_unit": text.price(outcome.cost.eur_per_unit),
        "total_year": text.significant(outcome.cost.paid_eur_year, 3),
        "remarks": remarks_in_words(outcome, text),
    }


def _data(outcome: Outcome, text: Text) -> dict[str, Any]:
    """What the script of the page draws."""
    pool, study = ShapePool(), outcome.study
    river = of_river(study, text)
    base = Scene(outcome, spoken(outcome, text))
    layers = {layer.id: _plain_layer(layer, pool, base.text, river) for layer in page_layers(base)}
    cases: list[dict[str, Any]] = [{}]
    for other in outcome.what_ifs:
        scene = Scene(other.outcome, spoken(other.outcome, text), base)
        changed = layers_of_sites(scene) if other.kind == "sites" else page_layers(scene)
        drawn = {layer.id: _plain_layer(layer, pool, scene.text, river) for layer in changed}
        cases.append({name: layer for name, layer in drawn.items() if layer != layers.get(name)})
    shown = pd.concat([frame.geometry for frame in (outcome.platforms, shown_customers(outcome), study.territory)])
    outline = study.territory.geometry.union_all().boundary
    return {
        "lang": text.lang,
        "bounds": corners(shown),
        "layers": list(layers.values()),
        "cases": cases,
        "ground": {
            "land": pool.add(base.ground),
            "water": pool.add(base.lines(drawn_rivers(study))),
            "outline": pool.add(base.lines(gpd.GeoSeries([outline], crs=study.settings.crs))),
        },
        "names": named_communes(study),
        "legend": [
            {"picture": symbols.stroke(symbols.INK, 2.2, "7 4"), "words": text("legend.territory")},
            {"picture": symbols.symbol("candidate", 18, assumed=True), "words": text("legend.assumed")},
        ],
        "backgrounds": BACKGROUNDS,
        "words": {key.removeprefix("script."): words for key, words in text.words.items() if key.startswith("script.")},
        "shapes": pool.shapes,
    }


def _plain_layer(layer: PageLayer, pool: ShapePool, text: Text, of_river: str) -> dict[str, Any]:
    """A layer as plain data; styles are told once each."""
    digits = [column_decimals(layer.rows[name]) for name in layer.rows]
    styles = list({json.dumps(style): style for style in layer.styles}.values())
    return {
        "id": layer.id,
        "name": layer.name or text(f"layer.{layer.id}", of_river=of_river),
        "theme": layer.theme,
        "form": layer.form,
        "shown": layer.shown,
        "columns": [
            {"name": text(f"column.{name}"), "digits": places, "aside": name in _ASIDE}
            for name, places in zip(layer.rows, digits, strict=True)
        ],
        "rows": [
            [_plain(value, places) for value, places in zip(row, digits, strict=True)]
            for row in layer.rows.itertuples(index=False)
        ],
        "shapes": pool.add(layer.shapes),
        "styles": styles,
        "style": [styles.index(style) for style in layer.styles],
        "legend": [{"picture": picture, "words": words} for picture, words in layer.legend],
    }


def _plain(value: Any, digits: int | None) -> str | float | None:
    """A value for JSON; numbers with the digits that are shown and three more."""
    if isinstance(value, str):
        return value
    if value is None or not math.isfinite(value):  # out of reach stays blank
        return None
    return round(float(value), (digits or 0) + 3) + 0.0


def _cells(table: pd.DataFrame, text: Text) -> list[list[dict[str, Any]]]:
    """The cells of a table as texts; numbers of a column share their decimals."""
    digits = {name: column_decimals(table[name]) for name in table}

    def cell(name: str, value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            return {"text": value, "number": False}
        shared = digits[name]
        shown = (
            ""
            if value is None or not math.isfinite(value)
            else text.plain(value)
            if shared is None
            else text.number(value, shared)
        )
        return {"text": shown, "number": True}

    return [
        [cell(name, value) for name, value in zip(table.columns, row, strict=True)]
        for row in table.itertuples(index=False)
    ]
