"""Keeps one record in step with a form, and knows what to say when it cannot."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import traitlets as tl

from data.answers import Answers
from data.records import Record, Version
from data.store import Store
from data.store_errors import StaleRecord, StoreError
from widgets.merging import Choice, Clash, part, put_together, still_open, with_side

PAUSE = 0.6
"""Seconds from a keystroke until it is saved, with all that was typed meanwhile."""
_TRIES = 5
"""How often a save is tried against others who save at the same moment."""


class Autosave(tl.HasTraits):
    """Saves the answers of one record, each change at once or after a short pause.

    ``state`` says how it stands: ``saved`` (also: nothing to save), ``waiting`` for the pause to
    end, or ``failed`` (see ``error``; the next change tries again). What somebody else saved
    meanwhile is put together with one's own: ``merged`` counts how often, and ``clashes`` holds
    what both changed. Until it is chosen, theirs is what is saved, and one's own is what is shown.
    """

    state = tl.Enum(("saved", "waiting", "failed"), "saved")
    error = tl.Instance(StoreError, allow_none=True)
    clashes: "tl.Dict[Choice, Clash]" = tl.Dict(
        help="What two people changed, until one of the two is chosen."
    )
    saves = tl.Int(0, help="How often something was saved.")
    merged = tl.Int(0, help="How often somebody else's changes were put together with one's own.")

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

    @property
    def store(self) -> Store:
        """The store, opened when it is first needed; :exc:`StoreError` where it cannot be."""
        if self._store is None:
            self._store = self._open_store()
        return self._store

    # --- What is opened ---------------------------------------------------------------------

    def load(self, case: str, form: str, occasion: str = "", begin: Answers | None = None) -> None:
        """Load a record; where that fails, ``state`` says so and the form begins empty.

        A record that was never saved begins with the answers *begin*, which are saved with the
        first change.
        """
        self._stop_timer()
        self.clashes = {}
        self.record = Record(case=case, form=form, occasion=occasion)
        try:
            self.record = self.store.load(case, form, occasion)
        except StoreError as error:
            self._fail(error)
        else:
            self._settle()
        never = self.record.revision == 0
        self._answers = begin if never and begin else self.record.answers

    def is_behind(self) -> bool:
        """Tell whether the store has another record, and nothing here waits to be saved."""
        if self.clashes or (self.state != "failed" and self._is_unsaved()):
            return False
        record = self.record
        try:
            stored = self.store.load(record.case, record.form, record.occasion)
        except StoreError:
            return False
        return self.state == "failed" or stored != record

    def resume(self, record: Record, answers: Answers) -> None:
        """Go on with *record*, of which *answers* could not be saved before, and try again."""
        self._stop_timer()
        self.clashes = {}
        self.record, self._answers = record, answers
        self.flush()

    # --- What is saved ----------------------------------------------------------------------

    def change(self, answers: Answers, *, at_once: bool) -> None:
        """Let *answers* be all the answers there are, and save *at_once* or soon.

        An answer that differs in a clash is a choice.
        """
        self._answers = answers
        self.clashes = still_open(self.clashes, answers)
        loop = None if at_once else _running_loop()
        if loop is None:
            self.flush()
        elif self._timer is None:
            # Whoever goes on typing does not put the save off: it comes for what is there by then.
            self.state = "waiting"
            self._timer = loop.call_later(PAUSE, self.flush)

    def flush(self) -> bool:
        """Save now and tell whether it went well."""
        self._stop_timer()
        if self.record.state == "finished" and not self._is_unsaved():
            self._settle()
            return True
        return self._keep(lambda answers: self.store.save(replace(self.record, answers=answers)))

    def finish(self) -> bool:
        """Save and finish the record; tell whether it went well.

        It does not while somebody has to choose between two answers.
        """
        if not self.flush() or self.clashes:
            return False
        return self._keep(lambda answers: self.store.finish(replace(self.record, answers=answers)))

    def reopen(self) -> bool:
        """Open a finished record again, with what could not be saved while it was finished."""
        if not self._keep(lambda _: self.store.reopen(self.record)):
            return False
        return self.flush() if self._is_unsaved() else True

    def hand_over(self, day: date | None) -> bool:
        """Write down the *day* on which it was moved into the case system; None takes it back."""
        if self.state == "waiting" and not self.flush():
            return False
        return self._keep(lambda _: self.store.hand_over(self.record, day))

    def move_occasion(self, occasion: str) -> bool:
        """Save, and let the record be of another *occasion*; tell whether it went well."""
        if not self.flush() or self.clashes:
            return False
        return self._keep(lambda _: self.store.move_occasion(self.record, occasion))

    def versions(self) -> list[Version]:
        """Return the finished versions of the record; none where the store cannot be read."""
        try:
            return self.store.versions(*self._key())
        except StoreError as error:
            self._fail(error)
            return []

    def choose(self, choice: Choice, *, mine: bool) -> None:
        """Let my side, or theirs, stand where both changed something."""
        clash = self.clashes[choice]
        side = clash.mine if mine else clash.theirs
        self._answers = with_side(self._answers, choice, side)
        self.clashes = {key: other for key, other in self.clashes.items() if key != choice}
        self.flush()

    # --- How --------------------------------------------------------------------------------

    def _keep(self, keep: Callable[[Answers], Record]) -> bool:
        """Have the store do something with what can be saved, after others' changes too."""
        try:
            for _ in range(_TRIES):
                try:
                    self.record = keep(self._undisputed())
                except StaleRecord as stale:
                    self._put_together(stale.current)
                else:
                    break
            else:
                self.record = keep(self._undisputed())
        except StoreError as error:
            self._fail(error)
            return False
        self._settle()
        self.saves += 1
        return True

    def _undisputed(self) -> Answers:
        """Return the answers with theirs wherever nobody has chosen yet."""
        answers = self._answers
        for choice, clash in self.clashes.items():
            answers = with_side(answers, choice, clash.theirs)
        return answers

    def _put_together(self, current: Record) -> None:
        """Take what somebody else saved, and keep one's own changes."""
        before, mine = self.record.answers, self._undisputed()
        answers, clashes = put_together(before, mine, current.answers)
        # What was to be chosen before is still to be chosen, against what they have now.
        for choice, clash in self.clashes.items():
            clashes.setdefault(choice, Clash(clash.mine, part(choice, answers)))
        for choice, clash in clashes.items():
            answers = with_side(answers, choice, clash.mine)
        self.record, self._answers = current, answers
        self.clashes = still_open(clashes, answers)
        if current.answers != before:
            self.merged += 1

    def _is_unsaved(self) -> bool:
        kept, here = self.record.answers, self._undisputed()
        return any(kept.get(key) != here.get(key) for key in kept.keys() | here.keys())

    def _key(self) -> tuple[str, str, str]:
        return self.record.case, self.record.form, self.record.occasion

    def _settle(self) -> None:
        self.error = None
        self.state = "saved"

    def _fail(self, error: StoreError) -> None:
        self.error = error
        self.state = "failed"

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
