"""The note for officials: two pages, the answer in them, nothing that a name can break, the same bytes each time."""

import pypdf
import pytest
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.cooperation import with_sharing
from coopgeo.exports.note import NOTE, write_brief
from coopgeo.maps.still import drawable, map_files
from coopgeo.words.heat import heat_rows
from tests.wood_text import wood_text

FILES = {NOTE, *map_files(wood_text("fr"))}


@pytest.fixture(scope="module")
def folder(outcome, tmp_path_factory):
    return write_brief(outcome, tmp_path_factory.mktemp("brief"))


def words(path):
    """The text of each page, in one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


def test_two_pages_tell_the_answer_and_what_is_assumed(folder, outcome):
    assert {path.name for path in folder.iterdir()} == FILES
    first, second = words(folder / NOTE)
    assert outcome.platforms["name"].iloc[0] in first
    assert "minimum prouvé" in first
    assert wood_text("fr").number(outcome.cost.eur_per_unit, 1) in first
    assert "sites se valent" in first
    assert "Jusqu’où est-on sûr" in first
    assert "N’est pas compté" in first
    assert "schématique" in second
    assert "Ce qui est supposé" in second
    assert (first + second).count("des lignes des tableaux sont des hypothèses") == 1
    assert outcome.study.inputs_sha256[:12] in second
    assert wood_text("fr").significant(outcome.cost.paid_eur_year, 3).replace("\u202f", " ") in second
    assert "Bois et autres énergies" in second
    for fuel in heat_rows(outcome, wood_text("fr")):
        assert [words for words in fuel.values() if words not in second] == []
    assert outcome.chain.candidate_sites["name"][outcome.alternatives[0].sites[0]] in second


def test_who_gains_what_is_a_third_page(outcome, tmp_path):
    shared = with_sharing(outcome, "epci", outside_eur_unit=32.0, workers=1)
    _, _, third = words(write_brief(shared, tmp_path) / NOTE)
    assert "Qui gagne quoi" in third
    for name in shared.sharing.game.players.names.values():
        assert name in third
    assert "Nucléole" in third
    assert "Le plan de cette page, où la filière sert tout le monde" in third


def test_the_note_is_made_for_screen_readers(folder):
    reader = pypdf.PdfReader(folder / NOTE)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert reader.metadata.title.startswith("Où placer la plateforme")
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_the_same_input_gives_the_same_bytes(folder, outcome, tmp_path):
    again = write_brief(outcome, tmp_path)
    for name in FILES:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


NAMES = [
    "<script>alert(1)</script> $x^2$ #pagebreak() *b* _i_ \\ @ref [a](b) {{7*7}}",
    "x" * 300,
    "=1+1 \u202eأهلا وسهلا 🌲🚚",
    "$" * 9 + "\\frac{",
]


def test_hostile_names_are_text_and_keep_the_two_pages(study, tmp_path):
    chain = study.chain()
    spoilt = study.with_row("candidate_sites", chain.candidate_sites.index[0], name=NAMES[0])
    spoilt = spoilt.with_row("candidate_sites", chain.candidate_sites.index[1], name=NAMES[1]).with_row(
        "customers", chain.served().index[0], name=NAMES[2]
    )
    spoilt = spoilt.with_row("candidate_sites", chain.candidate_sites.index[2], name=NAMES[3])
    outcome = coopgeo.run(spoilt, required=[chain.candidate_sites.index[0]], alternatives=3)
    pages = words(write_brief(outcome, tmp_path) / NOTE)
    assert len(pages) == 2
    assert NAMES[0].split()[0] in pages[0]
    assert "#pagebreak()" in pages[0]
    assert "coopgeo" in pages[1]


def test_english_and_two_platforms(study, tmp_path):
    outcome = coopgeo.run(study, platforms=2, alternatives=0)
    first, second = words(write_brief(outcome, tmp_path, lang="en") / NOTE)
    assert "Key figures" in first
    assert all(name in first for name in outcome.platforms["name"])
    assert "The other sites" in second


def test_the_command_writes_the_note(tmp_path):
    done = CliRunner().invoke(app, ["brief", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "wood-energy").iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["wood-energy"]


def test_names_on_maps_have_only_letters_that_the_font_has():
    assert drawable("Forêt 🌲") == "Forêt □"
    assert len(drawable("x" * 300)) == 42
