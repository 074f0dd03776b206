"""The exported page in a real browser, with the network cut."""

import csv
import io
import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM, PATIENCE_MS, ROOT, needs
from playwright.sync_api import sync_playwright

import coopgeo
from coopgeo.maps import ground_map, outcome_map, write_map
from coopgeo.maps.page import BACKGROUNDS
from coopgeo.plan.local_effects import commune_effects
from tests.wood_text import wood_text

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PICTURES = ROOT / "exports" / "screenshots"
READY = "html[data-drawn-ms]"
OPEN = "document.querySelectorAll('details').forEach((details) => { details.open = true })"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    needs(CHROMIUM is not None, "Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def maps(outcome, tmp_path_factory):
    """The page in each language."""
    folder = tmp_path_factory.mktemp("map")
    for lang in ("fr", "en"):
        write_map(outcome, folder / f"{lang}.html", wood_text(lang))
    return folder


@pytest.fixture
def visit(browser, maps):
    """Opens a page offline; what it asked for and what the console said must be nothing when the test ends."""
    contexts, asked, said = [], [], []

    def opened(path=maps / "fr.html", *, width=1440, height=900, ready=READY, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, locale="fr-FR", accept_downloads=True, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        page.wait_for_selector(ready, state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert said == []


def shapes(page):
    return page.locator(".leaflet-pane path").count() + page.locator(".leaflet-marker-pane > *").count()


def open_tables(page):
    """Opens every table and waits until each is built, which happens a moment after it opens."""
    page.evaluate(OPEN)
    page.wait_for_function(
        "[...document.querySelectorAll('#layer-tables details')].every((d) => d.querySelector('table'))"
    )


def test_nothing_is_fetched_and_the_policy_is_strict(visit):
    page = visit()
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_answer_can_be_read(visit, outcome):
    page = visit()
    near = len(outcome.near_best)
    assert f"{near} sites se valent" in page.locator("h1").inner_text()
    assert outcome.platforms["name"].iloc[0] in page.locator("header").inner_text()
    assert page.locator("tr.near").count() == near
    assert "Jusqu’où est-on sûr" in page.locator(".doubts").inner_text()
    assert "minimum prouvé" in page.locator("header").inner_text()
    assert "22 novembre 2026" in page.locator("header").inner_text()
    assert "atlas" in page.locator(".schematic").inner_text()
    assert 3 <= page.locator(".figures li").count() <= 5
    assert page.locator(".north").is_visible()
    assert page.locator(".leaflet-control-scale").is_visible()
    assert outcome.study.inputs_sha256[:12] in page.locator("footer").inner_text()


def test_every_layer_switches_off_and_on_and_its_legend_with_it(visit):
    page = visit()
    boxes = page.locator("#layers input[type=checkbox]")
    assert boxes.count() >= 10
    for at in range(boxes.count()):
        name, before, was_on = boxes.nth(at).get_attribute("name"), shapes(page), boxes.nth(at).is_checked()
        row = page.locator(f"#switch-{name}")
        entries = row.locator("ul li").count()
        boxes.nth(at).click()
        after = shapes(page)
        assert (after < before) if was_on else (after > before), name
        assert "off" in row.get_attribute("class") if was_on else "off" not in row.get_attribute("class").split()
        assert row.locator("ul li").count() <= entries if was_on else row.locator("ul li").count() >= entries
        boxes.nth(at).click()
        assert shapes(page) == before, name


def test_one_area_shows_at_a_time_with_its_legend(visit):
    page = visit()
    choices = page.locator("#layers select option").evaluate_all("options => options.map(option => option.value)")
    assert {"available", "forest", "catchments_landing", "bands_recycling_centre", ""} <= set(choices)
    for choice in choices:
        page.locator("#layers select").select_option(choice)
        legends = page.locator("#layers fieldset:has(select) ul li").count()
        assert (legends > 0) == (choice != ""), choice
        assert (
            page.locator(".leaflet-areas-pane path").count() >= legends > 0
            if choice
            else page.locator(".leaflet-areas-pane path").count() == 0
        )


def test_a_click_and_the_keyboard_open_the_card_of_the_platform(visit, outcome):
    page = visit()
    page.locator(".symbol:has(svg[width='42'])").click(force=True)
    assert outcome.platforms["commune"].iloc[0] in page.locator("#card").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    page.locator("#table-platforms summary").press("Enter")
    name = page.locator("#table-platforms tbody button")
    name.press("Enter")
    assert outcome.platforms["commune"].iloc[0] in page.locator("#card").inner_text()
    assert page.locator("#card .close").evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    assert page.locator("#card").is_hidden()
    assert name.evaluate("button => button === document.activeElement")


def test_hovering_over_a_commune_tells_what_changes_for_it(visit, outcome):
    page = visit()
    page.locator("#layers select").select_option("")
    page.locator("#layers input[name=roads]").uncheck()
    at = list(commune_effects(outcome)["name"]).index("Arelaune-en-Seine")
    page.locator(".leaflet-communes-pane path").nth(at).dispatch_event("mouseover")
    assert "Arelaune-en-Seine" in page.locator(".leaflet-tooltip").inner_text()


@pytest.mark.parametrize("typed", ["Rives-en-Seine", "rives en", "  RIVES EN SEINE "])
def test_ma_commune(visit, outcome, typed):
    page = visit()
    page.fill("#commune", typed)
    page.keyboard.press("Enter")
    card = page.locator("#card").inner_text()
    effects = commune_effects(outcome).set_index("name").loc["Rives-en-Seine"]
    assert "Rives-en-Seine" in card
    assert wood_text("fr").number(effects["population"]) in card
    assert effects["points"].split(", ")[0] in card


def test_a_commune_of_elsewhere_is_told_to_be_unknown(visit):
    page = visit()
    page.fill("#commune", "Marseille")
    page.keyboard.press("Enter")
    assert "Aucune commune" in page.locator("#found").inner_text()
    assert page.locator("#card").is_hidden()


def test_other_cases_change_the_story_the_map_and_the_tables(visit, outcome):
    page = visit()
    labels = page.locator(".cases label")
    assert labels.count() == 1 + len(outcome.what_ifs)
    kinds = [what_if.kind for what_if in outcome.what_ifs]
    assert set(kinds) == {"sites", "closed"}
    page.locator("#table-inbound summary").click()
    stories = {(page.locator("h1").inner_text(), page.locator("#table-inbound table").inner_text())}
    for at, what_if in enumerate(outcome.what_ifs, start=1):
        labels.nth(at).click()
        assert what_if.names[0] in page.locator("h1").inner_text()
        assert wood_text("fr").number(what_if.outcome.cost.eur_per_unit, 1) in page.locator(".cost .total").inner_text()
        site = what_if.outcome.platforms["name"].iloc[0]
        assert page.locator(".symbol svg[width='42']").locator("xpath=../..").inner_text() == site
        stories.add((page.locator("h1").inner_text(), page.locator("#table-inbound table").inner_text()))
    assert len(stories) == 1 + len(outcome.what_ifs)
    labels.nth(0).click()
    assert "sites se valent" in page.locator("h1").inner_text()


def test_every_layer_has_a_table_that_sorts_and_downloads(visit, outcome):
    page = visit()
    tables = page.locator("#layer-tables details")
    layers = page.evaluate("data.layers.map(({ id, rows }) => [id, rows.length])")
    assert tables.count() == len(layers)
    for name, rows in layers:
        page.locator(f"#table-{name} summary").click()
        page.locator(f"#table-{name} table").wait_for()
        assert page.locator(f"#table-{name} tbody tr").count() == rows
    box = page.locator("#table-customers")
    tonnes = list(
        page.evaluate("data.layers.find(({ id }) => id === 'customers').columns.map(({ name }) => name)")
    ).index("Tonnes/an")
    box.locator("thead button").nth(tonnes).click()
    assert box.locator("thead th").nth(tonnes).get_attribute("aria-sort") == "descending"
    largest = outcome.customers.sort_values("tonnes", ascending=False)["name"].iloc[0]
    assert box.locator("tbody th").first.inner_text() == largest
    with page.expect_download() as download:
        box.locator(".csv").click()
    lines = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [line[0] for line in lines[1:]] == list(outcome.customers["name"])
    assert float(lines[1][tonnes].replace(",", ".")) == pytest.approx(outcome.customers["tonnes"].iloc[0], abs=1e-3)
    box.locator("tbody th button").first.click()
    assert largest in page.locator("#card").inner_text()


STATES = {
    "first": "0",
    "tables": OPEN,
    "card": "openCard(layers.get('customers'), 0)",
    "closed": "[...document.querySelectorAll('input[name=case]')].at(-1).click()",
    "areas": "visible.add('catchments_landing'), visible.add('lorries'), show()",
}


@pytest.mark.parametrize(("lang", "width"), [("fr", 1440), ("fr", 390), ("en", 1920)])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit, maps, lang, width, state):
    page = visit(maps / f"{lang}.html", width=width)
    page.evaluate(STATES[state])
    if state == "tables":
        open_tables(page)
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(visit):
    page = visit()
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        at = page.evaluate(
            "document.activeElement.name || document.activeElement.id || document.activeElement.innerText || ''"
        )
        outline = page.evaluate(
            "getComputedStyle(document.activeElement.name === 'case' ? document.activeElement.nextElementSibling "
            ": document.activeElement).outlineStyle"
        )
        assert outline != "none", at
        reached.add(at)
    assert {"case", "commune", "Voir", "map", "platforms", "lorries", "areas", "Fond de carte en ligne"} <= reached
    assert any("Communes" in name for name in reached)


def test_those_who_want_no_motion_get_none(visit):
    page = visit(reduced_motion="reduce")
    assert page.evaluate("[map.options.zoomAnimation, map.options.fadeAnimation, map.options.inertia]") == [
        False,
        False,
        False,
    ]


def test_a_background_is_asked_for_only_on_request(browser, maps):
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    asked = []
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
    context.route(
        re.compile("^https?:"),
        lambda route: (asked.append(route.request.url), route.fulfill(body=pixel, content_type="image/png")),
    )
    page = context.new_page()
    page.goto((maps / "fr.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    assert asked == []
    page.locator(".background summary").click()
    for key, address in BACKGROUNDS.items():
        page.locator(f"input[name=background][value={key}]").check()
        page.wait_for_selector(".leaflet-tile-loaded", state="attached")
        page.wait_for_function("document.querySelectorAll('.leaflet-tile:not(.leaflet-tile-loaded)').length === 0")
        assert asked
        assert all(url.startswith(address.split("?")[0].split("{")[0]) for url in asked)
        assert "©" in page.locator(".leaflet-control-attribution").inner_text()
        page.locator("input[name=background][value=none]").check()
        assert page.locator(".leaflet-tile").count() == 0
        asked.clear()
    context.close()


HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script> `+alert(3)+` ${alert(4)} {{7*7}} {% x %} {# y #} \\ "
    "</template></style> =1+1 \u202eأهلا 🌲"
)


@pytest.fixture(scope="module")
def spoilt(study):
    """An outcome with hostile and very long names."""
    chain = study.chain()
    site, commune = chain.candidate_sites.index[0], study.territory.index[0]
    spoilt = study.with_row("candidate_sites", site, name=HOSTILE, note=HOSTILE).with_row(
        "candidate_sites", chain.candidate_sites.index[1], name="x" * 300
    )
    spoilt = spoilt.with_row("customers", chain.served().index[0], name=HOSTILE).with_row(
        "collection_points", chain.collection_points.index[0], name=HOSTILE
    )
    communes = spoilt.communes.copy()  # that of the study is everybody's
    communes.loc[commune, "name"] = HOSTILE
    spoilt = replace(spoilt, communes=communes)
    return coopgeo.run(spoilt, required=[site], alternatives=1, what_ifs=1)


def test_hostile_names_are_text_everywhere(visit, spoilt, tmp_path):
    write_map(spoilt, tmp_path / "hostile.html")
    page = visit(tmp_path / "hostile.html", width=1200)
    for at in range(page.locator(".symbol").count()):
        page.locator(".symbol").nth(at).dispatch_event("mouseover")
    open_tables(page)
    page.evaluate("openCard(layers.get('platforms'), 0)")
    assert page.locator("#card").inner_text().count(HOSTILE) == 2
    assert HOSTILE in page.locator("header").inner_text()
    assert HOSTILE in page.locator("#table-communes").inner_text()
    with page.expect_download() as download:
        page.locator("#table-platforms .csv").click()
    assert HOSTILE in next(
        csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()[1:], delimiter=";")
    )
    page.locator(".cases label").nth(1).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200


VIEWS = {
    "desktop": ("fr", 1440, 900),
    "phone": ("fr", 390, 844),
    "projector": ("fr", 1920, 1080),
    "english": ("en", 1440, 900),
}


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_is_wider_than_the_screen(visit, maps, name):
    lang, width, height = VIEWS[name]
    page = visit(maps / f"{lang}.html", width=width, height=height)
    open_tables(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = false })")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_the_print_has_the_figures_the_map_and_the_legend_on_one_sheet(visit, paper):
    page = visit()
    PICTURES.mkdir(parents=True, exist_ok=True)
    printed = page.pdf(path=str(PICTURES / f"{paper}.pdf"), format=paper, landscape=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    width, height = {"A4": (1054, 726), "A3": (1519, 1054)}[paper]  # px of 96 dpi inside margins of 9 mm
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    boxes = {name: page.locator(name).bounding_box() for name in (".figures", ".map", "aside")}
    assert all(box["y"] + box["height"] <= height for box in boxes.values()), boxes
    inner = page.evaluate(
        "[...document.querySelectorAll('aside li, aside label')].filter((e) => e.offsetParent)"
        ".map((e) => e.getBoundingClientRect().bottom)"
    )
    assert max(inner) <= boxes["aside"]["y"] + boxes["aside"]["height"]
    assert page.locator("#layers input").first.is_hidden()
    assert page.locator("#table-communes").is_hidden()


def test_told_apart_without_colours(visit):
    """Each class of each area, each flow and each kind of point has a pattern, a dash or a shape of its own."""
    page = visit(forced_colors="none")
    page.locator("#layers input[name=lorries]").check()
    for choice in ("available", "forest", "catchments_landing", "bands_recycling_centre"):
        page.locator("#layers select").select_option(choice)
        fills = page.locator(".leaflet-areas-pane path").evaluate_all(
            "paths => [...new Set(paths.map(path => path.getAttribute('fill')))]"
        )
        marks = page.evaluate(
            "fills => fills.map(fill => { const p = document.querySelector(fill.slice(4, -1)); "
            "return p.getAttribute('patternTransform') + p.getAttribute('width') + Boolean(p.querySelector('path')) })",
            fills,
        )
        assert len(set(marks)) == len(fills) > 1, choice
    dashes = page.locator("#switch-lorries svg path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('stroke-dasharray') + path.getAttribute('stroke-width'))"
    )
    assert len(set(dashes)) == len(dashes) == 5
    drawn = page.locator("#switch-collection_points svg g > *").evaluate_all(
        "shapes => shapes.map(shape => shape.outerHTML)"
    )
    assert len(set(drawn)) == len(drawn) == 4
    session = page.context.new_cdp_session(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for sight in ("deuteranopia", "achromatopsia"):
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
        page.screenshot(path=str(PICTURES / f"{sight}.png"))


def test_the_map_of_a_notebook_is_the_same_map_without_the_story(visit, outcome, tmp_path):
    (tmp_path / "cell.html").write_text(f"<!DOCTYPE html>{outcome_map(outcome)._repr_html_()}", encoding="utf-8")
    frame = visit(tmp_path / "cell.html", ready="iframe").frame_locator("iframe")
    frame.locator(READY).wait_for(state="attached")
    assert frame.locator(".leaflet-lines-pane path").count() > 10
    assert frame.locator("h1").count() == 0
    frame.locator(".cases label").nth(1).click()
    assert outcome.what_ifs[0].names[0] in frame.locator(".symbol svg[width='42']").locator("xpath=../..").inner_text()


@pytest.mark.parametrize("legend", [False, True])
def test_maps_of_notebooks_are_drawn_without_internet(browser, study, tmp_path, legend):
    """What geopandas draws on the ground map; only its legend asks for a script from elsewhere."""
    communes = study.territory[["population", "geometry"]]
    chart = communes.explore("population", m=ground_map(study, study.roads()), legend=legend)
    chart.get_root().save(tmp_path / "map.html")
    context = browser.new_context(offline=True)
    context.set_default_timeout(PATIENCE_MS)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector(".leaflet-overlay-pane path")
    assert page.locator(".leaflet-overlay-pane path").count() >= len(communes)
    elsewhere = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert all("d3" in url for url in elsewhere) if legend else elsewhere == []
    context.close()
