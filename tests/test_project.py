"""The project's own files agree with one another."""

import json
import re
import tomllib

import pytest
from conftest import ROOT


def names(requirements):
    return {
        re.split(r"[<>=~]", requirement)[0].lower(): requirement.split(";")[0].lower() for requirement in requirements
    }


def test_environment_yml_names_the_dependencies_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [
        r
        for name, extra in project["optional-dependencies"].items()
        if name != "bench"
        for r in extra
        if not r.startswith("coopgeo[")
    ]
    wanted = names([*project["dependencies"], *extras]) | {"python": f"python{project['requires-python']}"}
    listed = re.findall(
        r"^\s+- ([a-z][\w.-]*(?:[<>=][^\s;]+)?)(?:;.*)?$", (ROOT / "environment.yml").read_text(), re.MULTILINE
    )
    assert names(name for name in listed if name not in ("pip", "conda-forge")) == wanted


def test_the_lock_pins_every_dependency_and_names_no_registry():
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name in names(project["dependencies"]):
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), name
    assert "://" not in lock
    assert "--index" not in lock


def test_no_notebook_has_outputs():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert '"output_type"' not in path.read_text(), path.name


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_begin_with_their_question_and_have_short_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    first = "".join(cells[0]["source"])
    assert "**Question.**" in first
    assert "**Réponse attendue.**" in first
    assert max(len(cell["source"]) for cell in cells if cell["cell_type"] == "code") <= 15
    assert cells[-1]["source"][0].startswith("## Ce qu'il faut retenir")
