"""Location problems on plain arrays: rows are demand points or sources, columns are candidate sites."""

from coopgeo.siting.alternatives import alternatives, evaluate, insist, tolerances
from coopgeo.siting.facility import FacilityLocation, facility_location
from coopgeo.siting.max_cover import MaxCover, max_cover
from coopgeo.siting.p_center import PCenter, p_center
from coopgeo.siting.p_median import PMedian, p_median
from coopgeo.siting.phased import Phased, phased
from coopgeo.siting.problem import Problem, Ranked
from coopgeo.siting.progress import Progress
from coopgeo.siting.push import Push, push
from coopgeo.siting.set_cover import SetCover, set_cover
from coopgeo.siting.solution import PhasedSolution, Proof, Solution
from coopgeo.siting.two_stage import TwoStage, two_stage

__all__ = [
    "FacilityLocation",
    "MaxCover",
    "PCenter",
    "PMedian",
    "Phased",
    "PhasedSolution",
    "Problem",
    "Progress",
    "Proof",
    "Push",
    "Ranked",
    "SetCover",
    "Solution",
    "TwoStage",
    "alternatives",
    "evaluate",
    "facility_location",
    "insist",
    "max_cover",
    "p_center",
    "p_median",
    "phased",
    "push",
    "set_cover",
    "tolerances",
    "two_stage",
]
