from .actors import Cell, Matrix, Partner, matrix_of
from .compared import Compared, with_options
from .figures import ChainStudy, Opportunity, Option, Turning
from .rules import Figures, Reason, Span, Verdict, judge
from .studied import study_chains

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
