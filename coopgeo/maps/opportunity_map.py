"""The map of the opportunity study: one still picture (SVG) of the territory, the best sites and the partners."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import escape

from coopgeo.arrays import Floats
from coopgeo.maps.basemap import drawn_rivers
from coopgeo.maps.page_partners import partner_points
from coopgeo.maps.symbols import CATCHMENTS, SEA
from coopgeo.opportunity import ChainStudy, Opportunity
from coopgeo.opportunity.options import plants_of_others
from coopgeo.text import Text
from coopgeo.words.actors import partner_name
from coopgeo.words.opportunity import chain_name

_WIDTH = 1000  # of the picture, px; its height follows the ground
_MARGIN_M = 4_000.0
_SIMPLIFY_M = 150.0
_APART_PX = 17.0  # symbols that lie closer are set beside each other
_SAME_PX = 3.0  # of a partner that is the site itself
_LETTER_PX = 7.6  # of a label, at most


@dataclass(frozen=True)
class StillMap:
    """The picture, with the words of its legend.

    Attributes
    ----------
    svg : str
    legend : list of (str, str)
        SVG and words.
    outside : list of str
        Partners whose place lies off the picture.
    """

    svg: str
    legend: list[tuple[str, str]]
    outside: list[str]


@dataclass(frozen=True)
class _Mark:
    """A symbol with its label."""

    x: float
    y: float
    symbol: str
    label: str


def still_map(opportunity: Opportunity, text: Text) -> StillMap:
    """Draw the territory with the best site of each chain and the partners that have a place.

    Parameters
    ----------
    opportunity : Opportunity
    text : Text
    """
    study = opportunity.study
    territory = study.territory
    sites = [(chain, chain.outcome.platforms) for chain in opportunity.chains if chain.outcome is not None]
    frame = _frame(territory, [platforms for _, platforms in sites])
    view = _View(frame)
    partners = partner_points(study)
    inside = partners.geometry.within(shapely.box(*frame)).to_numpy(bool)
    chosen = _site_marks(sites, view, text)
    others = [
        one
        for one in _partner_marks(partners[inside], view, text)
        if all(np.hypot(one[0] - site[0], one[1] - site[1]) > _SAME_PX for site in chosen)
    ]
    marks = _apart([*chosen, *others])
    ground = [
        f'<path d="{view.path(shape)}"/>' for shape in territory.geometry.simplify_coverage(_SIMPLIFY_M).to_numpy()
    ]
    shown = shapely.box(*frame)
    rivers = [
        f'<path d="{view.path(shape)}"{_river(shape)}/>'
        for shape in drawn_rivers(study).simplify(_SIMPLIFY_M).intersection(shown)
        if not shape.is_empty
    ]
    label = escape(text("opportunity.map_label"))
    svg = (
        f'<svg viewBox="0 0 {_WIDTH} {view.height:.0f}" role="img" aria-label="{label}">'
        f'<g fill="#fff" stroke="#b9c2b4" stroke-width="1">{"".join(ground)}</g>'
        f'<g stroke="{SEA}" fill="{SEA}">{"".join(rivers)}</g>'
        f"{''.join(one.symbol for one in marks)}{''.join(one.label for one in marks)}</svg>"
    )
    names = {one.id: one for one in partners["partner"][~inside]}
    outside = list(dict.fromkeys(partner_name(one, text) for one in names.values()))
    return StillMap(svg, _legend(opportunity, text), outside)


def _frame(territory: gpd.GeoDataFrame, platforms: Sequence[gpd.GeoDataFrame]) -> tuple[float, float, float, float]:
    shapes = pd.concat([territory.geometry, *(one.geometry for one in platforms)])
    west, south, east, north = shapes.total_bounds
    return west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M


class _View:
    """From metres to pixels."""

    def __init__(self, frame: tuple[float, float, float, float]) -> None:
        self.west, south, east, self.north = frame
        self.scale = _WIDTH / (east - self.west)
        self.height = (self.north - south) * self.scale

    def at(self, point: shapely.Point) -> tuple[float, float]:
        x, y = self.pixels(np.array([[point.x, point.y]]))[0]
        return float(x), float(y)

    def pixels(self, metres: Floats) -> Floats:
        return np.asarray((metres - (self.west, self.north)) * (self.scale, -self.scale))

    def path(self, shape: shapely.Geometry) -> str:
        rings = [
            line
            for part in shapely.get_parts(shape)
            for line in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])
        ]
        return "".join(self._line(line) for line in rings)

    def _line(self, line: shapely.Geometry) -> str:
        pixels = self.pixels(shapely.get_coordinates(line))
        closed = "z" if shapely.is_closed(line) else ""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels) + closed


def _river(shape: shapely.Geometry) -> str:
    return "" if "Polygon" in shape.geom_type else ' fill="none" stroke-width="4"'


def colours(opportunity: Opportunity) -> dict[str, str]:
    """The colour of each chain: those of the catchments, told apart by colour-blind readers."""
    dark = [CATCHMENTS[number] for number in (1, 3, 5, 8, 0, 6)]
    return {chain.id: dark[number % len(dark)] for number, chain in enumerate(opportunity.chains)}


def _site_marks(
    sites: Sequence[tuple[ChainStudy, gpd.GeoDataFrame]], view: _View, text: Text
) -> list[tuple[float, float, int, str, str]]:
    marks = []
    for number, (chain, platforms) in enumerate(sites):
        assert chain.outcome is not None
        plants = plants_of_others(chain.outcome.chain)
        for site, row in platforms.iterrows():
            x, y = view.at(row.geometry)
            words = f"{chain_name(chain, text)} : {row['name']}"
            assumed = row["status"] == "assumed"
            marks.append((x, y, number + 1, "plant" if site in plants else "assumed" if assumed else "site", words))
    return marks


def _partner_marks(partners: gpd.GeoDataFrame, view: _View, text: Text) -> list[tuple[float, float, int, str, str]]:
    marks: dict[str, tuple[float, float, int, str, str]] = {}
    for partner, point in zip(partners["partner"], partners.geometry, strict=True):
        marks.setdefault(partner.name, (*view.at(point), 0, "partner", partner.name or partner_name(partner, text)))
    return list(marks.values())


def _apart(marks: Sequence[tuple[float, float, int, str, str]]) -> list[_Mark]:
    """Symbols and labels where none hides another: a symbol goes to the right, a label down, until there is room."""
    placed: list[tuple[float, float]] = []
    labels: list[tuple[float, float, float, float]] = []
    drawn = []
    for start_x, y, number, kind, words in marks:
        x = start_x
        while any(np.hypot(x - other_x, y - other_y) < _APART_PX for other_x, other_y in placed):
            x += _APART_PX
        placed.append((x, y))
        width = _LETTER_PX * len(words)
        left = x + 14 if x + 14 + width < _WIDTH else x - 14 - width
        top = y - 8
        while any(
            left < right and left + width > start and top < bottom and top + 16 > upper
            for start, upper, right, bottom in labels
        ):
            top += 4
        labels.append((left, top, left + width, top + 16))
        bold = ' font-weight="700"' if number else ""
        label = (
            f'<text x="{left:.0f}" y="{top + 13:.0f}" font-size="14"{bold} fill="#1b2a33" stroke="#fff" '
            f'stroke-width="4" paint-order="stroke">{escape(words)}</text>'
        )
        drawn.append(_Mark(x, y, mark(x, y, number, kind), label))
    return drawn


def mark(x: float, y: float, number: int, kind: str) -> str:
    """SVG of a symbol: a numbered disc for a site (hollow if assumed), a numbered square for a plant, a partner."""
    if kind == "partner":
        return (
            f'<g fill="#b25000" stroke="#fff"><circle cx="{x:.1f}" cy="{y - 4:.1f}" r="4.5"/>'
            f'<path d="M{x - 8:.1f} {y + 9:.1f}c0-10 16-10 16 0z"/></g>'
        )
    paint = (
        'fill="#fff" stroke="#12355b" stroke-dasharray="4 2"' if kind == "assumed" else 'fill="#12355b" stroke="#fff"'
    )
    ink = "#12355b" if kind == "assumed" else "#fff"
    shape = (
        f'<rect x="{x - 11:.1f}" y="{y - 11:.1f}" width="22" height="22" {paint} stroke-width="2"/>'
        if kind == "plant"
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" {paint} stroke-width="2"/>'
    )
    return (
        f'{shape}<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="14" font-weight="700" '
        f'fill="{ink}">{number}</text>'
    )


def _legend(opportunity: Opportunity, text: Text) -> list[tuple[str, str]]:
    found = []
    chains = [chain for chain in opportunity.chains if chain.outcome is not None]
    for number, chain in enumerate(chains, start=1):
        assert chain.outcome is not None
        sites, plants = chain.outcome.platforms, plants_of_others(chain.outcome.chain)
        of_others = bool(len(sites)) and set(sites.index) <= plants
        kind = "plant" if of_others else "assumed" if (sites["status"] == "assumed").any() else "site"
        key = "opportunity.legend_plant" if of_others else "opportunity.legend_platform"
        found.append((_picture(number, kind), text(key, chain=chain_name(chain, text))))
    return [*found, (_picture(0, "partner"), text("opportunity.legend_partner"))]


def _picture(number: int, kind: str) -> str:
    return f'<svg width="28" height="28" aria-hidden="true">{mark(14, 14, number, kind)}</svg>'
