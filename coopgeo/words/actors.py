"""Who does what at which stage, in words: `partners.csv` as a matrix, as rows and as sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from coopgeo.opportunity.actors import STATES, Cell, Matrix, Partner, coordination_eur_year, matrix_of, partners_of
from coopgeo.plan.outcome import Outcome
from coopgeo.study import Study
from coopgeo.study.schemas import EVERY_CHAIN
from coopgeo.text import Text
from coopgeo.words.sheets import Sheet


@dataclass(frozen=True)
class Named:
    """A partner in words: what it is called, and what it does there."""

    name: str
    role: str
    missing: bool


@dataclass(frozen=True)
class StageRow:
    """A stage in words.

    Attributes
    ----------
    stage : str
    state : str
        "filled", "partly", "gap" or "empty" of the worst cell.
    cells : tuple of tuple of Named
        One a chain; those who work for every chain are left out of them.
    everyone : tuple of Named
        Those who work for every chain.
    states : tuple of str
        One a chain.
    """

    stage: str
    state: str
    cells: tuple[tuple[Named, ...], ...]
    everyone: tuple[Named, ...]
    states: tuple[str, ...]


def partner_name(partner: Partner, text: Text) -> str:
    """What a partner is called; its role where no name is published."""
    if partner.missing:
        return text("actors.missing_role", role=partner.role[text.lang])
    if not partner.name:
        return text("actors.unnamed", role=partner.role[text.lang])
    return f"{partner.name} ({text('actors.outside')})" if partner.here is False else partner.name


def stage_rows(matrix: Matrix, text: Text) -> list[StageRow]:
    """The stages at which there is anybody, or a role, in any chain.

    Parameters
    ----------
    matrix : Matrix
    text : Text
    """
    rows = []
    for stage in matrix.stages:
        cells = [matrix.cell(stage, chain) for chain in matrix.chains]
        if not any(cell.there or cell.missing for cell in cells):
            continue
        shared = tuple(dict.fromkeys(one.id for cell in cells for one in cell.there if one.chain == EVERY_CHAIN))
        everyone = [one for one in cells[0].there if one.id in shared]
        states = tuple(cell.state for cell in cells)
        rows.append(
            StageRow(
                text(f"actors.stage_{stage}"),
                min(states, key=STATES.index),
                tuple(_named(_own(cell), text) for cell in cells),
                _named(everyone, text),
                states,
            )
        )
    return rows


def _own(cell: Cell) -> list[Partner]:
    return [one for one in (*cell.there, *cell.missing) if one.chain != EVERY_CHAIN]


def _named(partners: Sequence[Partner], text: Text) -> tuple[Named, ...]:
    return tuple(Named(partner_name(one, text), one.role[text.lang], one.missing) for one in partners)


def chain_actors(outcome: Outcome, text: Text) -> list[StageRow]:
    """The stages of the chain of an outcome; none if the study names no partner.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    """
    return stage_rows(matrix_of(outcome.study, [outcome.chain.settings.id]), text)


def gap_sentence(matrix: Matrix, chain: str, text: Text) -> str:
    """The stages of a chain at which nobody is, in a sentence."""
    stages = [text(f"actors.stage_{stage}") for stage in matrix.gaps(chain)]
    return text("actors.gaps", stages=text.joined(stages)) if stages else text("actors.gaps_none")


def support_sentence(outcome: Outcome, text: Text) -> str:
    """What the territory puts into a chain besides its cost, in a sentence; empty if nothing is known."""
    eur = coordination_eur_year(outcome.study)[outcome.chain.settings.id]
    return text("actors.support", eur=text.number(eur)) if eur else ""


def actor_sheets(study: Study, matrix: Matrix, names: dict[str, str], text: Text) -> dict[str, Sheet]:
    """The matrix and its partners as sheets of a workbook.

    Parameters
    ----------
    study : Study
    matrix : Matrix
    names : dict of str to str
        Names of the chains by id.
    text : Text

    Returns
    -------
    dict of str to Sheet
        `matrix`, a row a stage; `partners`, a row a partner or a vacant role.
    """
    rows = stage_rows(matrix, text)
    cells = [
        [
            row.stage,
            *("; ".join(one.name for one in cell) for cell in row.cells),
            "; ".join(n.name for n in row.everyone),
        ]
        for row in rows
    ]
    columns = ["stage", *matrix.chains, EVERY_CHAIN]
    headers = [text("actors.stage"), *(names[chain] for chain in matrix.chains), text("actors.everyone")]
    titles = study.sources["title"]
    everyone = {**names, EVERY_CHAIN: text("actors.everyone")}
    partners = pd.DataFrame(
        [
            {
                "chain": everyone.get(one.chain, one.chain),
                "stage": text(f"actors.stage_{one.stage}"),
                "name": one.name if not one.missing else text("actors.nobody"),
                "role": one.role[text.lang],
                "kind": text(f"actors.kind_{one.kind}"),
                "brings": ", ".join(text(f"actors.brings_{word}") for word in one.brings),
                "eur_year": one.eur_year,
                "status": text(f"status.{one.status}"),
                "source": titles.get(one.source, one.source),
            }
            for one in partners_of(study)
        ],
        columns=["chain", "stage", "name", "role", "kind", "brings", "eur_year", "status", "source"],
    )
    partners["eur_year"] = partners["eur_year"].astype(float)
    heads = [
        text("opportunity.col_chain"),
        *(text(f"actors.{name}") for name in ("stage", "name", "role", "kind", "brings", "eur_year")),
        text("column.status"),
        text("column.source"),
    ]
    return {
        "matrix": Sheet(
            text("actors.sheet_matrix"), pd.DataFrame(cells, columns=columns), headers, text("actors.about_all")
        ),
        "partners": Sheet(text("actors.sheet"), partners, heads, text("actors.note")),
    }
