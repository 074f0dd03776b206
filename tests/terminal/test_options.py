"""What the options of a run ask for."""

import pytest

from coopgeo.errors import InputError
from coopgeo.terminal.arguments import number_of_platforms
from coopgeo.terminal.options import Options
from coopgeo.text.messages import said


def test_nothing_asked_changes_nothing(study):
    same, asked = Options().applied(study, None)
    assert same is study
    assert asked == {
        "required": [],
        "forbidden": [],
        "road_changes": {},
        "level": "value",
        "direct": True,
        "outside": False,
    }


def test_places_go_by_id_or_by_name_whatever_its_accents(study):
    options = Options(
        close=("pont-de-brotonne", "PONT DE BROTONNE", "Pont de Tancarville"),
        require=("port jerome ii",),
        forbid=("la-frenaye",),
    )
    _, asked = options.applied(study, None)
    assert asked["road_changes"] == {"closed": ["pont-de-brotonne", "pont-de-tancarville"]}
    assert asked["required"] == ["port-jerome-2"]
    assert asked["forbidden"] == ["la-frenaye"]


def test_names_go_with_any_apostrophe(study):
    """A word processor writes ’ where the table has '."""
    named = study.with_row("candidate_sites", "baclair", name="L'Œuvre d'Yvetot")
    for typed in ("L’Œuvre d’Yvetot", "l'oeuvre d'yvetot", "L`OEUVRE D´YVETOT"):
        assert Options(require=(typed,)).applied(named, None)[1]["required"] == ["baclair"]


def test_parameters_go_by_id_or_by_their_french_name_and_are_assumed_then(study):
    fill = study.chain().parameters.fill.fr
    options = Options(values=("subsidy_share=30 %", f"{fill}= 0,9"))
    changed, _ = options.applied(study, None)
    parameters = changed.chain().parameters
    assert (parameters.subsidy_share.value, parameters.fill.value) == (0.3, 0.9)
    assert (parameters.subsidy_share.status, parameters.fill.status) == ("assumed", "assumed")
    assert study.chain().parameters.subsidy_share.value != 0.3


def test_the_demand_of_all_customers_served_is_multiplied(study):
    first = study.chain().served().index[0]
    by_mass = study.with_row("customers", first, tonnes_year=100.0)
    changed, _ = Options(demand_factor="1,1").applied(by_mass, None)
    before, after = by_mass.chain().customers, changed.chain().customers
    assert after.loc[first, "tonnes_year"] == pytest.approx(110)
    others = by_mass.chain().served().index.drop(first)
    assert after.loc[others, "power_kw"].to_numpy() == pytest.approx(1.1 * before.loc[others, "power_kw"].to_numpy())
    shown = before.index[before["role"] != "served"]
    assert after.loc[shown, "power_kw"].equals(before.loc[shown, "power_kw"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            Options(close=("Pont de Broton",)),
            "--close : trouvé « Pont de Broton » ; attendu : un de ceux-ci : pont-de-brotonne (Pont de Brotonne)",
        ),
        (Options(forbid=("frenay",)), "la-frenaye (La Frénaye"),
        (
            Options(values=("subsidy_shar=0.3",)),
            "attendu : un identifiant ou un nom que l’étude connaît ; vouliez-vous dire « subsidy_share (Part",
        ),
        (Options(require=("qqq",)), "port-jerome-2 (Port-Jérôme II)"),
        (Options(values=("subsidyshare=0.3",)), "subsidy_share (Part de l'investissement subventionnée)"),
        (Options(values=("fill",)), "attendu : le nom d’un paramètre, = et un nombre"),
        (Options(values=("fill=1e400",)), "attendu : le nom d’un paramètre, = et un nombre"),
        (Options(demand_factor="0"), "attendu : un nombre au-dessus de 0"),
        (Options(demand_factor="beaucoup"), "attendu : un nombre au-dessus de 0"),
    ],
)
def test_what_is_not_known_is_refused_in_french_with_the_nearest(study, options, words):
    with pytest.raises(InputError) as refused:
        options.applied(study, None)
    assert words in said(refused.value, "fr").replace("\u00a0", " ").replace("\u202f", " ")


def test_all_faults_of_the_options_are_told_at_once(study):
    options = Options(close=("x",), require=("y",), forbid=("z",), values=("a", "b=c"), demand_factor="-1")
    with pytest.raises(InputError, match="the options has 6 faults"):
        options.applied(study, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(demand_factor="1,200"), "--demand-factor"),
        (Options(values=("fte_eur_year=38.000",)), "fte_eur_year=38.000"),
        (Options(values=("handling_eur_t=35%",)), "handling_eur_t=35%"),
    ],
)
def test_a_number_of_two_readings_or_of_another_unit_is_refused(study, options, words):
    with pytest.raises(InputError, match=words):
        options.applied(study, None)


@pytest.mark.parametrize(
    ("typed", "platforms"), [("0", 0), ("5", 5), ("libre", None), ("Free", None), (" LIBRE ", None), (1, 1)]
)
def test_the_number_of_platforms_may_be_free(typed, platforms):
    assert number_of_platforms(typed) == platforms


@pytest.mark.parametrize("typed", ["6", "-1", "", "1.5", "²", "aucune"])
def test_what_is_no_number_of_platforms_is_refused(typed):
    with pytest.raises(ValueError, match=f"^{typed}$"):
        number_of_platforms(typed)
