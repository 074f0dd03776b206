"""Customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2016, ACM JEA 21:1.5), as RoutingKit has them.

A hierarchy contracts the nodes one by one; the order is the costly part of preparing it, and does not depend on
weights. RoutingKit finds it by cutting the network along small separators. Nine nodes in ten of a road map lie
between two others only: these go first, in random order, so that no chain becomes deep, and RoutingKit orders the
junctions that are left, which is ten times faster and as good.

The package is optional: where no wheel of it exists, SciPy's Dijkstra gives the same figures. Its objects are not
made for several threads at once (two searches on one of them end the process), so all calls pass one lock.
"""

import errno
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from coopgeo.errors import Message
from coopgeo.travel import kept_order
from coopgeo.travel.kept_order import say_once

try:
    import pyroutingkit
except ImportError:  # no wheel for this platform
    pyroutingkit = None

_LOCK = threading.Lock()
Words = NDArray[np.uint32]


def contraction(n: int, u: NDArray[np.intp], v: NDArray[np.intp], xy: NDArray[np.float64], cache: Path | None) -> Any:
    """A topology prepared, its order from the cache if there; None without the package, or without any arc."""
    if pyroutingkit is None or not len(u):
        return None
    place = xy.astype(np.float32)
    key = kept_order.key_of(version("pyroutingkit"), n, u, v, place)
    order = kept_order.read(cache, key, n)
    try:
        if order is None:
            order = _order(n, u, v, place)
            kept_order.keep(cache, key, order)
        return _prepared(n, u, v, order)
    except OSError as error:
        say_once(
            Message(
                "{folder}: found no room to prepare the fast search ({reason}); the slow one gives the same figures",
                folder=tempfile.gettempdir(),
                reason=error.strerror or str(error),
            )
        )
        return None


def _prepared(n: int, u: NDArray[np.intp], v: NDArray[np.intp], order: Words) -> Any:
    """A topology contracted in an order."""
    rank = np.empty(n, dtype=np.uint32)
    rank[order] = np.arange(n, dtype=np.uint32)
    # RoutingKit takes an order only from files, as its own `save` writes them: plain columns of 32-bit numbers.
    files = {"node_count": np.array([n]), "tail": u, "head": v, "order": order, "rank": rank}
    prepared = pyroutingkit.CCHTopology()
    with tempfile.TemporaryDirectory() as folder, _LOCK:
        for name, content in files.items():
            content.astype(np.uint32).tofile(Path(folder) / name)
        prepared.load(folder)
    return prepared


def _order(n: int, u: NDArray[np.intp], v: NDArray[np.intp], xy: NDArray[np.float32]) -> Words:
    """Order in which to contract the nodes: those of chains first, then the junctions as RoutingKit orders them."""
    a, b = _neighbours(n, u, v)
    chain = np.bincount(a, minlength=n) <= 2
    first = np.random.default_rng(0).permutation(np.flatnonzero(chain)).astype(np.uint32)
    junctions = np.flatnonzero(~chain)
    if not len(junctions):
        return first
    place = np.zeros(n, dtype=np.uint32)
    place[junctions] = np.arange(len(junctions))
    begin, end = _bridged(a, b, chain)
    built = pyroutingkit.CCHTopology()
    with tempfile.TemporaryDirectory() as folder, _LOCK:
        built.build(place[begin], place[end], xy[junctions, 1], xy[junctions, 0], len(junctions))
        built.save(folder)
        last = np.fromfile(Path(folder) / "order", dtype=np.uint32)
    if len(last) != len(junctions):
        raise OSError(errno.ENOSPC, "the order was not written whole")
    return np.concatenate([first, junctions[last].astype(np.uint32)])


def _neighbours(n: int, u: NDArray[np.intp], v: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each pair of neighbours in both directions, once."""
    apart = u != v
    a, b = np.divmod(np.unique(np.concatenate([u[apart] * n + v[apart], v[apart] * n + u[apart]])), n)
    return a, b


def _bridged(
    a: NDArray[np.intp], b: NDArray[np.intp], chain: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of junctions that are neighbours once every chain is one link: a chain has two ends at most."""
    n, within = len(chain), chain[a] & chain[b]
    _, number = connected_components(
        csr_array((np.ones(within.sum()), (a[within], b[within])), shape=(n, n)), directed=False
    )
    leaving = chain[a] & ~chain[b]
    order = np.argsort(number[a[leaving]], kind="stable")
    which, end = number[a[leaving]][order], b[leaving][order]
    two = np.flatnonzero(which[1:] == which[:-1])
    direct = ~chain[a] & ~chain[b]
    return np.concatenate([a[direct], end[two]]), np.concatenate([b[direct], end[two + 1]])


def customize(prepared: Any, units: Words) -> Any:
    """Give a prepared topology its weights."""
    with _LOCK:
        metric = pyroutingkit.CCHMetric(prepared)
        metric.customize(units)
    return metric


def distances(customized: Any, sources: NDArray[np.intp], targets: NDArray[np.intp]) -> Words:
    """Least cost in units from every source to every target, without repeats among them; shape (sources, targets)."""
    with _LOCK:
        found: Words = customized.distances_many_to_many(sources.astype(np.uint32), targets.astype(np.uint32))
    return found
