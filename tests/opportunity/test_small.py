"""The opportunity study of a small study of one chain: its files, its page, its words, the command."""

import json
import re
from dataclasses import replace

import openpyxl
import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.errors import InputError
from coopgeo.exports.opportunity_files import FILES, FOLDER, PAGE, WORKBOOK, export_opportunity
from coopgeo.opportunity import study_chains
from coopgeo.text import LANGS, Text, catalogue
from coopgeo.words.opportunity import condition_text, reason_text, side_by_side


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_study_gives_the_same_bytes_and_leaves_what_others_put_there(small, small_folder, tmp_path, lang):
    (tmp_path / "one" / FOLDER).mkdir(parents=True)
    (tmp_path / "one" / FOLDER / "mine.txt").write_text("mine", encoding="utf-8")
    first = export_opportunity(small, tmp_path / "one", lang=lang)
    again = export_opportunity(study_chains(coopgeo.open_study(small_folder)), tmp_path / "two", lang=lang)
    assert {path.name for path in first.iterdir()} == {*FILES, "mine.txt"}
    for name in FILES:
        assert (first / name).read_bytes() == (again / name).read_bytes(), name


def test_nothing_is_written_where_a_file_cannot_be_made(small, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError

    monkeypatch.setattr("coopgeo.exports.opportunity_files.write_sheets", fails)
    with pytest.raises(OSError, match=FOLDER):
        export_opportunity(small, tmp_path)
    assert not (tmp_path / FOLDER).exists()


@pytest.fixture(scope="module")
def page(small, tmp_path_factory):
    folder = export_opportunity(small, tmp_path_factory.mktemp("page"))
    return BeautifulSoup((folder / PAGE).read_text(encoding="utf-8"), "html.parser")


def test_the_page_fetches_nothing_and_runs_nothing(page):
    assert not page.find_all(["script", "link", "iframe", "img", "object"])
    addresses = [tag[name] for tag in page.find_all(True) for name in ("src", "href") if tag.get(name)]
    assert all(address.startswith("#") for address in addresses)
    assert "url(" not in "".join(style.string for style in page.find_all("style") if style.string).replace("url(#", "")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "http" not in policy


def test_each_reason_of_the_page_cites_its_figure_and_its_threshold(page, small):
    text = Text("fr")
    shown = [item.get_text() for item in page.select(".reasons li")]
    (chain,) = small.chains
    assert shown == [reason_text(reason, chain, text) for reason in chain.verdict.reasons]
    assert all(len(re.findall(r"\d[\d\u202f\u00a0,]*", words)) >= 2 for words in shown)
    assert [item.get_text() for item in page.select(".must li")] == [
        condition_text(condition, chain, text) for condition in chain.conditions
    ]


def test_hostile_names_are_text(page):
    assert "Bosc <SA>" in page.get_text()
    assert page.find("sa") is None


def test_what_the_territory_puts_in_stands_beside_the_cost_and_not_in_it(page, small):
    (chain,) = small.chains
    assert chain.coordination_eur_year == 4000
    row = page.select_one(".row-support").get_text(" ")
    assert "4\u202f000" in row
    plain = coopgeo.run(chain.outcome.study, alternatives=0)
    assert chain.outcome.cost.paid_eur_year == pytest.approx(plain.cost.paid_eur_year)


def test_a_missing_role_stands_in_the_matrix_and_among_the_reasons(page, small):
    assert "Vacant : Transporteur" in page.select_one(".matrix .missing").get_text().replace("\u00a0", " ")
    (chain,) = small.chains
    (reason,) = [one for one in chain.verdict.reasons if one.rule == "roles_missing"]
    assert (reason.figure, reason.facts["roles"], reason.answer) == (1, 2, "wait")
    assert chain.verdict.answer == "wait"


def test_the_workbook_has_every_sheet_in_words(small, tmp_path):
    folder = export_opportunity(small, tmp_path, lang="en")
    book = openpyxl.load_workbook(folder / WORKBOOK)
    assert len(book.sheetnames) == 9
    words = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert any("Haulier" in word for word in words)
    assert not words & {"nan", "None", "assumed_", "wood-energy"}


def test_the_figures_for_programs_are_those_of_the_study(small, tmp_path):
    folder = export_opportunity(small, tmp_path)
    found = json.loads((folder / "opportunite.json").read_text(encoding="utf-8"))
    (chain,), (told,) = small.chains, found["chains"]
    assert told["verdict"] == chain.verdict.answer
    assert [one["rule"] for one in told["reasons"]] == [one.rule for one in chain.verdict.reasons]
    assert told["answer"]["eur_year"] == chain.outcome.cost.paid_eur_year
    assert {cell["state"] for cell in found["actors"]} >= {"filled", "gap", "empty"}


def test_draws_tell_the_range_of_the_cost(small_folder):
    (chain,) = study_chains(coopgeo.open_study(small_folder), draws=60, seed=2).chains
    known = chain.outcome.confidence
    assert chain.gaps.drawn
    assert chain.gaps.cost.high >= known.eur_per_unit["p95"]
    assert chain.gaps.cost.low <= known.eur_per_unit["p5"]
    assert all(one.effect >= 0.05 for one in chain.gaps.deciding)


def test_a_study_without_jobs_to_hold_against_has_no_such_row(small):
    text = Text("en")
    assert "created" in {row.key for row in side_by_side(small, text)}
    assert "created" not in {row.key for row in side_by_side(replace(small, jobs_created=None), text)}
    assert "40" not in {
        word for row in side_by_side(replace(small, jobs_created=None), text) for word in row.title.split()
    }


def test_what_is_no_study_is_refused():
    with pytest.raises(InputError):
        study_chains("data/raw")


def test_the_command_writes_the_files_and_says_why(small_folder, tmp_path):
    done = CliRunner().invoke(
        app, ["opportunity", "--study", str(small_folder), "--out", str(tmp_path), "--lang", "en"]
    )
    assert done.exit_code == 0, done.output
    assert "Wood energy: wait" in done.output
    assert "threshold" in done.output
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == set(FILES)


@pytest.mark.parametrize("lang", LANGS)
def test_words_of_every_chain_name_no_wood(lang):
    wood = re.compile(r"\b(bois|wood|chips?|plaquettes?|chaufferies?|boilers?|MWh|forêts?|forest)\b", re.IGNORECASE)
    said = {key: words for key, words in catalogue(lang).items() if key.startswith(("opportunity.", "actors."))}
    assert len(said) > 150
    assert not {key: words for key, words in said.items() if wood.search(words)}
