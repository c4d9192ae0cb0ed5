"""What all commands share: their language, their data folder, and how they refuse."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from data.places import DATA_VARIABLE, data_folder
from data.texts import Texts

DataFolder = Annotated[
    Path | None,
    typer.Option(help="Keep records and the log in this folder, not in your usual data folder."),
]
Lang = Annotated[str, typer.Option(help="The language to begin in: da or en.")]


def read_texts(lang: str) -> Texts:
    """Return the texts of *lang*, or end the command."""
    try:
        return Texts.read(lang)
    except LookupError as error:
        refuse(str(error))


def use_data_folder(folder: Path | None) -> None:
    """Use *folder* from now on, here and in every process that is started; None is the usual one."""
    if folder is not None:
        # The kernels learn it from the environment.
        os.environ[DATA_VARIABLE] = str(folder.expanduser().resolve())
    try:
        data_folder()
    except OSError as error:
        refuse(f"the data folder '{error.filename}' cannot be made: {error.strerror}.")


def make_ready(texts: Texts, *, aside: bool = False) -> None:
    """Compile the simulation before anybody asks it something, where that is not done yet.

    With *aside*, what is said about it goes to the standard error.
    """
    from simulation.machine_code import compile_aside, is_ready  # noqa: PLC0415 (slow)

    if not is_ready():
        where = sys.stderr if aside else sys.stdout
        print(texts("command.compiling"), file=where, flush=True)
        compile_aside()


def refuse(sentence: str, status: int = 2) -> NoReturn:
    """Say on the standard error why the command ends, and end it with *status*."""
    print(f"vejviser: {sentence}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(status)
