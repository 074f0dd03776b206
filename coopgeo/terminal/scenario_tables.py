"""What `coopgeo scenarios` works out and prints: the same job under every scenario of a study, in one table."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coopgeo.errors import Faults, Message
from coopgeo.plan.job import Job
from coopgeo.scenarios import Comparison, Prepared, compare, with_break_even
from coopgeo.study import Study, open_study
from coopgeo.study.settings import Scenario
from coopgeo.study.texts import chain_text
from coopgeo.terminal.options import ids_of
from coopgeo.terminal.output import console, say, visible
from coopgeo.text import Lang, Text
from coopgeo.words.break_even import break_even_sentences, stays_sentences
from coopgeo.words.scenarios import comparison_sheets, least_regret
from coopgeo.words.sheets import Sheet, column_decimals

_OF_CASES = ("scenario", "best_sites", "value_eur_year", "eur_per_unit")
_OF_CHOICES = ("sites", "max_regret_eur", "mean_regret_eur", "unserved_cases", "aside_cases", "near_cases")
_MOST_ROWS = 40


def chosen(study: Study, chain: str | None, only: Sequence[str]) -> Mapping[str, Scenario]:
    """The scenarios of a chain, or those that were named, by id or by name.

    Raises
    ------
    InputError
        If a name is unknown, or the study has no scenario.
    """
    faults, known = Faults(Message("the options")), study.scenarios_of(chain)
    if not known:
        faults = Faults("scenarios.toml")
        faults.add(expected=Message("a scenario; see the scenarios.toml of the study that coopgeo ships"))
    names = {id: (scenario.fr, scenario.en) for id, scenario in known.items()}
    ids = ids_of(faults, "--only", only, names)
    faults.raise_if_any()
    return {id: known[id] for id in ids} if only else known


def compared(folder: Path, asked: Mapping[str, Any], only: Sequence[str], out: Path, lang: Lang) -> None:
    """Work out the scenarios of a study folder, print them and write their workbook; `asked` makes the `Job`."""
    from coopgeo.exports.scenario_files import SCENARIOS, export_scenarios

    study = open_study(folder)
    prepared = Prepared(study, Job(**asked))
    comparison = compare(prepared, chosen(study, asked.get("chain"), only))
    text = chain_text(study.chain(prepared.job.chain), study, lang)
    folder = export_scenarios(comparison, prepared, out, lang=lang)
    _print(comparison, prepared, text)
    say(text("cli.written", folder=str(folder.resolve()), files=SCENARIOS))


def _print(comparison: Comparison, prepared: Prepared, text: Text) -> None:
    chain = prepared.study.chain(prepared.job.chain)
    sheets = comparison_sheets(comparison, chain, text)
    _print_table(sheets["scenarios"], _OF_CASES, text)
    say(f"\n{least_regret(comparison, chain, text)}", style="bold")
    _print_table(sheets["regrets"], _OF_CHOICES, text)
    if comparison.cases[0].outcome is not None:
        say("")
        base = with_break_even(comparison.cases[0].outcome, prepared)
        for words in (*break_even_sentences(base, text), *stays_sentences(base, text)):
            say(words)


def _print_table(sheet: Sheet, columns: Sequence[str], text: Text) -> None:
    """The first rows of some columns of a sheet; figures to the right."""
    from rich.table import Table

    table, cells = Table(box=None, padding=(0, 2, 0, 0)), []
    for name, header in zip(sheet.rows, sheet.headers, strict=True):
        if name in columns:
            values = sheet.rows[name].head(_MOST_ROWS)
            figures = values.dtype.kind in "fi"
            table.add_column(visible(header), justify="right" if figures else "left", overflow="fold")
            digits = 1 + text.price_digits if name.endswith("_unit") else column_decimals(values) or 0
            cells.append([_figure(value, digits, text) if figures else visible(value) for value in values])
    for row in zip(*cells, strict=True):
        table.add_row(*row)
    console().print(table)


def _figure(value: float, digits: int, text: Text) -> str:
    return text.number(value, digits) if math.isfinite(value) else "–"
