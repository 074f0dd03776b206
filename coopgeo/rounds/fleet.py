"""The vehicles of rounds: what one carries, how long a round may last, what it costs."""

from dataclasses import dataclass, fields

import numpy as np

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message
from coopgeo.siting import arguments


@dataclass(frozen=True)
class Fleet:
    """Vehicles of one kind, as many as it takes.

    Attributes
    ----------
    capacity_t : float
        Largest load of a round, tonnes, above 0; a vehicle that is full before it is heavy carries less.
    cost_eur_km, cost_eur_h : float
        Cost of a kilometre and of an hour, driver included.
    shift_s : float
        Longest that a round may last, from the beginning of its work at the depot to its return, above 0.
    stop_s : float
        Time that a stop takes.
    depot_s : float
        Time that a round takes at the depot, loading and unloading together.
    round_eur : float
        What a round costs besides its kilometres and hours.
    """

    capacity_t: float
    cost_eur_km: float = 0.0
    cost_eur_h: float = 0.0
    shift_s: float = np.inf
    stop_s: float = 0.0
    depot_s: float = 0.0
    round_eur: float = 0.0

    def __post_init__(self) -> None:
        faults = Faults("fleet")
        for name in (field.name for field in fields(self)):
            plain = arguments.positive(faults, name, getattr(self, name), finite=name != "shift_s")
            object.__setattr__(self, name, plain)
        for name in ("capacity_t", "shift_s"):
            if getattr(self, name) == 0 and not any(fault.column == name for fault in faults.noted):
                faults.add(column=name, found=0, expected=Message("more than 0"))
        faults.raise_if_any()

    @property
    def start_eur(self) -> float:
        """What every round costs before it drives: its fixed cost and the time at the depot."""
        return self.round_eur + self.depot_s / 3600 * self.cost_eur_h

    @property
    def stop_eur(self) -> float:
        """What the time of a stop costs."""
        return self.stop_s / 3600 * self.cost_eur_h

    def way_eur(self, length_m: Floats, time_s: Floats, toll_eur: Floats) -> Floats:
        """Cost of ways driven once; `inf` where one of the three is."""
        open_ = np.isfinite(length_m) & np.isfinite(time_s) & np.isfinite(toll_eur)
        length_m, time_s, toll_eur = (np.where(open_, part, 0.0) for part in (length_m, time_s, toll_eur))
        return np.where(open_, length_m / 1000 * self.cost_eur_km + time_s / 3600 * self.cost_eur_h + toll_eur, np.inf)
