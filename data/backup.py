"""Copies of the file of records: made while it is in use, looked through, and put back.

A copy counts only once it has been opened, checked page by page and counted. One is made at the
first opening of each day; seven days and four weeks are kept.
"""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from data.encryption import (
    Driver,
    convert,
    driver_for,
    find_key,
    is_encrypted,
    opened_by,
    unlock,
)
from data.log import log_to_file, where
from data.store_errors import StoreError, told

DAYS = 7
WEEKS = 4
LONGEST = 42
"""Days after which a copy goes in any case, since it holds what was deleted meanwhile."""
BALLAST_BYTES = 5_000_000
"""Bytes that are laid aside, and given back when the disk is full: also deleting needs room."""

_JOURNALS = ("-wal", "-shm", "-journal")
_NAME = re.compile(r"vejviser-(\d{4}-\d\d-\d\d)\.db")
_SPARE = 20 * BALLAST_BYTES  # Where the disk has less room than this, nothing is laid aside.


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file of records holds, without any of it."""

    tables: Mapping[str, tuple[int, str]]
    """Table → number of rows and a digest of them all, in whatever order they lie."""

    @property
    def records(self) -> int:
        """How many forms are filled in."""
        return self.tables.get("record", (0, ""))[0]

    @property
    def lines(self) -> int:
        """How many lines the audit trail has."""
        return self.tables.get("audit", (0, ""))[0]

    @property
    def digest(self) -> str:
        """A digest of everything: two files with the same one hold the same."""
        return hashlib.sha256(repr(sorted(self.tables.items())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put back."""

    contents: Contents
    replaced: Path | None
    """Where the file that was there before lies now; None where there was none."""


def look_through(file: Path, driver: Driver | None = None) -> Contents:
    """Open *file*, check each page of it, and return what it holds.

    Raises :exc:`StoreError` where it cannot be opened, is damaged or is no file of records.
    """
    with told(file.name), _opened(file, driver) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        contents = Contents(dict(_tables(connection))) if found == "ok" else None
    if contents is None or "about" not in contents.tables:
        raise StoreError("store.corrupt", file=file.name)
    return contents


def back_up(file: Path, target: Path) -> Contents:
    """Write a copy of *file* to the new file *target* while others use it; return what it holds.

    The copy of an encrypted file is encrypted with the same key. Raises :exc:`StoreError`; then there
    is no *target*.
    """
    if target.exists():
        raise StoreError("store.in_the_way", file=target)
    with _written_whole(target) as copy:
        driver = driver_for(file)
        with told(file.name), _opened(file, driver) as source:
            copy.touch(mode=0o600)
            with closing(driver.connect(copy, create=True)) as written:
                source.backup(written)
                # A copy is one file: nothing of it stands in a log beside it.
                written.execute("PRAGMA journal_mode = delete")
        return look_through(copy)


def restore(source: Path, file: Path) -> Restored:
    """Put the backup *source* in the place of *file*, which is kept beside it.

    What was put back is compared with *source*, table by table. Where *file* is encrypted, it is so
    afterwards too. Raises :exc:`StoreError` where *source* is damaged, Vejviser is running, or the copy
    differs; then *file* is as it was.
    """
    wanted = look_through(source)
    _refuse_in_use(file)
    with _written_whole(file, replacing=True) as copy:
        key = find_key(file) if is_encrypted(file) else None
        if (key is None) == (not is_encrypted(source)):
            back_up(source, copy)
        else:
            with told(source.name):
                convert(source, copy, key)
        if look_through(copy) != wanted:
            raise StoreError("store.corrupt", file=source.name)
        replaced = _set_aside(file)
    return Restored(wanted, replaced)


def change_encryption(file: Path, key: str | None) -> int:
    """Write *file* and all copies of it anew, encrypted with *key* or, with None, in clear.

    What was there is overwritten with zeros, which is all that can be done on a disk that moves its
    blocks about. Returns how many copies were written anew. Raises :exc:`StoreError`; then the file it
    names and those after it are as they were.
    """
    _refuse_in_use(file)
    # Also those that were made before a restore or an upgrade.
    copies = [*backups(file), *file.parent.glob(f"{file.stem}-*{file.suffix}")]
    for one in (file, *copies):
        wanted = look_through(one)
        with one.open("r+b") as before:
            with _written_whole(one, replacing=True) as copy:
                convert(one, copy, key)
                if look_through(copy, None if key is None else opened_by(copy, key)) != wanted:
                    raise StoreError("store.corrupt", file=one.name)
            # Only now that its place is taken is the old file wiped.
            for ending in _JOURNALS:
                one.with_name(one.name + ending).unlink(missing_ok=True)
            before.write(bytes(os.fstat(before.fileno()).st_size))
            before.flush()
            os.fsync(before.fileno())
    return len(copies)


