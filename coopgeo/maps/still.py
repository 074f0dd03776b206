"""Maps that stand still, for paper and slides: the answer, where the resource lies, the lorries on the roads."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from coopgeo.maps import symbols
from coopgeo.maps.basemap import drawn_rivers, main_roads, named_communes
from coopgeo.maps.classes import class_words, density_breaks, ranges
from coopgeo.maps.symbols import PlaceSymbol
from coopgeo.plan.local_effects import available_goods
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.plants import shown_customers, spoken
from coopgeo.words.sentences import road_name

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
MAPS = ("answer", "resource", "lorries")
_SIZE_INCH, _DPI = (11.0, 7.6), 200
_HATCHES = ("", "..", "//", "xx", "++")
_LONGEST = 42  # characters of a name on a map
_BUSIEST = 5  # roads whose lorries are written on the map
_Side = tuple[tuple[float, float], Literal["left", "right"]]  # offset from the place in points, and alignment
_SIDES: tuple[_Side, ...] = (
    ((8.0, 8.0), "left"),
    ((-8.0, 8.0), "right"),
    ((8.0, -15.0), "left"),
    ((-8.0, -15.0), "right"),
)
_MARGIN = 0.04  # of the extent


def map_files(text: Text) -> list[str]:
    """Names of the files of `MAPS`."""
    return [f"{text(f'note.file_{name}')}.png" for name in MAPS]


def write_stills(outcome: Outcome, folder: Path, text: Text) -> None:
    """Write the maps of `MAPS` as PNG files, A4 landscape or so at 200 dots an inch, drawn with matplotlib.

    Parameters
    ----------
    outcome : Outcome
    folder : path
        Must exist.
    text : Text
    """
    for name, draw in zip(map_files(text), (_answer, _resource, _lorries), strict=True):
        _sheet(outcome, text, draw).savefig(folder / name, dpi=_DPI, metadata={"Software": "coopgeo"})


def drawable(name: object) -> str:
    """A text that matplotlib can draw: characters that the font lacks become a square, what is too long is cut."""
    words = shown_line(str(name))
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


@cache
def _letters() -> frozenset[int]:
    return frozenset(FT2Font(str(FONTS / "DejaVuSans.ttf")).get_charmap())


def _sheet(outcome: Outcome, text: Text, draw: Callable[[Axes, Outcome, Text], tuple[str, list[Any]]]) -> Figure:
    """A map with its title, legend, north, scale, source and date."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 9, "hatch.linewidth": 0.5}):
        figure = Figure(figsize=_SIZE_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.01, 0.055, 0.74, 0.865))
        _ground(axes, outcome)
        title, handles = draw(axes, outcome, text)
        _names(axes, outcome)
        _frame(axes, outcome)
        _set_apart(axes)
        font: dict[str, Any] = {"family": "DejaVu Sans", "parse_math": False}
        figure.text(
            0.012, 0.945, shown_line(title), size=14, weight="bold", color=symbols.PLACES["platform"].colour, **font
        )
        study = outcome.study.settings
        notice = [f"{study.name}, {text.date(study.date)}", text("note.source")] + (
            [text("page.schematic")] if outcome.roads.name == "atlas" else []
        )
        figure.text(0.012, 0.018, shown_line(" – ".join(notice)), size=7.5, color="#4a5862", **font)
        legend = figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0.757, 0.925),
            frameon=False,
            fontsize=8.5,
            handlelength=2.2,
            labelspacing=0.7,
        )
        for words in legend.get_texts():
            words.set_parse_math(False)
        return figure


def shown_line(words: str) -> str:
    """A line of text with the characters that the font has."""
    return "".join(letter if ord(letter) in _letters() else "□" for letter in words)


