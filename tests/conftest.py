"""What all tests share: the embedded study and its outcome, computed once."""

import os
import shutil
from pathlib import Path

import pytest

import coopgeo
from coopgeo.cli import WHAT_IFS

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_SKIP = os.environ.get("COOPGEO_NO_SKIP") == "1"


def needs(present: bool, what: str) -> None:
    """Skip a test that lacks something of the machine; where nothing may be skipped, fail instead."""
    if not present and NO_SKIP:
        pytest.fail(f"{what} is lacking, and COOPGEO_NO_SKIP forbids to skip")
    if not present:
        pytest.skip(f"{what} is lacking")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def shared():
    """The folder of benchmark and control data beside the project; tests that read it skip where there is none, and fail where it cannot be read."""
    if not (SHARED.exists() or SHARED.is_symlink()):
        pytest.skip("no ../shared here")
    assert (SHARED / "bench").is_dir(), "../shared is there, but holds no bench"
    return SHARED


@pytest.fixture(scope="session")
def study():
    return coopgeo.open_study(ROOT / "data" / "raw")


@pytest.fixture(scope="session")
def outcome(study):
    """What the command works out."""
    return coopgeo.run(study, what_ifs=WHAT_IFS)
