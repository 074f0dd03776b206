"""The ranking of the sites, by hand."""

from types import SimpleNamespace

from made_up import alternative, made_up_outcome

from coopgeo.text import Text
from coopgeo.words.ranking import choices_in_words, ranked_choices, ranked_sites, undecided, without_room


def test_the_chosen_sites_come_first_then_the_next_best():
    choices = ranked_choices(made_up_outcome())
    assert choices.index.to_list() == [1, 2, 3]
    assert choices["sites"].to_list() == [("port",), ("gare",), ("ferme",)]
    assert choices["value_eur_year"].to_list() == [100_000.0, 101_000.0, 105_000.0]
    assert choices["regret_eur_year"].to_list() == [0.0, 1000.0, 5000.0]


def test_a_site_that_comes_twice_keeps_its_better_rank_and_pairs_rank_no_site():
    others = (alternative("gare", "ferme", more=10.0), alternative("gare", more=20.0), alternative("port", more=30.0))
    ranked = ranked_sites(made_up_outcome(alternatives=others))
    assert ranked.to_dict("index") == {
        "port": {"rank": 1, "regret_eur_year": 0.0},
        "gare": {"rank": 3, "regret_eur_year": 20.0},
    }


def test_two_platforms_rank_no_site():
    outcome = made_up_outcome(alternatives=(alternative("gare", "ferme", more=10.0),))
    outcome.platforms = outcome.chain.candidate_sites.loc[["port", "gare"]]
    assert ranked_sites(outcome).empty
    assert ranked_choices(outcome)["sites"].to_list() == [("port", "gare"), ("gare", "ferme")]


def test_choices_in_words():
    first, second, _ = choices_in_words(made_up_outcome(), Text("fr"))
    assert first == {"rank": "1", "sites": "Port", "regret": "–", "score": "0,50", "near": "1", "best": ""}
    assert second == {"rank": "2", "sites": "Gare", "regret": "+ 1\u202f000 €", "score": "0,25", "near": "", "best": ""}


def test_all_that_are_nearly_as_good_are_listed_with_the_share_of_draws_in_which_they_are_best():
    more = tuple(alternative("gare", more=float(eur)) for eur in range(1, 9))
    near = tuple(SimpleNamespace(sites=("gare",), extra_eur_year=0.0, score=0.5) for _ in range(8))
    drawn = SimpleNamespace(best={"port": 0.25, "gare": 0.75})
    rows = choices_in_words(made_up_outcome(alternatives=more, near_best=near, confidence=drawn), Text("en"))
    assert [row["near"] for row in rows] == ["1"] * 8
    assert [row["best"] for row in rows[:2]] == ["25%", "75%"]


def test_no_more_than_five_alternatives_are_listed():
    many = made_up_outcome(alternatives=tuple(alternative("gare", more=float(eur)) for eur in range(1, 9)))
    assert [row["rank"] for row in choices_in_words(many, Text("en"))] == ["1", "2", "3", "4", "5", "6"]


def open_by_rounds(**other):
    objective = SimpleNamespace(value_eur_year=100_000.0, bound_eur_year=96_000.0, gap=0.04, status="feasible")
    placement = SimpleNamespace(rounds={"inbound": None})
    return made_up_outcome(objective=objective, placement=placement, site_proved=False, **other)


def test_what_rounds_leave_open_tells_no_sites_apart():
    outcome = open_by_rounds()
    assert undecided(outcome) == 1  # 1 000 € lie below the 4 000 that are open, 5 000 do not
    assert [row["regret"] for row in choices_in_words(outcome, Text("fr"))] == [
        "–",
        "le calcul ne départage pas",
        "+ 5\u202f000 €",
    ]
    outcome.site_proved = True
    assert undecided(outcome) == 0
    assert undecided(made_up_outcome()) == 0


def test_a_plant_that_is_too_small_says_why_it_is_no_choice():
    outcome = made_up_outcome(alternatives=())
    outcome.chain.settings.pushes = True
    sites = outcome.chain.candidate_sites
    outcome.chain.candidate_sites = sites.assign(
        gate_fee_eur_t=[float("nan"), 150.0, 150.0], plant_t_year=[float("nan"), 100.0, 900.0]
    )
    assert without_room(outcome, Text("en")) == {"gare": "too small: room for 100 t, 700 are needed"}
    assert choices_in_words(outcome, Text("en"))[-1]["sites"] == "Gare"
