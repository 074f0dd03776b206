"""Sharing between chains in words: who shares a site, what that saves, and what each chain should pay."""

from typing import Any

import numpy as np
import pandas as pd

from coopgeo.cooperation.between_chains import RULES, Arrangement, BetweenChains, Home
from coopgeo.cooperation.shared_means import SharedMeans
from coopgeo.text import Text
from coopgeo.words.sharing import NEARLY_NOTHING, euros_year
from coopgeo.words.sheets import Sheet


def between_sentences(found: BetweenChains, text: Text) -> list[str]:
    """What sharing comes to, who shares which site, and what all on one site would cost.

    Parameters
    ----------
    found : BetweenChains
    text : Text
    """
    saves = found.saved_eur_year > NEARLY_NOTHING
    together, apart = (text.significant(way.eur_year, 3) for way in (found.best, found.apart))
    if not saves:
        said = [text("between.saves_nothing", apart=apart)]
    else:
        low, high = saved_range(found)
        said = [
            text(
                "between.saves",
                together=together,
                apart=apart,
                saved=euros_year(found.saved_eur_year, text),
                low=euros_year(low, text),
                high=euros_year(high, text),
            )
        ]
        said += _moves(found, text)
    for chain, sites in found.forbidden.items():
        names = found.study.chains[chain].candidate_sites["name"].reindex(list(sites)).tolist()
        said.append(text("between.barred", chain=_chain(found, chain, text), sites=text.joined(names)))
    if found.own_means_eur_year > NEARLY_NOTHING:
        said.append(text("between.own_means", eur=euros_year(found.own_means_eur_year, text)))
    said += _one_site(found, text)
    if found.shares["nucleolus"].isna().any():
        said.append(text("between.no_shares"))
    elif found.core.empty:
        groups = [text.joined([_chain(found, found.chains[at], text) for at in one]) for one in found.core.blocking]
        aid = euros_year(found.core.aid, text)
        said.append(text("between.empty", groups=text("sharing.and").join(groups), aid=aid))
    if found.rounds_estimated:
        names = text.joined([_chain(found, chain, text) for chain in found.rounds_estimated])
        gap = text.percent(1 - float(found.bound[-1] / found.worth[-1]))
        said.append(text("between.unproved", chains=names, gap=gap))
    said.append(text("between.assumed", count=text.number(_assumed(found)), rows=text.number(len(_needs(found)))))
    return said


def saved_range(found: BetweenChains) -> tuple[float, float]:
    """What the best saves at the low and at the high ends of the costs of the means, € a year."""
    dearer = found.best.saved_eur_year - found.saved_eur_year  # sites that cost more than each chain's own
    low, high = (sum(getattr(one, end) for one in found.best.shared) for end in ("low", "high"))
    return low - dearer, high - dearer


def _moves(found: BetweenChains, text: Text) -> list[str]:
    """Who shares which site, who moves for it, and what that costs; who stays."""
    said = []
    before = {home.chain: home for home in found.apart.homes}
    for chains in found.best.together:
        homes = [home for home in found.best.homes if home.chain in chains]
        names = text.joined([_chain(found, chain, text) for chain in chains])
        said.append(text("between.shares_site", chains=names, site=site_name(found, homes[0])))
        for home in homes:
            was = before[home.chain]
            if was.site != home.site:
                said.append(
                    text(
                        "between.moves",
                        chain=_chain(found, home.chain, text),
                        site=site_name(found, was),
                        more=euros_year(home.eur_year - was.eur_year, text),
                    )
                )
    sharing = {chain for chains in found.best.together for chain in chains}
    for home in found.best.homes:
        if home.chain not in sharing:
            name, site = _chain(found, home.chain, text), site_name(found, home)
            said.append(text("between.stays", chain=name, site=site))
    return said


def _one_site(found: BetweenChains, text: Text) -> list[str]:
    way = found.one_site
    if way is None:
        return [text("between.no_one_site")]
    if any(len(chains) == len(found.chains) for chains in found.best.together):
        return []
    more = way.eur_year - found.apart.eur_year
    return [
        text(
            "between.one_site_more" if more > 0 else "between.one_site_less",
            site=site_name(found, way.homes[0]),
            more=euros_year(abs(more), text),
            saved=euros_year(way.saved_eur_year, text),
        )
    ]


