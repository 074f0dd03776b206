"""Kernels are compiled also where nothing can be kept for the next process."""

import numba
import pytest

from coopgeo.siting.engine import compiled


def add_one(number):
    return number + 1


def test_no_folder_to_keep_a_kernel_in(monkeypatch):
    """As in an installation that may not be written, of a user without a home."""

    def without_a_folder(function=None, *, cache=False):
        if cache:
            return lambda _: (_ for _ in ()).throw(RuntimeError("cannot cache function: no locator available"))
        return numba.njit(function)

    monkeypatch.setattr(compiled, "njit", without_a_folder)
    assert compiled.compiled(add_one)(1) == 2


def test_a_full_disk_while_kernels_are_compiled():
    """Each kernel that cannot be kept says so once, and is compiled then."""
    calls = []

    def first_calls():
        calls.append(1)
        if len(calls) < 4:
            raise OSError(28, "No space left on device")

    compiled.compile_now(first_calls)
    assert len(calls) == 4


def test_what_does_not_pass_is_raised():
    def never():
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        compiled.compile_now(never)
