from .notebook_map import ground_map
from .offline import outcome_map, write_map

__all__ = ["ground_map", "outcome_map", "write_map"]
