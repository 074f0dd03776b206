"""The sources that an outcome rests on: the page, the note and the workbook name and count the same ones."""

import pandas as pd

from coopgeo.plan.outcome import Outcome
from coopgeo.study.schemas import SOURCE_COLUMNS


def sources_used(outcome: Outcome) -> pd.DataFrame:
    """The sources that a table, a parameter or a criterion names, in the order of `sources.csv`."""
    chain, study = outcome.chain, outcome.study
    tables = [*chain.tables.values(), study.communes, *study.road_tables.values()]
    used = {key for table in tables for column in SOURCE_COLUMNS if column in table for key in table[column]}
    used |= {product.source for product in chain.settings.products.values()}
    used |= {parameter.source for _, parameter in chain.parameters}
    used |= {criterion.source for _, criterion in study.settings.site_scores.criteria}
    return study.sources.loc[[key for key in study.sources.index if key in used]]
