"""What the commands about records share: the store, questions at the terminal, and refusals."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handbook.command_line import read_texts, refuse, use_data_folder

if TYPE_CHECKING:
    from data.store import Store
    from data.texts import Texts

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


def begin(lang: str, folder: Path | None) -> "Texts":
    """Return the texts of *lang*, with *folder* as the data folder; or end the command."""
    texts = read_texts(lang)
    use_data_folder(folder)
    return texts


def own_file() -> Path:
    """Return where the records lie."""
    from data.places import data_folder  # noqa: PLC0415 (slow)

    return data_folder() / "vejviser.db"


@contextmanager
def refusing(texts: "Texts") -> Iterator[None]:
    """End the command with one sentence where the store cannot do what is asked inside."""
    from data.store_errors import StoreError  # noqa: PLC0415 (slow)

    try:
        yield
    except StoreError as error:
        # What the store says of answers on a page means nothing at a terminal.
        own = f"records.{error.id.removeprefix('store.')}"
        refuse(texts(own, **error.slots) if own in texts.words else error.say(texts))


@contextmanager
def opened_store() -> "Iterator[Store]":
    """Yield the store, and let go of it afterwards."""
    from data.store import Store  # noqa: PLC0415 (slow)

    store = Store.open()
    try:
        yield store
    finally:
        store.close()


def ask(question: str, yes: bool, texts: "Texts") -> None:
    """Ask *question*, unless it was answered beforehand; end the command where the answer is no."""
    if yes:
        return
    answer = typed(f"{question} [{texts('records.yes')}/{texts('records.no')}]")
    if answer.strip().casefold() not in {texts("records.yes"), texts("records.yes")[0]}:
        refuse(texts("records.not_confirmed"))


def typed(question: str, *, hidden: bool = False) -> str:
    """Return what is typed after *question*; nothing is an empty text."""
    try:
        answer: str = typer.prompt(question, default="", show_default=False, hide_input=hidden)
    except typer.Abort:  # Nobody is there, or Ctrl-C.
        return ""
    return answer


def ask_for_key(texts: "Texts") -> None:
    """Ask at the terminal for the key of the records, where they are encrypted and it is not known.

    The kernels learn it from the environment. Ends the command where the key is wrong.
    """
    from data.encryption import (  # noqa: PLC0415 (slow)
        KEY_VARIABLE,
        driver_for,
        find_key,
        is_encrypted,
    )

    own = own_file()
    if not is_encrypted(own):
        return
    if find_key(own) is None and sys.stdin.isatty():
        os.environ[KEY_VARIABLE] = typer.prompt(texts("records.key"), hide_input=True)
    with refusing(texts):
        driver_for(own)


def new_key(file: Path, texts: "Texts") -> tuple[str, bool]:
    """Return the key to encrypt *file* with, and whether it was drawn and put into the key store."""
    from data import encryption  # noqa: PLC0415 (slow)
    from data.encryption import KEY_VARIABLE, SHORTEST_KEY, keep_key  # noqa: PLC0415 (slow)

    key, kept = os.environ.get(KEY_VARIABLE, ""), False
    if not key:
        key = encryption.new_key()
        kept = keep_key(file, key)
    if not kept and not os.environ.get(KEY_VARIABLE):
        typer.echo(texts("records.no_key_store", variable=KEY_VARIABLE, least=SHORTEST_KEY))
        key = typed(texts("records.new_key"), hidden=True)
        if key != typed(texts("records.new_key_again"), hidden=True):
            refuse(texts("records.keys_differ"))
    if len(key) < SHORTEST_KEY:
        refuse(texts("records.key_too_short", least=SHORTEST_KEY))
    return key, kept


def write_receipt(file: Path | None, words: str, texts: "Texts") -> None:
    """Write the *words* of a receipt to *file*, where one is asked for."""
    if file is None:
        return
    try:
        file.expanduser().write_text(words, encoding="utf-8")
    except OSError as error:
        # What is deleted is deleted; the receipt stands above.
        typer.echo(texts("records.not_written", file=file, reason=error.strerror), err=True)


def copies_until() -> date | None:
    """Return the day from which no backup holds what is deleted now; None without backups."""
    from data.backup import backups, forgotten_by  # noqa: PLC0415 (slow)
    from data.meeting_calendar import danish_today  # noqa: PLC0415 (slow)

    own = own_file()
    return forgotten_by(own, danish_today()) if backups(own) else None
