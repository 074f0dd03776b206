"""Travel-time matrices on real and generated roads: coopgeo against other tools, in one run on one machine.

    pip install -e ".[bench]"
    python benchmarks/travel.py --roads FOLDER_OF_EXTRACTS

Each tool and network is a process of its own, so that its memory can be told. All tools get the same directed graph
with the same weights (roads for who has business there laid out as in roads/through_traffic.py); coopgeo gets places
instead of nodes, and snaps them. "prepare" is everything from the tables of nodes and edges to the first question; a
query is the best of three. A dash: left out, because it would take minutes. Every matrix is compared with SciPy's to
a millionth (pandana: to a ten-thousandth and a tenth of a second, because it cuts each edge to whole thousandths).
"""

import argparse
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from scipy.spatial import Delaunay

from coopgeo.roads import CAR, RoadNetwork, read
from coopgeo.roads.cutting import Lines, cut
from coopgeo.roads.limits import Unread
from coopgeo.travel.graph import CLOSED

EXTRACTS = {
    "Rouen": "rouen/rouen_center.osm",
    "Helsinki": "Helsinki.osm.pbf",
    "Monaco": "monaco.osm.gz",
    "Andorra": "andorra.osm.pbf",
}
ALL_WAYS = "Andorra with paths"
GENERATED_JUNCTIONS, BENDS = 40_000, 4  # about 300,000 nodes in all
QUESTIONS = {"300 x 300": (300, 300), "1000 x 1000": (1000, 1000), "60 x all": (60, None)}
# Sources times nodes that a tool is asked for at most: what it does in about a minute.
MOST_WORK = {"networkx": 3e6, "rustworkx": 3e7, "scipy": 2e8, "igraph": 2e8}
CRS = "EPSG:2154"

Query = Callable[[np.ndarray, np.ndarray], np.ndarray]


def network(name: str, folder: Path) -> RoadNetwork:
    """A real extract with a node at each vertex, or the generated country."""
    if name in EXTRACTS:
        return read(folder / EXTRACTS[name], CAR, spacing_m=0)
    return generated() if name == "generated" else all_ways(folder / EXTRACTS["Andorra"])


def all_ways(path: Path) -> RoadNetwork:
    """Every way of an extract that is tagged highway, paths and stairs too, both ways: a larger real graph."""
    lines = Lines()
    for way in (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway"))
    ):
        inside = [node for node in way.nodes if node.location.valid()] if isinstance(way, osmium.osm.Way) else []
        if len(inside) > 1:
            row = {"highway": "residential", "forth": True, "back": True}
            lines.add(row, np.array([node.ref for node in inside]), np.array([(node.lon, node.lat) for node in inside]))
    nodes, edges = cut(lines, CRS, Unread(), spacing_m=0)
    return RoadNetwork.for_vehicle(nodes, edges, CAR, name="all ways")


def generated(junctions: int = GENERATED_JUNCTIONS) -> RoadNetwork:
    """A made-up country of random junctions and winding roads.

    Junctions: 1.6 to a square kilometre. Roads: the shorter half of the links between neighbours, each with four bends.
    """
    rng = np.random.default_rng(20261122)
    at = rng.uniform(0, 800 * junctions**0.5, (junctions, 2)) + np.array([400_000, 6_800_000])
    corners = Delaunay(at).simplices
    links = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1), axis=0
    )
    straight_m = np.hypot(*(at[links[:, 0]] - at[links[:, 1]]).T)
    links = links[(straight_m < np.quantile(straight_m, 0.62)) & (rng.random(len(links)) < 0.88)]
    step = np.arange(BENDS + 2) / (BENDS + 1)
    course = at[links[:, :1]] * (1 - step[:, None]) + at[links[:, 1:]] * step[:, None]
    course[:, 1:-1] += rng.uniform(-60, 60, (len(links), BENDS, 2))
    bends = len(at) + np.arange(len(links) * BENDS).reshape(len(links), BENDS)
    nodes = np.column_stack([links[:, 0], bends, links[:, 1]])
    u, v = (
        np.concatenate([one.ravel(), other.ravel()])
        for one, other in ((nodes[:, :-1], nodes[:, 1:]), (nodes[:, 1:], nodes[:, :-1]))
    )
    xy = np.concatenate([at, course[:, 1:-1].reshape(-1, 2)])
    main = np.tile(np.repeat(rng.random(len(links)) < 0.1, BENDS + 1), 2)
    columns = {
        "u": u,
        "v": v,
        "length_m": np.hypot(*(xy[u] - xy[v]).T).round(3),
        "highway": np.where(main, "primary", "tertiary"),
    }
    edges = gpd.GeoDataFrame(columns, geometry=shapely.linestrings(np.stack([xy[u], xy[v]], axis=1)), crs=CRS)
    places = gpd.GeoDataFrame(
        {"name": "", "access": True}, index=np.arange(len(xy)), geometry=shapely.points(xy), crs=CRS
    )
    return RoadNetwork.for_vehicle(places, edges, CAR, name="generated")


