"""What one replication leaves behind when its event log has been read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """The measures of one replication, with the few series that figures need."""

    replication: int
    """Which replication, from 0."""
    measures: dict[str, float]
    """Every measure of :data:`simulation.measures.MEASURES` by its name."""
    late_by_year: dict[str, tuple[int, ...]]
    """Late fixed meetings by rule id, one number a counted year."""
    due_by_year: dict[str, tuple[int, ...]]
    """Fixed meetings that fell due by rule id, one number a counted year."""
    caseload_by_month: tuple[float, ...]
    """Open cases per working coordinator, mean of each counted month."""
    waiting_by_month: tuple[float, ...]
    """Youths without a coordinator, mean of each counted month."""
    waits: tuple[int, ...]
    """Days that each youth referred in the counted years waited for a first coordinator, or has waited
    so far."""
    gaps: tuple[int, ...]
    """Days from each loss of a coordinator in the counted years to the next one, or so far."""
    by_year: dict[str, tuple[float, ...]]
    """Every name of :data:`simulation.measures.YEARLY`, one number a counted year."""
