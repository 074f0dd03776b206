"""What a reader must know before trusting the figures of an outcome."""

from collections.abc import Iterator

from coopgeo.chain.material import as_received
from coopgeo.chain.platforms import M2_PER_HA, built_m2, existing_plants
from coopgeo.chain.site_scores import excluded
from coopgeo.errors import Message
from coopgeo.plan.accounts import Cost
from coopgeo.plan.differences import differences
from coopgeo.plan.placement import Placement
from coopgeo.plan.remark import Remark
from coopgeo.plan.room import LITTLE_ROOM, room_t
from coopgeo.plan.shipped import shipped
from coopgeo.plan.stock import stock
from coopgeo.roads import RoadNetwork
from coopgeo.siting import Solution, TwoStage

_TIGHT_SUPPLY = 1.15  # what is within reach / what is needed, under which the reader is warned
_HEAT_REACH_M = 5_000.0  # as the crow flies; the steam pipe from Écostu'Air to Tereos is 3 km long
_HARDLY_USED = 0.25  # of the capacity of a platform: under that, its hall and staff weigh on few tonnes


def remarks(
    placement: Placement, solution: Solution, cost: Cost, *, lacking: int = 0, site_proved: bool = True
) -> tuple[Remark, ...]:
    """Everything a reader must know of an answer, the most general first.

    Parameters
    ----------
    placement : Placement
    solution : Solution
        Of its problem.
    cost : Cost
    lacking : int
        How many next best choices the time did not allow.
    site_proved : bool
        Whether no other choice of sites can cost less.
    """
    return tuple(
        remark
        for part in (
            differences(placement),
            _of_roads(placement.roads),
            _of_rounds(placement, solution, site_proved=site_proved)
            if placement.rounds
            else _of_search(solution, lacking),
            _of_assumptions(placement, cost),
            _of_demand(placement, solution),
            _of_waste_heat(placement),
            _of_sites(placement, solution),
            _of_room(placement, solution),
            _of_stock(placement, solution),
            _of_margin(placement),
            _of_sites_left_out(placement, solution),
            _of_competitors(placement),
            _of_reach(placement),
        )
        for remark in part
    )


def _of_roads(roads: RoadNetwork) -> Iterator[Remark]:
    if roads.name == "atlas":
        yield Remark("atlas", {})
        return
    for finding in (line for line in roads.unread if isinstance(line, Message)):
        yield Remark("road_file", {"finding": finding})
    if values := [line for line in roads.unread if not isinstance(line, Message)]:
        yield Remark("unread_limits", {"count": float(len(values)), "first": values[0]})
    stray_m, all_m = (float(edges["length_m"].sum()) for edges in (roads.stray, roads.edges))
    if stray_m:
        facts: dict[str, float | str] = {"km": stray_m / 2000, "share": stray_m / all_m, "vehicle": roads.vehicle.id}
        yield Remark("stray_roads", facts)


def _of_search(solution: Solution, lacking: int) -> Iterator[Remark]:
    if solution.status != "optimal":
        yield Remark("not_proved", {"gap": solution.gap})
    if lacking:
        yield Remark("alternatives_lacking", {"count": float(lacking)})


def _of_rounds(placement: Placement, solution: Solution, *, site_proved: bool) -> Iterator[Remark]:
    if placement.rounds and solution.status != "optimal":
        yield Remark("rounds_site" if site_proved else "rounds", {"gap": solution.gap})


def _of_assumptions(placement: Placement, cost: Cost) -> Iterator[Remark]:
    chain = placement.chain
    yield Remark("assumed", {"share": float((chain.statuses == "assumed").mean())})
    market = chain.parameters.market_price
    if market and cost.eur_per_unit > (price := market.value):
        yield Remark("above_market", {"cost": cost.eur_per_unit, "price": price})


def _of_demand(placement: Placement, solution: Solution) -> Iterator[Remark]:
    """Customers that do not exist yet, or lie elsewhere; too few tonnes for a platform."""
    served = placement.chain.served()
    total, potential = len(served), int((served["status"] == "assumed").sum())
    if placement.outlets is not None:
        return
    if potential == total:
        yield Remark("all_customers_potential", {"count": float(total)})
    elif potential:
        yield Remark("potential_customers", {"count": float(potential), "total": float(total)})
    elsewhere = int((~served["insee"].isin(placement.study.territory.index)).sum())
    place = placement.study.settings.place
    if elsewhere == total:
        yield Remark("all_customers_elsewhere", {"count": float(total), "place": place})
    elif elsewhere > total / 2:
        yield Remark("customers_elsewhere", {"count": float(elsewhere), "total": float(total), "place": place})
    room = float(placement.options["capacity_kept_t"].iloc[solution.sites].sum())
    needed = placement.needed_kept_t
    if needed < _HARDLY_USED * room:
        tonnes = float(as_received(needed, placement.material.delivered_tare))
        facts = {"count": float(len(solution.sites)), "tonnes": tonnes, "share": needed / room}
        yield Remark("hardly_used", facts)


