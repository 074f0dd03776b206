"""The order of a hierarchy, kept in a folder for the next process: a checksum, then plain 32-bit numbers.

What is read is data: no file can make it run code. It is believed only if it is whole and an order of just these
nodes. Whatever is wrong with a file or its folder costs time alone: the order is made again, and one line says so.
"""

import hashlib
import logging
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coopgeo.errors import Message
from coopgeo.scratch import scratch_in, settle

_FORM = "1"
_FOLDER = "hierarchy"
_SEAL_BYTES = hashlib.sha256().digest_size
_NUMBER = np.dtype("<u4")
_LOG = logging.getLogger(__name__)


@cache
def say_once(message: Message) -> None:
    """Say on the log what does not work as it might, once in a process."""
    _LOG.warning(message)


def key_of(version: str, n: int, *arrays: NDArray[np.generic]) -> str:
    """What an order depends on, in short: the version of what orders, the number of nodes, the arcs, the places."""
    digest = hashlib.sha256(f"{_FORM} {version} {n}".encode())
    for array in arrays:
        digest.update(f" {array.dtype.str} {array.shape} ".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def read(folder: Path | None, key: str, n: int) -> NDArray[np.uint32] | None:
    """The order that is kept under a key; None if there is none to be believed."""
    if folder is None:
        return None
    file = _file(folder, key)
    try:
        if not file.is_file():
            return None
        with file.open("rb") as kept:
            content = kept.read(_SEAL_BYTES + n * _NUMBER.itemsize + 1)  # one byte more than a whole one has
    except OSError as error:
        _say_of(folder, error)
        return None
    seal, plain = content[:_SEAL_BYTES], content[_SEAL_BYTES:]
    if len(plain) == n * _NUMBER.itemsize and seal == _seal(key, plain):
        order = np.frombuffer(plain, _NUMBER).astype(np.uint32)
        if np.array_equal(np.sort(order), np.arange(n, dtype=np.uint32)):
            return order
    say_once(Message("{file}: found no whole order of this network; it is made again", file=str(file)))
    return None


def keep(folder: Path | None, key: str, order: NDArray[np.uint32]) -> None:
    """Keep an order under a key, if the folder allows it."""
    if folder is None:
        return
    plain = order.astype(_NUMBER).tobytes()
    file = _file(folder, key)
    try:
        with scratch_in(file.parent) as scratch:
            new = scratch / file.name
            new.write_bytes(_seal(key, plain) + plain)
            settle(new, file)
    except OSError as error:
        _say_of(folder, error)


def _file(folder: Path, key: str) -> Path:
    return folder / _FOLDER / f"order-{key[:32]}.bin"


def _seal(key: str, plain: bytes) -> bytes:
    return hashlib.sha256(key.encode() + plain).digest()


def _say_of(folder: Path, error: OSError) -> None:
    reason = error.strerror or str(error)
    say_once(
        Message(
            "{folder}: nothing can be kept here for the next run ({reason}); this run only takes longer",
            folder=str(folder),
            reason=reason,
        )
    )
