"""What scenarios say in words: the answer of each, the regret of each choice of sites."""

import numpy as np
import pandas as pd

from coopgeo.scenarios import Case, Comparison
from coopgeo.study import Chain
from coopgeo.text import Text, french_spaces
from coopgeo.text.messages import said
from coopgeo.words.break_even import site_names
from coopgeo.words.sheets import Sheet


def case_title(case: Case, text: Text) -> str:
    """Name of a scenario; that of the study as it stands."""
    if case.scenario is None:
        return text("scenario.base")
    name = str(getattr(case.scenario, text.lang)) or case.id
    return french_spaces(name) if text.lang == "fr" else name


def comparison_sheets(comparison: Comparison, chain: Chain, text: Text) -> dict[str, Sheet]:
    """The scenarios and the regrets as sheets of a workbook.

    Parameters
    ----------
    comparison : Comparison
    chain : Chain
        Of the study as it stands.
    text : Text

    Returns
    -------
    dict of str to Sheet
        `scenarios`, a row a case; `regrets`, a row a choice of sites with its regret in each case.
    """
    cases = pd.DataFrame([_case_row(case, chain, text) for case in comparison.cases])
    names = [case_title(case, text) for case in comparison.cases]
    order = comparison.order
    regrets = pd.DataFrame(
        {
            "sites": [site_names(comparison.choices[at], chain, text) for at in order],
            "max_regret_eur": comparison.max_regret_eur_year[order],
            "mean_regret_eur": comparison.mean_regret_eur_year[order],
            "unserved_cases": comparison.unserved[order],
            "aside_cases": comparison.aside[order],
            "unknown_cases": comparison.unknown[order],
            "near_cases": 100 * comparison.near[order],
            **{f"case_{at}": [_regret(comparison, at, one, text) for one in order] for at in range(len(names))},
        }
    )
    own = [text(f"column.{name}") for name in regrets.columns[: -len(names)]]
    return {
        "scenarios": Sheet(
            text("sheet.scenarios"),
            cases,
            [text(f"column.{name}") for name in cases.columns],
            text("about.scenarios"),
        ),
        "regrets": Sheet(text("sheet.regrets"), regrets, [*own, *names], text("about.regrets")),
    }


def _regret(comparison: Comparison, case: int, choice: int, text: Text) -> float | str:
    """The regret of a choice in a case, or why it has none; NaN where nobody can serve, or nothing is compared."""
    regret = float(comparison.regret_eur_year[case, choice])
    if np.isfinite(regret):
        return regret
    if comparison.set_aside is not None and comparison.set_aside[case, choice]:
        return text("scenario.aside")
    if np.isinf(regret):
        return text("scenario.not_served")
    return text("scenario.no_time") if comparison.compared[case] or not comparison.cases[case].proved else np.nan


def _best_sites(case: Case, chain: Chain, text: Text) -> str:
    """The best sites of a case; why there are none; whether they are proved if they are not."""
    if case.sites is None:
        return text("scenario.no_time" if not case.in_time else "scenario.unserved")
    sites = site_names(case.sites, chain, text)
    return sites if case.proved else text("scenario.not_proved", sites=sites)


def _case_row(case: Case, chain: Chain, text: Text) -> dict[str, object]:
    figures = {"value_eur_year": np.nan, "eur_per_unit": np.nan, "units": np.nan}
    if case.outcome is not None:
        figures = {
            "value_eur_year": case.outcome.objective.value_eur_year,
            "eur_per_unit": case.outcome.cost.eur_per_unit,
            "units": case.outcome.accounts.delivered.units,
        }
    scenario = case.scenario
    return {
        "scenario": case_title(case, text),
        "best_sites": _best_sites(case, chain, text),
        **figures,
        "lacking": "" if case.lacking is None else said(case.lacking, text.lang),
        "why": "" if scenario is None else str(getattr(scenario, f"why_{text.lang}")),
        "source": "" if scenario is None else scenario.source,
        "status": "" if scenario is None else text(f"status.{scenario.status}"),
    }


def least_regret(comparison: Comparison, chain: Chain, text: Text) -> str:
    """The choice of least maximum regret, in a sentence; empty if no case can be served."""
    if not len(comparison.choices) or not comparison.compared.any():
        return ""
    at = int(comparison.order[0])
    if comparison.least_max_regret is None:
        return text("scenario.least_regret_unknown", unknown=int(comparison.unknown[at]))
    unserved, aside = int(comparison.unserved[at]), int(comparison.aside[at])
    words = text(
        "scenario.least_regret_unserved" if unserved else "scenario.least_regret",
        sites=site_names(comparison.least_max_regret, chain, text),
        regret=text.significant(float(comparison.max_regret_eur_year[at])) if not unserved else "",
        unserved=unserved,
        near=text.percent(float(comparison.near[at])),
        tolerance=text.percent_as_given(comparison.near_share),
        count=int(comparison.compared.sum()),
    )
    return f"{words} {text.counted('scenario.set_aside', aside)}" if aside else words
