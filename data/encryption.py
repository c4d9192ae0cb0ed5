"""Encrypts the file of records on the disk, and finds the key that opens it.

The file is one of SQLCipher's: AES-256 with a page-wise check, in the file, in its write-ahead log
and in every backup. A key is a sentence of the user's own, or 64 hexadecimal digits drawn at random;
any SQLCipher opens the file with it. It stands in the variable ``VEJVISER_KEY`` or in the key store of
the operating system, never in the data folder. Whoever has lost the key has lost the records.
"""

import hashlib
import os
import re
import secrets
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from data.places import data_folder
from data.sqlite_engine import bundled
from data.store_errors import StoreError

KEY_VARIABLE = "VEJVISER_KEY"
"""The environment variable that holds the key where there is no key store, as on a server."""
SHORTEST_KEY = 12
"""Characters of a key; a shorter one is guessed by trying."""

_SERVICE = "vejviser"
_SALT = 16  # bytes at the beginning of a file of SQLCipher 4, and the rounds of its key derivation
_ROUNDS = 256_000
_PAGE = 4096
_RAW = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Driver:
    """What opens a file: a library and, where the file is encrypted, the key in SQLCipher's form."""

    module: ModuleType
    key: str | None = field(default=None, repr=False)

    def connect(self, file: Path, *, create: bool = False) -> Any:
        """Return a connection to *file*, which may only be read unless it is to be made."""
        mode = "rwc" if create else "ro"
        connection = self.module.connect(_address(file, mode), uri=True, isolation_level=None)
        unlock(connection, self.key)
        return connection


def is_encrypted(file: Path) -> bool:
    """Tell whether *file* looks as if it were encrypted: its first page is as good as random."""
    try:
        with file.open("rb") as opened:
            page = opened.read(_PAGE)
    except OSError:
        return False  # Whoever opens it will say what is wrong.
    # In 4096 random bytes nearly all of the 256 values occur; a page of a database is mostly zeros.
    return len(page) == _PAGE and not page.startswith(b"SQLite format 3") and len({*page}) > 240


def driver_for(file: Path) -> Driver:
    """Return what opens *file*: SQLite for a plain file, SQLCipher and the key for an encrypted one.

    Raises :exc:`StoreError` where there is no key, it does not open the file, or SQLCipher is missing.
    """
    if not is_encrypted(file):
        return Driver(bundled)
    key = find_key(file)
    if key is None:
        raise StoreError("store.no_key", file=file.name, variable=KEY_VARIABLE)
    return opened_by(file, key)


def opened_by(file: Path, key: str) -> Driver:
    """Return what opens the encrypted *file* with *key*; :exc:`StoreError` where it does not."""
    with file.open("rb") as opened:
        salt = opened.read(_SALT)
    driver = Driver(sqlcipher(), _in_cipher_form(key, salt))
    try:
        with closing(driver.connect(file)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except driver.module.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "SQLITE_NOTADB") != "SQLITE_NOTADB":
            raise StoreError("store.cannot_open", file=file.name) from None
        # From None: the driver's own error knows the words that were sent.
        raise StoreError("store.wrong_key", file=file.name) from None
    return driver


def unlock(connection: Any, key: str | None) -> None:
    """Give a new *connection* its *key*, in SQLCipher's form; None is a plain file."""
    if key is not None:
        # It would tell each wrong key to the terminal, in its own words.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f'PRAGMA key = "{key}"')


def sqlcipher() -> ModuleType:
    """Return the library SQLCipher; :exc:`StoreError` where it is not installed."""
    try:
        return import_module("sqlcipher3.dbapi2")
    except ImportError as error:
        raise StoreError("store.no_cipher") from error


def new_key() -> str:
    """Return a key drawn at random, as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def find_key(file: Path) -> str | None:
    """Return the key of *file* from the variable, else from the key store; None where neither has it.

    A backup has the key of the records, unless it has one of its own.
    """
    if key := os.environ.get(KEY_VARIABLE):
        return key
    own = _key_store("get_password", _name(file))
    return own or _key_store("get_password", _name(data_folder() / "vejviser.db"))


def keep_key(file: Path, key: str) -> bool:
    """Put the *key* of *file* into the key store; tell whether there is one that took it."""
    _key_store("set_password", _name(file), key)
    return _key_store("get_password", _name(file)) == key


def forget_key(file: Path) -> None:
    """Take the key of *file* out of the key store, if it is there."""
    _key_store("delete_password", _name(file))


def convert(file: Path, target: Path, key: str | None) -> None:
    """Write what *file* holds to the new file *target*, encrypted with *key* or, with None, in clear.

    Raises :exc:`StoreError` where *file* cannot be opened or SQLCipher is missing.
    """
    driver = driver_for(file)
    form = "" if key is None else _in_cipher_form(key, secrets.token_bytes(_SALT))
    with closing(Driver(sqlcipher(), driver.key).connect(file)) as connection:
        connection.execute(f'ATTACH DATABASE ? AS target KEY "{form}"', (_address(target, "rwc"),))
        connection.execute("SELECT sqlcipher_export('target')")
        connection.execute("DETACH DATABASE target")
    target.chmod(0o600)


def _key_store(action: str, *words: str) -> str | None:
    """Have the operating system's key store do *action*; without one, nothing is done."""
    try:
        import keyring  # noqa: PLC0415 (an extra, and slow)
        from keyring.errors import KeyringError  # noqa: PLC0415 (an extra)
    except ImportError:
        return None
    with suppress(KeyringError, OSError):
        found: str | None = getattr(keyring, action)(_SERVICE, *words)
        return found
    return None


def _name(file: Path) -> str:
    return str(file.resolve())


def _address(file: Path, mode: str) -> str:
    return f"{file.resolve().as_uri()}?mode={mode}"


@cache
def _in_cipher_form(key: str, salt: bytes) -> str:
    """Return *key* as SQLCipher takes it at once; it would derive it anew for every connection.

    The derivation is SQLCipher 4's own (PBKDF2, SHA-512), so that its other programs open the file.
    """
    raw = key.lower()
    if not _RAW.fullmatch(raw):
        raw = hashlib.pbkdf2_hmac("sha512", key.encode(), salt, _ROUNDS, 32).hex()
    return f"x'{raw}{salt.hex()}'"
