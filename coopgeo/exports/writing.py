"""Replace the files of a folder all or none: they are written beside it, then the two folders are swapped.

What others have put into the folder stays: it is linked (copied, where the file system knows no links) into the new
one. What an earlier run wrote and this one does not is gone. A run that is killed leaves the old files or the new ones,
never some of each. Killed in the moment between the two renames of the swap, it leaves neither in their place: the old
ones then wait in a hidden folder beside it, until the next run that writes there puts them back (`coopgeo.scratch`).
Of two runs at once, each waits for the swap of the other: the folder is that of the last one, whole.
"""

import errno
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coopgeo.errors import CoopgeoError, Message
from coopgeo.scratch import aside, scratch_in, turn
from coopgeo.text.system import reason

_FULL_BYTES = 100_000  # less room than any of the files that are written needs
_SWAPS = 3  # attempts, if another run swaps at the same moment where nothing can be locked
_WAIT_S = 60.0  # for the swap of another run, which takes as long as links to its files, or copies of them


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
    with ExitStack() as stack:
        try:
            scratch = stack.enter_context(scratch_in(folder.parent, folder.name))
        except OSError as error:
            path = error.filename or str(folder)
            raise WritingError(
                Message("{path}: cannot be written: {reason} (--out)", path=path, reason=reason(error))
            ) from error
        try:
            with _turn(folder):
                _refuse_held_files(folder, owned)
            new = scratch / "new"
            new.mkdir()
            yield new
            _to_disk(new)
            with _turn(folder):
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


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Have the folder for this run alone."""
    with ExitStack() as stack:
        try:
            stack.enter_context(turn(folder, _WAIT_S))
        except TimeoutError as error:
            why = Message("another run has been busy with it for {seconds} s; wait for its end", seconds=_WAIT_S)
            raise WritingError(_not_written(folder, why)) from error
        yield


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
        former, whole = aside(scratch, attempt)
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
