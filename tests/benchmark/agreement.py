"""Do all engines tell the same story? A few means, read from every engine's event log."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy import stats

from .loop import ACTIVITIES, FIRST
from .scenario import Numbers
from .textbook import Row

MEANS = {
    "youths": "Youths in the programme",
    "held": "Meetings held a year",
    "late": "Share of fixed meetings late",
    "wait": "Days to a first coordinator",
    "no_show": "No-shows ÷ sessions",
    "hours": "Hours worked a year",
    "changes": "Coordinators lost a year",
}
"""What is compared."""

Means = dict[str, float]


def of_ours(measures: Mapping[str, float], years: int) -> Means:
    """Return the means from the measures of one of our engines."""
    lost = measures["coordinator_changes_per_youth_year"] * measures["youths_mean"]
    return {
        "youths": measures["youths_mean"],
        "held": measures["held_meetings"] / years,
        "late": measures["late_share"],
        "wait": measures["wait_mean_days"],
        "no_show": measures["no_show_share"],
        "hours": measures["hours_worked"] / years,
        "changes": lost,
    }


def of_textbook(rows: Sequence[Row], numbers: Numbers) -> Means:
    """Return the means from the event log of the textbook engine."""
    code = {name: number for number, name in enumerate(ACTIVITIES)}
    table = np.array(
        [(day, case, code[act], cause == "first", minutes, occasion)
         for day, case, act, _, minutes, cause, _, occasion, _ in rows],
        dtype=np.int64,
    )  # fmt: skip
    day, case, activity, first, minutes, occasion = table.T
    return _means(day, case, activity, first, minutes, occasion, numbers)


def of_loop(rows: np.ndarray, numbers: Numbers) -> Means:
    """Return the means from the event log of the C loop."""
    first = rows["cause"] == FIRST
    return _means(
        rows["day"],
        rows["case"],
        rows["activity"],
        first,
        rows["minutes"],
        rows["occasion"],
        numbers,
    )


def _means(
    day: np.ndarray,
    case: np.ndarray,
    activity: np.ndarray,
    first: np.ndarray,
    minutes: np.ndarray,
    occasion: np.ndarray,
    numbers: Numbers,
) -> Means:
    end = numbers.last_day
    counted = (day >= 0) & (day < end)

    def that(name: str) -> np.ndarray:
        return np.asarray(activity == ACTIVITIES.index(name))

    held, missed = that("meeting_held"), that("no_show")
    sessions = held | missed
    came = _by_case(case, day, that("referred"))
    assigned = _by_case(case, day, that("coordinator_assigned") & (first == 1))
    left = _by_case(case, day, that("left"))
    stays = sum(max(0, min(left.get(one, end), end) - max(since, 0)) for one, since in came.items())
    waits = [
        min(assigned.get(one, end), left.get(one, end), end) - since
        for one, since in came.items()
        if 0 <= since < end
    ]
    done = {
        (one, which): when
        for one, which, when in zip(case[held], occasion[held], day[held], strict=True)
    }
    due = that("meeting_due") & counted
    late = [
        done.get((one, which), end) > when
        for one, which, when in zip(case[due], occasion[due], day[due], strict=True)
    ]
    return {
        "youths": stays / end,
        "held": int((held & counted).sum()) / numbers.years,
        "late": float(np.mean(late)),
        "wait": float(np.mean(waits)),
        "no_show": int((missed & counted).sum()) / int((sessions & counted).sum()),
        "hours": int(minutes[(sessions | that("work")) & counted].sum()) / 60 / numbers.years,
        "changes": int((that("coordinator_lost") & counted).sum()) / numbers.years,
    }


def _by_case(case: np.ndarray, day: np.ndarray, chosen: np.ndarray) -> dict[int, int]:
    return dict(zip(case[chosen].tolist(), day[chosen].tolist(), strict=True))


Engine = Callable[[int], Means]
"""One replication of an engine, by its number."""


def compare(engines: Mapping[str, Engine], replications: int) -> tuple[list[list[str]], list[str]]:
    """Return a table of means, and a sentence for each mean in which two engines differ.

    Two engines differ where the confidence interval of the difference of their means does not hold
    zero. The level is shared among all comparisons (Bonferroni), so that the whole check errs at most
    once in twenty times.
    """
    found = {name: [engine(r) for r in range(replications)] for name, engine in engines.items()}
    pairs = list(combinations(found, 2))
    level = 1 - 0.05 / (len(MEANS) * max(1, len(pairs)))
    table, faults = [], []
    for mean, words in MEANS.items():
        values = {name: np.array([one[mean] for one in each]) for name, each in found.items()}
        half = stats.t.ppf(0.975, replications - 1)
        spread = {name: half * stats.sem(each) for name, each in values.items()}
        cells = [f"{each.mean():,.4g} ± {spread[name]:.2g}" for name, each in values.items()]
        table.append([words, *cells])
        for one, other in pairs:
            test = stats.ttest_ind(values[one], values[other], equal_var=False)
            low, high = test.confidence_interval(level)
            if not low <= 0 <= high:
                faults.append(f"{words}: {one} − {other} lies in [{low:.3g}, {high:.3g}]")
    return table, faults
