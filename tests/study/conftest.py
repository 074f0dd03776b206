"""What the tests of a study share."""

import shutil

import pytest
from conftest import ROOT


@pytest.fixture
def folder(tmp_path):
    """A copy of the embedded study to spoil."""
    return shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
