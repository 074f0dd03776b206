"""Wood as a fuel: moisture, energy, volume, drying. Moisture is water / total mass (wet basis) throughout.

Formulas: EN ISO 18125 and EN ISO 17225-1 for energy; mass balances at constant dry mass for the rest.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.errors import InputError, Message

VAPORISATION_MJ_KG = 2.443  # heat of vaporisation of water at 25 °C, EN ISO 18125
MJ_PER_KWH = 3.6
MAX_MOISTURE = 0.70


def _checked_moisture(moisture: ArrayLike) -> Floats:
    h = np.asarray(moisture, dtype=np.float64)
    wrong = ~((h >= 0) & (h < MAX_MOISTURE))
    if wrong.any():
        raise InputError(
            Message(
                "moisture: found {found:g}; expected water / total mass in [0, {most}); "
                "a percentage or a dry-basis figure is the usual cause",
                found=float(h[wrong].flat[0]),
                most=MAX_MOISTURE,
            )
        )
    return h


def energy_content(moisture: ArrayLike, *, dry_mj_kg: float = 18.5) -> Floats:
    """Lower heating value of wood as received, from its moisture.

    Parameters
    ----------
    moisture : array_like
        Water / total mass (wet basis), in [0, 0.7).
    dry_mj_kg : float
        Lower heating value of the dry wood, MJ/kg (18.5 hardwood, 19.0 softwood).

    Returns
    -------
    ndarray
        MWh per tonne as received, same shape as `moisture`.

    Raises
    ------
    InputError
        If a moisture lies outside [0, 0.7).

    Notes
    -----
    EN ISO 18125: (q0 (1 - h) - 2.443 h) / 3.6.

    Examples
    --------
    >>> print(energy_content(0.30).round(3))
    3.394
    """
    h = _checked_moisture(moisture)
    return np.asarray((dry_mj_kg * (1 - h) - VAPORISATION_MJ_KG * h) / MJ_PER_KWH)


def bulk_density(moisture: ArrayLike, *, dry_kg_map: float = 170.0) -> Floats:
    """Mass of a loose cubic metre of chips (MAP), in kg, from the moisture and the dry mass per MAP.

    Shrinking below about 25 % moisture is left out.

    Examples
    --------
    >>> print(bulk_density(0.35).round(1))
    261.5
    """
    return np.asarray(dry_kg_map / (1 - _checked_moisture(moisture)))


def dry_mass(mass_t: ArrayLike, moisture: ArrayLike) -> Floats:
    """Dry tonnes in a mass as received.

    Examples
    --------
    >>> print(dry_mass(1000.0, 0.30))
    700.0
    """
    return np.asarray(np.asarray(mass_t, dtype=np.float64) * (1 - _checked_moisture(moisture)))


def wet_mass(kept_t: ArrayLike, moisture: ArrayLike) -> Floats:
    """Tonnes as received that hold `kept_t` dry tonnes at a moisture: the inverse of `dry_mass`."""
    return np.asarray(np.asarray(kept_t, dtype=np.float64) / (1 - _checked_moisture(moisture)))


def months_to_dry(start: ArrayLike, target: float, *, equilibrium: float, tau_months: float) -> Floats:
    """Months of storage until the moisture has fallen from `start` to `target`.

    Parameters
    ----------
    start : array_like
        Moisture on arrival.
    target : float
        Moisture wanted, above the equilibrium moisture of the store.
    equilibrium : float
        Moisture that the store tends to (covered chips about 0.22).
    tau_months : float
        Time constant of the approach, months (covered chips about 3).

    Returns
    -------
    ndarray
        Months, 0 for what arrives dry enough.

    Raises
    ------
    InputError
        If the target cannot be reached in that store.

    Notes
    -----
    Inverse of h(k) = h_eq + (h1 - h_eq) exp(-k / tau).

    Examples
    --------
    >>> print(months_to_dry(0.48, 0.30, equilibrium=0.22, tau_months=3).round(2))
    3.54
    """
    h = _checked_moisture(start)
    if target <= equilibrium:
        raise InputError(
            Message(
                "moisture wanted: found {target:g}; expected above {equilibrium:g}, which the store tends to",
                target=target,
                equilibrium=equilibrium,
            )
        )
    excess = np.maximum(h - equilibrium, target - equilibrium)
    return np.asarray(tau_months * np.log(excess / (target - equilibrium)))


def dry_mass_kept(months: ArrayLike, *, loss_per_month: float) -> Floats:
    """Share of the dry mass that is left after a time of storage: (1 - L)^k.

    Examples
    --------
    >>> print(dry_mass_kept(5, loss_per_month=0.012).round(4))
    0.9414
    """
    return np.asarray((1 - loss_per_month) ** np.asarray(months, dtype=np.float64))


def fuel_energy(power_kw: ArrayLike, full_load_h: ArrayLike, efficiency: ArrayLike) -> Floats:
    """Energy in the wood that a boiler burns in a year, MWh (lower heating value).

    `power_kw` is the power of the wood boiler itself, so that no share of wood applies.

    Examples
    --------
    >>> print(fuel_energy(1000, 3000, 0.85).round(1))
    3529.4
    """
    useful = np.asarray(power_kw, dtype=np.float64) / 1000 * np.asarray(full_load_h, dtype=np.float64)
    return np.asarray(useful / np.asarray(efficiency, dtype=np.float64))


def co2_per_useful_mwh(
    diesel_l: float, fuel_mwh: float, useful_mwh: float, *, kg_l: float, combustion_kg_mwh: float
) -> float:
    """Greenhouse gas of a MWh of useful heat, kg CO2e, counted up from the diesel of the whole chain.

    Parameters
    ----------
    diesel_l : float
        Litres burnt by harvest, chipping, handling and haulage.
    fuel_mwh, useful_mwh : float
        Energy of the wood burnt and the heat drawn from it.
    kg_l : float
        kg CO2e per litre of diesel, upstream included.
    combustion_kg_mwh : float
        N2O and CH4 of the fire, kg CO2e per MWh of fuel; biogenic CO2 counts 0 by convention.
    """
    return (diesel_l * kg_l + combustion_kg_mwh * fuel_mwh) / useful_mwh
