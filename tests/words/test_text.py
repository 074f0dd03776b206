"""Names in a row, numbers, pairs: as each language writes them."""

import pytest

from coopgeo.text import Text


@pytest.mark.parametrize(
    ("names", "fr"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_names_in_a_row(names, fr):
    assert Text("fr").joined(names) == fr


def test_a_colon_stands_as_each_language_sets_it():
    assert Text("fr")("pair", name="D 1", value="3,0") == "D 1\u00a0: 3,0"
    assert Text("en")("pair", name="D 1", value="3.0") == "D 1: 3.0"
