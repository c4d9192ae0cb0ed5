"""Figures of studies and experiments, each with its finding as title, its text alternative, its table.

Matplotlib is loaded when the first figure is drawn, not before: it takes about a second.
"""

from simulation.figures.continuity import continuity
from simulation.figures.cost_by_purse import cost_by_purse
from simulation.figures.hours_by_role import hours_by_role
from simulation.figures.late_by_rule import late_by_rule
from simulation.figures.late_days import late_days
from simulation.figures.missed_contact import missed_contact
from simulation.figures.over_time import over_time
from simulation.figures.pareto import pareto
from simulation.figures.picture import Picture
from simulation.figures.precision_growth import precision_growth
from simulation.figures.scenarios_compared import scenarios_compared
from simulation.figures.sensitivities import screening, variance_shares
from simulation.figures.sweep_map import sweep_map
from simulation.figures.waits import waits

__all__ = [
    "Picture",
    "continuity",
    "cost_by_purse",
    "hours_by_role",
    "late_by_rule",
    "late_days",
    "missed_contact",
    "over_time",
    "pareto",
    "precision_growth",
    "scenarios_compared",
    "screening",
    "sweep_map",
    "variance_shares",
    "waits",
]
