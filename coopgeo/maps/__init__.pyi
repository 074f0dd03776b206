from .notebook_areas import areas_map, roads_map, shaded_map
from .notebook_map import ground_map
from .notebook_shares import shares_map
from .offline import outcome_map, write_map

__all__ = ["areas_map", "ground_map", "outcome_map", "roads_map", "shaded_map", "shares_map", "write_map"]
