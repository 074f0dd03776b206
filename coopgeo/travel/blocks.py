"""Matrices larger than memory, or than one machine: blocks of sources, each a file of a Parquet dataset.

A block that stands on disk is not computed again, so that a run that was stopped goes on where it was. A file appears
under its name only when it is whole, and its name and content depend on the block alone: a worker that is lost and
replaced leaves nothing out and nothing twice.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coopgeo.arrays import Ints
from coopgeo.errors import CoopgeoError, InputError
from coopgeo.travel.graph import Graph
from coopgeo.travel.search import Engine, checked_nodes, matrix

_KEY = b"coopgeo_key"
_BLOCK_PAIRS = 4_000_000  # 64 MB a block


def matrix_blocks(
    graph: Graph,
    sources: Ints,
    targets: Ints,
    folder: Path | str,
    *,
    block_sources: int | None = None,
    engine: Engine | None = None,
    scheduler: Any = None,
) -> Path:
    """Least cost from every source to every target, written to a Parquet dataset block by block.

    Parameters
    ----------
    graph : Graph
    sources, targets : ndarray of int
        Node positions.
    folder : Path
        Folder of the dataset. Blocks of the same matrix that stand there are kept; where workers run on several
        machines, it is one that all of them see.
    block_sources : int, optional
        Sources in a block; by default as many as make 64 MB.
    engine : {"hierarchy", "dijkstra"}, optional
        As in `matrix`.
    scheduler : optional
        None: one block after the other, here. Else what `dask.compute` takes: "threads", "processes", or a
        `distributed.Client` of a cluster.

    Returns
    -------
    Path
        The folder. Columns `source` and `target` (places in `sources` and `targets`, int32) and `cost` (float64,
        `inf` = unreachable), in order of `source`, then `target`, over the files in order of their names.

    Raises
    ------
    InputError
        If a position is no node, `block_sources` is below 1, or the folder holds blocks of another matrix.
    CoopgeoError
        If a scheduler is asked for and the extra "cluster" is not installed.
    """
    sources, targets = checked_nodes(graph, sources, targets)
    folder = Path(folder)
    if block_sources is not None and not (isinstance(block_sources, int | np.integer) and block_sources >= 1):
        raise InputError(f"block_sources: found {block_sources}; expected a whole number, 1 or more")
    step = block_sources or max(1, _BLOCK_PAIRS // max(1, len(targets)))
    key = _key(graph, sources, targets, step)
    begins = range(0, len(sources), step)
    files = [folder / f"block-{begin:09d}.parquet" for begin in begins]
    _refuse_others(folder, files, key)
    folder.mkdir(parents=True, exist_ok=True)
    lacking = [(begin, file) for begin, file in zip(begins, files, strict=True) if _key_of(file) != key]
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as scratch:
        questions = [
            (sources[begin : begin + step], targets, begin, file, Path(scratch), key, engine) for begin, file in lacking
        ]
        _work_off(graph, questions, scheduler)
    return folder


def _work_off(graph: Graph, questions: list[tuple[Any, ...]], scheduler: Any) -> None:
    if scheduler is None:
        for block in questions:
            _write_block(graph, *block)
        return
    try:
        from dask.base import compute  # noqa: PLC0415 - of the extra "cluster", and slow to import
        from dask.delayed import delayed  # noqa: PLC0415
    except ImportError:
        raise CoopgeoError(
            'matrix_blocks: found no package dask, which a scheduler needs; expected the extra "cluster": '
            'pip install "coopgeo[cluster]"'
        ) from None

    shared, write = delayed(graph, pure=True), delayed(_write_block, pure=True)
    compute(*(write(shared, *block) for block in questions), scheduler=scheduler)  # type: ignore[no-untyped-call]


def _write_block(
    graph: Graph, sources: Ints, targets: Ints, begin: int, file: Path, scratch: Path, key: bytes, engine: Engine | None
) -> None:
    cost = matrix(graph, sources, targets, engine=engine)
    table = pa.table(
        {
            "source": np.repeat(np.arange(begin, begin + len(sources), dtype=np.int32), len(targets)),
            "target": np.tile(np.arange(len(targets), dtype=np.int32), len(sources)),
            "cost": cost.ravel(),
        }
    )
    handle, partial = tempfile.mkstemp(dir=scratch)  # a name of its own: the same block may be begun twice
    os.close(handle)
    pq.write_table(table.replace_schema_metadata({_KEY: key}), partial)
    Path(partial).replace(file)


def _key(graph: Graph, sources: Ints, targets: Ints, step: int) -> bytes:
    """What the content of the blocks depends on, in short."""
    digest = hashlib.sha256(f"{graph.topology.n} {graph.per_unit} {step}".encode())
    for part in (graph.topology.u, graph.topology.v, graph.units, sources, targets):
        digest.update(f"{len(part)} ".encode() + np.ascontiguousarray(part).tobytes())
    return digest.hexdigest().encode()


def _key_of(file: Path) -> bytes | None:
    """Key of the matrix that a whole block file belongs to; None if it is absent or spoilt."""
    try:
        return (pq.read_schema(file).metadata or {}).get(_KEY)
    except (OSError, pa.ArrowInvalid):
        return None


def _refuse_others(folder: Path, files: list[Path], key: bytes) -> None:
    found = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    strangers = [file.name for file in found if file not in files or _key_of(file) not in (None, key)]
    if strangers:
        raise InputError(
            f"{folder}: found blocks of another matrix ({', '.join(strangers[:3])}, {len(strangers)} in all); "
            "expected an empty folder"
        )
