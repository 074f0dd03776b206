"""Charts and tables of scenarios: what is drawn is what was worked out, in French."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from coopgeo.notebook import another, cost_stack, range_bar, regret_table, tornado, unserved_ends
from coopgeo.notebook.charts import french_axis
from coopgeo.notebook.factors import end_words
from coopgeo.scenarios import Case, Comparison


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def written(axes):
    return [text.get_text() for text in axes.texts]


def test_a_stack_is_as_long_as_the_cost_and_says_it(study, outcome):
    case = another(outcome, study.with_values(subsidy_share=0.3))
    axes = cost_stack({"Réponse": outcome, "Avec ce réglage": case})
    rows = {0: 0.0, 1: 0.0}
    for bar in axes.patches:
        rows[round(bar.get_y() + bar.get_height() / 2)] += bar.get_width()
    assert list(rows.values()) == pytest.approx([outcome.cost.eur_per_unit, case.cost.eur_per_unit])
    assert "30,5 €/MWh" in written(axes)
    stages = axes.get_legend_handles_labels()[1]
    assert stages[0] == "Bois rendu au point de collecte"
    assert len(stages) == sum(eur > 0 for eur in outcome.cost.stages_eur_year.values())


def swings(outcome):
    base = outcome.cost.eur_per_unit
    here, other = tuple(sorted(outcome.accounts.sites)), ("elsewhere",)
    rows = {
        "parameters.subsidy_share": ("Aide", "range", "assumed", 0.0, 0.5, base + 2, base - 3, here, other),
        "customers.piscine-bolbec.exists": ("Piscine", "exists", "attested", 0, 1, base + 1, base, here, here),
        "parameters.fill": ("Caisse", "range", "assumed", 0.85, 1.0, base, base, here, here),
        "resources.increment": ("Croît", "range", "assumed", 5.0, 10.1, np.nan, base - 1, (), here),
    }
    columns = ("name", "kind", "status", "low", "high", "eur_unit_low", "eur_unit_high", "sites_low", "sites_high")
    return pd.DataFrame(rows.values(), columns=list(columns), index=list(rows))


def test_a_tornado_shows_what_moves_from_end_to_end_and_marks_what_is_assumed_or_moves_the_site(outcome):
    axes = tornado(swings(outcome), outcome)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Aide *", "Piscine"]
    widths = sorted(bar.get_width() for bar in axes.patches)
    assert widths == pytest.approx([-3, 0, 1, 2])
    assert set(written(axes)) == {"0\u202f%", "50\u202f% ◆", "ne se fait pas", "se fait"}


def test_ends_that_cannot_be_served_are_said_beside_the_tornado(outcome):
    assert unserved_ends(swings(outcome), outcome) == ["«\u00a0Croît\u00a0»\u00a0: 5 m³/ha/an"]


def test_ends_are_said_with_their_unit(outcome):
    def words(factor, low, high, kind="range"):
        return end_words(factor, pd.Series({"low": low, "high": high, "kind": kind}), "high", outcome)

    assert words("parameters.diesel_eur_l", 0.9, 1.8) == "1,8 €/l"
    assert words("competitors.linex-allouville.recycled-a", 0.0, 10000.0) == "10\u202f000 t/an"
    assert words("suppliers.biocombustibles-saint-maclou", 49.0, 87.0) == "87 €/t"
    assert words("harvest_costs.purchase", 0.0, 1.0) == "haut"
    assert words("vehicles.cost", 0.85, 1.15, "times") == "× 1,15"


def comparison(cost, near_share=0.01):
    cases = tuple(Case(f"case-{at}" if at else "", None, None, None, None, {}) for at in range(len(cost)))
    return Comparison(cases, (("la-frenaye",), ("gruchet",)), np.array(cost, dtype=float), near_share)


def test_regrets_are_coloured_by_how_far_they_are_from_the_best(study):
    table = regret_table(
        comparison([[100e3, 100.5e3], [110e3, 100e3], [np.inf, 90e3], [np.inf, np.inf]]), study.chain()
    )
    shown = table.to_html()
    cells = [" ".join(cell.split()) for cell in table.data.astype(str).to_numpy().ravel()]
    # The site that can serve in all cases is on the left; a case that none can serve has no regret.
    assert cells == ["0,5", "0", "0", "10,0", "0", "✗", "–", "–", "0,5", "✗"]
    assert shown.index("Gruchet") < shown.index("Frénaye")
    for colour in ("#1f6b3a", "#b5d69a", "#eba878", "#c8c8c8"):
        assert shown.count(colour) >= 2  # in the table and in its legend
    assert "de 1\u202f% à 5\u202f%" in shown


def test_a_range_says_its_ends_and_its_middle():
    quantiles = {"p5": 28.6, "p25": 32.0, "p50": 36.5, "p75": 39.6, "p95": 46.3}
    axes = range_bar(quantiles, "Coût", "€/MWh", {"prix de marché": 32.0})
    assert written(axes) == ["28,6", "36,5", "46,3"]
    assert "prix de marché : 32,0" in axes.get_legend_handles_labels()[1]
    (bar,) = axes.patches
    assert (bar.get_x(), bar.get_width()) == pytest.approx((32.0, 7.6))


@pytest.mark.parametrize(("ticks", "first"), [([27.5, 30.0], "27,5"), ([0, 1000], "0"), ([0.0, 0.25], "0,00")])
def test_an_axis_has_the_decimals_of_its_steps(ticks, first):
    axes = plt.figure().subplots()
    axes.set_xticks(ticks)
    french_axis(axes.xaxis)
    assert axes.xaxis.get_major_formatter()(ticks[0], 0) == first
