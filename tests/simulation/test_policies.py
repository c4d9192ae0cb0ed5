from inspect import signature
from threading import Thread

import numpy as np
import pytest

from simulation import Scenario, allocation, casework, leadership, meetings, office, run, todo, work
from simulation.policies import PolicyError, names_of
from simulation.state import NONE

BUSY = Scenario.preset("small", years=1, warm_up_years=1, coordinators=3, caseload_ceiling=12)


def to_the_last(town, day, post, youth):
    """Whoever holds the post with the highest number gets the case."""
    return -post


def same(one, other):
    return np.array_equal(one.events, other.events)


def with_policies(policies, scenario=BUSY):
    return run(scenario, engine="simpy", policies=policies)


def test_a_policy_decides_in_place_of_the_rule_and_the_run_says_so():
    lived = with_policies({allocation.burden_of: to_the_last})
    chosen = lived.log.query("activity == 'coordinator_assigned'")["resource"]

    assert chosen.str.startswith("coordinator 3").mean() > 0.5
    assert lived.policies == ("allocation.burden_of → to_the_last",)
    assert lived.measures["caseload_spread"] > run(BUSY).measures["caseload_spread"]


@pytest.mark.parametrize(
    "rule",
    [
        *(allocation.allocate, allocation.choose, casework.assign, todo.put, todo.add_task),
        *(meetings.hold_meetings, office.work_day, work.productivity, casework.do_work),
    ],
    ids=lambda rule: rule.__name__,
)
def test_a_rule_that_does_what_the_old_one_did_changes_nothing_but_is_asked(rule):
    asked = []

    def old_one(*given):
        asked.append(given)
        return rule(*given)

    old_one.__signature__ = signature(rule)

    assert same(with_policies({rule: old_one}), run(BUSY))
    assert asked


def test_several_policies_work_together():
    def nobody_leads(town, day):
        return NONE

    hiring = BUSY.replace(leadership_rule="hire", leadership_threshold=0.0, coordinators=1)
    assert run(hiring).measures["decisions"] > 0
    both = {leadership.lead: nobody_leads, allocation.burden_of: to_the_last}
    lived = with_policies(both, hiring)

    assert lived.measures["decisions"] == 0
    assert len(lived.policies) == 2


def test_the_model_itself_stays_as_it_is():
    before = run(BUSY, engine="simpy")
    found = []
    aside = Thread(target=lambda: found.extend(run(BUSY, engine="simpy") for _ in range(3)))
    aside.start()
    for _ in range(3):
        with_policies({allocation.burden_of: to_the_last})
    aside.join()

    assert all(same(one, before) for one in found)
    assert same(run(BUSY), before)
    assert same(run(BUSY, engine="simpy"), before)
    assert before.policies == ()


def test_no_policies_are_no_policies():
    assert same(with_policies({}), run(BUSY))


def test_the_twin_takes_no_policies():
    with pytest.raises(ValueError, match="policies run on the SimPy engine: engine='simpy'"):
        run(BUSY, policies={allocation.burden_of: to_the_last})


def test_what_is_no_rule_cannot_be_replaced():
    with pytest.raises(
        PolicyError, match="run is no rule; a rule is a function of one of allocation"
    ):
        names_of({run: run})


def test_a_policy_must_be_called_as_the_rule_is():
    def too_little(town, youth):
        return 0

    with pytest.raises(
        PolicyError, match=r"too_little cannot stand for burden_of; .* town, day, post, youth"
    ):
        names_of({allocation.burden_of: too_little})
