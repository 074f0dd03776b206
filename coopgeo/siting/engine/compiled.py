"""Compiled kernels. They are kept for the next process where numba finds a folder for them; nothing depends on it.

numba keeps them beside the modules, where who may write can change the modules as well, or in the cache folder of the
user.
"""

from collections.abc import Callable
from typing import Any

from numba import njit

_KERNELS = 30  # more than there are


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # no folder may be written to
        return njit(function)


def compile_now(calls: Callable[[], None]) -> None:
    """Make the first calls. A kernel that cannot be kept, as on a full disk, says so once and is compiled then."""
    for _ in range(_KERNELS):
        try:
            return calls()
        except OSError:
            continue
    return calls()
