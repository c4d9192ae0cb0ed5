"""A process that saves until the disk takes no more, or where it may not: started by test_hard_disk.py.

It prints one line of JSON: what was kept, the sentence that was said, and how long it took.
"""

import json
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from data.log import log_to_file
from data.places import DATA_VARIABLE
from data.records import Record
from data.store import Store
from data.store_errors import StoreError

CASE, FORM = "ØVELSE-01", "coordinator"
PLAIN_USER = 65534


def become_plain_user(folder: Path) -> None:
    """Give *folder* to nobody and become nobody: what the administrator may do proves nothing."""
    # All that is loaded when it is first needed; nobody may not read our own files.
    warm = Store.open("sqlite://")
    warm.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    warm.close()
    str(StoreError("store.full"))
    if os.geteuid() == 0:
        for one in (folder, *folder.rglob("*")):
            os.chown(one, PLAIN_USER, PLAIN_USER)
        os.setgroups([])
        os.setgid(PLAIN_USER)
        os.setuid(PLAIN_USER)


def save_until_full(url: str, limit: int) -> dict[str, object]:
    """Save ever longer notes under a *limit* of bytes a file (0: whatever the disk has)."""
    store = Store.open(url)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    kept = store.load(CASE, FORM)
    for number in range(5_000):
        asked = {**kept.answers, f"note{number}": "x" * 4_000}
        begun = time.perf_counter()
        try:
            kept = store.save(replace(kept, answers=asked))
        except StoreError as error:
            return {
                "id": error.id,
                "said": str(error),
                "seconds": time.perf_counter() - begun,
                "revision": kept.revision,
                "still": store.load(CASE, FORM).answers == kept.answers,
            }
    return {"id": None}


def save_read_only(url: str, folder: str, what: str) -> dict[str, object]:
    """Take the right to write away from *what* (``folder`` or ``file``), then read and save."""
    place = Path(folder)
    file = place / "records.db"
    become_plain_user(place)
    (file if what == "file" else place).chmod(0o400 if what == "file" else 0o500)
    os.environ[DATA_VARIABLE] = folder
    log_to_file().warning("nothing may be written here")
    read: object = None
    try:
        store = Store.open(url)
        held = store.load(CASE, FORM)
        read = held.answers
        store.save(replace(held, answers={"named": "no"}))
    except StoreError as error:
        return {"id": error.id, "said": str(error), "read": read}
    return {"id": None}


if __name__ == "__main__":
    if sys.argv[1] == "full":
        told = save_until_full(sys.argv[2], int(sys.argv[3]))
    else:
        told = save_read_only(*sys.argv[2:5])
    sys.stdout.write(json.dumps(told) + "\n")
