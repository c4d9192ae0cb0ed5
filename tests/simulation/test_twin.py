"""The compiled twin does what the SimPy engine does, event by event and number by number.

``VEJVISER_EXAMPLES=6000`` looks at so many drawn scenarios instead of some hundreds, others each time.
"""

import os
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import Scenario, compiled, run
from simulation.cohort import draw
from simulation.model import follow
from simulation.town import settle
from tests.simulation.space import WHAT_IF_RULES, scenarios

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "300"))
LOOK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
SEEDS = st.integers(0, 10**6)

BUSY = {"coordinators": 2, "annual_turnover": 0.9, "sick_spells_per_year": 20, "years": 1}
CASES = [
    # Places to look at: at the edges, and where two things meet.
    ("empty teams", "medium", {"team_slots_per_week": 0}, 1),
    ("one coordinator", "small", {"coordinators": 1}, 2),
    ("a ceiling of 1", "medium", {"caseload_ceiling": 1}, 3),
    ("a ceiling of 200", "medium", {"caseload_ceiling": 200}, 4),
    ("no inflow", "medium", {"inflow_per_year": 0}, 5),
    ("a leap day", "small", {"start": date(2028, 2, 29), "years": 1, "warm_up_years": 1}, 6),
    ("posts that never stand empty", "medium", BUSY | {"vacancy_months": (0, 0, 0)}, 7),
    ("no notice", "medium", BUSY | {"notice_months": 0, "vacancy_months": (0, 0, 0)}, 8),
    ("no ramp-up", "medium", BUSY | {"ramp_up_months": 0}, 9),
    ("a meeting at 21", "medium", {"rules": WHAT_IF_RULES["a meeting at 21"]}, 10),
    ("thirty years", "small", {"years": 30}, 11),
    ("thirty busy years", "medium", BUSY | {"years": 30, "leadership_rule": "hire"}, 12),
    ("everything at once", "medium", BUSY | {
        "forced_change_at_18": True, "priority": "need_first", "allocation": "judgement",
        "board_interval_weeks": 4, "declined_share": 0.3, "stay_from_assignment_months": 24,
        "outcomes": True, "leadership_rule": "buy_slots", "follow_up_interval_weeks": 1,
        "team_days_per_week": 2, "reserved_share": 0.5, "quorum": 3, "cancellation": 0.4,
    }, 13),
    # Occasions were drawn for youths who had left before the first day, and pointed to no row.
    ("limited stay from outside", "medium", {
        "all_outside": True, "outside_stock": 200, "stay_from_assignment_months": 6, "years": 1,
    }, 14),
    # A follow-up a week and much handing over made more tasks than there was room for, and no end.
    ("more tasks than foreseen", "medium", BUSY | {
        "follow_up_interval_weeks": 1, "vacancy_months": (0, 0, 0), "years": 10,
    }, 15),
]  # fmt: skip
"""Name, preset, changes and seed. Every disagreement that was ever found is kept here, with its cause."""


def assert_alike(one, other):
    if np.array_equal(one.events, other.events):
        return
    told, twins = one.entries, other.entries
    shorter = min(len(told), len(twins))
    at = next((n for n in range(shorter) if told[n] != twins[n]), shorter)
    pytest.fail(
        f"row {at} differs\n  simpy: {told[at : at + 1]}\n  compiled: {twins[at : at + 1]}\nafter\n"
        + "\n".join(f"  {entry}" for entry in told[max(0, at - 5) : at])
    )


def compare(scenario, seed, replication=0):
    one = run(scenario, seed, replication, engine="simpy")
    assert_alike(one, run(scenario, seed, replication, engine="compiled"))


@LOOK
@given(scenario=scenarios(), seed=SEEDS)
def test_both_engines_write_the_same_log(scenario, seed):
    compare(scenario, seed)


@settings(LOOK, max_examples=max(30, EXAMPLES // 10))
@given(scenario=scenarios(longest=1), seed=SEEDS, days=st.sampled_from([1, 2, 7, 31, 100]))
def test_a_run_of_a_few_days_is_the_same_too(scenario, seed, days):
    whole = draw(scenario, seed, 0)
    cohort = replace(whole, last_day=whole.first_day + days)

    one = follow(scenario, cohort, seed, engine="simpy")

    assert_alike(one, follow(scenario, cohort, seed, engine="compiled"))


@pytest.mark.parametrize(
    ("preset", "changes", "seed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_engines_agree_where_they_might_not(preset, changes, seed):
    compare(Scenario.preset(preset, **({"years": 2} | changes)), seed)


def test_a_run_that_turns_out_to_need_more_room_begins_again_with_more(monkeypatch):
    scenario = Scenario.preset("small", years=1)
    given = []

    def narrow(scenario, cohort, tasks, events, places):
        wanted = (tasks, events, places)
        too_little = [(10, events, places), (tasks, 20, places), (tasks, events, 2)]
        given.append(too_little[len(given)] if len(given) < len(too_little) else wanted)
        return settle(scenario, cohort, *given[-1])

    monkeypatch.setattr(compiled, "settle", narrow)

    compare(scenario, 1)

    assert len(given) == 4
