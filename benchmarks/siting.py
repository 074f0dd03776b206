"""Location problems with known answers and on real roads: coopgeo against plain HiGHS and spopt, in one run.

    pip install -e ".[bench]"
    python benchmarks/siting.py --bench FOLDER_OF_INSTANCES

Each tool and instance is a process of its own, so that its memory can be measured: the largest that the whole process
ever took, imports and instance included. Seconds are those of one call on the arrays of the instance, the first in
its process, compiled code being on disk; for coopgeo the best of two further calls is shown too. "plain HiGHS" is the
textbook model handed over whole, without the links, cuts, reductions and bounds of coopgeo (its p-median has x_ij <=
y_j; its facilities one capacity row a site). spopt solves with HiGHS; its processes have no time limit but
--patience. The road instances are road distances between nodes of Andorra drawn at random, demands 1 to 49: how far
value and bound lie apart as time goes by.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse.csgraph import floyd_warshall
from scipy.spatial.distance import cdist

from coopgeo import siting
from coopgeo.siting.engine.linear import Answer, Model
from coopgeo.siting.progress import Watch

COVER_SITES, COVER_RADIUS = 5, 800.0
STAGES_LIMIT_S, SCATTERED_LIMIT_S = 60.0, 120.0
CLOCK_S = (10, 60, 120)
MEDIANS = [f"pmed{number}" for number in (1, 6, 11, 16, 20)]
WAREHOUSES = [
    f"cap{number}"
    for number in (
        41,
        42,
        43,
        44,
        51,
        *(10 * tens + one for tens in (6, 7, 8, 9, 10, 11, 12, 13) for one in (1, 2, 3, 4)),
    )
]
SINGLE = [f"p{number}" for number in range(1, 25)]
COVERS = ["SJC324", "SJC402", "SJC500"]
SCATTERED = {
    "200 points, 50 sites, 2 x": (200, 50, 2.0),
    "500 points, 100 sites, 5 x": (500, 100, 5.0),
    "500 points, 100 sites, 2 x": (500, 100, 2.0),
    "1,000 points, 100 sites, 5 x": (1_000, 100, 5.0),
}
STAGES = [f"PSC1-C{number}-50" for number in range(1, 6)]
ROADS = {"1,000 x 1,000, p = 10": (1_000, 1_000, 10), "3,000 x 3,000, p = 30": (3_000, 3_000, 30),
         "10,000 x 500, p = 5": (10_000, 500, 5), "10,000 x 10,000, p = 50": (10_000, 10_000, 50)}  # fmt: skip


class Case(NamedTuple):
    """An instance: the function of `coopgeo.siting` that solves it, and its arguments."""

    function: str
    arguments: dict[str, Any]


def numbers(path: Path) -> np.ndarray:
    """All numbers of a file that may hold odd bytes."""
    return np.array(path.read_bytes().replace(b"\x00", b" ").replace(b"\x1a", b" ").split(), dtype=np.float64)


def case(name: str, bench: Path) -> Case:
    """Read (or make) an instance."""
    if name in ROADS:
        return on_roads(bench / "roads" / "andorra.osm.pbf", *ROADS[name])
    if name in SCATTERED:
        return scattered(*SCATTERED[name])
    if name in MEDIANS:
        return median(numbers(bench / "pmed" / f"{name}.txt"))
    if name in COVERS:
        table = np.loadtxt(bench / "sjc" / f"{name}.txt", skiprows=1, usecols=(0, 1, 2), encoding="utf-8-sig")
        return Case(
            "max_cover",
            {
                "distance": cdist(table[:, :2], table[:, :2]),
                "p": COVER_SITES,
                "radius": COVER_RADIUS,
                "demand": table[:, 2],
            },
        )
    if name in STAGES:
        return stages(numbers(bench / "two_stage" / f"{name}.txt"))
    return facilities(
        numbers(bench / ("cap" if name in WAREHOUSES else "holmberg") / f"{name}.txt"), single=name in SINGLE
    )


def median(data: np.ndarray) -> Case:
    """A graph `nodes edges p`, then `from to length`; the last length of an edge counts."""
    nodes, edges, p = data[:3].astype(int)
    length = np.full((nodes, nodes), np.inf)
    for u, v, w in data[3 : 3 + 3 * edges].reshape(edges, 3):
        length[int(u) - 1, int(v) - 1] = length[int(v) - 1, int(u) - 1] = w
    np.fill_diagonal(length, 0.0)
    return Case("p_median", {"unit_cost": floyd_warshall(length), "p": int(p)})


def facilities(data: np.ndarray, *, single: bool) -> Case:
    """`sites points`, capacity and opening cost of each site, then demand and cost of serving all of it."""
    sites, points = data[:2].astype(int)
    capacity, opening = data[2 : 2 + 2 * sites].reshape(sites, 2).T
    rest = data[2 + 2 * sites :]
    if single:
        demand, cost = rest[:points], rest[points : points + sites * points].reshape(sites, points).T
    else:
        rows = rest[: points * (sites + 1)].reshape(points, sites + 1)
        demand, cost = rows[:, 0], rows[:, 1:]
    return Case(
        "facility_location",
        {
            "unit_cost": cost / demand[:, None],
            "demand": demand,
            "opening": opening,
            "capacity": capacity,
            "single_source": single,
        },
    )


def scattered(points: int, sites: int, ratio: float) -> Case:
    """Points and sites scattered over a square; large sites cost less a unit (Cornuejols et al. 1991).

    Capacities hold `ratio` times the demand.
    """
    rng = np.random.default_rng(1)
    at, places = rng.uniform(0, 1, (points, 2)), rng.uniform(0, 1, (sites, 2))
    demand, capacity = rng.integers(5, 36, points).astype(float), rng.uniform(10, 160, sites)
    capacity = np.rint(capacity * ratio * demand.sum() / capacity.sum())
    opening = np.rint(rng.uniform(0, 90, sites) + rng.uniform(100, 110, sites) * np.sqrt(capacity))
    return Case(
        "facility_location",
        {
            "unit_cost": 10 * cdist(at, places),
            "demand": demand,
            "opening": opening,
            "capacity": capacity,
            "single_source": False,
        },
    )


def stages(data: np.ndarray) -> Case:
    """`sources platforms customers`, demand; capacity and opening of sources, costs; the same of platforms."""
    i, j, k = data[:3].astype(int)
    parts = np.split(data[3:], np.cumsum([k, 2 * i, i * j, 2 * j, j * k]))
    source, platform = parts[1].reshape(i, 2), parts[3].reshape(j, 2)
    return Case(
        "two_stage",
        {
            "inbound": parts[2].reshape(i, j),
            "outbound": parts[4].reshape(j, k),
            "demand": parts[0],
            "supply": source[:, 0],
            "source_opening": source[:, 1],
            "capacity": platform[:, 0],
            "opening": platform[:, 1],
        },
    )


def on_roads(extract: Path, points: int, sites: int, p: int) -> Case:
    """Demand at nodes drawn at random, the first of them candidate sites; road distances in metres."""
    from coopgeo.roads import CAR, read

    roads, rng = read(extract, CAR, spacing_m=0), np.random.default_rng(20261122)
    open_to = np.flatnonzero(roads.nodes["joined"] & roads.nodes["access"])
    places = roads.nodes.geometry.iloc[rng.choice(open_to, points, replace=False)]
    metres = roads.matrix(places, places.iloc[:sites], "length_m").astype(np.float32)
    return Case("p_median", {"unit_cost": metres, "p": p, "demand": rng.integers(1, 50, points).astype(float)})


class Found(NamedTuple):
    """What a tool says of an instance."""

    value: float
    bound: float
    status: str


def coopgeo(asked: Case, limit_s: float, report: Callable[[siting.Progress], None] | None = None) -> Found:
    """The solver of this project."""
    answer = getattr(siting, asked.function)(**asked.arguments, time_limit_s=limit_s, progress=report)
    return Found(answer.value, answer.bound, answer.status)


def plain(asked: Case, limit_s: float) -> Found:
    """The textbook model, given whole to HiGHS."""
    build = {
        "p_median": plain_median,
        "max_cover": plain_cover,
        "facility_location": plain_facilities,
        "two_stage": plain_stages,
    }
    model, sign = build[asked.function](**asked.arguments), -1.0 if asked.function == "max_cover" else 1.0
    answer: Answer | None = model.solve(Watch(limit_s))
    assert answer is not None
    return Found(sign * answer.value, sign * answer.bound, "optimal" if answer.proved else "feasible")


def plain_median(unit_cost: np.ndarray, p: int, demand: np.ndarray | float = 1.0) -> Model:
    n, m = unit_cost.shape
    point, site = (part.ravel() for part in np.indices((n, m)))
    model, pair = Model(), np.arange(n * m)
    x = model.variables((np.broadcast_to(demand, n)[:, None] * unit_cost).ravel(), 0.0, 1.0)
    y = model.variables(np.zeros(m), 0.0, 1.0, whole=True)
    model.rows(np.ones(n), 1.0, (point, x, 1.0))
    model.rows(np.full(n * m, -np.inf), 0.0, (pair, x, 1.0), (pair, y[site], -1.0))
    model.rows(p, p, (0, y, 1.0))
    return model


def plain_cover(distance: np.ndarray, p: int, radius: float, demand: np.ndarray) -> Model:
    model = Model()
    y, z = model.variables(np.zeros(distance.shape[1]), 0.0, 1.0, whole=True), model.variables(-demand, 0.0, 1.0)
    row, column = np.nonzero(distance <= radius)
    model.rows(np.zeros(len(demand)), np.inf, (row, y[column], 1.0), (np.arange(len(demand)), z, -1.0))
    model.rows(p, p, (0, y, 1.0))
    return model


def plain_facilities(
    unit_cost: np.ndarray, demand: np.ndarray, opening: np.ndarray, capacity: np.ndarray, *, single_source: bool
) -> Model:
    n, m = unit_cost.shape
    point, site = (part.ravel() for part in np.indices((n, m)))
    model = Model()
    x = model.variables((demand[:, None] * unit_cost).ravel(), 0.0, 1.0, whole=single_source)
    y = model.variables(opening, 0.0, 1.0, whole=True)
    model.rows(np.ones(n), 1.0, (point, x, 1.0))
    model.rows(np.full(m, -np.inf), 0.0, (site, x, demand[point]), (np.arange(m), y, -capacity))
    return model


def plain_stages(
    inbound: np.ndarray,
    outbound: np.ndarray,
    demand: np.ndarray,
    supply: np.ndarray,
    source_opening: np.ndarray,
    capacity: np.ndarray,
    opening: np.ndarray,
) -> Model:
    model, (i, j), k = Model(), inbound.shape, len(demand)
    (source, into), (out, customer) = ([part.ravel() for part in np.indices(shape)] for shape in ((i, j), (j, k)))
    f, g = model.variables(inbound.ravel()), model.variables(outbound.ravel())
    y, z = model.variables(opening, 0.0, 1.0, whole=True), model.variables(source_opening, 0.0, 1.0, whole=True)
    model.rows(np.full(i, -np.inf), 0.0, (source, f, 1.0), (np.arange(i), z, -supply))
    model.rows(np.zeros(j), 0.0, (into, f, 1.0), (out, g, -1.0))
    model.rows(demand, demand, (customer, g, 1.0))
    model.rows(np.full(j, -np.inf), 0.0, (out, g, 1.0), (np.arange(j), y, -capacity))
    return model


def spopt(asked: Case, limit_s: float) -> Found:
    """The location problems of PySAL, with the same solver beneath."""
    import pulp
    from spopt.locate import MCLP, PMedian

    arrays = asked.arguments
    if asked.function == "p_median":
        model = PMedian.from_cost_matrix(
            arrays["unit_cost"], np.ones(len(arrays["unit_cost"])), p_facilities=arrays["p"]
        )
    else:
        model = MCLP.from_cost_matrix(arrays["distance"], arrays["demand"], arrays["radius"], p_facilities=arrays["p"])
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=limit_s, threads=1))
    value = float(model.problem.objective.value())
    return Found(value, np.nan, pulp.LpStatus[model.problem.status])


TOOLS: dict[str, Callable[..., Found]] = {"coopgeo": coopgeo, "plain": plain, "spopt": spopt}
NAMES = {"coopgeo": "coopgeo", "plain": "plain HiGHS", "spopt": "spopt"}


def measure(tool: str, name: str, bench: Path, limit_s: float, out: Path) -> None:
    """One tool on one instance, in this process."""
    asked, trace = case(name, bench), list[tuple[float, float]]()
    if tool == "spopt":
        import spopt.locate  # noqa: F401 - its import is not counted
    solve = TOOLS[tool]
    if name in ROADS and tool == "coopgeo":
        solve = partial(
            coopgeo,
            report=lambda progress: trace.append(
                (progress.seconds, abs(progress.value - progress.bound) / abs(progress.value))
            ),
        )
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, again = [], 2 if tool == "coopgeo" and name not in ROADS and name not in STAGES else 0
    for _ in range(1 + again):
        start = time.perf_counter()
        found = solve(asked, limit_s)
        seconds.append(time.perf_counter() - start)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {
        **found._asdict(),
        "seconds": seconds[0],
        "again": min(seconds),
        "memory": memory_mb,
        "before": before_mb,
        "trace": trace,
    }
    out.write_text(json.dumps(result))


class Runs:
    """Runs tools on instances, each in a process."""

    def __init__(self, bench: Path, patience_s: float) -> None:
        self.bench, self.patience_s = bench, patience_s

    def __call__(self, tool: str, name: str, limit_s: float | None = None) -> dict[str, Any]:
        """What a tool found; empty if it failed."""
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "result.json"
            limit = str(self.patience_s if limit_s is None else limit_s)
            command = [sys.executable, __file__, "--bench", str(self.bench), "--measure", tool, name, limit, str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{tool} on {name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return json.loads(out.read_text()) if out.exists() else {}


def shown(row: dict[str, Any]) -> str:
    """Seconds, or how far it came."""
    if not row:
        return "failed"
    if row["status"].lower() == "optimal":
        return f"{row['seconds']:.3g}"
    gap = abs(row["value"] - row["bound"]) / abs(row["value"])
    return f"not proved in {row['seconds']:.0f}" + (f" (gap {gap:.1%})" if np.isfinite(gap) else "")


def row(*cells: Any) -> None:
    """A line of a Markdown table."""
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def head(title: str, *columns: str) -> None:
    """Title and head of a Markdown table: the first column is text."""
    print(f"\n### {title}\n")
    row(*columns)
    row("---", *["---:"] * (len(columns) - 1))


def one_by_one(runs: Runs, title: str, names: list[str], others: list[str], limit_s: float | None = None) -> None:
    """A row an instance."""
    tools = ["coopgeo", *others]
    head(
        title,
        "instance",
        "value",
        *(f"{NAMES[tool]} s" for tool in tools),
        "coopgeo again s",
        *(f"{NAMES[tool]} MB" for tool in tools),
    )
    for name in names:
        found = {tool: runs(tool, name, limit_s) for tool in tools}
        memory = [f"{one['memory']:.0f}" if one else "–" for one in found.values()]
        mine = found["coopgeo"]
        row(name, f"{mine['value']:.10g}", *map(shown, found.values()), f"{mine['again']:.3g}", *memory)


def together(runs: Runs, title: str, names: list[str]) -> None:
    """A row a tool, over many instances."""
    head(title, "tool", "proved", "seconds together", "again together s", "slowest s", "largest MB")
    for tool in ("coopgeo", "plain"):
        found = {name: runs(tool, name) for name in names}
        slowest = max(found, key=lambda name: found[name]["seconds"])
        proved = sum(one["status"] == "optimal" for one in found.values())
        seconds, again = (sum(one[which] for one in found.values()) for which in ("seconds", "again"))
        memory = max(one["memory"] for one in found.values())
        row(
            NAMES[tool],
            f"{proved} of {len(names)}",
            f"{seconds:.1f}",
            f"{again:.1f}",
            f"{found[slowest]['seconds']:.2f} ({slowest})",
            f"{memory:.0f}",
        )


def over_time(runs: Runs) -> None:
    """The gap on real roads as time goes by."""
    head(
        "Real roads: distances between nodes of Andorra",
        "instance",
        *(f"gap after {s} s" for s in CLOCK_S),
        "proved after s",
        "MB",
        "of them the instance",
    )
    for name in ROADS:
        found = runs("coopgeo", name, float(CLOCK_S[-1]))
        proved = found["status"] == "optimal"
        gaps = [min((gap for at, gap in found["trace"] if at <= clock), default=np.nan) for clock in CLOCK_S]
        cells = [
            "proved" if proved and found["seconds"] <= clock else f"{gap:.3%}"
            for clock, gap in zip(CLOCK_S, gaps, strict=True)
        ]
        row(
            name,
            *cells,
            f"{found['seconds']:.1f}" if proved else "–",
            f"{found['memory']:.0f}",
            f"{found['before']:.0f}",
        )


def main() -> None:
    """Run all and print Markdown tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the instances")
    arguments.add_argument(
        "--only", nargs="*", default=["median", "cap", "scattered", "holmberg", "sjc", "stages", "roads"], help="tables"
    )
    arguments.add_argument("--patience", type=float, default=600.0, help="seconds that a call may take")
    arguments.add_argument("--measure", nargs=4, metavar=("TOOL", "INSTANCE", "LIMIT", "OUT"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measure:
        tool, name, limit, out = options.measure
        measure(tool, name, options.bench, float(limit), Path(out))
        return
    runs = Runs(options.bench, options.patience)
    tables: dict[str, Callable[[], None]] = {
        "median": lambda: one_by_one(runs, "p-median, OR-Library", MEDIANS, ["plain", "spopt"]),
        "cap": lambda: together(runs, "Warehouses with capacities, OR-Library cap41 to cap134", WAREHOUSES),
        "scattered": lambda: one_by_one(
            runs,
            f"Split demand, scattered sites, {SCATTERED_LIMIT_S:.0f} s",
            list(SCATTERED),
            ["plain"],
            SCATTERED_LIMIT_S,
        ),
        "holmberg": lambda: together(runs, "Single source, Holmberg p1 to p24", SINGLE),
        "sjc": lambda: one_by_one(
            runs,
            f"Maximal cover, São José dos Campos, p = {COVER_SITES}, radius {COVER_RADIUS:.0f}",
            COVERS,
            ["plain", "spopt"],
        ),
        "stages": lambda: one_by_one(
            runs, f"Two stages, Fernandes et al., {STAGES_LIMIT_S:.0f} s", STAGES, ["plain"], STAGES_LIMIT_S
        ),
        "roads": lambda: over_time(runs),
    }
    for name in options.only:
        tables[name]()


if __name__ == "__main__":
    main()
