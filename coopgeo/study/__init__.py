"""The study: what a planner edits, read and checked; it knows nothing of how it is used."""

from coopgeo.study.chain import Chain
from coopgeo.study.folder import open_study
from coopgeo.study.study import Study

__all__ = ["Chain", "Study", "open_study"]
