"""The docs site builds without fault, its links hold, it loads nothing from the internet, its Python is true."""

import copy
import doctest
import os
import re
import subprocess
import sys
import textwrap
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from conftest import PATIENCE_S, ROOT

from coopgeo.study.schemas import TABLES

DOCS = ROOT / "docs"
FENCE = re.compile(r"^( *)```(python|pycon)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
NO_NETWORK = dict.fromkeys(
    ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"
)
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Parsed pages by path, built without network."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    env = os.environ | NO_NETWORK | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in folder.rglob("*.html")
        if path.name != "404.html"
    }


def test_every_page_of_the_folder_is_built(site):
    folder = os.path.commonpath(site)
    built = {path.relative_to(folder).with_suffix("").as_posix() for path in site}
    assert built == {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} | {
        "dictionary",
        "fr/dictionnaire",
        "outputs",
    }


def test_internal_links_and_anchors_hold(site):
    ids = {
        path: {tag["id"] for tag in page.find_all(id=True)}
        | {tag["name"] for tag in page.find_all("a", attrs={"name": True})}
        for path, page in site.items()
    }
    broken = []
    for path, page in site.items():
        for tag in page.find_all("a", href=True):
            link = urlsplit(tag["href"])
            if link.scheme or link.netloc:
                continue
            target = (path.parent / unquote(link.path)).resolve() if link.path else path
            if not target.is_file() or (link.fragment and unquote(link.fragment) not in ids.get(target, ())):
                broken.append((path.name, tag["href"]))
    assert broken == []


def test_french_pages_have_no_break_spaces_and_commands_none(site):
    french = [copy.copy(page.find("article")) for path, page in site.items() if path.parent.name == "fr"]
    assert len(french) > 8
    for page in french:
        for code in page.find_all("code"):
            assert "\u202f" not in code.extract().get_text()
        assert not re.search(r"\w [;:?!%€»](\s|$)|« ", page.get_text()), page.find("h1").get_text()


def test_nothing_is_loaded_from_the_internet(site):
    far = []
    for path, page in site.items():
        far += [
            (path.name, str(tag)[:200])
            for name, at in LOADED.items()
            for tag in page.find_all(name)
            if urlsplit(tag.get(at) or "").netloc
        ]
    assert far == []


@pytest.mark.parametrize("page", ["dictionary.html", "dictionnaire.html"])
@pytest.mark.parametrize("name", TABLES)
def test_the_dictionary_names_every_column(site, name, page):
    page = next(parsed for path, parsed in site.items() if path.name == page)
    heading = next(tag for tag in page.find_all("h3") if tag.get_text().startswith(name))
    rows = heading.find_next("table").find("tbody").find_all("tr")
    meanings = {row.find("td").get_text(): row.find_all("td")[-1].get_text() for row in rows}
    assert list(meanings) == list(TABLES[name].columns)
    assert all(meanings.values())


@pytest.mark.parametrize(
    "path",
    [
        DOCS / "tutorial.md",
        DOCS / "fr" / "cooperer-entre-intercommunalites.md",
        *sorted((DOCS / "how-to").glob("*.md")),
    ],
    ids=lambda path: path.stem,
)
def test_python_of_the_page_runs(path):
    run_page(path, {})


def test_the_library_page_runs_on_a_real_extract(shared):
    known = {"extract": shared / "bench" / "roads" / "andorra.osm.pbf"}
    run_page(DOCS / "library.md", known)
    assert known["who"].index.equals(known["villages"].index)
    assert set(known["who"]["facility"]) == set(known["depots"].index) == set(known["joined"]["facility"])
    assert known["lines"].geometry.length.min() > 0
    assert known["way"]["time_s"].sum() > 0


def run_page(path, known):
    """Blocks of a page run in order, with what those before left; what follows `>>>` must print what stands there."""
    text = path.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        code, line = textwrap.dedent(block[3]), text.count("\n", 0, block.start()) + 1
        if block[2] == "python":
            exec(compile("\n" * line + code, str(path), "exec"), known)
        else:
            test = doctest.DocTestParser().get_doctest(code, known, path.name, str(path), line)
            printed: list[str] = []
            doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(
                test, out=printed.append, clear_globs=False
            )
            assert "".join(printed) == ""
            known |= test.globs
