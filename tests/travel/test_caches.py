"""What is kept on disk: checked when it is read again, never a danger, never in the way; what a kill leaves goes."""

import io
import os
import pickle
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import travel
from coopgeo.errors import CoopgeoError, InputError
from coopgeo.travel import kept_order

from .test_graph import grid

ALL = np.arange(400)


@pytest.fixture(autouse=True)
def _anew():
    kept_order.say_once.cache_clear()


def costs(cache):
    topology = grid(cache)
    return travel.matrix(travel.Graph.weighted(topology, np.ones(len(topology.u))), np.array([0, 57]), ALL)


TRUE = costs(None)


def order_in(folder):
    return next((folder / "hierarchy").glob("order-*"))


@contextmanager
def files_of_at_most(bytes_):
    """A disk that is full, as one process sees it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


class Planted:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_planted_file_runs_nothing(tmp_path):
    """Whatever stands in the folder, under any name, nothing in it is run."""
    cache, owned = tmp_path / "processed", tmp_path / "owned"
    costs(cache)
    kept = order_in(cache)
    evil = pickle.dumps(Planted(owned))
    with (tmp_path / "evil.npy").open("wb") as file:
        np.save(file, np.array([Planted(tmp_path / "x")], dtype=object), allow_pickle=True)
    for content in (evil, (tmp_path / "evil.npy").read_bytes(), kept.read_bytes()[:32] + evil):
        for name in (kept.name, "output.pkl", "func_code.py", "evil.py", "evil.npy", "evil.nbi"):
            (kept.parent / name).write_bytes(content)
            old = cache / "joblib" / "coopgeo" / "travel" / "hierarchy" / "_order"
            old.mkdir(parents=True, exist_ok=True)
            (old / name).write_bytes(content)
        np.testing.assert_array_equal(costs(cache), TRUE)
    assert not owned.exists()


def repeated(order):
    return np.concatenate([order[:-1], order[:1]])


def beyond(order):
    return np.concatenate([order[:-1], [4_000_000_000]])


@pytest.mark.parametrize("change", [repeated, beyond])
def test_an_order_that_is_none_is_made_again(tmp_path, caplog, change):
    """Also one whose checksum is right: it was a permutation of the nodes, or every cost would be wrong."""
    costs(tmp_path)
    file = order_in(tmp_path)
    whole = file.read_bytes()
    topology = grid(None)
    key = kept_order.key_of(
        kept_order_version(), 400, topology.u, topology.v, np.asarray(topology.xy, dtype=np.float32)
    )
    order = kept_order.read(tmp_path, key, 400)
    assert order is not None
    kept_order.keep(tmp_path, key, change(order).astype(np.uint32))
    np.testing.assert_array_equal(costs(tmp_path), TRUE)
    assert [record.message for record in caplog.records] == [
        f"{file}: found no whole order of this network; it is made again"
    ]
    assert file.read_bytes() == whole


def kept_order_version():
    from importlib.metadata import version

    return version("pyroutingkit")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:0],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: content * 1000,
        lambda content: content[:31],
        lambda content: content[32:] + content[:32],
        lambda content: content[:32] + np.frombuffer(content[32:], "<u4")[::-1].tobytes(),
        lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
    ],
)
def test_a_spoilt_order_is_noticed_once_and_made_again(tmp_path, caplog, spoil):
    costs(tmp_path)
    file = order_in(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    np.testing.assert_array_equal(costs(tmp_path), TRUE)
    assert len(caplog.records) == 1
    assert file.read_bytes() == whole
    np.testing.assert_array_equal(costs(tmp_path), TRUE)
    assert len(caplog.records) == 1


def test_the_order_of_another_network_is_not_taken(tmp_path, caplog):
    """One of as many nodes, copied under the name of this one."""
    costs(tmp_path)
    file = order_in(tmp_path)
    whole = file.read_bytes()
    other = travel.Topology(400, ALL[:-1], ALL[1:], None, tmp_path)
    travel.matrix(travel.Graph.weighted(other, np.ones(399)), [0], [1])
    foreign = next(one for one in file.parent.iterdir() if one != file)
    file.write_bytes(foreign.read_bytes())
    np.testing.assert_array_equal(costs(tmp_path), TRUE)
    assert len(caplog.records) == 1
    assert file.read_bytes() == whole


@settings(max_examples=150)
@given(content=st.binary(max_size=40) | st.binary(min_size=1632, max_size=1632))
def test_no_bytes_make_a_wrong_order(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "hierarchy").mkdir()
    file = kept_order._file(folder, "key")
    file.write_bytes(content)
    assert kept_order.read(folder, "key", 400) is None


def blocked_by_a_file(cache):
    cache.write_text("")


def blocked_within(cache):
    cache.mkdir()
    (cache / "hierarchy").write_text("")


def a_folder_in_the_place_of_the_file(cache):
    costs(cache)
    file = order_in(cache)
    file.unlink()
    (file / "x").mkdir(parents=True)


@pytest.mark.parametrize("block", [blocked_by_a_file, blocked_within, a_folder_in_the_place_of_the_file])
def test_a_cache_that_cannot_be_used_costs_one_line(tmp_path, caplog, block):
    cache = tmp_path / "processed"
    block(cache)
    caplog.clear()
    for _ in range(2):
        np.testing.assert_array_equal(costs(cache), TRUE)
    assert len(caplog.records) == 1
    line = caplog.records[0].message
    assert line.startswith(f"{cache}: nothing can be kept here for the next run (")
    assert "\n" not in line


def test_a_full_disk_costs_one_line(tmp_path, caplog, monkeypatch):
    """Also where nothing can be written at all: Dijkstra needs no disk, and gives the same figures."""
    cache = tmp_path / "processed"
    with files_of_at_most(100):
        np.testing.assert_array_equal(costs(cache), TRUE)
    assert ["found no room to prepare the fast search" in record.message for record in caplog.records] == [True]
    monkeypatch.setattr(kept_order, "settle", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    np.testing.assert_array_equal(costs(cache), TRUE)
    assert caplog.records[-1].message.endswith("(No space left on device); this run only takes longer")
    assert list((cache / "hierarchy").iterdir()) == []


@pytest.fixture
def question():
    topology = grid(None)
    return travel.Graph.weighted(topology, np.ones(len(topology.u))), np.arange(0, 60), ALL


def whole_dataset(folder, question):
    table = pq.read_table(folder).to_pandas()
    np.testing.assert_array_equal(table["cost"].to_numpy().reshape(60, 400), travel.matrix(*question))
    return True


BLOCK = "block-000000020.parquet"


@pytest.mark.parametrize("at", [4, 40, 200, 1000, -400, -200, -60, -9])
def test_a_block_with_a_spoilt_byte_is_made_again(tmp_path, question, at):
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    file = tmp_path / BLOCK
    whole = file.read_bytes()
    spoilt = bytearray(whole)
    spoilt[at] ^= 0x55
    file.write_bytes(spoilt)
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert file.read_bytes() == whole
    assert whole_dataset(tmp_path, question)


def test_blocks_that_changed_places_are_made_again(tmp_path, question):
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    first, second = tmp_path / "block-000000000.parquet", tmp_path / BLOCK
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert (first.read_bytes(), second.read_bytes()) == (one, two)


def test_a_block_of_the_first_version_is_made_again(tmp_path, question):
    """It had a key, and no checksum."""
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    file = tmp_path / BLOCK
    whole = file.read_bytes()
    table = pq.read_table(file)
    wrong = table.set_column(2, "cost", pa.array(np.zeros(len(table))))
    key = {b"coopgeo_key": table.schema.metadata[b"coopgeo_key"]}
    pq.write_table(wrong.replace_schema_metadata(key), file)
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("name", [BLOCK, "roads.parquet"])
def test_a_parquet_file_of_somebody_else_is_left_alone(tmp_path, question, name):
    pq.write_table(pa.table({"mine": [1, 2, 3]}), tmp_path / name)
    before = (tmp_path / name).read_bytes()
    with pytest.raises(InputError, match="found blocks of another matrix"):
        travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {name: before}


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30), st.booleans()
)
def test_no_change_of_bytes_makes_a_wrong_block(tmp_path_factory, changes, cut):
    folder = tmp_path_factory.mktemp("fuzz")
    topology = grid(None)
    question = travel.Graph.weighted(topology, np.ones(len(topology.u))), np.arange(4), np.arange(9)
    travel.matrix_blocks(*question, folder)
    file = next(folder.iterdir())
    whole = file.read_bytes()
    spoilt = bytearray(whole)
    for where, byte in changes:
        spoilt[int(where * len(whole))] = byte
    if cut:
        del spoilt[int(changes[0][0] * len(whole)) :]
    file.write_bytes(spoilt)
    try:
        travel.matrix_blocks(*question, folder)
    except InputError:  # the key itself, without its checksum, speaks of another matrix
        assert file.read_bytes() == bytes(spoilt)
        return
    assert pq.read_table(file).equals(pq.read_table(io.BytesIO(whole)), check_metadata=True)


def test_a_block_that_another_version_of_parquet_wrote_stands(tmp_path, question):
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    file = tmp_path / BLOCK
    pq.write_table(pq.read_table(file), file, compression="zstd", version="1.0", write_page_checksum=True)
    before = file.read_bytes()
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    assert file.read_bytes() == before


def test_a_full_disk_is_told_in_words_and_the_blocks_that_stand_are_kept(tmp_path, question):
    graph, _, targets = question
    with files_of_at_most(2_000), pytest.raises(CoopgeoError, match=r"cannot be written \(.*; make room there or"):
        travel.matrix_blocks(graph, ALL, targets, tmp_path, block_sources=200, engine="dijkstra")
    assert list(tmp_path.iterdir()) == []


def test_whole_blocks_in_a_folder_that_is_read_only_will_do(tmp_path, question, monkeypatch):
    travel.matrix_blocks(*question, tmp_path, block_sources=20)
    refused = OSError(30, "Read-only file system")
    monkeypatch.setattr("tempfile.mkdtemp", lambda **_: (_ for _ in ()).throw(refused))
    assert travel.matrix_blocks(*question, tmp_path, block_sources=20) == tmp_path
    assert whole_dataset(tmp_path, question)
    (tmp_path / BLOCK).unlink()
    with pytest.raises(CoopgeoError, match=r"cannot be written \(Read-only file system\)"):
        travel.matrix_blocks(*question, tmp_path, block_sources=20)


def test_a_file_in_the_place_of_the_folder_is_told_in_words(tmp_path, question):
    (tmp_path / "blocks").write_text("")
    with pytest.raises(CoopgeoError, match=r"blocks: cannot be written \("):
        travel.matrix_blocks(*question, tmp_path / "blocks")


def test_two_runs_at_once_on_one_folder(tmp_path, question):
    """Each block stands, once, whole; nothing else does."""
    code = (
        "import sys; sys.path.insert(0, 'tests'); import numpy as np; from coopgeo import travel;"
        "from travel.test_graph import grid; t = grid(None); from pathlib import Path;"
        "travel.matrix_blocks(travel.Graph.weighted(t, np.ones(len(t.u))), np.arange(60), np.arange(400),"
        " sys.argv[1], block_sources=2)"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(list(tmp_path.iterdir())) == 30
    assert whole_dataset(tmp_path, question)
