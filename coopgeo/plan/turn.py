"""Where an answer turns, as plain figures that pages and notes show."""

from dataclasses import dataclass

Sites = tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """Where the answer turns as one assumption grows or falls.

    Attributes
    ----------
    name : str
        The assumption: a parameter of the chain, or "demand" for a factor of the whole demand.
    value : float
        In the study.
    end : float
        As far as was looked.
    at : float, optional
        Value nearest to that of the study at which the answer has turned; None if it does not turn.
    sites : tuple of str, optional
        Best sites there; None if not all customers can be served there, or the answer does not turn.
    eur_per_unit : float, optional
        Cost there; None as `sites`.
    proved : bool
        Whether every point that was looked at is a proved run; if not, time was short: the answer may turn elsewhere.
    """

    name: str
    value: float
    end: float
    at: float | None = None
    sites: Sites | None = None
    eur_per_unit: float | None = None
    proved: bool = True

    @property
    def grows(self) -> bool:
        """Whether the assumption grows on this side."""
        return self.end > self.value


@dataclass(frozen=True)
class BreakEven:
    """What would change an answer.

    Attributes
    ----------
    turns : tuple of (Turn, Turn)
        Below and above the value of each assumption.
    pays_from_subsidy : float, optional
        Share of the investment from which the chain costs no more than the market asks; None if none is enough.
    dear : bool
        Whether it costs more than the market asks as the study stands.
    pays_proved : bool
        Whether every point that `pays_from_subsidy` was looked for at is a proved run.
    """

    turns: tuple[tuple[Turn, Turn], ...]
    pays_from_subsidy: float | None
    dear: bool
    pays_proved: bool = True

    @property
    def unproved(self) -> tuple[str, ...]:
        """Names of the assumptions whose points are not all proved."""
        return tuple(below.name for below, above in self.turns if not (below.proved and above.proved))