def _ground(axes: Axes, outcome: Outcome) -> None:
    study = outcome.study
    axes.set_facecolor(symbols.SEA)
    study.communes.geometry.plot(ax=axes, facecolor="#fbfaf6", edgecolor="#c9ccc6", linewidth=0.3, zorder=1)
    rivers = drawn_rivers(study)
    rivers[rivers.length > 0].plot(ax=axes, color="#6fa8c7", linewidth=np.where(rivers.area > 0, 0, 5), zorder=3)
    for lines, (colour, width) in main_roads(outcome.roads):
        lines.plot(ax=axes, color=colour, linewidth=0.7 * width, alpha=0.8, zorder=4)
    outline = gpd.GeoSeries([study.territory.geometry.union_all().boundary], crs=study.settings.crs)
    outline.plot(ax=axes, color=symbols.INK, linewidth=1.6, linestyle=(0, (5, 2)), zorder=5)


def _frame(axes: Axes, outcome: Outcome) -> None:
    """The extent of the territory and the customers, with a scale and the north."""
    shown_ground = pd.concat(
        [outcome.study.territory.geometry, shown_customers(outcome).geometry, outcome.platforms.geometry]
    )
    west, south, east, north = shown_ground.total_bounds
    half_m = np.array([east - west, north - south]) * (0.5 + _MARGIN)
    wide = axes.bbox.width / axes.bbox.height
    half_m = np.array([max(half_m[0], half_m[1] * wide), max(half_m[1], half_m[0] / wide)])
    left, right, bottom, top = (
        (west + east) / 2 - half_m[0],
        (west + east) / 2 + half_m[0],
        (south + north) / 2 - half_m[1],
        (south + north) / 2 + half_m[1],
    )
    axes.set_aspect("auto")  # the limits have the shape of the sheet
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set(xlabel="", ylabel="")
    axes.set_xticks([])
    axes.set_yticks([])
    power = 10.0 ** np.floor(np.log10((east - west) / 3))
    length_m = power * (5 if (east - west) / 3 >= 5 * power else 1)
    start = left + 0.03 * (right - left)
    y = bottom + 0.035 * (top - bottom)
    axes.plot([start, start + length_m], [y, y], color=symbols.INK, linewidth=3, solid_capstyle="butt", zorder=20)
    axes.text(start, y + 0.012 * (top - bottom), f"{length_m / 1000:g} km", size=8, zorder=20, **_written())
    axes.annotate(
        "N",
        (0.97, 0.975),
        (0.97, 0.90),
        xycoords="axes fraction",
        ha="center",
        weight="bold",
        zorder=20,
        arrowprops={"arrowstyle": "-|>", "color": symbols.INK},
    )


def _written() -> dict[str, Any]:
    return {"parse_math": False, "path_effects": [withStroke(linewidth=2.5, foreground="white")]}


def _names(axes: Axes, outcome: Outcome) -> None:
    """Names of the larger communes."""
    largest = named_communes(outcome.study)
    places = gpd.GeoSeries.from_xy([at[1] for at, _ in largest], [at[0] for at, _ in largest], crs="EPSG:4326").to_crs(
        outcome.study.settings.crs
    )
    for place, (_, name) in zip(places, largest, strict=True):
        axes.annotate(
            drawable(name),
            (place.x, place.y),
            (6, -9),
            textcoords="offset points",
            size=8,
            weight="bold",
            clip_on=True,
            zorder=16,
            **_written(),
        )


_APART_PT = 4.0  # between two labels: less reads as one


def _set_apart(axes: Axes) -> None:
    """Move a label that overprints one drawn above it to another side of its place; without room it is dropped."""
    boxes: list[Bbox] = []
    for label in sorted(axes.texts, key=lambda words: -words.get_zorder()):  # of one height, the busiest first
        sides: list[_Side | None] = [None]  # where it was set
        if isinstance(label, Annotation) and label.anncoords == "offset points":
            sides += _SIDES
        for side in sides:
            if side is not None:
                label.set_position(side[0])
                label.set_horizontalalignment(side[1])
            box = label.get_window_extent().padded(_APART_PT / 2 * axes.figure.dpi / 72)
            if not any(box.overlaps(other) for other in boxes):
                boxes.append(box)
                break
        else:
            label.remove()


