"""What the columns of the output layers mean: those that coopgeo computes, and those of the input tables."""

from coopgeo.study.schemas import CHAIN_TABLES, TABLES

COMPUTED = {
    "available_kept_t": "Left for the chain in the commune (kept t/year).",
    "built_m2": "Hall and yard (m²).",
    "capacity_t": "What the platform can deliver (t/year as delivered).",
    "capital_eur": "Investment before subsidies, land included (€).",
    "catchment_communes": "Communes that send something to the point.",
    "commune": "Name of the commune.",
    "communes": "Communes that send something to the point.",
    "crossing": "Id of the bridge or ferry that the road is; empty elsewhere.",
    "destination": "Id of the platform or customer that the flow goes to.",
    "kept_t": "Tonnes a year that count, without any tare (kept t/year).",
    "units": "The same in the unit of the chain, such as MWh (lower heating value), a year.",
    "excluded": "Why the site is left out (hazard, zoning); empty if it is not.",
    "wanted_units": "What the customer takes, in the unit of the chain, such as MWh (lower heating value), a year.",
    "geometry": "Shape, EPSG:2154 (`geom` in the GeoPackage).",
    "haulage_eur": "Haulage (€/year).",
    "inhabitants": "Inhabitants of these communes.",
    "km": "Way of the flow over the network, one way (km).",
    "lorries_year": "Passes of lorries a year, loaded and empty, both directions.",
    "max_km": "Longest way to the point (km).",
    "max_minutes": "Longest way to the point (min).",
    "mean_minutes": "Mean way to the point, weighted by kept tonnes (min).",
    "minutes": "Way, one way (min).",
    "minutes_to_platform": "Way from the point to the platform (min); blank if it feeds none.",
    "origin": "Id of the collection point or platform that the flow comes from.",
    "passes": "Passes of lorries a year on the way: two for each trip there and back, one for each round.",
    "platform": "Id of the platform that the point feeds, or that serves the customer; blank if none.",
    "room_t": "What the platform could deliver more, with the largest size that fits the site (t/year as delivered).",
    "round": "Number of the round that the way is a part of; blank where each load goes there and back.",
    "score": "What speaks for the site beside its cost, 0 to 1.",
    "size": "Id of the size of platform.",
    "stage": "inbound (to the platform), outbound (from it to the customers) or direct (past the platform).",
    "tonnes": "Tonnes a year: as received at the point or by the customer, as hauled on a road.",
    "tonnes_in": "What comes in (t/year as received).",
    "tonnes_out": "What goes out (t/year as delivered).",
    "tonnes_used": "What the platforms and, straight, the customers take of it (t/year as received).",
    "tonnes_direct": "What goes straight to the customers (t/year as received).",
    "trips": "Trips a year.",
    "vehicle": "Id of the vehicle that drives it.",
    "useful_mwh": "Useful heat (MWh/year).",
}


def column_meaning(column: str) -> str:
    """What a column of an output layer means, with its unit.

    Raises
    ------
    KeyError
        If no layer has such a column.
    """
    tables = [*CHAIN_TABLES["plain"].values(), *TABLES.values()]  # of one name, what every study has counts
    of_inputs = {name: check.description for table in tables for name, check in table.columns.items()}
    return COMPUTED.get(column) or str(of_inputs[column])
