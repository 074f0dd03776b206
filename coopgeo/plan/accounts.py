"""From the solver's answer to the figures that people read: tonnes, euros, lorries, CO2, jobs, remarks."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.chain.collection import access, bands, catchments, load
from coopgeo.chain.costs import co2_per_useful_mwh
from coopgeo.chain.site_scores import excluded, site_scores
from coopgeo.chain.supply_curves import supply_curves
from coopgeo.chain.wood import energy_content, wet_mass
from coopgeo.plan.outcome import STAGES, Alternative, Co2, Cost, Jobs, Objective, Outcome, Remark
from coopgeo.plan.placement import Placement
from coopgeo.roads import RoadNetwork
from coopgeo.siting.solution import Solution

_TIGHT_SUPPLY = 1.15  # wood within reach / wood needed under which the reader is warned


def outcome(placement: Placement, best: Solution, others: list[Solution]) -> Outcome:
    """Draw up the outcome of a placement; its `seconds` are left empty.

    Parameters
    ----------
    placement : Placement
    best : Solution
        Of `placement.problem`.
    others : list of Solution
        The next best, cheapest first.
    """
    study, chain, collection = placement.study, placement.chain, placement.collection
    areas = catchments(study, chain, collection)
    near, overlaps = access(study, chain, placement.networks)
    return Outcome(
        study=study,
        chain=chain,
        roads=placement.roads,
        catchments=areas,
        bands=bands(study, chain, placement.networks),
        reach=collection.reach,
        access=near,
        overlaps=overlaps,
        resource=placement.resource,
        curves=supply_curves(chain, placement.roads, collection),
        site_scores=site_scores(study, chain, placement.roads),
        origins=collection.origins,
        alternatives=tuple(_alternative(placement, other, best) for other in others),
        what_ifs=(),
        seconds={},
        **_operation(placement, best, areas),
    )


def instead(found: Outcome, placement: Placement, other: Solution) -> Outcome:
    """The outcome of another solution of the placement that `found` was drawn up from."""
    return replace(found, alternatives=(), **_operation(placement, other, found.catchments))


def _operation(placement: Placement, chosen: Solution, areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """What depends on the sites and flows chosen."""
    flows, loads = _flows(placement, chosen)
    platforms, cost = _platforms(placement, chosen), _cost(placement, chosen)
    return {
        "platforms": platforms,
        "collection_points": _collection_points(placement, flows, areas),
        "customers": _customers(placement, flows),
        "flows": flows,
        "road_loads": loads,
        "objective": Objective(chosen.value, chosen.bound, chosen.gap, chosen.status),
        "cost": cost,
        "co2": _co2(placement, chosen, flows),
        "jobs": _jobs(placement, float(platforms["tonnes_out"].sum())),
        "remarks": _remarks(placement, chosen, platforms, cost),
    }


def _flows(placement: Placement, best: Solution) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Flows between places, routed over the network, and the loads that they put on each road."""
    roads, parameters = placement.roads, placement.chain.parameters
    lots, site = placement.collection.lots, placement.options["site"].to_numpy()
    (inbound, outbound), delivered = best.flows, parameters.delivered_moisture.value
    moved = [
        (
            "inbound",
            lots["point"].to_numpy(),
            site,
            inbound.tocoo(),
            lots["moisture"].to_numpy(),
            placement.inbound_haul,
        ),
        (
            "outbound",
            site,
            placement.demand.index.to_numpy(),
            outbound.tocoo(),
            np.full(len(site), delivered),
            placement.outbound_haul,
        ),
    ]
    parts = []
    for stage, origins, destinations, amount, moisture, haul in moved:
        h = moisture[amount.row]
        tonnes = wet_mass(amount.data, h)
        parts.append(
            pd.DataFrame(
                {
                    "stage": stage,
                    "origin": origins[amount.row],
                    "destination": destinations[amount.col],
                    "tonnes": tonnes,
                    "dry_t": amount.data,
                    "trips": tonnes / load(h, roads.vehicle, parameters),
                    "haulage_eur": amount.data * haul[amount.row, amount.col],
                }
            )
        )
    flows = pd.concat(parts).groupby(["stage", "origin", "destination"], sort=True).sum().reset_index()
    at = pd.concat(
        [
            placement.chain.collection_points.geometry,
            placement.chain.candidate_sites.geometry,
            placement.chain.customers.geometry,
        ]
    )
    ways = [roads.path(at[row.origin], at[row.destination], "cost_eur") for row in flows.itertuples()]
    routed = flows.assign(
        minutes=[way["time_s"].sum() / 60 for way in ways], km=[way["length_m"].sum() / 1000 for way in ways]
    )
    lines = [
        shapely.line_merge(shapely.multilinestrings(way.geometry.to_list())) if len(way) else shapely.LineString()
        for way in ways
    ]
    return gpd.GeoDataFrame(routed, geometry=lines, crs=roads.nodes.crs), _road_loads(placement, flows, ways)


