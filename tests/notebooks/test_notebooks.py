"""Every notebook runs from its first cell to its last; all that its sliders and menus can be set to gives an answer."""

import re
import shutil

import nbformat
import pytest
from conftest import PATIENCE_S, ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from .conftest import NOTEBOOKS, each_notebook

DEMANDS_BEYOND_THE_WOOD = 5  # positions from 130 to 150 % of the demand
# Calls what a notebook puts behind its controls once for every position of each of them: by hand, because a widget
# shows an error where a test does not see it.
SWEEP = """
def positions(control):
    if hasattr(control, "options"):
        return list(control._options_values)
    if isinstance(control.value, bool):
        return [False, True]
    steps = int((control.max - control.min) / control.step + 1e-9)
    return [round(control.min + step * control.step, 7) for step in range(steps + 1)]


answers = [thing for thing in list(globals().values()) if hasattr(getattr(thing, "widget", None), "kwargs_widgets")]
calls = [
    answer(**{**answer.widget.kwargs, control._kwarg: value})
    for answer in answers
    for control in answer.widget.kwargs_widgets
    for value in positions(control)
]
print()
print(len(answers), len(calls))
"""


def test_there_are_notebooks():
    assert NOTEBOOKS


@each_notebook
def test_notebooks_leave_numbers_and_tables_to_what_writes_french(path):
    """No number formats, rounding of frames or English codes of their own; `carnet.table` and `Text` do that."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert not [found for cell in cells for found in re.findall(r"\{[^{}]*:,?\.\d[fe%]\}|\.to_frame\(|print\(", cell)]


@each_notebook
def test_notebooks_begin_with_the_list_of_studies_and_name_none(path):
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert "carnet.choose_study()" in cells[0]
    assert "study = " in cells[1]
    assert "carnet.chosen_study()" in cells[1]
    assert "data/raw" not in "".join(cells)


@pytest.mark.notebook
@each_notebook
def test_notebook_runs_and_answers_at_every_position_of_its_controls(folder, path):
    main = folder / "exports" / "wood-energy" / "carte.html"
    main.parent.mkdir(parents=True)
    main.write_text("the main answer")
    notebook = nbformat.read(path, as_version=4)
    controls = sum("@carnet.interact(" in cell.source for cell in notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP))
    NotebookClient(
        notebook, timeout=PATIENCE_S, startup_timeout=PATIENCE_S, resources={"metadata": {"path": folder / "notebooks"}}
    ).execute()
    said = "".join(output.text for output in notebook.cells[-1].outputs if output.output_type == "stream")
    answers, calls = (int(number) for number in said.splitlines()[-1].split())
    assert answers == controls
    assert calls >= 2 * controls
    refused = [words for words in shown(notebook.cells[-1:]) if 'role="alert"' in words]
    assert len(refused) == (DEMANDS_BEYOND_THE_WOOD if path.stem.startswith(("04", "05")) else 0)
    written = " ".join(shown(notebook.cells))
    assert 'role="alert"' not in " ".join(shown(notebook.cells[:-1]))
    assert not re.search(r">\s*(nan|NaN|None|assumed|attested|computed|p3500)\s*<", written)
    assert not re.search(r"https?://(?!www\.w3\.org)[^\s\"'<>]+\.(js|css)\b", written)
    assert main.read_text() == "the main answer"  # what a notebook writes stands elsewhere
    if path.stem.startswith("08"):
        own = folder / "exports" / "carnets" / "data-raw" / "wood-energy" / "carte.html"
        assert own.stat().st_size > 100_000


@pytest.mark.notebook
def test_a_fault_of_the_study_is_said_in_french_and_stops_the_notebook(folder, monkeypatch):
    study = folder / "essais"
    shutil.copytree(ROOT / "data" / "raw", study)
    table = study / "chains" / "wood-energy" / "customers.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",450,4000,", ",45O,4000,"), encoding="utf-8")
    monkeypatch.setenv("COOPGEO_STUDY", str(study))
    notebook = nbformat.read(folder / "notebooks" / "01_territoire.ipynb", as_version=4)
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, timeout=PATIENCE_S, resources={"metadata": {"path": folder / "notebooks"}}).execute()
    (words,) = [words for words in shown(notebook.cells) if 'role="alert"' in words]
    assert "customers.csv" in words
    assert "45O" in words
    assert "attendu" in words
    assert not [
        output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "error"
    ]


def shown(cells):
    """What cells show as HTML."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