def _points(axes: Axes, rows: gpd.GeoDataFrame, place: PlaceSymbol, size_pt: float, zorder: int = 10) -> None:
    """Places that are drawn alike, hollow where assumed."""
    colour = place.colour
    for assumed in (False, True):
        some = rows[(rows["status"] == "assumed") == assumed]
        style: dict[str, Any] = {
            "facecolor": "white" if assumed else colour,
            "edgecolor": colour if assumed else "white",
            "linewidth": 1.4 if assumed else 0.7,
        }
        axes.scatter(some.geometry.x, some.geometry.y, s=size_pt**2, marker=place.marker, zorder=zorder, **style)


def _handle(place: PlaceSymbol, words: str, *, assumed: bool = False) -> Line2D:
    colour = place.colour
    size = 15 if place is symbols.PLACES["platform"] else 8
    paint: dict[str, Any] = {
        "markerfacecolor": "white" if assumed else colour,
        "markeredgecolor": colour if assumed else "white",
    }
    return Line2D([], [], linestyle="", marker=place.marker, markersize=size, label=drawable(words), **paint)


def _collection(axes: Axes, outcome: Outcome, text: Text) -> list[Line2D]:
    points, places = outcome.collection_points, symbols.places_of(outcome.study.kinds)
    for kind, rows in points.groupby("kind", sort=True):
        _points(axes, rows, places[str(kind)], 8)
    return [_handle(places[kind], text(f"kind.{kind}")) for kind in dict.fromkeys(points["kind"])]


def _customers(axes: Axes, outcome: Outcome, text: Text) -> list[Line2D]:
    """Customers served; one entry of the legend where all are drawn alike."""
    customers, places = shown_customers(outcome), symbols.places_of(outcome.study.kinds)
    kinds = list(dict.fromkeys(customers["kind"]))
    for kind in kinds:
        _points(axes, customers[customers["kind"] == kind], places[kind], 10, 12)
    if symbols.look_alike(kinds, places):
        return [_handle(places[kind], text("legend.customer")) for kind in kinds[:1]]
    return [_handle(places[kind], text(f"kind.{kind}")) for kind in kinds]


_LABEL_ROOM = 0.4  # of the width of a map: what a long name of a platform takes


def _platforms(axes: Axes, outcome: Outcome, text: Text) -> list[Line2D]:
    platform = symbols.PLACES["platform"]
    for _, row in outcome.platforms.iterrows():
        at = (row.geometry.x, row.geometry.y)
        axes.scatter(
            *at, s=460, marker=platform.marker, facecolor=platform.colour, edgecolor="white", linewidth=1.2, zorder=15
        )
        style = {"size": 10, "weight": "bold", "color": platform.colour, "zorder": 19, **_written()}
        west, east = axes.get_xlim()
        side, offset = ("right", -11) if at[0] - west > _LABEL_ROOM * (east - west) else ("left", 11)
        axes.annotate(drawable(row["name"]), at, (offset, 8), textcoords="offset points", ha=side, **style)
    return [_handle(platform, spoken(outcome, text)("legend.platform"))]


def _answer(axes: Axes, outcome: Outcome, text: Text) -> tuple[str, list[Any]]:
    """The platform, what feeds it and whom it serves."""
    used = outcome.roads_used
    most = float(outcome.road_loads["tonnes"].max()) if len(used) else 1.0
    flows = []
    dashes: tuple[tuple[str, str, Any], ...] = (
        ("inbound", symbols.INBOUND, "-"),
        ("outbound", symbols.OUTBOUND, (0, (4, 2))),
        ("direct", symbols.DIRECT, (0, (1, 1.5))),
    )
    for stage, colour, dash in dashes:
        some = used[used[f"{stage}_t"] > 0]
        if some.empty:
            continue
        for line, tonnes in zip(some.geometry, some[f"{stage}_t"], strict=True):
            axes.plot(
                *np.asarray(line.coords).T,
                color=colour,
                linewidth=0.6 * symbols.flow_width(tonnes, most),
                linestyle=dash,
                zorder=7,
                alpha=0.85,
            )
        flows.append(Line2D([], [], color=colour, linewidth=3, linestyle=dash, label=drawable(text(f"stage.{stage}"))))
    rest = outcome.chain.candidate_sites.loc[lambda sites: ~sites.index.isin(list(outcome.platforms.index))]
    candidate = symbols.PLACES["candidate"]
    _points(axes, rest, candidate, 5, 8)
    collected = _collection(axes, outcome, text)
    served = _customers(axes, outcome, text)
    chosen = _platforms(axes, outcome, text)
    handles = [
        *chosen,
        *served,
        *collected,
        _handle(candidate, text("legend.candidate_plain")),
    ]
    assumed = _handle(candidate, text("legend.hollow"), assumed=True)
    return text("note.map_answer"), [*handles, assumed, *flows, *_lines(outcome, text)]


