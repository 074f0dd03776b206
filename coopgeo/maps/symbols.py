"""Symbols, lines and patterns, drawn as small SVG pictures, the same on the map and in the legend.

What is attested is filled; what is assumed is hollow with a broken outline, so that nobody takes it for a fact. Areas
have a pattern beside their colour, lines a dash, symbols a shape: nothing is told by colour alone.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

INK = "#1b2a33"
SEA = "#cfe3ee"


class PlaceSymbol(NamedTuple):
    """How places of a kind are drawn, wherever they are.

    Attributes
    ----------
    shape : str
        SVG in a box of 24.
    colour : str
    marker : str
        The nearest shape of matplotlib.
    qgis : str
        The nearest shape of QGIS.
    """

    shape: str
    colour: str
    marker: str = "o"
    qgis: str = "circle"


SHAPES = {  # of `kinds.csv`: SVG, and the nearest of matplotlib and of QGIS
    "triangle": ('<path d="M12 2 22 21H2z"/>', "^", "triangle"),
    "circle": ('<circle cx="12" cy="12" r="9.5"/>', "o", "circle"),
    "square": ('<rect x="3" y="3" width="18" height="18"/>', "s", "square"),
    "diamond": ('<path d="M12 1 23 12 12 23 1 12z"/>', "D", "diamond"),
    "pentagon": ('<path d="M12 2 22 11v11H2V11z"/>', "p", "pentagon"),
    "factory": ('<path d="M2 22V9l7 5V9l7 5V3h6v19z"/>', "s", "square"),
    "star": ('<path d="M12 1l3.2 7.3 7.8.8-5.9 5.3 1.7 7.8L12 18.1 5.2 22.2l1.7-7.8L1 9.1l7.8-.8z"/>', "*", "star"),
    "ring": (
        '<path fill-rule="evenodd" d="M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20zm0 5a5 5 0 1 1 0 10 5 5 0 1 1 0-10z"/>',
        "o",
        "circle",
    ),
}


def drawn_as(shape: str, colour: str) -> PlaceSymbol:
    """A shape of `SHAPES` in a colour."""
    svg, marker, qgis = SHAPES[shape]
    return PlaceSymbol(svg, colour, marker, qgis)


PLACES = {  # those that are no kind of `kinds.csv`
    "customer": drawn_as("pentagon", "#c8401e"),
    "competitor": drawn_as("factory", "#555b61"),
    "platform": drawn_as("star", "#12355b"),
    "candidate": PlaceSymbol('<circle cx="12" cy="12" r="10"/>', "#5b6f86"),
    "bridge": PlaceSymbol('<path d="M1 16Q12 4 23 16v3h-3v-3H4v3H1z"/>', "#27323a"),
    "ferry": PlaceSymbol('<path d="M2 13h20l-4 7H6zM7 6h10v6H7z"/>', "#27323a"),
}
ROAD_CLASSES = {
    "motorway": ("#d1495b", 3.0),
    "trunk": ("#d1495b", 2.2),
    "primary": ("#e08e45", 1.8),
    "secondary": ("#b9a44c", 1.1),
    "tertiary": ("#a9b0b5", 0.6),
}
INBOUND, OUTBOUND, DIRECT = "#0a7f8c", "#7b2d8b", "#b45309"
STAGES = {"inbound": (INBOUND, ""), "outbound": (OUTBOUND, "10 6"), "direct": (DIRECT, "2 6")}  # colour and dashes
LORRY_BREAKS = (1.0, 2.0, 5.0, 10.0)  # passes a day at which a class begins
LORRIES = (
    ("#a3a300", 2.5, "2 5"),
    ("#c28e00", 4.0, "8 5"),
    ("#c65d00", 5.5, "14 4"),
    ("#a8261a", 7.0, ""),
    ("#5c0a1e", 9.0, ""),
)  # colour, px, dash
SCALES = {
    "available": ("#f7f3e8", "#e3dcb4", "#c9c27c", "#9c9f4d", "#66762f"),
    "forest": ("#f4f6ee", "#dcebc8", "#b5d69a", "#7fb66d", "#478a4a"),
    "bands": ("#2c7fb8", "#7fcdbb", "#e7f5c0"),
}
FOREST_BREAKS = (0.05, 0.10, 0.20, 0.40)
CATCHMENTS = (
    "#cc6677",
    "#332288",
    "#ddcc77",
    "#117733",
    "#88ccee",
    "#882255",
    "#44aa99",
    "#999933",
    "#aa4499",
)  # Paul Tol, muted: told apart by colour-blind readers
_HATCHES = (
    (45, 8),
    (135, 8),
    (0, 7),
    (90, 7),
    (45, 4),
    (135, 4),
    (20, 10),
    (110, 10),
    (70, 6),
)  # turn (degrees) and space (px) of the lines


def places_of(kinds: pd.DataFrame) -> Mapping[str, PlaceSymbol]:
    """How each kind of place is drawn, by id.

    Parameters
    ----------
    kinds : DataFrame
        `kinds.csv`, indexed by id.
    """
    return {str(id): drawn_as(row["shape"], row["colour"]) for id, row in kinds.iterrows()}


def look_alike(kinds: Iterable[str], places: Mapping[str, PlaceSymbol]) -> bool:
    """Whether all places of some kinds are drawn alike, so that a legend needs one entry for them."""
    return len({places[kind] for kind in kinds}) <= 1


def symbol(kind: str | PlaceSymbol, size_px: float, *, assumed: bool = False, label: str = "") -> str:
    """SVG of a symbol.

    Parameters
    ----------
    kind : str or PlaceSymbol
        Key of `PLACES`, or how a kind is drawn.
    size_px : float
    assumed : bool
        Hollow with a broken outline.
    label : str
        One or two characters written on it.
    """
    place = PLACES[kind] if isinstance(kind, str) else kind
    colour = place.colour
    paint = (
        f'fill="#fff" stroke="{colour}" stroke-width="2.6" stroke-dasharray="3.6 2"'
        if assumed
        else f'fill="{colour}" stroke="#fff" stroke-width="1.4"'
    )
    ink = colour if assumed else "#fff"
    written = (
        f'<text x="12" y="16.5" text-anchor="middle" font-size="12" font-weight="700" fill="{ink}">{label}</text>'
        if label
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px:g}" height="{size_px:g}" '
        f'viewBox="-1 -1 26 26" aria-hidden="true">'
        f"<g {paint}>{place.shape}</g>{written}</svg>"
    )


def stroke(colour: str, width_px: float, dash: str = "") -> str:
    """SVG of a line, for the legend."""
    broken = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<svg width="26" height="18" aria-hidden="true">'
        f'<path d="M1 9h24" stroke="{colour}" stroke-width="{width_px:g}"{broken}/></svg>'
    )


def swatch(pattern: str) -> str:
    """SVG of an area with a pattern, for the legend."""
    return (
        f'<svg width="26" height="18" aria-hidden="true">'
        f'<rect x="1" y="1" width="24" height="16" fill="url(#{pattern})" stroke="#6b756f"/></svg>'
    )


def patterns(*, forest: bool = True) -> str:
    """SVG definitions of all patterns, or of all but those of forest.

    `p-SCALE-CLASS` has lines the closer the higher the class, `p-catchment-NUMBER` each its own hatch.
    """
    definitions = []
    for scale, colours in SCALES.items():
        if scale == "forest" and not forest:
            continue
        for at, colour in enumerate(colours):
            space = 0 if at == 0 else 15 - 2.6 * at
            definitions.append(_pattern(f"p-{scale}-{at}", colour, 45 if scale == "available" else 135, space))
    definitions += [
        _pattern(f"p-catchment-{at}", colour, turn, space)
        for at, (colour, (turn, space)) in enumerate(zip(CATCHMENTS, _HATCHES, strict=True))
    ]
    return "".join(definitions)


def _pattern(name: str, colour: str, turn: int, space: float) -> str:
    """A ground of a colour with lines at an angle, `space` px apart; no lines if 0."""
    side = space or 8
    lines = f'<path d="M0 0V{side:g}" stroke="{INK}" stroke-opacity=".45" stroke-width="1.1"/>' if space else ""
    return (
        f'<pattern id="{name}" width="{side:g}" height="{side:g}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})">'
        f'<rect width="{side:g}" height="{side:g}" fill="{colour}"/>{lines}</pattern>'
    )


def flow_width(tonnes: float, most: float) -> float:
    """Width of a flow on the map, px: the square root tells small from large."""
    return round(2 + 9 * (tonnes / most) ** 0.5, 1) if most > 0 else 2.0
