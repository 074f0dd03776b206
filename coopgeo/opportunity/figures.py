"""What an opportunity study holds, as plain figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coopgeo.cooperation.between_chains import BetweenChains
from coopgeo.errors import Message
from coopgeo.opportunity.actors import Matrix
from coopgeo.opportunity.rules import Figures, Span, Verdict
from coopgeo.plan.outcome import Outcome
from coopgeo.study import Study
from coopgeo.study.settings import Parameter

OptionKind = Literal["base", "own", "existing", "pool"]


@dataclass(frozen=True, eq=False)
class Option:
    """A way to run a chain.

    Attributes
    ----------
    id : str
        Of its scenario; empty for the study as it stands.
    kind : {"base", "own", "existing", "pool"}
        As it stands; on a platform of the territory alone; in plants of others alone; together with neighbours.
    names : mapping of str to str
        By language.
    outcome : Outcome, optional
        None where it cannot be done.
    lacking : Message, optional
        Why not.
    inhabitants : float
        Of the territories that take part.
    neighbours_points : int, optional
        Of a pool: how many collection points lie in the territories that join; None for other kinds.
    """

    id: str
    kind: OptionKind
    names: Mapping[str, str]
    outcome: Outcome | None = field(repr=False)
    lacking: Message | None
    inhabitants: float
    neighbours_points: int | None = None


@dataclass(frozen=True)
class Turning:
    """From where a platform of its own costs no more than the plants of others.

    Attributes
    ----------
    name : {"support", "tonnes"}
        What grows: the support (€/t), or the tonnes collected (t/year; the plants of others grow with them).
    here : float
        As the study stands.
    end : float
        As far as was looked.
    bracket : tuple of (float, float), optional
        The last value tried at which it costs more, and the first at which it does not; twice `here` if it does not
        as the study stands; None if it costs more as far as was looked.
    """

    name: Literal["support", "tonnes"]
    here: float
    end: float
    bracket: tuple[float, float] | None


@dataclass(frozen=True)
class Deciding:
    """A figure that moves the cost.

    Attributes
    ----------
    names : mapping of str to str
        By language.
    status : str
        How far its range is known.
    effect : float, optional
        Share of what the cost varies by that it explains, of draws.
    low, high : float, optional
        Cost per unit at the ends of its range, all else as it stands; NaN where not everything can be served.
    """

    names: Mapping[str, str]
    status: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class DataGaps:
    """How little is known.

    Attributes
    ----------
    assumed : float
        Share of the rows and values of the chain that are assumed.
    rows : int
        How many there are.
    deciding : tuple of Deciding
        What moves the cost most, the largest first.
    cost : Span, optional
        Cost per unit: 9 draws of 10; or the least and the most that one factor alone makes of it.
    drawn : bool
        Whether from draws.
    """

    assumed: float
    rows: int
    deciding: tuple[Deciding, ...]
    cost: Span | None
    drawn: bool


@dataclass(frozen=True)
class Condition:
    """Something that must be true for the chain to hold: a key of the texts, with its figures."""

    key: str
    facts: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class ChainStudy:
    """A chain in the opportunity study.

    Attributes
    ----------
    id : str
    names : mapping of str to str
        By language.
    unit : str
        What is delivered.
    outcome : Outcome, optional
        The best answer; None where there is none.
    lacking : Message, optional
        Why not.
    options : tuple of Option
        The study as it stands, then its other ways to run.
    turnings : tuple of Turning
        Of a chain that plants of others could serve.
    pays_from_subsidy : float, optional
        Share of the investment from which it costs no more than the market; None if none is enough, or none needed.
    coordination_eur_year : float
        Support and coordination of the territory.
    gaps : DataGaps, optional
    figures : Figures
        What the verdict rests on.
    verdict : Verdict
    conditions : tuple of Condition
    """

    id: str
    names: Mapping[str, str]
    unit: str
    outcome: Outcome | None = field(repr=False)
    lacking: Message | None
    options: tuple[Option, ...]
    turnings: tuple[Turning, ...]
    pays_from_subsidy: float | None
    coordination_eur_year: float
    gaps: DataGaps | None
    figures: Figures
    verdict: Verdict
    conditions: tuple[Condition, ...]

    def option(self, kind: OptionKind) -> Option | None:
        """The first option of a kind that can be done."""
        return next((one for one in self.options if one.kind == kind and one.outcome is not None), None)


@dataclass(frozen=True, eq=False)
class Opportunity:
    """Every chain of a study side by side.

    Attributes
    ----------
    study : Study
    chains : tuple of ChainStudy
    matrix : Matrix
        Who does what.
    jobs_created : Parameter, optional
        What the approach has created so far, to hold the jobs of a chain against.
    draws, seed : int
        Draws of each chain; 0 for none.
    between : BetweenChains, optional
        What the chains save by sharing; None where nothing is known that they could share, they are more than
        six, or sites that several of them name are not one place: `share_between_chains` says why.
    """

    study: Study = field(repr=False)
    chains: tuple[ChainStudy, ...]
    matrix: Matrix
    jobs_created: Parameter | None
    draws: int
    seed: int
    between: BetweenChains | None = field(default=None, repr=False)
