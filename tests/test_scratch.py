"""Folders to write in: what killed processes left goes or comes back, what living ones write stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from coopgeo.scratch import aside, scratch_in, settle, turn

DAYS_S = 2 * 86_400


LEFT = """
import os, signal, sys
from pathlib import Path
from coopgeo.scratch import scratch_in
with scratch_in(Path(sys.argv[1])) as scratch:
    (scratch / "half").write_text("x")
    print(scratch, flush=True)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def test_what_a_killed_run_left_goes_and_what_a_living_one_writes_stays(tmp_path):
    command = [sys.executable, "-c", LEFT, str(tmp_path)]
    dead = subprocess.run([*command, "killed"], capture_output=True, text=True, check=False).stdout.strip()
    (tmp_path / ".writing-empty").mkdir()  # killed before it was locked
    theirs = tmp_path / ".writing-exports-x"
    (theirs / "former-0").mkdir(parents=True)  # of a writer that knows no locks
    with subprocess.Popen([*command, "lives"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as living:
        alive = living.stdout.readline().strip()
        assert not Path(dead).exists()
        with scratch_in(tmp_path) as scratch:
            new = scratch / "file"
            new.write_text("whole")
            settle(new, tmp_path / "file")
            assert Path(alive).exists()
        living.stdin.close()
    assert living.returncode == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == [".writing-exports-x", "file"]


def test_what_has_the_only_copy_of_a_folder_gives_it_back_to_whoever_writes_next(tmp_path):
    """Killed between the two renames, and nothing can be locked: it is put back once it is old."""
    left = tmp_path / ".writing-wood-energy-x1"
    former, successor = aside(left)
    for folder in (former, successor):
        folder.mkdir(parents=True)
    (former / "map").write_text("old")
    with scratch_in(tmp_path):
        assert not (tmp_path / "wood-energy").exists()  # perhaps it goes on
    os.utime(left, (left.stat().st_mtime - DAYS_S,) * 2)
    with scratch_in(tmp_path):
        assert (tmp_path / "wood-energy" / "map").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["wood-energy"]


def test_the_only_copy_of_a_folder_is_not_removed_at_the_end(tmp_path):
    with scratch_in(tmp_path, "wood") as scratch:
        aside(scratch)[0].mkdir()
    assert aside(scratch)[0].is_dir()


TURN = """
import sys
from pathlib import Path
from coopgeo.scratch import turn
with turn(Path(sys.argv[1]), 60.0):
    print("mine", flush=True)
    sys.stdin.readline()
"""


def test_who_asks_for_a_folder_waits_for_the_turn_of_another(tmp_path):
    folder = tmp_path / "wood"
    command = [sys.executable, "-c", TURN, str(folder)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as other:
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(TimeoutError), turn(folder, 0.0):
            pass
        with turn(tmp_path / "straw", 0.0):  # another folder
            pass
        other.stdin.write("\n")
        other.stdin.close()
        with turn(folder, 60.0):
            pass
    assert other.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_the_turn_of_a_process_that_was_killed_is_over(tmp_path):
    command = [sys.executable, "-c", TURN, str(tmp_path / "wood")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as other:
        other.stdout.readline()
        other.kill()
    with turn(tmp_path / "wood", 0.0):
        pass
    assert list(tmp_path.iterdir()) == []
