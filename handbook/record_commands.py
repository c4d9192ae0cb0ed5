"""The commands ``vejviser records …``: copies, checks, the log, and the end of a case."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from handbook.case_commands import delete, export, prune, table
from handbook.command_line import DataFolder, Lang, refuse
from handbook.move_commands import move, on_server, restore_on_server, upgrade
from handbook.record_terminal import (
    Yes,
    ask,
    ask_for_key,
    begin,
    new_key,
    opened_store,
    own_file,
    refusing,
    typed,
)

records = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Copy, check, export and delete records; read their log.",
)

DAMAGED = 1
"""The status of `check` where it found something that is not as it was written."""


@records.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; a new file.")],
    *,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Copy the records to FILE; Vejviser may be running.

    The copy is opened and checked before it is there. Vejviser makes one by itself at the first
    opening of each day, in the folder `backups` of the data folder; those of seven days and four weeks
    are kept. A copy that lies on another disk survives this one. Records on a PostgreSQL server
    (VEJVISER_STORE) are copied to such a file too; run this every day, as the owner of the tables.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.backup import back_up  # noqa: PLC0415 (slow)
    from data.store_copy import copy_to_file  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        target = file.expanduser()
        made = copy_to_file(target) if on_server() else back_up(own_file(), target)
    told = {"records": made.records, "lines": made.lines, "digest": made.digest}
    typer.echo(texts("records.copied", file=file, **told))


@records.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by `backup`.")],
    *,
    yes: Yes = False,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Put a copy in the place of the records.

    Vejviser must be closed.

    FILE is checked first, and what was put back is compared with it, table by table. The records that
    were there are kept beside it under another name. Cases that were deleted after the copy was made
    are back then; they are named, so that you delete them again. On a PostgreSQL server
    (VEJVISER_STORE) what was there before is first written to a file of the data folder.

    Exit status: 0 done; 2 refused, with the records as they were.
    """
    from data.backup import look_through  # noqa: PLC0415 (slow)
    from data.backup import restore as put_back  # noqa: PLC0415 (slow)
    from data.store import Store  # noqa: PLC0415 (slow)

    texts, own = begin(lang, data_folder), own_file()
    source = file.expanduser()
    with refusing(texts):
        held = look_through(source)
        typer.echo(texts("records.holds", file=file, records=held.records, lines=held.lines))
        ask(texts("records.ask_restore"), yes, texts)
        gone = _deleted_cases(own)
        if on_server():
            digest, replaced = restore_on_server(source)
        else:
            done = put_back(source, own)
            digest, replaced = done.contents.digest, done.replaced
        store = Store.open()
        back = sorted(gone & {record.case for record in store.list_records()})
        store.close()
    typer.echo(texts("records.restored", digest=digest))
    if replaced is not None:
        typer.echo(texts("records.replaced", file=replaced))
    if back:
        typer.echo(texts("records.back_again", cases=", ".join(back)))


