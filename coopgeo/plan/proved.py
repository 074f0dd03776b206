"""What a former run of the same job has proved: its sites are taken as they are, and only their flows drawn up anew."""

import glob
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import coopgeo
from coopgeo.errors import InfeasibleError
from coopgeo.plan.placement import Placement
from coopgeo.siting import Solution
from coopgeo.study.settings import network_path

_SAME = 1e-6  # relative: what the proof itself leaves open


@dataclass(frozen=True)
class Proved:
    """The proved answer of a former run.

    Attributes
    ----------
    job_sha256 : str
        Digest of all that the answer depends on, as `job_digest` gives it.
    sizes : mapping of str to str
        The size chosen at each site.
    value_eur_year, bound_eur_year : float
    alternatives : sequence of (tuple of str, float, "optimal" or "feasible")
        Sites, cost and status of the next best choices.
    """

    job_sha256: str
    sizes: Mapping[str, str]
    value_eur_year: float
    bound_eur_year: float
    alternatives: tuple[tuple[tuple[str, ...], float, Any], ...]

    def solution(self, placement: Placement) -> Solution | None:
        """The proved sites with their flows; None if this is another job, or the sites do not cost what they did."""
        if self.job_sha256 != job_digest(placement):
            return None
        options = placement.options
        rows = np.flatnonzero(options["size"] == options["site"].map(self.sizes))
        if len(rows) != len(self.sizes):
            return None
        try:
            found = placement.problem.evaluate(rows.tolist())
        except InfeasibleError:
            return None
        same = math.isclose(found.value, self.value_eur_year, rel_tol=_SAME)
        proved = math.isclose(self.bound_eur_year, self.value_eur_year, rel_tol=_SAME)
        if not (same and proved):
            return None
        gap = abs(found.value - self.bound_eur_year) / max(abs(found.value), 1e-9)
        return replace(found, bound=self.bound_eur_year, gap=gap, status="optimal")


def job_digest(placement: Placement) -> str | None:
    """Digest of all that an answer depends on: study, options, roads, version; None for roads that are no file."""
    study, job = placement.study, placement.job
    roads = network_path(study.folder, study.settings.network) if job.roads is None else job.roads
    if not isinstance(roads, str | Path):
        return None
    asked = [
        coopgeo.__version__,
        study.inputs_sha256,
        placement.chain.settings.id,
        _content(roads),
        job.platforms,
        job.direct,
        job.outside,
        job.alternatives,
        sorted(job.required),
        sorted(job.forbidden),
        {name: _plain(change) for name, change in sorted(job.road_changes.items())},
        job.level,
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _content(roads: str | Path) -> str:
    """The embedded roads by name, a file by what stands in it and in the files of the same name beside it."""
    path = Path(roads)
    if not path.is_file():
        return str(roads)
    digest = hashlib.sha256()
    for part in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")):
        with part.open("rb") as file:
            digest.update(part.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _plain(change: Any) -> Any:
    return sorted(change) if isinstance(change, list | tuple | set | frozenset) else change
