"""Customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2016, ACM JEA 21:1.5), as RoutingKit has them.

The package is optional: where no wheel of it exists, SciPy's Dijkstra gives the same figures. Its objects are not made for several threads at
once (two searches on one of them end the process), so all calls pass one lock.
"""

import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

try:
    import pyroutingkit
except ImportError:  # no wheel for this platform
    pyroutingkit = None

_LOCK = threading.Lock()


def prepare(n: int, u: NDArray[np.intp], v: NDArray[np.intp], xy: NDArray[np.float64], cache: Path | None) -> Any:
    """Prepare a topology, or take it from the cache; None where the package is not installed or there is no arc."""
    if pyroutingkit is None or not len(u):
        return None
    keep = joblib.Memory(cache, verbose=0, compress=True).cache(_files)
    files = keep(version("pyroutingkit"), n, u.astype(np.uint32), v.astype(np.uint32), xy.astype(np.float32))
    prepared = pyroutingkit.CCHTopology()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        with _LOCK:
            prepared.load(folder)
    return prepared


def _files(_version: str, n: int, u: NDArray[np.uint32], v: NDArray[np.uint32], xy: NDArray[np.float32]) -> dict[str, bytes]:
    """A prepared topology as the files that RoutingKit saves, by name."""
    built = pyroutingkit.CCHTopology()
    built.build(u, v, xy[:, 1], xy[:, 0], n)
    with tempfile.TemporaryDirectory() as folder:
        built.save(folder)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def customize(prepared: Any, units: NDArray[np.uint32]) -> Any:
    """Give a prepared topology its weights."""
    with _LOCK:
        metric = pyroutingkit.CCHMetric(prepared)
        metric.customize(units)
    return metric


def distances(customized: Any, sources: NDArray[np.intp], targets: NDArray[np.intp]) -> NDArray[np.uint32]:
    """Least cost in units from every source to every target, without repeats among them; shape (sources, targets)."""
    with _LOCK:
        found: NDArray[np.uint32] = customized.distances_many_to_many(sources.astype(np.uint32), targets.astype(np.uint32))
    return found
