"""The opportunity study: every chain of a study side by side, and what speaks for starting it, waiting or stopping."""

from coopgeo.opportunity.actors import Cell, Matrix, Partner, matrix_of
from coopgeo.opportunity.compared import Compared, with_options
from coopgeo.opportunity.figures import ChainStudy, Opportunity, Option, Turning
from coopgeo.opportunity.rules import Figures, Reason, Span, Verdict, judge
from coopgeo.opportunity.studied import study_chains

__all__ = [
    "Cell",
    "ChainStudy",
    "Compared",
    "Figures",
    "Matrix",
    "Opportunity",
    "Option",
    "Partner",
    "Reason",
    "Span",
    "Turning",
    "Verdict",
    "judge",
    "matrix_of",
    "study_chains",
    "with_options",
]
