"""Location problems on plain arrays: rows are demand points or sources, columns are candidate sites."""

from coopgeo.siting.alternatives import Alternative, alternatives, evaluate, insist, problem_of, tolerances
from coopgeo.siting.cover import max_cover, set_cover
from coopgeo.siting.facility import facility_location
from coopgeo.siting.p_center import p_center
from coopgeo.siting.p_median import p_median
from coopgeo.siting.progress import Progress
from coopgeo.siting.solution import Problem, Solution
from coopgeo.siting.two_stage import TwoStage, two_stage, two_stage_problem

__all__ = [
    "Alternative",
    "Problem",
    "Progress",
    "Solution",
    "TwoStage",
    "alternatives",
    "evaluate",
    "facility_location",
    "insist",
    "max_cover",
    "p_center",
    "p_median",
    "problem_of",
    "set_cover",
    "tolerances",
    "two_stage",
    "two_stage_problem",
]
