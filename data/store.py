"""Keeps records: a SQLite file in the data folder by default, another database by URL.

Every save is one transaction: the answers, the next revision, and a line of the audit trail for
each answer that changed. A record that was saved elsewhere meanwhile is never overwritten. What
came first is told by revisions and by the numbers of lines, never by a clock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.exc import IntegrityError

from data import audit, case_life, case_rows, many_records, record_rows
from data.access import subject_of
from data.access_rows import chosen_cases, chosen_lines, chosen_records
from data.answer_check import changed_answers
from data.answers import Answers
from data.backup import back_up, daily_backup
from data.case_files import CaseFile, check_words
from data.case_life import Receipt
from data.guarded_store import LONGEST_PURPOSE, GuardedStore
from data.held_meetings import HeldMeetings
from data.records import Record, Version
from data.settings import Settings, change_settings, read_settings
from data.store_errors import StaleCase, StaleRecord, StoreError
from data.store_opening import Opened, open_database
from data.store_tables import audit as lines
from data.store_tables import records, versions


class Store(GuardedStore):
    """The records of one installation; :meth:`open` gives one.

    >>> store = Store.open("sqlite://")
    >>> store.save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"})).revision
    1
    """

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._engine = opened.engine
        self._held = HeldMeetings()
        self.place = opened.place
        """The name of the file or database, for messages."""
        self.file = opened.file
        """The file of a SQLite store; None where there is none."""

    @classmethod
    def open(cls, url: str | None = None, *, actor: str = "local") -> Self:
        """Open the store at *url*, else at the one that the variable ``VEJVISER_STORE`` holds.

        Without either it is the file ``vejviser.db`` in the data folder, of which the first opening
        of a day makes a backup. Who opens it, and in which role, is said by the database's login, or
        by the variables ``VEJVISER_PERSON``, ``VEJVISER_ROLE`` and ``VEJVISER_UNITS``; without them it
        is *actor*, a pseudonym too, who may do everything. What a role may not do is an
        :exc:`~data.access.AccessRefused`. A store of an older version is brought up to date, a file
        after it was copied. Raises :exc:`StoreError` where the store cannot be opened, is damaged, is
        of a newer version, or is encrypted and there is no key.
        """
        opened = open_database(url, actor)
        if url is None and opened.file is not None:
            daily_backup(opened.file, datetime.now(UTC).date())
        return cls(opened)

    # --- Records ----------------------------------------------------------------------------

    def load(self, case: str, form: str, occasion: str = "") -> Record:
        """Return a record; one that was never saved has revision 0."""
        with self._reading(case, form) as connection:
            return record_rows.load(connection, case, form, occasion)

    def save(self, record: Record) -> Record:
        """Keep the answers of *record* and return it with its new revision and time.

        Nothing is written where nothing changed. Raises :exc:`StaleRecord` where the record was
        saved elsewhere since it was loaded, and :exc:`StoreError` where it cannot be kept or is
        finished.
        """
        return self._revise(record, record_rows.save)

    def finish(self, record: Record) -> Record:
        """Keep the answers of *record* as its next version, which is not changed any more.

        Raises what :meth:`save` raises.
        """
        return self._revise(record, record_rows.finish)

    def reopen(self, record: Record) -> Record:
        """Make a finished record a draft again; its finished versions stay.

        Raises :exc:`StaleRecord` where it was saved elsewhere since it was loaded.
        """
        return self._revise(record, record_rows.reopen)

    def hand_over(self, record: Record, day: date | None) -> Record:
        """Write down the *day* on which *record* was moved into the case system; None takes it back.

        Its answers are not saved by that. Finishing it again asks for it anew. Raises
        :exc:`StaleRecord` where it was saved elsewhere since it was loaded.
        """
        return self._revise(
            record, lambda connection, actor, it: record_rows.hand_over(connection, actor, it, day)
        )

    def move_occasion(self, record: Record, occasion: str) -> Record:
        """Let a draft be of another *occasion*, such as the right day; its versions go with it.

        The audit trail has a line at each of the two occasions. Raises :exc:`StaleRecord` where it
        was saved elsewhere since it was loaded, and :exc:`StoreError` where it is finished or there
        is a record of that occasion.
        """
        return self._revise(
            record,
            lambda connection, actor, it: record_rows.move_occasion(
                connection, actor, it, occasion
            ),
        )

    def versions(self, case: str, form: str, occasion: str = "") -> list[Version]:
        """Return the finished versions of a record, the first one first."""
        with self._reading(case, form) as connection:
            return record_rows.versions_of(connection, case, form, occasion)

    def list_records(self, case: str | None = None, form: str | None = None) -> list[Record]:
        """Return every record, or those of *case* or *form*, by case, form and occasion.

        They are those that one may read; who may delete and not read gets them without answers.
        """
        deed = self.access.listing
        if case is not None and subject_of(case) in {"real", "exercise"}:
            self._need(deed, case)
        names = record_rows.columns(answers=deed == "read_case")
        chosen = select(*names).where(*chosen_records(self.access, deed))
        chosen = chosen.order_by(*record_rows.ORDER)
        if case is not None:
            chosen = chosen.where(records.c.case == case)
        if form is not None:
            chosen = chosen.where(records.c.form == form)
        if case is not None and deed == "read_case":
            self._note_read(case)
        with self._opened.reading() as connection:
            return [record_rows.record_of(row) for row in connection.execute(chosen)]

    def latest(self, case: str, form: str, before: str) -> Record | None:
        """Return the record of *form* on *case* with the latest occasion before *before*."""
        chosen = select(records).where(
            records.c.case == case, records.c.form == form, records.c.occasion < before
        )
        with self._reading(case, form) as connection:
            found = connection.execute(chosen.order_by(records.c.occasion.desc()).limit(1))
            row = found.one_or_none()
            return None if row is None else record_rows.record_of(row)

    # --- Many records at once ---------------------------------------------------------------

    def add_records(self, given: Sequence[Record], purpose: str) -> int:
        """Keep many new records, all or none, and return how many; see :func:`many_records.add`."""
        check_words(purpose, LONGEST_PURPOSE)
        for case, form in sorted({(each.case, each.form) for each in given}):
            self._need("write_case", case, form)
        with self._opened.writing() as connection:
            return many_records.add(connection, self._actor, given, purpose)

    def records_of(self, cases: Collection[str]) -> list[Record]:
        """Return the records of *cases* for a list of them, by case, form and occasion."""
        with self._reading() as connection:
            chosen = chosen_records(self.access, self.access.listing)
            return many_records.of_cases(connection, cases, *chosen, answers=self._reads)

    def count_answers(self, form: str) -> Mapping[str, Mapping[str, int]]:
        """Return how often each answer stands in the records of *form*: question → answer → times."""
        if not self._reads:
            return {}
        with self._reading() as connection:
            return many_records.count_answers(connection, form, *chosen_records(self.access))

    def held_meetings(self) -> list[Record]:
        """Return the first held meeting of each kind in each open case, with these answers alone."""
        if not self._reads:
            return []
        with self._reading() as connection:
            return self._held.read(connection, *chosen_records(self.access))

    def answers_to(self, form: str) -> list[tuple[str, str, Answers]]:
        """Return case, occasion and answers of every record of *form*, to count them."""
        self._need("count_cases")
        with self._reading() as connection:
            return many_records.answers_to(connection, form)

    def coordinator_days(self) -> Mapping[str, Sequence[date]]:
        """Return the days on which each case's coordinator was written down: case → days, oldest first."""
        self._need("count_cases")
        with self._reading() as connection:
            return many_records.coordinator_days(connection)

    def how_many_due(self, today: date) -> int:
        """Return how many records :func:`data.retention.due` proposes to delete *today*."""
        with self._reading() as connection:
            chosen = chosen_records(self.access, "list_case")
            return many_records.how_many_due(connection, today, *chosen)

    # --- Cases and settings -----------------------------------------------------------------

    def cases(self) -> list[CaseFile]:
        """Return every case that one may know of, the real ones first, and the handbook's own always.

        Who may not read a case gets it without its birthday.
        """
        with self._reading() as connection:
            return case_rows.all_cases(connection, *chosen_cases(self.access), whole=self._reads)

    def case(self, ref: str) -> CaseFile | None:
        """Return the case *ref*; None where there is none."""
        if self.access.role == "coordinator" and self._is_free(ref):
            return None
        self._need("list_case", ref)
        if self._reads:
            self._note_read(ref)
        with self._opened.reading() as connection:
            return case_rows.find_case(connection, ref, whole=self._reads)

    def save_case(self, case_file: CaseFile) -> CaseFile:
        """Keep *case_file* and return it with its new revision.

        Raises :exc:`StaleCase` where it was changed elsewhere since it was loaded, and
        :exc:`StoreError` where the reference is none, its words hold something personal, or the
        installation is in training mode and the case is real.
        """
        if not self.access.may_keep(case_file.ref, case_file.unit):
            self._refuse("write_case", case_file.ref)
        try:
            with self._opened.writing() as connection:
                return case_rows.save_case(connection, self._actor, case_file)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise StaleCase(self.case(case_file.ref)) from error
            raise

    def settings(self) -> Settings:
        """Return what the installation has decided."""
        with self._reading() as connection:
            return read_settings(connection)

    def change_settings(self, **changes: object) -> Settings:
        """Change settings by name, such as ``real_cases=True``, and return all of them.

        Raises :exc:`ValueError` where there is no such setting or it may not have the value.
        """
        Settings.model_validate(changes)
        self._need("settings")
        with self._opened.writing() as connection:
            return change_settings(connection, self._actor, changes)

    # --- The audit trail --------------------------------------------------------------------

    def history(
        self, case: str | None = None, form: str | None = None, occasion: str | None = None
    ) -> list[Mapping[str, Any]]:
        """Return the lines of the audit trail of a record, of a case or of all, oldest first.

        Keys: ``id`` (the number of the line), ``at`` (UTC), ``actor``, ``action``, ``case``,
        ``form``, ``occasion``, ``field``, ``value_hash`` (``None`` where an answer was taken back),
        ``revision``, ``purpose`` and ``digest``.
        """
        wanted = {lines.c.case: case, lines.c.form: form, lines.c.occasion: occasion}
        if case is None:
            self._need("log")
        elif not self.access.may("log") and subject_of(case) in {"real", "exercise"}:
            self._need("read_case", case)
        chosen = select(lines).where(*chosen_lines(self.access)).order_by(lines.c.id)
        for column, value in wanted.items():
            if value is not None:
                chosen = chosen.where(column == value)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def note_each(self, action: str, cases: Iterable[str], purpose: str) -> None:
        """Write down for each of *cases* what :meth:`note` writes for one, all or none."""
        check_words(purpose, LONGEST_PURPOSE)
        if action not in audit.NOTED:
            raise ValueError(f"action is {action!r}; it must be one of {', '.join(audit.NOTED)}")
        line = {"actor": self._actor, "action": action, "purpose": purpose}
        with self._opened.writing() as connection:
            audit.append(connection, [{**line, "case": case} for case in cases])

    def check_audit(self, noted: str | None = None) -> audit.AuditState:
        """Tell whether each line of the audit trail is as it was written, and none was taken out.

        *noted* is a ``head`` that an earlier check gave and that was kept elsewhere; with it, a
        trail that was written anew as a whole is found out too.
        """
        self._need("log")
        with self._reading() as connection:
            return audit.check(connection, noted)

    def check_answers(self) -> list[str]:
        """Return the records whose answers are not those that the audit trail tells of."""
        self._need("check")
        with self._reading() as connection:
            return list(changed_answers(connection))

    def prune_audit(self, before: datetime, purpose: str) -> int:
        """Delete the lines of the audit trail that are older than *before*; return how many.

        That is written down, with the *purpose*.
        """
        check_words(purpose, LONGEST_PURPOSE)
        self._need("prune_log")
        with self._opened.writing() as connection:
            gone = audit.prune(connection, before)
            if gone:
                self._append(connection, "prune_audit", "", purpose, field=str(gone))
        self._opened.wipe(lines.name)
        return gone

    # --- The end of a case, and copies ------------------------------------------------------

    def export_case(self, ref: str, purpose: str = "") -> dict[str, Any]:
        """Return all that is kept of the case *ref*, as it is written as JSON.

        Keys: ``case``, ``case_file``, ``records`` (each with its ``versions``) and ``audit``, which
        ends with the line of this export.
        """
        check_words(purpose, LONGEST_PURPOSE)
        self._need("read_case", ref)
        with self._opened.writing() as connection:
            held = case_life.contents(connection, ref)
            self._append(connection, "export", ref, purpose)
            return {**held, "audit": case_life.trail(connection, ref)}

    def delete_case(self, ref: str, purpose: str) -> Receipt:
        """Delete the case *ref* with its records and versions, and return a receipt.

        The lines of the audit trail stay; they hold no answer. Backups and the copy that was made
        before the store was brought up to date are not touched.
        """
        check_words(purpose, LONGEST_PURPOSE)
        self._need("delete_case", ref)
        with self._opened.writing() as connection:
            held = case_life.remove_case(connection, ref, answers=self._reads)
            receipt = self._receipt(held, purpose)
            line = {"at": receipt.at, "value_hash": receipt.digest or None}
            self._append(connection, "delete", ref, purpose, **line)
        self._opened.wipe(records.name, versions.name, "case_file")
        return receipt

    def prune(self, chosen: Iterable[Record], purpose: str) -> Receipt:
        """Delete the *chosen* records with their versions, and return a receipt.

        A record that was saved since it was loaded is left alone, and is not in the receipt.
        """
        check_words(purpose, LONGEST_PURPOSE)
        names = ("case", "form", "occasion", "revision")
        keys = [tuple(getattr(each, name) for name in names) for each in chosen]
        for case, form in sorted({key[:2] for key in keys}):
            self._need("delete_case", case, form)
        with self._opened.writing() as connection:
            which = tuple_(*(records.c[name] for name in names)).in_(keys)
            held = case_life.remove_records(connection, which, answers=self._reads)
            receipt = self._receipt(held, purpose)
            for each in held["records"]:
                line = {name: each[name] for name in ("form", "occasion", "revision")}
                line |= {"at": receipt.at, "value_hash": receipt.digest or None}
                self._append(connection, "delete", each["case"], purpose, **line)
        self._opened.wipe(records.name, versions.name)
        return receipt

    def backup_to(self, path: Path) -> None:
        """Write a copy of the store to the new file *path* while it is in use.

        Raises :exc:`StoreError` where *path* is there already or the store is on a server, which
        has its own way (``pg_dump``).
        """
        self._need("backup")
        if self.file is None:
            raise StoreError("store.backup_on_server")
        back_up(self.file, path)

    def close(self) -> None:
        """Let go of the file or the connections."""
        self._engine.dispose()

    # --- Parts of the above -----------------------------------------------------------------

    def _revise(
        self, record: Record, revise: Callable[[Connection, str, Record], Record]
    ) -> Record:
        self._need("write_case", record.case, record.form)
        try:
            with self._opened.writing() as connection:
                return revise(connection, self._actor, record)
        except StoreError as error:
            # On a server two first saves can meet; the second finds the row that the first made.
            if isinstance(error.__cause__, IntegrityError):
                with self._reading() as connection:
                    key = (record.case, record.form, record.occasion)
                    current = record_rows.load(connection, *key)
                raise StaleRecord(current) from error
            raise

    def _receipt(self, held: Mapping[str, Any], purpose: str) -> Receipt:
        now = datetime.now(UTC)
        return case_life.receipt(held, self._actor, purpose, now, answers=self._reads)
