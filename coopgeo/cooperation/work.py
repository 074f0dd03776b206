"""The work that a chain gives, shared out: in which commune it is done, and which partner does it.

The jobs are those of the outcome, shared out by `work.csv` of the chain: which part of them belongs to which stage, and
whether that is done where the goods are collected, on the platform, or from where they depart. Where a chain tells the
jobs of its collection apart (`collection_fte_per_1000_t`), these are done at its points. What goes straight to a
customer passes no platform: its work is that of the other stages.

Work goes to the partner that the place names (column `partner`); else to those of `partners.csv` who bring staff or
vehicles to the stage, and do not lie outside the territory; else to nobody who is named yet.
"""

import numpy as np
import pandas as pd

from coopgeo.chain.platforms import EXISTING
from coopgeo.plan.outcome import Outcome
from coopgeo.study import Study
from coopgeo.study.schemas import EVERY_CHAIN
from coopgeo.study.settings import JOBS_CREATED

FTE = ("fte_low", "fte", "fte_high")
AMOUNTS = (*FTE, "insertion_fte")
COLLECTION, PLATFORM = "collection", "platform"  # ids of the parts of a chain whose jobs no table shares out
_ENDS = ("low", "value", "high")
_DOERS = frozenset({"staff", "fleet"})  # what those bring who work themselves


def work_of(outcome: Outcome) -> pd.DataFrame:
    """Share out the jobs of an outcome by part of the work, commune and partner.

    Parameters
    ----------
    outcome : Outcome

    Returns
    -------
    DataFrame
        A row a part, commune and partner: `part` (id of a row of `work.csv`, "collection" or "platform"), `stage` (as
        in `partners.csv`), `insee`, `partner` (ids of `partners.csv`, separated by blanks where nobody says who of them
        does how much; empty where nobody is named), `fte_low`, `fte`, `fte_high` and `insertion_fte` (of `fte`), all
        full-time equivalents. They sum to `outcome.jobs`.

    Examples
    --------
    >>> import coopgeo
    >>> outcome = coopgeo.run(coopgeo.open_study())
    >>> work = work_of(outcome)
    >>> bool(abs(work["fte_high"].sum() - outcome.jobs.fte_high) < 1e-9)
    True
    """
    placed = _placed(outcome)
    tonnes = placed["tonnes"].to_numpy(float) / 1000
    jobs = {
        name: tonnes * np.array([getattr(per, end) for per in placed["per_1000_t"]], dtype=float)
        for name, end in zip(FTE, _ENDS, strict=True)
    }
    by_hand = jobs["fte"] * placed["by_hand_share"].to_numpy(float)
    weight = by_hand if by_hand.sum() > 0 else jobs["fte"]
    insertion = outcome.jobs.insertion_fte * weight / (weight.sum() or 1.0)
    partner = _partners(outcome, placed)
    rows = placed.assign(**jobs, insertion_fte=insertion, partner=partner)
    keys = ["part", "stage", "insee", "partner"]
    done = rows.groupby(keys, sort=False)[list(AMOUNTS)].sum().reset_index()
    return done[done["fte_high"] > 0].reset_index(drop=True)


def share_of_created(work: pd.DataFrame, outcome: Outcome) -> tuple[float, float, float] | None:
    """What part of the jobs that the approach has created (`references.jobs_created`) some work would be.

    Parameters
    ----------
    work : DataFrame
        All, or some rows, of `work_of`.
    outcome : Outcome

    Returns
    -------
    tuple of float, optional
        At least, at the values that are computed with, and at most: the least work of the most jobs, and the other way
        round; None where the study does not say how many there are.
    """
    created = outcome.study.settings.references.get(JOBS_CREATED)
    if created is None or created.low <= 0:
        return None
    low, value, high = (float(work[name].sum()) for name in FTE)
    return low / created.high, value / created.value, high / created.low


