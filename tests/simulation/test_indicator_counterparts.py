"""Each indicator of the leadership report names measures that the model has."""

from data.indicators import indicators
from simulation.measures import MEASURES


def test_every_measure_that_an_indicator_names_exists():
    for indicator in indicators().values():
        assert set(indicator.simulation.measures) <= MEASURES.keys(), indicator.id
