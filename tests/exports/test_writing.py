"""The files of a folder are replaced all or none, whatever fails, and what others put there stays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from filelock import FileLock

from coopgeo.exports.writing import WritingError, writing
from coopgeo.scratch import turn
from coopgeo.text.messages import said

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
OWNED = ("map.html", "tables.xlsx", "layers")


def content(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def names(folder):
    return [path.name for path in folder.iterdir()]


def write(folder, word, layers=("roads",)):
    with writing(folder, OWNED) as new:
        (new / "map.html").write_text(word)
        (new / "tables.xlsx").write_text(word)
        (new / "layers").mkdir()
        for layer in layers:
            (new / "layers" / layer).write_text(word)


@pytest.fixture
def folder(tmp_path):
    """A folder of an earlier run, into which somebody has put a note and pictures."""
    folder = tmp_path / "exports" / "wood"
    write(folder, "old", layers=("roads", "gone"))
    (folder / "note.pdf").write_text("note")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "map.html").write_text("picture")
    (folder / "link").symlink_to("note.pdf")
    return folder


OTHERS = {"note.pdf": "note", "pictures/map.html": "picture", "link": "note"}


def test_a_new_run_replaces_its_own_files_and_keeps_all_others(folder):
    write(folder, "new")
    assert content(folder) == {"map.html": "new", "tables.xlsx": "new", "layers/roads": "new", **OTHERS}
    assert (folder / "link").is_symlink()
    assert names(folder.parent) == ["wood"]


def test_others_stay_where_the_file_system_knows_no_links(folder, monkeypatch):
    def no_link(*_, **__):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", no_link)
    write(folder, "new")
    assert content(folder) == {"map.html": "new", "tables.xlsx": "new", "layers/roads": "new", **OTHERS}


@pytest.mark.parametrize(
    ("function", "step"), [("rename", 0), ("rename", 1), ("copytree", 0), ("copytree", 1), ("copytree", 2)]
)
def test_whatever_step_of_the_swap_fails_all_old_files_are_left(folder, monkeypatch, function, step):
    owner = {"rename": Path, "copytree": shutil}[function]
    true, calls = getattr(owner, function), []

    def failing(*args, **options):
        calls.append(args)
        if len(calls) == step + 1:
            raise PermissionError(13, "Permission denied")
        return true(*args, **options)

    before = content(folder)
    monkeypatch.setattr(owner, function, failing)
    with pytest.raises(WritingError, match=r"wood: cannot be replaced: access is refused; close .* as they were"):
        write(folder, "new")
    assert len(calls) > step
    assert content(folder) == before
    assert names(folder.parent) == ["wood"]


@pytest.mark.parametrize("killed_after", [1, 2])
def test_a_run_that_is_killed_leaves_old_or_new_files_and_the_next_run_goes_on(folder, monkeypatch, killed_after):
    class Killed(BaseException):
        pass

    true, calls = Path.rename, []

    def killing(self, target):
        if len(calls) == killed_after:
            raise Killed
        calls.append(target)
        moved = true(self, target)
        if len(calls) == killed_after:
            raise Killed
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killing)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # a process that is killed clears nothing
        with pytest.raises(Killed):
            write(folder, "new")
    left = [path for path in folder.parent.iterdir() if path != folder]
    assert len(left) == 1
    assert folder.exists() == (killed_after == 2)
    monkeypatch.setattr("coopgeo.exports.writing._swap", lambda *_: None)
    with writing(folder, OWNED):
        assert content(folder)["map.html"] == ("old" if killed_after == 1 else "new")
        assert OTHERS.items() <= content(folder).items()
    monkeypatch.undo()
    write(folder, "newer")
    assert content(folder) == {"map.html": "newer", "tables.xlsx": "newer", "layers/roads": "newer", **OTHERS}


def test_what_killed_runs_left_is_cleared_once_it_is_old(folder):
    long_ago, just_now = folder.parent / ".writing-wood-old", folder.parent / ".writing-wood-new"
    for left in (long_ago, just_now):
        (left / "new").mkdir(parents=True)
    days_ago = folder.stat().st_mtime - 172_800
    os.utime(long_ago, (days_ago, days_ago))
    write(folder, "new")
    assert not long_ago.exists()
    assert just_now.exists()  # perhaps a run that still writes


def test_a_file_that_is_open_elsewhere_is_named_before_anything_is_written(folder, monkeypatch):
    """Excel under Windows refuses that others write to the workbook that it has open."""
    true = Path.open

    def locked(self, mode="r", *args, **options):
        if self.name == "tables.xlsx" and self.parent == folder and "r" not in mode.replace("r+", ""):
            raise PermissionError(13, "Permission denied")
        return true(self, mode, *args, **options)

    before = content(folder)
    monkeypatch.setattr(Path, "open", locked)
    entered = False
    with (
        pytest.raises(WritingError, match=r"tables.xlsx: cannot be replaced: .*; close .* as they were"),
        writing(folder, OWNED),
    ):
        entered = True
    assert not entered
    assert content(folder) == before


def test_a_fault_of_the_disk_is_told_with_the_folder(folder, monkeypatch):
    before = content(folder)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WritingError, match=r"wood: cannot be written: the disk is full; free some space"):
        write(folder, "new")
    assert content(folder) == before
    assert names(folder.parent) == ["wood"]


def test_a_run_that_was_faster_at_the_same_moment_loses_nothing_of_its_own(folder, monkeypatch):
    """Between the two renames of one run, another has put its folder in place: its notes stay."""
    true, calls = Path.rename, []

    def rename(self, target):
        moved = true(self, target)
        calls.append(target)
        if len(calls) == 1:
            folder.mkdir()
            (folder / "minutes.txt").write_text("other run")
        return moved

    monkeypatch.setattr(Path, "rename", rename)
    write(folder, "new")
    assert content(folder)["map.html"] == "new"
    assert content(folder)["minutes.txt"] == "other run"
    assert names(folder.parent) == ["wood"]


def test_a_link_to_a_folder_stays_a_link(folder, tmp_path):
    link = tmp_path / "here"
    link.symlink_to(folder)
    write(link, "new")
    assert link.is_symlink()
    assert content(folder)["map.html"] == "new"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WritingError, match=r"file: cannot be written: .*--out"):
        write(tmp_path / "file" / "wood", "new")


def put_aside(folder, *, seconds_ago, name=None):
    """What a run that was killed between the two renames of its swap has left."""
    scratch = folder.parent / f".writing-{folder.name}-{name or 'x1_y2z3w'}"
    (scratch / "former-0").mkdir(parents=True)
    (scratch / "former-0" / "minutes.txt").write_text(f"of {folder.name}")
    (scratch / "whole-0").mkdir()
    then = folder.parent.stat().st_mtime - seconds_ago
    os.utime(scratch, (then, then))
    return scratch


def test_the_folder_of_another_chain_that_a_killed_run_had_put_aside_is_put_back(folder):
    other = folder.with_name("straw")
    left = put_aside(other, seconds_ago=172_800)
    write(folder, "new")
    assert content(other) == {"minutes.txt": "of straw"}
    assert not left.exists()


def test_a_run_of_another_chain_that_may_still_be_writing_is_left_alone(folder):
    other = folder.with_name("straw")
    left = put_aside(other, seconds_ago=0)
    write(folder, "new")
    assert not other.exists()
    assert content(left) == {"former-0/minutes.txt": "of straw"}


@pytest.mark.parametrize("seconds_ago", [0, 172_800])
def test_a_chain_never_takes_the_files_of_one_whose_name_begins_as_its_own(tmp_path, seconds_ago):
    wood, energy = tmp_path / "wood", tmp_path / "wood-energy"
    left = put_aside(energy, seconds_ago=seconds_ago)
    write(wood, "new")
    assert content(wood) == {"map.html": "new", "tables.xlsx": "new", "layers/roads": "new"}
    assert content(energy if seconds_ago else left / "former-0") == {"minutes.txt": "of wood-energy"}


def test_what_was_put_aside_is_not_removed_where_the_folder_was_made_anew(folder):
    left = put_aside(folder, seconds_ago=172_800)
    write(folder, "new")
    assert content(left) == {"former-0/minutes.txt": "of wood"}
    assert content(folder)["map.html"] == "new"


def left_by(folder, *, locked):
    """A hidden folder with a lock that a run still holds, or that one has left which was killed."""
    left = folder.parent / f".writing-{folder.name}-{'held' if locked else 'free'}"
    (left / "new").mkdir(parents=True)
    lock = FileLock(left / "lock")
    lock.acquire()
    if not locked:
        lock.release()
        (left / "lock").touch()
    return left, lock


def test_what_a_killed_run_left_is_cleared_by_the_next_and_a_run_that_goes_on_is_left_alone(folder):
    (gone, _), (held, lock) = left_by(folder, locked=False), left_by(folder, locked=True)
    write(folder, "new")
    assert not gone.exists()
    assert held.exists()
    lock.release()


def test_the_old_files_of_a_run_that_is_about_to_swap_are_not_taken_back(folder):
    """Between its two renames another run has no folder in place: its old files are its own."""
    held, lock = left_by(folder, locked=True)
    folder.rename(held / "former-0")
    write(folder, "new")
    assert content(held / "former-0")["map.html"] == "old"
    assert content(folder) == {"map.html": "new", "tables.xlsx": "new", "layers/roads": "new"}
    lock.release()


def test_a_run_that_goes_on_for_days_keeps_what_it_has_written(folder):
    held, lock = left_by(folder, locked=True)
    days_ago = folder.stat().st_mtime - 172_800
    os.utime(held, (days_ago, days_ago))
    write(folder, "new")
    assert (held / "new").is_dir()
    lock.release()


def test_what_is_left_and_cannot_be_taken_back_keeps_nobody_from_writing(folder, monkeypatch):
    left = put_aside(folder.with_name("straw"), seconds_ago=172_800)
    true = Path.rename

    def rename(self, target):
        if self.parent == left:
            raise PermissionError(13, "Permission denied")
        return true(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    write(folder, "new")
    assert content(folder)["map.html"] == "new"
    assert content(left) == {"former-0/minutes.txt": "of straw"}


def test_a_run_that_is_killed_frees_its_lock(folder):
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom coopgeo.exports.writing import writing\n"
        f"with writing(Path({str(folder)!r}), ['map.html']) as new:\n"
        "    (new / 'map.html').write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    before = content(folder)
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert len(names(folder.parent)) == 2
    assert content(folder) == before
    write(folder, "new")
    assert names(folder.parent) == ["wood"]


def test_every_file_stands_on_the_disk_before_it_takes_the_place_of_another(folder, monkeypatch):
    synced, true, done = set(), os.fsync, []
    monkeypatch.setattr(os, "fsync", lambda opened: (synced.add(os.fstat(opened).st_ino), true(opened)))
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda self, target: (done.append(set(synced)), rename(self, target))[1])
    write(folder, "new")
    files = {(folder / name).stat().st_ino for name in ("map.html", "tables.xlsx", "layers/roads")}
    assert files <= done[0]


def test_a_disk_that_is_full_is_told_whatever_the_library_says(folder, monkeypatch):
    class OfSomeLibrary(Exception):  # noqa: N818
        pass

    before = content(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12))
    with pytest.raises(WritingError, match="wood: cannot be written: the disk is full"), writing(folder, OWNED):
        raise OfSomeLibrary("failed to write record")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(OfSomeLibrary), writing(folder, OWNED):
        raise OfSomeLibrary("a fault of ours")
    assert content(folder) == before


def test_a_file_that_cannot_be_written_is_said_in_french(folder, monkeypatch):
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: (_ for _ in ()).throw(OSError(30, "Read-only")))
    with pytest.raises(WritingError) as refused:
        write(folder, "new")
    words = said(refused.value, "fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert words == (
        f"{folder} ne peut pas être écrit : ce disque est en lecture seule ; choisissez un dossier sur un autre "
        "disque ; tous les fichiers sont restés comme ils étaient"
    )


AT_ONCE = """
import sys
from pathlib import Path
from coopgeo.exports.writing import writing
folder, word = Path(sys.argv[1]), sys.argv[2]
for number in range(40):
    with writing(folder, ["map.html", "layers"]) as new:
        (new / "map.html").write_text(f"{word} {number}")
        (new / "layers").mkdir()
        for layer in "abcdefgh":
            (new / "layers" / layer).write_text(f"{word} {number}")
    assert (folder / "note.pdf").read_text() == "note"
"""


def test_runs_at_once_into_one_folder_all_end_well_and_the_folder_is_whole_of_one(folder):
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(folder), word], stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
        for word in ("one", "two", "three")
    ]
    faults = [run.communicate()[1] for run in runs]
    assert faults == ["", "", ""]
    written = content(folder)
    assert written["map.html"] in ("one 39", "two 39", "three 39")
    assert {written[f"layers/{layer}"] for layer in "abcdefgh"} == {written["map.html"]}
    assert names(folder.parent) == ["wood"]


def test_a_run_that_never_has_its_turn_is_refused_in_words_and_all_files_are_left(folder, monkeypatch):
    before = content(folder)
    monkeypatch.setattr("coopgeo.exports.writing._WAIT_S", 0.0)
    with turn(folder, 0.0), pytest.raises(WritingError, match="wood: cannot be written: another run") as error:
        write(folder, "new")
    assert "une autre exécution s'en occupe" in said(error.value, "fr")
    assert content(folder) == before
    assert names(folder.parent) == ["wood"]
