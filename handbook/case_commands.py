"""How records leave and end: ``vejviser records export``, ``table``, ``delete`` and ``prune``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handbook.command_line import DataFolder, Lang, refuse
from handbook.record_terminal import (
    Yes,
    ask,
    begin,
    copies_until,
    opened_store,
    refusing,
    write_receipt,
)

if TYPE_CHECKING:
    from data.retention import Due
    from data.sessions.session import Session
    from data.sessions.session_store import SessionStore
    from data.settings import Settings
    from data.store import Store
    from data.texts import Texts

CaseWords = Annotated[str, typer.Argument(metavar="CASE", help="The reference, such as K00012.")]
Purpose = Annotated[
    str, typer.Option(help="Why, in a few words without names; it stands in the log.")
]
ReceiptFile = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="Write the receipt here too.", show_default=False),
]


def export(
    case: CaseWords,
    *,
    out: Annotated[Path, typer.Option(dir_okay=False, help="The zip file; it overwrites nothing.")],
    purpose: Purpose,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Write all that is kept of CASE to a zip file.

    JSON, and each form as docx and xlsx.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.case_files import is_exercise  # noqa: PLC0415 (slow)
    from data.export.whole_case import case_archive  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    target = out.expanduser()
    if target.exists():
        refuse(texts("store.in_the_way", file=out))
    with refusing(texts), opened_store() as store:
        found = _found(store, case, texts)
        held = store.list_records(found)
        content = case_archive(
            store.export_case(found, purpose), held, texts, exercise=is_exercise(found)
        )
    try:
        target.touch(mode=0o600)
        target.write_bytes(content)
    except OSError as error:
        refuse(texts("records.not_written", file=out, reason=error.strerror))
    typer.echo(texts("records.exported", case=found, records=len(held), file=out))


def table(
    form: Annotated[str, typer.Argument(metavar="FORM", help="The id of a form, such as meeting.")],
    *,
    out: Annotated[
        Path, typer.Option(dir_okay=False, help="The xlsx file; it overwrites nothing.")
    ],
    purpose: Purpose,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Write every filled FORM to one workbook.

    A row each, and a sheet for each of its tables.

    In training only the fictional cases are in it. The log says of each case that it left.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.case_files import is_real  # noqa: PLC0415 (slow)
    from data.export.records import records_workbook  # noqa: PLC0415 (slow)
    from data.forms import form_ids, read_form  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    target = out.expanduser()
    if target.exists():
        refuse(texts("store.in_the_way", file=out))
    if form not in form_ids():
        refuse(texts("records.no_form", form=form, forms=", ".join(form_ids())))
    with refusing(texts), opened_store() as store:
        real = store.settings().real_cases
        held = [one for one in store.list_records(form=form) if real or not is_real(one.case)]
        store.note_each("export", sorted({one.case for one in held}), purpose)
    with typer.progressbar(length=len(held), file=sys.stderr) as bar:
        content = records_workbook(
            read_form(form),
            held,
            texts,
            report=lambda done, _: bar.update(done - bar.pos),
            exercise=not real,
        )
    try:
        target.touch(mode=0o600)
        target.write_bytes(content)
    except OSError as error:
        refuse(texts("records.not_written", file=out, reason=error.strerror))
    typer.echo(texts("records.table_written", records=len(held), file=out))


def delete(
    case: CaseWords,
    *,
    purpose: Purpose,
    yes: Yes = False,
    receipt: ReceiptFile = None,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Delete CASE with all its forms, and give a receipt.

    Their versions go with them.

    The lines of the log stay; they hold no answer. Whether a case may be deleted is for the
    municipality to decide under the Archives Act.

    Exit status: 0 done; 2 refused or not confirmed, with nothing deleted.
    """
    from data.retention import receipt_in_words  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts), opened_store() as store:
        found = _found(store, case, texts)
        held = store.list_records(found)
        typer.echo(texts("records.will_delete", case=found, records=len(held)))
        typer.echo(texts("records.archive_duty"))
        ask(texts("records.ask_delete", case=found), yes, texts)
        done = store.delete_case(found, purpose)
    words = receipt_in_words(done, texts, copies_until())
    typer.echo(words, nl=False)
    write_receipt(receipt, words, texts)


def prune(
    *,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what is due.")] = False,
    receipt: ReceiptFile = None,
    exercise_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="From now on keep records of fictional cases so many days.",
            show_default=False,
        ),
    ] = None,
    handed_over_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="From now on keep records so many days after they were moved into the case system.",
            show_default=False,
        ),
    ] = None,
    session_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="From now on keep trainers' sessions so many days after they ended.",
            show_default=False,
        ),
    ] = None,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Delete records and trainers' sessions whose period has ended.

    You see which first, and get a receipt.

    Records of fictional cases have 30 days, working copies of real cases 90 days after they were moved
    into the case system, and sessions 30 days after they ended; these are proposals that the
    municipality decides on. A real record that nobody has moved is never deleted.

    Exit status: 0 done, or nothing is due; 2 refused or not confirmed, with nothing deleted.
    """
    from data.meeting_calendar import danish_today  # noqa: PLC0415 (slow)
    from data.retention import due, receipt_in_words  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    given = {"exercise_days": exercise_days, "handed_over_days": handed_over_days}
    given["session_days"] = session_days
    with refusing(texts), opened_store() as store, _opened_sessions() as session_store:
        changes = {name: days for name, days in given.items() if days is not None}
        settings = store.change_settings(**changes) if changes else store.settings()
        found = due(store.list_records(), settings, danish_today())
        sessions = session_store.due(danish_today())
        for line in (*_due_lines(found, texts), *_session_lines(sessions, settings, texts)):
            typer.echo(line)
        if not found and not sessions:
            typer.echo(texts("records.nothing_due"))
        if dry_run or not (found or sessions):
            return
        typer.echo(texts("records.archive_duty"))
        question = texts("records.ask_prune", records=len(found), sessions=len(sessions))
        ask(question, yes, texts)
        why = texts("records.period_ended")
        done = store.prune([each.record for each in found], why)
        gone = session_store.delete(*sessions, purpose=why)
    words = receipt_in_words(done, texts, copies_until(), sessions=gone)
    typer.echo(words, nl=False)
    write_receipt(receipt, words, texts)


@contextmanager
def _opened_sessions() -> "Iterator[SessionStore]":
    from data.sessions.session_store import SessionStore  # noqa: PLC0415 (slow)

    store = SessionStore.open()
    try:
        yield store
    finally:
        store.close_store()


def _found(store: "Store", case: str, texts: "Texts") -> str:
    """Return the reference *case* as it is kept, or end the command."""
    ref = case.strip().upper()
    if store.case(ref) is None and not store.list_records(ref):
        refuse(texts("records.no_case", case=case))
    return ref


def _due_lines(found: "list[Due]", texts: "Texts") -> Iterator[str]:
    for each in found:
        name = "/".join(filter(None, (each.record.case, each.record.form, each.record.occasion)))
        why = texts(f"records.due_{each.why}", date=texts.date(each.since))
        yield f"{name}: {why}"


def _session_lines(found: "list[Session]", settings: "Settings", texts: "Texts") -> Iterator[str]:
    for session in found:
        since = session.ended_on + timedelta(days=settings.session_days or 0)
        words = texts("records.due_session", date=texts.date(since))
        yield f"{session.title} ({texts.date(session.ended_on)}): {words}"
