"""What the tests of notebooks share."""

import shutil

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def copy_of_notebooks(folder):
    """A copy of the notebooks beside the data, so that nothing is written into the project; returns the folder."""
    shutil.copytree(
        ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "untitled*")
    )
    (folder / "data").symlink_to(ROOT / "data")
    return folder


@pytest.fixture
def folder(tmp_path):
    return copy_of_notebooks(tmp_path)
