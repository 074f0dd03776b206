"""Who shares: customers, communes, bodies of communes (EPCI) or partners, and what is theirs in a placement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from coopgeo.arrays import Ints
from coopgeo.errors import Column, Faults, InputError, Message
from coopgeo.plan.placement import Placement
from coopgeo.study.schemas import EVERY_CHAIN

By = Literal["customers", "communes", "epci", "partners"]
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Players:
    """The players of the game of a study, and what each has of its placement.

    Attributes
    ----------
    by : {"customers", "communes", "epci", "partners"}
    ids : tuple of str
        In the order of the players of the game.
    names : mapping of str to str
        By id; of a partner whose name is not published, its role in French.
    customer, source, site : ndarray of int
        The player that each row of the demand, of the sources and of the options of the placement belongs to; -1 = to
        nobody who plays: what it asks for is served by nobody here, what it has all may use. Sites are those of
        partners, where partners play.
    weights : DataFrame
        Indexed by player: `tonnes` (a year, as delivered or as collected), `units` (a year), `inhabitants` (of the
        communes where its customers or its points lie; those of a commune of several players are divided by units).
    brings_eur_year : Series
        What each partner brings to the chain in money or in kind (`eur_year` of `partners.csv`), € a year; 0 of others.
    """

    by: By
    ids: tuple[str, ...]
    names: Mapping[str, str]
    customer: Ints
    source: Ints
    site: Ints
    weights: pd.DataFrame
    brings_eur_year: pd.Series

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.ids)


def players_of(placement: Placement, by: By, only: tuple[str, ...] | None = None) -> Players:
    """Find the players of a placement: whoever asks for something, or where supply pushes, whoever brings something.

    Parameters
    ----------
    placement : Placement
    by : {"customers", "communes", "epci", "partners"}
        Customers are players of a chain that pulls alone. Partners are named in the column `partner` of the customers,
        or of the collection points of a chain that pushes; what other points and sites name is theirs too.
    only : tuple of str, optional
        These players, in this order, whether they ask for anything or not: those of other draws of the same study.

    Raises
    ------
    InputError
        If `by` is none of these, or nobody is there to share.
    """
    faults = Faults("players")
    if by not in get_args(By):
        faults.add(column="by", found=by, expected=Message("one of {choices}", choices=list(get_args(By))))
    pushes = placement.outlets is not None
    if by == "customers" and pushes:
        expected = Message("communes, epci or partners, as all that is collected must go somewhere")
        faults.add(column="by", found=by, expected=expected)
    faults.raise_if_any()
    chain = placement.chain
    points = chain.collection_points.reindex(placement.sources["point"])
    of = {
        "customer": _owners(placement, chain.customers.loc[placement.demand.index], by),
        "source": _owners(placement, points, by),
        "site": _owners(placement, chain.candidate_sites.loc[placement.options["site"]], "partners"),
    }
    brings = of["source" if pushes else "customer"]
    amounts = placement.sources["kept_t"].to_numpy(float) if pushes else placement.demand["kept_t"].to_numpy(float)
    found = only or tuple(dict.fromkeys(sorted(str(one) for one in brings[(amounts > 0) & (brings != "")])))
    if not found:
        raise InputError(_nobody(placement, by))
    index = pd.Index(found)
    numbers = {name: np.asarray(index.get_indexer(owner), dtype=np.intp) for name, owner in of.items()}
    names = _names(placement, by)
    return Players(by, found, {one: names.get(one, one) for one in found}, **numbers,
                   weights=_weights(placement, index, numbers["source" if pushes else "customer"], points),
                   brings_eur_year=_brings(placement, index, by))  # fmt: skip


def _nobody(placement: Placement, by: By) -> str:
    """What to do where nobody is there to share."""
    if by != "partners":
        return Message("nobody is there to share: no {by} asks for or brings anything", by=by)
    path = f"chains/{placement.chain.settings.id}/{'customers' if placement.outlets is None else 'collection_points'}"
    return Message(
        "nobody is there to share: fill in the column {column} of {file} with ids of partners.csv",
        column=Column("partner"),
        file=placement.study.inputs.files.get(path, f"{path}.csv"),
    )


def _owners(placement: Placement, places: pd.DataFrame, by: By) -> np.ndarray:
    """The id of the owner of each of some places; empty for nobody."""
    if by == "customers":
        own = places.index.isin(placement.demand.index)
        return np.where(own, places.index.astype(str), "").astype(object)
    if by == "partners":
        return places["partner"].fillna("").astype(str).to_numpy(object)
    communes = places["insee"].astype("string")
    if by == "communes":
        return communes.fillna("").to_numpy(object)
    epci = placement.study.inputs.tables["territory/communes"]["epci_siren"].astype("string")
    return communes.map(epci).fillna("").to_numpy(object)


def _names(placement: Placement, by: By) -> dict[str, str]:
    tables = placement.study.inputs.tables
    if by == "customers":
        named = placement.chain.customers["name"]
    elif by == "partners":
        named = tables["partners"]["name"].where(lambda names: names != "", tables["partners"]["role_fr"])
    elif by == "communes":
        named = tables["territory/communes"]["name"]
    else:
        communes = tables["territory/communes"]
        named = communes.drop_duplicates("epci_siren").set_index("epci_siren")["epci_name"]
    return {str(id): str(name) for id, name in named.items()}


def _brings(placement: Placement, players: pd.Index, by: By) -> pd.Series:
    """What each partner brings to the chain in money or in kind; what is for every chain is divided evenly."""
    nothing = pd.Series(0.0, index=players)
    partners = placement.study.partners
    if by != "partners" or partners.empty:
        return nothing
    chain = partners["chain"].map({placement.chain.settings.id: 1.0, EVERY_CHAIN: 1 / len(placement.study.chains)})
    brought = (partners["eur_year"].fillna(0.0) * chain.fillna(0.0)).astype(float)
    return nothing.add(brought.reindex(players).fillna(0.0))


def _weights(placement: Placement, players: pd.Index, owner: Ints, points: pd.DataFrame) -> pd.DataFrame:
    """Tonnes, units and inhabitants of each player."""
    if placement.outlets is not None:
        tonnes = placement.sources["kept_t"].to_numpy(float) / (1 - placement.sources["tare"].to_numpy(float))
        units, insee = tonnes, points["insee"].astype("string").to_numpy(object)
    else:
        tonnes = placement.demand["tonnes"].to_numpy(float)
        units = placement.demand["wanted_units"].to_numpy(float)
        insee = placement.chain.customers.loc[placement.demand.index, "insee"].astype("string").to_numpy(object)
    rows = pd.DataFrame({"player": owner, "tonnes": tonnes, "units": units, "insee": insee})
    rows = rows[rows["player"] != NOBODY]
    sums = rows.groupby("player")[["tonnes", "units"]].sum()
    inhabitants = placement.study.inputs.tables["territory/communes"]["population"]
    inside = rows.groupby(["player", "insee"], as_index=False)["units"].sum()
    of_commune = inside.groupby("insee")["units"].transform("sum")
    part = (inside["units"] / of_commune).where(of_commune > 0, 0.0)
    people = (inside["insee"].map(inhabitants).astype(float) * part).groupby(inside["player"]).sum()
    made = sums.assign(inhabitants=people).reindex(range(len(players)), fill_value=0.0)
    return made.set_axis(players)
