"""How a search tells how far it is, and when it must stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a search stands.

    Attributes
    ----------
    iteration : int
        Steps done so far: subgradient steps, or nodes of a branch and cut.
    value : float
        Value of the best answer so far; infinite (or minus infinity, where most is best) while there is none.
    bound : float
        No answer can be better than this.
    seconds : float
        Wall time so far.
    """

    iteration: int
    value: float
    bound: float
    seconds: float


Report = Callable[[Progress], None]


class Watch:
    """The clock of one search, with its limit and whoever listens.

    Parameters
    ----------
    limit_s : float
    report : callable, optional
        Called with a `Progress` now and then.
    """

    def __init__(self, limit_s: float, report: Report | None = None) -> None:
        self._limit_s, self._report, self._start = limit_s, report, time.perf_counter()
        self._whole: Watch | None = None

    def part(self, *, share: float = 1.0, least_s: float = 0.0, heard: bool = False) -> "Watch":
        """A clock for a part of this search: a share of the time left, and `least_s` however late it is.

        It tells nobody unless it is `heard`: mostly its values are not those of the whole.
        """
        part = Watch(self.seconds + max(least_s, share * self.left_s), self._report if heard else None)
        part._start, part._whole = self._start, self
        return part

    @property
    def seconds(self) -> float:
        """Wall time since the search began."""
        return time.perf_counter() - self._start

    @property
    def left_s(self) -> float:
        """Time that is left, never negative."""
        return max(0.0, self._limit_s - self.seconds)

    @property
    def over(self) -> bool:
        """Whether the limit is reached."""
        return self.seconds >= self._limit_s

    def stop(self) -> None:
        """Let the limit be reached now: someone pressed Ctrl-C."""
        self._limit_s = 0.0
        if self._whole is not None:
            self._whole.stop()

    def tell(self, iteration: int, value: float, bound: float) -> None:
        """Tell whoever asked."""
        if self._report is not None:
            self._report(Progress(iteration, value, bound, self.seconds))