def _lines(outcome: Outcome, text: Text) -> list[Line2D]:
    drawn = {style for _, style in main_roads(outcome.roads)}
    roads = [
        Line2D([], [], color=c, linewidth=max(w, 1.0), label=text(f"highway.{name}"))
        for name, (c, w) in symbols.ROAD_CLASSES.items()
        if (c, w) in drawn
    ]
    return [
        *roads,
        Line2D([], [], color=symbols.INK, linewidth=1.6, linestyle=(0, (5, 2)), label=text("legend.territory")),
    ]


def _resource(axes: Axes, outcome: Outcome, text: Text) -> tuple[str, list[Any]]:
    """What is left for the chain, per square kilometre of each commune."""
    communes, density = outcome.study.territory, available_goods(outcome)["kept_t_km2"]
    breaks, digits = density_breaks(density)
    handles: list[Any] = []
    for at, (low, high) in enumerate(ranges(breaks)):
        paint: dict[str, Any] = {
            "facecolor": symbols.SCALES["available"][at],
            "edgecolor": "#6b756f",
            "hatch": _HATCHES[at],
            "linewidth": 0.4,
        }
        some = communes.geometry[np.digitize(density, breaks) == at]
        if len(some):
            some.plot(ax=axes, zorder=2, **paint)
        words = class_words(low, high, text, lambda value: text.number(value, digits))
        handles.append(Patch(label=drawable(words), **paint))
    return text("layer.available"), [
        *handles,
        *_collection(axes, outcome, text),
        *_platforms(axes, outcome, text),
        *_lines(outcome, text),
    ]


def _lorries(axes: Axes, outcome: Outcome, text: Text) -> tuple[str, list[Any]]:
    """Lorries a day, loaded and empty, on each road."""
    used = outcome.roads_used
    classes = np.digitize(used["lorries_day"], symbols.LORRY_BREAKS)
    for line, at in zip(used.geometry, classes, strict=True):
        colour, width, _ = symbols.LORRIES[at]
        axes.plot(*np.asarray(line.coords).T, color=colour, linewidth=0.7 * width, zorder=7, solid_capstyle="round")
    for _, row in _apart(used.sort_values("lorries_day", ascending=False), 5_000.0).head(_BUSIEST).iterrows():
        middle = row.geometry.interpolate(0.5, normalized=True)
        road = drawable(road_name(row["ref"], row["highway"], text))
        words = text("pair", name=road, value=text.number(row["lorries_day"], 1))
        axes.annotate(
            words,
            (middle.x, middle.y),
            (8, 8),
            textcoords="offset points",
            size=9,
            weight="bold",
            color="#5c0a1e",
            zorder=18,
            **_written(),
        )
    handles = []
    for (low, high), (colour, width, _) in zip(ranges(symbols.LORRY_BREAKS), symbols.LORRIES, strict=True):
        words = class_words(low, high, text, text.number)
        handles.append(
            Line2D([], [], color=colour, linewidth=0.8 * width, label=drawable(text("legend.a_day", count=words)))
        )
    return text("layer.lorries"), [*handles, *_platforms(axes, outcome, text), *_lines(outcome, text)]


def _apart(rows: gpd.GeoDataFrame, least_m: float) -> gpd.GeoDataFrame:
    """The first rows whose middles lie apart."""
    kept: list[Any] = []
    for at, middle in rows.geometry.interpolate(0.5, normalized=True).items():
        if all(middle.distance(other) > least_m for _, other in kept):
            kept.append((at, middle))
    return rows.loc[[at for at, _ in kept]]
