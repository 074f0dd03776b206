"""The periods of a chain and the year in which a customer comes: read, checked, kept by the workbook."""

import re
import shutil

import pytest
from conftest import ROOT

from coopgeo.errors import InputError
from coopgeo.study import open_study, write_workbook

CHAIN = "chains/wood-energy"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")


def rewrite(folder, pattern, replacement):
    path = folder / CHAIN / "chain.toml"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, flags=re.DOTALL)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def test_a_chain_may_do_without_periods(folder):
    rewrite(folder, r"\[phases\].*?(?=\[products)", "")
    rewrite(folder, r"\[parameters.kept_share\].*?(?=\[parameters.subsidy_share)", "")
    settings = open_study(folder).chain().settings
    assert settings.phases is None
    assert settings.parameters.kept_share is None


@pytest.mark.parametrize(
    ("pattern", "replacement", "words"),
    [
        (r"begins = \[2027, 2030", "begins = [2030, 2027", "begins, then until, in rising order, found 2030, 2027"),
        (r"begins = \[2027, 2030, 2034\]", "begins = []", "phases.begins"),
        (r"begins = \[2027", "begins = [3", "phases.begins"),
        (r"until = 2042", "until = 2034", "in rising order"),
        (r"until = 2042", 'until = "later"', "phases.until"),
        (r"until = 2042 ", "years = 3 ", "phases.until"),
        (r'(until = [^\n]*\nsource = )"planning-hypothesis"', r'\1"hearsay"', "phases.source: found .hearsay."),
    ],
)
def test_faults_of_the_periods_are_told(folder, pattern, replacement, words):
    rewrite(folder, pattern, replacement)
    with pytest.raises(InputError, match=words):
        open_study(folder)


@pytest.mark.parametrize(("year", "words"), [("2030.5", "a whole number"), ("30", "1990 or more"), ("soon", "number")])
def test_the_year_of_a_customer_is_checked(folder, year, words):
    path = folder / CHAIN / "customers.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("served,2030,", f"served,{year},", 1), encoding="utf-8")
    with pytest.raises(InputError, match=rf"from_year: found .*{words}"):
        open_study(folder)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_workbook_keeps_periods_or_their_absence(folder, tmp_path, lang):
    there = open_study(write_workbook(open_study(folder), tmp_path / "with.xlsx", lang=lang)).chain()
    assert there.settings.phases == open_study(folder).chain().settings.phases
    assert there.customers["from_year"].value_counts().to_dict() == {2030: 5, 2034: 5}
    rewrite(folder, r"\[phases\].*?(?=\[products)", "")
    absent = open_study(write_workbook(open_study(folder), tmp_path / "without.xlsx", lang=lang))
    assert absent.chain().settings.phases is None
