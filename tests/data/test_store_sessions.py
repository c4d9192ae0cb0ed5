"""Several sessions and several processes on one store: nothing acknowledged is ever lost.

The full runs, some minutes each, print their figures::

    VEJVISER_KILLS=1000 VEJVISER_WRITERS=50 VEJVISER_STEPS=1000 \
        .venv/bin/python -m pytest -s tests/data/test_store_sessions.py

On PostgreSQL a fifth as many processes are killed.
"""

import os
import signal
import time
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from data.answers import merge
from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord, StoreError

KILLS = int(os.environ.get("VEJVISER_KILLS", "50"))
WRITERS = int(os.environ.get("VEJVISER_WRITERS", "8"))
INTERLEAVINGS = int(os.environ.get("VEJVISER_STEPS", "25"))
CASE, FORM = "ØVELSE-01", "coordinator"


def test_no_acknowledged_change_is_lost_when_the_process_is_killed(store, url, nursery):
    random, begun = Random(1), time.perf_counter()  # noqa: S311 - nothing secret
    kills = KILLS if store.file else max(10, KILLS // 5)
    saved = 0
    for _ in range(kills):
        [child] = nursery.start("keep_saving", url)
        for _ in range(random.randrange(1, 40)):
            acknowledged = int(nursery.line())
        time.sleep(random.random() / 200)
        os.kill(child, signal.SIGKILL)
        said, _ = nursery.rest()
        acknowledged = int(said[-1]) if said else acknowledged

        kept = store.load(CASE, FORM)
        assert kept.revision in {acknowledged, acknowledged + 1}
        assert set(kept.answers.values()) == {str(kept.revision)}
        saved = acknowledged

    lines = store.history(CASE, FORM)
    assert [line["revision"] for line in lines] == sorted([*range(1, len(lines) // 2 + 1)] * 2)
    assert len(lines) == 2 * store.load(CASE, FORM).revision
    assert store.check_audit().whole
    assert Store.open(url).load(CASE, FORM).revision >= saved > kills
    print(f"\n{kills} kills, {saved} acknowledged saves, {time.perf_counter() - begun:.0f} s")  # noqa: T201


def test_writers_at_once_lose_nothing(store, url, nursery):
    times = 6 if WRITERS < 50 else 20
    nursery.start("add_up", url, times, number=WRITERS)
    said, ended = nursery.rest()

    assert ended == [0] * WRITERS
    assert store.load(CASE, FORM).answers == {"count": str(WRITERS * times)}
    assert len(said) == WRITERS * times
    kept, waits = zip(*(map(float, line.split()) for line in said), strict=True)
    middle, late = (sorted(kept)[int(len(kept) * share)] for share in (0.5, 0.95))
    figures = f"p50 {middle} ms, p95 {late} ms, max {max(kept)} ms, longest wait {max(waits)} ms"
    print(f"\n{WRITERS} writers: {figures}")  # noqa: T201


def test_the_lines_of_sessions_at_once_are_one_whole_chain(store, url, nursery):
    nursery.start("save_each", url, 5, number=6)
    _, ended = nursery.rest()

    assert ended == [0] * 6
    assert [line["id"] for line in store.history()] == list(range(1, 31))
    assert store.check_audit().whole


def test_of_two_first_saves_at_once_one_is_told(store, url, nursery):
    nursery.start("add_up", url, 1, number=4)

    assert nursery.rest()[1] == [0] * 4
    assert store.load(CASE, FORM).answers == {"count": "4"}


def test_processes_that_open_a_new_store_at_once_make_it_once(url, nursery):
    nursery.start("open_once", url, number=4)

    said, ended = nursery.rest()

    assert (said, ended) == (["open"] * 4, [0] * 4)
    assert Store.open(url).check_audit().whole


class Tabs(RuleBasedStateMachine):
    """Two tabs on one record: each types, saves, is told, puts the two together, and saves again.

    ``typed`` is what a tab has typed and not saved yet. A save may change that and nothing else.
    """

    stores = ()
    number = 0

    def __init__(self):
        super().__init__()
        type(self).number += 1
        self.case = f"ØVELSE-{self.number:04d}"
        self.kept = self.stores[0].load(self.case, FORM)
        self.records = [self.kept, self.kept]
        self.typed = [{}, {}]
        self.values = 0

    tabs = st.integers(0, 1)

    @rule(
        tab=tabs,
        key=st.sampled_from(["a", "b", "t.001aaaaa.c", "t.002bbbbb.c"]),
        gone=st.booleans(),
    )
    def type_an_answer(self, tab, key, gone):
        self.values += 1
        self.typed[tab][key] = None if gone else str(self.values)

    @rule(tab=tabs, step=st.sampled_from(["save", "finish"]), mine=st.booleans())
    def save(self, tab, step, mine):
        for attempt in range(2):
            answers = {**self.records[tab].answers, **self.typed[tab]}
            try:
                saved = getattr(self.stores[tab], step)(replace(self.records[tab], answers=answers))
            except StaleRecord as stale:
                assert attempt == 0
                assert self.records[tab].revision != self.kept.revision
                self.merge(tab, stale.current, mine)
            except StoreError:
                assert self.kept.state == "finished"
                return
            else:
                assert self.records[tab].revision == self.kept.revision
                assert given(saved.answers) == given({**self.kept.answers, **self.typed[tab]})
                self.kept = self.records[tab] = saved
                self.typed[tab] = {}
                return

    def merge(self, tab, current, mine):
        assert current == self.kept
        before = self.records[tab].answers
        for key, answer in list(self.typed[tab].items()):
            if answer == before.get(key):  # typed and taken back: nothing of one's own
                del self.typed[tab][key]
        merged = merge(before, {**before, **self.typed[tab]}, current.answers)
        for key in merged.conflicts:
            assert key in self.typed[tab]
            if not mine:
                del self.typed[tab][key]
        self.records[tab] = current
        untouched = {
            key: value for key, value in merged.answers.items() if key not in merged.conflicts
        }
        shown = {**current.answers, **self.typed[tab]}
        assert given(untouched).items() <= given(shown).items()

    @rule(tab=tabs)
    def load(self, tab):
        self.records[tab] = self.stores[tab].load(self.case, FORM)
        assert self.records[tab] == self.kept

    @precondition(lambda self: self.kept.state == "finished")
    @rule(tab=tabs)
    def reopen(self, tab):
        try:
            self.kept = self.records[tab] = self.stores[tab].reopen(self.records[tab])
        except StaleRecord as stale:
            self.merge(tab, stale.current, mine=True)

    def teardown(self):
        found = self.stores[0].load(self.case, FORM)
        assert found == self.kept
        assert len(self.stores[0].versions(self.case, FORM)) == found.version


def given(answers):
    return {key: answer for key, answer in answers.items() if answer is not None}


def test_two_tabs_in_any_order_lose_nothing(store, url):
    other = Store.open(url)
    machine = type("Tabs", (Tabs,), {"stores": (store, other)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=INTERLEAVINGS,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],  # each step is a commit, too slow for looking for less
            suppress_health_check=list(HealthCheck),
        ),
    )
    other.close()
    assert store.check_audit().whole


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(store, url):
    """``strace -f -c -e trace=fdatasync,fsync python tests/data/saving.py save_each URL 100`` counts."""
    if store.file:
        question, answer = "PRAGMA synchronous", 2
    else:
        question, answer = "SHOW synchronous_commit", "on"
        with store._engine.begin() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar()
            connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    newly_opened = Store.open(url)
    connections = [newly_opened._engine.execution_options(reading=True).connect() for _ in range(3)]

    assert [each.execute(text(question)).scalar() for each in connections] == [answer] * 3
    for each in connections:
        each.close()
    newly_opened.close()


@pytest.mark.parametrize("step", ["save", "finish"])
def test_a_change_is_kept_whole_or_not_at_all(store, monkeypatch, step):
    kept = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    monkeypatch.setattr("data.audit.line_digest", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        getattr(store, step)(replace(kept, answers={"named": "no"}))

    assert store.load(CASE, FORM) == kept
    assert store.versions(CASE, FORM) == []
    assert len(store.history()) == 1
