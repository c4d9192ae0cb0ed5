"""Three figures of a study, each with its finding as a title, its text alternative and its table.

Matplotlib is loaded when the first figure is drawn, not before: it takes about a second.
"""

from simulation.figures.late_by_rule import late_by_rule
from simulation.figures.late_days import late_days
from simulation.figures.over_time import over_time
from simulation.figures.picture import Picture

__all__ = ["Picture", "late_by_rule", "late_days", "over_time"]
