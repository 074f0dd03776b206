"""Another case on the same roads is what the whole job gives; two answers beside each other."""

import pytest

import coopgeo
from coopgeo.errors import InfeasibleError
from coopgeo.notebook import another, comparison, nearest_crossing, nearly_best, worded
from coopgeo.text import Text


def test_another_case_is_what_a_whole_run_gives(study, outcome):
    changed = study.with_values(subsidy_share=0.3)
    second = outcome.proposed(2)[1]
    quick = another(outcome, changed, required=[second])
    whole = coopgeo.run(changed, required=[second], alternatives=0)
    assert quick.objective == whole.objective
    assert list(quick.platforms.index) == [second]
    assert quick.alternatives == ()


def test_what_is_lacking_is_said_in_the_names_of_the_study(study, outcome):
    served = study.chain().served()
    hungry = study.changed({"customers": {name: {"power_kw": 2 * kw} for name, kw in served["power_kw"].items()}})
    with pytest.raises(InfeasibleError, match="Hôpital de Lillebonne"):
        another(outcome, hungry)


def test_two_answers_are_told_beside_each_other(study, outcome):
    case = another(outcome, study.with_values(subsidy_share=0.3))
    words = worded(comparison(outcome, case)).set_axis(["", "base", "case", "more"], axis=1).set_index("")
    assert words.loc["Taille", "base"] == "Plateforme, 1 000 t/an"
    assert words.loc["Coût du bois livré"].to_list() == ["30,5 €/MWh", "29,8 €/MWh", "-0,7 €/MWh"]
    assert words.loc["Bois livré par an", "base"] == f"{Text('fr').number(outcome.accounts.delivered.tonnes)} t"
    assert words.loc["Bois livré par an", "more"] == "–"


def test_the_crossing_of_a_territory_is_the_one_in_its_middle(study, outcome):
    assert nearest_crossing(study, outcome.roads) == "pont-de-brotonne"


def test_the_sites_that_cost_nearly_the_same_are_said(study, outcome):
    words, names = nearly_best(outcome), study.chain().candidate_sites["name"]
    near = 1 + sum(
        other.regret_eur_year <= study.settings.near_share * outcome.objective.value_eur_year
        for other in outcome.alternatives
    )
    assert words.startswith(names[outcome.platforms.index[0]])
    assert f" {near - 1} autres" in words
    assert names[outcome.alternatives[0].sites[0]] in words


def test_a_site_that_stands_alone_is_said_to(study, outcome):
    site = outcome.platforms.index[0]
    alone = another(outcome, forbidden=[other for other in study.chain().candidate_sites.index if other != site])
    assert "aucun autre choix" in nearly_best(alone)