def means_rows(found: BetweenChains, text: Text, way: Arrangement | None = None) -> list[dict[str, Any]]:
    """The means that are shared: `name`, `chains`, `saved`, `range` (€ a year), `hours`; of the best by default."""
    return [
        {
            "name": means_name(found, one, text),
            "chains": text.joined([_chain(found, chain, text) for chain in one.chains]),
            "saved": euros_year(one.value, text),
            "range": text("sharing.range", low=euros_year(one.low, text), high=euros_year(one.high, text)),
            "hours": _hours(one, text),
            "ground": text.number(one.ground_m2) if one.ground_m2 else "",
        }
        for one in (way or found.best).shared
    ]


def _hours(one: SharedMeans, text: Text) -> str:
    if not one.hours_week:
        return text("between.no_hours")
    return text("between.hours", used=text.number(one.hours_week), open=text.number(one.open_hours_week))


def chain_rows(found: BetweenChains, text: Text) -> list[dict[str, Any]]:
    """What each chain costs alone and should pay together: `name`, `site`, `alone`, `share`, `gain` (€ a year)."""
    homes = {home.chain: home for home in found.best.homes}
    rows = []
    for chain, alone in found.alone.items():
        share = float(found.shares.loc[str(chain), "nucleolus"])
        rows.append(
            {
                "name": _chain(found, str(chain), text),
                "site": site_name(found, homes[str(chain)]),
                "alone": text.significant(float(alone), 3),
                "share": "–" if np.isnan(share) else text.significant(share, 3),
                "gain": "–" if np.isnan(share) else euros_year(float(alone) - share, text),
            }
        )
    return rows


def between_sheets(found: BetweenChains, text: Text) -> dict[str, Sheet]:
    """The sheets of a workbook by key: chains, means that are shared, every coalition.

    Parameters
    ----------
    found : BetweenChains
    text : Text
    """
    homes = {home.chain: home for home in found.best.homes}
    before = {home.chain: home for home in found.apart.homes}
    chains = pd.DataFrame(
        [
            (
                _chain(found, chain, text),
                site_name(found, before[chain]),
                site_name(found, homes[chain]),
                float(found.alone[chain]),
                *(float(found.shares.loc[chain, rule]) for rule in RULES),
            )
            for chain in found.chains
        ],
        columns=["chain", "site_apart", "site", "alone_eur", *(f"{rule}_eur" for rule in RULES)],
    )
    means = pd.DataFrame(
        [
            (
                means_name(found, one, text),
                text.joined([_chain(found, chain, text) for chain in one.chains]),
                one.low,
                one.value,
                one.high,
                one.hours_week,
                one.open_hours_week,
                one.ground_m2,
            )
            for one in found.best.shared
        ],
        columns=["means", "chains", "low_eur", "saved_eur", "high_eur", "hours_week", "open_hours_week", "ground_m2"],
    )
    coalitions = pd.DataFrame(
        [
            (text.joined([_chain(found, one, text) for at, one in enumerate(found.chains) if number >> at & 1]),
             float(found.worth[number]), float(found.bound[number]))
            for number in range(1, len(found.worth))
        ],
        columns=["chains", "worth_eur", "bound_eur"],
    )  # fmt: skip
    frames = {"chains": chains, "means": means, "coalitions": coalitions}
    return {
        key: Sheet(
            text(f"between.sheet_{key}"),
            rows,
            [text(f"between.column_{name}") for name in rows.columns],
            text(f"between.about_{key}"),
        )
        for key, rows in frames.items()
    }


def site_name(found: BetweenChains, home: Home) -> str:
    """What the site of a chain is called."""
    return str(found.study.chains[home.chain].candidate_sites.loc[home.site, "name"])


def means_name(found: BetweenChains, one: SharedMeans, text: Text) -> str:
    """What means are called."""
    table = found.study.shared_means
    return str(table.loc[table["means"] == one.means, f"name_{text.lang}"].iloc[0])


def _chain(found: BetweenChains, chain: str, text: Text) -> str:
    return str(getattr(found.study.chains[chain].settings, text.lang))


def _needs(found: BetweenChains) -> pd.DataFrame:
    table = found.study.shared_means
    return table[table["chain"].isin(found.chains)]


def _assumed(found: BetweenChains) -> int:
    return int((_needs(found)["status"] == "assumed").sum())
