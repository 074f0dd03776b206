"""What the answer of the main job is held against: its bound, other choices of sites, other ways to serve."""

from dataclasses import dataclass
from typing import Literal

from coopgeo.siting.solution import Proof


@dataclass(frozen=True)
class Objective:
    """Yearly cost of the chain, €, with the bound that proves it."""

    value_eur_year: float
    bound_eur_year: float
    gap: float
    status: Proof


@dataclass(frozen=True)
class OtherSites:
    """Another choice of sites: its proved least cost, and what it costs more than the best.

    Where `status` is "at_least", its rounds were not planned, as it cannot win: it costs no less than that.
    """

    sites: tuple[str, ...]
    value_eur_year: float
    regret_eur_year: float
    status: Proof | Literal["at_least"]


@dataclass(frozen=True)
class NearBest:
    """A choice of sites that is nearly as cheap as the best: what it costs more, and the score of its sites.

    Attributes
    ----------
    sites : tuple of str
    extra_eur_year : float
        0 for the best.
    score : float
        Mean score of the sites, 0 to 1; NaN without a site.
    """

    sites: tuple[str, ...]
    extra_eur_year: float
    score: float


@dataclass(frozen=True)
class WayToServe:
    """Another way to serve the same customers, in one figure.

    Attributes
    ----------
    key : {"no_platform", "all_by_platform", "outside"}
    eur_per_unit : float, optional
        None if not all customers can be served so.
    sites : tuple of str
        Of the platforms, if any.
    status : {"optimal", "feasible", ""}
        "optimal" only with proof; empty if not all can be served.
    """

    key: str
    eur_per_unit: float | None
    sites: tuple[str, ...]
    status: str
