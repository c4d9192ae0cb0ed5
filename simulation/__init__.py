"""A municipality that works by the method, youth by youth."""

from simulation.scenario import Scenario, ScenarioError

__all__ = ["Scenario", "ScenarioError"]
