"""Where the work of a chain is done and by whom, in words: sentences, short tables for the page, a sheet."""

from typing import Any

import pandas as pd

from coopgeo.cooperation.work import AMOUNTS, FTE, share_of_created, work_of
from coopgeo.plan.outcome import Outcome
from coopgeo.study.settings import JOBS_CREATED
from coopgeo.text import Text
from coopgeo.words.sheets import Sheet

_MOST_COMMUNES = 8  # named one by one on the page


def work_sentences(work: pd.DataFrame, outcome: Outcome, text: Text) -> list[str]:
    """How much work there is, how much of it in the territory, beside the jobs created so far, and with nobody named.

    Parameters
    ----------
    work : DataFrame
        See `cooperation.work.work_of`.
    outcome : Outcome
    text : Text
    """
    low, value, high, insertion = (float(work[name].sum()) for name in AMOUNTS)
    ends = {name: text.number(one, 1) for name, one in (("low", low), ("value", value), ("high", high))}
    told = [text.counted("work.sum", work["insee"].nunique(), **ends, insertion=text.number(insertion, 1))]
    inside = work["insee"].isin(set(map(str, outcome.study.territory.index)))
    told.append(text("work.inside", share=text.percent_of_many(float(work.loc[inside, "fte"].sum()) / value)))
    created, shares = outcome.study.settings.references.get(JOBS_CREATED), share_of_created(work, outcome)
    if created is not None and shares is not None:
        parts = dict(zip(("low", "value", "high"), map(text.percent, shares), strict=True))
        jobs = {"created": created.value, "low_created": created.low, "high_created": created.high}
        status = text(f"status.{created.range_status or created.status}")
        words = {name: text.short(one) for name, one in jobs.items()}
        told.append(text("work.created", **words, **parts, status=status))
    nobody = float(work.loc[work["partner"] == "", "fte"].sum()) / value
    if nobody:
        told.append(text("work.nobody_share", share=text.percent_of_many(nobody)))
    told.append(_split(work, outcome, text))
    if (work["partner"] != "").any():
        told.append(text("work.named"))
    return told


def _split(work: pd.DataFrame, outcome: Outcome, text: Text) -> str:
    """How the work spreads over its parts, and how far that is known."""
    table = outcome.chain.work
    if table.empty:
        return text("work.split_none") if (work["part"] == "platform").any() else _collected(outcome, text)
    names = [
        text(
            "work.split_part",
            name=str(row[f"name_{text.lang}"]),
            share=text.percent_as_given(float(row["share"])),
            status=text(f"status.{row['status']}"),
        )
        for row in table.to_dict("records")
    ]
    return text("work.split", names=", ".join(names))


def _collected(outcome: Outcome, text: Text) -> str:
    """That all is work of the collection, which the chain tells apart."""
    known = getattr(outcome.chain.parameters, "collection_fte_per_1000_t", None)
    status = text(f"status.{known.status}") if known is not None else ""
    part = text("work.split_part", name=text("work.part_collection"), share=text.percent(1.0), status=status)
    return text("work.split", names=part)


def work_table(outcome: Outcome, text: Text) -> dict[str, Any] | None:
    """The sentences and two short tables of the page, by commune and by partner; None where there is no work.

    Returns
    -------
    dict, optional
        `sentences`; `tables`, each the heading of its first column, that of its second or nothing, and its rows.
    """
    work = work_of(outcome)
    if work.empty:
        return None
    by_partner = [
        {**_amounts(rows, work, text), "name": partner_names(str(ids), outcome, text), "nobody": not ids,
         "stages": ", ".join(text(f"actors.stage_{stage}") for stage in rows["stage"].unique())}
        for ids, rows in _largest_first(work, "partner")
    ]  # fmt: skip
    communes, names = _largest_first(work, "insee"), outcome.study.communes["name"]
    by_commune = [{**_amounts(rows, work, text), "name": names[insee]} for insee, rows in communes[:_MOST_COMMUNES]]
    if rest := communes[_MOST_COMMUNES:]:
        others = pd.concat([rows for _, rows in rest])
        by_commune.append({**_amounts(others, work, text), "name": text.counted("work.others", len(rest))})
    return {
        "sentences": work_sentences(work, outcome, text),
        "tables": [(text("work.who"), text("work.stages"), by_partner), (text("work.commune"), "", by_commune)],
    }


def _largest_first(work: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    groups = [(str(key), rows) for key, rows in work.groupby(by, sort=True)]
    return sorted(groups, key=lambda group: -float(group[1]["fte"].sum()))


def _amounts(rows: pd.DataFrame, work: pd.DataFrame, text: Text) -> dict[str, Any]:
    return {
        "fte": text("work.range", **{end: text.number(float(rows[name].sum()), 2)
                                     for end, name in (("low", "fte_low"), ("high", "fte_high"))}),
        "insertion": text.number(float(rows["insertion_fte"].sum()), 2),
        "share": text.percent_of_many(float(rows["fte"].sum() / work["fte"].sum())),
    }  # fmt: skip


def partner_names(ids: str, outcome: Outcome, text: Text) -> str:
    """Partners by name, or by role where no name is published; that nobody is named, where there are none.

    Parameters
    ----------
    ids : str
        Separated by blanks, as in `cooperation.work.work_of`.
    outcome : Outcome
    text : Text
    """
    if not ids:
        return text("work.nobody")
    table = outcome.study.partners
    names = [str(table.loc[id, "name"] or table.loc[id, f"role_{text.lang}"]) for id in ids.split()]
    return names[0] if len(names) == 1 else text("work.among", names=text.joined(names))


def work_sheet(outcome: Outcome, text: Text) -> Sheet:
    """The work of each part, commune and partner as a sheet, with how far its spread is known."""
    work, table = work_of(outcome), outcome.chain.work
    created = outcome.study.settings.references.get(JOBS_CREATED)
    inside = work["insee"].isin(set(map(str, outcome.study.territory.index)))
    known = outcome.chain.parameters.fte_per_1000_t
    collecting = getattr(outcome.chain.parameters, "collection_fte_per_1000_t", known)
    rests = [table.loc[part] if part in table.index else None for part in work["part"]]
    of_parameter = [collecting if part == "collection" else known for part in work["part"]]
    statuses = [other.status if row is None else row["status"] for row, other in zip(rests, of_parameter, strict=True)]
    sources = [other.source if row is None else row["source"] for row, other in zip(rests, of_parameter, strict=True)]
    parts = {str(id): str(name) for id, name in table.get(f"name_{text.lang}", pd.Series(dtype=str)).items()}
    rows = pd.DataFrame(
        {
            "part": [parts.get(part) or text(f"work.part_{part}") for part in work["part"]],
            "stage": [text(f"actors.stage_{stage}") for stage in work["stage"]],
            "commune": work["insee"].map(outcome.study.communes["name"]),
            "inside": [text("work.yes" if one else "work.no") for one in inside],
            "partner": [partner_names(ids, outcome, text) for ids in work["partner"]],
            **{name: work[name] for name in (*FTE, "insertion_fte")},
            **({} if created is None or not created.value else {"created_share": work["fte"] / created.value}),
            "status": [text(f"status.{status}") for status in statuses],
            "source": sources,
        }
    )
    headers = [text(f"work.column_{name}") for name in rows.columns]
    return Sheet(text("work.sheet"), rows, headers, text("work.about"))
