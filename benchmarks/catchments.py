"""Service areas on real roads against the recipes of osmnx, and sums within a distance against pandana.

All in one run on one machine.

    pip install -e ".[bench]"
    python benchmarks/catchments.py --roads FOLDER_OF_EXTRACTS

The same network (a node at each vertex), the same facilities, the same break in minutes. "hull": the ego graph's
nodes and their convex hull. "buffered edges": the ego graph's edges, each buffered by 150 m, and their union. How
good an area is: intersection over union with the union of the edges reached, cut exactly at the break, buffered by
150 m; the share of the nodes reached that lie inside, and of those not reached. Preparing is what is done once for
all facilities. Sums: how many nodes lie within 2 km of each facility; pandana answers for all nodes at once, whether
asked or not.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from travel import generated

from coopgeo.catchments import accessibility, overlap, reached_edges, service_areas
from coopgeo.roads import CAR, RoadNetwork, read

EXTRACTS = {
    "Rouen": ("rouen/rouen_center.osm", 2),
    "Helsinki": ("Helsinki.osm.pbf", 2),
    "Monaco": ("monaco.osm.gz", 2),
    "Andorra": ("andorra.osm.pbf", 15),
}
GENERATED_JUNCTIONS, GENERATED_MIN = (
    13_333,
    48,
)  # about 100,000 nodes, of which a facility in the middle reaches about 25,000
FACILITIES, WIDTH_M, SUM_M = 5, 150.0, 2000.0


def coopgeo(roads: RoadNetwork, facilities: gpd.GeoSeries, seconds: float) -> tuple[float, list[Any]]:
    """All facilities in one call; what is done once is timed with a break of a second."""
    start = time.perf_counter()
    service_areas(roads, facilities.iloc[:1], [1.0], direction="from")
    prepare = time.perf_counter() - start
    return prepare, service_areas(roads, facilities, [seconds], direction="from").geometry.to_list()


def recipe(
    draw: Callable[[nx.MultiDiGraph], shapely.Geometry],
) -> Callable[[RoadNetwork, gpd.GeoSeries, float], tuple[float, list[Any]]]:
    """A recipe of osmnx: the ego graph within the break, then a drawing of it."""

    def areas(roads: RoadNetwork, facilities: gpd.GeoSeries, seconds: float) -> tuple[float, list[Any]]:
        start = time.perf_counter()
        graph = nx.MultiDiGraph()
        graph.add_nodes_from((node, {"xy": (point.x, point.y)}) for node, point in roads.nodes.geometry.items())
        edges = roads.edges[np.isfinite(roads.edges["time_s"])]
        links = zip(edges["u"], edges["v"], edges["time_s"], edges.geometry, strict=True)
        graph.add_edges_from((u, v, {"time_s": cost, "geometry": line}) for u, v, cost, line in links)
        prepare = time.perf_counter() - start
        nodes = roads.snap(facilities)["node"]
        return prepare, [draw(nx.ego_graph(graph, node, radius=seconds, distance="time_s")) for node in nodes]

    return areas


def hull(reached: nx.MultiDiGraph) -> shapely.Geometry:
    return shapely.MultiPoint([data["xy"] for _, data in reached.nodes(data=True)]).convex_hull


def buffered(reached: nx.MultiDiGraph) -> shapely.Geometry:
    lines = np.array([data["geometry"] for *_, data in reached.edges(data=True)], dtype=object)
    return shapely.union_all(shapely.buffer(lines, WIDTH_M))


TOOLS = {"coopgeo": coopgeo, "hull": recipe(hull), "buffered edges": recipe(buffered)}


def quality(
    roads: RoadNetwork, place: shapely.Point, area: shapely.Geometry, seconds: float
) -> tuple[float, float, float]:
    """Intersection over union, share of nodes reached inside, share of the others inside."""
    strip = shapely.union_all(
        shapely.buffer(reached_edges(roads, place, seconds, direction="from").geometry.to_numpy(), WIDTH_M)
    )
    inside = shapely.contains_xy(area, *shapely.get_coordinates(roads.nodes.geometry.to_numpy()).T)
    reached = roads.nodes.index.isin(roads.tree(place, limit=seconds).index)
    return (
        shapely.intersection(area, strip).area / shapely.union(area, strip).area,
        inside[reached].mean(),
        inside[~reached].mean() if (~reached).any() else 0.0,
    )


def areas_of(name: str, roads: RoadNetwork, facilities: gpd.GeoSeries, minutes: float) -> None:
    """A table of the tools on one network."""
    reached = np.mean([len(roads.tree(place, limit=minutes * 60)) for place in facilities])
    print(
        f"\n### Service areas of {len(facilities)} facilities, {minutes} min: {name}, "
        f"{len(roads.nodes):,} nodes, {reached:,.0f} reached on average\n"
    )
    print(
        "| tool | prepare s | s a facility | intersection over union | reached inside | others inside |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for tool, areas in TOOLS.items():
        start = time.perf_counter()
        prepare, found = areas(roads, facilities, minutes * 60)
        # coopgeo prepares again in the call that is timed
        each = (time.perf_counter() - start - prepare * (2 if tool == "coopgeo" else 1)) / len(facilities)
        good = np.mean(
            [quality(roads, place, area, minutes * 60) for place, area in zip(facilities, found, strict=True)], axis=0
        )
        print(
            f"| {tool} | {prepare:.2f} | {max(each, 0.0):.3f} | {good[0]:.3f} | {good[1]:.1%} | {good[2]:.1%} |",
            flush=True,
        )


def sums_of(name: str, roads: RoadNetwork, facilities: gpd.GeoSeries) -> None:
    """Nodes within a distance of each facility, by two tools."""
    import pandana

    places = roads.nodes.geometry[roads.nodes["joined"] & roads.nodes["access"]]
    start = time.perf_counter()
    reach = np.diag(overlap(roads, places, facilities, SUM_M, by="length_m"))
    accessibility(roads, places, facilities, SUM_M, by="length_m")
    ours = time.perf_counter() - start
    start = time.perf_counter()
    xy, edges = roads.nodes.geometry, roads.edges[np.isfinite(roads.edges["time_s"])]
    at = roads.nodes.index.get_indexer
    cost = pd.DataFrame({"m": edges["length_m"].to_numpy()})
    n = np.arange(len(roads.nodes))
    network = pandana.Network(
        pd.Series(xy.x.to_numpy(), n),
        pd.Series(xy.y.to_numpy(), n),
        pd.Series(at(edges["u"])),
        pd.Series(at(edges["v"])),
        cost,
        twoway=False,
    )
    network.set(pd.Series(at(places.index)), name="places")
    counts = network.aggregate(SUM_M, type="count", name="places")
    theirs = time.perf_counter() - start
    asked = counts.iloc[at(roads.snap(facilities)["node"])].to_numpy()
    print(
        f"\nPlaces within 2 km of {len(facilities)} facilities of {name}: "
        f"coopgeo {ours:.3f} s (towards them: {reach.astype(int).tolist()}), "
        f"pandana {theirs:.3f} s (from them: {asked.astype(int).tolist()})",
        flush=True,
    )


def main() -> None:
    """Run all and print Markdown tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--roads", type=Path, default=Path("../shared/bench/roads"), help="folder of the extracts")
    folder = arguments.parse_args().roads
    networks = [(name, read(folder / file, CAR, spacing_m=0), minutes) for name, (file, minutes) in EXTRACTS.items()]
    for name, roads, minutes in [*networks, ("generated", generated(GENERATED_JUNCTIONS), GENERATED_MIN)]:
        usable = roads.nodes.geometry[roads.nodes["joined"] & roads.nodes["access"]]
        facilities = gpd.GeoSeries(
            usable.iloc[:: len(usable) // FACILITIES][:FACILITIES].to_numpy(), index=list("abcde"), crs=roads.nodes.crs
        )
        areas_of(name, roads, facilities, minutes)
        sums_of(name, roads, facilities)


if __name__ == "__main__":
    main()
