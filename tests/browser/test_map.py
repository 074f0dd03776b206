"""The exported page in a real browser, with the network cut."""

import re
import shutil

import pytest
from conftest import ROOT, needs
from playwright.sync_api import sync_playwright

import coopgeo
from coopgeo.exports import export
from coopgeo.maps import folium_map, ground_map

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    needs(CHROMIUM is not None, "Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(outcome, tmp_path_factory):
    return export(outcome, tmp_path_factory.mktemp("map"))


@pytest.fixture
def opened(browser, folder):
    """The page, the requests that it tried and what the console said."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True, locale="fr-FR")
    page, requests, said = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / "carte.html").as_uri())
    page.wait_for_selector(".leaflet-overlay-pane path")
    yield page, requests, said
    context.close()


def shapes(page):
    return page.locator(".leaflet-overlay-pane path").count() + page.locator(".leaflet-marker-pane > *").count()


def test_nothing_is_fetched_and_nothing_fails(opened, folder):
    page, requests, said = opened
    page.wait_for_timeout(500)
    assert requests == [(folder / "carte.html").as_uri()]
    assert said == []


def test_every_layer_switches_off_and_on(opened):
    page, _, said = opened
    boxes = page.locator("#layers input[type=checkbox]")
    assert boxes.count() >= 12
    for at in range(boxes.count()):
        before, was_on = shapes(page), boxes.nth(at).is_checked()
        boxes.nth(at).click()
        after = shapes(page)
        assert (after < before) if was_on else (after > before), page.locator("#layers label").nth(at).inner_text()
        boxes.nth(at).click()
        assert shapes(page) == before
    assert said == []


def test_the_answer_can_be_read(opened, outcome):
    page, _, _ = opened
    assert outcome.platforms["name"].iloc[0] in page.locator("h1").inner_text()
    assert "minimum prouvé" in page.locator("header").inner_text()
    assert "atlas" in page.locator(".schematic").inner_text()
    assert "22 novembre 2026" in page.locator("header").inner_text()


def test_a_click_opens_the_card_of_the_platform(opened, outcome):
    page, _, said = opened
    page.get_by_role("button", name=outcome.platforms["name"].iloc[0], exact=True).first.click(force=True)
    assert outcome.platforms["commune"].iloc[0] in page.locator(".leaflet-popup .card").inner_text()
    assert said == []


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> `+alert(3)+` ${alert(4)} {{7*7}} {% x %} {# y #} \\"


def test_hostile_names_and_notes_do_no_harm(browser, study, tmp_path):
    chain = study.chain()
    site = chain.candidate_sites.index[0]
    spoilt = study.with_row("candidate_sites", site, name=HOSTILE, note=HOSTILE)
    spoilt = spoilt.with_row("customers", chain.served().index[0], name=HOSTILE).with_row("collection_points", chain.collection_points.index[0], name=HOSTILE)
    outcome = coopgeo.run(spoilt, required=[site], alternatives=1)
    page, alerts, said = browser.new_page(), [], []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((export(outcome, tmp_path) / "carte.html").as_uri())
    page.wait_for_selector(".symbol")
    symbols = page.locator(".symbol")
    for at in range(symbols.count()):
        symbols.nth(at).dispatch_event("mouseover")
    symbols.last.click(force=True)
    card = page.locator(".leaflet-popup .card").inner_text()
    assert card.count(HOSTILE) == 2
    assert HOSTILE in page.locator("h1").inner_text()
    assert alerts == []
    assert said == []
    page.close()


@pytest.mark.parametrize(("name", "width", "height"), [("desktop", 1440, 900), ("phone", 390, 844)])
def test_nothing_is_wider_than_the_screen(browser, folder, name, width, height):
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto((folder / "carte.html").as_uri())
    page.wait_for_selector(".leaflet-overlay-pane path")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pictures = ROOT / "exports" / "screenshots"
    pictures.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(pictures / f"{name}.png"))
    assert (pictures / f"{name}.png").stat().st_size > 20_000
    page.close()


@pytest.mark.parametrize("legend", [False, True])
def test_maps_of_notebooks_are_drawn_without_internet(browser, study, tmp_path, legend):
    """What geopandas draws on the ground map; only its legend asks for a script from elsewhere."""
    communes = study.territory[["population", "geometry"]]
    chart = communes.explore("population", m=ground_map(study, study.roads()), legend=legend)
    chart.get_root().save(tmp_path / "map.html")
    context = browser.new_context(offline=True)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector(".leaflet-overlay-pane path")
    assert page.locator(".leaflet-overlay-pane path").count() >= len(communes)
    elsewhere = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert all("d3" in url for url in elsewhere) if legend else elsewhere == []
    context.close()


def test_the_map_of_an_outcome_names_no_address(outcome):
    assert not re.findall(r'(?:src|href)="https?:', folium_map(outcome).get_root().render())
