"""Chains on one site or apart: against all pairs of sites and sizes, on the shipped study."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from coopgeo.chain.platforms import EXISTING
from coopgeo.cooperation import leaving, share_between_chains
from coopgeo.cooperation.shared_means import means_shared, own_eur_year
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.plan.search import answers
from coopgeo.text import Text
from coopgeo.words.between_chains import between_sentences

WOOD, FOOD, CLOTH = "wood-energy", "organic", "textile"


@pytest.fixture(scope="module")
def pair(study):
    return share_between_chains(study, [WOOD, FOOD])


def costs(study, chain):
    """What a chain costs at each option, as (site, size, ground, area, € a year): rounds as planned from its site."""
    placement = prepare(study, Job(chain=chain, alternatives=0))
    eur, options = placement.problem.alone(), placement.options
    if placement.rounds:
        for one in answers(placement, len(options), every=True).solutions:
            at = int(one.sites[0])
            eur = np.where(options["site"] == options["site"].iloc[at], eur + one.value - eur[at], eur)
    area_m2 = placement.chain.candidate_sites["area_ha"] * 10_000
    rows = zip(options["site"], options["size"], options["built_m2"], eur, strict=True)
    return [(site, size, ground, area_m2[site], cost) for site, size, ground, cost in rows if np.isfinite(cost)]


def best_of_all(study, one, other):
    """The least cost of two chains: every pair of sites and sizes is looked at."""
    means = study.shared_means
    here = means_shared(means, (one, other), anywhere=False)
    moving = sum(own_eur_year(means, name, anywhere=True) for name in (one, other))
    moving -= sum(shared.value for shared in means_shared(means, (one, other), anywhere=True))
    own = {name: own_eur_year(means, name, anywhere=False) for name in (one, other)}
    spared, saved = sum(shared.ground_m2 for shared in here), sum(shared.value for shared in here)
    least = np.inf
    for (site, size, ground, area, eur), (at, of, takes, room, more) in product(costs(study, one), costs(study, other)):
        total = eur + more + moving + sum(own[name] for name, its in ((one, size), (other, of)) if its)
        if site == at and EXISTING not in (size, of):
            if ground + takes - spared > min(area, room):
                continue
            total -= saved
        least = min(least, total)
    return least


def test_two_chains_cost_what_the_best_pair_of_sites_costs(study, pair):
    assert pair.best.eur_year == pytest.approx(best_of_all(study, WOOD, FOOD), abs=0.01)
    assert pair.apart.eur_year == pytest.approx(pair.alone.sum(), abs=0.01)
    assert pair.saved_eur_year > 0
    assert pair.best.together == ((WOOD, FOOD),)


def test_what_is_saved_is_what_is_shared_less_what_sites_cost_more(pair):
    more = sum(home.eur_year for home in pair.best.homes) - sum(home.eur_year for home in pair.apart.homes)
    assert more > 0
    assert pair.saved_eur_year == pytest.approx(sum(one.value for one in pair.best.shared) - more)


def test_the_shares_pay_all_and_nobody_pays_more_than_alone(pair):
    for rule in pair.shares:
        assert pair.shares[rule].sum() == pytest.approx(pair.best.eur_year)
        assert leaving(pair.worth, pair.shares[rule].to_numpy(), "cost") == ()
    assert not pair.core.empty


def test_only_rounds_leave_a_gap(pair):
    assert pair.rounds_estimated == (FOOD,)
    assert not pair.proved
    assert (pair.bound <= pair.worth + 1e-9).all()
    assert pair.bound[1] == pytest.approx(pair.worth[1], rel=1e-9)  # of wood alone


def without_plants(study):
    sites = study.chains[CLOTH].candidate_sites
    return list(sites.index[sites["gate_fee_eur_t"].notna()])


def test_wood_and_textile_share_a_yard_where_no_plant_takes_the_textiles(study):
    found = share_between_chains(study, [WOOD, CLOTH], forbidden={CLOTH: without_plants(study)})
    assert found.best.together == ((WOOD, CLOTH),)
    assert {one.means for one in found.best.shared} == {
        "weighbridge",
        "access",
        "office",
        "yard",
        "reception",
        "overheads",
    }
    assert all(one.hours_week <= one.open_hours_week for one in found.best.shared)
    sites = study.chains[WOOD].candidate_sites["area_ha"] * 10_000
    taken = sum(home.ground_m2 for home in found.best.homes) - sum(one.ground_m2 for one in found.best.shared)
    assert taken <= sites[found.best.homes[0].site]
    assert found.saved_eur_year == pytest.approx(20_550, abs=1)


@pytest.mark.parametrize(("area_ha", "together"), [(0.29, ()), (0.3, ((WOOD, FOOD),))])
def test_a_site_too_small_for_both_is_not_shared(study, area_ha, together):
    """A platform of 2,750 m² and a workshop of 390 m² that share 150 m² of yard take 2,990 m²."""
    sites = study.chains[WOOD].candidate_sites
    tight = study.changed({"candidate_sites": {site: {"area_ha": area_ha} for site in sites.index}}, chain=WOOD)
    found = share_between_chains(tight, [WOOD, FOOD])
    assert found.best.together == together
    assert (found.one_site is None) == (not together)


def test_two_chains_never_stand_on_a_site_that_does_not_hold_both(study):
    """One site of 2,900 m² is left to both: it holds neither of 2,750 m² and 390 m² beside the other."""
    sites = study.chains[WOOD].candidate_sites.index
    tight = study.changed({"candidate_sites": {site: {"area_ha": 0.29} for site in sites}}, chain=WOOD)
    one = "grande-campagne-est"
    barred = {
        chain: [site for site in study.chains[chain].candidate_sites.index if site != one] for chain in (WOOD, FOOD)
    }
    with pytest.raises(InfeasibleError, match="no site"):
        share_between_chains(tight, [WOOD, FOOD], forbidden=barred)
    barred[FOOD].remove("alvimare")
    found = share_between_chains(tight, [WOOD, FOOD], forbidden=barred)
    assert [home.site for home in found.best.homes] == [home.site for home in found.apart.homes] == [one, "alvimare"]
    assert found.one_site is None


def test_chains_in_each_others_way_have_no_shares(study):
    """Both are best off on one site that holds one of them: together they cost more than each alone."""
    sites = study.chains[WOOD].candidate_sites.index
    tight = study.changed({"candidate_sites": {site: {"area_ha": 0.29} for site in sites}}, chain=WOOD)
    there = ("alvimare", "grande-campagne-est")
    barred = {
        chain: [site for site in study.chains[chain].candidate_sites.index if site not in there]
        for chain in (WOOD, FOOD)
    }
    found = share_between_chains(
        replace(tight, shared_means=study.shared_means.iloc[:0]), [WOOD, FOOD], forbidden=barred
    )
    assert found.worth[3] > found.worth[1] + found.worth[2]
    assert found.shares.isna().all(axis=None)
    assert "gênent" in " ".join(between_sentences(found, Text("fr")))


def test_what_own_means_cost_is_told(pair):
    counted = {"weighbridge": 5400, "office": 4000, "reception": 5000, "lorry": 7000}
    wood, food = (
        sum(counted[name] for name in names)
        for names in (("weighbridge", "office", "reception"), ("office", "reception", "lorry"))
    )
    assert pair.own_means_eur_year == wood + food
    assert "30 400" in " ".join(between_sentences(pair, Text("fr"))).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("forbidden", [{"wod": ["gruchet"]}, {WOOD: []}, {"": ["gruchet"]}, {WOOD: [""]}])
def test_what_is_forbidden_names_chains_and_sites(study, forbidden):
    with pytest.raises(InputError, match="sites by chain"):
        share_between_chains(study, [WOOD, FOOD], forbidden=forbidden)


def test_nothing_to_share_saves_nothing(study):
    found = share_between_chains(replace(study, shared_means=study.shared_means.iloc[:0]), [WOOD, FOOD])
    assert found.saved_eur_year == 0
    assert found.best.shared == ()
    assert found.best == found.apart


@pytest.mark.parametrize(
    ("chains", "words"),
    [([WOOD], "two to 6 chains"), ([WOOD, WOOD], "each once"), ("organic", "two to 6"), ([WOOD, "wod"], "wod")],
)
def test_chains_that_cannot_share_are_refused(study, chains, words):
    with pytest.raises(InputError, match=words):
        share_between_chains(study, chains)


def test_a_site_that_is_two_places_is_refused(study):
    moved = study.changed({"candidate_sites": {"alvimare": {"lon": 0.64}}}, chain=FOOD)
    with pytest.raises(InputError, match=r"alvimare.*lon, lat: found another place in chain organic"):
        share_between_chains(moved, [WOOD, FOOD])
