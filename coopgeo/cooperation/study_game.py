"""The game of a study: what each coalition of its players would pay for a chain of its own, proved.

A coalition serves its customers, or takes care of what it collects, on any site, with the part of the supply that it
has a right to: of all supply as much as it asks for of all demand; or all that is its own, and that much of what is
nobody's. No tonne is counted twice, so that two coalitions never pay more together than apart while the sites have room
for the platforms of both; where a chain has rounds, all share one platform. It builds no platform, one, or as many as
cost least. Ways are found once; a bound that was found for one coalition is tried on the next (see
`siting.coalitions`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import loky
import numpy as np

from coopgeo import siting
from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.cooperation.games import Game, members_of
from coopgeo.cooperation.players import By, Players, players_of
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError, Message, TooFewSitesError, check_kind
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.placement import Placement, prepare
from coopgeo.siting.coalitions import Coalitions, Worth
from coopgeo.study import Study

Supply = Literal["shared", "own"]
Price = Callable[[Sequence[int]], Iterable[list[Worth]]]
MOST_GAME_PLAYERS = 14  # 16,383 coalitions
_CHUNK = 64
_FEW = 128  # coalitions that are done sooner than other processes have begun


@dataclass(frozen=True, eq=False)
class StudyGame:
    """A cost game whose coalitions are placements.

    Attributes
    ----------
    placement : Placement
        Of all players together.
    players : Players
    supply : {"shared", "own"}
    worth : ndarray, shape (coalitions,)
        Least cost found of each coalition, € a year, that of all players last; entry S is that of the players whose
        bits are set in S, if all coalitions were worked out. `inf`: it cannot be served.
    bound : ndarray, shape (coalitions,)
        What it costs at least; equal to `worth` where that is proved.
    members : ndarray of bool, shape (coalitions, players), optional
        Who is in each coalition, if not all 2 ** players were worked out.
    """

    placement: Placement
    players: Players
    supply: Supply
    worth: Floats
    bound: Floats
    members: Mask | None = None

    @property
    def complete(self) -> bool:
        """Whether all coalitions were worked out."""
        return self.members is None

    @cached_property
    def game(self) -> Game:
        """The coalitions as a game."""
        every = members_of(np.arange(len(self.worth)), self.players.count) if self.members is None else self.members
        return Game(every, -self.worth, -1.0)

    @property
    def alone(self) -> Floats:
        """What each player would pay alone, € a year, shape (players,)."""
        return self.worth[self.game.singles]

    @property
    def together(self) -> float:
        """What all pay together, € a year."""
        return float(self.worth[-1])

    @property
    def proved(self) -> bool:
        """Whether every cost is proved: rounds that are estimated, and a search that was cut short, are not."""
        return not self.placement.rounds and bool((self.bound == self.worth).all())


def study_game(
    study: Study,
    *,
    by: By = "communes",
    supply: Supply = "shared",
    job: Job | None = None,
    ways: JobWays | None = None,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> StudyGame:
    """Work out what each coalition of the players of a study would pay.

    Parameters
    ----------
    study : Study
    by : {"communes", "customers", "epci", "partners"}
        Who the players are.
    supply : {"shared", "own"}
        Whether each player has a right to its part of all supply, in proportion to what it asks for, or to the supply
        that lies in its communes and its part of what lies elsewhere.
    job : Job, optional
        What is asked of the placement; as many platforms as cost least, or one where the chain has rounds, by default.
    ways : JobWays, optional
        Ways that were found before for the same job.
    workers : int, optional
        Processes; as many as there are cores by default, 1 = this process alone.
    on_progress : callable, optional
        Called now and then with the coalitions done and those there are.

    Returns
    -------
    StudyGame

    Raises
    ------
    InputError
        If an argument is none of these, there is nobody to share, or there are more than 14 players.
    InfeasibleError
        If all together cannot be served.

    Examples
    --------
    >>> import coopgeo
    >>> from coopgeo.cooperation import study_game
    >>> game = study_game(coopgeo.open_study(), by="communes", workers=1)
    >>> bool(game.together < game.alone.sum())
    True
    """
    placement, players = placed(study, by, supply, job, ways)
    check_few(players)
    return game_of_placement(placement, players, supply, workers=workers, on_progress=on_progress)


def check_few(players: Players) -> None:
    """Refuse more players than all coalitions can be worked out for."""
    if players.count > MOST_GAME_PLAYERS:
        faults = Faults("study_game")
        expected = Message("at most {count}", count=MOST_GAME_PLAYERS)
        faults.add(column="by", found=Message("{count} players", count=players.count), expected=expected)
        faults.raise_if_any()


def placed(study: Study, by: By, supply: Supply, job: Job | None, ways: JobWays | None) -> tuple[Placement, Players]:
    """The placement of all players, and who they are; arguments as in `study_game`."""
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    faults = Faults("study_game")
    if supply not in get_args(Supply):
        faults.add(column="supply", found=supply, expected=Message("one of {choices}", choices=list(get_args(Supply))))
    faults.raise_if_any()
    placement = prepare(study, job or job_of_all(study), ways=ways, measure="estimate")
    return placement, players_of(placement, by)


def job_of_all(study: Study, chain: str | None = None) -> Job:
    """The job of all players: as many platforms as cost least; one where the chain has rounds."""
    rounds = getattr(study.chain(chain).settings, "rounds", None)
    return Job(chain=chain, platforms=1 if rounds else None, alternatives=0)


def game_of_placement(
    placement: Placement,
    players: Players,
    supply: Supply = "shared",
    *,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> StudyGame:
    """The same of a placement that is at hand; arguments as in `study_game`."""
    parts = Parts.of(placement, players, supply)
    count = 1 << players.count
    worth: list[Worth] = []
    with pricing(parts, workers or (None if count > _FEW else 1)) as price:
        for some in price(range(count)):
            worth += some
            if on_progress:
                on_progress(len(worth), count)
    value, bound = (np.array(part) for part in zip(*worth, strict=True))
    if not np.isfinite(value[-1]):
        raise InfeasibleError(Message("all players together cannot be served"))
    return StudyGame(placement, players, supply, value, bound)


@dataclass(frozen=True, eq=False)
class Parts:
    """What it takes to price a coalition, light enough for another process.

    Attributes
    ----------
    players : Players
    supply : {"shared", "own"}
    coalitions : Coalitions or None
        Of customers that pull, without rounds: each cost is proved.
    placement : Placement or None
        Of all others: the problem of each coalition is drawn up anew.
    wanted_units : float
        What all ask for, players or not, a year.
    """

    players: Players
    supply: Supply
    coalitions: Coalitions | None
    placement: Placement | None
    wanted_units: float

    @classmethod
    def of(cls, placement: Placement, players: Players, supply: Supply) -> "Parts":
        """The parts of a placement."""
        if isinstance(placement.problem, siting.TwoStage) and not placement.rounds:
            return cls(players, supply, Coalitions(placement.problem), None, placement.wanted_units)
        light = replace(placement, ways=replace(placement.ways, networks={}, basis={}))
        return cls(players, supply, None, light, placement.wanted_units)

    def cost(self, coalition: int) -> Worth:
        """What a coalition pays.

        Raises
        ------
        CoopgeoError
            If no placement of it was found in time.
        """
        if not coalition:
            return Worth(0.0, 0.0)
        inside, players = members_of(np.array([coalition]), self.players.count)[0], self.players
        customers, brings = _belongs(players.customer, inside), _belongs(players.source, inside)
        part = np.full(len(brings), float(self.rights[inside].sum()))
        if self.supply == "own":
            part[players.source >= 0] = brings[players.source >= 0]
        sites = (players.site < 0) | _belongs(players.site, inside)
        found = self._placed(customers, brings, np.minimum(part, 1.0), sites)
        if np.isinf(found.value) and found.bound < np.inf:
            raise CoopgeoError(Message("time was up before it was known what some players would pay together"))
        return found

    def _placed(self, customers: Mask, brings: Mask, part: Floats, sites: Mask) -> Worth:
        """The least cost of some customers, or of what some bring."""
        if self.coalitions is not None:
            return self.coalitions.cost(customers, sources=part, platforms=sites)
        assert self.placement is not None
        barred = self.placement.options["site"][~sites].astype(str).tolist()
        try:
            if self.placement.outlets is not None:
                return _least(self.placement.part(sources=brings.astype(float), forbidden=barred))
            return _least(self.placement.part(customers=customers, sources=part, forbidden=barred))
        except (InfeasibleError, TooFewSitesError):
            return Worth(np.inf, np.inf)

    @property
    def rights(self) -> Floats:
        """The part of what is shared that each player has a right to: as much of it as it asks for of all demand."""
        units = self.players.weights["units"].to_numpy(float)
        return np.asarray(units / max(self.wanted_units, float(units.sum()), np.finfo(float).tiny))


def _belongs(owner: Ints, inside: Mask) -> Mask:
    """Which rows belong to the players inside."""
    return (owner >= 0) & inside[owner]


def _least(problem: siting.TwoStage | siting.Push) -> Worth:
    """The least cost of a problem."""
    if problem.p == 1:
        value = float(problem.alone().min())
        return Worth(value, value)
    try:
        found = problem.best(1)[0]
    except InfeasibleError:
        return Worth(np.inf, np.inf)
    except CoopgeoError:
        return Worth(np.inf, -np.inf)  # not in time
    return Worth(found.value, found.value if found.status == "optimal" else found.bound)


@contextmanager
def pricing(parts: Parts, workers: int | None = None) -> Iterator[Price]:
    """What works out coalitions, in the processes that were asked for.

    Parameters
    ----------
    parts : Parts
    workers : int, optional
        Processes; as many as there are cores by default, 1 = this process alone.
    """
    count = workers or loky.cpu_count()
    if count == 1:
        yield lambda coalitions: (_chunk(parts, some) for some in _chunks(coalitions, count))
        return
    with loky.ProcessPoolExecutor(count, initializer=_keep, initargs=(parts,)) as pool:
        yield lambda coalitions: pool.map(_kept_chunk, _chunks(coalitions, count))


def _chunks(coalitions: Sequence[int], workers: int) -> list[Sequence[int]]:
    size = min(_CHUNK, max(1, len(coalitions) // (4 * workers)))
    return [coalitions[start : start + size] for start in range(0, len(coalitions), size)]


def _chunk(parts: Parts, coalitions: Sequence[int]) -> list[Worth]:
    return [parts.cost(coalition) for coalition in coalitions]


_KEPT: list[Parts] = []  # of a process that works for another: what it was given as it began


def _keep(parts: Parts) -> None:
    _KEPT[:] = [parts]


def _kept_chunk(coalitions: Sequence[int]) -> list[Worth]:
    return _chunk(_KEPT[0], coalitions)
