"""Checks of `partners.csv`, `shared_means.csv` and `kinds.csv`: words that are known, kinds that tables use."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.checks import known, rows_of, words_of
from coopgeo.study.schemas import BRINGS, EVERY_CHAIN, USES
from coopgeo.study.tables import line_of


def check_partners(faults: Faults, partners: pd.DataFrame, chains: Collection[str]) -> Faults:
    """Partners work in chains of the study, or in all, and bring what is known."""
    known(faults, partners, "chain", [*chains, EVERY_CHAIN], Message("a folder of chains/, or all"))
    expected = Message("words of {words}, separated by blanks", words=list(BRINGS))
    return words_of(faults, partners, "brings", BRINGS, expected)


def check_shared_means(faults: Faults, means: pd.DataFrame, chains: Collection[str]) -> Faults:
    """Means are needed by chains of the study, once each; what is said of one is the same in all its rows."""
    known(faults, means, "chain", list(chains), Message("a folder of chains/"))
    for _, row in rows_of(means, means.duplicated(["means", "chain"])):
        expected = Message("one row for each chain")
        faults.add(row=line_of(row), column="means", found=row["means"], expected=expected)
    for column in ("name_fr", "name_en", "open_hours_week", "anywhere"):
        first = means.groupby("means")[column].transform("first")
        for label, row in rows_of(means, means[column].notna() & (means[column] != first)):
            expected = Message("{value}, as in the first row of {means}", value=first[label], means=row["means"])
            faults.add(row=line_of(row), column=column, found=row[column], expected=expected)
    for _, row in rows_of(means, means["hours_week"] > means["open_hours_week"]):
        expected = Message("at most open_hours_week, {hours:g}", hours=row["open_hours_week"])
        faults.add(row=line_of(row), column="hours_week", found=row["hours_week"], expected=expected)
    return faults


def check_partners_named(faults: Faults, table: pd.DataFrame, partners: pd.DataFrame, chain: str) -> Faults:
    """Whom the places of a chain name are partners of that chain, or of all."""
    working = partners.index[partners["chain"].isin([chain, EVERY_CHAIN])] if len(partners) else ()
    named = table[table["partner"] != ""]
    expected = Message("the id of a row of partners.csv whose chain is {chain} or all", chain=chain)
    known(faults, named, "partner", [str(id) for id in working], expected)
    return faults


def check_kinds(faults: Faults, kinds: pd.DataFrame) -> Faults:
    """Kinds are used for points, customers or sites."""
    return words_of(faults, kinds, "use", USES, Message("words of {words}, separated by blanks", words=list(USES)))


def check_kinds_used(faults: Faults, table: pd.DataFrame, kinds: pd.DataFrame, uses: Sequence[str]) -> None:
    """The kinds of a table stand in `kinds.csv`, for such a use."""
    fitting = [str(id) for id, use in kinds["use"].items() if not set(uses).isdisjoint(use.split())]
    known(faults, table, "kind", fitting, Message("a kind of kinds.csv for this: {kinds}", kinds=fitting))


def kind_names(kinds: pd.DataFrame, lang: str) -> Mapping[str, str]:
    """What kinds are called in a language, by id."""
    return {str(id): str(name) for id, name in kinds[f"name_{lang}"].items()}
