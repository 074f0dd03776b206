"""Who gains what: the shares of each player by several rules, whether they hold, and how sure they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from coopgeo.arrays import Floats
from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.equal_profits import equal_profit_of
from coopgeo.cooperation.nucleoli import nucleolus_of
from coopgeo.cooperation.players import By, players_of
from coopgeo.cooperation.rules import RULES, proportional_of
from coopgeo.cooperation.searched_game import SearchedGame, searched_game
from coopgeo.cooperation.shapley_value import shapley
from coopgeo.cooperation.stability import Core, Leaving, core_of, leaving_of
from coopgeo.cooperation.study_game import (
    MOST_GAME_PLAYERS,
    StudyGame,
    Supply,
    check_few,
    game_of_placement,
    job_of_all,
    placed,
)
from coopgeo.cooperation.subgames import least_support
from coopgeo.errors import Faults, InfeasibleError, InputError, Message, check_kind
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import prepare
from coopgeo.scenarios.draws import drawn_model
from coopgeo.study import Study


@dataclass(frozen=True, eq=False)
class Sharing:
    """What each player pays by each rule.

    Attributes
    ----------
    game : StudyGame
    outside_eur_unit : float, optional
        Price at which every player may also buy elsewhere, € a unit; None: nobody can.
    shares : DataFrame
        Indexed by player, a column a rule (`RULES`), € a year.
    leaving : mapping of str to tuple of Leaving
        By rule: the coalitions that would pay less alone, the largest gain first.
    core : Core
        Whether any sharing holds, and the least support that makes one hold; as far as the coalitions that were worked
        out tell: of an empty core they tell all, others could ask for more support.
    certified : bool
        Whether the certificate of the nucleolus holds; never where not all coalitions were worked out.
    ranges : DataFrame, optional
        Over draws: indexed by player, `p5`, `p50`, `p95` of its share by the nucleolus, and `gains`, the share of draws
        in which it pays less together than alone.
    draws : int
        How many draws were shared.
    empty_share : float, optional
        Share of these draws in which no sharing holds.
    shapley_error : Series, optional
        Standard error of the Shapley value, € a year, where it comes from orders that were drawn.
    settled : bool
        Whether the search for coalitions that object came to an end of its own, where not all were worked out.
    draws_left_out : int
        Draws that cannot be served.
    """

    game: StudyGame
    outside_eur_unit: float | None
    shares: pd.DataFrame
    leaving: Mapping[str, tuple[Leaving, ...]]
    core: Core
    certified: bool
    ranges: pd.DataFrame | None = None
    draws: int = 0
    empty_share: float | None = None
    shapley_error: pd.Series | None = None
    settled: bool = True
    draws_left_out: int = 0

    @property
    def alone(self) -> pd.Series:
        """What each player would pay alone, € a year."""
        return pd.Series(self.game.alone, index=self.shares.index)

    @property
    def gap_eur_year(self) -> float:
        """By how much some cost may be too high, as its proof was cut short; 0 where all are proved."""
        worth, bound = self.game.worth, self.game.bound
        known = np.isfinite(worth)
        return float((worth[known] - bound[known]).max(initial=0.0))

    def support_for(self, rule: str) -> float:
        """The least support with which nobody leaves under a rule, € a year; NaN where that is not known.

        Of the nucleolus and the equal profit method, the least with which any sharing holds, as they find one that
        does; of others each gets its part (`parts`).
        """
        if not self.game.complete or self.shares[rule].isna().any():
            return float("nan")
        if rule in ("nucleolus", "equal_profit"):
            return self.core.aid
        return least_support(self.game.worth, self.shares[rule], self.parts(rule))

    def parts(self, rule: str) -> Floats:
        """What part of a support each player gets by a rule that is linear in what all pay."""
        weights = self.game.players.weights
        of = weights[rule].to_numpy(float) if rule in ("units", "inhabitants") else np.ones(len(weights))
        return np.asarray(of / of.sum())

    @property
    def saved_eur_year(self) -> float:
        """What all save together, € a year."""
        return float(self.game.alone.sum() - self.game.together)


def share(
    study: Study,
    *,
    by: By = "communes",
    chain: str | None = None,
    supply: Supply = "shared",
    outside_eur_unit: float | None = None,
    draws: int = 0,
    seed: int = 0,
    job: Job | None = None,
    ways: JobWays | None = None,
    complete: bool = False,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sharing:
    """Work out who gains what when the players of a study share a chain.

    Parameters
    ----------
    study : Study
    by, supply, job, ways, workers, on_progress
        As in `study_game`.
    chain : str, optional
        Id of the chain; that of the job, or the one of `study.toml`, by default.
    outside_eur_unit : float, optional
        Price at which every player may also buy elsewhere, € a unit, such as that of the market.
    draws : int
        Draws of the values of the study for which the nucleolus is found again; 0 = none. With more than 14 players
        not all coalitions are worked out, and none are drawn.
    seed : int
    complete : bool
        Whether more than 14 players are refused, as not all of their coalitions would be worked out.

    Returns
    -------
    Sharing

    Raises
    ------
    InputError
        If an argument is none of these, or a player can do nothing alone, so that no share is too much for it.
    InfeasibleError
        If all together cannot be served.

    Examples
    --------
    >>> import coopgeo
    >>> found = coopgeo.cooperation.share(coopgeo.open_study(), workers=1)
    >>> bool((found.shares["nucleolus"] <= found.alone + 0.01).all())
    True
    """
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    _check_draws(draws, seed)
    job = job or job_of_all(study, chain)
    study = with_outside_price(study, job.chain, outside_eur_unit)
    placement, players = placed(study, by, supply, job, ways)
    if players.count > MOST_GAME_PLAYERS:
        if complete:
            check_few(players)
        if draws:
            faults, most = Faults("share"), Message("0, with more than {count} players", count=MOST_GAME_PLAYERS)
            faults.add(column="draws", found=draws, expected=most)
            faults.raise_if_any()
        searched = searched_game(placement, players, supply, seed=seed, workers=workers, on_progress=on_progress)
        return sharing_of(searched.game, outside_eur_unit, searched)
    game = game_of_placement(placement, players, supply, workers=workers, on_progress=on_progress)
    found = sharing_of(game, outside_eur_unit)
    return with_drawn_shares(found, draws, seed, workers=workers, on_progress=on_progress) if draws else found


def with_sharing(outcome: Outcome, by: By, **asked: Any) -> Outcome:
    """The same outcome with who gains what: `sharing`; arguments as in `share`.

    On the same roads and with the same level of the resource, sites and ways to serve; as many platforms as cost least.
    """
    placement, chain = outcome.placement, outcome.chain.settings.id
    platforms = job_of_all(outcome.study, chain).platforms
    job = replace(placement.job, chain=chain, platforms=platforms, required=(), alternatives=0, what_ifs=0)
    return replace(outcome, sharing=share(outcome.study, by=by, chain=chain, job=job, ways=placement.ways, **asked))


def _check_draws(draws: object, seed: object) -> None:
    faults = Faults("share")
    for name, number in (("draws", draws), ("seed", seed)):
        if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < 0:
            faults.add(column=name, found=number, expected=Message("a whole number, {low} or more", low=0))
    faults.raise_if_any()


def market_eur_unit(study: Study, chain: str | None = None) -> float | None:
    """The price at which customers of a chain could buy elsewhere, € a unit; None where the study names none."""
    found = study.chain(chain)
    market = None if found.settings.pushes else found.parameters.market_price
    return None if market is None else market.value


def with_outside_price(study: Study, chain: str | None, eur_unit: float | None) -> Study:
    """The same study in which every customer may buy elsewhere at a price.

    Raises
    ------
    InputError
        If the price is no number of 0 or more, or what is collected must go somewhere, so that nobody buys.
    """
    if eur_unit is None:
        return study
    found = study.chain(chain)
    faults = Faults("share")
    if not isinstance(eur_unit, int | float) or not 0 <= eur_unit < np.inf:
        expected = Message("a price of 0 or more, € a unit")
        faults.add(column="outside_eur_unit", found=eur_unit, expected=expected)
    if found.settings.pushes:
        expected = Message("none, as all that is collected must go somewhere")
        faults.add(column="outside_eur_unit", found=eur_unit, expected=expected)
    faults.raise_if_any()
    column = next(name for name in ("unserved_eur_unit", "unserved_eur_mwh") if name in found.customers)
    return study.changed({"customers": {id: {column: float(eur_unit)} for id in found.served().index}}, chain=chain)


def sharing_of(game: StudyGame, outside_eur_unit: float | None = None, searched: SearchedGame | None = None) -> Sharing:
    """The shares of a game by every rule; `searched` if not all of its coalitions were worked out."""
    weights = game.players.weights
    alone = pd.Series(game.alone, index=weights.index)
    helpless = [game.players.names[id] for id in alone.index[~np.isfinite(alone)]]
    if helpless:
        raise InputError(
            Message(
                "{players} cannot be served alone, so that no share is too much: say at which price they would buy "
                "elsewhere (outside_eur_unit), or let all supply be shared",
                players=helpless,
            )
        )
    best = nucleolus_of(game.game) if searched is None else Allocation(searched.nucleolus.shares, certified=False)
    drawn = searched.shapley if searched else None
    shares = {
        "units": proportional_of(game.game, weights["units"]),
        "inhabitants": proportional_of(game.game, weights["inhabitants"]),
        "equal": proportional_of(game.game),
        "shapley": drawn.shares if drawn else _shapley(game),
        "nucleolus": best.shares,
        "equal_profit": _equal_profit(game),
    }
    return Sharing(
        game,
        outside_eur_unit,
        pd.DataFrame(shares, index=weights.index, columns=list(RULES)),
        {rule: leaving_of(game.game, one) if np.isfinite(one).all() else () for rule, one in shares.items()},
        core_of(game.game),
        best.certified,
        settled=searched is None or searched.nucleolus.settled,
        shapley_error=pd.Series(drawn.error, index=weights.index) if drawn else None,
    )


def _equal_profit(game: StudyGame) -> Floats:
    """The shares of the equal profit method; NaN where somebody pays nothing alone, of which nothing is a part."""
    if not (game.alone != 0).all():
        return np.full(game.players.count, np.nan)
    return equal_profit_of(game.game).shares


def _shapley(game: StudyGame) -> Floats:
    """The Shapley value; NaN where some coalition cannot be served."""
    known = game.complete and np.isfinite(game.worth).all()
    return shapley(game.worth, "cost") if known else np.full(game.players.count, np.nan)


def with_drawn_shares(
    found: Sharing,
    draws: int,
    seed: int = 0,
    *,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sharing:
    """The same sharing with the range of each share over draws of the values of its study.

    Players that a draw leaves without demand pay nothing in it. Draws that cannot be served are left out, and counted;
    where all together cost more than each alone, no sharing holds and none is told.
    """
    game, players = found.game, found.game.players
    model = drawn_model(game.placement.study, game.placement.job, game.placement.ways, seed)
    places = qmc.LatinHypercube(d=len(model.factors), seed=np.random.default_rng(seed)).random(draws)
    shares: list[Floats] = []
    gains, empty, left_out = np.zeros(players.count), 0, 0
    for draw in range(draws):
        if on_progress and draw:
            on_progress(draw, draws)
        try:
            placement = prepare(
                model.study_at(places[draw]), model.job, ways=model.ways_at(places[draw], draw), measure="estimate"
            )
            one = game_of_placement(
                placement, players_of(placement, players.by, players.ids), game.supply, workers=workers
            )
        except (InfeasibleError, InputError):
            left_out += 1
            continue
        empty += core_of(one.game).empty
        if one.together > one.alone.sum():
            continue  # nobody would share: no share to tell
        drawn = nucleolus_of(one.game).shares
        shares.append(drawn)
        gains += drawn < one.alone - 1e-6 * abs(one.together)
    served = draws - left_out
    if not shares:
        empty_share = empty / served if served else None
        return replace(found, draws=served, draws_left_out=left_out, empty_share=empty_share)
    low, middle, high = np.quantile(np.array(shares), [0.05, 0.5, 0.95], axis=0)
    ranges = pd.DataFrame({"p5": low, "p50": middle, "p95": high, "gains": gains / served}, index=found.shares.index)
    return replace(found, ranges=ranges, draws=served, draws_left_out=left_out, empty_share=empty / served)
