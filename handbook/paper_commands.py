"""The command ``vejviser papers``: what a data protection officer asks for, made from the code."""

from pathlib import Path
from typing import Annotated

import typer

from handbook.command_line import DataFolder, Lang
from handbook.record_terminal import begin, opened_store, refusing


def papers(
    *,
    folder: Annotated[
        Path, typer.Option(help="Where the papers are written; those in it are written over.")
    ] = Path("papers"),
    as_delivered: Annotated[
        bool,
        typer.Option(
            "--as-delivered", help="Tell the periods as delivered, and open no store of yours."
        ),
    ] = False,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Write the papers that a data protection officer asks for.

    In Markdown and for Word: data map, impact assessment, record of processing, periods, log and
    accessibility. They follow the program and the periods of your own store; what only you can say is
    marked. Nothing in them is about a case.
    """
    from data.papers import write_papers  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    decided = None
    if not as_delivered:
        with refusing(texts), opened_store() as store:
            decided = store.settings()
    for file in write_papers(folder.expanduser(), texts, decided):
        typer.echo(texts("papers.written", file=file))
