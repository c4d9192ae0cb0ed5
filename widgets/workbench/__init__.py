"""The leaders' workbench: choose a municipality, weigh, read, compare, decide."""
