from .answers import on_demand, progress
from .assumptions import customer_boxes, decisive_changes, decisive_sliders
from .cases import another, comparison, nearest_crossing, nearly_best
from .chains import (
    actors_sheet,
    chains_sheet,
    conditions_sheet,
    opportunity,
    supported,
    verdicts_sheet,
    what_instead,
)
from .charts import bars, french_axis
from .controls import box, choice, interact, on_click, slider
from .draws import drawn, often, shares_sheet, site_shares
from .factors import tornado, unserved_ends
from .messages import say, say_errors
from .ranges import range_bar
from .regrets import regret_table
from .sharing import SharingPanel, sharing_panel
from .stages import cost_stack
from .studies import answer_folder, choose_study, chosen_study, words_of
from .tables import largest, sheet, table, worded
from .wood_assumptions import hedge_wood, hedges_managed, more_hedges

__all__ = [
    "SharingPanel",
    "actors_sheet",
    "another",
    "answer_folder",
    "bars",
    "box",
    "chains_sheet",
    "choice",
    "choose_study",
    "chosen_study",
    "comparison",
    "conditions_sheet",
    "cost_stack",
    "customer_boxes",
    "decisive_changes",
    "decisive_sliders",
    "drawn",
    "french_axis",
    "hedge_wood",
    "hedges_managed",
    "interact",
    "largest",
    "more_hedges",
    "nearest_crossing",
    "nearly_best",
    "often",
    "on_click",
    "on_demand",
    "opportunity",
    "progress",
    "range_bar",
    "regret_table",
    "say",
    "say_errors",
    "shares_sheet",
    "sharing_panel",
    "sheet",
    "site_shares",
    "slider",
    "supported",
    "table",
    "tornado",
    "unserved_ends",
    "verdicts_sheet",
    "what_instead",
    "worded",
    "words_of",
]
