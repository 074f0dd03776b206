"""Styles that QGIS opens with the layers: one QML text a layer, as the table `layer_styles` of a GeoPackage holds it.

The format of the table and of QML is that of QGIS (Layer properties, Style, Save to database); colours are those of
the page.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd

from coopgeo.maps import symbols
from coopgeo.maps.classes import closed_breaks, density_digits, inner_breaks, ranges
from coopgeo.maps.symbols import PlaceSymbol
from coopgeo.text import Text

STYLES = "layer_styles"  # the table that QGIS reads


def layer_styles(
    layers: Mapping[str, gpd.GeoDataFrame], text: Text, places: Mapping[str, PlaceSymbol], *, date: str
) -> pd.DataFrame:
    """The rows of the table `layer_styles`: the default style of each layer.

    Parameters
    ----------
    layers : mapping of str to GeoDataFrame
        As `gis_layers.output_layers` gives them.
    text : Text
        Of the chain, in the language of the legend.
    places : mapping of str to PlaceSymbol
        How each kind of place is drawn.
    date : str
        ISO date to write beside each style.
    """
    makers: dict[str, Callable[[gpd.GeoDataFrame, Text], ET.Element]] = {
        "platforms": _platforms,
        "collection_points": lambda layer, text: _collection_points(layer, text, places),
        "catchments": _catchments,
        "customers": lambda layer, text: _customers(layer, text, places),
        "flows": _flows,
        "road_loads": _road_loads,
        "candidate_sites": _candidate_sites,
        "communes": _communes,
    }
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": text(f"qgis.{name}"),
            "styleQML": _document(makers[name](layer, text), _label(name), _aliases(layer, text)),
            "styleSLD": "",
            "useAsDefault": True,
            "description": text(f"qgis.{name}"),
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(date),
        }
        for name, layer in layers.items()
    ]
    return pd.DataFrame(rows)


def _platforms(_: gpd.GeoDataFrame, text: Text) -> ET.Element:
    return _rules([("", text("legend.platform"), _marker(symbols.PLACES["platform"], 7))])


def _collection_points(layer: gpd.GeoDataFrame, text: Text, places: Mapping[str, PlaceSymbol]) -> ET.Element:
    return _rules(_of_kinds(layer, text, places, 3.5))


def _customers(layer: gpd.GeoDataFrame, text: Text, places: Mapping[str, PlaceSymbol]) -> ET.Element:
    """A symbol for each kind; one for all where they are drawn alike."""
    kinds = list(dict.fromkeys(layer["kind"]))
    if not symbols.look_alike(kinds, places):
        return _rules(_of_kinds(layer, text, places, 4))
    served, place = text("legend.customer"), places[kinds[0]] if kinds else symbols.PLACES["customer"]
    return _rules(
        [
            ("\"status\" <> 'assumed'", served, _marker(place, 4)),
            ("\"status\" = 'assumed'", f"{served} ({text('status.assumed')})", _marker(place, 4, assumed=True)),
        ]
    )


def _of_kinds(
    layer: gpd.GeoDataFrame, text: Text, places: Mapping[str, PlaceSymbol], size_mm: float
) -> list[tuple[str, str, "_Drawn"]]:
    """A rule for each kind of place, hollow where assumed."""
    return [
        (
            f"\"kind\" = '{kind}' AND \"status\" {'=' if assumed else '<>'} 'assumed'",
            text(f"kind.{kind}") + (f" ({text('status.assumed')})" if assumed else ""),
            _marker(places[kind], size_mm, assumed=assumed),
        )
        for kind in dict.fromkeys(layer["kind"])
        for assumed in (False, True)
    ]


def _candidate_sites(_: gpd.GeoDataFrame, text: Text) -> ET.Element:
    return _rules(
        [
            ("\"excluded\" = ''", text("legend.candidate_plain"), _marker(symbols.PLACES["candidate"], 2.6)),
            ("\"excluded\" <> ''", text("legend.excluded"), _marker(symbols.PLACES["candidate"], 2.6, assumed=True)),
        ]
    )


def _catchments(layer: gpd.GeoDataFrame, text: Text) -> ET.Element:
    """A colour for each catchment; only one kind is switched on, as kinds lie over one another."""
    rules = []
    kinds = list(dict.fromkeys(layer["kind"]))
    for kind in kinds:
        for at, (_, row) in enumerate(layer[layer["kind"] == kind].iterrows()):
            words = f"{text(f'kind.{kind}')} {at + 1}"
            rules.append(
                (
                    f"\"id\" = '{row['id']}'",
                    words,
                    _fill(symbols.CATCHMENTS[at % len(symbols.CATCHMENTS)], opacity=0.55),
                    kind == kinds[0],
                )
            )
    return _rules(rules)


def _flows(layer: gpd.GeoDataFrame, text: Text) -> ET.Element:
    """Flows by stage, their width by tonnes."""
    most = float(layer["tonnes"].max())
    width = f'0.4 + 2.2 * sqrt("tonnes" / {most!r})'
    stages = [
        ("inbound", symbols.INBOUND, "solid"),
        ("outbound", symbols.OUTBOUND, "dash"),
        ("direct", symbols.DIRECT, "dot"),
    ]
    return _rules(
        [
            (f"\"stage\" = '{stage}'", text(f"stage.{stage}"), _line(colour, 1.0, dash, width))
            for stage, colour, dash in stages
        ]
    )


def _road_loads(layer: gpd.GeoDataFrame, text: Text) -> ET.Element:
    """Roads by the passes of lorries a year, in five classes of as many roads each."""
    classes = ranges(inner_breaks(layer["lorries_year"], digits=-1))
    rules = []
    for (low, high), (colour, width, _) in zip(classes, symbols.LORRIES, strict=False):
        parts = [f'"lorries_year" >= {low:g}'] if low is not None else []
        parts += [f'"lorries_year" < {high:g}'] if high is not None else []
        words = text("qgis.passes", low=text.number(low or 0), high="…" if high is None else text.number(high))
        rules.append((" AND ".join(parts), words, _line(colour, width / 4, "solid")))
    return _rules(rules)


def _communes(layer: gpd.GeoDataFrame, text: Text) -> ET.Element:
    """Communes by what is available, in classes of as many communes each."""
    digits = density_digits(layer["available_kept_t"])
    breaks = closed_breaks(layer["available_kept_t"], digits=digits)
    renderer = ET.Element(
        "renderer-v2",
        type="graduatedSymbol",
        attr="available_kept_t",
        graduatedMethod="GraduatedColor",
        forceraster="0",
        symbollevels="0",
    )
    ranges, drawn = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    for at, (low, high) in enumerate(pairwise(breaks)):
        words = (
            text("legend.between", low=text.number(low, digits), high=text.number(high, digits))
            + " "
            + text("qgis.kept_t_year")
        )
        ET.SubElement(
            ranges, "range", lower=f"{low:.6f}", upper=f"{high:.6f}", symbol=str(at), label=words, render="true"
        )
        drawn.append(_symbol(str(at), _fill(symbols.SCALES["available"][at], opacity=0.9)))
    return renderer


class _Drawn(NamedTuple):
    """A symbol of one symbol layer; `width` is an expression where the width of a line follows the data."""

    kind: str
    layer: str
    options: Mapping[str, str]
    opacity: float = 1.0
    width: str = ""


def _marker(place: PlaceSymbol, size_mm: float, *, assumed: bool = False) -> _Drawn:
    options = {
        "name": place.qgis,
        "size": f"{size_mm:g}",
        "size_unit": "MM",
        "color": _rgba("#ffffff" if assumed else place.colour),
        "outline_color": _rgba(place.colour if assumed else "#ffffff"),
        "outline_style": "dash" if assumed else "solid",
        "outline_width": "0.5" if assumed else "0.3",
        "outline_width_unit": "MM",
    }
    return _Drawn("marker", "SimpleMarker", options)


def _line(colour: str, width_mm: float, dash: str, width: str = "") -> _Drawn:
    options = {
        "line_color": _rgba(colour),
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "line_style": dash,
        "capstyle": "round",
        "joinstyle": "round",
    }
    return _Drawn("line", "SimpleLine", options, 0.85, width)


def _fill(colour: str, *, opacity: float) -> _Drawn:
    options = {
        "color": _rgba(colour),
        "outline_color": _rgba("#6b756f"),
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "style": "solid",
    }
    return _Drawn("fill", "SimpleFill", options, opacity)


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _symbol(name: str, mark: _Drawn) -> ET.Element:
    symbol = ET.Element(
        "symbol", name=name, type=mark.kind, alpha=f"{mark.opacity:g}", clip_to_extent="1", force_rhr="0"
    )
    drawn = ET.SubElement(symbol, "layer", {"class": mark.layer, "enabled": "1", "locked": "0", "pass": "0"})
    _options(drawn, mark.options)
    if mark.width:
        driven = ET.SubElement(ET.SubElement(drawn, "data_defined_properties"), "Option", type="Map")
        ET.SubElement(driven, "Option", name="name", type="QString", value="")
        properties = ET.SubElement(driven, "Option", name="properties", type="Map")
        outline = ET.SubElement(properties, "Option", name="outlineWidth", type="Map")
        ET.SubElement(outline, "Option", name="active", type="bool", value="true")
        ET.SubElement(outline, "Option", name="expression", type="QString", value=mark.width)
        ET.SubElement(outline, "Option", name="type", type="int", value="3")
        ET.SubElement(driven, "Option", name="type", type="QString", value="collection")
    return symbol


def _options(parent: ET.Element, options: Mapping[str, str]) -> None:
    held = ET.SubElement(parent, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(held, "Option", name=name, type="QString", value=value)


def _rules(rules: Iterable[tuple[Any, ...]]) -> ET.Element:
    """A renderer by rules: filter, words, symbol, and whether it is switched on."""
    renderer = ET.Element("renderer-v2", type="RuleRenderer", forceraster="0", symbollevels="0")
    root, drawn = ET.SubElement(renderer, "rules", key="root"), ET.SubElement(renderer, "symbols")
    for at, (which, words, mark, *on) in enumerate(rules):
        switched = {} if not on or on[0] else {"checkstate": "0"}
        ET.SubElement(
            root,
            "rule",
            {
                "key": f"rule-{at}",
                "symbol": str(at),
                "label": words,
                **({"filter": which} if which else {}),
                **switched,
            },
        )
        drawn.append(_symbol(str(at), mark))
    return renderer


def _label(name: str) -> str:
    """The field that names the features of a layer on the map; none where names would hide the map."""
    return "name" if name in ("platforms", "customers", "communes") else ""


def _aliases(layer: gpd.GeoDataFrame, text: Text) -> ET.Element:
    """The names in words of the columns, which QGIS shows in their place."""
    named = ET.Element("aliases")
    for at, column in enumerate(layer.columns.drop(layer.geometry.name), start=1):  # 0 is the number of the feature
        if title := text.words.get(f"column.{column}"):
            name = title.format(**text.units, product=column)
            ET.SubElement(named, "alias", field=column, index=str(at), name=name)
    return named


def _document(renderer: ET.Element, label: str, aliases: ET.Element) -> str:
    categories = "Symbology|Labeling|Fields"
    root = ET.Element("qgis", version="3.22.0", styleCategories=categories, labelsEnabled="1" if label else "0")
    root.append(renderer)
    root.append(aliases)
    if label:
        settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
        style = {
            "fieldName": label,
            "fontSize": "8",
            "fontSizeUnit": "Point",
            "textColor": _rgba(symbols.INK),
            "fontFamily": "Sans",
            "isExpression": "0",
        }
        written = ET.SubElement(settings, "text-style", style)
        ET.SubElement(
            written,
            "text-buffer",
            bufferDraw="1",
            bufferSize="0.8",
            bufferSizeUnits="MM",
            bufferColor="255,255,255,255",
            bufferOpacity="0.9",
        )
        ET.SubElement(settings, "placement", placement="0", dist="1")
    return ET.tostring(root, encoding="unicode")
