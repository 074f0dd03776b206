"""What the chain means on the ground: the lorries on each road, and what changes for each commune."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from coopgeo.plan.outcome import Outcome

HECTARES_PER_KM2 = 100.0


def available_goods(outcome: "Outcome") -> pd.DataFrame:
    """What is left for the chain in each commune of the territory.

    Returns
    -------
    DataFrame
        Indexed by INSEE code, in the order of the communes: `commune` (name), `kept_t` (kept t/year, 0 where there
        is none), `kept_t_km2` (kept t/km²/year, of the whole ground of the commune).
    """
    communes = outcome.study.territory
    kept_t = outcome.resource.by_commune.reindex(communes.index, fill_value=0.0)
    return pd.DataFrame(
        {"commune": communes["name"], "kept_t": kept_t, "kept_t_km2": kept_t / communes["area_ha"] * HECTARES_PER_KM2}
    )


def commune_effects(outcome: "Outcome") -> pd.DataFrame:
    """Tell what changes for each commune of the territory.

    Returns
    -------
    DataFrame
        Indexed by INSEE code: `name`, `population`, `available_kept_t` (t/year), `points` (names of the collection
        points that it sends to, the most first), `minutes` (longest way there; NaN if it sends none),
        `lorries_day` (passes on a day with haulage, on the busiest road that crosses the commune; 0 if none), `ref`
        and `highway` of that road ("" if none), `places` (names of the platforms, collection points and customers
        that stand in it).
    """
    communes = outcome.study.territory
    sent = outcome.origins.dropna(subset="point")
    sent = sent.assign(name=sent["point"].map(outcome.collection_points["name"]))
    order = (
        sent.groupby(["insee", "name"], sort=True)["kept_t"]
        .sum()
        .reset_index()
        .sort_values("kept_t", ascending=False, kind="stable")
    )
    used = outcome.roads_used
    crossed, road = used.sindex.query(communes.geometry, predicate="intersects")
    met = used[["ref", "highway", "lorries_day"]].iloc[road].assign(insee=communes.index[crossed])
    busiest = met.sort_values("lorries_day", kind="stable").drop_duplicates("insee", keep="last").set_index("insee")
    stand = pd.concat(
        [
            pd.DataFrame(frame[["insee", "name"]])
            for frame in (outcome.platforms, outcome.collection_points, outcome.customers)
        ]
    )
    return pd.DataFrame(
        {
            "name": communes["name"],
            "population": communes["population"],
            "available_kept_t": available_goods(outcome)["kept_t"],
            "points": _of(order.groupby("insee", sort=False)["name"].agg(", ".join), communes.index, ""),
            "minutes": _of(sent.groupby("insee")["minutes"].max(), communes.index, None),
            "lorries_day": _of(busiest["lorries_day"], communes.index, 0.0),
            "ref": _of(busiest["ref"], communes.index, ""),
            "highway": _of(busiest["highway"], communes.index, ""),
            "places": _of(
                stand.groupby("insee")["name"].agg(lambda names: ", ".join(dict.fromkeys(names))), communes.index, ""
            ),
        }
    )


def _of(values: pd.Series, communes: pd.Index, otherwise: float | str | None) -> pd.Series:
    """Values by commune, with what holds where there is none."""
    return values.reindex(communes) if otherwise is None else values.reindex(communes, fill_value=otherwise)
