"""What is said of a chain of a plain material that is spoilt: what is wrong with it, once, in French too."""

import re

import pytest

from coopgeo.errors import InputError
from coopgeo.study import open_study
from coopgeo.text.messages import said

TEXTILE, ORGANIC = "chains/textile", "chains/organic"


def spoil(path, words, others):
    """Write other words in place of some that stand in a file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(words) == 1, words
    path.write_text(text.replace(words, others), encoding="utf-8")


def lines(folder, lang="fr"):
    """The faults of a study, with plain spaces and without the heading."""
    with pytest.raises(InputError) as error:
        open_study(folder)
    return [re.sub(r"[\u00a0\u202f]", " ", line).strip() for line in said(error.value, lang).splitlines()[1:]]


TOML = {
    "lacking": ('fr = "Textile"\n', "", "fr: expected this entry"),
    "unknown": ('flow = "push"', 'flow = "push"\ncolour = "red"', "an entry that is known"),
    "no TOML": ('unit = "t"', "unit = t", 'texts in quotes: name = "text"'),
    "no TOML, material spoilt": ('material = "plain"', "material = plain", 'texts in quotes: name = "text"'),
    "no TOML, material left out": ('material = "plain"\nflow = "push"', "flow = push", 'texts in quotes: name = "text"'),
    "of no material": ('material = "plain"', 'material = "textile"', 'found "textile"; expected one of wood, plain'),
    "nor a word": ('material = "plain"', "material = 3", "found 3; expected one of wood, plain"),
    "material left out": ('material = "plain"\nflow = "push"', 'flow = "pushes"', "expected one of pull, push"),
}


@pytest.mark.parametrize(("words", "others", "expected"), TOML.values(), ids=TOML.keys())
def test_one_fault_of_the_settings_brings_no_faults_of_tables(folder, words, others, expected):
    spoil(folder / TEXTILE / "chain.toml", words, others)
    (fault,) = lines(folder, "en")
    assert fault.startswith("chains/textile/chain.toml: ")
    assert expected in fault


def test_a_chain_whose_entries_are_of_a_plain_one_need_not_say_so(folder):
    spoil(folder / TEXTILE / "chain.toml", 'material = "plain"\n', "")
    assert open_study(folder).chain("textile").settings.pushes


def test_the_tables_of_a_plain_chain_are_checked_by_its_own_even_with_spoilt_settings(folder):
    spoil(folder / TEXTILE / "chain.toml", 'fr = "Textile"\n', "")
    spoil(folder / TEXTILE / "outlets.csv", "400,680,900,€/t", "400,beaucoup,900,€/t")
    assert ["beaucoup" in fault for fault in lines(folder)] == [False, True]


def test_a_workbook_of_a_material_that_is_none_has_one_fault(folder, tmp_path):
    path = write_workbook(open_study(folder), tmp_path / "study.xlsx", lang="fr")
    book = openpyxl.load_workbook(path)
    cells = {row[3].value: row[1] for sheet in book if sheet["B2"] for row in _settings_of(sheet, "push")}
    cells["material"].value = "textile"
    book.save(path)
    (fault,) = lines(path, "en")
    assert 'found "textile"; expected one of wood, plain' in fault


def _settings_of(sheet, flow):
    """The rows of a sheet of settings with such a flow."""
    rows = [row for row in sheet.iter_rows() if len(row) > 3]
    said_so = [row for row in rows if row[3].value == "flow" and row[1].value]
    return rows if said_so and flow in FLOWS[said_so[0][1].value] else []
