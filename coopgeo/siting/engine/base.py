"""What every engine can do: the front of a problem asks nothing else of it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from coopgeo.arrays import Mask
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, mask_of

PROVED_GAP = 1e-6  # of what is solved to the proof, whatever gap the caller allows
LEAST_S = 1.0  # time to find out what is lacking, however late it is


@dataclass(frozen=True, kw_only=True, eq=False)
class Engine(ABC):
    """A checked problem with the algorithm that solves it.

    Attributes
    ----------
    required, forbidden : ndarray of bool, shape (sites,)
    most_is_best : bool
        Whether a larger value is better.
    """

    required: Mask
    forbidden: Mask
    most_is_best: ClassVar[bool] = False

    @abstractmethod
    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of sites, or as many as there are; one at least, or a `CoopgeoError`."""

    @abstractmethod
    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of sites, whatever number, requirement or ban the problem has."""

    def narrowed(self, *, required: Sequence[int] = (), forbidden: Sequence[int] = ()) -> Self:
        """The same problem with further sites required or forbidden."""
        n = len(self.forbidden)
        return replace(
            self, required=self.required | mask_of(required, n), forbidden=self.forbidden | mask_of(forbidden, n)
        )

    def same_site(self, site: int) -> Sequence[int]:
        """The columns that stand for the same place as `site` (its sizes), itself among them."""
        return [site]

    def warm(self) -> None:  # noqa: B027 (most engines compile nothing)
        """Compile what this engine needs, once in a process: that is no part of a search."""
