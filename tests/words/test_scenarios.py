"""What scenarios say in words."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from coopgeo.errors import Message
from coopgeo.plan.job import Job
from coopgeo.plan.turn import BreakEven, Turn
from coopgeo.scenarios import Case, Comparison, Prepared
from coopgeo.words.break_even import break_even_sentences, site_names, stays_sentences
from coopgeo.words.scenarios import comparison_sheets, least_regret
from tests.wood_text import wood_text


@pytest.fixture(scope="module")
def chain(study):
    return study.chain()


@pytest.fixture
def comparison():
    cases = tuple(Case(id, None, Job(), None, None, {}) for id in ("", "b"))
    costs = np.array([[1000.0, 1005.0, 2000.0], [1500.0, np.inf, 1501.0]])
    return Comparison(cases, (("la-frenaye",), ("baclair",), ("alvimare",)), costs)


SAME = "Aux points essayés, le site le moins cher reste le même quand "
BACLAIR = "ZA de Baclair, à 50,0 €/MWh."


def plain(sentences):
    return [words.replace("\u202f", " ").replace("\xa0", " ") for words in sentences]


@pytest.mark.parametrize(
    ("below", "above", "words"),
    [
        (
            Turn("demand", 1.0, 0.4, 0.67, ("baclair",), 46.0),
            Turn("demand", 1.0, 1.6, 1.2848),
            [
                "Le site change si la demande descend sous 0,67 fois celle de l’étude : ZA de Baclair, à 46,0 €/MWh.",
                "Certaines chaufferies ne peuvent plus être servies si la demande dépasse 1,28 fois celle de l’étude.",
            ],
        ),
        (
            Turn("diesel_eur_l", 1.3, 0.7),
            Turn("diesel_eur_l", 1.3, 2.0, 1.755, ("baclair",), 50.0),
            [
                "Le site change si l’hypothèse « Prix du gazole (hors TVA) » dépasse 1,75 €/l : " + BACLAIR,
                SAME + "l’hypothèse « Prix du gazole (hors TVA) » varie de 0,7 €/l à 1,3 €/l.",
            ],
        ),
        (
            Turn("subsidy_share", 0.0, 0.0),
            Turn("subsidy_share", 0.0, 0.625),
            [SAME + "l’hypothèse « Part de l'investissement subventionnée » varie de 0 % à 62,5 %."],
        ),
        (Turn("subsidy_share", 0.0, 0.0), Turn("subsidy_share", 0.0, 0.0), []),
    ],
)
def test_turns_say_from_which_value_what_becomes_best_at_which_price(below, above, words, chain):
    outcome = SimpleNamespace(chain=chain, break_even=BreakEven(((below, above),), None, dear=False))
    said = [*break_even_sentences(outcome, wood_text("fr")), *stays_sentences(outcome, wood_text("fr"))]
    assert plain(said) == words


def test_what_is_not_proved_is_said_with_its_name(chain):
    sure, unsure = Turn("demand", 1.0, 0.4), Turn("demand", 1.0, 1.6, proved=False)
    for below, above in ((sure, unsure), (unsure, sure)):
        outcome = SimpleNamespace(chain=chain, break_even=BreakEven(((below, above),), None, dear=False))
        last = plain(break_even_sentences(outcome, wood_text("fr")))[-1]
        assert last.startswith("Tout n’est pas prouvé, le temps de calcul ayant manqué, pour la demande :")
    proved = SimpleNamespace(chain=chain, break_even=BreakEven(((sure, sure),), None, dear=False))
    assert not any("prouvé" in words for words in break_even_sentences(proved, wood_text("fr")))
    pays = BreakEven(((sure, sure),), 0.5, dear=True, pays_proved=False)
    last = break_even_sentences(SimpleNamespace(chain=chain, break_even=pays), wood_text("fr"))[-1]
    assert chain.parameters.subsidy_share.fr.partition(" :")[0] in last


def test_regrets_stand_in_order_with_words_where_not_all_are_served(comparison, chain):
    sheets = comparison_sheets(comparison, chain, wood_text("fr"))
    rows = sheets["regrets"].rows
    assert rows["sites"].tolist()[0] == chain.candidate_sites.loc["la-frenaye", "name"]
    assert rows["max_regret_eur"].tolist() == [0.0, 1000.0, np.inf]
    assert rows["unserved_cases"].tolist() == [0, 0, 1]
    assert rows["near_cases"].tolist() == [100.0, 50.0, 50.0]
    assert rows["case_1"].tolist() == [0.0, 1.0, "non servi"]
    assert sheets["regrets"].headers[-2:] == ["Étude telle quelle"] * 2
    assert sheets["scenarios"].rows["best_sites"].str.contains("ne peuvent pas").all()


def test_least_regret_names_the_choice_and_how_often_it_is_good_enough(comparison, chain):
    said = least_regret(comparison, chain, wood_text("fr"))
    assert chain.candidate_sites.loc["la-frenaye", "name"] in said
    assert "des 2 cas" in said
    worse = Comparison(comparison.cases, comparison.choices[1:2], np.array([[1005.0], [np.inf]]))
    assert "100" in least_regret(worse, chain, wood_text("fr"))
    nobody = Comparison(comparison.cases, (("baclair",), ("alvimare",)), np.array([[np.inf, 1.0], [1.0, np.inf]]))
    assert "ne peut pas servir" in least_regret(nobody, chain, wood_text("fr"))


def test_what_a_case_sets_aside_or_time_did_not_allow_has_its_own_word(comparison, chain):
    costs = np.array([[1000.0, 1005.0, np.nan], [np.nan, 1500.0, 1501.0]])
    aside = np.array([[False, False, False], [True, False, False]])
    found = Comparison(comparison.cases, comparison.choices, costs, set_aside=aside)
    rows = comparison_sheets(found, chain, wood_text("fr"))["regrets"].rows.set_index("sites")
    frenaye, baclair, alvimare = (chain.candidate_sites.loc[site, "name"] for (site,) in comparison.choices)
    assert rows.index.tolist() == [baclair, frenaye, alvimare]
    assert rows.loc[frenaye, ["case_0", "case_1", "unserved_cases", "aside_cases"]].tolist() == [0.0, "écarté", 0, 1]
    assert rows.loc[alvimare, ["case_0", "case_1"]].tolist() == ["temps de calcul insuffisant", 1.0]
    only = Comparison(comparison.cases, comparison.choices[:1], costs[:, :1], set_aside=aside[:, :1])
    assert "nan" not in least_regret(only, chain, wood_text("fr"))
    unknown = Comparison(comparison.cases, comparison.choices[:2], np.array([[np.nan, 1.0], [1.0, np.nan]]))
    assert least_regret(unknown, chain, wood_text("fr")).startswith("Moindre regret maximal inconnu")


def test_a_least_regret_that_some_cases_set_aside_says_so(comparison, chain):
    costs, aside = np.array([[1.0, np.nan], [np.nan, 1.0]]), np.array([[False, True], [True, False]])
    both = Comparison(comparison.cases, comparison.choices[:2], costs, set_aside=aside)
    assert least_regret(both, chain, wood_text("fr")).endswith("Un cas l’écarte et ne compte pas.")


def test_best_sites_without_proof_say_so_and_a_case_without_answer_says_that_time_was_short(study, chain):
    outcome = Prepared(study, Job(alternatives=0)).outcome()
    unproved = replace(outcome, solution=replace(outcome.solution, status="feasible"))
    cases = (
        Case("", None, Job(), unproved, None, {}),
        Case("late", None, Job(), None, Message("no answer"), {}, in_time=False),
    )
    rows = comparison_sheets(Comparison(cases, ((),), np.full((2, 1), np.nan)), chain, wood_text("fr"))[
        "scenarios"
    ].rows
    assert rows["best_sites"].iloc[0].endswith("(non prouvé)")
    assert rows["best_sites"].iloc[1] == "temps de calcul insuffisant"


@pytest.mark.parametrize("asked", [{}, {"platforms": 0, "outside": True}])
def test_the_energy_of_a_case_is_what_its_customers_get_by_whatever_way(study, asked):
    outcome = Prepared(study, Job(alternatives=0, **asked)).outcome()
    assert outcome.accounts.direct.tonnes.sum() > 0
    case = Case("", None, outcome.placement.job, outcome, None, {})
    alone = Comparison((case,), ((),), np.array([[1.0]]))
    row = comparison_sheets(alone, outcome.chain, wood_text("fr"))["scenarios"].rows.iloc[0]
    assert row["units"] == pytest.approx(outcome.customers["wanted_units"].sum())
    assert row["value_eur_year"] / row["units"] == pytest.approx(row["eur_per_unit"])


def test_no_platform_at_all_has_words(chain):
    assert site_names((), chain, wood_text("fr")) == "aucune plateforme"
