"""The words of every chain speak of none; those of wood, of kinds of places and of a chain lie over them."""

import re

import pytest

import coopgeo
from coopgeo.errors import Faults
from coopgeo.study.plain_checks import check_texts
from coopgeo.study.texts import chain_text, chain_words
from coopgeo.text import LANGS, OF_ANY_TEXT, Text, blanks_of, catalogue, layer, materials
from coopgeo.words.sentences import answer, headline_figures, key_figures, remark_text
from coopgeo.words.sheets import sheets

OF_WOOD = re.compile(
    r"\bbois|plaquette|chaufferie|chaudi[èe]re|humid|for[êe]t|\bhaies?\b|\bgaz\b(?! à effet de serre)|MWh|"
    r"\bwood|\bchips?\b|boiler|moisture|forest|\bhedge|(?<!greenhouse )\bgas\b|t sèches?|\bdry\b",
    re.IGNORECASE,
)
WOOD_ALONE = re.compile(  # what no other chain has: columns of its tables, fuels, heat, its products and places
    r"^(fuel|heat|taxes|material)\.|^(also|basis|kind|unit|table)\.|^(sheet|about)\.heat_prices$|^remark\.waste_heat_|"
    r"^layer\.(forest|catchments_\w+|bands_\w+)$|^notebook\.hedges$|^figure\.co2$|"
    r"^column\.(power_kw|full_load_h|fuel|efficiency\w*|taxes|moisture|direct_moisture|logs_m3_year|forest_\w+|\w+_mwh)$"
)
CHAINS = ("organic", "textile")


@pytest.fixture(scope="module")
def whole_study():
    return coopgeo.open_study("data/raw")


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_of_every_chain_are_none_of_wood(lang):
    spoken = {key: words for key, words in catalogue(lang).items() if OF_WOOD.search(words)}
    assert spoken == {}


@pytest.mark.parametrize("material", materials())
def test_the_words_of_a_material_stand_in_both_languages_with_the_same_blanks(material):
    words = {lang: layer(material, lang) for lang in LANGS}
    assert words["fr"].keys() == words["en"].keys()
    for key in words["fr"]:
        assert blanks_of(words["fr"][key]) == blanks_of(words["en"][key]), key


def test_wood_says_otherwise_what_every_chain_says_or_what_it_has_alone():
    for key in layer("wood", "fr"):
        words, general = (
            [texts(lang).get(key) for lang in LANGS] for texts in (lambda lang: layer("wood", lang), catalogue)
        )
        if None in general:
            assert WOOD_ALONE.search(key), key
            continue
        for said, usual in zip(words, general, strict=True):
            assert blanks_of(said) <= blanks_of(usual) | OF_ANY_TEXT, key
        assert words != [usual.replace("{units}", "MWh").replace("{unit}", "MWh") for usual in general], key


@pytest.mark.parametrize("chain", CHAINS)
def test_the_words_of_the_shipped_chains_stand_in_both_languages(whole_study, chain):
    settings = whole_study.chain(chain).settings
    assert settings.own_texts["fr"].keys() == settings.own_texts["en"].keys()


def test_what_a_chain_says_lies_over_kinds_which_lie_over_the_material(whole_study):
    wood, textile, organic = (
        chain_text(whole_study.chain(name), whole_study, "fr") for name in ("wood-energy", "textile", "organic")
    )
    assert (wood("stage.outbound"), wood.eur_unit) == ("Livraison aux chaufferies", "€/MWh")
    assert (textile("stage.outbound"), textile.eur_unit) == ("Expédition vers les débouchés", "€/t")
    assert (organic("stage.outbound"), organic.eur_unit) == ("Livraison aux cantines", "€/repas")
    assert organic("column.units") == "Quantité (repas/an)"
    assert textile("kind.textile_container") == "Bornes textiles"
    assert "kind.textile_container" not in chain_words(whole_study.chain("textile"), "fr")
    assert "heat.own" in wood
    assert "heat.own" not in textile


def test_prices_of_a_small_unit_have_the_decimals_of_cents(whole_study):
    told = {
        name: chain_text(whole_study.chain(name), whole_study, "en").price(0.1666) for name in ("organic", "textile")
    }
    assert told == {"organic": "0.167", "textile": "0.2"}


def test_a_text_without_a_chain_says_unit():
    assert Text("fr")("column.eur_unit") == "Coût (€/unité)"
    assert Text("en").eur_unit == "€/unit"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"fr": {"stage.roadsid": "Bornes"}}, 'did you mean "stage.roadside"?'),
        ({"fr": {"page.cost": "Coût {total}"}}, "words with no blanks but {unit}, {units}"),
        ({"en": {"page.cost": "Cost {"}}, "words with no blanks but"),
        ({"de": {"page.cost": "Kosten"}}, "one of fr, en"),
        ({"en": {"sheet.customers": "Flows"}}, "a title that no other sheet has"),
        ({"en": {"sheet.customers": "Canteens/shops"}}, "a title that no other sheet has"),
    ],
)
def test_words_that_cannot_be_are_told_with_what_may_be_meant(whole_study, texts, told):
    settings = whole_study.chain("textile").settings.model_copy(update={"texts": texts})
    faults = check_texts(Faults("chain.toml"), settings)
    assert len(faults) == 1
    assert told in str(faults.lines[0])


def test_words_that_can_be_are_no_fault(whole_study):
    settings = whole_study.chain("textile").settings
    texts = {"fr": {"page.cost": "Coût en €/{unit}", "sheet.flows": "Trajets"}, "en": {}}
    assert not check_texts(Faults("chain.toml"), settings.model_copy(update={"texts": texts}))
    assert not check_texts(Faults("chain.toml"), settings)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chain", CHAINS)
def test_no_word_of_wood_is_told_of_another_chain(other_outcomes, chain, lang):
    outcome = other_outcomes[chain]
    text = chain_text(outcome.chain, outcome.study, lang)
    tables = sheets(outcome, text)
    told = [
        *answer(outcome, text).values(),
        *(words for figure in headline_figures(outcome, text) for words in figure.values()),
        *(words for pair in key_figures(outcome, text) for words in pair),
        *(remark_text(remark, text) for remark in outcome.remarks),
        *(words for sheet in tables.values() for words in (sheet.title, sheet.about, *sheet.headers)),
    ]
    names = [*outcome.study.communes["name"], *outcome.chain.candidate_sites["name"]]
    own = re.compile("|".join(re.escape(str(name)) for name in names))
    spoken = [words for words in told if OF_WOOD.search(own.sub("", words))]
    assert spoken == []


@pytest.mark.parametrize("chain", CHAINS)
def test_what_a_chain_does_not_have_is_not_shown(other_outcomes, chain):
    outcome = other_outcomes[chain]
    tables = sheets(outcome, chain_text(outcome.chain, outcome.study, "en"))
    assert tables.keys().isdisjoint({"heat_prices", "stock", "competition", "competitors"})
    shown = {column for sheet in tables.values() for column in sheet.rows}
    assert shown.isdisjoint({"power_kw", "useful_mwh", "tonnes_direct"})
    assert ("units" in shown) == (chain == "organic")


@pytest.fixture(scope="module")
def other_outcomes(whole_study):
    return {name: coopgeo.run(whole_study, chain=name, alternatives=1, what_ifs=0) for name in CHAINS}
