"""Hidden folders to write in, which go when their process ends, however it ends: what comes out of them is whole.

What is written goes into a scratch folder, `.writing-...`, and takes its place in one step when it is on the disk. A
scratch folder is locked for as long as its process writes. The system lifts the lock of a process that was killed, so
that the next one that writes there knows the folders that are nobody's, and clears them. Where nothing can be locked,
age tells.

A folder that is replaced as a whole moves into the scratch folder in the moment between the two renames. Killed just
then, a process leaves the only copy of it there, until the next one puts it back.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = ".writing-"
_LOCK = "lock"
_OLD_S = 86_400.0  # no process takes so long to lock its folder, or writes for so long where nothing can be locked
_FORMER, _SUCCESSOR = "former-", "whole-"


@contextmanager
def scratch_in(folder: Path, name: str = "") -> Iterator[Path]:
    """A folder to write in, within the one that the files are for; it goes at the end.

    Parameters
    ----------
    folder : Path
        Made if it is absent. What killed processes have left in it is cleared: what they had moved aside is put back.
    name : str, optional
        Of the folder within `folder` that is to be replaced (see `aside`), if one is.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scratch, lock = _locked(folder, f"{_PREFIX}{name}-" if name else _PREFIX)
    try:
        _clear_up(folder, scratch)
        yield scratch
    finally:
        lock.release()
        if not _holds_the_only_copy(scratch):
            shutil.rmtree(scratch, ignore_errors=True)


def settle(new: Path, file: Path) -> None:
    """Bring a file that is written to its place, in one step, once it is on the disk."""
    with new.open("r+b") as written:
        os.fsync(written.fileno())
    new.replace(file)


def aside(scratch: Path, attempt: int = 0) -> tuple[Path, Path]:
    """Where a folder that is replaced moves to, and where its successor waits to take its place."""
    return scratch / f"{_FORMER}{attempt}", scratch / f"{_SUCCESSOR}{attempt}"


@contextmanager
def turn(folder: Path, wait_s: float) -> Iterator[None]:
    """Have a folder for oneself, among all who ask so; no longer than a moment, because the others wait.

    Parameters
    ----------
    folder : Path
        Need not exist; the folder that it is in does.
    wait_s : float
        How long to wait for the others.

    Raises
    ------
    TimeoutError
        If another has it for longer.
    """
    file = folder.with_name(f"{_PREFIX}{folder.name}.{_LOCK}")
    lock = FileLock(file)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        raise
    except (OSError, NotImplementedError):  # where nothing can be locked, nobody waits
        pass
    try:
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # a system that does not remove what is open removes it on release
                file.unlink()
        lock.release()


def _locked(folder: Path, prefix: str) -> tuple[Path, FileLock]:
    while True:
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
        lock = FileLock(scratch / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:  # another process clears it up, in the moment before it was locked
            continue
        except (OSError, NotImplementedError):  # where nothing can be locked, age tells
            pass
        if scratch.exists():  # else it has been cleared up
            return scratch, lock
        lock.release()


def _clear_up(folder: Path, scratch: Path) -> None:
    """Clear what is left of all other processes that have ended."""
    now_s = scratch.stat().st_mtime  # by the clock of the file system, which may be another machine
    for left in sorted(folder.glob(f"{_PREFIX}*")):
        if left != scratch and left.is_dir():
            with suppress(OSError):  # others clear up too, or it may not be changed: it keeps nobody from writing
                _clear(left, now_s)


def _clear(left: Path, now_s: float) -> None:
    """Clear what a process left that has ended: its lock is free; where there is none to ask, it is old or empty."""
    lock = FileLock(left / _LOCK)
    try:
        if (left / _LOCK).exists():
            lock.acquire(timeout=0)
    except Timeout:
        return
    except (OSError, NotImplementedError):  # nothing can be locked there
        pass
    try:  # the lock is held until all is back: two that clear up never do so together
        if lock.is_locked or now_s - left.stat().st_mtime > _OLD_S:
            _take_back(left)
        elif not any(left.iterdir()):  # killed before it was locked
            left.rmdir()
    finally:
        lock.release()


def _take_back(left: Path) -> None:
    """Put what was moved aside back where nothing has taken its place, then remove the rest."""
    former = _former(left)
    if former and not _place(left).exists():
        former[-1].rename(_place(left))
    elif former and _successor(former[-1]).exists():  # it was not replaced, and somebody has made it anew
        return
    shutil.rmtree(left, ignore_errors=True)


def _holds_the_only_copy(scratch: Path) -> bool:
    return bool(_former(scratch)) and not _place(scratch).exists()


def _former(scratch: Path) -> list[Path]:
    """What has moved aside."""
    return sorted(scratch.glob(f"{_FORMER}*"))


def _successor(former: Path) -> Path:
    """The folder that was to take the place of the one that moved aside; gone from here once it has."""
    return former.with_name(former.name.replace(_FORMER, _SUCCESSOR))


def _place(scratch: Path) -> Path:
    """The folder that a scratch folder is named after."""
    return scratch.with_name(scratch.name.removeprefix(_PREFIX).rpartition("-")[0])  # what is random has no hyphen
