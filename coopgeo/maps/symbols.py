"""Symbols of the map, drawn as small SVG pictures, the same on the map and in the legend.

What is attested is filled; what is assumed is hollow with a broken outline, so that nobody takes it for a fact.
"""

INK = "#1b2a33"
SEA = "#cfe3ee"
SHAPES = {
    "landing": '<path d="M12 2 22 21H2z"/>',
    "hedge_depot": '<circle cx="12" cy="12" r="9.5"/>',
    "recycling_centre": '<rect x="3" y="3" width="18" height="18"/>',
    "sawmill": '<path d="M12 1 23 12 12 23 1 12z"/>',
    "customer": '<path d="M12 2 22 11v11H2V11z"/>',
    "competitor": '<path d="M2 22V9l7 5V9l7 5V3h6v19z"/>',
    "platform": '<path d="M12 1l3.2 7.3 7.8.8-5.9 5.3 1.7 7.8L12 18.1 5.2 22.2l1.7-7.8L1 9.1l7.8-.8z"/>',
    "candidate": '<circle cx="12" cy="12" r="10"/>',
    "bridge": '<path d="M1 16Q12 4 23 16v3h-3v-3H4v3H1z"/>',
    "ferry": '<path d="M2 13h20l-4 7H6zM7 6h10v6H7z"/>',
}
COLOURS = {
    "landing": "#1f6b3a",
    "hedge_depot": "#7a9a01",
    "recycling_centre": "#8a5a2b",
    "sawmill": "#b8860b",
    "customer": "#c8401e",
    "competitor": "#555b61",
    "platform": "#12355b",
    "candidate": "#5b6f86",
    "bridge": "#27323a",
    "ferry": "#27323a",
}
ROADS = {"motorway": ("#d1495b", 3.0), "trunk": ("#d1495b", 2.2), "primary": ("#e08e45", 1.8), "secondary": ("#b9a44c", 1.1), "tertiary": ("#a9b0b5", 0.6)}
INBOUND, OUTBOUND = "#0a7f8c", "#7b2d8b"
FOREST = ("#f4f6ee", "#dcebc8", "#b5d69a", "#7fb66d", "#478a4a")
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


def symbol(kind: str, size_px: float, *, assumed: bool = False, label: str = "") -> str:
    """SVG of a symbol.

    Parameters
    ----------
    kind : str
        Key of `SHAPES`.
    size_px : float
    assumed : bool
        Hollow with a broken outline.
    label : str
        One or two characters written on it.
    """
    colour = COLOURS[kind]
    paint = f'fill="#fff" stroke="{colour}" stroke-width="2.6" stroke-dasharray="3.6 2"' if assumed else f'fill="{colour}" stroke="#fff" stroke-width="1.4"'
    ink = colour if assumed else "#fff"
    written = f'<text x="12" y="16.5" text-anchor="middle" font-size="12" font-weight="700" fill="{ink}">{label}</text>' if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px:g}" height="{size_px:g}" viewBox="-1 -1 26 26" aria-hidden="true">'
        f"<g {paint}>{SHAPES[kind]}</g>{written}</svg>"
    )


def flow_width(tonnes: float, most: float) -> float:
    """Width of a flow on the map, px: the square root tells small from large."""
    return round(2 + 9 * (tonnes / most) ** 0.5, 1) if most > 0 else 2.0
