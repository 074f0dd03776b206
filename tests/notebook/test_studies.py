"""Which study a notebook reads, and where it writes."""

import shutil

import pytest
from conftest import ROOT

from coopgeo.errors import InputError
from coopgeo.notebook import studies


@pytest.fixture(autouse=True)
def _a_new_kernel(monkeypatch, tmp_path):
    """A notebook beside its studies, in a kernel that has chosen nothing yet."""
    studies._picker.cache_clear()
    for name in (studies.VARIABLE, "QUERY_STRING", "SERVER_SOFTWARE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")


@pytest.fixture
def project(tmp_path):
    """Two studies, and what looks like one where none is meant."""
    for name, called in (("data/raw", "Vallée"), ("essais/donnees", "Plateau"), (".venv/x", "caché")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "study.toml").write_text(f'name = "{called}"', encoding="utf-8")
    return tmp_path


def test_the_studies_beside_the_notebooks_are_found_that_of_the_project_first(project):
    assert studies.project() == project
    assert list(studies.study_folders(project)) == ["data/raw (Vallée)", "essais/donnees (Plateau)"]


def test_a_study_that_cannot_be_read_stands_in_the_list_by_its_folder(project):
    (project / "essais/donnees/study.toml").write_text("name = ", encoding="utf-8")
    assert "essais/donnees" in studies.study_folders(project)


def test_a_study_behind_a_link_is_found_and_a_link_that_goes_round_ends(project):
    (project / "lien").symlink_to(project / "essais")
    (project / "essais" / "rond").symlink_to(project / "essais")
    assert "lien/donnees (Plateau)" in studies.study_folders(project)


def test_without_any_study_the_shipped_one_is_read(tmp_path):
    assert list(studies.study_folders(tmp_path)) == ["étude livrée avec coopgeo"]
    studies.choose_study()
    assert len(studies.chosen_study().territory) == 50


@pytest.mark.parametrize("absolute", [True, False])
def test_the_variable_names_the_study(project, monkeypatch, absolute):
    named = project / "essais" / "donnees"
    monkeypatch.setenv(studies.VARIABLE, str(named) if absolute else "essais/donnees")
    found = studies.study_folders(project)
    assert next(iter(found.values())).resolve() == named
    assert len(found) == 2


def test_a_variable_that_names_no_study_is_an_error_of_the_study(project, monkeypatch):
    monkeypatch.setenv(studies.VARIABLE, "essais/rien")
    studies.choose_study()
    with pytest.raises(InputError, match="a study folder there"):
        studies.chosen_study()


def test_a_choice_outlives_the_cell_and_a_new_study_is_found(project):
    picker = studies._picker()
    studies.choose_study()
    picker.list.value = project / "essais" / "donnees"
    (project / "essais" / "autre").mkdir()
    (project / "essais" / "autre" / "study.toml").write_text('name = "Autre"', encoding="utf-8")
    studies.choose_study()
    assert picker.list.value == project / "essais" / "donnees"
    assert [label for label, _ in picker.list.options][1] == "essais/autre (Autre)"


def test_another_choice_says_what_to_run_again(project):
    shutil.rmtree(project / "data")
    shutil.copytree(ROOT / "data" / "raw", project / "data" / "raw")
    studies.choose_study()
    study, picker = studies.chosen_study(), studies._picker()
    assert study.folder == project / "data" / "raw"
    assert picker.note.value == ""
    picker.list.value = project / "essais" / "donnees"
    assert "relancez les cellules" in picker.note.value


def test_under_voila_the_address_names_the_study_and_links_lead_to_the_others(project, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    monkeypatch.setenv("QUERY_STRING", "dossier=essais/donnees%20(Plateau)")
    links = studies.choose_study().value
    assert studies._picker().list.value == project / "essais" / "donnees"
    assert "<strong>essais/donnees (Plateau)</strong>" in links
    assert 'href="?dossier=data/raw%20%28Vall%C3%A9e%29"' in links


def test_an_address_can_name_listed_studies_only(project, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "dossier=/etc")
    studies.choose_study()
    assert studies._picker().list.value == project / "data" / "raw"


def test_a_notebook_writes_beside_the_main_answer_never_over_it(project):
    studies.choose_study()
    studies._picker().opened = project / "essais" / "donnees"
    assert studies.answer_folder() == project / "exports" / "carnets" / "essais-donnees"
    assert studies.answer_folder(main=True) == project / "exports"
