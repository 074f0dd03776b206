"""Notebooks in the servers that planners use: JupyterLab and Voilà on loopback, opened in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager

import pytest
from conftest import CHROMIUM, ROOT, needs
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
PATIENCE_MS = 120_000
SLIDER = ".jupyter-widgets.widget-slider"
MAP = ".widget-html iframe"


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command, folder, path):
    """A server on loopback, ended with the test; yields the address of a path once it answers."""
    port, log = free_port(), folder / "server.log"
    options = [f"--port={port}", "--no-browser"]
    places = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=folder,
            env={**os.environ, **places},
            stdout=said,
            stderr=said,
        )
        try:
            yield _answering(f"http://127.0.0.1:{port}/{path}", server, log)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _answering(address, server, log, patience_s=60):
    root = "/".join(address.split("/")[:3])
    until = time.monotonic() + patience_s
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{root}/static/", timeout=2)
        except urllib.error.HTTPError:
            return address  # it answers, if only to say that there is no such page
        except OSError:
            time.sleep(0.2)
        else:
            return address
    pytest.fail(f"no answer: {log.read_text()[-2000:]}")


@pytest.fixture
def folder(tmp_path):
    """A copy of the notebooks beside the data, so that no server writes into the project."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (tmp_path / "data").symlink_to(ROOT / "data")
    return tmp_path


@pytest.fixture
def page():
    needs(CHROMIUM is not None, "Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        chromium.close()


def moved(page):
    """Moves the first slider by one step; the site of the platform before and after."""
    sites = []
    for _ in range(2):
        frame = page.frame_locator(MAP).first
        star = frame.locator(".symbol:has(svg[width='42'])")
        star.wait_for(state="attached")
        sites.append(star.inner_text())
        if len(sites) == 1:
            before = page.locator(MAP).first.get_attribute("srcdoc")
            handle = page.locator(f"{SLIDER} .noUi-handle").first
            handle.focus()
            handle.press("ArrowRight")
            page.wait_for_function(f"before => document.querySelector('{MAP}').srcdoc !== before", arg=before)
    return sites


def test_a_slider_moves_the_platform_in_jupyterlab(folder, page):
    command = [
        "jupyterlab",
        "--ip=127.0.0.1",
        "--allow-root",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
    ]
    with served(command, folder, "lab/tree/notebooks/04_plateforme.ipynb") as address:
        page.goto(address)
        page.locator(".jp-Notebook").wait_for()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(state="attached")
        page.get_by_role("menubar").get_by_text("Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.locator(SLIDER).first.wait_for(state="attached")
        before, after = moved(page)
    assert before
    assert after
    assert before != after


@pytest.mark.parametrize("name", ["04_plateforme", "07_carte_pour_les_elus"])
def test_voila_shows_the_notebook_without_its_code(folder, page, name):
    with served(["voila", f"notebooks/{name}.ipynb", "--Voila.ip=127.0.0.1"], folder, "") as address:
        page.goto(address, timeout=PATIENCE_MS)
        page.locator(f"{SLIDER} .noUi-handle").first.wait_for(state="attached")
        star = page.frame_locator(MAP).first.locator(".symbol:has(svg[width='42'])")
        star.wait_for(state="attached")
        assert star.inner_text()
        assert "import coopgeo" not in page.locator("body").inner_text()
        if name.startswith("04"):
            before, after = moved(page)
            assert before != after
