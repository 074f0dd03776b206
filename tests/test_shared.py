"""The checks that stand beside the project, where they stand there."""

import subprocess
import sys

import pytest
from conftest import PATIENCE_S, ROOT


def test_the_atlas_keeps_its_distances(shared, study):
    """Printed road distances between towns: median error at most 5 %, largest at most 15 %."""
    import pandas as pd

    table = pd.read_csv(
        shared / "data" / "roads_control" / "known_distances.csv", dtype={"from_insee": str, "to_insee": str}
    )
    codes = sorted({*table["from_insee"], *table["to_insee"]})
    towns = study.chefs_lieux.loc[codes]
    km = study.roads().matrix(towns, towns, "length_m") / 1000
    found = [km[codes.index(a), codes.index(b)] for a, b in zip(table["from_insee"], table["to_insee"], strict=True)]
    error = (found / table["road_km"] - 1).abs()
    assert error.median() <= 0.05
    assert error.max() <= 0.15


def test_real_roads_have_an_atlas_road_beside_them(shared):
    """Recall of every class; `docs/atlas.md` says why precision cannot be asked for on this sample."""
    done = run(shared, "check_atlas.py")
    recall = {line.split()[0]: float(line.split()[2]) for line in done.stdout.splitlines() if " recall " in line}
    assert set(recall) == {"motorway", "trunk", "primary", "secondary"}
    assert min(recall.values()) >= 0.85


@pytest.mark.parametrize(
    ("word", "count"), [("pmed/", 40), ("cap/", 49), ("holmberg/", 24), ("sjc/", 19), ("PSC1-C1", 1), ("tsplib/", 6)]
)
def test_instances_with_known_optima(shared, word, count):
    done = run(shared, "check_siting.py", "--only", word, "--limit", str(PATIENCE_S))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} of {count} hold" in done.stdout


def run(shared, name, *arguments):
    command = [sys.executable, str(shared / "checks" / name), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