def _road_loads(placement: Placement, flows: pd.DataFrame, ways: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Tonnes and lorry passes a year on each road, both directions together."""
    used = pd.concat(
        [
            way.assign(stage=flow.stage, tonnes=flow.tonnes, lorries_year=2 * flow.trips)
            for way, flow in zip(ways, flows.itertuples(), strict=True)
        ]
    )
    ends = np.sort(used[["u", "v"]].astype(str).to_numpy(), axis=1)
    road = used.assign(a=ends[:, 0], b=ends[:, 1]).groupby(["stage", "a", "b", "highway", "ref", "crossing"], sort=True)
    loads = road.agg(
        tonnes=("tonnes", "sum"), lorries_year=("lorries_year", "sum"), geometry=("geometry", "first")
    ).reset_index()
    return gpd.GeoDataFrame(loads.drop(columns=["a", "b"]), geometry="geometry", crs=placement.roads.nodes.crs)


def _platforms(placement: Placement, best: Solution) -> gpd.GeoDataFrame:
    parameters, lots = placement.chain.parameters, placement.collection.lots
    chosen = placement.options.iloc[best.sites].set_index("site")
    into, out = best.flows
    dry_out = np.asarray(out.sum(axis=1)).ravel()[best.sites]
    tonnes_in = np.asarray(into.T @ (1 / (1 - lots["moisture"].to_numpy()))).ravel()[best.sites]
    delivered = parameters.delivered_moisture.value
    tonnes_out = wet_mass(dry_out, delivered)
    sites = placement.chain.candidate_sites.loc[chosen.index]
    return sites.assign(
        commune=placement.study.communes["name"].reindex(sites["insee"]).to_numpy(),
        size=chosen["size"],
        capacity_t=wet_mass(chosen["capacity_dry_t"], delivered),
        built_m2=chosen["built_m2"],
        capital_eur=chosen["capital_eur"],
        tonnes_in=tonnes_in,
        tonnes_out=tonnes_out,
        energy_mwh=tonnes_out * float(energy_content(delivered, dry_mj_kg=parameters.dry_mj_kg.value)),
    )


def _collection_points(placement: Placement, flows: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lots, dry_mj_kg = placement.collection.lots, placement.chain.parameters.dry_mj_kg.value
    points = placement.chain.collection_points.sort_index()
    tonnes = wet_mass(lots["dry_t"], lots["moisture"])
    come = (
        lots.assign(tonnes=tonnes, mwh=tonnes * energy_content(lots["moisture"], dry_mj_kg=dry_mj_kg))
        .groupby("point")[["tonnes", "dry_t", "mwh"]]
        .sum()
    )
    inbound = flows[flows["stage"] == "inbound"]
    main = inbound.sort_values("tonnes", ascending=False, kind="stable").drop_duplicates("origin").set_index("origin")
    return points.assign(
        tonnes=come["tonnes"].reindex(points.index, fill_value=0.0),
        energy_mwh=come["mwh"].reindex(points.index, fill_value=0.0),
        tonnes_used=inbound.groupby("origin")["tonnes"].sum().reindex(points.index, fill_value=0.0),
        platform=main["destination"].reindex(points.index),
        minutes_to_platform=main["minutes"].reindex(points.index),
        catchment_communes=areas["communes"].reindex(points.index, fill_value=0),
    )


def _customers(placement: Placement, flows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    outbound = flows[flows["stage"] == "outbound"]
    main = (
        outbound.sort_values("tonnes", ascending=False, kind="stable")
        .drop_duplicates("destination")
        .set_index("destination")
    )
    customers = placement.chain.customers.loc[placement.demand.index]
    wanted = placement.demand[["tonnes", "fuel_mwh", "useful_mwh"]]
    return customers.assign(
        **wanted, platform=main["origin"].reindex(wanted.index), minutes=main["minutes"].reindex(wanted.index)
    )


def _cost(placement: Placement, best: Solution) -> Cost:
    into, out = best.flows
    lots, parameters = placement.collection.lots, placement.chain.parameters
    tonnes = float(wet_mass(out.sum(), parameters.delivered_moisture.value))
    stages = {
        "roadside": float(into.sum(axis=1) @ lots["roadside_eur_dry_t"].to_numpy()),
        "inbound": float(into.multiply(placement.inbound_haul).sum()),
        "platform": float(placement.problem.opening[best.sites].sum()) + tonnes * parameters.handling_eur_t.value,
        "outbound": float(out.multiply(placement.outbound_haul).sum()),
    }
    total, energy = sum(stages.values()), float(placement.demand["fuel_mwh"].sum())
    return Cost(
        eur_per_t=total / tonnes, eur_per_mwh=total / energy, stages_eur_year={name: stages[name] for name in STAGES}
    )


def _co2(placement: Placement, best: Solution, flows: gpd.GeoDataFrame) -> Co2:
    parameters = placement.chain.parameters
    into, out = best.flows
    ways = 2 - parameters.return_load_share.value
    litres = (
        float(into.sum(axis=1) @ placement.collection.lots["diesel_l_dry_t"].to_numpy())
        + float((flows["trips"] * flows["km"]).sum()) * ways * placement.roads.vehicle.diesel_l_km
        + float(wet_mass(out.sum(), parameters.delivered_moisture.value)) * parameters.loader_l_t.value
    )
    fuel, useful = float(placement.demand["fuel_mwh"].sum()), float(placement.demand["useful_mwh"].sum())
    kg = co2_per_useful_mwh(
        litres, fuel, useful, kg_l=parameters.diesel_kg_l.value, combustion_kg_mwh=parameters.combustion_kg_mwh.value
    )
    standard = parameters.wood_standard_kg_mwh.value * fuel / useful
    gas = parameters.gas_kg_mwh.value / parameters.gas_efficiency.value
    return Co2(kg, (gas - kg) * useful / 1000, standard, (gas - standard) * useful / 1000)


def _jobs(placement: Placement, tonnes_out: float) -> Jobs:
    parameters, thousand_t = placement.chain.parameters, tonnes_out / 1000
    per_thousand = parameters.fte_per_1000_t
    manual_fte = thousand_t * per_thousand.value * parameters.manual_work_share.value
    insertion = manual_fte * parameters.insertion_share.value / parameters.insertion_productivity.value
    return Jobs(thousand_t * per_thousand.low, thousand_t * per_thousand.high, insertion)


def _alternative(placement: Placement, other: Solution, best: Solution) -> Alternative:
    sites = tuple(str(site) for site in placement.options["site"].iloc[other.sites])
    return Alternative(sites, other.value, other.value - best.value, other.status)


def _road_remarks(roads: RoadNetwork) -> list[Remark]:
    if roads.name == "atlas":
        return [Remark("atlas", {})]
    remarks = []
    if roads.unread:
        remarks.append(Remark("unread_limits", {"count": float(len(roads.unread)), "first": roads.unread[0]}))
    stray_m, all_m = (float(edges["length_m"].sum()) for edges in (roads.stray, roads.edges))
    if stray_m:
        remarks.append(
            Remark("stray_roads", {"km": stray_m / 2000, "share": stray_m / all_m, "vehicle": roads.vehicle.id})
        )
    return remarks


def _remarks(placement: Placement, best: Solution, platforms: gpd.GeoDataFrame, cost: Cost) -> tuple[Remark, ...]:
    """What a reader must know before trusting the figures."""
    chain, problem = placement.chain, placement.problem
    remarks = _road_remarks(placement.roads)
    if best.status != "optimal":
        remarks.append(Remark("not_proved", {"gap": best.gap}))
    tables = (
        chain.collection_points,
        chain.customers,
        chain.candidate_sites,
        chain.resources,
        chain.competitors,
        chain.harvest_costs,
    )
    statuses = pd.concat([table["status"] for table in tables])
    remarks.append(Remark("assumed", {"share": float((statuses == "assumed").mean())}))
    price = chain.parameters.market_price_eur_mwh.value
    if cost.eur_per_mwh > price:
        remarks.append(Remark("above_market", {"cost": cost.eur_per_mwh, "price": price}))
    served = chain.served()
    remarks.append(
        Remark(
            "potential_customers", {"count": float((served["status"] == "assumed").sum()), "total": float(len(served))}
        )
    )
    for _, row in platforms.iterrows():
        if "assumed" in (row["status"], row["plot_status"]):
            remarks.append(Remark("site_assumed", {"site": str(row["name"])}))
        if row["hazard"] != "none":
            remarks.append(Remark(f"hazard_{row['hazard']}", {"site": str(row["name"])}))
    margin = float(problem.supply @ problem.yield_) / float(problem.demand.sum())
    if margin < _TIGHT_SUPPLY:
        remarks.append(Remark("tight_supply", {"margin": margin - 1}))
    why = excluded(chain, placement.study.settings.site_scores)
    if kept_out := sorted(
        str(chain.candidate_sites.loc[site, "name"]) for site in why.index[why != ""] if site not in platforms.index
    ):
        remarks.append(Remark("sites_excluded", {"count": float(len(kept_out)), "sites": ", ".join(kept_out)}))
    rivals = placement.resource.competition
    off_roads = rivals.loc[~rivals["on_roads"] & (rivals["wanted_dry_t"] > 0), "customer"].map(chain.customers["name"])
    if len(off_roads):
        remarks.append(
            Remark(
                "competitors_off_roads",
                {"count": float(off_roads.nunique()), "names": ", ".join(sorted(set(off_roads)))},
            )
        )
    if (lost := placement.collection.out_of_reach_dry_t) > 0:
        remarks.append(Remark("out_of_reach", {"dry_t": lost, "minutes": chain.parameters.collection_limit_min.value}))
    return tuple(remarks)
