"""A plan over several periods at the terminal: one table, what it costs, what other ways cost."""

from rich.table import Table

from coopgeo.scenarios.phases import Phases
from coopgeo.terminal.output import console, say, visible
from coopgeo.text import Text


def show_phases(found: Phases, text: Text) -> None:
    """Print what opens or grows in which period, and what it costs."""
    _print(_plan(found, text))
    settings, periods = found.placement.chain.parameters, found.periods
    proof = text(f"proof.{found.status}", gap=text.percent(found.plan.gap, 2))
    years = f"{periods['from_year'].iloc[0]}-{periods['to_year'].iloc[-1]}"
    say(text("phases.total", years=years, total=text.number(found.total_eur), proof=proof,
             eur_mwh=text.number(found.eur_mwh, 1)), style="bold")  # fmt: skip
    say(text("phases.annuities", rate=text.percent(settings.discount_rate.value, 1)))
    _print(_others(found, text))
    say(text("phases.until_then", price=text.short(found.elsewhere_eur_mwh)))
    if found.later:
        names = text.joined([str(found.placement.chain.customers.loc[id, "name"]) for id in found.later])
        say("! " + text.counted("phases.later", len(found.later), names=names), style="yellow")


def _plan(found: Phases, text: Text) -> Table:
    table = _table(text, "period", "site", "size", "step", numbers=("tonnes", "eur_year"))
    sizes = found.placement.chain.platform_sizes[f"name_{text.lang}"]
    for period in found.periods.itertuples():
        years = f"{period.from_year}-{period.to_year}"
        rows = found.platforms[found.platforms["from_year"] == period.from_year]
        if rows.empty:
            table.add_row(years, text("phases.nothing"))
        for row in rows.itertuples():
            words = (years, visible(str(row.name)), visible(str(sizes[row.size])), text(f"phases.{row.step}"))
            table.add_row(*words, text.number(float(row.tonnes)), text.number(float(row.eur_year)))
            years = ""
    return table


def _others(found: Phases, text: Text) -> Table:
    table = _table(text, "others", numbers=("extra",))
    for row in found.others.itertuples():
        extra = float(row.extra_eur)
        sign = "+ " if round(extra) > 0 else "− " if round(extra) < 0 else ""
        table.add_row(text(f"phases.{row.kind}", year=row.from_year), sign + text.number(abs(extra)))
    return table


def _table(text: Text, *columns: str, numbers: tuple[str, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(text(f"phases.{name}"))
    for name in numbers:
        table.add_column(text(f"phases.{name}"), justify="right")
    return table


def _print(table: Table) -> None:
    console().print(table)
