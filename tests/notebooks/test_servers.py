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
from conftest import CHROMIUM, PATIENCE_MS, PATIENCE_S, ROOT, needs
from playwright.sync_api import expect, sync_playwright

from .conftest import copy_of_notebooks, each_notebook

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
JUPYTER = str(ROOT / "notebooks" / ".jupyter")  # as `make lab` and `make show` name it
SLIDER = ".jupyter-widgets"
MAP = ".widget-html iframe"
# JupyterLab takes cells that are out of sight off the page while others run, and a key pressed in them is lost.
ALL_CELLS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
# A kernel that goes on after its page is closed takes half a gigabyte; JupyterLab keeps it until it is told.
END_KERNELS = """async () => {
    const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
    for (const session of await (await fetch("/api/sessions")).json())
        await fetch(`/api/sessions/${session.id}`, {method: "DELETE", headers: {"X-XSRFToken": token}});
}"""


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command, folder):
    """A server on loopback, ended with the block; yields its address once it answers."""
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
            env={**os.environ, **places, "JUPYTER_CONFIG_PATH": JUPYTER, "JUPYTER_PATH": JUPYTER},
            stdout=said,
            stderr=said,
        )
        try:
            yield _answering(f"http://127.0.0.1:{port}", server, log)
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)


def _answering(address, server, log):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/static/", timeout=PATIENCE_S)
        except urllib.error.HTTPError:
            return address  # it answers, if only to say that there is no such page
        except OSError:
            time.sleep(0.2)  # between two looks at a port that nobody listens to yet
        else:
            return address
    pytest.fail(f"no answer: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab for all tests."""
    folder = copy_of_notebooks(tmp_path_factory.mktemp("lab"))
    settings = folder / "jupyter_config_dir" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(ALL_CELLS))
    command = ["jupyterlab", "--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token=", "--ServerApp.password="]
    with served(command, folder) as address:
        yield address


@pytest.fixture(scope="module")
def voila(tmp_path_factory):
    """The address of a Voilà of all notebooks."""
    folder = copy_of_notebooks(tmp_path_factory.mktemp("voila"))
    with served(["voila", "notebooks", "--Voila.ip=127.0.0.1"], folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    needs(CHROMIUM is not None, "Chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that reaches 127.0.0.1 only; what it asks elsewhere, and its errors, are kept in `asked` and `errors`."""
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.asked, page.errors = [], []

    def guard(route):
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            page.asked.append(route.request.url)
            route.abort()

    page.route("**/*", guard)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda line: page.errors.append(line.text) if is_error(line) else None)
    page.on("response", lambda answer: page.errors.append(answer.url) if is_lacking(answer) else None)
    yield page
    page.close()


def is_error(line):
    return line.type == "error" and not line.text.startswith("Failed to load resource")  # see is_lacking


def is_lacking(answer):
    """A file that is not there; the server's own questions may fail while a kernel starts, and are asked again."""
    return answer.status >= 400 and "/api/" not in answer.url


def expect_whole(page, path):
    """All maps of a notebook are there, each with its legend; nothing was asked elsewhere, nothing failed."""
    source = path.read_text(encoding="utf-8")
    drawn = len(re.findall(r"\b(?:shaded_map|shares_map|areas_map|roads_map)\(", source))
    whole = len(re.findall(r"\boutcome_map\(", source))
    expect(page.locator("iframe")).to_have_count(drawn + whole)
    for at in range(drawn + whole):
        chart = page.frame_locator("iframe").nth(at)
        expect(chart.locator(".legend:visible").first).to_be_visible()  # a layer of one symbol has an empty one
    for frame in [frame for frame in page.frames[1:] if frame.locator("div[role=note].legend").count()]:
        # Within the frame, at one moment: outside it, outputs that still come move everything.
        height, below, ends = frame.evaluate(
            """() => {
                const [legend, chart] = [".legend", ".leaflet-container"].map(
                    (name) => document.querySelector(name).getBoundingClientRect());
                return [legend.height, legend.bottom, chart.bottom];
            }"""
        )
        assert height > 40
        assert below <= ends
        assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") == 0  # nothing under the map
    assert page.asked == []
    assert page.errors == []


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


def expect_the_boxes_to_choose_partners(page):
    """A partner that is no longer ticked is no longer counted, and has no row."""
    expect(page.get_by_text("Ensemble (9 communes)").first).to_be_visible()
    expect(page.get_by_role("cell", name="Jumièges").first).to_be_visible()
    page.get_by_label("Jumièges").uncheck()
    expect(page.get_by_text("Ensemble (8 communes)").first).to_be_visible()
    expect(page.get_by_role("cell", name="Jumièges", exact=True)).to_have_count(0)


@each_notebook
def test_a_notebook_in_a_french_jupyterlab_without_network(lab, page, path):
    page.goto(f"{lab}/lab/tree/notebooks/{path.name}?reset")  # without the notebook that was open before
    # Before the kernel has a name, JupyterLab drops the command without a word, though its indicator says idle.
    expect(page.locator(".jp-KernelName")).to_contain_text("Python")
    expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile(r"Python.*\| Inactif"))
    page.get_by_role("menubar").get_by_text("Exécution", exact=True).click()
    page.locator("#jp-mainmenu-run").get_by_text("Exécuter toutes les cellules", exact=True).click()
    expect_whole(page, path)
    assert page.locator(".Toastify__toast").count() == 0
    if path.stem.startswith("04"):
        expect_the_slider_to_move_the_star(page)
    page.evaluate(END_KERNELS)


@each_notebook
def test_voila_shows_the_notebook_without_its_code_and_without_network(voila, page, path):
    page.goto(f"{voila}/voila/render/{path.name}")
    expect_whole(page, path)
    expect(page.locator(".voila-skeleton-container")).to_have_count(0)  # every cell has run
    assert "import coopgeo" not in page.locator("body").inner_text()
    if path.stem.startswith("04"):
        expect_the_slider_to_move_the_star(page)
    if path.stem.startswith("07"):
        expect_the_boxes_to_choose_partners(page)
    page.goto("about:blank")  # which ends its kernel


def test_voila_shows_the_question_before_it_has_the_answer(folder, page):
    """The text of a notebook stands there while its first cell computes without end."""
    path = folder / "notebooks" / "01_territoire.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = ["while True:\n", "    pass"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with served(["voila", f"notebooks/{path.name}", "--Voila.ip=127.0.0.1"], folder) as address:
        page.goto(address, wait_until="commit")  # it has loaded when all is computed
        expect(page.get_by_text("que vaut un pont ?")).to_be_visible()
