"""How records move to a server, come back to it, and are brought up to date: ``vejviser records move``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from handbook.command_line import DataFolder, Lang
from handbook.record_terminal import Yes, ask, begin, opened_store, own_file, refusing


def move(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="An empty database, such as postgresql://vejviser@server/vejviser."
        ),
    ],
    *,
    yes: Yes = False,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Copy all records to the empty database at URL.

    The log and the sessions go with them. Vejviser must be closed. Put the password into ~/.pgpass,
    not into URL.

    It is one transaction: every table is compared with what was copied, and the chain of the log goes
    along unbroken. The people get logins there. What is here stays until you delete it.

    Exit status: 0 done; 2 refused, with URL as empty as it was.
    """
    from sqlalchemy.engine import make_url  # noqa: PLC0415 (slow)

    from data.people import People  # noqa: PLC0415 (slow)
    from data.store_copy import move_store  # noqa: PLC0415 (slow)
    from data.store_errors import told  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts):
        with told(url.partition("//")[0]):
            place = make_url(url).render_as_string()
        ask(texts("records.ask_move", file=place), yes, texts)
        here = People.open()
        known = here.all()
        here.close()
        done = move_store(url)
        counts = {"records": done.records, "lines": done.lines, "digest": done.digest}
        typer.echo(texts("records.moved", **counts, mark=done.head))
        there = People.open(url)
        try:
            for person in known:
                there.add(person.name, person.role, person.units)
                typer.echo(texts("records.moved_person", name=person.name))
        finally:
            there.close()
    typer.echo(texts("records.moved_next"))


def upgrade(*, lang: Lang = "da", data_folder: DataFolder = None) -> None:
    """Bring the records to this Vejviser's version.

    A file is copied before, beside itself; on a PostgreSQL server it is one transaction, and only the
    owner of the tables can do it. Opening Vejviser does the same by itself where it may.

    Exit status: 0 done, or nothing to do; 2 refused, with the records as they were.
    """
    from data.store_tables import SCHEMA  # noqa: PLC0415 (slow)

    texts = begin(lang, data_folder)
    with refusing(texts), opened_store() as store:
        trail, place = store.check_audit(), store.place
    typer.echo(texts("records.upgraded", file=place, schema=SCHEMA, lines=trail.lines))


def on_server() -> bool:
    """Tell whether the records lie on a server, and not in a file of this machine."""
    from data.store_copy import is_file  # noqa: PLC0415 (slow)
    from data.store_errors import told  # noqa: PLC0415 (slow)
    from data.store_opening import named_url  # noqa: PLC0415 (slow)

    with told("VEJVISER_STORE"):
        return not is_file(named_url())


def restore_on_server(source: Path) -> tuple[str, Path | None]:
    """Put *source* in the place of the records on the server.

    Returns the digest of what is there now, and where what was there before lies; None where there was
    nothing.
    """
    from data.store_copy import put_back  # noqa: PLC0415 (slow)

    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = own_file().with_name(f"vejviser-replaced-{now}.db")
    done = put_back(source, aside)
    return done.digest, aside if aside.exists() else None
