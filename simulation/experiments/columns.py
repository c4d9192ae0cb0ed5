"""What each column of an exported table is, with its unit; it goes into the file beside the numbers."""

from collections.abc import Mapping

from simulation.measure_words import unit_of
from simulation.measures import MEASURES

REPLICATION_COLUMNS: Mapping[str, str] = {
    "scenario": "Number of the scenario, from 1, as in the manifest",
    "replication": "Number of the replication, from 0; with the seed it names the chance",
    "seed": "Seed",
    **{name: f"{what} ({unit_of(name)})" for name, what in MEASURES.items()},
}
"""What each column of ``replications`` is, with its unit; a share is 0-1."""
SUMMARY_COLUMNS: Mapping[str, str] = {
    "measure": "Name of the measure",
    "of": "What the prediction interval is of: single years, youths or runs (all counted years)",
    "low": "Nineteen in twenty lie at or above, in the unit of the measure",
    "middle": "Half lie at or above",
    "high": "Nineteen in twenty lie at or below",
    "mean": "Mean over replications",
    "mean_low": "Lower end of the 95 % confidence interval of the mean",
    "mean_high": "Upper end of the 95 % confidence interval of the mean",
    "unit": "Unit: count, share (0-1), days, hours or dkk",
}
"""What each column of ``summary.csv`` is."""
PRECISION_COLUMNS: Mapping[str, str] = {
    "measure": "Name of the number",
    "of": "Its mean, or the low or high end of its prediction interval",
    "replications": "Replications",
    "estimate": "The number, in its unit",
    "low": "Lower end of its 95 % confidence interval",
    "high": "Upper end of its 95 % confidence interval",
    "half_width": "The larger part of the interval, to one side of the estimate",
    "wanted": "The half-width that was asked for",
    "met": "Whether that was reached",
    "needed": "About how many replications it would take",
}
"""What each column of ``precision.csv`` is."""
COMPARISON_COLUMNS: Mapping[str, str] = {
    "scenario": "Name of the scenario: how it differs from the first, which is the base",
    "other": "Name of the scenario it is held against",
    "measure": "Name of the measure; its unit is that of the numbers (shares are 0-1)",
    "single": "What a single value is of: year, youth or run",
    "low": "Nineteen in twenty single values lie above; of a difference the end of its 95 % interval",
    "middle": "Half of the single values lie above",
    "high": "Nineteen in twenty single values lie below; of a difference the end of its 95 % interval",
    "mean": "Mean; of a difference, the scenario minus the other, paired by replication",
    "mean_low": "Lower end of the 95 % interval of the mean",
    "mean_high": "Upper end of the 95 % interval of the mean",
    "replications": "Replications of each scenario",
    "clear": "Whether the difference from the base is clear after Bonferroni; empty in the base",
    "adjusted_low": "Lower end of the interval that holds for all comparisons at once (Bonferroni)",
    "adjusted_high": "Upper end of it",
    "comparisons": "Differences of this measure that are looked at together",
    "p": "Holm's adjusted p-value of no difference",
    "lower_share": "Share (0-1) of single years or runs in which the scenario's value is lower",
    "equal_share": "Share (0-1) in which both are equal",
    "higher_share": "Share (0-1) in which it is higher",
    "beats": "Probability (0-1) that the scenario is the better one in a single year or run",
    "beats_low": "Lower end of its 95 % interval",
    "beats_high": "Upper end of its 95 % interval",
    "verdict": "same, unclear, lower, higher or unknown",
}
"""What each column of ``comparison`` and ``differences`` is."""
SWEEP_COLUMNS: Mapping[str, str] = {
    "measure": "Name of the measure; its unit is that of the numbers (shares are 0-1)",
    "replications": "Replications of the cell so far",
    "mean": "Mean over replications",
    "mean_low": "Lower end of its 95 % confidence interval",
    "mean_high": "Upper end of its 95 % confidence interval",
    "low": "Nineteen in twenty replications lie at or above",
    "high": "Nineteen in twenty replications lie at or below",
    "promise_kept": "Share (0-1) of single years, or of runs, that kept the promise; empty without one",
    "promise_low": "Lower end of its 95 % interval",
    "promise_high": "Upper end of its 95 % interval",
}
"""What each column of ``sweep`` is, besides the inputs."""
SEARCH_COLUMNS: Mapping[str, str] = {
    "replications": "Replications of the staffing",
    "kept": "Share (0-1) of single years or runs that kept the promise",
    "kept_low": "Lower end of its 95 % interval, which holds however many runs it took",
    "kept_high": "Upper end of it",
    "verdict": "Whether the staffing keeps the promise, breaks it, is unclear, or open",
    "chosen": "Whether it is the answer",
    **{
        f"{name}{end}": f"{MEASURES[name]} ({unit_of(name)}): {what}"
        for name in ("cost_per_year_dkk", "late_per_year", "kept_coordinator_share", "missed_contact_share")
        for end, what in (("", "mean"), ("_low", "lower end of its 95 % interval"), ("_high", "upper end"))
    },
}  # fmt: skip
"""What each column of ``search`` is, besides the inputs."""
