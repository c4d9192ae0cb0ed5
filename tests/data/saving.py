"""Processes that save: started by test_store.py, ended by it at any moment."""

import os
import sys
from dataclasses import replace

from data.store import Store
from data.store_errors import StaleRecord


def keep_saving(url: str) -> None:
    """Save one revision after another; say each aloud only when the store has kept it."""
    store = Store.open(url)
    record = store.load("ØVELSE-01", "coordinator")
    while True:
        number = str(record.revision + 1)
        record = store.save(replace(record, answers={"first": number, "second": number}))
        sys.stdout.write(f"{record.revision}\n")
        sys.stdout.flush()


def add_up(url: str, times: int) -> None:
    """Add one to the count *times* times, beginning again where another was faster."""
    store = Store.open(url)
    added = 0
    while added < times:
        record = store.load("ØVELSE-01", "coordinator")
        count = int(record.answers.get("count") or 0) + 1
        try:
            store.save(replace(record, answers={"count": str(count)}))
        except StaleRecord:
            continue
        added += 1


def nursery(url: str) -> None:
    """For each line that is read, start a process that saves until it is killed.

    Forking is ten times faster than starting Python anew.
    """
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            sys.stdout.write(f"{os.getpid()}\n")
            keep_saving(url)
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "nursery":
        nursery(sys.argv[2])
    else:
        add_up(sys.argv[2], int(sys.argv[3]))
