"""Kill -9 at random moments of what writes to disk, run again, and compare with the truth: tried and failed.

    python benchmarks/kills.py [30] [blocks] [order]

Each of the two writers (block matrices; the order of a hierarchy) is killed so many times in a process of its own, at
a random moment of its work. Spoilt is a file that does not hold what it should after a kill, wrong is a rerun that
gives other figures, left is a scratch folder that stands after the rerun.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from coopgeo import travel

SIDE, TARGETS, SOURCES_IN_A_BLOCK = 110, 600, 8
KINDS = ("blocks", "order")


def question(cache: Path | None) -> tuple[travel.Graph, np.ndarray, np.ndarray]:
    """A grid of streets, both ways; sources and targets of a matrix."""
    at = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.concatenate(
        [np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]), np.column_stack([at[:-1].ravel(), at[1:].ravel()])]
    )
    u, v = np.concatenate([pairs, pairs[:, ::-1]]).T
    xy = np.column_stack(np.unravel_index(at.ravel(), at.shape)).astype(float)
    weight = np.random.default_rng(4).uniform(1, 9, len(u))
    nodes = np.random.default_rng(5).permutation(at.size)
    return travel.Graph.weighted(travel.Topology(at.size, u, v, xy, cache), weight), nodes[:400], nodes[-TARGETS:]


def work(kind: str, folder: Path) -> np.ndarray:
    """What is killed: the costs, written block by block, or found with an order that is kept."""
    graph, sources, targets = question(folder if kind == "order" else None)
    print("ready", flush=True)
    if kind == "order":
        return travel.matrix(graph, sources, targets, engine="hierarchy")
    import pyarrow.parquet as pq

    travel.matrix_blocks(graph, sources, targets, folder, block_sources=SOURCES_IN_A_BLOCK)
    return pq.read_table(folder)["cost"].to_numpy().reshape(len(sources), -1)


def attempt(kind: str, folder: Path, wait_s: float) -> bool:
    """Start the work and kill it after a while; whether it was still under way."""
    command = [sys.executable, __file__, "--work", kind, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(wait_s)
        under_way = running.poll() is None
        running.kill()
    return under_way


def main(attempts: int, kinds: list[str]) -> None:
    moments = np.random.default_rng(7)
    for kind in kinds:
        with tempfile.TemporaryDirectory() as scratch:
            begin = time.perf_counter()
            truth = work(kind, Path(scratch) / "truth")
            spent_s = time.perf_counter() - begin
            whole = {file.name: file.read_bytes() for file in (Path(scratch) / "truth").rglob("*") if file.is_file()}
            killed = spoilt = wrong = left = before = 0
            for number in range(attempts):
                folder = Path(scratch) / str(number)
                killed += attempt(kind, folder, moments.uniform(0, spent_s))
                before += len(list(folder.rglob(".writing-*")))
                named = [file for file in folder.rglob("*") if file.is_file() and file.name in whole]
                spoilt += sum(file.read_bytes() != whole[file.name] for file in named)
                wrong += not np.array_equal(work(kind, folder), truth)
                left += len(list(folder.rglob(".writing-*")))
            print(
                f"{kind}: {attempts} tried, {killed} killed under way, {spoilt} files spoilt, {wrong} reruns wrong, "
                f"{before} scratch folders after the kills, {left} after the reruns"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 30, sys.argv[2:] or list(KINDS))
