"""The small study with three customers that may not be there, and with all its ranges closed."""

import coopgeo
from coopgeo.study.changes import PAIRS
from tests.conftest import ROOT
from tests.small_study import CHAIN, write_small_study

CUSTOMERS = (
    "haut,Haut,town,90002,1.6400,42.5420,chips,400,3000,0.85,,0.35,served,assumed,,planning-hypothesis,assumed\n"
)


def small_study(folder, *, probability=None):
    """The small study; a third customer lies by the second site, whose land costs so much that either may be best.

    Probabilities by customer; others are certain.
    """
    written = write_small_study(ROOT / "data" / "raw", folder / "small")
    with (written / CHAIN / "customers.csv").open("a", encoding="utf-8") as file:
        file.write(CUSTOMERS)
    study = coopgeo.open_study(written)
    study = study.changed({"candidate_sites": {"col": {"land_eur_m2": 12.0}}})
    return with_probabilities(study, probability or {})


def with_probabilities(study, probability):
    return study.changed({"customers": {id: {"probability": one} for id, one in probability.items()}})


def closed(study, *, but=()):
    """The study with every range closed upon its value, tables or parameters named apart."""
    chain = study.chain()
    changes = {
        table: {
            tuple(row[part] for part in PAIRS[table]): dict.fromkeys(("low", "value", "high"), row["value"])
            for row in getattr(chain, table).to_dict("records")
        }
        for table in ("resources", "harvest_costs", "competitors")
        if table not in but
    }
    tolls = study.inputs.tables["roads/crossings"]["toll_eur"]
    if "crossings" not in but:
        ends = ("toll_low_eur", "toll_eur", "toll_high_eur")
        changes["crossings"] = {id: dict.fromkeys(ends, toll) for id, toll in tolls.items()}
    if len(chain.suppliers) and "suppliers" not in but:
        prices = chain.suppliers["value"].items()
        changes["suppliers"] = {id: dict.fromkeys(("low", "value", "high"), price) for id, price in prices}
    if "delays" not in but:
        changes["speeds"] = known_delays(study)
    changes["parameters"] = {
        name: dict.fromkeys(("low", "value", "high"), 0.0 if is_spread(name) else parameter.value)
        for name, parameter in chain.parameters
        if name not in but
    }
    return study.changed(changes)


def known_delays(study):
    """Changes that leave the delays of every vehicle no range."""
    speeds = study.inputs.tables["roads/speeds"].dropna(subset="delay_factor")
    ends = ("delay_factor_low", "delay_factor", "delay_factor_high")
    return {
        (row["vehicle"], row["highway"]): dict.fromkeys(ends, row["delay_factor"]) for row in speeds.to_dict("records")
    }


def is_spread(name):
    return name.endswith("_spread") or name.startswith("road_error_")
