"""The project's own files agree with one another."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions

import pytest
from conftest import ROOT

import coopgeo


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
    named = names([*project["dependencies"], *extras]) | {"python": f"python{project['requires-python']}"}
    listed = re.findall(
        r"^\s+- ([a-z][\w.-]*(?:[<>=][^\s;]+)?)(?:;.*)?$", (ROOT / "environment.yml").read_text(), re.MULTILINE
    )
    assert names(name for name in listed if name not in ("pip", "conda-forge")) == named


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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_wheel_carries_the_study_of_the_project(wheel):
    raw, place = ROOT / "data" / "raw", "coopgeo/shipped_study/"
    shipped = {name.removeprefix(place): content for name, content in wheel.items() if name.startswith(place)}
    assert shipped == {path.relative_to(raw).as_posix(): path.read_bytes() for path in raw.rglob("*") if path.is_file()}


def test_the_wheel_carries_its_types_texts_and_licence(wheel):
    assert {"coopgeo/py.typed", "coopgeo/__init__.pyi", "coopgeo/text/fr.toml", "coopgeo/exports/note.typ"} <= set(
        wheel
    )
    assert {"coopgeo/text/wood/fr.toml", "coopgeo/study/templates/textile/chain.toml"} <= set(wheel)
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert not any(name.startswith(("tests", "data", "benchmarks")) for name in wheel)


def test_an_installed_wheel_reads_the_study_that_it_carries(wheel, tmp_path):
    for name, content in wheel.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    code = "import coopgeo; study = coopgeo.open_study(); print(study.folder); print(study.inputs_sha256)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, digest = done.stdout.splitlines()
    assert folder == str(tmp_path / "site" / "coopgeo" / "shipped_study")
    assert digest == coopgeo.open_study(ROOT / "data" / "raw").inputs_sha256


SITING_ALONE = """
import sys

class Barrier:
    def find_spec(self, name, path=None, target=None):
        if path is None and name in BLOCKED:
            raise ModuleNotFoundError(f"{name} is not there", name=name)

sys.meta_path.insert(0, Barrier())
from coopgeo import siting
assert siting.p_median([[0, 2], [3, 1]], 1).value == 3
assert siting.facility_location([[0, 1]], [1], [1, 1], capacity=[1, 1]).value == 1
"""


def test_siting_works_with_the_packages_of_its_group_alone():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    allowed = {*names(groups["siting"]), "coopgeo", "llvmlite"}  # numba asks for llvmlite
    blocked = {top for top, packages in packages_distributions().items() if not allowed.issuperset(packages)}
    assert {"pandas", "geopandas", "rich"} <= blocked
    code = SITING_ALONE.replace("BLOCKED", repr(blocked))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_group_of_siting_asks_what_the_project_asks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["dependency-groups"]["siting"]) <= set(project["project"]["dependencies"])


def test_the_citation_names_the_version_and_licence_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {project['version']}\n" in citation
    assert f"license: {project['license']}\n" in citation


WOOD = re.compile(r"\bwood\b|\bWood[A-Z(]|boiler|moisture|\bchips\b")
OF_WOOD = re.compile(r"/wood/|/wood_[a-z]+[.]py$")
TELL_MATERIALS_APART = {  # or show one in an example
    "chain/__init__.py",
    "chain/materials.py",
    "study/chain_models.py",
    "study/chain_settings.py",
    "study/consistency.py",
    "study/new_chain.py",
    "study/plausible.py",
    "study/schemas.py",
    "study/study.py",
    "study/texts.py",
    "terminal/new_chain.py",
}


def test_wood_stands_in_its_own_modules_and_where_materials_are_told_apart():
    package = ROOT / "coopgeo"
    files = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    named = {name for name, words in files.items() if WOOD.search(words)}
    assert {name for name in named if not OF_WOOD.search(f"/{name}")} == TELL_MATERIALS_APART
