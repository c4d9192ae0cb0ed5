"""A round of self-assessment in the store: a sheet for everybody, and the round closed once.

That a round is closed is a record too, with the round itself as its occasion, so that the audit trail
says when it was. It names the sheets that were there and holds no answer of theirs.
"""

from collections.abc import Iterator
from dataclasses import replace

from data.assessment import Group, next_sheet, sheets_of
from data.assessment_waves import with_sheets
from data.forms import Form
from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord


def claim_sheet(store: Store, unit: str, form: Form, round: str, group: Group) -> Record:
    """Return an empty sheet that is kept already, so that nobody else gets the same one."""
    for sheet in _sheets(store, unit, form, round, group):
        try:
            return store.save(Record(case=unit, form=form.id, occasion=sheet))
        except StaleRecord:
            continue  # Somebody else began at the same moment.
    raise AssertionError  # the numbers have no end


def close_round(store: Store, unit: str, form: Form, round: str) -> None:
    """Finish every sheet of *round* and the round; afterwards what it adds up to may be shown."""
    records = store.list_records(unit, form.id)
    sheets = [_finish(store, record) for record in sheets_of(records, form, round).values()]
    closing = store.load(unit, form.id, round)
    while closing.state != "finished":
        try:
            closing = store.finish(replace(closing, answers=with_sheets(closing, sheets)))
        except StaleRecord as stale:
            closing = stale.current  # Somebody else closed it, or opened it again.


def open_round(store: Store, unit: str, form: Form, round: str) -> None:
    """Let more people answer in a *round* that was closed; the sheets stay as they are."""
    store.reopen(store.load(unit, form.id, round))


def _sheets(store: Store, unit: str, form: Form, round: str, group: Group) -> Iterator[str]:
    while True:
        yield next_sheet(store.list_records(unit, form.id), round, group).occasion


def _finish(store: Store, record: Record) -> Record:
    while record.state != "finished":
        try:
            record = store.finish(record)
        except StaleRecord as stale:
            record = stale.current  # It was saved a moment ago; that is what is finished.
    return record
