"""The study: what a planner edits, read and checked; it knows nothing of how it is used."""

from coopgeo.study.chain import Chain
from coopgeo.study.opening import open_study
from coopgeo.study.shipped import copy_shipped_study, shipped_study
from coopgeo.study.study import Study
from coopgeo.study.workbook_write import write_workbook

__all__ = ["Chain", "Study", "copy_shipped_study", "open_study", "shipped_study", "write_workbook"]
