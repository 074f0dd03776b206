"""Least-cost travel on directed graphs in plain arrays: matrices, trees, paths, and matrices too large for memory, block by block."""

from coopgeo.travel.blocks import matrix_blocks
from coopgeo.travel.graph import Floats, Graph, Ints, Topology
from coopgeo.travel.search import Engine, largest_strong_part, matrix, path, tree

__all__ = ["Engine", "Floats", "Graph", "Ints", "Topology", "largest_strong_part", "matrix", "matrix_blocks", "path", "tree"]