def coopgeo(roads: RoadNetwork, _graph: Any) -> Query:
    """Places in, matrix out: snapping, the contraction hierarchy and the conversion are all counted."""
    fresh = replace(roads, _through_traffic=None, _graphs={}, cache=None)
    fresh.graph().weighted_hierarchy  # noqa: B018 - prepares
    return lambda s, t: fresh.matrix(fresh.nodes.geometry.iloc[s], fresh.nodes.geometry.iloc[t])


def scipy(_roads: RoadNetwork, graph: Any) -> Query:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n, u, v, w, _ = graph
    ways = csr_array((w, (u, v)), shape=(n, n))
    return lambda s, t: dijkstra(ways, indices=s)[:, t]


def bare(_roads: RoadNetwork, graph: Any) -> Query:
    import routingkit_cch as rk

    n, u, v, w, xy = graph
    tail, head = u.tolist(), v.tolist()
    order = rk.compute_order_inertial(n, tail, head, xy[:, 1].tolist(), xy[:, 0].tolist())
    metric = rk.CCHMetric(rk.CCH(order, tail, head, False), np.rint(w * 1000).astype(int).tolist())

    def query(s: np.ndarray, t: np.ndarray) -> Any:
        to_all = rk.CCHOneToMany(metric, t.tolist())
        return [
            to_all.distances_from(source) for source in s.tolist()
        ]  # lists of whole numbers, as the engine gives them

    return query


def igraph(_roads: RoadNetwork, graph: Any) -> Query:
    import igraph as ig

    n, u, v, w, _ = graph
    ways = ig.Graph(n, np.column_stack([u, v]).tolist(), directed=True)
    weights = w.tolist()
    return lambda s, t: np.array(ways.distances(s.tolist(), t.tolist(), weights=weights))


def rustworkx(_roads: RoadNetwork, graph: Any) -> Query:
    import rustworkx as rx

    n, u, v, w, _ = graph
    ways = rx.PyDiGraph()
    ways.add_nodes_from(range(n))
    ways.add_edges_from(list(zip(u.tolist(), v.tolist(), w.tolist(), strict=True)))

    def query(s: np.ndarray, t: np.ndarray) -> np.ndarray:
        found = np.full((len(s), n), np.inf)
        for row, source in enumerate(s.tolist()):
            reached = rx.dijkstra_shortest_path_lengths(ways, source, float)
            found[row, list(reached.keys())] = list(reached.values())
            found[row, source] = 0
        return found[:, t]

    return query


def networkx(_roads: RoadNetwork, graph: Any) -> Query:
    import networkx as nx

    n, u, v, w, _ = graph
    ways = nx.MultiDiGraph()
    ways.add_nodes_from(range(n))
    ways.add_weighted_edges_from(zip(u.tolist(), v.tolist(), w.tolist(), strict=True))

    def query(s: np.ndarray, t: np.ndarray) -> np.ndarray:
        found = np.full((len(s), n), np.inf)
        for row, source in enumerate(s.tolist()):
            reached = nx.single_source_dijkstra_path_length(ways, source)
            found[row, list(reached)] = list(reached.values())
        return found[:, t]

    return query


def pandana(_roads: RoadNetwork, graph: Any) -> Query:
    import pandana as pdna

    n, u, v, w, xy = graph
    x, y = (pd.Series(xy[:, axis], index=np.arange(n)) for axis in (0, 1))
    ways = pdna.Network(x, y, pd.Series(u), pd.Series(v), pd.DataFrame({"w": w}), twoway=False)

    def query(s: np.ndarray, t: np.ndarray) -> np.ndarray:
        pairs = ways.shortest_path_lengths(np.repeat(s, len(t)), np.tile(t, len(s)))
        found = np.array(pairs).reshape(len(s), len(t))
        return np.where(found > 4e6, np.inf, found)  # its mark for "unreachable"

    return query


