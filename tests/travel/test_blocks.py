"""Matrices written block by block: resumed, refused, and worked off by several processes of which one dies."""

import os
import signal
import sys

import distributed
import numpy as np
import pandas as pd
import pytest

from coopgeo import travel
from coopgeo.errors import CoopgeoError, InputError
from coopgeo.travel import blocks

from .test_graph import grid


@pytest.fixture
def question():
    topology = grid(None)
    weight = np.random.default_rng(5).uniform(1, 9, len(topology.u))
    weight[topology.v == 17] = np.inf  # nobody gets to node 17
    return travel.Graph.weighted(topology, weight), np.arange(0, 400, 3), np.arange(0, 400, 7)


def read_back(folder, question):
    """The dataset as a matrix; each pair must stand in it once."""
    _, sources, targets = question
    table = pd.read_parquet(folder)
    assert len(table) == len(sources) * len(targets)
    assert not table.duplicated(["source", "target"]).any()
    found = np.empty((len(sources), len(targets)))
    found[table["source"], table["target"]] = table["cost"]
    return found


@pytest.mark.parametrize("scheduler", [None, "synchronous", "threads"])
def test_blocks_hold_the_matrix(tmp_path, question, scheduler):
    folder = travel.matrix_blocks(*question, tmp_path / "blocks", block_sources=10, scheduler=scheduler)
    np.testing.assert_array_equal(read_back(folder, question), travel.matrix(*question))
    assert sorted(file.name for file in folder.iterdir()) == [
        f"block-{begin:09d}.parquet" for begin in range(0, 134, 10)
    ]


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path, question, monkeypatch):
    done, real = [], blocks._write_block

    def stopping(graph, block, *rest):
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(block.begin)
        real(graph, block, *rest)

    monkeypatch.setattr(blocks, "_write_block", stopping)
    with pytest.raises(KeyboardInterrupt):
        travel.matrix_blocks(*question, tmp_path, block_sources=20)
    done.clear()
    (tmp_path / "block-000000020.parquet").write_bytes(b"PAR1 cut")
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert done == [20, 80, 100, 120]
    np.testing.assert_array_equal(read_back(tmp_path, question), travel.matrix(*question))


def test_blocks_of_another_matrix_are_not_overwritten(tmp_path, question):
    graph, sources, targets = question
    travel.matrix_blocks(graph, sources, targets, tmp_path, block_sources=50)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(InputError, match="found blocks of another matrix"):
        travel.matrix_blocks(graph, sources, targets[:-1], tmp_path, block_sources=50)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_same_matrix_gives_the_same_bytes(tmp_path, question):
    one, two = (travel.matrix_blocks(*question, tmp_path / name, block_sources=30) for name in ("one", "two"))
    assert [file.read_bytes() for file in sorted(one.iterdir())] == [
        file.read_bytes() for file in sorted(two.iterdir())
    ]


def test_two_processes_of_which_one_is_killed_in_the_middle(tmp_path, question, monkeypatch):
    """A real cluster on loopback: the worker that begins block 50 first is killed.

    In the end each block stands, once, with the same numbers.
    """
    graph, _, targets = question
    sources, folder, killed, real = np.arange(100), tmp_path / "blocks", tmp_path / "killed", blocks._write_block

    def dying(graph, block, *rest):  # a function in a function goes to the workers as it is
        if block.begin == 50 and not killed.exists():
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        real(graph, block, *rest)

    monkeypatch.setattr(blocks, "_write_block", dying)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        before = set(client.run(os.getpid).values())
        travel.matrix_blocks(graph, sources, targets, folder, block_sources=1, scheduler=client)
    assert int(killed.read_text()) in before
    np.testing.assert_array_equal(read_back(folder, (graph, sources, targets)), travel.matrix(graph, sources, targets))
    assert len(list(folder.iterdir())) == 100


def test_a_cluster_without_dask_is_told_so(tmp_path, question, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.base", None)
    with pytest.raises(CoopgeoError, match=r"found no package dask.*coopgeo\[cluster\]"):
        travel.matrix_blocks(*question, tmp_path / "blocks", scheduler="threads")
    travel.matrix_blocks(*question, tmp_path / "alone")
