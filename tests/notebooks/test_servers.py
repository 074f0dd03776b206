"""Notebooks in the servers that planners use: JupyterLab and Voilà on loopback, opened in a real browser."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager

import pytest
from conftest import CHROMIUM, PATIENCE_MS, PATIENCE_S, needs
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
SLIDER = ".jupyter-widgets.widget-slider"
MAP = ".widget-html iframe"
# JupyterLab takes cells that are out of sight off the page while others run, and a key pressed in them is lost.
ALL_CELLS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


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
            server.wait(timeout=PATIENCE_S)


def _answering(address, server, log):
    root = "/".join(address.split("/")[:3])
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{root}/static/", timeout=PATIENCE_S)
        except urllib.error.HTTPError:
            return address  # it answers, if only to say that there is no such page
        except OSError:
            time.sleep(0.2)  # between two looks at a port that nobody listens to yet
        else:
            return address
    pytest.fail(f"no answer: {log.read_text()[-2000:]}")


@pytest.fixture
def page():
    needs(CHROMIUM is not None, "Chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        page = chromium.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        chromium.close()


def star(page):
    """The symbol of the proposed site, on the map of the first slider."""
    return page.frame_locator(MAP).first.locator(".symbol:has(svg[width='42'])")


def expect_the_slider_to_move_the_star(page):
    """One step of the first slider; the map that follows has its star at another site."""
    expect(star(page)).to_have_text(re.compile(r"\w"))
    site = star(page).inner_text()
    handle = page.locator(f"{SLIDER} .noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    expect(star(page)).to_have_text(re.compile(r"\w"))
    expect(star(page)).not_to_have_text(site)


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
    settings = folder / "jupyter_config_dir" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(ALL_CELLS))
    with served(command, folder, "lab/tree/notebooks/04_plateforme.ipynb") as address:
        page.goto(address)
        # Before the kernel has a name, JupyterLab drops "Run All Cells" without a word, though its indicator says idle.
        expect(page.locator(".jp-KernelName")).to_contain_text("Python")
        expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile(r"Python.*\| Idle"))
        page.get_by_role("menubar").get_by_text("Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(
            re.compile(r"\[\d+\]")
        )  # the last has run
        expect_the_slider_to_move_the_star(page)


@pytest.mark.parametrize("name", ["04_plateforme", "07_carte_pour_les_elus"])
def test_voila_shows_the_notebook_without_its_code(folder, page, name):
    with served(["voila", f"notebooks/{name}.ipynb", "--Voila.ip=127.0.0.1"], folder, "") as address:
        page.goto(address)
        page.locator(f"{SLIDER} .noUi-handle").first.wait_for(state="attached")
        expect(star(page)).to_have_text(re.compile(r"\w"))
        assert "import coopgeo" not in page.locator("body").inner_text()
        if name.startswith("04"):
            expect_the_slider_to_move_the_star(page)
