"""Experiments: many runs, what they say, and what follows for a decision."""
