"""Chains side by side in a notebook: verdicts, the ways to run a chain at another support or another collection."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import ipywidgets
import pandas as pd

from coopgeo.errors import InfeasibleError
from coopgeo.notebook.answers import progress
from coopgeo.notebook.controls import slider
from coopgeo.opportunity import ChainStudy, Opportunity, study_chains
from coopgeo.opportunity.own_platform import SUPPORT
from coopgeo.plan.outcome import Outcome
from coopgeo.scenarios import Prepared
from coopgeo.study import Study
from coopgeo.study.changes import Changes
from coopgeo.text import Text
from coopgeo.words.actors import stage_rows
from coopgeo.words.opportunity import (
    chain_name,
    condition_text,
    instead,
    option_name,
    price,
    reason_text,
    side_by_side,
    units,
    verdict_key,
)
from coopgeo.words.sheets import Sheet

_TEXT = Text("fr")
_INHABITANTS = "population"  # basis of what is collected by inhabitant
_SUPPORTS = (0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0)
_KG_T = 1000.0
_STEPS = 4  # of each chain: its answer, other ways to run it, where it turns, what weighs
_KILOS = (2.0, 3.0, 5.0, 6.0, 8.0, 10.0)


def opportunity(study: Study) -> Opportunity:
    """The opportunity study of a study, with a bar while it is worked out."""
    done = count()
    with progress(_TEXT("opportunity.side")) as move:
        return study_chains(study, on_step=lambda _chain, _step: move(next(done), _STEPS * len(study.chains)))


def chains_sheet(found: Opportunity) -> Sheet:
    """The chains side by side, a row a figure."""
    names = [chain_name(chain, _TEXT) for chain in found.chains]
    rows = [[row.title, *(" – ".join(filter(None, cell)) for cell in row.cells)] for row in side_by_side(found, _TEXT)]
    columns = ["figure", *(chain.id for chain in found.chains)]
    headers = [_TEXT("opportunity.col_figure"), *names]
    return Sheet(_TEXT("opportunity.side"), pd.DataFrame(rows, columns=columns), headers)


def verdicts_sheet(found: Opportunity) -> Sheet:
    """What each rule says of each chain; those first that the verdict follows from."""
    rows = [
        (chain_name(chain, _TEXT), _badge(chain, reason.answer), reason_text(reason, chain, _TEXT))
        for chain in found.chains
        for reason in chain.verdict.reasons
    ]
    headers = [_TEXT(f"opportunity.col_{name}") for name in ("chain", "answer", "words")]
    return Sheet(_TEXT("opportunity.rules"), pd.DataFrame(rows, columns=["chain", "answer", "words"]), headers)


def _badge(chain: ChainStudy, answer: str) -> str:
    return _TEXT(f"opportunity.{verdict_key(chain) if answer == chain.verdict.answer else answer}")


def conditions_sheet(found: Opportunity) -> Sheet:
    """What must be true for each chain to hold."""
    rows = [
        (chain_name(chain, _TEXT), condition_text(condition, chain, _TEXT))
        for chain in found.chains
        for condition in chain.conditions
    ]
    headers = [_TEXT("opportunity.col_chain"), _TEXT("opportunity.must")]
    return Sheet(_TEXT("opportunity.must"), pd.DataFrame(rows, columns=["chain", "words"]), headers)


def actors_sheet(found: Opportunity) -> Sheet:
    """Who does what, stage by stage and chain by chain."""
    rows = [
        [
            row.stage,
            *("; ".join(one.name for one in cell) for cell in row.cells),
            "; ".join(one.name for one in row.everyone),
        ]
        for row in stage_rows(found.matrix, _TEXT)
    ]
    columns = ["stage", *(chain.id for chain in found.chains), "all"]
    names = [chain_name(chain, _TEXT) for chain in found.chains]
    headers = [_TEXT("actors.stage"), *names, _TEXT("actors.everyone")]
    return Sheet(_TEXT("actors.title"), pd.DataFrame(rows, columns=columns), headers)


def what_instead(found: Opportunity) -> list[str]:
    """What else could be done where a platform of its own is not to be, a sentence a chain."""
    told = [(chain_name(chain, _TEXT), instead(chain, _TEXT)) for chain in found.chains]
    return [f"{name}. {words}" for name, words in told if words]


class Supported:
    """A chain that plants of others could serve, at another support per tonne and another collection.

    Parameters
    ----------
    chain : ChainStudy
    """

    def __init__(self, chain: ChainStudy) -> None:
        assert chain.outcome is not None
        self.chain, outcome = chain, chain.outcome
        placement = outcome.placement
        job = replace(placement.job, alternatives=0)
        self.prepared = Prepared(outcome.study, job, ways=placement.ways, measure="estimate")

    @property
    def sliders(self) -> Mapping[str, ipywidgets.Widget]:
        """Sliders of the support and of what an inhabitant brings, standing where the study stands."""
        parts = self.prepared.study.chain(self.chain.id)
        support = getattr(parts.parameters, SUPPORT).value
        found = {"support": slider(_TEXT("opportunity.notebook_support"), _SUPPORTS, _TEXT.number, support)}
        if (row := self._collected) is not None:
            kilos = round(float(row["value"]) * _KG_T, 6)
            words = _TEXT("opportunity.notebook_collected")
            found["kilos"] = slider(words, _KILOS, lambda value: _TEXT.short(value, 1), kilos)
        return found

    @property
    def _collected(self) -> pd.Series | None:
        """The row of what an inhabitant brings; None where it is counted otherwise."""
        parts = self.prepared.study.chain(self.chain.id)
        products = parts.settings.products
        rows = parts.resources.drop_duplicates("product")
        by_inhabitant = rows[[products[name].basis == _INHABITANTS for name in rows["product"]]]
        return None if by_inhabitant.empty else by_inhabitant.iloc[0]

    def _changes(self, support: float, kilos: float | None) -> Changes:
        changes: dict[str, Any] = {"parameters": {SUPPORT: support}}
        if kilos is not None and (row := self._collected) is not None:
            changes["resources"] = {(row["product"], row["factor"]): {"value": kilos / _KG_T}}
        return changes

    def options(self, support: float, kilos: float | None = None) -> Sheet:
        """The ways to run the chain at a support (€/t) and a collection (kg an inhabitant); rounds are estimated."""
        _, _, eur = units(self.chain, _TEXT)
        told = [(option_name(option, _TEXT), self._outcome(option.id, support, kilos)) for option in self.chain.options]
        rows = [_row(name, outcome) for name, outcome in told]
        columns = ("option", "sites", "price", "year", "jobs", "elsewhere", "insertion")
        headers = [
            _TEXT("opportunity.column_option"),
            _TEXT("opportunity.column_sites"),
            _TEXT("opportunity.column_price", eur=eur),
            *(_TEXT(f"opportunity.column_{name}") for name in ("year_net", "jobs", "elsewhere", "insertion")),
        ]
        title = _TEXT("opportunity.options", chain=chain_name(self.chain, _TEXT))
        return Sheet(title, pd.DataFrame(rows, columns=list(columns)), headers)

    def _outcome(self, scenario: str, support: float, kilos: float | None) -> Outcome | None:
        prepared, chain = self.prepared, self.chain.id
        study, job = prepared.study, prepared.job
        if scenario:
            study, job = prepared.under(study.scenarios_of(chain)[scenario])
        try:
            return prepared.outcome(study.changed(self._changes(support, kilos), chain=chain), job)
        except InfeasibleError:
            return None


def _row(name: str, outcome: Outcome | None) -> tuple[str, ...]:
    if outcome is None:
        return (name, *[_TEXT("opportunity.none")] * 6)
    jobs, sites = outcome.jobs, [str(one) for one in outcome.platforms["name"]]
    return (
        name,
        _TEXT.joined(sites),
        price(outcome.cost.eur_per_unit, _TEXT),
        _TEXT.significant(outcome.cost.paid_eur_year, 3),
        f"{_TEXT.number(jobs.fte_low, 1)} – {_TEXT.number(jobs.fte_high, 1)}",
        _TEXT.number(jobs.elsewhere_fte, 1),
        _TEXT.number(jobs.insertion_fte, 1),
    )


def supported(found: Opportunity) -> Supported | None:
    """The first chain that plants of others could serve and that is paid a support per tonne; None without one."""
    chains = (chain for chain in found.chains if any(one.name == "support" for one in chain.turnings))
    return next((Supported(chain) for chain in chains), None)
