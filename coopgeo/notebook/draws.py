"""Draws of a notebook: what was drawn once is kept, and what came of it is told by site."""

from weakref import WeakKeyDictionary

import pandas as pd

from coopgeo.notebook.answers import Moved
from coopgeo.scenarios import Draws, Prepared, draw
from coopgeo.text import Text
from coopgeo.words.certainty import times_in_ten
from coopgeo.words.sheets import Sheet

_TEXT = Text("fr")
_KEPT: WeakKeyDictionary[Prepared, dict[tuple[int, int], Draws]] = WeakKeyDictionary()


def drawn(prepared: Prepared, count: int, seed: int = 0, *, on_progress: Moved | None = None) -> Draws:
    """Draws of a study; those that were asked for before are given again at once.

    Parameters
    ----------
    prepared : Prepared
    count, seed : int
    on_progress : callable, optional
        Called now and then with the draws done and those asked for.
    """
    kept = _KEPT.setdefault(prepared, {})
    if (count, seed) not in kept:
        ways = prepared.placement().ways
        kept[count, seed] = draw(prepared.study, count, seed, job=prepared.job, ways=ways, on_progress=on_progress)
    return kept[count, seed]


def site_shares(shares: pd.Series) -> pd.Series:
    """Shares by site, the largest first: of several platforms, those of all choices that a site is part of.

    Parameters
    ----------
    shares : Series
        By choice of sites, as `Draws.best` and `Draws.near` have them.
    """
    by_site = shares.set_axis(shares.index.str.split(" + ", regex=False)).rename("share").rename_axis("site")
    return by_site.reset_index().explode("site").groupby("site")["share"].sum().sort_values(ascending=False)


def often(share: float) -> str:
    """A share as so many times in ten or in a hundred, or never."""
    return times_in_ten(share, _TEXT) if share else _TEXT("legend.never")


def shares_sheet(draws: Draws) -> Sheet:
    """How often each site that ever is the best or nearly so is: `name`, `best_share`, `near_share`, in words."""
    best, near = site_shares(draws.best), site_shares(draws.near)
    names = draws.model.chain.candidate_sites["name"]
    ever = [site for site in best.index if near.get(site, 0) > 0]
    rows = {
        "name": [names.get(site, site) for site in ever],
        "best_share": [often(best[site]) for site in ever],
        "near_share": [often(near[site]) for site in ever],
    }
    heads = ("notebook.site", "notebook.best", "notebook.near_best")
    return Sheet("", pd.DataFrame(rows), [_TEXT(head, tolerance=_TEXT.percent(draws.tolerance)) for head in heads])
