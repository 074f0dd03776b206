"""The workbook of a comparison of scenarios."""

from pathlib import Path

from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.scenarios import Comparison, Prepared
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang
from coopgeo.words.scenarios import comparison_sheets

SCENARIOS = "scenarios.xlsx"


def export_scenarios(
    comparison: Comparison, prepared: Prepared, out: str | Path = "exports", *, lang: Lang = "fr"
) -> Path:
    """Write the scenarios and the regrets as a workbook.

    Parameters
    ----------
    comparison : Comparison
    prepared : Prepared
        What was compared.
    out : path
        Folder to write to; the file goes into a folder of it named after the chain. What else lies there stays.
    lang : {"fr", "en"}

    Returns
    -------
    Path
        The folder that holds the file.

    Raises
    ------
    WritingError
        If the file cannot be replaced; then the old one is left.
    """
    chain = prepared.study.chain(prepared.job.chain)
    text = chain_text(chain, prepared.study, lang)
    folder = Path(out) / chain.settings.id
    with writing(folder, (SCENARIOS,)) as new:
        write_sheets(prepared.study.settings, new / SCENARIOS, text, comparison_sheets(comparison, chain, text))
    return folder
