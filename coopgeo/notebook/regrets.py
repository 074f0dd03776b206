"""The regret table: what each choice of sites costs more than the best, scenario by scenario, in colours."""

import html

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from coopgeo.scenarios import Comparison
from coopgeo.study import Chain
from coopgeo.study.texts import chain_words
from coopgeo.text import Text
from coopgeo.words.break_even import site_names
from coopgeo.words.scenarios import case_title

_TEXT = Text("fr")
_FAR = 5  # times the share that counts as nearly as good
_COLOURS = {
    "best": ("#1f6b3a", "#ffffff"),
    "near": ("#b5d69a", "#1b2a33"),
    "more": ("#f3e3a1", "#1b2a33"),
    "far": ("#eba878", "#1b2a33"),
    "unserved": ("#c8c8c8", "#1b2a33"),
}  # ground and ink of each class
_SIGNS = {"best": "0", "unserved": "✗"}
_UNKNOWN = "–"
_HEAD = "writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 18em; white-space: normal"


def regret_table(comparison: Comparison, chain: Chain, *, most: int | None = None) -> Styler:
    """Regrets in thousands of euros a year: a row a scenario, a column a choice of sites, that of least maximum first.

    Parameters
    ----------
    comparison : Comparison
    chain : Chain
        Names the sites.
    most : int, optional
        How many choices to show.
    """
    order = comparison.order[:most]
    regret = comparison.regret_eur_year[:, order]
    cost = comparison.cost_eur_year[:, order]
    least = np.where(np.isfinite(regret), cost, np.nan) - regret
    classes = _classes(regret, np.nanmax(least, axis=1, initial=-np.inf, keepdims=True), comparison.near_share)
    worst = regret[comparison.compared].max(axis=0, initial=0.0)
    words = [[_cell(eur, kind) for eur, kind in zip(*row, strict=True)] for row in zip(regret, classes, strict=True)]
    words.append([_SIGNS["unserved"] if np.isinf(eur) else _thousands(float(eur)) for eur in worst])
    titles = [case_title(case, _TEXT) for case in comparison.cases] + [_TEXT("notebook.at_worst")]
    heads = [site_names(comparison.choices[at], chain, _TEXT) for at in order]
    frame = pd.DataFrame(words, index=pd.RangeIndex(len(titles)), columns=pd.RangeIndex(len(heads)))
    paint = pd.DataFrame(
        [[_css(kind) for kind in row] for row in classes]
        + [["font-weight: bold; border-top: 2px solid #1b2a33"] * len(heads)],
        index=frame.index,
        columns=frame.columns,
    )
    style = frame.style.format(html.escape).apply(lambda _: paint, axis=None)
    style = style.relabel_index([html.escape(title) for title in titles], axis="index")
    style = style.relabel_index([html.escape(head) for head in heads], axis="columns")
    style = style.map_index(lambda _: _HEAD, axis="columns").map_index(lambda _: "text-align: left", axis="index")
    style = style.set_properties(**{"text-align": "right", "white-space": "nowrap", "min-width": "2.6em"})
    return style.set_caption(_legend(comparison.near_share, chain_words(chain, "fr"))).set_table_styles(
        [{"selector": "caption", "props": "text-align: left; caption-side: top; padding-bottom: .6em"}]
    )


def _classes(regret: np.ndarray, least: np.ndarray, near_share: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        share = regret / least
    kinds = np.select(
        [np.isnan(regret), np.isinf(regret), regret == 0, share <= near_share, share <= _FAR * near_share],
        ["", "unserved", "best", "near", "more"],
        "far",
    )
    return np.asarray(kinds)


def _cell(eur: float, kind: str) -> str:
    return _SIGNS.get(kind) or (_thousands(eur) if kind else _UNKNOWN)


def _thousands(eur: float) -> str:
    return _TEXT.number(eur / 1000, 1)


def _css(kind: str) -> str:
    if not kind:
        return ""
    ground, ink = _COLOURS[kind]
    return f"background-color: {ground}; color: {ink}"


def _legend(near_share: float, text: Text) -> str:
    """What the colours mean, as HTML."""
    near, far = (
        _TEXT.percent(share, 0 if round(100 * share, 6) % 1 == 0 else 1) for share in (near_share, _FAR * near_share)
    )
    words = {
        "best": _TEXT("notebook.regret_best"),
        "near": _TEXT("notebook.regret_near", near=near),
        "more": _TEXT("notebook.regret_more", near=near, far=far),
        "far": _TEXT("notebook.regret_far", far=far),
        "unserved": text("notebook.regret_unserved"),
    }
    boxes = [
        f'<span style="{_css(kind)}; padding: 0 .5em; margin: 0 .4em 0 1em">{_SIGNS.get(kind, "&nbsp;")}</span>'
        f"{html.escape(said)}"
        for kind, said in words.items()
    ]
    words_of_none = f'<span style="margin: 0 .4em 0 1em">{_UNKNOWN}</span>{html.escape(_TEXT("notebook.regret_none"))}'
    boxes.append(words_of_none)
    return f"<strong>{html.escape(_TEXT('notebook.regrets'))}</strong><br>" + " ".join(boxes)
