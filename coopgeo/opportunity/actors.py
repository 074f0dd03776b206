"""Who does what at which stage of which chain, which roles nobody fills, and what the territory puts in as coordinator.

A row of `partners.csv` without a name is a role. If its status is "attested", somebody fills it whose name is not
published; else nobody does who is published: a gap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from coopgeo.study import Study
from coopgeo.study.chain_schemas import PARTNER_STAGES
from coopgeo.study.schemas import EVERY_CHAIN

STATES = ("gap", "empty", "partly", "filled")  # the worst first


@dataclass(frozen=True)
class Partner:
    """A partner in a role, or a role that nobody fills.

    Attributes
    ----------
    id, name : str
        The name is empty where none is published.
    chain : str
        Id of its chain, or "all".
    kind, stage : str
        As in `partners.csv`.
    role : mapping of str to str
        By language.
    brings : tuple of str
    missing : bool
        Whether nobody who is published fills the role.
    here : bool, optional
        Whether its commune belongs to the territory; None where none is given.
    eur_year : float, optional
        Support in money or in kind; None where it is not published.
    status, source, note : str
    """

    id: str
    name: str
    chain: str
    kind: str
    stage: str
    role: dict[str, str]
    brings: tuple[str, ...]
    missing: bool
    here: bool | None
    eur_year: float | None
    status: str
    source: str
    note: str


@dataclass(frozen=True)
class Cell:
    """A stage of a chain.

    Attributes
    ----------
    stage, chain : str
    there : tuple of Partner
        Those who are known to be there, also for every chain.
    missing : tuple of Partner
        Roles that nobody fills.
    """

    stage: str
    chain: str
    there: tuple[Partner, ...]
    missing: tuple[Partner, ...]

    @property
    def state(self) -> str:
        """One of `STATES`: "partly" if a role is missing beside those who are there, "empty" if neither is known."""
        if self.there:
            return "partly" if self.missing else "filled"
        return "gap" if self.missing else "empty"


@dataclass(frozen=True)
class Matrix:
    """Stages of chains, with who is there.

    Attributes
    ----------
    stages, chains : tuple of str
    cells : tuple of Cell
        A row of stages after the other.
    """

    stages: tuple[str, ...]
    chains: tuple[str, ...]
    cells: tuple[Cell, ...]

    def cell(self, stage: str, chain: str) -> Cell:
        """The cell of a stage and a chain."""
        return self.cells[self.stages.index(stage) * len(self.chains) + self.chains.index(chain)]

    def column(self, chain: str) -> tuple[Cell, ...]:
        """The stages of a chain."""
        return tuple(self.cell(stage, chain) for stage in self.stages)

    def roles(self, chain: str) -> int:
        """How many roles a chain has, filled or not; those who work for every chain are left out."""
        return sum(one.chain == chain for cell in self.column(chain) for one in (*cell.there, *cell.missing))

    def missing(self, chain: str) -> tuple[Partner, ...]:
        """The roles of a chain that nobody fills."""
        return tuple(one for cell in self.column(chain) for one in cell.missing)

    def gaps(self, chain: str) -> tuple[str, ...]:
        """The stages of a chain that have a role and nobody in any."""
        return tuple(cell.stage for cell in self.column(chain) if cell.state == "gap")


def partners_of(study: Study) -> tuple[Partner, ...]:
    """The rows of `partners.csv`, in their order."""
    return tuple(_partners(study))


def _partners(study: Study) -> Iterator[Partner]:
    within = set(map(str, study.territory.index))
    for row in study.partners.reset_index().to_dict("records"):
        name, insee = str(row["name"] or ""), str(row.get("insee") or "")
        support = row.get("eur_year")
        yield Partner(
            id=str(row["id"]),
            name=name,
            chain=str(row["chain"]),
            kind=str(row["kind"]),
            stage=str(row["stage"]),
            role={"fr": str(row["role_fr"]), "en": str(row["role_en"])},
            brings=tuple(str(row["brings"] or "").split()),
            missing=not name and row["status"] != "attested",
            here=insee in within if insee else None,
            eur_year=None if support is None or pd.isna(support) else float(support),
            status=str(row["status"]),
            source=str(row["source"]),
            note=str(row.get("note") or ""),
        )


def matrix_of(study: Study, chains: Sequence[str] | None = None) -> Matrix:
    """Draw up the matrix of actors.

    Parameters
    ----------
    study : Study
    chains : sequence of str, optional
        All by default.
    """
    partners, names = partners_of(study), tuple(chains or study.chains)
    cells = [
        _cell(stage, chain, [one for one in partners if one.stage == stage and one.chain in (chain, EVERY_CHAIN)])
        for stage in PARTNER_STAGES
        for chain in names
    ]
    return Matrix(tuple(PARTNER_STAGES), names, tuple(cells))


def _cell(stage: str, chain: str, partners: Sequence[Partner]) -> Cell:
    there = sorted((one for one in partners if not one.missing), key=lambda one: one.chain == EVERY_CHAIN)
    return Cell(stage, chain, tuple(there), tuple(one for one in partners if one.missing))


def coordination_eur_year(study: Study, chains: Sequence[str] | None = None) -> dict[str, float]:
    """What is put into each chain in money or in kind, € a year; what is for every chain is divided evenly.

    Parameters
    ----------
    study : Study
    chains : sequence of str, optional
        Those that share what is for every chain; all by default.

    Returns
    -------
    dict of str to float
    """
    partners, names = partners_of(study), tuple(chains or study.chains)
    own = {name: sum(one.eur_year or 0.0 for one in partners if one.chain == name) for name in names}
    shared = sum(one.eur_year or 0.0 for one in partners if one.chain == EVERY_CHAIN)
    return {name: eur + shared / len(names) for name, eur in own.items()}
