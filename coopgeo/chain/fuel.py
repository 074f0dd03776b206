"""One price of diesel: what haulage, harvest and the loader cost at it, where tables stand at another."""

from dataclasses import replace

from coopgeo.roads import Vehicle
from coopgeo.study.chain_settings import Parameters


def dearer_eur_l(parameters: Parameters) -> float:
    """How much dearer a litre is than where the costs of the tables stand, €; 0 for a chain without these prices."""
    price, of_costs = parameters.diesel_eur_l, parameters.diesel_eur_l_costs
    return 0.0 if price is None or of_costs is None else price.value - of_costs.value


def at_fuel_price(vehicle: Vehicle, parameters: Parameters) -> Vehicle:
    """A vehicle whose kilometres cost what they do at the price of diesel; which ways it takes is decided before.

    Parameters
    ----------
    vehicle : Vehicle
        With the `cost_eur_km` of the tables.
    parameters : Parameters
        Its `diesel_eur_l` and `diesel_eur_l_costs`.

    Examples
    --------
    0.33 l/km, 0.50 €/l dearer than in the tables:

    >>> from types import SimpleNamespace as Prices
    >>> prices = Prices(diesel_eur_l=Prices(value=1.8), diesel_eur_l_costs=Prices(value=1.3))
    >>> round(at_fuel_price(Vehicle("semi", cost_eur_km=0.65, diesel_l_km=0.33), prices).cost_eur_km, 3)
    0.815
    """
    extra_eur_l = dearer_eur_l(parameters)
    if extra_eur_l == 0:
        return vehicle
    return replace(vehicle, cost_eur_km=max(0.0, vehicle.cost_eur_km + extra_eur_l * vehicle.diesel_l_km))


def handling_eur_t(parameters: Parameters) -> float:
    """Handling on the platform at the price of diesel, € per tonne delivered."""
    return max(0.0, parameters.handling_eur_t.value + dearer_eur_l(parameters) * parameters.loader_l_t.value)
