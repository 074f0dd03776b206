"""Draws of a notebook: a bar says how far they are, what was drawn is kept, and what came of it is told by site."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import ipywidgets
import pandas as pd
from IPython.display import display

from coopgeo.scenarios import Draws, Prepared, draw
from coopgeo.text import Text
from coopgeo.words.certainty import times_in_ten
from coopgeo.words.sheets import Sheet

_TEXT = Text("fr")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that goes away when the work is done; yields what is called with what is done and what there is.

    Parameters
    ----------
    label : str
        What is being done.
    """
    bar = ipywidgets.IntProgress(description=label, style={"description_width": "12em"}, layout={"width": "40em"})
    said = ipywidgets.Label()
    shown = ipywidgets.HBox([bar, said])
    display(shown)

    def move(done: int, whole: int) -> None:
        bar.max, bar.value = whole, done
        said.value = _TEXT("notebook.done_of", done=_TEXT.number(done), whole=_TEXT.number(whole))

    try:
        yield move
    finally:
        shown.close()


@cache
def drawn(prepared: Prepared, count: int, seed: int = 0) -> Draws:
    """Draws of a study; those that were asked for before are given again at once.

    Parameters
    ----------
    prepared : Prepared
    count : int
    seed : int
    """
    with progress(_TEXT("notebook.drawing")) as moved:
        ways: Any = prepared.placement().ways
        return draw(prepared.study, count, seed, job=prepared.job, ways=ways, on_progress=moved)


def site_shares(shares: pd.Series) -> pd.Series:
    """Shares by site, the largest first: of several platforms, those of all choices that a site is part of.

    Parameters
    ----------
    shares : Series
        By choice of sites, as `Draws.best` and `Draws.near` have them.
    """
    by_site = shares.set_axis(shares.index.str.split(" + ", regex=False)).rename("share").rename_axis("site")
    return by_site.reset_index().explode("site").groupby("site")["share"].sum().sort_values(ascending=False)


def shares_sheet(draws: Draws) -> Sheet:
    """How often each site that ever is the best or nearly so is: `name`, `best_share`, `near_share`, in words."""
    best, near = site_shares(draws.best), site_shares(draws.near)
    names = draws.model.chain.candidate_sites["name"]
    ever = [site for site in best.index if near.get(site, 0) > 0]
    rows = {
        "name": [names.get(site, site) for site in ever],
        "best_share": [times_in_ten(best[site], _TEXT) for site in ever],
        "near_share": [times_in_ten(near[site], _TEXT) for site in ever],
    }
    heads = ("notebook.site", "notebook.best", "notebook.near_best")
    return Sheet("", pd.DataFrame(rows), [_TEXT(head, tolerance=_TEXT.percent(draws.tolerance)) for head in heads])
