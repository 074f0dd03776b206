"""What decides: how much of what the draws differ by each factor explains.

The method takes the draws as they are (RBD-FAST on given data: E. Plischke, Reliability Engineering & System Safety
95, 2010; bias corrected after J.-Y. Tissot, C. Prieur, ibid. 107, 2012): draws are put in the order of a factor, and
what of the result then swings with that order is the share of its variance that the factor explains by itself. A
customer that comes or not is a factor as any other.

Of many factors some seem to explain something by chance alone, the more so the fewer the draws. A share that the
largest of all would reach by chance in one study of a hundred counts as 0. Of a result without any order, the share
that falls on d of n - 1 directions follows a Beta law (d / 2, (n - 1 - d) / 2): 2 harmonics each of a factor in order,
k factors of a linear model (G. A. F. Seber, A. J. Lee, Linear Regression Analysis, 2003, section 4.3).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import beta

from coopgeo.arrays import Floats

GROUPS = ("exists", "demand", "land", "resource", "harvest", "roads", "assumptions")
_ENDINGS = {"exists": "exists", "demand": "demand", "land": "land"}  # of ids of factors
_TABLES = {
    "resources": "resource",
    "competitors": "resource",
    "harvest_costs": "harvest",
    "roads": "roads",
    "delays": "roads",
    "crossings": "roads",
}
_HARMONICS = 10  # as SALib proposes: a step, as that of a customer that comes or not, is seen to 96 %
_LEAST_DRAWS = 50  # of fewer, shares are mere chance
_CHANCE = 0.01  # how often chance alone may name anything


def decisive(
    factors: pd.DataFrame, places: Floats, values: pd.DataFrame, often_best: Sequence[str], cost: pd.Series
) -> pd.DataFrame:
    """Tell which factors decide where the platform should stand, and which what it costs.

    Parameters
    ----------
    factors : DataFrame, F rows
        Indexed by id: `name`, `name_en`, `status`.
    places : ndarray, shape (n, F)
        Where each factor was drawn between its ends, no two alike.
    values : DataFrame, shape (n, sites)
        Cost of each site in each draw; NaN where it is not known, as of all choices of several sites but the best.
    often_best : sequence of str
        Sites, the one that is best most often first.
    cost : Series
        Cost per unit in the draws that can be served, indexed by draw.

    Returns
    -------
    DataFrame
        Indexed by id of the factor, what decides most first: `name`, `name_en`, `effect` (share of the variance of the
        lead between the two sites that are best most often, draws ranked by that lead; of several platforms, of
        whether the choice that is best most often is best), `effect_cost` (of the cost per
        unit), `status`. 0 where it is no more than chance would give, with fewer than 50 draws that can be served, and
        if nothing differs.
    """
    effects = {
        "effect": _effects(places, *_lead(values.loc[cost.index], often_best)),
        "effect_cost": _effects(places, cost.to_numpy(), cost.index.to_numpy()),
    }
    table = factors[["name", "name_en"]].assign(**effects, status=factors["status"])
    order = np.lexsort((-table["effect_cost"].to_numpy(), -table["effect"].to_numpy()))
    return table.iloc[order]


def decisive_groups(
    samples: pd.DataFrame, values: pd.DataFrame, often_best: Sequence[str], cost: pd.Series
) -> pd.DataFrame:
    """Tell what factors of a kind decide together, such as which customers come.

    Parameters
    ----------
    samples : DataFrame, shape (n, F)
        Value of each factor in each draw.
    values, often_best, cost
        As in `decisive`.

    Returns
    -------
    DataFrame
        Indexed by group of `GROUPS`: `effect`, `effect_cost` as in `decisive`, here the share of the variance that a
        linear model of all factors of the group explains (R2, adjusted for their number); 0 where it is no more than
        chance would give.
    """
    lead, draws = _lead(values.loc[cost.index], often_best)
    groups = np.array([group_of(name) for name in samples.columns])
    known = [group for group in GROUPS if (groups == group).any()]
    rows = {
        group: tuple(
            _explained(samples.loc[of, samples.columns[groups == group]], result, len(known))
            for of, result in ((draws, lead), (cost.index, cost.to_numpy()))
        )
        for group in known
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["effect", "effect_cost"])


def group_of(factor: str) -> str:
    """The group of `GROUPS` that a factor belongs to."""
    table = factor.partition(".")[0]
    return _ENDINGS.get(factor.rpartition(".")[2]) or _TABLES.get(table, "assumptions")


def chance(n: int, directions: int, count: int) -> float:
    """Share of the variance that the largest of several shares reaches by mere chance in one study of a hundred.

    Parameters
    ----------
    n : int
        Draws.
    directions : int
        How many of the n - 1 directions of the result each share is of; 0 to n - 2.
    count : int
        How many shares there are.
    """
    return float(beta.ppf((1 - _CHANCE) ** (1 / count), directions / 2, (n - 1 - directions) / 2))


def _explained(factors: pd.DataFrame, result: Floats, count: int) -> float:
    """Share of the variance of a result that a linear model of factors explains; 0 if chance would, for `count`."""
    known = factors.to_numpy(dtype=np.float64)
    known = known[:, np.ptp(known, axis=0) > 0] if len(known) else known
    n, k = known.shape
    if n < max(_LEAST_DRAWS, k + 2) or np.ptp(result) == 0 or not k:
        return 0.0
    centred, goal = known - known.mean(axis=0), result - result.mean()
    centred = centred / centred.std(axis=0)
    left = goal - centred @ np.linalg.lstsq(centred, goal, rcond=None)[0]
    r2 = 1 - float(left @ left) / float(goal @ goal)
    if r2 <= chance(n, k, count):
        return 0.0
    return float(max(0.0, 1 - (1 - r2) * (n - 1) / (n - k - 1)))


def _lead(values: pd.DataFrame, often_best: Sequence[str]) -> tuple[Floats, np.ndarray]:
    """By how much the first site leads the second, as ranks, and the draws in which one of both can serve.

    Of several platforms only the best choice of a draw is known: 1 where it is the first, 0 where it is another.
    """
    if len(often_best) < 2:
        return np.zeros(0), np.zeros(0, dtype=int)
    if values.isna().to_numpy().any():
        return values[often_best[0]].notna().to_numpy(np.float64), values.index.to_numpy()
    first, second = (values[name].fillna(np.inf) for name in often_best[:2])
    known = np.isfinite(first) | np.isfinite(second)
    return (second[known] - first[known]).rank().to_numpy(), values.index[known].to_numpy()


def _effects(places: Floats, result: Floats, draws: np.ndarray) -> Floats:
    count = places.shape[1]
    if len(result) < _LEAST_DRAWS or np.ptp(result) == 0 or not count:
        return np.zeros(count)
    from SALib.analyze import rbd_fast  # noqa: PLC0415 - slow to import

    problem = {"num_vars": count, "names": list(range(count))}
    found = rbd_fast.analyze(problem, places[draws], result, M=_HARMONICS, num_resamples=2, seed=0)
    effect, by_chance = np.array(found["S1"], dtype=np.float64), chance(len(result), 2 * _HARMONICS, count)
    bias = 2 * _HARMONICS / len(result)  # what SALib takes off a share, for its number of harmonics
    return np.where(effect > by_chance - bias / (1 - bias) * (1 - by_chance), effect, 0.0)
