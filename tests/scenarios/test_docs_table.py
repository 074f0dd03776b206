"""The table "what becomes of the answer" of the docs holds what a run of today says."""

import re

import pytest

from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared, compare
from coopgeo.words.scenarios import case_title
from tests.conftest import ROOT
from tests.wood_text import wood_text

PAGES = {"fr": "docs/fr/comparer-des-scenarios.md", "en": "docs/how-to/compare-scenarios.md"}


@pytest.fixture(scope="module")
def comparison(study):
    command = (ROOT / PAGES["fr"]).read_text(encoding="utf-8")
    asked = re.findall(r"--only ([a-z0-9-]+)", command.partition("## Ce que devient la réponse")[2])
    return compare(Prepared(study, Job()), {id: study.scenarios[id] for id in asked})


@pytest.mark.parametrize("lang", PAGES)
def test_each_row_is_what_its_case_says(comparison, lang):
    text, page = wood_text(lang), (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    rows = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and line.startswith("| "):
            rows[_plain(cells[0])] = [_plain(cell) for cell in cells[2:]]
    assert len(comparison.cases) == 13
    for case in comparison.cases:
        told = rows[_plain(case_title(case, text))]
        if case.outcome is None:
            assert told == ["–", "–"]
        else:
            year, price = case.outcome.objective.value_eur_year, case.outcome.cost.eur_per_unit
            assert told == [_plain(text.number(year)), _plain(text.number(price, 1))]


def _plain(words):
    return re.sub(r"\s", " ", words).replace("’", "'")
