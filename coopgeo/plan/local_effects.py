"""What the chain means on the ground: the lorries on each road, and what changes for each commune."""

import geopandas as gpd
import pandas as pd

from coopgeo.plan.outcome import Outcome


def roads_used(outcome: Outcome) -> gpd.GeoDataFrame:
    """Sum the loads of both stages on each road.

    Returns
    -------
    GeoDataFrame
        One row a road that carries something, the busiest last: `ref`, `highway` (class), `inbound_t`, `outbound_t`
        (t/year), `lorries_year` (passes, loaded and empty, both directions) and `lorries_day` (passes on a day with
        haulage, see the parameter `working_days`), geometry.
    """
    loads, days = outcome.road_loads, outcome.chain.parameters.working_days.value
    road = loads.geometry.normalize().to_wkb()
    tonnes = {f"{stage}_t": loads["tonnes"].where(loads["stage"] == stage, 0.0) for stage in ("inbound", "outbound")}
    told = pd.DataFrame(loads[["ref", "highway", "lorries_year"]]).assign(**tonnes)
    by = told.groupby(road, sort=True)
    used = (
        by[["inbound_t", "outbound_t", "lorries_year"]]
        .sum()
        .assign(ref=by["ref"].first(), highway=by["highway"].first())
    )
    used["lorries_day"] = used["lorries_year"] / days
    shapes = loads.geometry.groupby(road, sort=True).first()
    columns = ["ref", "highway", "inbound_t", "outbound_t", "lorries_year", "lorries_day"]
    return (
        gpd.GeoDataFrame(used[columns], geometry=shapes, crs=loads.crs)
        .sort_values("lorries_year", kind="stable")
        .reset_index(drop=True)
    )


def commune_effects(outcome: Outcome) -> pd.DataFrame:
    """Tell what changes for each commune of the territory.

    Returns
    -------
    DataFrame
        Indexed by INSEE code: `name`, `population`, `available_dry_t` (t/year), `points` (names of the collection
        points that its wood goes to, most wood first), `minutes` (longest way there; NaN if it sends none),
        `lorries_day` (passes on a day with haulage, on the busiest road that crosses the commune; 0 if none), `ref`
        and `highway` of that road ("" if none), `places` (names of the platforms, collection points and customers
        that stand in it).
    """
    here = outcome.study.territory
    sent = outcome.origins.dropna(subset="point")
    sent = sent.assign(name=sent["point"].map(outcome.collection_points["name"]))
    order = (
        sent.groupby(["insee", "name"], sort=True)["dry_t"]
        .sum()
        .reset_index()
        .sort_values("dry_t", ascending=False, kind="stable")
    )
    used = roads_used(outcome)
    crossed, road = used.sindex.query(here.geometry, predicate="intersects")
    met = used[["ref", "highway", "lorries_day"]].iloc[road].assign(insee=here.index[crossed])
    busiest = met.sort_values("lorries_day", kind="stable").drop_duplicates("insee", keep="last").set_index("insee")
    stand = pd.concat(
        [
            pd.DataFrame(frame[["insee", "name"]])
            for frame in (outcome.platforms, outcome.collection_points, outcome.customers)
        ]
    )
    return pd.DataFrame(
        {
            "name": here["name"],
            "population": here["population"],
            "available_dry_t": _of(outcome.resource.balance.groupby("insee")["available_dry_t"].sum(), here.index, 0.0),
            "points": _of(order.groupby("insee", sort=False)["name"].agg(", ".join), here.index, ""),
            "minutes": _of(sent.groupby("insee")["minutes"].max(), here.index, None),
            "lorries_day": _of(busiest["lorries_day"], here.index, 0.0),
            "ref": _of(busiest["ref"], here.index, ""),
            "highway": _of(busiest["highway"], here.index, ""),
            "places": _of(
                stand.groupby("insee")["name"].agg(lambda names: ", ".join(dict.fromkeys(names))), here.index, ""
            ),
        }
    )


def _of(values: pd.Series, communes: pd.Index, otherwise: float | str | None) -> pd.Series:
    """Values by commune, with what holds where there is none."""
    return values.reindex(communes) if otherwise is None else values.reindex(communes, fill_value=otherwise)
