"""Draws of a notebook are kept, told by site, and shown in widgets."""

import ipywidgets
import pandas as pd
import pytest

from coopgeo.errors import InfeasibleError
from coopgeo.notebook import drawn, often, on_demand, shares_sheet, site_shares
from coopgeo.scenarios import Prepared


def test_what_was_drawn_is_kept_and_the_bar_is_moved_once(study):
    prepared, moves = Prepared(study), []
    first = drawn(prepared, 4, on_progress=lambda done, whole: moves.append((done, whole)))
    assert drawn(prepared, 4) is first
    assert moves == [(4, 4)]
    assert drawn(prepared, 3) is not first
    sheet = shares_sheet(first)
    assert set(sheet.rows["name"]) <= set(study.chain().candidate_sites["name"])
    assert len(sheet.rows) == (first.near > 0).sum()


def test_a_site_has_the_shares_of_all_choices_that_it_is_part_of():
    shares = site_shares(pd.Series({"a + b": 0.5, "a": 0.25, "b + c": 0.25}))
    assert shares.to_dict() == {"a": 0.75, "b": 0.75, "c": 0.25}


def test_a_share_is_said_as_times():
    assert [often(share) for share in (0.0, 0.04, 0.36)] == ["jamais", "4 fois sur 100", "36 fois sur 100"]


@pytest.fixture
def displayed(monkeypatch):
    shown = []
    monkeypatch.setattr("coopgeo.notebook.answers.display", shown.append)
    return shown


def test_an_answer_is_there_at_once_and_anew_at_each_click(displayed):
    control, counts = ipywidgets.IntSlider(value=3), []

    def answer(moved):
        moved(1, 2)
        counts.append(control.value)
        return [f"{control.value} < 4", pd.DataFrame({"a": [1]})]

    on_demand("Tirer", answer, control)
    (whole,) = displayed
    _, button, shown = whole.children
    assert shown.children[0].value == "<p>3 &lt; 4</p>"
    assert "<table" in shown.children[1].value
    control.value = 2
    button.click()
    assert counts == [3, 2]
    assert not button.disabled


def test_an_error_is_said_where_the_answer_would_be(displayed):
    def answer(_moved):
        raise InfeasibleError("too little wood")

    on_demand("Tirer", answer)
    (_, shown) = displayed[0].children
    assert 'role="alert"' in shown.children[0].value
