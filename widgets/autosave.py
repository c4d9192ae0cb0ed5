"""Keeps one record in step with a form, and knows what to say when it cannot."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import traitlets as tl

from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord, StoreError

PAUSE = 0.8
"""Seconds without a keystroke after which a text is saved."""

Answers = Mapping[str, str | None]


class Autosave(tl.HasTraits):
    """Saves the answers of one record, each change at once or after a short pause.

    ``state`` says how it stands: ``saved`` (also: nothing to save), ``waiting`` for the pause to
    end, ``failed`` (see ``error``; the next change tries again), or ``stale`` (somebody else saved;
    nothing is saved until :meth:`take_newest`).
    """

    state = tl.Enum(("saved", "waiting", "failed", "stale"), "saved")
    error = tl.Instance(StoreError, allow_none=True)

    def __init__(self, open_store: Callable[[], Store]) -> None:
        super().__init__()
        self._open_store = open_store
        self._store: Store | None = None
        self._timer: Any = None
        self.record = Record(case="", form="")
        """The record as the store last gave it."""
        self._answers: Answers = {}

    @property
    def answers(self) -> Answers:
        """The answers as they were last given, saved or not."""
        return self._answers

    def load(self, case: str, form: str) -> None:
        """Load a record; where that fails, ``state`` says so and the form begins empty."""
        self._stop_timer()
        self.record = Record(case=case, form=form)
        try:
            self.record = self._opened().load(case, form)
        except StoreError as error:
            self._fail(error)
        else:
            self._settle()
        self._answers = self.record.answers

    def is_behind(self) -> bool:
        """Tell whether the store has another record, and nothing here waits to be saved."""
        if self._answers != self.record.answers:
            return False
        try:
            stored = self._opened().load(self.record.case, self.record.form)
        except StoreError:
            return False
        return self.state == "failed" or stored != self.record

    def resume(self, record: Record, answers: Answers) -> None:
        """Go on with *record*, of which *answers* could not be saved before, and try again."""
        self._stop_timer()
        self.record, self._answers = record, answers
        self.flush()

    def change(self, answers: Answers, *, at_once: bool) -> None:
        """Save *answers* to the questions they name, *at_once* or when typing pauses."""
        self._answers = {**self._answers, **answers}
        if self.state == "stale":
            return
        self._stop_timer()
        loop = None if at_once else _running_loop()
        if loop is None:
            self.flush()
        else:
            self.state = "waiting"
            self._timer = loop.call_later(PAUSE, self.flush)

    def flush(self) -> None:
        """Save now."""
        self._stop_timer()
        try:
            self.record = self._opened().save(replace(self.record, answers=self._answers))
        except StoreError as error:
            self._fail(error)
        else:
            self._settle()

    def take_newest(self) -> Answers:
        """Take the record as somebody else saved it; return one's own answers that differ."""
        error = self.error
        if not isinstance(error, StaleRecord):
            return {}
        before, mine = self.record.answers, self._answers
        self.record = error.current
        self._answers = self.record.answers
        self._settle()
        own = {name: answer for name, answer in mine.items() if before.get(name) != answer}
        return {name: answer for name, answer in own.items() if self._answers.get(name) != answer}

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _settle(self) -> None:
        self.error = None
        self.state = "saved"

    def _fail(self, error: StoreError) -> None:
        self.error = error
        self.state = "stale" if isinstance(error, StaleRecord) else "failed"

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
