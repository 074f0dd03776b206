"""What the tests of notebooks share."""

import shutil

import pytest
from conftest import ROOT


@pytest.fixture
def folder(tmp_path):
    """A copy of the notebooks beside the data, so that nothing is written into the project."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (tmp_path / "data").symlink_to(ROOT / "data")
    return tmp_path
