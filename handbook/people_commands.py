"""The commands ``vejviser people …``: who uses a municipality's store, and in which role."""

from typing import Annotated

import typer

from handbook.command_line import DataFolder, Lang
from handbook.record_terminal import begin, refusing

people = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Say who may use the records, and in which role.",
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The login, such as kim; the log shows it.")
]


@people.command()
def add(
    name: Name,
    *,
    role: Annotated[
        str, typer.Option(help="trainer, coordinator, leader, administrator or everything.")
    ],
    unit: Annotated[
        list[str] | None,
        typer.Option(help="A unit of a coordinator, as it stands in the cases; may be repeated."),
    ] = None,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Add NAME, or give NAME another role or other units.

    On PostgreSQL NAME gets a login of the database, which holds to the role itself; run this as the
    owner of its tables. In a file of this machine the role is held to by Vejviser alone.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.people import People  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        store = People.open()
        try:
            store.add(name, role, frozenset(unit or ()))
        finally:
            store.close()
    typer.echo(texts("access.added", name=name, role=texts(f"access.role_{role}")))
    if not store.enforced:
        typer.echo(texts("access.not_enforced"))


@people.command()
def remove(name: Name, *, lang: Lang = "da", data_folder: DataFolder = None) -> None:
    """Remove NAME, who can do nothing more from then on.

    The log keeps the name.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.people import People  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        store = People.open()
        try:
            store.remove(name)
        finally:
            store.close()
    typer.echo(texts("access.removed", name=name))


@people.command("list")
def list_people(*, lang: Lang = "da", data_folder: DataFolder = None) -> None:
    """List who has access, with role and units.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    from data.people import People  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        store = People.open()
        try:
            found = store.all()
        finally:
            store.close()
    for person in found:
        words = (person.name, texts(f"access.role_{person.role}"), ", ".join(sorted(person.units)))
        typer.echo("\t".join(filter(None, words)))
    if not found:
        typer.echo(texts("access.nobody"))
