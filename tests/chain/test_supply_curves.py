"""Cost-supply curves of the embedded study, and what is refused."""

import pytest

import coopgeo
from coopgeo.chain.wood import energy_content
from coopgeo.errors import InputError


@pytest.mark.parametrize("tonnes", [0, -1, float("nan"), float("inf")])
def test_a_tonnage_that_is_none_is_refused(outcome, tonnes):
    with pytest.raises(InputError, match="expected a number above 0"):
        outcome.curves.wanted(tonnes)


def test_an_unknown_site_is_refused(outcome):
    with pytest.raises(InputError, match='found "atlantis"; expected one of'):
        outcome.curves.steps("atlantis")


def test_the_curve_ends_with_all_the_wood_of_the_study(outcome):
    curve = outcome.curves
    assert list(curve.sites) == sorted(outcome.chain.candidate_sites.index)
    kept_t = outcome.origins.dropna(subset="point")["kept_t"].sum()
    assert 0.9 * kept_t / 0.70 < curve.reached_t.iloc[0] < kept_t / 0.70  # less what storage loses
    assert curve.units_t == pytest.approx(float(energy_content(0.30)))
    assert curve.wanted(1e6).isna().all().all()


def test_the_curve_costs_what_the_placement_pays(study):
    """The platform may mix lots as it likes: it pays the cheapest wood at its gate, harvest and both hauls included."""
    outcome = coopgeo.run(study, direct=False, alternatives=0)
    site = outcome.platforms.index[0]
    tonnes = outcome.platforms["tonnes_out"].sum()
    gate_eur = outcome.cost.stages_eur_year["roadside"] + outcome.cost.stages_eur_year["inbound"]
    table = outcome.curves.wanted(tonnes).loc[site]
    assert table["average_eur_t"] * tonnes <= gate_eur * (
        1 + 1e-6
    )  # the curve picks communes, the placement whole catchments' mean cost
    assert table["average_eur_t"] * tonnes == pytest.approx(gate_eur, rel=0.01)