def _placed(outcome: Outcome) -> pd.DataFrame:
    """The tonnes of each part of the work at each place: what part it is, how much, and by which parameter."""
    accounts, placement = outcome.accounts, outcome.placement
    parameters, into = placement.chain.parameters, accounts.inbound
    own = np.ones(len(accounts.sites), dtype=bool)
    amounts = accounts.tonnes_out
    if placement.outlets is not None:
        sizes = placement.options["size"].to_numpy()[outcome.solution.sites]
        own, amounts = sizes != EXISTING, accounts.tonnes_in
    sites = pd.Series(np.where(own, amounts, 0.0), index=pd.Index(accounts.sites, dtype=object))
    arriving = pd.Series(into.kept_t).groupby(into.destination).sum()
    of_point = into.kept_t * (sites / arriving).reindex(into.destination).fillna(0.0).to_numpy()
    at_points = pd.Series(of_point, index=pd.Index(into.origin, dtype=object))
    bought = np.isin(accounts.direct.origin.astype(str), placement.ways.suppliers.astype(str))
    straight = pd.Series(accounts.direct.tonnes[~bought], index=pd.Index(accounts.direct.origin[~bought], dtype=object))
    parts, per = _parts(outcome), parameters.fte_per_1000_t
    elsewhere = parts[(parts["work_place"] != PLATFORM) & (parts["share"] > 0)]
    past = elsewhere if len(elsewhere) else parts
    rows = []
    for table, through in ((parts, True), (past, False)):
        whole = float(table["share"].sum())
        for part in table.to_dict("records"):
            where = straight if not through else at_points if part["work_place"] == "points" else sites
            rows.append(_rows(part, where * (part["share"] / whole), per))
    if (collecting := getattr(parameters, "collection_fte_per_1000_t", None)) is not None:
        arrived = (accounts.tonnes_in / arriving.reindex(accounts.sites).to_numpy()) if len(arriving) else np.zeros(0)
        factor = pd.Series(arrived, index=pd.Index(accounts.sites, dtype=object)).reindex(into.destination).to_numpy()
        collected = pd.Series(into.kept_t * factor, index=pd.Index(into.origin, dtype=object))
        rows.append(_rows({"part": COLLECTION, "stage": COLLECTION, "by_hand_share": 1.0}, collected, collecting))
    return pd.concat(rows, ignore_index=True)


def _rows(part: dict[str, object], tonnes: pd.Series, per_1000_t: object) -> pd.DataFrame:
    frame = pd.DataFrame({"place": tonnes.index.astype(object), "tonnes": tonnes.to_numpy(float)})
    told = {name: part[name] for name in ("part", "stage", "by_hand_share")}
    return frame.assign(**told, per_1000_t=[per_1000_t] * len(frame))


def _parts(outcome: Outcome) -> pd.DataFrame:
    """`work.csv` of the chain; without it, all is work of the platform."""
    table = outcome.chain.work
    if len(table):
        return table.rename_axis("part").reset_index()
    alone = {"part": PLATFORM, "stage": PLATFORM, "work_place": PLATFORM, "share": 1.0, "by_hand_share": 1.0}
    return pd.DataFrame([alone])


def _partners(outcome: Outcome, placed: pd.DataFrame) -> list[str]:
    """Who does the work of each row; sets its `insee` too, as both hang on the place."""
    chain = outcome.chain
    points, sites = chain.collection_points, chain.candidate_sites
    places = pd.concat([table[["insee"]] for table in (points, sites, chain.suppliers) if "insee" in table])
    named = pd.concat([table["partner"] for table in (points, sites)])
    placed["insee"] = places["insee"].astype(str).reindex(placed["place"]).to_numpy()
    own = named.fillna("").astype(str).reindex(placed["place"], fill_value="")
    own = own.where(own.isin(_who_work(outcome.study)), "")  # who gives ground alone does not do the work on it
    doers = {stage: doers_of(outcome.study, chain.settings.id, str(stage)) for stage in placed["stage"].unique()}
    return [one or " ".join(doers[stage]) for one, stage in zip(own, placed["stage"], strict=True)]


def doers_of(study: Study, chain: str, stage: str) -> tuple[str, ...]:
    """Those of `partners.csv` who work at a stage of a chain themselves: ids, in their order.

    They bring staff or vehicles, are known to be there, and do not lie outside the territory.
    """
    table = study.partners
    if table.empty:
        return ()
    insee = table["insee"].fillna("").astype(str)
    here = (insee == "") | insee.isin(set(map(str, study.territory.index)))
    there = (table["name"].fillna("") != "") | (table["status"] == "attested")
    fits = (table["stage"] == stage) & table["chain"].isin([chain, EVERY_CHAIN])
    working = table.index.astype(str).isin(_who_work(study))
    return tuple(map(str, table.index[fits & here & there & working]))


def _who_work(study: Study) -> list[str]:
    """Those of `partners.csv` who bring staff or vehicles."""
    brings = study.partners["brings"].fillna("")
    return [str(id) for id, words in brings.items() if not _DOERS.isdisjoint(words.split())]
