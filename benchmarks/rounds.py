"""Rounds on the roads of the shipped study: cost against its bound, and how far off the estimate without a plan is.

python benchmarks/rounds.py                   # tables; 4 minutes on two cores
python benchmarks/rounds.py --iterations 500  # shorter searches

Stops are the chefs-lieux of the communes of the territory, depots the candidate sites. Two loads: household bio-waste,
4.23 kg a year and person collected every week, and meals, 0.35 kg a day for 8 % of all persons. Each instance takes one
site, one vehicle, one capacity, and all communes or half or a quarter of them, drawn at random. The two factors of the
estimate are fitted (least squares of relative errors) on every other instance, and tried on those left over, and the
other way round. Seconds are processor time of one call; the first call of all is not counted.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

import coopgeo
from coopgeo import rounds
from coopgeo.roads.ways import Ways, ways_between
from coopgeo.rounds.arguments import checked
from coopgeo.rounds.estimate import parts

KG_WASTE_WEEK, KG_MEALS_DAY = 4.23 / 52, 0.08 * 0.35  # a person
# Vehicle, load, capacity in tonnes, seconds a stop, hours of a shift.
KINDS = [
    ("light-3t5", "waste", 1.2, 300, 8),
    ("light-3t5", "waste", 0.6, 300, 8),
    ("box-12t", "waste", 5.0, 300, 8),
    ("rigid-26t", "waste", 7.0, 600, 8),
    ("rigid-26t", "waste", 3.0, 600, 8),
    ("rigid-26t", "waste", 2.0, 120, 10),
    ("refrigerated-3t5", "meals", 0.9, 300, 8),
    ("refrigerated-3t5", "meals", 0.9, 300, 4),
    ("refrigerated-3t5", "meals", 0.3, 180, 3),
    ("car", "meals", 0.2, 120, 4),
]
SHARES = (1.0, 1.0, 0.5, 0.25)  # of the communes
DEPOT_S = 1_500


@dataclass(frozen=True)
class Case:
    """An instance: one depot first, then the stops."""

    name: str
    ways: Ways
    load_t: np.ndarray
    fleet: rounds.Fleet

    def ask(self, function: Callable[..., Any], **options: Any) -> Any:
        ways = self.ways
        return function(ways.length_m, ways.time_s, self.load_t, fleet=self.fleet, toll_eur=ways.toll_eur, **options)


def cases() -> list[Case]:
    study, random = coopgeo.open_study(), np.random.default_rng(0)
    sites = study.chain("wood-energy").candidate_sites
    population = study.territory["population"].to_numpy(float)
    stops = study.chefs_lieux[study.in_territory]
    places = gpd.GeoSeries(pd.concat([sites.geometry, stops], ignore_index=True), crs=study.settings.crs)
    names = sorted({kind[0] for kind in KINDS})
    between = {name: ways_between(study.roads(vehicle=name), places, places) for name in names}
    found = []
    for vehicle, load, capacity_t, stop_s, shift_h in KINDS:
        kg = population * (KG_WASTE_WEEK if load == "waste" else KG_MEALS_DAY)
        of = study.vehicles[vehicle]
        fleet = rounds.Fleet(capacity_t, of.cost_eur_km, of.cost_eur_h, shift_h * 3600, stop_s, DEPOT_S)
        for share, depot in zip(SHARES, random.permutation(len(sites)), strict=False):
            some = np.sort(random.choice(len(stops), round(share * len(stops)), replace=False))
            rows = np.concatenate([[depot], len(sites) + some])
            ways = Ways(*(part[np.ix_(rows, rows)] for part in between[vehicle].parts))
            name = f"{vehicle}, {load}, {capacity_t} t, {shift_h} h, {len(some)} stops, {sites.index[depot]}"
            found.append(Case(name, ways, kg[some] / 1000, fleet))
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def fitted(instances: list[Case], costs: np.ndarray) -> None:
    """Fit the factors of the estimate in two halves, each tried on the other; full trips cost what they cost."""
    rows, left = [], []
    for case, eur in zip(instances, costs, strict=True):
        fleet, share = case.fleet, case.load_t / case.fleet.capacity_t
        task, full = checked(*case.ways.parts[:2], case.load_t, fleet, case.ways.toll_eur), np.floor(share)
        trips = full @ (task.way_eur[0, 1:] + task.way_eur[1:, 0] + fleet.start_eur + fleet.stop_eur)
        stops = np.flatnonzero(share > full) + 1
        count, radial, local, _ = parts(task, np.array([0]), stops, (share - full).sum(keepdims=True))
        paid = trips + np.ceil(count[0, 0]) * fleet.start_eur + len(stops) * fleet.stop_eur
        rows.append(np.array([radial[0, 0], local[0]]) / eur)
        left.append(1 - paid / eur)
    shares, target = np.array(rows), np.array(left)
    first = np.arange(len(target)) % 2 == 0
    off = np.empty(len(target))
    for half in (first, ~first):
        factors = np.linalg.lstsq(shares[half], target[half], rcond=None)[0]
        off[~half] = shares[~half] @ factors - target[~half]
    factors = np.linalg.lstsq(shares, target, rcond=None)[0]
    print(
        f"fitted on half of the instances, tried on the other half: off by {np.abs(off).mean():.1%} in the mean, "
        f"{np.abs(off).max():.1%} at worst; factors on all of them: {factors[0]:.3f}, {factors[1]:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--iterations", type=int, default=2_000)
    iterations = parser.parse_args().iterations
    print(
        "| instance | rounds | km | hours | € | bound € | gap | closed form € | estimate € | off | search s | bound s |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    instances = cases()
    instances[-1].ask(rounds.plan_rounds, iterations=1)  # compiles
    gaps, closed, off, costs, seconds = [], [], [], [], []
    for case in instances:
        _, search_s = timed(lambda case=case: case.ask(rounds.plan_rounds, iterations=iterations, bound_steps=0))
        plan, both_s = timed(lambda case=case: case.ask(rounds.plan_rounds, iterations=iterations))
        estimate, least = (
            float(case.ask(function)[0]) for function in (rounds.estimated_rounds_cost, rounds.least_rounds_cost)
        )
        gaps.append(plan.gap)
        closed.append(1 - least / plan.eur)
        off.append(estimate / plan.eur - 1)
        costs.append(plan.eur)
        seconds.append((search_s, both_s - search_s))
        bound_s = both_s - search_s
        print(
            f"| {case.name} | {len(plan)} | {plan.km:.0f} | {plan.hours:.1f} | {plan.eur:.2f} | {plan.bound_eur:.2f} | "
            f"{plan.gap:.1%} | {least:.2f} | {estimate:.2f} | {off[-1]:+.1%} | {search_s:.2f} | {bound_s:.2f} |",
            flush=True,
        )
    sizes = np.array([len(case.load_t) for case in instances])
    large = np.array(seconds)[sizes == sizes.max()]
    print(f"\n{len(gaps)} instances; gap to the bound: mean {np.mean(gaps):.1%}, worst {max(gaps):.1%}; ", end="")
    print(f"to the closed form: mean {np.mean(closed):.1%}, worst {max(closed):.1%}")
    print(f"all communes: search {np.median(large[:, 0]):.2f} s, bound {np.median(large[:, 1]):.2f} s in the median")
    print(f"estimate: off by {np.mean(np.abs(off)):.1%} in the mean, {max(np.abs(off)):.1%} at worst, ", end="")
    print(f"{np.mean(off):+.1%} on average")
    fitted(instances, np.array(costs))
    draws = np.random.default_rng(0).uniform(0.5, 1.5, (1_000, len(instances[0].load_t))) * instances[0].load_t
    many = Case("draws", instances[0].ways, draws, instances[0].fleet)
    for function in (rounds.estimated_rounds_cost, rounds.least_rounds_cost):
        _, took_s = timed(lambda ask=function: many.ask(ask))
        print(f"{function.__name__}, 1,000 draws of {draws.shape[1]} stops: {took_s:.3f} s")


if __name__ == "__main__":
    main()