@records.command()
def check(
    *,
    noted: Annotated[
        str | None,
        typer.Option(
            help="A mark that an earlier check gave and that you kept elsewhere: the log up to there "
            "must still be as it was.",
            show_default=False,
        ),
    ] = None,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Check each page, each line of the log and each answer.

    An answer is held against the log.

    Exit status: 0 all is as it was written; 1 something is not; 2 the file cannot be opened.
    """
    from data.backup import latest_backup, look_through  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        held = None if on_server() else look_through(own_file())
        with opened_store() as store:
            trail, changed = store.check_audit(noted), store.check_answers()
            latest = latest_backup(own_file())
    if held is not None:
        typer.echo(texts("records.pages_whole", records=held.records, digest=held.digest))
    if trail.whole:
        typer.echo(texts("records.log_whole", lines=trail.lines, mark=trail.head))
    else:
        typer.echo(texts("records.log_broken", line=trail.broken_at), err=True)
    for name in changed:
        typer.echo(texts("records.answers_changed", record=name), err=True)
    if not changed:
        typer.echo(texts("records.answers_whole"))
    if held is not None:  # Whoever runs a server makes its copies, and knows when.
        day = texts("records.no_backup") if latest is None else texts.date(latest)
        typer.echo(texts("records.latest_backup", date=day))
    raise typer.Exit(0 if trail.whole and not changed else DAMAGED)


@records.command()
def log(
    *,
    case: Annotated[
        str | None,
        typer.Option(metavar="CASE", help="Only the lines of this case.", show_default=False),
    ] = None,
    without_staff: Annotated[
        bool,
        typer.Option(
            "--without-staff",
            help="Leave out who did it, as for a citizen who asks when and why.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write a csv file.", show_default=False),
    ] = None,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Tell who read, changed or deleted what, and when.

    The log holds no answer: a salted hash shows that one changed. Reading the log stands in it too.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.export.csv import guarded  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts), opened_store() as store:
        # What is typed here is written down only where it is a case: it could be anything.
        ref = None if case is None else case.strip().upper()
        if ref is not None and not store.history(ref):
            refuse(texts("records.no_case", case=case))
        store.note("search", ref or "", texts("records.log_read"))
        lines = store.history(ref)
    names = (
        "id",
        "at",
        "actor",
        "action",
        "case",
        "form",
        "occasion",
        "field",
        "revision",
        "purpose",
    )
    kept = [name for name in names if not (without_staff and name == "actor")]
    heads = [texts(f"records.log_{name}") for name in kept]
    rows = [[guarded(str(line[name] or "")) for name in kept] for line in lines]
    if out is None:
        csv.writer(sys.stdout, delimiter=";").writerows([heads, *rows])
        return
    try:
        with out.expanduser().open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";").writerows([heads, *rows])
    except OSError as error:
        refuse(texts("records.not_written", file=out, reason=error.strerror))
    typer.echo(texts("records.log_written", lines=len(lines), file=out))


@records.command()
def encrypt(*, lang: Lang = "da", data_folder: DataFolder = None) -> None:
    """Encrypt the records and their copies.

    These are all copies in the data folder. Vejviser must be closed.

    The key is that of the variable VEJVISER_KEY. Without it, a key is drawn, put into the key store of
    the operating system and shown once; where there is no key store, you are asked for one. Whoever
    loses the key loses the records. Needs the extra: pip install 'vejviser[encryption]'.

    Exit status: 0 done; 2 refused, with the records as they were.
    """
    from data.backup import change_encryption  # noqa: PLC0415 (slow)
    from data.encryption import forget_key, is_encrypted, sqlcipher  # noqa: PLC0415 (slow)

    texts, own = begin(lang, data_folder), own_file()
    with refusing(texts):
        sqlcipher()
        if is_encrypted(own):
            refuse(texts("records.encrypted_already", file=own.name))
        key, kept = new_key(own, texts)
        try:
            copies = change_encryption(own, key)
        except BaseException:
            if kept:
                forget_key(own)
            raise
    typer.echo(texts("records.encrypted", file=own.name, copies=copies))
    if kept:
        typer.echo(texts("records.key_once", key=key))


@records.command()
def decrypt(*, yes: Yes = False, lang: Lang = "da", data_folder: DataFolder = None) -> None:
    """Write the records and their copies in clear again.

    These are all copies in the data folder. Vejviser must be closed.

    Exit status: 0 done; 2 refused or not confirmed, with the records as they were.
    """
    from data.backup import change_encryption  # noqa: PLC0415 (slow)
    from data.encryption import forget_key, is_encrypted  # noqa: PLC0415 (slow)

    texts, own = begin(lang, data_folder), own_file()
    with refusing(texts):
        if not is_encrypted(own):
            refuse(texts("records.not_encrypted", file=own.name))
        ask_for_key(texts)
        ask(texts("records.ask_decrypt"), yes, texts)
        copies = change_encryption(own, None)
    forget_key(own)
    typer.echo(texts("records.decrypted", file=own.name, copies=copies))


@records.command("real-cases")
def real_cases(
    state: Annotated[str, typer.Argument(metavar="on|off", help="Whether they may be recorded.")],
    *,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Switch the recording of real cases on or off.

    They are pseudonymous, and it is off until you switch it on.

    Before it is on, you read what it means and type a sentence. There is no option that skips it.

    Exit status: 0 done; 2 refused or not confirmed, with nothing changed.
    """
    texts = begin(lang, data_folder)
    if state not in {"on", "off"}:
        refuse(texts("records.on_or_off", value=state))
    with refusing(texts), opened_store() as store:
        if state == "on" and not store.settings().real_cases:
            typer.echo(texts("records.real_cases_mean"))
            sentence = texts("records.real_cases_sentence")
            said = typed(texts("records.real_cases_type", sentence=sentence))
            if said.strip().casefold() != sentence.casefold():
                refuse(texts("records.not_confirmed"))
        store.change_settings(real_cases=state == "on")
    typer.echo(texts("records.real_cases_on" if state == "on" else "records.real_cases_off"))


for command_of_cases in (export, table, delete, prune, move, upgrade):
    records.command()(command_of_cases)


def _deleted_cases(file: Path) -> set[str]:
    """Return the cases whose deletion stands in the log of *file*, as far as it can be read."""
    from data.store import Store  # noqa: PLC0415 (slow)
    from data.store_errors import StoreError  # noqa: PLC0415 (slow)

    if not file.exists() and not on_server():
        return set()
    try:
        store = Store.open()
        lines = store.history()
    except StoreError:
        return set()
    store.close()
    return {line["case"] for line in lines if line["action"] == "delete"}
