"""Weights in whole units: nothing overflows, little is rounded; and the preparation is kept for the next process."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from coopgeo import travel
from coopgeo.errors import InputError
from coopgeo.travel import hierarchy

LINE = travel.Topology(3, np.array([0, 1]), np.array([1, 2]))


@pytest.mark.parametrize(("weight", "decimals"), [(1e-3, 9), (1.0, 9), (1000.0, 6), (1e6, 3), (1e10, -1)])
def test_longer_paths_keep_fewer_decimals(weight, decimals):
    graph = travel.Graph.weighted(LINE, np.full(2, weight))
    assert graph.per_unit == pytest.approx(10.0**decimals, rel=1e-12)
    assert travel.matrix(graph, np.array([0]), np.array([2]))[0, 0] == pytest.approx(2 * weight, rel=1e-8)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([1.0, -2.0], r"found -2.0 \(arc 1\), 1 in all"),
        ([np.nan, 1.0], r"found nan \(arc 0\)"),
        ([1.0], "one weight for each of the 2 arcs"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weight, words):
    with pytest.raises(InputError, match=words):
        travel.Graph.weighted(LINE, np.array(weight))


def grid(cache):
    """A grid of 20 x 20 nodes, both ways."""
    at = np.arange(400).reshape(20, 20)
    pairs = np.concatenate(
        [np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]), np.column_stack([at[:-1].ravel(), at[1:].ravel()])]
    )
    u, v = np.concatenate([pairs, pairs[:, ::-1]]).T
    xy = np.column_stack([np.arange(400) % 20, np.arange(400) // 20]).astype(float)
    return travel.Topology(400, u, v, xy, cache)


SUM = """
import sys
from pathlib import Path
import numpy as np
import pyroutingkit
from coopgeo import travel
sys.path.insert(0, "tests")
from travel.test_graph import grid

class Watched(pyroutingkit.CCHTopology):
    def build(self, *args):
        print("prepared")
        super().build(*args)

pyroutingkit.CCHTopology = Watched
here = grid(Path(sys.argv[1]))
print(travel.matrix(travel.Graph.weighted(here, np.ones(len(here.u))), np.array([0]), np.arange(400)).sum())
"""


def test_a_second_process_finds_the_preparation_in_the_cache(tmp_path):
    runs = [
        subprocess.run([sys.executable, "-c", SUM, str(tmp_path)], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [run.stdout.split() for run in runs] == [["prepared", "7600.0"], ["7600.0"]]


def cut_short(content):
    return content[:200]


def one_byte_changed(content):
    return content[:300] + bytes([content[300] ^ 255]) + content[301:]


@pytest.mark.parametrize("spoil", [cut_short, one_byte_changed])
def test_a_spoilt_cache_is_made_again(tmp_path, caplog, spoil):
    topology = grid(tmp_path)
    graph = travel.Graph.weighted(topology, np.ones(len(topology.u)))
    before = travel.matrix(graph, np.array([0]), np.arange(400))
    for file in tmp_path.rglob("order-*"):
        file.write_bytes(spoil(file.read_bytes()))
    after = travel.matrix(
        travel.Graph.weighted(grid(tmp_path), np.ones(len(topology.u))), np.array([0]), np.arange(400)
    )
    assert "found no whole order of this network; it is made again" in caplog.text
    np.testing.assert_array_equal(before, after)


def test_without_the_package_dijkstra_gives_the_same(monkeypatch):
    topology = grid(None)
    weight = np.random.default_rng(0).uniform(1, 9, len(topology.u))
    before = travel.matrix(travel.Graph.weighted(topology, weight), np.arange(5), np.arange(400))
    monkeypatch.setattr(hierarchy, "pyroutingkit", None)
    graph = travel.Graph.weighted(grid(None), weight)
    np.testing.assert_array_equal(travel.matrix(graph, np.arange(5), np.arange(400)), before)
    with pytest.raises(InputError, match="found no package pyroutingkit"):
        travel.matrix(graph, np.arange(5), np.arange(400), engine="hierarchy")


def test_a_graph_travels_to_another_process_without_its_preparation():
    topology = grid(None)
    graph = travel.Graph.weighted(topology, np.ones(len(topology.u)))
    travel.matrix(graph, np.array([0]), np.array([399]))
    again = pickle.loads(pickle.dumps(graph))
    assert travel.matrix(again, np.array([0]), np.array([399]))[0, 0] == 38
