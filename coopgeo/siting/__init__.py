"""Location problems on plain arrays: rows are demand points or sources, columns are candidate sites."""

from coopgeo.siting.alternatives import alternatives
from coopgeo.siting.solution import Solution
from coopgeo.siting.two_stage import TwoStage, two_stage

__all__ = ["Solution", "TwoStage", "alternatives", "two_stage"]
