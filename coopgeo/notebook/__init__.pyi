from .assumptions import decisive_changes, decisive_sliders, hedge_wood, hedges_managed, more_hedges
from .cases import another, comparison, nearest_crossing
from .charts import bars, french_axis
from .controls import choice, interact, on_click, slider
from .messages import say, say_errors
from .studies import answer_folder, choose_study, chosen_study
from .tables import largest, sheet, table, worded

__all__ = [
    "another",
    "answer_folder",
    "bars",
    "choice",
    "choose_study",
    "chosen_study",
    "comparison",
    "decisive_changes",
    "decisive_sliders",
    "french_axis",
    "hedge_wood",
    "hedges_managed",
    "interact",
    "largest",
    "more_hedges",
    "nearest_crossing",
    "on_click",
    "say",
    "say_errors",
    "sheet",
    "slider",
    "table",
    "worded",
]
