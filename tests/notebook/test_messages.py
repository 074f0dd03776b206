"""Errors in a notebook: one block in French, no traceback."""

import nbformat
import pytest
from conftest import PATIENCE_S, ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from coopgeo.errors import InputError, Message
from coopgeo.notebook.messages import error_block


def executed(*cells):
    """The outputs of the cells of a notebook, each run even if the one before it fails."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=PATIENCE_S, resources={"metadata": {"path": ROOT}})
    failed = []
    with client.setup_kernel():
        for at, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, at)
            except CellExecutionError:
                failed.append(at)
    return [cell.outputs for cell in notebook.cells], failed


def html(outputs):
    return "".join(output.data.get("text/html", "") for output in outputs if "data" in output)


@pytest.mark.notebook
def test_errors_are_said_in_french_and_stop_the_cells_after_them():
    outputs, failed = executed(
        "from coopgeo import notebook as carnet\ncarnet.say_errors()",
        "from coopgeo.errors import Faults\nfaults = Faults('customers.csv')\n"
        "faults.add(row=4, id='<b>lycee', column='power_kw', found=-1.5, expected='0')\nfaults.raise_if_any()",
        "carte",
        "1 / 0",
        "import ipywidgets\n\n\n@carnet.interact(pas=ipywidgets.IntSlider(value=2))\ndef f(pas):\n"
        "    faults.raise_if_any()",
    )
    assert failed == [1, 2, 3]
    for at in (1, 2):
        assert [output.output_type for output in outputs[at]] == ["display_data"]
        assert html(outputs[at]).count('role="alert"') == 1
    assert "customers.csv : 1 faute" in html(outputs[1]).replace("\u00a0", " ")
    assert "trouvé -1,5" in html(outputs[1])
    assert "&lt;b&gt;lycee" in html(outputs[1])
    assert "Exécuter toutes les cellules" in html(outputs[2])
    assert outputs[3][0].ename == "ZeroDivisionError"  # a fault of the code is a matter for who writes code
    assert "Traceback" not in str(outputs[4])


def test_a_block_says_every_line_of_an_error():
    lines = Message.stacked([Message("row {row}", row=3), Message("row {row}", row=4)])
    words = error_block(InputError(lines)).data
    assert "ligne 3\nligne 4" in words
    assert "corriger" in words


@pytest.mark.notebook
def test_an_answer_stands_in_widgets_with_all_that_was_shown():
    outputs, failed = executed(
        "%matplotlib inline\nimport ipywidgets\nimport matplotlib.pyplot as plt\n"
        "from coopgeo import notebook as carnet",
        "@carnet.interact(pas=ipywidgets.IntSlider(value=2, max=9))\ndef f(pas):\n"
        "    print('tiré')\n    carnet.say(f'pas {pas} < 10')\n    plt.plot([0, pas])\n    return pas",
        "f.widget.children[0].value = 5\nprint([type(part).__name__ for part in f.widget.out.children])\n"
        "print([getattr(part, 'value', b'') for part in f.widget.out.children if part.__class__.__name__ == 'HTML'])",
    )
    assert failed == []
    assert not any("Output" in str(output.get("data", "")) for output in outputs[1])
    kinds, words = outputs[2][0].text.splitlines()
    assert kinds == "['HTML', 'HTML', 'HTML', 'Image']"
    assert words == "['<pre>tiré\\n</pre>', '<p>pas 5 &lt; 10</p>', '<pre>5</pre>']"
