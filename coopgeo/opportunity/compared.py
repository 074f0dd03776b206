"""The ways to run a chain beside its answer: its own platform, plants of others, a pool; and where the answer turns."""

from dataclasses import dataclass, replace

from coopgeo.opportunity.figures import Option, Turning
from coopgeo.opportunity.options import options_of, plants_of_others
from coopgeo.opportunity.own_platform import turnings_of
from coopgeo.plan.outcome import Outcome
from coopgeo.scenarios import Prepared


@dataclass(frozen=True, eq=False)
class Compared:
    """An answer and the other ways to run its chain; attributes as those of `ChainStudy`."""

    outcome: Outcome
    options: tuple[Option, ...]
    turnings: tuple[Turning, ...]

    @property
    def unit(self) -> str:
        """What is delivered."""
        return self.outcome.chain.settings.unit


def with_options(outcome: Outcome) -> Outcome:
    """The same outcome with the other ways to run its chain, where plants of others could serve it; takes seconds."""
    if not plants_of_others(outcome.chain) or outcome.placement.job.forbidden:
        return outcome
    job = replace(outcome.placement.job, alternatives=0, what_ifs=0)
    prepared = Prepared(outcome.study, job, ways=outcome.placement.ways)
    quick = Prepared(outcome.study, job, ways=outcome.placement.ways, measure="estimate")
    compared = Compared(outcome, options_of(prepared, outcome), turnings_of(prepared, quick))
    return replace(outcome, compared=compared)
