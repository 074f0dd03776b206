"""What all tests share: the embedded study and its outcome, computed once."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import coopgeo
from coopgeo.cli import WHAT_IFS

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_SKIP = os.environ.get("COOPGEO_NO_SKIP") == "1"
PATIENCE_S = 600  # how long a browser, a server or a command is waited for: ends what hangs, says nothing of speed
PATIENCE_MS = 1000 * PATIENCE_S

# A slow machine is no fault, and the same code gets the same examples.
settings.register_profile("coopgeo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("coopgeo")


def needs(present: bool, what: str) -> None:
    """Skip a test that lacks something of the machine; where nothing may be skipped, fail instead."""
    if not present and NO_SKIP:
        pytest.fail(f"{what} is lacking, and COOPGEO_NO_SKIP forbids to skip")
    if not present:
        pytest.skip(f"{what} is lacking")


def unless_it_skips(report):
    """The report of a test; one that skips has failed where nothing may be skipped and `../shared` is there."""
    if NO_SKIP and SHARED.exists() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"COOPGEO_NO_SKIP forbids to skip: {report.longrepr[-1]}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return unless_it_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return unless_it_skips((yield))


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def shared():
    """The folder of benchmark and control data beside the project.

    Tests that read it skip where there is none, and fail where it cannot be read.
    """
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
