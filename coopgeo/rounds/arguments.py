"""What rounds are asked with, checked: faults are gathered, then arrays are plain.

Loads count in millionths of the capacity and times in tenths of a second, both rounded down, for the search and for
its bounds alike: three loads of a third fill a vehicle. A round may so exceed the capacity by a millionth of it for
each stop, and the shift by a tenth of a second for each way and stop; costs are not rounded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message, check_kind
from coopgeo.rounds.fleet import Fleet
from coopgeo.siting import arguments

UNITS = 1_000_000  # of load in a vehicle
TENTHS = 10  # of a second
MOST_FULL_TRIPS = 100_000
_NEAR = 1e-3  # of a unit of load: less is a matter of floating point


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be planned, checked.

    Attributes
    ----------
    length_m, time_s, way_eur : ndarray, shape (depots + stops, depots + stops)
        The depots first; `inf` where no way leads.
    load_t : ndarray, shape (stops,) or (draws, stops)
    fleet : Fleet
    depots : int
    earliest_s, latest_s : ndarray, shape (stops,)
        When the work at each stop may begin, in seconds after the start of the shift.
    """

    length_m: Floats
    time_s: Floats
    way_eur: Floats
    load_t: Floats
    fleet: Fleet
    depots: int
    earliest_s: Floats
    latest_s: Floats

    @property
    def has_windows(self) -> bool:
        """Whether the work at some stop may not begin at any time."""
        return bool((self.earliest_s > 0).any() or np.isfinite(self.latest_s).any())


def checked(
    length_m: ArrayLike,
    time_s: ArrayLike,
    load_t: ArrayLike,
    fleet: Fleet,
    toll_eur: ArrayLike | None = None,
    *,
    depots: int = 1,
    windows_s: ArrayLike | None = None,
    draws: bool = False,
) -> Task:
    """Check all arguments; an `InputError` lists every fault."""
    check_kind("fleet", fleet, Fleet, Message("a Fleet, such as Fleet(capacity_t=1.2, cost_eur_km=0.4)"))
    faults = Faults("rounds")
    loads = arguments.amounts(faults, "load_t", load_t, finite=True)
    if loads.ndim != 1 and not (draws and loads.ndim == 2):
        faults.add(
            column="load_t",
            found=Message("shape {shape}", shape=str(loads.shape)),
            expected=Message("one load for each stop"),
        )
    if not arguments.is_whole(depots) or depots < 1:
        faults.add(column="depots", found=depots, expected=Message("a whole number, {least} or more", least=1))
    faults.raise_if_any()
    stops = loads.shape[-1]
    if loads.max(initial=0.0) > MOST_FULL_TRIPS * fleet.capacity_t:
        expected = Message(
            "at most {most} loads of a vehicle at one stop; are the capacity and the loads in tonnes?",
            most=MOST_FULL_TRIPS,
        )
        faults.add(column="load_t", found=float(loads.max()), expected=expected)
    shape = (int(depots) + stops,) * 2
    parts = [arguments.amounts(faults, "length_m", length_m, shape), arguments.amounts(faults, "time_s", time_s, shape)]
    toll = np.zeros(shape) if toll_eur is None else arguments.amounts(faults, "toll_eur", toll_eur, shape)
    windows = _windows(faults, windows_s, stops)
    faults.raise_if_any()
    length, time, toll = (np.where(np.eye(shape[0], dtype=bool), 0.0, part) for part in (*parts, toll))
    return Task(length, time, fleet.way_eur(length, time, toll), loads, fleet, int(depots), *windows)


def _windows(faults: Faults, windows_s: ArrayLike | None, stops: int) -> tuple[Floats, Floats]:
    if windows_s is None:
        return np.zeros(stops), np.full(stops, np.inf)
    windows = arguments.amounts(faults, "windows_s", windows_s, (stops, 2))
    if windows.shape != (stops, 2):
        return np.zeros(stops), np.full(stops, np.inf)
    earliest, latest = windows.T
    for stop in np.flatnonzero((earliest > latest) | np.isinf(earliest)):
        faults.add(
            column=f"windows_s[{stop}]",
            found=[float(earliest[stop]), float(latest[stop])],
            expected=Message("the earliest second, then the latest, which may be inf"),
        )
    return earliest.copy(), latest.copy()


def load_units(load_t: Floats, fleet: Fleet) -> Floats:
    """Loads in millionths of the capacity, rounded down."""
    return np.floor(load_t / fleet.capacity_t * UNITS + _NEAR)


def tenths(seconds: Floats | float) -> Floats:
    """Times in tenths of a second, rounded down."""
    return np.floor(np.asarray(seconds, dtype=np.float64) * TENTHS + _NEAR)
