"""What an outcome says in words: its key figures and its remarks, in one language."""

from coopgeo.outcome import Outcome
from coopgeo.text import Text


def remark_text(outcome: Outcome, text: Text, at: int) -> str:
    """One remark in words."""
    remark = outcome.remarks[at]
    shown: dict[str, object] = {}
    for name, value in remark.facts.items():
        if isinstance(value, str):
            shown[name] = value
        else:
            shown[name] = text.percent(value) if name in ("share", "margin") else text.percent(value, 2) if name == "gap" else text.number(value)
    return text(f"remark.{remark.key}", **shown)


def key_figures(outcome: Outcome, text: Text) -> list[tuple[str, str]]:
    """The figures that a reader wants first, in words."""
    objective = outcome.objective
    proof = text(f"proof.{objective.status}", gap=text.percent(objective.gap, 2))
    regret = outcome.alternatives[0].regret_eur_year if outcome.alternatives else None
    return [
        (text("key.tonnes"), f"{text.number(outcome.platforms['tonnes_out'].sum())} t"),
        (text("key.energy"), f"{text.number(outcome.platforms['energy_mwh'].sum())} MWh"),
        (text("key.cost"), f"{text.number(outcome.cost.eur_per_mwh, 1)} €/MWh ({text.number(outcome.cost.eur_per_t, 1)} €/t)"),
        (text("key.year"), f"{text.number(objective.value_eur_year)} € ({proof})"),
        *([(text("key.regret"), f"+ {text.number(regret)} €")] if regret is not None else []),
        (text("key.co2"), f"{text.number(outcome.co2.avoided_t_year)} t"),
        (text("key.jobs"), f"{text.number(outcome.jobs.fte_low, 1)} – {text.number(outcome.jobs.fte_high, 1)} {text('key.fte')}"),
    ]
