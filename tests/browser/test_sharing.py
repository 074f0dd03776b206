"""Who gains what on the page, in a real browser with the network cut."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM, PATIENCE_MS, needs
from playwright.sync_api import sync_playwright

import coopgeo
from coopgeo.cooperation import with_sharing
from coopgeo.maps import write_map
from tests.scenarios.small import small_study
from tests.wood_text import wood_text

pytestmark = pytest.mark.browser
SECTION = "section:has(#sharing)"
TABLE = "table.sharing"
SPILLT = """(width) => [...document.querySelectorAll('section:has(#sharing) :is(table, tbody th, td, li, svg, .panel)')]
    .filter((e) => e.getBoundingClientRect().right > width || e.scrollWidth > e.clientWidth + 1 && e.clientWidth)
    .map((e) => e.tagName + ' ' + e.textContent.slice(0, 40))"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    return coopgeo.run(small_study(tmp_path_factory.mktemp("small")), alternatives=1)


@pytest.fixture(scope="module")
def pages(outcome, tmp_path_factory):
    """The page with who gains what over draws, and without."""
    folder = tmp_path_factory.mktemp("pages")
    shared = with_sharing(outcome, "communes", draws=3, workers=1)
    for name, one in (("shared", shared), ("alone", outcome)):
        write_map(one, folder / f"{name}.html", wood_text("fr"))
    return folder


@pytest.fixture(scope="module")
def browser():
    needs(CHROMIUM is not None, "Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, pages):
    """Opens a page offline; what the console said must be nothing when the test ends."""
    contexts, said = [], []

    def opened(name="shared", *, width=1280, media="screen"):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((pages / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-drawn-ms]", state="attached")
        page.emulate_media(media=media)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (390, "screen"), (1054, "print")])
def test_who_gains_what_is_seen_and_fits(visit, width, media):
    page = visit(width=width, media=media)
    section = page.locator(SECTION)
    assert section.is_visible()
    assert page.locator(f"{TABLE} tbody tr").count() == 3
    assert page.evaluate(SPILLT, width) == []
    head = page.locator(f"{TABLE} thead")
    assert head.is_visible() == (width > 600)  # else each figure stands beside its name
    named = page.evaluate("getComputedStyle(document.querySelector('.sharing td.number'), '::before').content")
    assert named == ("none" if width > 600 else '"Seul (€/an)"')
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_table_says_what_each_pays(visit):
    page = visit()
    told = page.locator(SECTION).inner_text().replace("\u202f", " ").replace("\u00a0", " ")
    assert "Qui gagne quoi ?" in told
    assert "Partager fait gagner" in told
    row = page.locator(f"{TABLE} tbody tr").first.inner_text()
    assert re.search(r"Encamp\s", row)
    assert not re.search(r"\b(nan|inf|none)\b", told, re.IGNORECASE)
    bars = page.evaluate(
        "[...document.querySelectorAll('table.sharing rect')].map((e) => e.getBoundingClientRect().width)"
    )
    assert len(bars) == 6
    assert all(alone > together > 0 for alone, together in zip(bars[::2], bars[1::2], strict=True))
    marks = page.locator("table.sharing tbody tr").first.locator("line").count()
    assert 2 <= marks <= 6  # a mark for each rule, but where two of them say the same
    page.locator(f"{SECTION} summary").click()
    assert page.locator(f"{SECTION} details li").count() == 3
    assert "Encamp" in page.locator(f"{SECTION} details li").first.inner_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(visit, width):
    found = Axe().run(
        visit(width=width),
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    )
    assert found.violations_count == 0, found.generate_report()


def test_a_page_that_was_not_asked_says_nothing_of_it(visit):
    page = visit("alone")
    assert page.locator("#sharing").count() == 0
    assert "Qui gagne quoi" not in page.content()