def daily_backup(file: Path, today: date) -> Path | None:
    """Make the copy of *today*, unless it is there, and let go of the copies that are too old.

    Returns the copy that was made. A failure is written to the log and never stands in the way of
    whoever opens the store; :func:`latest_backup` shows that no copy was made.
    """
    folder = backup_folder(file)
    target = folder / f"vejviser-{today}.db"
    if target.exists():
        return None
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        back_up(file, target)
        for old in sorted(set(backups(file)) - set(_worth_keeping(backups(file), today))):
            old.unlink(missing_ok=True)
        lay_ballast(file)
    except (StoreError, OSError) as error:
        log_to_file().error("no backup today\n%s", where(error))
        return None
    return target


def backup_folder(file: Path) -> Path:
    """Return the folder of the daily copies of *file*."""
    return file.with_name("backups")


def backups(file: Path) -> list[Path]:
    """Return the daily copies of *file*, oldest first."""
    folder = backup_folder(file)
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(one for one in found if _NAME.fullmatch(one.name))


def latest_backup(file: Path) -> date | None:
    """Return the day of the newest daily copy of *file*; None where there is none."""
    found = backups(file)
    return _day(found[-1]) if found else None


def forgotten_by(file: Path, today: date) -> date:
    """Return the day on which no daily copy holds any more what is deleted from *file* *today*.

    Old copies go when Vejviser is opened, so it must be opened that day or later.
    """
    return max(latest_backup(file) or today, today) + timedelta(days=LONGEST + 1)


def lay_ballast(file: Path) -> None:
    """Lay :data:`BALLAST_BYTES` aside beside *file*, where the disk has room in plenty."""
    ballast = _ballast(file)
    if not ballast.exists() and shutil.disk_usage(file.parent).free > _SPARE:
        ballast.write_bytes(bytes(BALLAST_BYTES))


def free_ballast(file: Path) -> bool:
    """Give the bytes that were laid aside beside *file* back; tell whether there were any."""
    with suppress(OSError):
        _ballast(file).unlink()
        return True
    return False


def in_use(file: Path) -> bool:
    """Tell whether another process has *file* open, as far as SQLite can see it.

    It can where there is a write-ahead log; without one, whoever does nothing leaves no trace.
    """
    driver = driver_for(file)
    connection = driver.module.connect(str(file), isolation_level=None, timeout=1)
    with closing(connection):
        unlock(connection, driver.key)
        try:
            before = connection.execute("PRAGMA journal_mode").fetchone()[0]
            connection.execute("PRAGMA journal_mode = delete")
            if before == "wal":
                connection.execute("PRAGMA journal_mode = wal")
        except driver.module.OperationalError as error:
            if not error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise
            return True
    return False


def _set_aside(file: Path) -> Path | None:
    """Move *file* and its journals out of the way, and return where it lies."""
    if not file.exists():
        return None
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = file.with_name(f"{file.stem}-replaced-{now}-{secrets.token_hex(2)}{file.suffix}")
    for ending in _JOURNALS:
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(kept.with_name(kept.name + ending))
    file.replace(kept)
    return kept


def _refuse_in_use(file: Path) -> None:
    used = False
    with suppress(StoreError), told(file.name):  # A damaged file is used by nobody.
        used = file.exists() and in_use(file)
    if used:
        raise StoreError("store.in_use", file=file.name)


@contextmanager
def _opened(file: Path, driver: Driver | None = None) -> Iterator[Any]:
    if not file.is_file():
        raise StoreError("store.no_file", file=file)
    with closing((driver or driver_for(file)).connect(file)) as connection:
        yield connection


@contextmanager
def _written_whole(target: Path, *, replacing: bool = False) -> Iterator[Path]:
    """Yield a name beside *target*; what is written there becomes *target* if all goes well."""
    copy = target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(2)}.part")
    try:
        with told(target.name):
            yield copy
            with copy.open("rb") as written:
                os.fsync(written.fileno())
            if replacing or not target.exists():
                copy.replace(target)
    finally:
        for ending in ("", *_JOURNALS):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _tables(connection: Any) -> Iterator[tuple[str, tuple[int, str]]]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    ).fetchall()
    for (name,) in names:
        rows = sorted(
            hashlib.sha256(repr(row).encode()).digest()
            for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (its own name)
        )
        yield name, (len(rows), hashlib.sha256(b"".join(rows)).hexdigest())


def _worth_keeping(found: list[Path], today: date) -> list[Path]:
    """Return the copies of the last days and, of the weeks before them, the newest of each."""
    recent = [one for one in found if today - _day(one) <= timedelta(days=LONGEST)]
    daily, older = recent[-DAYS:], recent[:-DAYS]
    weeks = {_day(one).isocalendar()[:2]: one for one in older}
    return [*list(weeks.values())[-WEEKS:], *daily]


def _day(file: Path) -> date:
    return date.fromisoformat(file.stem.removeprefix("vejviser-"))


def _ballast(file: Path) -> Path:
    return file.with_name("ballast.bin")
