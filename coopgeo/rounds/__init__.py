"""Rounds of collection and delivery on plain arrays: one vehicle serves many small stops, from one depot."""

from coopgeo.rounds.bounds import least_rounds_cost
from coopgeo.rounds.estimate import estimated_rounds_cost
from coopgeo.rounds.fleet import Fleet
from coopgeo.rounds.plan import Rounds, plan_rounds

__all__ = ["Fleet", "Rounds", "estimated_rounds_cost", "least_rounds_cost", "plan_rounds"]
