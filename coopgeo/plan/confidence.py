"""How sure an answer is, as plain figures that pages, notes and results.json show."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Decisive:
    """A factor that decides.

    Attributes
    ----------
    factor : str
        Its id, such as "customers.piscine.exists".
    names : mapping of str to str
        Its name by language.
    effect, effect_cost : float
        Share of the variance of which site wins, and of the cost per unit, that it explains by itself, 0 to 1.
    status : str
        How far its range is known.
    """

    factor: str
    names: Mapping[str, str]
    effect: float
    effect_cost: float
    status: str


@dataclass(frozen=True)
class Confidence:
    """What draws tell of an answer.

    Attributes
    ----------
    draws, seed : int
    tolerance : float
        Share of the least cost within which a site is near the best.
    infeasible, no_customer : float
        Shares of the draws in which the customers cannot be served, and in which there is no customer at all.
    unproved : float
        Share of the draws of which the solver could not prove the answer: they count for no site.
    best, near : mapping of str to float
        Share of the draws that can be served in which each site (or choice of sites) is best, or near the best; the
        largest first, those that never are left out. Near is empty where several platforms may open: only the best
        choice of each draw is known.
    eur_per_unit, eur_year : mapping of str to float
        Quantiles `p5`, `p25`, `p50`, `p75`, `p95` of the cost; empty if no draw can be served.
    decides : tuple of Decisive
        All factors, what decides most of the site first.
    groups : mapping of str to (float, float)
        Effect and effect on the cost of all factors of a kind together: "exists" (which customers there are), "demand",
        "land", "resource", "harvest", "roads", "assumptions".
    """

    draws: int
    seed: int
    tolerance: float
    infeasible: float
    no_customer: float
    unproved: float
    best: Mapping[str, float]
    near: Mapping[str, float]
    eur_per_unit: Mapping[str, float]
    eur_year: Mapping[str, float]
    decides: tuple[Decisive, ...]
    groups: Mapping[str, tuple[float, float]]

    @property
    def served(self) -> int:
        """How many draws can be served: those that the shares of sites are of."""
        return round((1 - self.infeasible - self.no_customer - self.unproved) * self.draws)
