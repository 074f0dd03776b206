"""Who is there, who is missing, and what the territory puts in."""

import pandas as pd
import pytest

from coopgeo.opportunity.actors import coordination_eur_year, matrix_of, partners_of
from coopgeo.text import Text
from coopgeo.words.actors import actor_sheets, gap_sentence, partner_name, stage_rows


class Made:
    """As much of a study as the matrix looks at."""

    def __init__(self, rows, chains=("a", "b")):
        columns = ("id", "name", "chain", "stage", "status", "eur_year", "insee")
        table = pd.DataFrame(rows, columns=columns).set_index("id")
        same = {
            "kind": "firm",
            "role_fr": "Rôle",
            "role_en": "Role",
            "brings": "fleet staff",
            "note": "",
            "source": "x",
        }
        self.partners = table.assign(**same)
        self.chains = dict.fromkeys(chains)
        self.territory = pd.DataFrame(index=["76384"])
        self.sources = pd.DataFrame({"title": {"x": "A source"}})


ROWS = [
    ("one", "One", "a", "collection", "attested", None, "76384"),
    ("far", "Far", "a", "platform", "attested", None, "76000"),
    ("lacks", "", "a", "platform", "assumed", None, ""),
    ("group", "", "b", "resource", "attested", None, ""),
    ("gap", "", "b", "transport", "assumed", None, ""),
    ("own", "Own", "b", "coordination", "attested", 500.0, ""),
    ("all", "All", "all", "coordination", "assumed", 25000.0, "76384"),
]


@pytest.fixture
def made():
    return Made(ROWS)


def test_states_of_the_cells(made):
    matrix = matrix_of(made)
    states = {(cell.chain, cell.stage): cell.state for cell in matrix.cells}
    assert states["a", "collection"] == "filled"
    assert states["a", "platform"] == "partly"
    assert states["b", "resource"] == "filled"  # somebody whose name is not published
    assert states["b", "transport"] == "gap"
    assert states["a", "transport"] == "empty"
    assert states["a", "coordination"] == states["b", "coordination"] == "filled"
    assert len(matrix.cells) == len(matrix.stages) * 2


def test_roles_are_counted_for_their_own_chain_alone(made):
    matrix = matrix_of(made)
    assert (matrix.roles("a"), [one.id for one in matrix.missing("a")]) == (3, ["lacks"])
    assert (matrix.roles("b"), [one.id for one in matrix.missing("b")]) == (3, ["gap"])
    assert matrix.gaps("b") == ("transport",)
    assert matrix.gaps("a") == ()


def test_support_for_all_is_divided_evenly_and_adds_up(made):
    shared = coordination_eur_year(made)
    assert shared == {"a": 12500.0, "b": 13000.0}
    assert sum(shared.values()) == sum(one.eur_year or 0 for one in partners_of(made))


@pytest.mark.parametrize(
    ("lang", "outside"), [("fr", "Far (hors du territoire)"), ("en", "Far (outside the territory)")]
)
def test_words_tell_who_is_outside_unnamed_or_missing(made, lang, outside):
    text = Text(lang)
    named = {one.id: partner_name(one, text) for one in partners_of(made)}
    assert named["far"] == outside
    assert named["one"] == "One"
    assert named["group"] != named["gap"]
    assert "Vacant" in named["gap"]


def test_rows_leave_out_stages_without_anybody_and_set_those_for_all_apart(made):
    rows = stage_rows(matrix_of(made), Text("fr"))
    assert [row.stage for row in rows] == ["Ressource", "Collecte", "Transport", "Plateforme", "Coordination"]
    coordination = rows[-1]
    assert [one.name for one in coordination.everyone] == ["All"]
    assert [[one.name for one in cell] for cell in coordination.cells] == [[], ["Own"]]
    assert "Transport" in gap_sentence(matrix_of(made), "b", Text("fr"))


def test_sheets_hold_every_partner_and_every_stage(made):
    sheets = actor_sheets(made, matrix_of(made), {"a": "A", "b": "B"}, Text("fr"))
    assert len(sheets["partners"].rows) == len(ROWS)
    assert "personne" in set(sheets["partners"].rows["name"])
    assert sheets["matrix"].headers == ["Étape", "A", "B", "Toutes filières"]


def test_the_shipped_partners_are_published_names_or_roles(study):
    for one in partners_of(study):
        assert one.source in study.sources.index
        assert one.missing == (not one.name and one.status == "assumed")
    assert sum(coordination_eur_year(study).values()) == pytest.approx(study.partners["eur_year"].sum())
