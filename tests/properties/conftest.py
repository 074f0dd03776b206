"""What spoilt files may make the readers take: time is bounded by the number of examples, memory here."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MORE_BYTES = 2 * 1024**3  # the small files of these tests need a hundredth


@pytest.fixture(scope="module")
def bounded_memory() -> Iterator[None]:
    """Have whatever takes more memory than a reader needs end in a MemoryError, which no test lets pass."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    page_bytes, pages = resource.getpagesize(), int(Path("/proc/self/statm").read_text("ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * page_bytes + MORE_BYTES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
