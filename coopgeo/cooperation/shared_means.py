"""What several chains save by using the same means: who shares each with whom, so that hours never clash.

Whoever shares means has one of them instead of one each: the dearest of those that they would need alone. Those who
share it use it at different hours: together no more than it is open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

RANGE = ("low", "value", "high")


@dataclass(frozen=True)
class SharedMeans:
    """Means that several chains share.

    Attributes
    ----------
    means : str
        Id, as in `shared_means.csv`.
    chains : tuple of str
    low, value, high : float
        What that saves, € a year: what it costs them to have one each, less what the dearest costs.
    hours_week, open_hours_week : float
        How long they use it in the busiest week, and how long it is open.
    ground_m2 : float
        Ground that they need no more.
    """

    means: str
    chains: tuple[str, ...]
    low: float
    value: float
    high: float
    hours_week: float
    open_hours_week: float
    ground_m2: float


def set_partitions(items: Sequence[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Every way to divide some items into groups.

    Examples
    --------
    >>> [list(map("".join, groups)) for groups in set_partitions("abc")]
    [['abc'], ['a', 'bc'], ['ab', 'c'], ['b', 'ac'], ['a', 'b', 'c']]
    """
    if not items:
        yield ()
        return
    first, *others = items
    for groups in set_partitions(others):
        for at, group in enumerate(groups):
            yield (*groups[:at], (first, *group), *groups[at + 1 :])
        yield ((first,), *groups)


def means_shared(table: pd.DataFrame, chains: Sequence[str], *, anywhere: bool) -> tuple[SharedMeans, ...]:
    """What some chains share so that they save most.

    Parameters
    ----------
    table : DataFrame
        As `shared_means.csv`.
    chains : sequence of str
        Those that share all that they can: of one site, or wherever they are.
    anywhere : bool
        Means that chains on different sites can share, or those of one site.
    """
    rows = table[table["chain"].isin(list(chains)) & ((table["anywhere"] == "yes") == anywhere)]
    shared = []
    for means, needs in rows.groupby("means", sort=False):
        by_chain = needs.set_index("chain")
        divided = (_groups(str(means), by_chain, groups) for groups in set_partitions(by_chain.index.tolist()))
        best = max(
            (groups for groups in divided if groups is not None), key=lambda groups: sum(one.value for one in groups)
        )
        shared += [one for one in best if len(one.chains) > 1]
    return tuple(shared)


def own_eur_year(table: pd.DataFrame, chain: str, *, anywhere: bool) -> float:
    """What means of its own cost a chain beyond what the costs of its platform hold, € a year."""
    own = (table["chain"] == chain) & (table["counted"] == "no") & ((table["anywhere"] == "yes") == anywhere)
    return float(table.loc[own, "value"].sum())


def _groups(means: str, needs: pd.DataFrame, groups: tuple[tuple[str, ...], ...]) -> list[SharedMeans] | None:
    """What each group saves; None where the hours of one clash."""
    found = []
    for group in groups:
        rows = needs.loc[list(group)]
        hours, open_hours = float(rows["hours_week"].sum()), float(rows["open_hours_week"].iloc[0])
        if hours > open_hours and len(group) > 1:
            return None
        saved = {name: float(rows[name].sum() - rows[name].max()) for name in RANGE}
        ground_m2 = float(rows["ground_m2"].sum() - rows["ground_m2"].max())
        found.append(
            SharedMeans(means, group, **saved, hours_week=hours, open_hours_week=open_hours, ground_m2=ground_m2)
        )
    return found
