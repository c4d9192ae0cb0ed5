"""Processes that save: started by the tests of the store, ended by them at any moment."""

import os
import signal
import sys
import time
from dataclasses import replace

from sqlalchemy import Engine, event

from data.store import Store
from data.store_errors import StaleRecord, StoreError

CASE, FORM = "ØVELSE-01", "coordinator"


def keep_saving(url: str) -> None:
    """Save one revision after another; say each aloud only when the store has kept it."""
    store = Store.open(url)
    record = store.load(CASE, FORM)
    while True:
        number = str(record.revision + 1)
        try:
            record = store.save(replace(record, answers={"first": number, "second": number}))
        except StaleRecord as stale:
            # A server ends what the process before us began, also after that was killed.
            record = stale.current
            continue
        say(record.revision)


def add_up(url: str, times: int) -> None:
    """Add one to the count *times* times; say the milliseconds that each kept save took.

    And those of the slowest attempt at it: whoever comes too late reads anew and tries again.
    """
    store = Store.open(url)
    record = store.load(CASE, FORM)
    added, slowest = 0, 0.0
    while added < times:
        count = int(record.answers.get("count") or 0) + 1
        begun = time.perf_counter()
        kept = True
        try:
            record = store.save(replace(record, answers={"count": str(count)}))
        except StaleRecord as stale:
            record, kept = stale.current, False
        took = 1000 * (time.perf_counter() - begun)
        slowest = max(slowest, took)
        if kept:
            say(f"{took:.1f}", f"{slowest:.1f}")
            added, slowest = added + 1, 0.0


def save_each(url: str, times: int) -> None:
    """Save *times* times on a case of one's own."""
    store = Store.open(url)
    record = store.load(f"ØVELSE-{os.getpid()}", FORM)
    for number in range(times):
        record = store.save(replace(record, answers={"count": str(number)}))


def stop_within(url: str, moment: int) -> None:
    """Open the store, and kill this process at that *moment*: before or after some statement."""
    passed = 0

    @event.listens_for(Engine, "before_cursor_execute")
    @event.listens_for(Engine, "after_cursor_execute")
    def _count(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    open_once(url)


def open_once(url: str) -> None:
    """Open the store and say so."""
    try:
        Store.open(url).close()
    except StoreError as error:
        say(error.id)
    else:
        say("open")


TASKS = {
    "keep_saving": keep_saving,
    "add_up": add_up,
    "save_each": save_each,
    "stop_within": stop_within,
    "open_once": open_once,
}


def nursery() -> None:
    """For each line that is read, start processes that do what it says; tell when all have ended.

    A line is a number of processes, a task and its words. Forking is ten times faster than
    starting Python anew.
    """
    # Read once, and not by each process.
    import psycopg  # noqa: F401, PLC0415

    import data.migrations  # noqa: F401, PLC0415

    for line in sys.stdin:
        number, task, *words = line.split()
        children = []
        gate, opener = os.pipe()
        for _ in range(int(number)):
            if (child := os.fork()) == 0:
                sys.stdin.close()
                os.close(opener)
                os.read(gate, 1)  # returns when all have been started and told
                TASKS[task](*(int(word) if word.isdigit() else word for word in words))
                os._exit(0)
            children.append(child)
        say(*children)
        os.close(opener)
        os.close(gate)
        ended = [os.waitpid(child, 0)[1] for child in children]
        say("ended", *ended)


def say(*words: object) -> None:
    """Write a line that the test reads at once; lines of several processes are not mixed."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        task, url, times = sys.argv[1:]
        TASKS[task](url, int(times))
    else:
        nursery()
