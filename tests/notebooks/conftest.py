"""What the tests of notebooks share."""

import shutil

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def folder(tmp_path):
    """A copy of the notebooks beside the data, so that nothing is written into the project."""
    shutil.copytree(
        ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "untitled*")
    )
    (tmp_path / "data").symlink_to(ROOT / "data")
    return tmp_path