TOOLS = {
    "coopgeo": coopgeo,
    "bare": bare,
    "scipy": scipy,
    "pandana": pandana,
    "igraph": igraph,
    "rustworkx": rustworkx,
    "networkx": networkx,
}
IMPORTS = {
    "bare": ["routingkit_cch"],
    "pandana": ["pandana"],
    "igraph": ["igraph"],
    "rustworkx": ["rustworkx"],
    "networkx": ["networkx"],
}
COARSE = {"pandana": (1e-4, 0.1)}  # it cuts each edge to a thousandth
NAMES = {"bare": "bare routingkit-cch"}


def measure(tool: str, name: str, folder: Path, out: Path) -> None:
    """One tool on one network, in this process; times and memory and matrices as files in `out`."""
    roads = network(name, folder)
    layers, graph = roads.through_traffic, roads.graph()
    open_to = graph.units < CLOSED
    u, v, w = layers.topology.u[open_to], layers.topology.v[open_to], graph.as_weights(graph.units[open_to])
    n, xy = layers.topology.n, layers.topology.xy
    joined = np.flatnonzero(roads.nodes["joined"] & roads.nodes["access"])
    rng = np.random.default_rng(1)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for module in IMPORTS.get(tool, ()):
        importlib.import_module(module)
    start = time.perf_counter()
    query = TOOLS[tool](roads, (n, u, v, w, xy))
    figures: dict[str, Any] = {"nodes": n, "edges": len(u), "prepare": time.perf_counter() - start}
    for question, (sources, targets) in QUESTIONS.items():
        s = rng.choice(joined, min(sources, len(joined)), replace=False)
        t = joined if targets is None else rng.choice(joined, min(targets, len(joined)), replace=False)
        if len(s) * n > MOST_WORK.get(tool, np.inf):
            continue
        seconds = []
        while len(seconds) < 3 and sum(seconds) < 20:
            start = time.perf_counter()
            found = query(s, t) if tool == "coopgeo" else query(layers.leave[s], layers.arrive[t])
            seconds.append(time.perf_counter() - start)
        figures[question] = min(seconds)
        if tool == "bare":
            found = np.array(found, dtype=float) / 1000
        np.save(out / f"{tool}-{name}-{question}.npy", found)
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb
    (out / f"{tool}-{name}.json").write_text(json.dumps(figures))  # not standard output: some tools print there


def agrees(tool: str, name: str, question: str, out: Path) -> str:
    """Whether a matrix equals SciPy's to a millionth."""
    mine, theirs = (out / f"{who}-{name}-{question}.npy" for who in (tool, "scipy"))
    if not mine.exists() or not theirs.exists():
        return ""
    return "" if np.allclose(np.load(mine), np.load(theirs), *COARSE.get(tool, (1e-6, 1e-6))) else " (differs)"


def main() -> None:
    """Run all and print a Markdown table for each network."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--roads", type=Path, default=Path("../shared/bench/roads"), help="folder of the extracts")
    arguments.add_argument("--only", nargs="*", default=[*EXTRACTS, ALL_WAYS, "generated"], help="networks")
    arguments.add_argument("--tools", nargs="*", default=list(TOOLS))
    arguments.add_argument("--measure", nargs=3, metavar=("TOOL", "NETWORK", "OUT"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measure:
        measure(options.measure[0], options.measure[1], options.roads, Path(options.measure[2]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.only:
            rows = {}
            for tool in sorted(options.tools, key=lambda tool: tool != "scipy"):
                command = [sys.executable, __file__, "--roads", str(options.roads), "--measure", tool, name, scratch]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                rows[tool] = (
                    json.loads((Path(scratch) / f"{tool}-{name}.json").read_text()) if done.returncode == 0 else {}
                )
                if done.returncode:
                    print(f"{tool} on {name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            sizes = next(row for row in rows.values() if row)
            print(f"\n### {name}: {sizes['nodes']:,} nodes, {sizes['edges']:,} edges\n")
            print(f"| tool | prepare s | {' | '.join(f'{question} s' for question in QUESTIONS)} | memory MB |")
            print(f"|---|---:|{'---:|' * (len(QUESTIONS) + 1)}")
            for tool in options.tools:
                row = rows[tool]
                cells = [f"{row[q]:.3f}{agrees(tool, name, q, Path(scratch))}" if q in row else "–" for q in QUESTIONS]
                prepare, memory = (
                    f"{row[key]:{shape}}" if key in row else "–"
                    for key, shape in (("prepare", ".3f"), ("memory", ".0f"))
                )
                print(f"| {NAMES.get(tool, tool)} | {prepare} | {' | '.join(cells)} | {memory} |", flush=True)


if __name__ == "__main__":
    main()
