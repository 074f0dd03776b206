"""The opportunity study of the shipped study: what it says of its three chains, and that runs of their own agree."""

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import InfeasibleError
from coopgeo.opportunity.options import kind_of, plants_of_others
from coopgeo.opportunity.own_platform import SUPPORT, more_collected
from coopgeo.text import LANGS, Text
from coopgeo.words.opportunity import headline, instead, option_rows, reason_text, turning_rows


@pytest.fixture(scope="module")
def textile(shipped):
    return next(chain for chain in shipped.chains if chain.id == "textile")


def test_the_chain_of_the_study_comes_first(shipped, study):
    assert [chain.id for chain in shipped.chains] == ["wood-energy", "organic", "textile"]
    assert shipped.chains[0].id == study.settings.chain
    assert shipped.jobs_created.value == 40


def test_verdicts(shipped):
    found = {chain.id: (chain.verdict.answer, chain.verdict.about) for chain in shipped.chains}
    assert found == {
        "wood-energy": ("wait", "chain"),
        "organic": ("wait", "chain"),
        "textile": ("stop", "own_platform"),
    }


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [("own-platform", "own"), ("existing-plants", "existing"), ("pool-three", "pool"), ("support-2024", None)],
)
def test_scenarios_that_are_ways_to_run_the_chain(study, scenario, kind):
    assert kind_of(study.scenarios_of("textile")[scenario], study.chain("textile")) == kind


def test_the_options_are_what_runs_of_their_own_say(textile, study):
    plants = plants_of_others(study.chain("textile"))
    own = coopgeo.run(study, chain="textile", forbidden=sorted(plants), alternatives=0)
    told = textile.option("own")
    assert told.outcome.cost.paid_eur_year == pytest.approx(own.cost.paid_eur_year, rel=1e-6)
    assert not set(told.outcome.accounts.sites) & plants
    assert set(textile.option("existing").outcome.accounts.sites) <= plants
    assert textile.option("own").outcome.jobs.elsewhere_fte == 0
    assert textile.option("existing").outcome.jobs.elsewhere_fte > 0


def test_the_end_of_a_share_is_no_lack_of_resource(textile):
    """Shares that would be more than the whole make room for the one that grows: each end has its cost."""
    ends = [(one.low, one.high) for one in textile.gaps.deciding]
    assert ends
    assert np.isfinite(ends).all()


def own_against_existing(study):
    chain = study.chain("textile")
    plants = plants_of_others(chain)
    others = [site for site in chain.candidate_sites.index if site not in plants]
    values = []
    for forbidden in (sorted(plants), others):
        try:
            run = coopgeo.run(study, chain="textile", forbidden=forbidden, alternatives=0)
            values.append(run.objective.value_eur_year)
        except InfeasibleError:
            values.append(float("inf"))
    return values[0] - values[1]


def test_the_support_turns_between_the_ends_of_its_bracket(textile, study):
    (support,) = [one for one in textile.turnings if one.name == "support"]
    low, high = support.bracket
    assert support.here < low < high <= low + 1.0
    assert own_against_existing(study.with_values("textile", **{SUPPORT: low})) > 0
    assert own_against_existing(study.with_values("textile", **{SUPPORT: high})) <= 0


def test_more_collected_is_more_tonnes_and_as_much_more_room(study):
    twice = more_collected(study, "textile", 2.0)
    before, after = (one.chain("textile").candidate_sites["plant_t_year"].dropna() for one in (study, twice))
    assert after.to_list() == (2 * before).to_list()
    run = coopgeo.run(twice, chain="textile", alternatives=0)
    base = coopgeo.run(study, chain="textile", alternatives=0)
    assert run.accounts.delivered.tonnes == pytest.approx(2 * base.accounts.delivered.tonnes)


def test_coordination_is_divided_over_the_chains_and_in_no_cost(shipped, study):
    assert sum(chain.coordination_eur_year for chain in shipped.chains) == pytest.approx(25_000)
    for chain in shipped.chains:
        stages = chain.outcome.cost.stages_eur_year
        assert chain.outcome.cost.paid_eur_year == pytest.approx(sum(stages.values()))


def test_delivery_is_held_against_a_fifth_of_the_value(shipped, study):
    organic = next(chain for chain in shipped.chains if chain.id == "organic")
    outcome, goods = organic.outcome, study.chain("organic").parameters.goods_eur_t
    stages = outcome.cost.stages_eur_year
    share = (stages["inbound"] + stages["outbound"]) / (goods.value * outcome.accounts.delivered.tonnes)
    assert organic.figures.delivery.value == pytest.approx(share)
    assert organic.figures.delivery_most == 0.2


@pytest.mark.parametrize("lang", LANGS)
def test_every_chain_has_its_words(shipped, textile, lang):
    text = Text(lang)
    assert headline(shipped, text).count(";") == 2
    for chain in shipped.chains:
        assert all(reason_text(reason, chain, text) for reason in chain.verdict.reasons)
    assert "Solidarité Textiles" in instead(textile, text)
    assert sum(row.get("best", False) for row in option_rows(textile, text)) >= 1
    assert not any(row.get("best") for row in option_rows(textile, text) if row.get("least"))  # pools are told apart
    assert len(turning_rows(textile, text)) == 2
