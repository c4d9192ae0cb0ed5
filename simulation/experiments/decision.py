"""What would change the recommendation, and which number is worth measuring before one decides.

A few options, such as four, five or six coordinators, and a rule that picks one of them from what the
runs say. Then two questions about each input nobody is sure of: at which value of it would the rule
pick another option; and what would it be worth to know the input before picking.
"""

from simulation.experiments.flips import Flip, Flips, flips
from simulation.experiments.information import (
    Information,
    Worth,
    value_of_information,
    worth_of_all,
    worth_of_one,
)
from simulation.experiments.options import NONE, CheapestThatKeeps, LeastPrice, Rule

__all__ = [
    "NONE",
    "CheapestThatKeeps",
    "Flip",
    "Flips",
    "Information",
    "LeastPrice",
    "Rule",
    "Worth",
    "flips",
    "value_of_information",
    "worth_of_all",
    "worth_of_one",
]
