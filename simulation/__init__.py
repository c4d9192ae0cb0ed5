"""A municipality that works by the method, youth by youth."""

from simulation.experiments.replications import (
    paired_replications,
    replicate,
    replications,
    together,
)
from simulation.measures import MEASURES
from simulation.model import Run, run
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError
from simulation.summary import Difference, Spread, Summary, compare, summarise

__all__ = [
    "MEASURES",
    "Difference",
    "Result",
    "Run",
    "Scenario",
    "ScenarioError",
    "Spread",
    "Summary",
    "compare",
    "paired_replications",
    "replicate",
    "replications",
    "run",
    "summarise",
    "together",
]