def _of_waste_heat(placement: Placement) -> Iterator[Remark]:
    """Customers beside heat that is there already: an official asks first why anything should burn there."""
    customers, served = placement.chain.customers, placement.chain.served()
    if "fuel" not in customers:
        return
    for _, source in customers[customers["fuel"] == "waste_heat"].iterrows():
        names = sorted(map(str, served["name"][served.geometry.distance(source.geometry) <= _HEAT_REACH_M]))
        if names:
            heat = {"place": str(source["name"]), "names": ", ".join(names)}
            yield Remark("waste_heat", {**heat, "count": float(len(names)), "km": _HEAT_REACH_M / 1000})


def _of_sites(placement: Placement, solution: Solution) -> Iterator[Remark]:
    chain = placement.chain
    chosen = list(placement.options["site"].iloc[solution.sites])
    plants = existing_plants(chain.candidate_sites).index
    for id, row in chain.candidate_sites.loc[chosen].iterrows():
        site = str(row["name"])
        if id in plants:
            if "assumed" in (row["status"], row["plot_status"]):
                yield Remark("plant_assumed", {"site": site})
            continue
        if "assumed" in (row["status"], row["plot_status"]):
            yield Remark("site_assumed", {"site": site})
        if row["hazard"] != "none":
            yield Remark(f"hazard_{row['hazard']}", {"site": site})


def _of_room(placement: Placement, solution: Solution) -> Iterator[Remark]:
    """Chosen sites that could hardly deliver more, as no larger size finds room there."""
    chain, room = placement.chain, room_t(placement, solution)
    delivered = placement.material.delivered_tare
    passing = as_received(shipped(placement, solution).passing[solution.sites], delivered)
    largest_m2 = float(built_m2(chain.platform_sizes).max())
    for site, tonnes in zip(placement.options["site"].iloc[solution.sites], passing, strict=True):
        row = chain.candidate_sites.loc[site]
        if room[site] < LITTLE_ROOM * tonnes and row["area_ha"] * M2_PER_HA < largest_m2:
            yield Remark("little_room", {"site": str(row["name"]), "tonnes": max(0.0, float(room[site]))})


def _of_stock(placement: Placement, solution: Solution) -> Iterator[Remark]:
    """Halls that cannot hold the largest stock of the year, or cannot be filled as often as their size says."""
    year, names = stock(placement, solution), placement.chain.candidate_sites["name"]
    if year.even:
        yield Remark("even_demand", {"kinds": year.even})
    for at, site in enumerate(year.sites):
        peak, hall, turns, turns_year = (
            float(figure[at]) for figure in (year.peak_m3.round(), year.hall_m3, year.turns.round(1), year.turns_year)
        )
        if peak > hall:
            yield Remark("hall_small", {"site": str(names[site]), "peak": peak, "hall": hall})
        elif turns < turns_year:
            yield Remark("few_turns", {"site": str(names[site]), "turns": turns, "turns_year": turns_year})


def _of_sites_left_out(placement: Placement, solution: Solution) -> Iterator[Remark]:
    chain = placement.chain
    why = excluded(chain, placement.study.settings.site_scores)
    chosen = set(placement.options["site"].iloc[solution.sites])
    left_out = [site for site in why.index[why != ""] if site not in chosen]
    if left_out:
        sites = tuple(sorted((str(chain.candidate_sites.loc[site, "name"]), str(why[site])) for site in left_out))
        yield Remark("sites_excluded", {"count": float(len(sites)), "sites": sites})


def _of_competitors(placement: Placement) -> Iterator[Remark]:
    rivals = placement.resource.competition
    off_roads = ~rivals["on_roads"] & (rivals["wanted_kept_t"] > 0)
    names = sorted(set(rivals.loc[off_roads, "customer"].map(placement.chain.customers["name"])))
    if names:
        yield Remark("competitors_off_roads", {"count": float(len(names)), "names": ", ".join(names)})


def _of_margin(placement: Placement) -> Iterator[Remark]:
    problem = placement.problem
    if not isinstance(problem, TwoStage):
        return
    margin = float(problem.supply @ problem.yield_) / float(problem.demand.sum())
    if margin < _TIGHT_SUPPLY:
        yield Remark("tight_supply", {"margin": margin - 1})


def _of_reach(placement: Placement) -> Iterator[Remark]:
    if (lost := placement.collection.out_of_reach_kept_t) > 0:
        yield Remark("out_of_reach", {"kept_t": lost, "minutes": placement.chain.parameters.collection_limit_min.value})
