"""What a job computes with that its study folder does not say: each is an assumption of this one try."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from coopgeo.plan.placement import Placement
from coopgeo.plan.remark import Remark
from coopgeo.study.inputs import STUDY_TOML, Inputs, chain_toml

_DEMAND = frozenset({"power_kw", "tonnes_year"})
_SAME = 1e-9  # relative: ratios that are one factor


def differences(placement: Placement) -> Iterator[Remark]:
    """What was closed, required, forbidden or set for this job alone, as remarks."""
    yield from _of_job(placement)
    original = placement.study.original
    if original is not None:
        yield from _of_settings(placement, original)
        for path, table in placement.study.inputs.tables.items():
            before = original.tables[path]
            if table is not before:
                yield from _of_table(path, before, table)


def _of_job(placement: Placement) -> Iterator[Remark]:
    job, sites = placement.job, placement.chain.candidate_sites["name"]
    crossings = placement.study.road_tables["crossings"]
    named = dict(zip(crossings["id"], crossings["name"], strict=True))
    closed = [str(named.get(id, id)) for id in job.road_changes.get("closed", ())]
    for key, names in (
        ("closed", closed),
        ("required", [str(sites[id]) for id in job.required]),
        ("forbidden", [str(sites[id]) for id in job.forbidden]),
        ("road_changes", sorted(set(job.road_changes) - {"closed"})),
    ):
        if names:
            yield Remark(f"try_{key}", {"count": float(len(names)), "names": ", ".join(names)})
    for key, asked in (
        ("no_platform", job.platforms == 0),
        ("free", job.platforms is None),
        ("no_direct", not job.direct),
        ("outside", job.outside),
    ):
        if asked:
            yield Remark(f"try_{key}", {})
    if job.level != "value":
        yield Remark(f"try_level_{job.level}", {})


def _of_settings(placement: Placement, original: Inputs) -> Iterator[Remark]:
    """Parameters one by one; other settings by the names of what differs."""
    id = placement.chain.settings.id
    now, before = placement.chain.settings, original.chains[id]
    for name, parameter in now.parameters:
        old = getattr(before.parameters, name)
        if parameter.value != old.value:
            yield Remark(
                "try_parameter", {"parameter": parameter, "before": old.model_copy(update={"fr": "", "en": ""})}
            )
    names = [f"products.{name}" for name, product in now.products.items() if product != before.products.get(name)]
    if names:
        yield Remark("try_settings", {"file": chain_toml(id), "names": ", ".join(names)})
    study, old_study = placement.study.settings, original.settings
    names = [name for name, value in study if value != getattr(old_study, name)]
    if names:
        yield Remark("try_settings", {"file": STUDY_TOML, "names": ", ".join(names)})


def _of_table(path: str, before: pd.DataFrame, table: pd.DataFrame) -> Iterator[Remark]:
    """A demand that is multiplied as a whole; else how many rows differ, and in which columns."""
    differ = (table != before) & ~(table.isna() & before.isna())
    columns = [str(name) for name in table if differ[name].any()]
    if path.endswith("/customers") and {name for name in columns if "status" not in name} <= _DEMAND:
        rows = differ[sorted(_DEMAND)]
        ratios = (table[rows.columns] / before[rows.columns]).to_numpy()[rows.to_numpy()]
        served = before["role"] == "served"
        if len(ratios) and rows.any(axis=1).equals(served) and np.ptp(ratios) <= _SAME * ratios.max():
            yield Remark("try_demand", {"factor": float(ratios[0])})
            return
    count = int(differ.any(axis=1).sum())
    if count:
        yield Remark("try_rows", {"count": float(count), "file": f"{path}.csv", "names": ", ".join(columns)})
