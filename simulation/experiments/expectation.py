"""What a decision expects of each quarter, kept with the decision in the store.

It is counted when the decision is saved, and never again: what was expected must not move with the program,
nor with what happens. It is a record of its own, with the subject and the number of the decision, so that
it is in every copy of the store and can be read on any machine that has the store. Decisions from before
there were such records have theirs counted, or read from the archive of experiments, when they are looked
at next.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from threading import Event

from data.decisions import EXPECTATION
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from simulation.experiments.quarters import Expected, counts_as_told, counts_of, expected_of

_CHANGED = "other_program"
_LARGEST = 20_000_000
"""Bytes that kept counts come to at most; whoever can write records could else fill the memory."""


def expectation_of(
    store: Store, decision: Record, cancel: Event | None = None
) -> Iterator[Expected]:
    """Yield what *decision* expects: as it is kept with it, or counted now, growing, and then kept.

    Raises :exc:`~simulation.experiments.manifest.ManifestError` where neither it nor the question is on
    this machine. A *cancel* stops the counting, and then nothing is kept.
    """
    known = read_expectation(store, decision)
    if known is not None:
        yield known
        return
    for found in expected_of(decision.answers.get("code") or "", cancel):
        if found.finished:
            with suppress(StoreError):  # Whoever may only read counts it again the next time.
                keep_expectation(store, decision, found)
        yield found


def keep_expectation(store: Store, decision: Record, expected: Expected) -> None:
    """Keep what *decision* is *expected* to bring; what is kept of the same question stays as it is.

    Raises :exc:`~data.store_errors.StoreError` where it cannot be kept.
    """
    if read_expectation(store, decision) is not None:
        return
    told = {**counts_as_told(expected), _CHANGED: expected.other_program}
    packed = b64encode(zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9))
    answers = {"code": decision.answers.get("code"), "quarters": packed.decode("ascii")}
    # A number that was another, deleted decision's may still have its expectation.
    there = store.load(decision.case, EXPECTATION, decision.occasion)
    store.save(replace(there, answers=answers))


def read_expectation(store: Store, decision: Record) -> Expected | None:
    """Return what is kept of *decision*; None where nothing is that can be read.

    Raises :exc:`~data.store_errors.StoreError` where the store cannot be read.
    """
    answers = store.load(decision.case, EXPECTATION, decision.occasion).answers
    code = decision.answers.get("code")
    if not code or answers.get("code") != code:
        return None
    try:
        whole = zlib.decompressobj()
        packed = b64decode(answers.get("quarters") or "", validate=True)
        told = json.loads(whole.decompress(packed, _LARGEST))
        return replace(counts_of(told), other_program=bool(told[_CHANGED]))
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None
