"""What each player gets, or pays."""

from dataclasses import dataclass

from coopgeo.arrays import Floats


@dataclass(frozen=True, eq=False)
class Allocation:
    """What a rule gives each player.

    Attributes
    ----------
    shares : ndarray, shape (players,)
        What each gets of the worth of all, or pays of its cost; together the whole.
    certified : bool
        Whether a certificate was checked that is independent of how the shares were found. Of rules that are a formula
        or one linear program: that the shares are the whole.
    """

    shares: Floats
    certified: bool
