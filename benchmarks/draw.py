"""How long one more draw takes: other prices and quantities, solved to proof, accounts; and a run without alternatives.

python benchmarks/draw.py            # median and least of 50 draws, ms; of 5 runs, s
python benchmarks/draw.py 1000       # that many draws of everything that is uncertain, by processes: seconds
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

import coopgeo
from coopgeo.plan.accounts import Cost, accounts
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each of some calls, after one that is not counted."""
    work()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    study, job, random = coopgeo.open_study(), Job(alternatives=0), np.random.default_rng(0)
    ways = prepare(study, job).ways
    costs = study.chain().harvest_costs[["product", "step", "value"]].to_numpy()

    def draw() -> Cost:
        price = {(product, step): {"value": value * random.uniform(0.9, 1.1)} for product, step, value in costs}
        parameters = {"fill": random.uniform(0.9, 0.98), "fte_eur_year": random.uniform(30_000, 40_000)}
        placement = prepare(study.changed({"harvest_costs": price, "parameters": parameters}), job, ways=ways)
        best = placement.problem.best(1)[0]
        assert best.status == "optimal"
        return accounts(placement, best).cost

    for name, work, times, unit in (("draw", draw, 50, 1e3), ("run", lambda: coopgeo.run(study, alternatives=0), 5, 1)):
        seconds = timed(work, times)
        print(f"{name}: median {statistics.median(seconds) * unit:.3g}, least {min(seconds) * unit:.3g}")


def draws(count: int) -> None:
    study = coopgeo.open_study()
    for workers in (1, 2):
        start = time.perf_counter()
        found = coopgeo.scenarios.draw(study, n=count, workers=workers)
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        decides = found.decides.index[0]
        deciding = time.perf_counter() - start
        print(f"{count} draws, {workers} processes: {seconds:.3g} s; what decides ({decides}): {deciding:.2g} s")


if __name__ == "__main__":
    draws(int(sys.argv[1])) if sys.argv[1:] else main()
