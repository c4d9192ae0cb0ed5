"""What all commands share: their language, their data folder, and how they refuse.

What is slow to import comes in once a command runs: a help text is there at once, and Ctrl-C is heard.
"""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from data.texts import Texts

DataFolder = Annotated[
    Path | None,
    typer.Option(help="Keep records and the log in this folder, not in your usual data folder."),
]
Lang = Annotated[str, typer.Option(help="The language to begin in: da or en.")]


def read_texts(lang: str) -> "Texts":
    """Return the texts of *lang*, or end the command."""
    from data.texts import Texts  # noqa: PLC0415 (slow)

    try:
        return Texts.read(lang)
    except LookupError as error:
        refuse(str(error))


def use_data_folder(folder: Path | None) -> None:
    """Use *folder* from now on, here and in every process that is started; None is the usual one."""
    from data.places import DATA_VARIABLE, data_folder  # noqa: PLC0415 (slow)

    if folder is not None:
        # The kernels learn it from the environment.
        os.environ[DATA_VARIABLE] = str(folder.expanduser().resolve())
    try:
        data_folder()
    except OSError as error:
        refuse(f"the data folder '{error.filename}' cannot be made: {error.strerror}.")


def make_ready(texts: "Texts", *, aside: bool = False) -> None:
    """Compile the simulation before anybody asks it something, where that is not done yet.

    With *aside*, what is said about it goes to the standard error.
    """
    from simulation.machine_code import compile_aside, is_ready  # noqa: PLC0415 (slow)

    if not is_ready():
        where = sys.stderr if aside else sys.stdout
        print(texts("command.compiling"), file=where, flush=True)
        compile_aside()


def told_when_interrupted(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command*, which a Ctrl-C before or after its work ends with a sentence and status 130."""

    @wraps(command)
    def told(*words: Any, **options: Any) -> None:
        try:
            command(*words, **options)
        except KeyboardInterrupt:
            refuse(read_texts(options["lang"])("experiment.ended"), 130)

    return told


def refuse(sentence: str, status: int = 2) -> NoReturn:
    """Say on the standard error why the command ends, and end it with *status*."""
    print(f"vejviser: {sentence}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(status)
