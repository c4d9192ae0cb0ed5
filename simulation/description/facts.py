"""The single numbers of the description, each read from where the model itself has it."""

import re
import tomllib
from pathlib import Path

import numpy as np

from data import PRESETS, parameters, read_preset
from simulation import (
    calendar,
    casework,
    chance,
    codes,
    cohort,
    leadership,
    life,
    meetings,
    occasions,
    outcomes,
    people,
    plan,
    state,
    summary,
)
from simulation.description.moves import plain, read_moves, read_trials
from simulation.measures import MEASURES
from simulation.scenario import Scenario

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "simpy",
    "numba",
    "llvmlite",
    "numpy",
    "scipy",
    "pandas",
    "holidays",
    "joblib",
    "pydantic",
)


def facts() -> dict[str, str]:
    """Return every single number by the name of its slot."""
    numbers = {
        **_constants(),
        **_seen_in_a_cohort(),
        **_of_presets(),
        **_of_project(),
        **_of_trials(),
    }
    return {name: _written(value) for name, value in numbers.items()}


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _constants() -> dict[str, object]:
    return {
        "certain": state.CERTAIN,
        "chances": state.CHANCES,
        "no_show_spread": chance.NO_SHOW_SPREAD,
        "longest_history": people.LONGEST_HISTORY,
        "block": occasions.BLOCK,
        "oldest_overdue": life.OLDEST_OVERDUE,
        "days_per_year": str(cohort.DAYS_PER_YEAR),
        "longest_search": calendar.LONGEST_SEARCH,
        "reserved_until": meetings.RESERVED_UNTIL,
        "invite_within": meetings.INVITE_WITHIN,
        "write_up_within": meetings.WRITE_UP_WITHIN,
        "intake_within": casework.INTAKE_WITHIN,
        "handover_within": casework.HANDOVER_WITHIN,
        "follow_up_within": casework.FOLLOW_UP_WITHIN,
        "contact_within": casework.CONTACT_WITHIN,
        "ceiling_step": leadership.CEILING_STEP // 100,
        "calendar_fixed": leadership.CALENDAR_FIXED,
        "handover_ahead": life.HANDOVER_AHEAD,
        "days_per_quarter": life.DAYS_PER_QUARTER,
        "full_time": plan.FULL_TIME,
        "days_of_change": outcomes.DAYS_OF_CHANGE,
        "quarters_of_education": outcomes.QUARTERS_OF_EDUCATION,
        "drop_out_early": outcomes.DROP_OUT_EARLY,
        "drop_out_later": outcomes.DROP_OUT_LATER,
        "leave_school": outcomes.LEAVE_SCHOOL,
        "leave_preparing": outcomes.LEAVE_PREPARING,
        "leave_work": outcomes.LEAVE_WORK,
        "leave_neither": outcomes.LEAVE_NEITHER,
        "high_need_out": outcomes.HIGH_NEED_OUT,
        "high_need_drop_out": outcomes.HIGH_NEED_DROP_OUT,
        "others_out": outcomes.OTHERS_OUT,
        "others_drop_out": outcomes.OTHERS_DROP_OUT,
        "measures_count": len(MEASURES),
        "activities_count": len(codes.ACTIVITIES),
        "causes_count": len(codes.CAUSES),
        "confidence_percent": round(100 * summary.CONFIDENCE),
        "prediction_percent": round(100 * summary.PREDICTION),
        "roles": ", ".join(role.replace("_", " ") for role in codes.ROLES),
    }


def _seen_in_a_cohort() -> dict[str, object]:
    """Return what the code holds in a formula, as it shows in youths who were drawn."""
    scenario = Scenario.preset(
        "large", share_entering_at_15=1.0, referral_delay_weeks=0, years=1, warm_up_years=1
    )
    youths = cohort.draw(scenario, 1, 0).youths
    years = float(np.median(youths["majority"] - youths["referral"])) / cohort.DAYS_PER_YEAR
    ahead = float(np.median(youths["majority"] - youths["adult_from"]))
    end = [rule.target_months for rule in scenario.rules if rule.kind == "end"]
    return {
        "entry_age": 18 - round(years),
        "adult_months": round(ahead / cohort.DAYS_PER_YEAR * 12),
        "end_age": end[0] // 12 if end else "none",
    }


def _of_presets() -> dict[str, object]:
    found: dict[str, object] = {}
    for name in PRESETS:
        scenario = Scenario.preset(name)
        first, last = cohort.span(scenario)
        found[f"population_{name}"] = read_preset(name).population
        found[f"working_days_{name}"] = round(calendar.working_days_per_year(scenario), 1)
        found[f"daily_{name}"] = plan.daily_minutes(scenario, scenario.weekly_hours)
        found[f"run_days_{name}"] = last - first
        found[f"common_{name}"], found[f"common_adult_{name}"] = _common_days(scenario)
    scenario = Scenario.preset()
    found["start"] = scenario.start.isoformat()
    found["years"], found["warm_up"] = scenario.years, scenario.warm_up_years
    return found


def _common_days(scenario: Scenario) -> tuple[float, float]:
    """Return the days a week on which the roles for a youth under 17½, and all roles, can be had."""
    days = calendar.calendar(scenario)
    weeks = days.size / 7
    young = (days["guidance"] > 0) & (days["employment"] > 0) & (days["placement"] > 0)
    return round(young.sum() / weeks, 2), round((young & (days["adult"] > 0)).sum() / weeks, 2)


def _of_project() -> dict[str, object]:
    """Return the versions from the lock file and the project's own facts."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(
        re.findall(
            r"^([\w.-]+)==([^\s;\\]+)",
            (ROOT / "requirements.lock").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    rows = "\n".join(f"| {name} | {locked[name]} |" for name in LIBRARIES)
    return {
        "version": project["version"],
        "licence": project["license"],
        "python": project["requires-python"],
        "libraries": f"| library | version |\n| --- | --- |\n{rows}",
    }


def _of_trials() -> dict[str, object]:
    trials, machine = read_trials(), read_moves().machine
    changes = ", ".join(
        f"`{id}` {plain(parameters()[id], value)}" for id, value in trials.base.items()
    )
    seconds = ", ".join(f"{name} {value:.2g} s" for name, value in machine.seconds.items())
    return {
        "trial_preset": trials.preset,
        "trial_base": changes,
        "trial_replications": trials.replications,
        "trial_seed": trials.seed,
        "trial_measures": trials.measures,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}",
        "machine_python": machine.python,
        "seconds": seconds,
    }
