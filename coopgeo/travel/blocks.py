"""Matrices larger than memory, or than one machine: blocks of sources, each a file of a Parquet dataset.

A block that stands on disk, whole by its checksum, is not computed again, so that a run that was stopped goes on where
it was. A file appears under its name only when it is whole, and its name and content depend on the block alone: a
worker that is lost and replaced leaves nothing out and nothing twice.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coopgeo.arrays import Floats, Ints
from coopgeo.errors import CoopgeoError, InputError, Message, check_kind
from coopgeo.scratch import scratch_in, settle
from coopgeo.travel.graph import Graph
from coopgeo.travel.search import Engine, checked_nodes, matrix

_KEY = b"coopgeo_key"  # of the matrix
_SEAL = b"coopgeo_sha256"  # of the key and all that the block holds
State = Literal["whole", "lacking", "other"]
_COLUMNS = pa.schema({"source": pa.int32(), "target": pa.int32(), "cost": pa.float64()})
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
        Folder of the dataset. Whole blocks of the same matrix that stand there are kept, spoilt ones are made again;
        where workers run on several machines, it is one that all of them see.
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
        If the folder cannot be written to, or a scheduler is asked for and the extra "cluster" is not installed.
    """
    sources, targets = checked_nodes(graph, sources, targets)
    check_kind("folder", folder, str | Path, Message("the path of a folder"))
    folder = Path(folder)
    step = _sources_in_a_block(block_sources, len(targets))
    key = _key(graph, sources, targets, step)
    blocks = [
        _Block(folder / f"block-{begin:09d}.parquet", begin, sources[begin : begin + step], targets, key)
        for begin in range(0, len(sources), step)
    ]
    with ExitStack() as stack:
        with _writing_to(folder):
            states = [block.state() for block in blocks]
            _refuse_others(folder, blocks, states)
            lacking = [block for block, state in zip(blocks, states, strict=True) if state != "whole"]
            if blocks and not lacking:  # nothing to write: the folder may be read-only
                with suppress(OSError), scratch_in(folder):
                    pass
                return folder
            scratch = stack.enter_context(scratch_in(folder))
        _work_off(graph, lacking, scratch, engine, scheduler)
    return folder


@dataclass(frozen=True, eq=False)
class _Block:
    """One file of the dataset: the costs from some sources, of which the first is at `begin`, to all targets."""

    file: Path
    begin: int
    sources: Ints
    targets: Ints
    key: bytes

    def table(self, cost: Floats) -> pa.Table:
        """The block as it is written, with its key and its checksum."""
        begin, count = self.begin, len(self.sources)
        table = pa.table(
            {
                "source": np.repeat(np.arange(begin, begin + count, dtype=np.int32), len(self.targets)),
                "target": np.tile(np.arange(len(self.targets), dtype=np.int32), count),
                "cost": cost.ravel(),
            },
            schema=_COLUMNS,
        )
        return table.replace_schema_metadata({_KEY: self.key, _SEAL: self._seal(self.key, table)})

    def state(self) -> State:
        """Whether the file is this block as it was written; lacking is also what is spoilt, or cannot be checked."""
        if not self.file.is_file():
            return "lacking"
        try:
            with pq.ParquetFile(self.file, page_checksum_verification=True) as parquet:
                metadata = parquet.schema_arrow.metadata or {}
                key, seal = metadata.get(_KEY, b""), metadata.get(_SEAL)
                if seal is None:  # of somebody else, or of version 0.1
                    return "lacking" if key == self.key else "other"
                rows = len(self.sources) * len(self.targets)
                if not parquet.schema_arrow.equals(_COLUMNS) or (key == self.key and parquet.metadata.num_rows != rows):
                    return "lacking"
                table = parquet.read()
            whole = seal == self._seal(key, table)
        except (OSError, pa.ArrowException, ValueError, MemoryError):
            return "lacking"
        if not whole:
            return "lacking"
        return "whole" if key == self.key else "other"

    def _seal(self, key: bytes, table: pa.Table) -> bytes:
        """Checksum of what a block holds: its matrix, its place there, its numbers."""
        digest = hashlib.sha256(key + f" {self.begin} ".encode())
        for column in table.columns:
            digest.update(column.to_numpy().tobytes())
        return digest.hexdigest().encode()


def _sources_in_a_block(block_sources: object, targets: int) -> int:
    if block_sources is None:
        return max(1, _BLOCK_PAIRS // max(1, targets))
    if isinstance(block_sources, int | np.integer) and not isinstance(block_sources, bool) and block_sources >= 1:
        return int(block_sources)
    raise InputError(
        Message("block_sources: found {found}; expected a whole number, 1 or more", found=str(block_sources))
    )


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    """Tell in words what the system says of a full disk, or of a folder that may not be written to."""
    try:
        yield
    except OSError as error:
        raise CoopgeoError(
            Message(
                "{folder}: cannot be written ({reason}); make room there or choose another folder, and ask again: "
                "the blocks that stand are kept",
                folder=str(folder),
                reason=error.strerror or str(error),
            )
        ) from error


def _work_off(graph: Graph, blocks: list[_Block], scratch: Path, engine: Engine | None, scheduler: Any) -> None:
    if scheduler is None:
        for block in blocks:
            _write_block(graph, block, scratch, engine)
        return
    try:
        from dask.base import compute  # noqa: PLC0415 - of the extra "cluster", and slow to import
        from dask.delayed import delayed  # noqa: PLC0415
    except ImportError:
        raise CoopgeoError(
            Message(
                'matrix_blocks: found no package dask, which a scheduler needs; expected the extra "cluster": '
                'pip install "coopgeo[cluster]"'
            )
        ) from None

    shared, write = delayed(graph, pure=True), delayed(_write_block)
    compute(  # type: ignore[no-untyped-call]
        *(write(shared, block, scratch, engine) for block in blocks), scheduler=scheduler
    )


def _write_block(graph: Graph, block: _Block, scratch: Path, engine: Engine | None) -> None:
    table = block.table(matrix(graph, block.sources, block.targets, engine=engine))
    with _writing_to(block.file.parent):
        handle, partial = tempfile.mkstemp(dir=scratch)  # a name of its own: the same block may be begun twice
        os.close(handle)
        pq.write_table(table, partial, write_page_checksum=True)
        settle(Path(partial), block.file)


def _key(graph: Graph, sources: Ints, targets: Ints, step: int) -> bytes:
    """What the content of the blocks depends on, in short."""
    digest = hashlib.sha256(f"{graph.topology.n} {graph.per_unit} {step}".encode())
    for part in (graph.topology.u, graph.topology.v, graph.units, sources, targets):
        digest.update(f"{len(part)} ".encode() + np.ascontiguousarray(part).tobytes())
    return digest.hexdigest().encode()


def _refuse_others(folder: Path, blocks: list[_Block], states: list[State]) -> None:
    ours = {block.file: state for block, state in zip(blocks, states, strict=True)}
    found = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    strangers = [file.name for file in found if ours.get(file, "other") == "other"]
    if strangers:
        raise InputError(
            Message(
                "{folder}: found blocks of another matrix ({names}, {count} in all); expected an empty folder",
                folder=str(folder),
                names=strangers[:3],
                count=len(strangers),
            )
        )
