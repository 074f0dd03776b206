"""Figures of a study that may be right but look like a slip: another unit, a comma lost."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_settings import MATERIALS
from coopgeo.study.tables import line_of

if TYPE_CHECKING:
    from coopgeo.study.study import Study

# Orders of magnitude by table and column, assumed from general knowledge of the trade (planning-hypothesis in
# sources.csv): what lies outside is rare. They only make remarks, said to be assumptions in LISEZMOI.md.
USUAL: dict[str, dict[str, tuple[float, float, Message]]] = {
    "customers": {
        "power_kw": (20, 150_000, Message("as a rule 20 to 150 000 kW; is it in kW, not in MW or W?")),
        "full_load_h": (300, 8_500, Message("as a rule 300 to 8 500 hours a year")),
        "efficiency": (0.5, 1.1, Message("as a rule 0.5 to 1.1")),
        "tonnes_year": (5, 500_000, Message("as a rule 5 to 500 000 tonnes a year")),
        "moisture": (0.08, 0.6, Message("as a rule 0.08 to 0.60, water / total mass")),
    },
    "candidate_sites": {
        "area_ha": (0.1, 100, Message("as a rule 0.1 to 100 ha; is it in hectares, not in m²?")),
        "land_eur_m2": (0.3, 500, Message("as a rule 0.30 to 500 €/m²; is it a price per m², not per hectare?")),
    },
    "collection_points": {
        "logs_m3_year": (50, 1_000_000, Message("as a rule 50 to 1 000 000 m³ a year")),
    },
    "platform_sizes": {
        "capacity_t_year": (300, 200_000, Message("as a rule 300 to 200 000 tonnes a year")),
        "hangar_m2": (50, 50_000, Message("as a rule 50 to 50 000 m²")),
        "yard_m2": (100, 200_000, Message("as a rule 100 to 200 000 m²")),
        "staff_fte": (0.1, 50, Message("as a rule 0.1 to 50 full-time equivalents")),
    },
    "vehicles": {
        "gross_t": (1, 60, Message("as a rule 1 to 60 t; is it in tonnes, not in kg?")),
        "cost_eur_km": (0.05, 5, Message("as a rule 0.05 to 5 €/km")),
        "cost_eur_h": (0, 200, Message("as a rule up to 200 €/h")),
        "diesel_l_km": (0, 1, Message("as a rule up to 1 l/km; is it a kilometre, not 100?")),
        "height_m": (1, 5, Message("as a rule 1 to 5 m")),
    },
}
_SPREAD = 2.0  # times that the area of a commune may be larger or smaller than its boundary


def oddities(study: "Study") -> list[Message]:
    """What looks like a slip in a study, in words; one line a column.

    Parameters
    ----------
    study : Study
    """
    all_of_it = Faults("")
    for path, table in study.inputs.tables.items():
        faults = Faults(study.inputs.files.get(path, f"{path}.csv"))
        chain = study.chains.get(path.split("/")[1]) if path.startswith("chains/") else None
        usual_of = {} if chain and chain.settings.material != MATERIALS[0] else USUAL
        for column, (low, high, usual) in usual_of.get(path.rpartition("/")[2], {}).items():
            _note(faults, table, column, (table[column] < low) | (table[column] > high), usual)
        if path == "territory/communes":
            ratio = table["area_ha"].to_numpy() / (study.communes.geometry.area.to_numpy() / 1e4)
            odd = np.maximum(ratio, 1 / np.maximum(ratio, 1e-9)) > _SPREAD
            expected = Message("about the area of its boundary; is it in hectares, not in km²?")
            _note(faults, table, "area_ha", odd, expected)
        all_of_it.extend(faults)
    return all_of_it.causes


def _note(faults: Faults, table: pd.DataFrame, column: str, odd: "pd.Series | np.ndarray", usual: Message) -> None:
    for label, row in table[np.asarray(odd)].iterrows():
        faults.add(row=line_of(row), id=str(label), column=column, found=float(row[column]), expected=usual)
