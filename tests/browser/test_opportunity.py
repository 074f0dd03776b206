"""The page of the opportunity study in a real browser, with the network cut."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM, PATIENCE_MS, needs
from playwright.sync_api import sync_playwright

import coopgeo
from coopgeo.exports.opportunity_files import PAGE, export_opportunity
from coopgeo.opportunity import study_chains
from tests.opportunity.conftest import small_folder as made  # noqa: F401 a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(made, tmp_path_factory):  # noqa: F811
    found = study_chains(coopgeo.open_study(made))
    return export_opportunity(found, tmp_path_factory.mktemp("page")) / PAGE


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_opens_offline_without_a_fault_and_fits(page_file, width):
    needs(CHROMIUM is not None, "Chromium")
    asked, said = [], []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        assert page.locator(".verdict").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = [one["id"] for one in Axe().run(page).response["violations"]]
        chromium.close()
    assert asked == [page_file.as_uri()]
    assert not said
    assert not violations
