"""The work of a chain by commune and partner: it is all of the jobs, and each goes where it is done."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coopgeo
from coopgeo.cooperation.work import AMOUNTS, doers_of, share_of_created, work_of
from coopgeo.errors import InputError
from coopgeo.exports.results_json import work_figures
from coopgeo.study.chain_schemas import PARTNER_STAGES, WORK_PLACES
from coopgeo.study.texts import chain_text
from coopgeo.words.work import work_sheet, work_table

WOOD, TEXTILE, ORGANIC = CHAINS = ("wood-energy", "textile", "organic")
DIRECT_MOISTURE = 0.35  # of the driest wood that goes straight
CASES = {
    "wood": (WOOD, {}),
    "wood by the platform": (WOOD, {"direct": False}),
    "wood without a platform": (WOOD, {"platforms": 0}),
    "wood by two platforms": (WOOD, {"platforms": 2, "direct": False}),
    "wood bought outside": (WOOD, {"outside": True, "level": "low"}),
    "textiles": (TEXTILE, {}),
    "textiles on a platform of one's own": (TEXTILE, {"required": ["grande-campagne-est"]}),
    "organic": (ORGANIC, {}),
}


@pytest.fixture(scope="module")
def answers(study):
    """The outcome of each case."""
    boilers = study.chain(WOOD).served()
    dry = {id: {"role": "shown"} for id in boilers.index[boilers["moisture"] < DIRECT_MOISTURE]}
    studies = {"wood without a platform": study.changed({"customers": dry}, chain=WOOD)}
    return {
        name: coopgeo.run(studies.get(name, study), chain=chain, alternatives=0, **asked)
        for name, (chain, asked) in CASES.items()
    }


def agrees(outcome, work):
    jobs = outcome.jobs
    sums = work[list(AMOUNTS)].sum()
    assert sums["fte_low"] == pytest.approx(jobs.fte_low, rel=1e-9, abs=1e-9)
    assert sums["fte_high"] == pytest.approx(jobs.fte_high, rel=1e-9, abs=1e-9)
    assert sums["insertion_fte"] == pytest.approx(jobs.insertion_fte, rel=1e-9, abs=1e-9)
    assert (work["fte_low"] <= work["fte"] + 1e-12).all()
    assert (work["fte"] <= work["fte_high"] + 1e-12).all()


@pytest.mark.parametrize("case", CASES)
def test_all_work_is_shared_out(answers, case):
    outcome = answers[case]
    work = work_of(outcome)
    agrees(outcome, work)
    assert work["insee"].isin(outcome.study.communes.index).all()
    assert not work.duplicated(["part", "stage", "insee", "partner"]).any()


@st.composite
def splits(draw):
    """Any way in which the jobs of a chain may spread over stages and places."""
    count = draw(st.integers(1, 5))
    shares = np.array(draw(st.lists(st.floats(0.01, 1), min_size=count, max_size=count)))
    rows = {
        "name_fr": "Travail",
        "name_en": "Work",
        "stage": draw(st.lists(st.sampled_from(PARTNER_STAGES), min_size=count, max_size=count)),
        "work_place": draw(st.lists(st.sampled_from(WORK_PLACES), min_size=count, max_size=count)),
        "share": shares / shares.sum(),
        "by_hand_share": draw(st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=count, max_size=count)),
        "source": "planning-hypothesis",
        "status": "assumed",
    }
    return pd.DataFrame(rows, index=pd.Index([f"part-{at}" for at in range(count)], name="id"))


@given(split=splits(), case=st.sampled_from(sorted(CASES)))
@settings(max_examples=60)
def test_all_work_is_shared_out_however_it_spreads(answers, split, case):
    outcome = answers[case]
    chain = replace(outcome.chain, work=split)
    agrees(outcome, work_of(replace(outcome, placement=replace(outcome.placement, chain=chain))))


def test_work_is_done_where_the_goods_are(answers):
    outcome = answers["wood by the platform"]
    work, (site,) = work_of(outcome), outcome.accounts.sites
    commune = outcome.chain.candidate_sites.loc[site, "insee"]
    for part in ("plateforme", "transport"):
        assert set(work.loc[work["part"] == part, "insee"]) == {commune}
    used = set(outcome.accounts.inbound.origin)
    assert set(work.loc[work["part"] == "recolte", "insee"]) == set(
        outcome.chain.collection_points.loc[list(used), "insee"]
    )
    by_part = work.groupby("part")["fte"].sum() / work["fte"].sum()
    np.testing.assert_allclose(by_part[outcome.chain.work.index], outcome.chain.work["share"])


def test_what_goes_straight_passes_no_platform(answers):
    work = work_of(answers["wood without a platform"])
    assert set(work["part"]) == {"recolte", "dechiquetage", "transport"}
    points = answers["wood without a platform"].chain.collection_points
    assert set(work["insee"]) <= set(points["insee"])


def test_plants_of_others_are_no_work_of_the_territory(answers):
    assert set(work_of(answers["textiles"])["part"]) == {"collection"}
    assert set(work_of(answers["textiles on a platform of one's own"])["part"]) == {"collection", "platform"}


def test_insertion_is_of_what_crews_can_do(answers):
    work = work_of(answers["wood"])
    crews = work.groupby("part")["insertion_fte"].sum() > 0
    assert crews.to_dict() == {"recolte": True, "dechiquetage": False, "plateforme": True, "transport": False}


@pytest.mark.parametrize("chain", [WOOD, ORGANIC])
def test_the_parts_that_crews_can_do_are_the_share_of_manual_work(study, chain):
    found = study.chain(chain)
    by_hand = float(found.work["share"] @ found.work["by_hand_share"])
    assert by_hand == pytest.approx(found.parameters.manual_work_share.value)


def test_work_goes_to_the_partner_of_the_place_else_to_those_of_the_stage(study):
    points = study.chain().collection_points
    owned = study.changed({"collection_points": {id: {"partner": "cuma-haies"} for id in points.index}})
    work = work_of(coopgeo.run(owned, alternatives=0, direct=False))
    whose = work.groupby("part")["partner"].unique().map(list).to_dict()
    assert whose == {"recolte": ["cuma-haies"], "dechiquetage": ["cuma-haies"], "plateforme": [""], "transport": [""]}
    landed = study.changed({"collection_points": {id: {"partner": "caux-seine-agglo"} for id in points.index}})
    work = work_of(coopgeo.run(landed, alternatives=0, direct=False))  # it gives land: those of the stage do the work
    assert set(work.loc[work["part"] == "recolte", "partner"]) == {"cuma-haies agriculteurs-2014"}
    assert doers_of(study, WOOD, "resource") == ("cuma-haies", "agriculteurs-2014")
    assert doers_of(study, WOOD, "transport") == ()  # a role that nobody fills
    assert "solidarite-textiles" not in doers_of(study, TEXTILE, "platform")  # at Le Houlme, outside the territory


def test_the_jobs_created_so_far_are_a_reference_of_the_study(answers):
    outcome = answers["wood"]
    created, jobs = outcome.study.settings.references["jobs_created"], outcome.jobs
    low, value, high = share_of_created(work_of(outcome), outcome)
    assert low == pytest.approx(jobs.fte_low / created.high)
    assert high == pytest.approx(jobs.fte_high / created.low)
    assert low < value < high
    bare = outcome.study.settings.model_copy(update={"references": {}})
    without = replace(outcome, placement=replace(outcome.placement, study=replace(outcome.study, settings=bare)))
    assert share_of_created(work_of(without), without) is None
    sentences = work_table(without, chain_text(outcome.chain, outcome.study, "fr"))["sentences"]
    assert not any("emplois créés" in sentence for sentence in sentences)


def test_the_page_says_who_is_not_named_and_what_is_assumed(answers):
    outcome = answers["organic"]
    for lang, words in (
        (
            "fr",
            (
                "personne n’est encore nommé",
                "70\u202f% (supposé)",
                "40 emplois créés",
                "35 à 45, fourchette\u202f: supposé",
            ),
        ),
        ("en", ("nobody is named yet", "70% (assumed)", "40 jobs", "35 to 45, range: assumed")),
    ):
        told = " ".join(work_table(outcome, chain_text(outcome.chain, outcome.study, lang))["sentences"])
        for one in words:
            assert one.replace("\u202f", "\u00a0") in told.replace("\u202f", "\u00a0"), told


@pytest.mark.parametrize("case", ["wood", "textiles", "organic"])
def test_sheet_and_figures_are_the_same_work(answers, case):
    outcome = answers[case]
    sheet = work_sheet(outcome, chain_text(outcome.chain, outcome.study, "fr"))
    rows, figures = sheet.rows, work_figures(outcome)
    assert len(sheet.title) <= 31  # what a spreadsheet allows
    assert len(sheet.headers) == len(rows.columns)
    assert set(rows["status"]) <= {"calculé", "supposé", "attesté"}
    assert rows["source"].isin(outcome.study.sources.index).all()
    for name in AMOUNTS:
        np.testing.assert_allclose(rows[name], [row[name] for row in figures["rows"]])


def test_parts_of_the_work_make_all_of_it(study):
    with pytest.raises(
        InputError, match=r"work\.csv: share: found parts that sum to 0\.880; expected parts that sum to 1"
    ):
        study.changed({"work": {"recolte": {"share": 0.5}}})
