"""Replace the files of a folder all or none: they are written beside it, then the two folders are swapped.

What others have put into the folder stays: it is linked (copied, where the file system knows no links) into the new
one. What an earlier run wrote and this one does not is gone. A run that is killed leaves the old files or the new ones,
never some of each. Killed in the moment between the two renames of the swap, it leaves neither in their place: the old
ones then wait in a hidden folder beside it, `.writing-NAME-...`, until the next run that writes there puts them back.
Each run holds a lock on its hidden folder, which the system frees when it ends, however it ends: so the next run knows
what has been left by one that was killed, and clears it.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from coopgeo.errors import CoopgeoError, Message
from coopgeo.text.system import reason

_SCRATCH = ".writing-"
_LOCK = "lock"
_OLD_S = 3600.0  # no run takes so long to lock its folder, or writes for so long where nothing can be locked
_FULL_BYTES = 100_000  # less room than any of the files that are written needs
_SWAPS = 3  # attempts, if another run writes to the same folder at the same moment


class WritingError(CoopgeoError, OSError):
    """Files that cannot be replaced: the message names the one that stands in the way; all old ones are left."""


@contextmanager
def writing(folder: Path, owned: Collection[str]) -> Iterator[Path]:
    """Give an empty folder to write to; when the block ends well, what it holds replaces what `folder` held.

    Parameters
    ----------
    folder : path
        Made if it is absent. If the block or the swap fails, it is left as it was.
    owned : collection of str
        Names in `folder` (files or folders) that this writer owns: those of an earlier run go, all others stay.

    Raises
    ------
    WritingError
        If a file is open in another program or may not be written, or the folder cannot be replaced.
    """
    folder = folder.resolve()  # a link to a folder stays a link
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{_SCRATCH}{folder.name}-"))
    except OSError as error:
        raise WritingError(
            Message(
                "{path}: cannot be written: {reason} (--out)", path=error.filename or str(folder), reason=reason(error)
            )
        ) from error
    lock = FileLock(scratch / _LOCK)
    try:
        with suppress(OSError, NotImplementedError):  # where nothing can be locked, age tells
            lock.acquire(timeout=0)
        _clear_up(folder, scratch)
        _refuse_held_files(folder, owned)
        new = scratch / "new"
        new.mkdir()
        yield new
        _to_disk(new)
        _swap(new, folder, scratch, owned)
    except CoopgeoError:
        raise
    except OSError as error:
        raise WritingError(_not_written(folder, reason(error))) from error
    except Exception as error:
        if _is_full(scratch):  # said by each library in words of its own
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise WritingError(_not_written(folder, reason(full))) from error
        raise
    finally:
        lock.release()
        if folder.exists() or not _former(scratch):
            shutil.rmtree(scratch, ignore_errors=True)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _FULL_BYTES
    except OSError:
        return False


def _to_disk(folder: Path) -> None:
    """Have all files of a folder stand on the disk before they take the place of others: a power cut empties none."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file() or os.name == "posix":  # folders of Windows cannot be opened
            opened = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def _not_written(folder: Path, why: str) -> Message:
    return Message("{folder}: cannot be written: {reason}; all files are as they were", folder=str(folder), reason=why)


def _not_replaced(path: Path, error: OSError) -> Message:
    return Message(
        "{path}: cannot be replaced: {reason}; all files are as they were", path=str(path), reason=reason(error)
    )


def _former(scratch: Path) -> list[Path]:
    """What a swap has put aside."""
    return sorted(scratch.glob("former-*"))


def _clear_up(folder: Path, scratch: Path) -> None:
    """Put back every folder that a killed run had put aside, and remove what else is left of killed runs."""
    now_s = scratch.stat().st_mtime  # by the clock of the file system, which may be another machine
    for left in sorted(folder.parent.glob(f"{_SCRATCH}*-*")):
        if left != scratch:
            with suppress(OSError):  # another run clears up too, or it may not be changed: it keeps nobody from writing
                _clear(left, now_s)


def _clear(left: Path, now_s: float) -> None:
    """Take back what a run left that has ended: its lock is free; where there is none to ask, it is old."""
    lock = FileLock(left / _LOCK)
    try:
        if (left / _LOCK).exists():
            lock.acquire(timeout=0)
    except Timeout:
        return
    except (OSError, NotImplementedError):  # nothing can be locked there
        pass
    try:  # the lock is held until all is back: two runs that clear up never do so together
        if lock.is_locked or now_s - left.stat().st_mtime > _OLD_S:
            _take_back(left)
    finally:
        lock.release()


def _take_back(left: Path) -> None:
    """Put the folder that a swap had put aside back where nothing has taken its place, then remove the rest."""
    owner = left.with_name(left.name.removeprefix(_SCRATCH).rpartition("-")[0])  # what is random has no hyphen
    former = _former(left)
    if former and not owner.exists():
        former[-1].rename(owner)
    elif former and _whole(former[-1]).exists():  # the swap did not end, and somebody has made the folder anew
        return
    shutil.rmtree(left, ignore_errors=True)


def _whole(former: Path) -> Path:
    """The new folder that was to take the place of the one put aside; gone from here once it has."""
    return former.with_name(former.name.replace("former", "whole"))


def _refuse_held_files(folder: Path, owned: Collection[str]) -> None:
    """Refuse to go on if a file that would be replaced is open in a program that locks it, or is read-only."""
    for name in sorted(owned):
        path = folder / name
        for file in sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else [path]:
            if not file.is_file() or file.is_symlink():
                continue
            try:
                with file.open("r+b"):
                    pass
            except OSError as error:
                raise WritingError(_not_replaced(file, error)) from error


def _swap(new: Path, folder: Path, scratch: Path, owned: Collection[str]) -> None:
    """Put the new folder where the old one stands; the old one comes back if that fails."""
    for attempt in range(_SWAPS):
        former = scratch / f"former-{attempt}"
        whole = _whole(former)
        try:
            shutil.copytree(new, whole, copy_function=_link_or_copy)
            if folder.exists():
                _keep_others(folder, whole, owned)
                folder.rename(former)
            whole.rename(folder)
        except OSError as error:
            another = folder.exists() and former.exists()  # another run was faster: its files are the old ones now
            if another and attempt < _SWAPS - 1:
                continue
            if former.exists() and not folder.exists():
                _put_back(former, folder)
            raise WritingError(_not_replaced(folder, error)) from error
        else:
            return


def _put_back(former: Path, folder: Path) -> None:
    try:
        former.rename(folder)
    except OSError as error:
        raise WritingError(
            Message(
                "{folder}: cannot be replaced: {reason}; its files stand in {former}, and the next run puts them back",
                folder=str(folder),
                former=str(former),
                reason=reason(error),
            )
        ) from error


def _keep_others(folder: Path, whole: Path, owned: Collection[str]) -> None:
    """Bring what others have put into the old folder into the new one."""

    def left_out(parent: str, names: list[str]) -> list[str]:
        return [name for name in names if name in owned] if Path(parent) == folder else []

    shutil.copytree(folder, whole, symlinks=True, ignore=left_out, copy_function=_link_or_copy, dirs_exist_ok=True)


def _link_or_copy(source: str, target: str) -> None:
    """Give a file a second name; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
