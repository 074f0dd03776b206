"""Files that stand in a folder whole or not at all, also after a kill, a power cut, or two runs at once.

What is written goes into a scratch folder, and is renamed to its place when it is on the disk. A scratch folder is
locked for as long as its process lives. The system lifts the lock of a process that was killed, so that the next run
knows the folders that are nobody's, and removes them.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = ".writing-"
_LOCK = "in-use"
_OLD_S = 86_400.0  # what has no lock is of a version that knew none; no run writes for so long


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """A folder to write in, within the one that the files are for; it goes at the end.

    Parameters
    ----------
    folder : Path
        Made if it is absent. What killed runs have left in it is removed, but for what holds somebody's only files: the
        old ones of a folder that was to be replaced (`former-...`, see `coopgeo.exports.writing`).

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    scratch, lock = _locked(folder)
    try:
        yield scratch
    finally:
        lock.release()
        shutil.rmtree(scratch, ignore_errors=True)


def settle(new: Path, file: Path) -> None:
    """Bring a file that is written to its place, in one step, once it is on the disk."""
    with new.open("r+b") as written:
        os.fsync(written.fileno())
    new.replace(file)


def _locked(folder: Path) -> tuple[Path, FileLock]:
    while True:
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=_PREFIX))
        lock = FileLock(scratch / _LOCK, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except (FileNotFoundError, Timeout):
            if not scratch.exists():  # another run has cleared it up in the moment before it was locked
                continue
            raise
        return scratch, lock


def _clear(folder: Path) -> None:
    """Remove the scratch folders whose process is gone."""
    for left in sorted(folder.glob(f"{_PREFIX}*")):
        with suppress(OSError):  # another run clears up too, or the folder may not be changed
            if _is_nobodys(left):
                shutil.rmtree(left, ignore_errors=True)


def _is_nobodys(scratch: Path) -> bool:
    lock = scratch / _LOCK
    if any(scratch.glob("former-*")):  # of `coopgeo.exports.writing`, which puts them back
        return False
    if not lock.exists():  # killed before it was locked, or made by a version that knew no locks
        with suppress(OSError):
            scratch.rmdir()
        return scratch.exists() and time.time() - scratch.stat().st_mtime > _OLD_S
    try:
        with FileLock(lock, timeout=0):
            return True
    except Timeout:
        return False
