"""Process mining of the event log with pandas alone: paths, times, handovers, and what follows what.

The names are those of the field (W. van der Aalst, *Process Mining*, 2nd ed., 2016): a trace is the path
of one case, a variant is a path that several cases share. Larger tools read the same log as XES; see
:mod:`simulation.experiments.xes`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from simulation.codes import ACTIVITIES
from simulation.experiments.xes import trace_name
from simulation.model import Run

if TYPE_CHECKING:
    import pandas as pd

MILESTONES = (
    "referred",
    "admitted",
    "declined",
    "coordinator_assigned",
    "coordinator_lost",
    "meeting_held",
    "left",
)
"""Activities that make the path of a youth; the work in between would make each path its own."""
ENDS = ("left", "declined")
WORKED = ("work", "meeting_held", "no_show")
"""Activities in which a coordinator works on a case."""
ARROW = " → "


def event_log(runs: Iterable[Run]) -> "pd.DataFrame":
    """Return the events of *runs* that concern a youth, one row an event.

    Columns as :func:`simulation.journal.to_frame`, with ``case`` named as the trace in XES, such as
    ``3-17`` for the youth 17 of replication 3.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    logs = []
    for one in runs:
        of_youths = one.log[one.log["case"] > 0]
        names = of_youths["case"].map(
            {n: trace_name(one.replication, n) for n in set(one.log["case"])}
        )
        logs.append(of_youths.assign(case=names))
    return pd.concat(logs, ignore_index=True)


def newcomers(log: "pd.DataFrame") -> "pd.DataFrame":
    """Return the events of youths who were found while *log* was written.

    The others were there when the run began and got their coordinator on its first day, so that their
    first wait says nothing.
    """
    begun = log.loc[log["activity"] == "identified", "case"]
    return log[log["case"].isin(set(begun))]


def finished(log: "pd.DataFrame") -> "pd.DataFrame":
    """Return the events of youths whose whole path is in *log*, from being found to the end."""
    ended = log.loc[log["activity"].isin(ENDS), "case"]
    return newcomers(log[log["case"].isin(set(ended))])


def steps(log: "pd.DataFrame", activities: Sequence[str] = MILESTONES) -> "pd.DataFrame":
    """Return the steps of each case, case by case in order; extra meetings are left out.

    Columns: ``case``, ``step`` (the activity, of a meeting its rule too, such as
    ``meeting_held: meeting_16``), ``timestamp``, ``resource``. Raises :exc:`ValueError` for an activity
    that does not exist.
    """
    unknown = [one for one in activities if one not in ACTIVITIES]
    if unknown:
        raise ValueError(f"activities has {unknown}; they must be of {', '.join(ACTIVITIES)}")
    chosen = log[log["activity"].isin(activities) & (log["rule"] != "extra")]
    chosen = chosen.sort_values("case", kind="stable")
    step = chosen["activity"].where(
        chosen["rule"] == "", chosen["activity"] + ": " + chosen["rule"]
    )
    columns = ["case", "step", "timestamp", "resource"]
    return chosen.assign(step=step)[columns].reset_index(drop=True)


def variants(steps: "pd.DataFrame") -> "pd.DataFrame":
    """Return the paths, the most frequent first.

    Columns: ``variant`` (its steps in order), ``youths``, ``share`` (0-1) of all youths, ``days``:
    median days from the first step to the last.
    """
    cases = steps.groupby("case", sort=False)
    paths = cases["step"].agg(ARROW.join)
    days = (cases["timestamp"].last() - cases["timestamp"].first()).dt.days
    each = paths.to_frame("variant").assign(days=days)
    found = each.groupby("variant", sort=False)["days"].agg(youths="size", days="median")
    found["share"] = found["youths"] / len(each)
    ordered = found.reset_index().sort_values(["youths", "variant"], ascending=[False, True])
    return ordered[["variant", "youths", "share", "days"]].reset_index(drop=True)


def days_between(steps: "pd.DataFrame", first: str, then: str) -> "pd.Series":
    """Return for each case that came to *first* the days until the next *then*.

    The index is the case. A case that has not come to *then*, because it still waits or has left, is
    not a number; a mean of the others looks shorter than the wait is. Raises
    :exc:`ValueError` for a step that nobody has come to.
    """
    for step in (first, then):
        if step not in set(steps["step"]):
            known = ", ".join(sorted(set(steps["step"])))
            raise ValueError(f"{step!r} is no step of the log; there are: {known}")
    began = steps[steps["step"] == first].groupby("case")["timestamp"].first()
    after = steps[steps["step"] == then].join(began.rename("began"), on="case", how="inner")
    came = after[after["timestamp"] >= after["began"]].groupby("case")["timestamp"].first()
    return (came.reindex(began.index) - began).dt.days.rename("days")


def times(steps: "pd.DataFrame", pairs: Iterable[tuple[str, str]]) -> "pd.DataFrame":
    """Return how long each of *pairs* of steps takes, one row a pair; see :func:`days_between`.

    Columns: ``from``, ``to``, ``youths`` who came to the second step, ``p25``, ``median``, ``p75``,
    ``longest`` (days), and ``not_yet``: youths who came to the first step alone. Raises as
    :func:`days_between` does.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    rows = []
    for first, then in pairs:
        days = days_between(steps, first, then)
        quartiles = days.quantile([0.25, 0.5, 0.75], interpolation="nearest").tolist()
        rows.append(
            {"from": first, "to": then, "youths": int(days.count())}
            | dict(zip(("p25", "median", "p75"), quartiles, strict=True))
            | {"longest": days.max(), "not_yet": int(days.isna().sum())}
        )
    return pd.DataFrame(rows)


def directly_follows(steps: "pd.DataFrame") -> "pd.DataFrame":
    """Return how often each step (row) is followed at once by each step (column) in the same case."""
    return _followed(steps, "step", list(dict.fromkeys(steps["step"])))


def handovers(log: "pd.DataFrame") -> "pd.DataFrame":
    """Return how often work on a case goes from one resource (row) to another (column).

    Work is that of coordinators: tasks, meetings, and meetings that the youth did not come to. What a
    resource does after its own work is no handover; a deputy's day on a case is one, there and back.
    """
    worked = log[log["activity"].isin(WORKED) & (log["resource"] != "")]
    ordered = worked.sort_values("case", kind="stable")
    found = _followed(ordered, "resource", sorted(set(ordered["resource"])))
    for who in found.index:
        found.loc[who, who] = 0
    return found


def _followed(ordered: "pd.DataFrame", column: str, names: list[str]) -> "pd.DataFrame":
    """Return a square table of what follows what in *column*, within each case."""
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    following = ordered.groupby("case", sort=False)[column].shift(-1)
    counted = pd.crosstab(ordered[column], following)
    square = counted.reindex(index=names, columns=names, fill_value=0)
    return square.rename_axis(index="from", columns="to")
