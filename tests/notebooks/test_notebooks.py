"""Every notebook runs from its first cell to its last; all that its sliders and menus can be set to gives an answer."""

import re

import nbformat
import pytest
from conftest import PATIENCE_S, ROOT
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Calls what a notebook puts behind its controls once for every position of each of them: by hand, because a widget
# shows an error where a test does not see it.
SWEEP = """
def positions(control):
    if hasattr(control, "options"):
        return list(control._options_values)
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


def test_the_notebook_of_the_platform_writes_numbers_as_french_does():
    cells = nbformat.read(ROOT / "notebooks" / "04_plateforme.ipynb", as_version=4).cells
    assert not [found for cell in cells for found in re.findall(r"\{[^{}]*:,?\.\d[fe]\}", cell.source)]


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_answers_at_every_position_of_its_controls(folder, path):
    notebook = nbformat.read(path, as_version=4)
    controls = sum("@interact(" in cell.source for cell in notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP))
    NotebookClient(
        notebook, timeout=PATIENCE_S, startup_timeout=PATIENCE_S, resources={"metadata": {"path": folder / "notebooks"}}
    ).execute()
    said = "".join(output.text for output in notebook.cells[-1].outputs if output.output_type == "stream")
    answers, calls = (int(number) for number in said.splitlines()[-1].split())
    assert answers == controls
    assert calls >= 2 * controls
