"""Small files that the app keeps for leaders in the data folder, each under a random number.

The number is the key: who does not have it does not find the file. Nothing here knows what a file holds.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from data.places import data_folder

Kind = Literal["municipalities", "scenarios"]
"""What a file holds; each kind has its own folder in the data folder."""
_BYTES = 10
"""Bytes of a number: nobody guesses one in a lifetime."""
_NUMBER = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}")
LARGEST = 20_000_000
"""Bytes that a kept file may have; the largest case list takes a fifth."""


class NotKeptError(LookupError):
    """Nothing is kept under a number: it was deleted, is on another machine, or is no number."""


def looks_kept(number: str) -> bool:
    """Tell whether *number* is written as the number of a kept file is."""
    return bool(_NUMBER.fullmatch(number))


def keep(kind: Kind, content: str) -> str:
    """Keep *content* and return its number; it is on the disk, whole, when this returns.

    The file is for its owner alone. Raises :exc:`OSError` where it cannot be written.
    """
    number = secrets.token_hex(_BYTES)
    _write(_path(kind, number), content.encode())
    return number


def read_kept(kind: Kind, number: str) -> str:
    """Return what is kept under *number*.

    Raises :exc:`NotKeptError` where nothing is, and :exc:`OSError` where it cannot be read.
    """
    if not looks_kept(number):
        raise NotKeptError(number)
    path = _path(kind, number)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotKeptError(number) from None
    try:
        if len(content) > LARGEST:
            raise NotKeptError(number)
        return content.decode()
    except UnicodeDecodeError:
        raise NotKeptError(number) from None


def forget(kind: Kind, number: str) -> None:
    """Delete what is kept under *number*, if anything is; raises :exc:`OSError` where it cannot be."""
    if looks_kept(number):
        _path(kind, number).unlink(missing_ok=True)


def kept_numbers(kind: Kind) -> tuple[str, ...]:
    """Return the numbers under which something is kept, in no order of meaning."""
    return tuple(
        sorted(file.stem for file in _folder(kind).glob("*.json") if looks_kept(file.stem))
    )


def _folder(kind: Kind) -> Path:
    folder = data_folder() / kind
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(kind: Kind, number: str) -> Path:
    return _folder(kind) / f"{number}.json"


def _write(path: Path, content: bytes) -> None:
    # A temporary file is for its owner alone, and so is what becomes of it.
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows moves no open file
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            with suppress(OSError):
                Path(file.name).unlink()
            raise
