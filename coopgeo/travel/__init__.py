"""Least-cost travel on directed graphs in plain arrays: matrices (also too large for memory), trees, paths."""

from coopgeo.arrays import Floats, Ints
from coopgeo.travel.blocks import matrix_blocks
from coopgeo.travel.graph import Graph, Topology
from coopgeo.travel.search import Engine, costs, matrix, path, paths, strong_parts, tree

__all__ = [
    "Engine",
    "Floats",
    "Graph",
    "Ints",
    "Topology",
    "costs",
    "matrix",
    "matrix_blocks",
    "path",
    "paths",
    "strong_parts",
    "tree",
]
