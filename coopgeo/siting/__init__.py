"""Location problems on plain arrays: rows are demand points or sources, columns are candidate sites."""

from coopgeo.siting.alternatives import Alternative, alternatives, evaluate, insist, problem_of, tolerances
from coopgeo.siting.cover import max_cover, max_cover_problem, set_cover, set_cover_problem
from coopgeo.siting.facility import facility_location, facility_location_problem
from coopgeo.siting.p_center import p_center, p_center_problem
from coopgeo.siting.p_median import p_median, p_median_problem
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
    "facility_location_problem",
    "insist",
    "max_cover",
    "max_cover_problem",
    "p_center",
    "p_center_problem",
    "p_median",
    "p_median_problem",
    "problem_of",
    "set_cover",
    "set_cover_problem",
    "tolerances",
    "two_stage",
    "two_stage_problem",
]
