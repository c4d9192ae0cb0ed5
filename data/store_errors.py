"""What can go wrong with the store, as sentences that say what to do."""

import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from data.records import Record
from data.sqlite_engine import bundled
from data.texts import Texts


class StoreError(Exception):
    """The store could not do what it was asked; what was entered has not been touched.

    It carries a text id and its slots, so that a page says it in the reader's language; ``str()``
    says it in English.
    """

    def __init__(self, id: str, /, **slots: object) -> None:
        super().__init__(id)
        self.id = id
        """The id of the sentence, such as ``store.full``."""
        self.slots = slots

    def say(self, texts: Texts) -> str:
        """Return the sentence in the language of *texts*."""
        return texts(self.id, **self.slots)

    def __str__(self) -> str:
        return self.say(Texts.read("en"))


class StaleRecord(StoreError):  # noqa: N818 - what it is, not that it is an error
    """Somebody else, or another tab, has saved the record since it was loaded."""

    def __init__(self, current: Record) -> None:
        super().__init__("store.stale")
        self.current = current
        """The record as it is kept now. With the record as it was loaded and one's own answers,
        :func:`data.answers.merge` puts both people's changes together."""


class StaleCase(StoreError):  # noqa: N818 - what it is, not that it is an error
    """Somebody else has changed the case file since it was loaded."""

    def __init__(self, current: object) -> None:
        super().__init__("store.stale_case")
        self.current = current
        """The case file as it is kept now; None where it was deleted."""


# PostgreSQL's codes begin with one of these (its manual, appendix A).
_SERVER_SENTENCES = {
    "53100": "store.full",
    "25006": "store.read_only",
    "42501": "store.read_only",
    "55P03": "store.locked",
    "25P03": "store.locked",
    "57014": "store.locked",
    "40": "store.locked",
    "08": "store.no_server",
    "28": "store.no_server",
    "3D000": "store.no_server",
    "53": "store.no_server",
    "57P": "store.no_server",
}
# The name of SQLite's result code begins with one of these (sqlite.org/rescode.html).
_SENTENCES = {
    "SQLITE_FULL": "store.full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_PERM": "store.read_only",
    "SQLITE_BUSY": "store.locked",
    "SQLITE_LOCKED": "store.locked",
    "SQLITE_CORRUPT": "store.corrupt",
    "SQLITE_NOTADB": "store.corrupt",
    "SQLITE_CANTOPEN": "store.cannot_open",
    "SQLITE_IOERR": "store.disk",
}


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what the database at *place* says into a :exc:`StoreError`."""
    try:
        yield
    except (DBAPIError, bundled.Error, sqlite3.Error, *_cipher_errors()) as error:
        raise StoreError(_sentence(error), file=place) from error
    except (ArgumentError, ModuleNotFoundError) as error:
        if getattr(error, "name", "") == "psycopg":
            raise StoreError("store.no_driver") from error
        raise StoreError("store.bad_url", url=place) from error
    except OSError as error:
        raise StoreError("store.cannot_open", file=place) from error
    except ValueError as error:  # What stands in the file is no JSON, no date or no UTF-8.
        raise StoreError("store.corrupt", file=place) from error
    except TypeError as error:
        # A damaged byte can turn a column's text into something else.
        *_, innermost = traceback.extract_tb(error.__traceback__)
        if "sqlalchemy" not in innermost.filename:
            raise
        raise StoreError("store.corrupt", file=place) from error


def _cipher_errors() -> tuple[type[Exception], ...]:
    """Return what SQLCipher raises, once it has been needed."""
    cipher = sys.modules.get("sqlcipher3.dbapi2")
    return () if cipher is None else (cipher.Error,)


def _sentence(error: Exception) -> str:
    cause = getattr(error, "orig", error)
    if hasattr(cause, "sqlstate"):
        # Without a code the server was never reached.
        code, sentences = cause.sqlstate or "08", _SERVER_SENTENCES
    else:
        code, sentences = getattr(cause, "sqlite_errorname", ""), _SENTENCES
    for name, sentence in sentences.items():
        if code.startswith(name):
            return sentence
    if str(cause).startswith("Could not decode to UTF-8"):
        return "store.corrupt"
    return "store.cannot_open" if isinstance(error, OperationalError) else "store.unknown"
