"""Figures of studies and experiments, each with its finding as title, its text alternative, its table.

Matplotlib is loaded when the first figure is drawn, not before: it takes about a second.
"""

from simulation.figures.late_by_rule import late_by_rule
from simulation.figures.late_days import late_days
from simulation.figures.over_time import over_time
from simulation.figures.pareto import pareto
from simulation.figures.picture import Picture
from simulation.figures.precision_growth import precision_growth
from simulation.figures.scenarios_compared import scenarios_compared
from simulation.figures.sensitivities import screening, variance_shares
from simulation.figures.sweep_map import sweep_map

__all__ = [
    "Picture",
    "late_by_rule",
    "late_days",
    "over_time",
    "pareto",
    "precision_growth",
    "scenarios_compared",
    "screening",
    "sweep_map",
    "variance_shares",
]
